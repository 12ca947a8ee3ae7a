"""Reading the variables of a GraphQL query; each reader raises BadQueryError."""

from __future__ import annotations

from threadline.sandbox.network.threads import CATEGORIES
from threadline.sandbox.protocol.restli import Value

Variables = dict[str, Value]


class BadQueryError(ValueError):
    """A query whose name, variables or values are not known: answered with 400."""


def category_of(value: Value | None) -> str:
    """A category that is known. Raises BadQueryError."""
    if not isinstance(value, str) or value not in CATEGORIES:
        raise BadQueryError(f"{value} is not a category")
    return value


def text_of(variables: Variables, name: str) -> str:
    """A leaf. Raises BadQueryError."""
    value = variables[name]
    if not isinstance(value, str):
        raise BadQueryError(f"{name} must be a text")
    return value


def list_of(variables: Variables, name: str) -> list[Value]:
    """A List. Raises BadQueryError."""
    value = variables[name]
    if not isinstance(value, list):
        raise BadQueryError(f"{name} must be a List")
    return value


def record_of(variables: Variables, name: str) -> dict[str, Value]:
    """A record. Raises BadQueryError."""
    value = variables[name]
    if not isinstance(value, dict):
        raise BadQueryError(f"{name} must be a record")
    return value


def number_of(variables: Variables, name: str, least: int, most: int, otherwise: int | None = None) -> int:
    """A whole number from `least`, cut to `most`; `otherwise` when it is not given. Raises BadQueryError."""
    value = variables.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isdigit()
        or not least <= int(value[:20])
    ):
        raise BadQueryError(f"{name} must be a number from {least}")
    return min(int(value[:20]), most)
