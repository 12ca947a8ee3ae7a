"""Rest.li 2.0 syntax for URLs: structure stays raw, values are percent-encoded once.

Source: contracts/linkedin-wire.md §1.6. The result is a ready-made piece of a URL: no library may touch it.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from urllib.parse import quote


class Raw(str):
    """Text that is put into the URL as it is."""

    __slots__ = ()


Value: TypeAlias = "str | bool | int | Raw | Mapping[str, Value] | Sequence[Value]"
"""A mapping becomes a record `(key:value)`, a sequence `List(a,b)`, the rest a leaf."""


def encode(value: Value) -> str:
    """`value` in Rest.li syntax, ready to stand in a query string or path."""
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, str):
        return quote(value, safe="") or "''"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return "(" + ",".join(f"{quote(key, safe='')}:{encode(item)}" for key, item in value.items()) + ")"
    return "List(" + ",".join(encode(item) for item in value) + ")"
