"""Every implementation of the engine, over a database of its own."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from threadline.engine.embedded import EmbeddedEngine
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import Engine
from threadline.model.clock import SystemClock
from threadline.model.randomness import SeededRandomness
from threadline.store.database import Database
from threadline.store.sqlite import SqliteDatabase


@dataclass
class Rehearsal:
    """An engine that is not started yet, and the database that tells it what is due."""

    engine: Engine
    database: Database
    clock: SystemClock

    async def wake(self, kind: str, key: str, after: int = 0) -> None:
        """Store that work is due `after` milliseconds from now."""
        async with self.database.transaction() as tx:
            await tx.wake(kind, key, self.clock.now() + after)


@pytest.fixture
async def rehearsal(tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """The embedded engine over SQLite."""
    clock = SystemClock()
    database = SqliteDatabase(tmp_path / "engine.db", clock)
    await database.open()
    engine = EmbeddedEngine(database, clock, SeededRandomness(1), EngineMetrics(CollectorRegistry()))
    try:
        yield Rehearsal(engine, database, clock)
    finally:
        await engine.stop()
        await database.close()
