"""What is SQLite's own: its file, its settings, and a commit that fails."""

import asyncio
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from threadline.model.access import Tenant
from threadline.model.clock import DrivenClock
from threadline.store import queries, tenants
from threadline.store.sqlite import SqliteDatabase

NOW = 1_790_000_000_000
BAD_KEY = {
    "key_id": "k",
    "tenant_id": "nobody",
    "name": "",
    "prefix": "",
    "key_hash": "",
    "rights": "",
    "created_at": 0,
}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = SqliteDatabase(tmp_path / "data" / "threadline.db", DrivenClock(NOW))
    await opened.open()
    yield opened
    await opened.close()


async def insert(database: SqliteDatabase, tenant_id: str) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, Tenant(tenant_id=tenant_id, name="x", sandbox=False, created_at=NOW))


async def test_the_file_is_its_owners_alone_with_what_lies_beside_it(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    await insert(database, "t1")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
    assert set(modes) == {"threadline.db", "threadline.db-wal", "threadline.db-shm"}
    assert set(modes.values()) == {0o600}


async def test_a_read_outside_a_transaction_cannot_change_anything(database: SqliteDatabase) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.rows("tenants.insert", tenant_id="t1", name="x", sandbox=0, created_at=NOW)
    assert await tenants.every(database) == []


async def test_what_is_committed_is_in_the_log_on_disk_before_it_is_answered(
    database: SqliteDatabase, tmp_path: Path
) -> None:
    """A copy of the files, as a crash would leave them, holds what was committed."""
    await insert(database, "t1")
    copied = tmp_path / "copied"
    copied.mkdir()
    for path in (tmp_path / "data").glob("threadline.db*"):
        (copied / path.name).write_bytes(path.read_bytes())
    other = SqliteDatabase(copied / "threadline.db", DrivenClock(NOW))
    await other.open()
    assert [one.tenant_id for one in await tenants.every(other)] == ["t1"]
    await other.close()


def with_queries(database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    """Let `database` know the statements of a test, called `test.<name>`."""
    named = {f"test.{name}": text for name, text in more.items()}
    monkeypatch.setattr(database, "_queries", {**queries.named("sqlite"), **named})


async def test_commits_are_synced_to_disk_and_keys_to_other_tables_are_checked(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_queries(
        database,
        monkeypatch,
        synchronous="SELECT synchronous AS value FROM pragma_synchronous",
        journal="SELECT journal_mode AS value FROM pragma_journal_mode",
        foreign="SELECT foreign_keys AS value FROM pragma_foreign_keys",
    )
    async with database.transaction() as tx:
        rows = [await tx.row(f"test.{name}") for name in ("synchronous", "journal", "foreign")]
    assert [row and row["value"] for row in rows] == [2, "wal", 1]


async def test_a_commit_that_fails_stores_nothing_and_holds_nobody_up(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_queries(database, monkeypatch, defer="PRAGMA defer_foreign_keys = ON")
    told: list[str] = []
    database.listen(lambda wake: told.append(wake.key))

    async def fail_at_the_commit() -> None:
        async with database.transaction() as tx:
            await tx.run("test.defer")
            await tx.wake("tidy", "lost", NOW)
            await tx.run("keys.insert", **BAD_KEY)

    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        await fail_at_the_commit()
    async with asyncio.timeout(20):
        await insert(database, "t1")
    assert told == []
    assert await database.rows("due.all") == []
    assert len(await tenants.every(database)) == 1


def writers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "threadline-writer"]


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "threadline.db"
    content = b"not a database, but long enough to look at" * 50
    path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await SqliteDatabase(path, DrivenClock(NOW)).open()
    assert path.read_bytes() == content
    assert writers() == []


async def test_closing_ends_the_writer_and_leaves_one_file(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "threadline.db", DrivenClock(NOW))
    await database.open()
    await insert(database, "t1")
    assert len(writers()) == 1
    await database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["threadline.db"]
    assert writers() == []
