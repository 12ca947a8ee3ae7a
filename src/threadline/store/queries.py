"""Named SQL: the `.sql` files in `queries/`, one statement a name, one line of purpose each.

A file holds entries of the form

    -- name: page
    -- One page of an inbox list, newest first.
    SELECT … WHERE account_id = :account_id

and the query is then called `<file>.<name>`. What must read differently on the two databases stands in
`sqlite.sql` and `postgresql.sql` under its full name (`-- name: people.by_ids`).
"""

import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from msgspec import Struct

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_][a-z0-9_]*)")
_DIALECTS = ("sqlite", "postgresql")


class NumberedQuery(Struct, frozen=True):
    """A query with `$1`-style parameters, and the names in the order of their numbers."""

    text: str
    names: tuple[str, ...]


@cache
def named(dialect: str) -> dict[str, str]:
    """Every query of `dialect` by full name, with `:name` parameters."""
    return gathered(resources.files(__package__).joinpath("queries"), dialect)


def gathered(folder: Traversable, dialect: str) -> dict[str, str]:
    """The queries of `dialect` in the files of `folder`; raises ValueError when one is written twice."""
    found: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        stem = entry.name.removesuffix(".sql")
        if stem in _DIALECTS and stem != dialect:
            continue
        for name, text in _entries(entry.read_text(encoding="utf-8")):
            full = name if stem in _DIALECTS else f"{stem}.{name}"
            if full in found:
                raise ValueError(f"the query {full} is written twice")
            found[full] = text
    return found


@cache
def numbered() -> dict[str, NumberedQuery]:
    """Every query of PostgreSQL by full name, with `$n` parameters."""
    return {name: with_numbers(text) for name, text in named("postgresql").items()}


def with_numbers(text: str) -> NumberedQuery:
    """The query `text` with its `:name` parameters numbered in the order in which they first occur."""
    names: list[str] = []

    def number_of(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return NumberedQuery(_PARAMETER.sub(number_of, text), tuple(names))


def _entries(content: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for block in content.split("-- name:")[1:]:
        name, _, body = block.partition("\n")
        statement = "\n".join(line for line in body.splitlines() if not line.startswith("--"))
        entries.append((name.strip(), statement.strip().rstrip(";")))
    return entries
