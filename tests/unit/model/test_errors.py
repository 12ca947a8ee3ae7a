"""The one tree of errors: what is drawn is what there is, and each tells what to do."""

import re
from collections.abc import Iterator

import pytest

from threadline.model import errors
from threadline.model.errors import ThreadlineError

DRAWN = re.compile(r"^(?P<indent>[ │]*)(?:├──|└──) (?P<name>\w+) +(?P<status>\d{3})  (?P<code>[A-Z_]+)")


def below(parent: type[ThreadlineError]) -> Iterator[tuple[str, str, int, str]]:
    for child in parent.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child.__name__, parent.__name__, child.status, child.code
            yield from below(child)


def drawn() -> Iterator[tuple[str, str, int, str]]:
    parents = {0: "ThreadlineError"}
    for line in (errors.__doc__ or "").splitlines():
        if found := DRAWN.match(line):
            depth = len(found["indent"]) // 4
            parents[depth] = found["name"]
            yield found["name"], parents[depth - 1], int(found["status"]), found["code"]


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not ThreadlineError]
CONCRETE = [kind for kind in KINDS if issubclass(kind, ThreadlineError)]


def test_the_drawing_at_the_head_shows_the_tree_as_it_is() -> None:
    assert sorted(drawn()) == sorted(below(ThreadlineError))
    assert len(CONCRETE) == len(list(drawn()))


def test_every_code_means_one_error() -> None:
    codes = [kind.code for kind in CONCRETE]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]+(_[A-Z]+)*", code) for code in codes)


@pytest.mark.parametrize("kind", CONCRETE)
def test_every_error_says_what_is_wrong_and_what_to_do_next(kind: type[ThreadlineError]) -> None:
    error = kind("It is so.")
    assert (str(error), error.message) == ("It is so.", "It is so.")
    assert error.next_step.endswith(".")
    assert 400 <= error.status <= 599
    assert (error.field, error.retry_after, error.details) == (None, None, {})


def test_an_error_may_know_a_better_next_step_than_its_kind() -> None:
    first = errors.RateLimited("Too many.", next_step="Wait a day.", retry_after=60, details={"sendId": "s"})
    assert (first.next_step, first.retry_after, first.details) == ("Wait a day.", 60, {"sendId": "s"})
    assert errors.RateLimited("Too many.").next_step != "Wait a day."


def test_details_of_one_error_do_not_reach_another() -> None:
    errors.NotFound("a").details["x"] = 1
    assert errors.NotFound("b").details == {}
