"""The three forms of an answer, made from one tree of objects (contracts/linkedin-wire.md §1.4).

Handlers build trees of plain dicts and lists with the marked dicts below in them; `accept` chooses how such a
tree is written: plain nested (`_type` on every node), normalized (entities once, in `included`) or plain.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

GRAPHQL = "application/graphql"
NORMALIZED = "application/vnd.linkedin.normalized+json+2.1"
PLAIN = "application/json"


class Record(dict[str, Any]):
    """An object with a type name and no identity of its own."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str, **fields: Any) -> None:
        super().__init__(**fields)
        self.type_name = type_name


class Entity(Record):
    """An object with an `entityUrn`, which the normalized form puts into `included`."""

    __slots__ = ()


class Reference(Entity):
    """An entity of which only the `entityUrn` is told."""

    __slots__ = ()


class Union:
    """A value that the plain form wraps in its type name, and the others do not."""

    __slots__ = ("member",)

    def __init__(self, member: Record) -> None:
        self.member = member


def chosen_form(accept: str | None) -> str:
    """The form that an `accept` header asks for; plain when it names none of the others."""
    if accept and "normalized+json" in accept:
        return NORMALIZED
    if accept and GRAPHQL in accept:
        return GRAPHQL
    return PLAIN


def collection(elements: list[Any], metadata: Record | None = None) -> Record:
    """A collection as messaging GraphQL gives it."""
    record = Record("com.linkedin.restli.common.CollectionResponse")
    if metadata is not None:
        record["metadata"] = metadata
    record["elements"] = elements
    return record


def graphql_answer(
    form: str, field: str, value: Any, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The answer of a GraphQL query whose result stands under `field`."""
    if form == NORMALIZED:
        included: dict[str, dict[str, Any]] = {}
        data = _normalized({field: value}, included)
        if errors:
            return {"data": {"data": data, "errors": errors}, "included": _listed(included)}
        return {"data": {"data": data}, "included": _listed(included)}
    root_type = _recipe(field)
    answer: dict[str, Any] = {"data": {"_type": root_type, "_recipeType": root_type, field: nested(value)}}
    if errors:
        answer["errors"] = errors
    return answer


def entity_answer(form: str, record: Record) -> dict[str, Any]:
    """The answer of a REST read of one object."""
    if form != NORMALIZED:
        return {name: plain(value) for name, value in record.items()}
    included: dict[str, dict[str, Any]] = {}
    return {"data": _normalized_fields(record, included), "included": _listed(included)}


def collection_answer(
    form: str, elements: list[Any], *, start: int = 0, count: int = 10, metadata: Record | None = None
) -> dict[str, Any]:
    """The answer of a REST finder."""
    paging = {"start": start, "count": count, "links": []}
    if form != NORMALIZED:
        answer: dict[str, Any] = {"elements": plain(elements), "paging": paging}
        if metadata is not None:
            answer["metadata"] = plain(metadata)
        return answer
    included: dict[str, dict[str, Any]] = {}
    record = Record("com.linkedin.restli.common.CollectionResponse", elements=elements, paging=paging)
    if metadata is not None:
        record["metadata"] = metadata
    data = _normalized_fields(record, included)
    if not elements:
        data["*elements"] = data.pop("elements")
    return {"data": data, "included": _listed(included)}


def action_answer(
    form: str, value: Any, type_name: str = "com.linkedin.restli.common.ActionResponse"
) -> dict[str, Any]:
    """The answer of a REST action."""
    if form != NORMALIZED:
        return {"value": plain(value)}
    included: dict[str, dict[str, Any]] = {}
    data = _normalized_fields(Record(type_name, value=value), included)
    return {"data": data, "included": _listed(included)}


def error_answer(form: str, status: int, fields: dict[str, Any] | None = None) -> dict[str, Any]:
    """An error body: flat in the plain form, under `data` in the normalized (linkedin-wire.md §12.1)."""
    body = {**(fields or {}), "status": status}
    return {"data": body, "included": []} if form == NORMALIZED else body


def plain(value: Any) -> Any:
    """A tree with everything inline and no type names but those of unions."""
    if isinstance(value, Union):
        return {value.member.type_name: plain(value.member)}
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def nested(value: Any) -> Any:
    """A tree with everything inline and `_type` and `_recipeType` on each known node."""
    if isinstance(value, Union):
        return nested(value.member)
    if isinstance(value, dict):
        fields = {name: nested(item) for name, item in value.items()}
        if isinstance(value, Record) and not isinstance(value, Reference):
            return {"_type": value.type_name, "_recipeType": _recipe(value.type_name), **fields}
        return fields
    if isinstance(value, list):
        return [nested(item) for item in value]
    return value


def _normalized(value: Any, included: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, Union):
        return _normalized(value.member, included)
    if isinstance(value, dict):
        return _normalized_fields(value, included)
    if isinstance(value, list):
        return [_normalized(item, included) for item in value]
    return value


def _normalized_fields(fields: dict[str, Any], included: dict[str, dict[str, Any]]) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, value in fields.items():
        member = value.member if isinstance(value, Union) else value
        if isinstance(member, Entity):
            written[f"*{name}"] = _include(member, included)
        elif isinstance(member, list) and member and all(isinstance(item, Entity) for item in member):
            written[f"*{name}"] = [_include(item, included) for item in member]
        else:
            written[name] = _normalized(value, included)
    if isinstance(fields, Record):
        written["$type"] = fields.type_name
    return written


def _include(entity: Entity, included: dict[str, dict[str, Any]]) -> str:
    urn: str = entity["entityUrn"]
    known = included.get(urn)
    if known is None or (len(known) <= 2 and not isinstance(entity, Reference)):
        # The place is taken before the fields are written, so that a circle of entities ends.
        included[urn] = {"entityUrn": urn, "$type": entity.type_name}
        included[urn] = _normalized_fields(entity, included)
    return urn


def _listed(included: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return list(included.values())


@cache
def _recipe(name: str) -> str:
    return f"com.linkedin.{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"
