"""Where the contract suite keeps its databases, and how it looks past the port at what is stored."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.contract.store.samples import ACCOUNT, NOW
from threadline.model.clock import DrivenClock
from threadline.store import queries
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase

PLAN_PARAMETERS: Mapping[str, int | str] = {
    "count": 20,
    "before": NOW,
    "after": NOW,
    "since": 0,
    "sequence": 0,
    "now": NOW,
}
"""What stands for the parameters of a query whose plan is asked for; every other one is a text."""

OF_ONE_QUERY: Mapping[str, Mapping[str, int | str]] = {"sends.by_token": {"account_id": ACCOUNT}}
"""The same for single queries: to an account without rows all its indexes are alike."""


def _parameters(query: str, names: Sequence[str]) -> dict[str, int | str]:
    given = {**PLAN_PARAMETERS, **OF_ONE_QUERY.get(query, {})}
    return {name: given.get(name, "x") for name in names}


class Storage(Protocol):
    """One place that holds a database, which several processes may have open."""

    async def opened(self) -> Database:
        """Open the database, as one more process would; closed with the storage."""
        ...

    def unopened(self) -> Database:
        """The database, to be opened and closed by the test."""
        ...

    async def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement past the port; parameters are written `$1`."""
        ...

    async def plan(self, query: str) -> str:
        """How the database would run a named query."""
        ...

    async def close(self) -> None:
        """Close what was opened, and leave nothing behind."""
        ...


class SqliteStorage:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._opened: list[Database] = []

    def unopened(self) -> Database:
        return SqliteDatabase(self.path, DrivenClock(NOW))

    async def opened(self) -> Database:
        database = self.unopened()
        await database.open()
        self._opened.append(database)
        return database

    async def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            return connection.execute(statement.replace("$", "?"), values).fetchall()
        finally:
            connection.close()

    async def plan(self, query: str) -> str:
        text = queries.named("sqlite")[query]
        names = queries.with_numbers(text).names
        connection = sqlite3.connect(self.path)
        try:
            rows = connection.execute(f"EXPLAIN QUERY PLAN {text}", _parameters(query, names)).fetchall()
        finally:
            connection.close()
        return "\n".join(row[3] for row in rows)

    async def close(self) -> None:
        for database in self._opened:
            await database.close()


class PostgresqlStorage:
    """One database of a server."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._opened: list[Database] = []

    def unopened(self) -> Database:
        return PostgresqlDatabase(self._dsn, DrivenClock(NOW), connections=4)

    async def opened(self) -> Database:
        database = self.unopened()
        await database.open()
        self._opened.append(database)
        return database

    async def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self._dsn)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    async def plan(self, query: str) -> str:
        numbered = queries.numbered()[query]
        connection = await asyncpg.connect(self._dsn)
        try:
            await connection.execute("ANALYZE")
            await connection.execute("SET enable_seqscan = off")
            rows = await connection.fetch(
                f"EXPLAIN {numbered.text}", *_parameters(query, numbered.names).values()
            )
        finally:
            await connection.close()
        return "\n".join(row[0] for row in rows)

    async def close(self) -> None:
        for database in self._opened:
            await database.close()
        await self.execute("DROP SCHEMA public CASCADE")
        await self.execute("CREATE SCHEMA public")
