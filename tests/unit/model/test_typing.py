"""How long typing is shown before a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.typing import LONGEST, SHORTEST, TOLD_EVERY, pauses, typing_time


@given(st.text(max_size=9_000))
def test_it_lasts_a_few_seconds_and_never_longer_than_the_limit(text: str) -> None:
    assert SHORTEST <= typing_time(text) <= LONGEST
    assert typing_time(text + "x") >= typing_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", [1_500]), ("x" * 25, [3_000]), ("x" * 100, [5_000, 2_500]), ("x" * 8_000, [5_000, 5_000, 2_000])],
)
def test_it_is_told_every_five_seconds_until_the_message_leaves(text: str, expected: list[int]) -> None:
    assert list(pauses(text)) == expected
    assert sum(expected) == typing_time(text)
    assert max(expected) <= TOLD_EVERY
