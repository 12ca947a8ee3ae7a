"""The normalized form, brought into the plain nested one.

There, every object stands once in `included` and is referred to by its URN under a key with a star
(contracts/linkedin-wire.md §1.4).
"""

from typing import Any


def is_normalized(answer: Any) -> bool:
    """Whether `answer`, a decoded JSON document, is in the normalized form."""
    return isinstance(answer, dict) and isinstance(answer.get("included"), list)


def plain_nested(answer: Any) -> Any:
    """`answer` in the plain nested form: `{"data": …}` with every reference replaced by what it names.

    A reference to what is not included, or back to what holds it, becomes `{"entityUrn": …}`.
    """
    included = {
        entity["entityUrn"]: entity
        for entity in answer["included"]
        if isinstance(entity, dict) and isinstance(entity.get("entityUrn"), str)
    }
    data = _resolve(answer.get("data"), included, frozenset())
    # A GraphQL answer carries its own `data` inside the normalized one.
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        return data
    return {"data": data}


def _resolve(value: Any, included: dict[str, Any], within: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_resolve(item, included, within) for item in value]
    if not isinstance(value, dict):
        return value
    resolved: dict[str, Any] = {}
    for key, item in value.items():
        if key.startswith("*"):
            resolved[key[1:]] = _referred(item, included, within)
        elif key not in resolved:
            resolved[key] = _resolve(item, included, within)
    return resolved


def _referred(urn: Any, included: dict[str, Any], within: frozenset[str]) -> Any:
    if isinstance(urn, list):
        return [_referred(item, included, within) for item in urn]
    if not isinstance(urn, str):
        return None
    entity = included.get(urn)
    if entity is None or urn in within:
        return {"entityUrn": urn}
    return _resolve(entity, included, within | {urn})
