"""Rest.li 2.0 syntax in raw query strings (contracts/linkedin-wire.md §1.6).

Structure is read on the raw `( ) , :` and only the leaves are percent-decoded, because a value may hold the
same characters in encoded form. The rules are strict: what LinkedIn answers with 400 is an error here.
"""

from __future__ import annotations

from urllib.parse import unquote

_DEEPEST = 32

Value = str | list["Value"] | dict[str, "Value"]


class MalformedError(ValueError):
    """A query that breaks the Rest.li syntax; the text says where."""


def split_query(raw_query: str) -> dict[str, str]:
    """The raw, still encoded values of a query string by decoded, trimmed name; the first one counts."""
    values: dict[str, str] = {}
    for part in raw_query.split("&"):
        name, _, value = part.partition("=")
        values.setdefault(unquote(name).strip(), value)
    values.pop("", None)
    return values


def parse(raw: str) -> Value:
    """The value of one raw Rest.li text: a record, a list or a leaf. Raises MalformedError."""
    reader = _Reader(raw)
    value = reader.value()
    if reader.place != len(raw):
        raise MalformedError(f"unexpected {raw[reader.place]!r} at {reader.place}")
    return value


def parse_record(raw: str) -> dict[str, Value]:
    """A record whose outer parentheses are raw, as `variables` must be. Raises MalformedError."""
    value = parse(raw)
    if not isinstance(value, dict):
        raise MalformedError("a record in raw parentheses was expected")
    return value


def parse_list(raw: str) -> list[Value]:
    """A `List(…)` whose parentheses are raw, as `ids` must be. Raises MalformedError."""
    value = parse(raw)
    if not isinstance(value, list):
        raise MalformedError("a List in raw parentheses was expected")
    return value


class _Reader:
    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.place = 0
        self.depth = 0

    def value(self) -> Value:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise MalformedError(f"more than {_DEEPEST} levels")
        value = self._value()
        self.depth -= 1
        return value

    def _value(self) -> Value:
        if self.raw.startswith("List(", self.place):
            self.place += len("List(")
            return self._list()
        if self.raw.startswith("(", self.place):
            self.place += 1
            return self._record()
        return self._leaf()

    def _list(self) -> list[Value]:
        items: list[Value] = []
        if self._take(")"):
            return items
        while True:
            items.append(self.value())
            if self._take(")"):
                return items
            self._expect(",")

    def _record(self) -> dict[str, Value]:
        fields: dict[str, Value] = {}
        if self._take(")"):
            return fields
        while True:
            key = self._leaf()
            self._expect(":")
            fields[key] = self.value()
            if self._take(")"):
                return fields
            self._expect(",")

    def _leaf(self) -> str:
        start = self.place
        while self.place < len(self.raw) and self.raw[self.place] not in "(),:":
            self.place += 1
        text = self.raw[start : self.place]
        if text == "''":
            return ""
        if not text or "'" in text:
            raise MalformedError(f"a value was expected at {start}")
        return unquote(text)

    def _take(self, character: str) -> bool:
        if self.raw.startswith(character, self.place):
            self.place += 1
            return True
        return False

    def _expect(self, character: str) -> None:
        if not self._take(character):
            raise MalformedError(f"{character!r} was expected at {self.place}")
