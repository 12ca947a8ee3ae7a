"""Every implementation of the engine, over every database that it can run on."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from tests.contract.engine.flaky import FlakyDatabase
from tests.postgres import PostgresServer, running_postgres
from threadline.engine.embedded import EmbeddedEngine
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import Engine
from threadline.model.clock import Clock, SystemClock
from threadline.model.randomness import SeededRandomness
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase


@dataclass
class Rehearsal:
    """An engine that is not started yet, and the database that tells it what is due."""

    engine: Engine
    database: Database
    clock: Clock = field(default_factory=SystemClock)

    async def wake(self, kind: str, key: str, after: int = 0) -> None:
        """Store that work is due `after` milliseconds from now."""
        async with self.database.transaction() as tx:
            await tx.wake(kind, key, self.clock.now() + after)

    async def store(self, kind: str, keys: int, after: int) -> None:
        """Store `keys` keys, due one by one from `after` milliseconds from now on; nobody is told of it."""
        first = self.clock.now() + after
        rows = [
            {"kind": kind, "work_key": f"{after}:{number:06}", "due_at": first + number, "version": number}
            for number in range(keys)
        ]
        async with self.database.transaction() as tx:
            await tx.run_many("due.wake", rows)


@asynccontextmanager
async def rehearsing(database: Database, clock: Clock | None = None) -> AsyncIterator[Rehearsal]:
    """The embedded engine over an open database; stopped in the end."""
    clock = clock or SystemClock()
    engine = EmbeddedEngine(database, clock, SeededRandomness(1), EngineMetrics(CollectorRegistry()))
    try:
        yield Rehearsal(engine, database, clock)
    finally:
        await engine.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    opened: Database
    if request.param == "sqlite":
        opened = SqliteDatabase(tmp_path / "engine.db", SystemClock())
    else:
        opened = PostgresqlDatabase(request.getfixturevalue("postgres_dsn"), SystemClock())
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def rehearsal(database: Database) -> AsyncIterator[Rehearsal]:
    """The embedded engine."""
    async with rehearsing(database) as rehearsal:
        yield rehearsal


@pytest.fixture
async def flaky(database: Database) -> FlakyDatabase:
    """The same database, which fails when it is told to."""
    return FlakyDatabase(database)


@pytest.fixture
async def failing_rehearsal(flaky: FlakyDatabase) -> AsyncIterator[Rehearsal]:
    """The embedded engine over a database that fails when it is told to."""
    async with rehearsing(flaky) as rehearsal:
        yield rehearsal


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A server that a test may stop: the other one serves the whole session."""
    with running_postgres() as server:
        yield server
