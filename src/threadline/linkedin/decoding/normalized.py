"""The normalized form, brought into the plain nested one.

There, every object stands once in `included` and is referred to by its URN under a key with a star
(contracts/linkedin-wire.md §1.4).
"""

from typing import Any

import msgspec

_MOST_OBJECTS = 500_000
"""How many objects an answer may unfold to; a real one stays far below."""


def is_normalized(answer: Any) -> bool:
    """Whether `answer`, a decoded JSON document, is in the normalized form."""
    return isinstance(answer, dict) and isinstance(answer.get("included"), list)


def plain_nested(answer: Any) -> Any:
    """`answer` in the plain nested form: `{"data": …}` with every reference replaced by what it names.

    A reference to what is not included, or back to what holds it, becomes `{"entityUrn": …}`. Raises
    msgspec.ValidationError where it has another form, or unfolds to more than any answer holds.
    """
    if not is_normalized(answer):
        raise msgspec.ValidationError("the answer is not in the normalized form")
    included = {
        entity["entityUrn"]: entity
        for entity in answer["included"]
        if isinstance(entity, dict) and isinstance(entity.get("entityUrn"), str)
    }
    try:
        data = _Unfolding(included).resolve(answer.get("data"), frozenset())
    except RecursionError as error:
        raise msgspec.ValidationError("the answer is nested too deeply") from error
    # A GraphQL answer carries its own `data` inside the normalized one.
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        return data
    return {"data": data}


class _Unfolding:
    """One answer being unfolded, up to a limit: references can double at every step."""

    def __init__(self, included: dict[str, Any]) -> None:
        self._included = included
        self._left = _MOST_OBJECTS

    def resolve(self, value: Any, within: frozenset[str]) -> Any:
        if isinstance(value, list):
            return [self.resolve(item, within) for item in value]
        if not isinstance(value, dict):
            return value
        self._count()
        resolved: dict[str, Any] = {}
        for key, item in value.items():
            if key.startswith("*"):
                resolved[key[1:]] = self._referred(item, within)
            elif key not in resolved:
                resolved[key] = self.resolve(item, within)
        return resolved

    def _referred(self, urn: Any, within: frozenset[str]) -> Any:
        if isinstance(urn, list):
            return [self._referred(item, within) for item in urn]
        if not isinstance(urn, str):
            return None
        entity = self._included.get(urn)
        if entity is None or urn in within:
            self._count()
            return {"entityUrn": urn}
        return self.resolve(entity, within | {urn})

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise msgspec.ValidationError("the answer unfolds to more than any answer holds")
