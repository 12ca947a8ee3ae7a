"""Reading parts of open JSON, where a missing or strange value is no error."""

from typing import Any

LARGEST = 2**53 - 1
"""The largest whole number that JSON carries exactly; every database column for one holds it."""

_MOST_COUNTED = 2**31 - 1


def text_in(value: Any) -> str | None:
    """The words in a plain or an attributed text, or None."""
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else None


def number_in(value: Any) -> int | None:
    """A whole number that can be stored, or None."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -LARGEST <= value <= LARGEST else None


def count_in(value: Any) -> int:
    """How many there are: from 0 to the most that is counted; 0 where it is not said."""
    return min(max(number_in(value) or 0, 0), _MOST_COUNTED)


def part_in(value: Any, *path: str | int) -> Any:
    """What lies at `path` in nested objects and lists, or None."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value
