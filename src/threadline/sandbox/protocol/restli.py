"""Rest.li 2.0 syntax in raw query strings (contracts/linkedin-wire.md §1.6).

Structure is read on the raw `( ) , :` and only the leaves are percent-decoded, because a value may hold the
same characters in encoded form. The rules are strict: what LinkedIn answers with 400 is an error here, and
`tightened` is what a lenient sandbox puts before them.
"""

from __future__ import annotations

from urllib.parse import quote, unquote

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
    return _Reader(raw).whole()


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


def tightened(raw_query: str) -> str:
    """A query string whose `variables` and `ids` obey the rules, made from one that need not.

    Outer parentheses may have been encoded, and those inside values left raw; what makes no sense is kept.
    """
    return "&".join(_tightened_part(part) for part in raw_query.split("&"))


def _tightened_part(part: str) -> str:
    name, separator, value = part.partition("=")
    if unquote(name).strip() not in ("variables", "ids"):
        return part
    try:
        if isinstance(parse(value), dict | list):
            return part
    except MalformedError:
        pass
    try:
        read = _LenientReader(value if value.startswith(("(", "List(")) else unquote(value)).whole()
    except MalformedError:
        return part
    return f"{name}{separator}{_written(read)}"


def _written(value: Value) -> str:
    if isinstance(value, dict):
        return "(" + ",".join(f"{key}:{_written(each)}" for key, each in value.items()) + ")"
    if isinstance(value, list):
        return "List(" + ",".join(_written(each) for each in value) + ")"
    return quote(value, safe="") or "''"


class _Reader:
    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.place = 0
        self.depth = 0

    def whole(self) -> Value:
        value = self.value()
        if self.place != len(self.raw):
            raise MalformedError(f"unexpected {self.raw[self.place]!r} at {self.place}")
        return value

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
        return self._text()

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

    def _text(self) -> str:
        return self._leaf()

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


class _LenientReader(_Reader):
    """Reads values in which colons and paired parentheses stand raw."""

    def _text(self) -> str:
        start, open_here = self.place, 0
        while self.place < len(self.raw):
            character = self.raw[self.place]
            if not open_here and character in ",)":
                break
            open_here += {"(": 1, ")": -1}.get(character, 0)
            self.place += 1
        text = self.raw[start : self.place]
        return "" if text == "''" else unquote(text)
