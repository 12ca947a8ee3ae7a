"""Another pair of eyes on the gateway's store, over SQLite and PostgreSQL: plain SQL, no code of ours."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

UNREACHABLE = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    sqlite3.OperationalError,
)
"""What is raised while the database's server is down."""


@dataclass(frozen=True)
class Ledger:
    """Reads what is stored; changes times only, and only while no gateway runs."""

    file: Path
    database_url: str | None = None

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Every row of the answer."""
        if self.database_url is None:
            with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as database:
                return database.execute(query).fetchall()
        connection = await asyncpg.connect(self.database_url)
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()

    async def sends(self) -> dict[str, str]:
        """The state of every send by its text."""
        return dict(await self.rows("SELECT body, state FROM sends"))

    async def states(self) -> list[str]:
        """The states of the sends that are not settled."""
        open_ones = "SELECT state FROM sends WHERE state IN ('queued', 'sending', 'unknown')"
        return [state for (state,) in await self.rows(open_ones)]

    async def checks_due(self, now: int) -> int:
        """How many checks of unknown sends are due at a time (epoch milliseconds) and not done yet."""
        query = f"SELECT COUNT(*) FROM due_work WHERE kind = 'settle' AND due_at <= {now}"
        [(count,)] = await self.rows(query)
        return int(count)

    async def message_ids(self) -> set[str]:
        """The ids of every stored message."""
        return {one for (one,) in await self.rows("SELECT message_id FROM messages")}

    async def events(self) -> list[tuple[int, str, str | None, int, dict[str, Any]]]:
        """Sequence, type, thread, time and data of every event, in the log's order."""
        columns = "sequence, type, thread_id, occurred_at, data"
        told = await self.rows(f"SELECT {columns} FROM events ORDER BY account_id, sequence")
        return [(number, kind, thread, at, json.loads(data)) for number, kind, thread, at, data in told]

    async def let_time_pass(self, milliseconds: int) -> None:
        """Make what waits for a later time due: two readings that prove an absence lie a minute apart."""
        await self._run(
            (
                f"UPDATE sends SET unknown_at = unknown_at - {milliseconds}, "
                f"absent_at = absent_at - {milliseconds} WHERE state = 'unknown'",
                f"UPDATE sends SET lease_until = lease_until - {milliseconds} WHERE state = 'sending'",
                f"UPDATE sends SET ready_at = ready_at - {milliseconds}, send_at = send_at - {milliseconds} "
                "WHERE state = 'queued'",
                f"UPDATE due_work SET due_at = due_at - {milliseconds}",
            )
        )

    async def _run(self, statements: Sequence[str]) -> None:
        if self.database_url is None:
            with closing(sqlite3.connect(self.file)) as database, database:
                for statement in statements:
                    database.execute(statement)
            return
        connection = await asyncpg.connect(self.database_url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()
