"""The shapes of the documents that the product began from, and the comparison of an answer with one.

A shape is JSON itself: an object of keys and shapes, a list with the one shape of its items, or the name of a
type: `string`, `integer`, `number`, `boolean`, `null`, `any`, or several joined with `|`. An answer may hold
more keys than its shape: what is added later breaks nobody. `tests/data/seeds/` holds one file per example.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

SEEDS: Final = Path(__file__).parent / "data" / "seeds"

Shape = str | list[Any] | dict[str, Any]

TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "any": (object,),
}


@dataclass(frozen=True, slots=True)
class SeedRequest:
    """A request as the first seed prints it, with `{placeholders}` for what the caller fills in."""

    name: str
    method: str
    path: str
    """Path and query."""
    headers: tuple[str, ...]
    """Names of the headers that are sent."""
    body: tuple[str, ...]
    """Keys of the JSON body; empty when there is none."""


def seed_shape(name: str) -> Shape:
    """The shape in `tests/data/seeds/<name>.json`."""
    shape: Shape = json.loads((SEEDS / f"{name}.json").read_text())
    return shape


def seed_curl_lines() -> dict[str, str]:
    """The first seed's curl lines by the names of its requests, as they are printed."""
    listed = re.split(r"^# (.+)\n", (SEEDS / "000-curl.sh").read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(listed[::2], listed[1::2], strict=True))


def seed_requests() -> dict[str, SeedRequest]:
    """The first seed's requests by name, in the order of its page."""
    listed = json.loads((SEEDS / "000-requests.json").read_text())
    requests = [
        SeedRequest(
            entry["name"], entry["method"], entry["path"], tuple(entry["headers"]), tuple(entry["body"])
        )
        for entry in listed
    ]
    return {request.name: request for request in requests}


def assert_shape(actual: object, shape: Shape) -> None:
    """Fail when a decoded JSON value does not have the shape, naming every path that differs."""
    found = list(differences(actual, shape))
    assert not found, "\n".join(["the value differs from its shape:", *found])


def differences(actual: object, shape: Shape, path: str = "$") -> Iterator[str]:
    """Each path at which the value differs, as a sentence."""
    if isinstance(shape, dict):
        if not isinstance(actual, dict):
            yield f"{path} is {_type_name(actual)}, not an object"
            return
        for key, inner in shape.items():
            if key in actual:
                yield from differences(actual[key], inner, f"{path}.{key}")
            else:
                yield f"{path}.{key} is missing"
    elif isinstance(shape, list):
        if not isinstance(actual, list):
            yield f"{path} is {_type_name(actual)}, not an array"
            return
        for number, item in enumerate(actual):
            yield from differences(item, shape[0], f"{path}[{number}]")
    elif not any(_is(actual, name) for name in shape.split("|")):
        yield f"{path} is {_type_name(actual)}, not {shape.replace('|', ' or ')}"


def _is(actual: object, name: str) -> bool:
    """Whether a value is of the named type; JSON tells true from 1, Python's types do not."""
    if isinstance(actual, bool) and name in {"integer", "number"}:
        return False
    return isinstance(actual, TYPES[name])


def _type_name(actual: object) -> str:
    if isinstance(actual, dict):
        return "object"
    if isinstance(actual, list):
        return "array"
    return next(name for name in TYPES if _is(actual, name))
