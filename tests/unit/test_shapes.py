"""An answer is compared with a seed's shape, and every difference is named by its path."""

import re
from collections.abc import Iterator

import pytest

from tests.shapes import SEEDS, TYPES, Shape, assert_shape, differences, seed_requests, seed_shape

SENT = {"success": True, "method": "api-direct", "sendId": "added later"}


def test_an_answer_may_hold_more_than_its_shape() -> None:
    assert_shape(SENT, seed_shape("000-send-answer"))


@pytest.mark.parametrize(
    ("actual", "shape", "found"),
    [
        ({"a": {}}, {"a": {"b": "string"}}, ["$.a.b is missing"]),
        ({"a": 1}, {"a": "string"}, ["$.a is integer, not string"]),
        ({"a": True}, {"a": "integer"}, ["$.a is boolean, not integer"]),
        ({"a": 1.5}, {"a": "null|integer"}, ["$.a is number, not null or integer"]),
        ([{"a": 1}, {"a": None}], [{"a": "integer"}], ["$[1].a is null, not integer"]),
        ([], {"a": "any"}, ["$ is array, not an object"]),
        ({"a": "b"}, ["any"], ["$ is object, not an array"]),
        ({"a": None, "b": []}, {"a": "null|string", "b": [{"c": "string"}]}, []),
    ],
)
def test_what_differs_is_named_by_its_path(actual: object, shape: Shape, found: list[str]) -> None:
    assert list(differences(actual, shape)) == found


def test_a_wrong_answer_fails_with_every_path() -> None:
    with pytest.raises(AssertionError, match=re.escape("$.success is missing\n$.method is null, not string")):
        assert_shape({"method": None}, seed_shape("000-send-answer"))


def test_every_shape_names_types_that_exist() -> None:
    names = {
        name for path in SEEDS.glob("*-*.json") if path.stem != "000-requests" for name in _types(path.stem)
    }
    assert {"string", "integer", "boolean"} <= names <= set(TYPES)


def test_every_request_body_of_the_first_seed_has_its_shape() -> None:
    shapes = {
        "send": "000-send-request",
        "send-with-urn": "000-send-request-with-urn",
        "send-inmail": "000-send-inmail-request",
        "create-webhook": "000-create-webhook-request",
    }
    with_body = {name: set(request.body) for name, request in seed_requests().items() if request.body}
    assert with_body == {name: set(seed_shape(shape)) for name, shape in shapes.items()}


def _types(seed: str) -> Iterator[str]:
    waiting: list[Shape] = [seed_shape(seed)]
    while waiting:
        shape = waiting.pop()
        if isinstance(shape, str):
            yield from shape.split("|")
        else:
            waiting += shape.values() if isinstance(shape, dict) else shape
