"""When the engine looks into the table: at its time, on a wake, and in case another process has written."""

import asyncio

from tests.contract.engine.conftest import Rehearsal, rehearsing
from tests.contract.engine.waiting import PATIENCE, until, until_nothing_is_due
from threadline.model.clock import HOUR, DrivenClock, SystemClock
from threadline.store import due
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase


async def test_a_wake_makes_the_engine_see_that_a_driven_clock_was_moved(database: Database) -> None:
    clock = DrivenClock(SystemClock().now())
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        ran.append(key)
        return None

    async with rehearsing(database, clock) as rehearsal:
        rehearsal.engine.handle("test", handler)
        await rehearsal.engine.start()
        await rehearsal.wake("test", "in an hour", after=HOUR)
        await rehearsal.wake("test", "now")

        async def done() -> bool:
            return [work.key for work in await due.every(database)] == ["in an hour"]

        await until(done)
        clock.advance(HOUR)
        await rehearsal.wake("test", "a wake")
        await until_nothing_is_due(rehearsal)
    assert ran[0] == "now"
    assert sorted(ran[1:]) == ["a wake", "in an hour"]


async def test_an_earlier_wake_is_not_kept_waiting_by_a_later_one(rehearsal: Rehearsal) -> None:
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        ran.append(key)
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "tomorrow", after=24 * HOUR)
    await rehearsal.wake("test", "second", after=120)
    await rehearsal.wake("test", "first", after=60)

    async def both() -> bool:
        return [work.key for work in await due.every(rehearsal.database)] == ["tomorrow"]

    await until(both)
    assert ran == ["first", "second"]


async def test_what_another_process_stored_is_found(postgres_dsn: str) -> None:
    ours = PostgresqlDatabase(postgres_dsn, SystemClock())
    theirs = PostgresqlDatabase(postgres_dsn, SystemClock())
    await ours.open()
    await theirs.open()
    ran = asyncio.Event()

    async def handler(key: str) -> int | None:
        ran.set()
        return None

    async with rehearsing(ours) as rehearsal:
        rehearsal.engine.handle("test", handler)
        await rehearsal.engine.start()
        await rehearsal.wake("test", "ours")
        await until_nothing_is_due(rehearsal)
        ran.clear()
        async with theirs.transaction() as tx:
            await tx.wake("test", "theirs", rehearsal.clock.now())
        async with asyncio.timeout(PATIENCE):
            await ran.wait()
        await until_nothing_is_due(rehearsal)
    await ours.close()
    await theirs.close()
