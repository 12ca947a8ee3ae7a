"""An outbox full of timed sends: one account is made by the store's functions, the others are copies.

The database itself copies, so that half a million rows take seconds.
"""

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from threadline.model.access import Tenant
from threadline.model.accounts import AccountState
from threadline.model.clock import DAY, SystemClock
from threadline.model.compositions import Composition
from threadline.model.conversations import opened_conversation
from threadline.model.people import Distance, Person
from threadline.model.sends import Phase, Send, SendState
from threadline.services.sends.outbox import OUTBOX
from threadline.store import accounts, conversations, pacing, sends, tenants
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase

SENDS_EACH = 5
"""Sends that wait on each account."""

SEND_ID = "0196f000-0000-7000-8000-000000000000"
"""The first send of each account."""

_TENANT = "tenant-benchmark"
_ID_START = "bec400000000000000"
_OWNER = "ACoAAowner"
_THREADS = 5
_SPREAD = 30 * DAY
"""Over how long a time after tomorrow the sends are to leave."""

_COPIED = ("accounts", "pacing", "conversations", "sends", "due_work")
_MOVED = ("ready_at", "send_at", "due_at")


def account_id(number: int) -> str:
    """The id of an account of the outbox, from 0 on."""
    return f"{_ID_START}{number:06}"


async def fill_sqlite(path: Path, count: int) -> None:
    """Make an outbox of `count` accounts in the file `path`."""
    await _fill_first(SqliteDatabase(path, SystemClock()))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for table in _COPIED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for statement in _copying(table, columns, count):
                connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


async def fill_postgresql(dsn: str, count: int) -> None:
    """Make an outbox of `count` accounts in an empty database."""
    await _fill_first(PostgresqlDatabase(dsn, SystemClock()))
    connection: Any = await asyncpg.connect(dsn)
    try:
        for table in _COPIED:
            rows = await connection.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_name = $1", table
            )
            for statement in _copying(table, [row["column_name"] for row in rows], count):
                await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def make_due(database: Database, due_at: Mapping[str, int], *, wake: bool = True) -> None:
    """Let the first send of each account leave at a time; wake: whether the engine is told."""
    async with database.transaction() as tx:
        for key, at in due_at.items():
            send = await sends.by_id(tx, key, SEND_ID)
            if send is None:
                raise RuntimeError(f"the account {key} has no sends")
            await sends.edit(tx, msgspec.structs.replace(send, send_at=at, ready_at=at))
            if wake:
                await tx.wake(OUTBOX, key, at)


def _copying(table: str, columns: list[str], count: int) -> list[str]:
    """The statements that copy what the first account has in `table` to the others."""
    taken = {
        "account_id": f"'{_ID_START}' || numbers.digits",
        "work_key": f"'{_ID_START}' || numbers.digits",
        "user_id": "'user-' || numbers.n",
        **{name: f"first.{name} + numbers.n * 48271 % {_SPREAD}" for name in _MOVED},
    }
    values = ", ".join(taken.get(name, f"first.{name}") for name in columns)
    return [
        f"CREATE TEMPORARY TABLE first_{table} AS SELECT * FROM {table}",
        f"""
        WITH RECURSIVE counted (n) AS (
            SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < {count - 1}
        ), numbers AS (SELECT n, substr(CAST(1000000 + n AS TEXT), 2) AS digits FROM counted)
        INSERT INTO {table} ({", ".join(columns)}) SELECT {values} FROM numbers CROSS JOIN first_{table} first
        """,
    ]


async def _fill_first(database: Database) -> None:
    """Store the tenant, and the first account with its sends."""
    first = account_id(0)
    now = SystemClock().now()
    await database.open()
    try:
        async with database.transaction() as tx:
            await tenants.insert(
                tx, Tenant(tenant_id=_TENANT, name="benchmark", sandbox=True, created_at=now)
            )
            await accounts.insert(tx, account_id=first, tenant_id=_TENANT, user_id="user-0", now=now)
            owner = Person(person_id=_OWNER, first_name="Ada", last_name="Owner", distance=Distance.SELF)
            await accounts.set_owner(tx, first, owner)
            await accounts.set_state(tx, first, AccountState.CONNECTED, None, None)
            await pacing.make(tx, first, seed=1)
            listed = [
                opened_conversation(f"2-thread-{number}", _OWNER, [Person(person_id=f"peer{number}")], now)
                for number in range(_THREADS)
            ]
            await conversations.put(tx, first, listed)
            await sends.insert_all(tx, [_send(number, now) for number in range(SENDS_EACH)])
            await tx.wake(OUTBOX, first, now + DAY)
    finally:
        await database.close()


def _send(number: int, now: int) -> Send:
    ready_at = now + DAY + number
    return Send(
        account_id=account_id(0),
        send_id=f"{SEND_ID[:-12]}{number:012}",
        state=SendState.QUEUED,
        composition=Composition(text=f"Good morning, this is message {number} of the benchmark."),
        recipient_id=f"peer{number}",
        thread_id=f"2-thread-{number}",
        phase=Phase.CACHE,
        origin_token=f"5c1f0000-0000-4000-8000-{number:012}",
        tracking_id="benchmarkbenchma",
        direct=False,
        send_at=ready_at,
        ready_at=ready_at,
        created_at=now + number,
    )
