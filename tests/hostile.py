"""Strange values in every place of a document, one at a time, as a hostile or broken LinkedIn sends them."""

from collections.abc import Iterator
from typing import Any

import msgspec

DEEP = b"[" * 100_000 + b"]" * 100_000
"""Nested deeper than any decoder goes."""

NOT_QUITE_JSON = (b'"\\ud800"', b'"\\udc00\\ud800"', b'"\xff\xfe"', b'"\\u00"', b"01", b"nul", b"")
"""What stands where a value should: half a surrogate pair, no UTF-8, a broken escape, nothing."""

STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    -(10**12),
    10**12,
    10**18,
    10**30,
    -(10**30),
    0.5,
    "",
    " ",
    "\x00\x01\x1b\u202e",
    "urn:li:msg_conversation:(,)",
    "urn:li:company:" + "\u00f6\U0001f99c" * 5_000,
    "".join(chr(0x4E00 + (n * 7_919) % 20_000) for n in range(20_000)),
    [],
    [None],
    [[], {}, 1, "a"],
    {},
    {"text": {"text": []}},
    {"*entityUrn": "urn:li:none"},
)
"""Wrong types, extreme numbers, texts that no key of a database holds."""


def spoiled(document: Any, values: tuple[Any, ...] = STRANGE) -> Iterator[tuple[str, bytes]]:
    """`document` as JSON with each of its parts replaced by each strange value in turn, and where that is."""
    for path in _paths(document):
        for value in values:
            yield f"{path} is {str(value)[:40]!r}", msgspec.json.encode(_replaced(document, path, value))
        if path:
            yield f"{path} is missing", msgspec.json.encode(_without(document, path))


def misspelled(document: Any) -> Iterator[tuple[str, bytes]]:
    """`document` with each of its parts replaced by what is not JSON, or is too deep, in turn."""
    marker = "0b8e4c1a-marker"
    for path in _paths(document):
        whole = msgspec.json.encode(_replaced(document, path, marker))
        for wrong in (*NOT_QUITE_JSON, DEEP):
            yield f"{path} is {wrong[:20]!r}", whole.replace(f'"{marker}"'.encode(), wrong)


_Path = tuple[str | int, ...]


def _paths(document: Any, path: _Path = ()) -> Iterator[_Path]:
    yield path
    if isinstance(document, dict):
        for key, part in document.items():
            yield from _paths(part, (*path, key))
    elif isinstance(document, list):
        for place, part in enumerate(document):
            yield from _paths(part, (*path, place))


def _replaced(document: Any, path: _Path, value: Any) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(document, dict):
        return {**document, step: _replaced(document[step], rest, value)}
    return [_replaced(part, rest, value) if place == step else part for place, part in enumerate(document)]


def _without(document: Any, path: _Path) -> Any:
    step, rest = path[0], path[1:]
    if rest:
        return _replaced(document, (step,), _without(document[step], rest))
    if isinstance(document, dict):
        return {key: part for key, part in document.items() if key != step}
    return [part for place, part in enumerate(document) if place != step]
