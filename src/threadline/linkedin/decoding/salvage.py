"""A malformed object, stripped of the parts that cannot be understood.

Nothing is guessed: a part either has the shape that is known, or it is left out and counted.
"""

from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import fields

MalformedReport = Callable[[str], None]
"""Is told the name of each part that was left out."""

_Kind = TypeVar("_Kind", bound=Struct)


def salvaged(value: Any, kind: type[_Kind], report: MalformedReport) -> _Kind | None:
    """`value`, a decoded JSON document, as `kind`: whole, stripped, or None when not even that can be had."""
    try:
        return msgspec.json.decode(msgspec.json.encode(value), type=kind)
    except msgspec.ValidationError:
        pass
    if isinstance(value, dict):
        sound = stripped(value, kind, report)
        try:
            return msgspec.json.decode(msgspec.json.encode(sound), type=kind)
        except msgspec.ValidationError:
            pass
    report(kind.__name__)
    return None


def stripped(value: dict[str, Any], kind: type[Struct], report: MalformedReport) -> dict[str, Any]:
    """`value` without the fields of `kind` that have another shape than it says.

    A field without which the object makes no sense stays as it is, so that decoding it fails.
    """
    kept = dict(value)
    for field in fields(kind):
        name = field.encode_name
        if name not in kept:
            continue
        part, sound = _sound_part(kept[name], field.type, report)
        if sound:
            kept[name] = part
        elif not field.required:
            del kept[name]
            report(f"{kind.__name__}.{name}")
    return kept


def _sound_part(value: Any, kind: Any, report: MalformedReport) -> tuple[Any, bool]:
    """`value` in the shape of `kind`, and whether that could be had."""
    if kind is Any or kind is msgspec.Raw:
        return value, True
    if get_origin(kind) in (Union, UnionType):
        options = [option for option in get_args(kind) if option is not NoneType]
        if value is None or len(options) != 1:
            return value, _converts(value, kind)
        return _sound_part(value, options[0], report)
    if isinstance(value, dict) and isinstance(kind, type) and issubclass(kind, Struct):
        cut = stripped(value, kind, report)
        return cut, _converts(cut, kind)
    if isinstance(value, list) and get_origin(kind) is list:
        (item_kind,) = get_args(kind)
        parts = [_sound_part(item, item_kind, report) for item in value]
        for _ in (sound for _, sound in parts if not sound):
            report(f"an item of type {getattr(item_kind, '__name__', 'other')}")
        return [part for part, sound in parts if sound], True
    return value, _converts(value, kind)


def _converts(value: Any, kind: Any) -> bool:
    try:
        msgspec.json.decode(msgspec.json.encode(value), type=kind)
    except msgspec.ValidationError:
        return False
    return True
