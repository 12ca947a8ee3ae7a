"""Reading parts of open JSON, where a missing or strange value is no error."""

from typing import Any


def text_in(value: Any) -> str | None:
    """The words in a plain or an attributed text, or None."""
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else None


def number_in(value: Any) -> int | None:
    """A whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def part_in(value: Any, *path: str | int) -> Any:
    """What lies at `path` in nested objects and lists, or None."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value
