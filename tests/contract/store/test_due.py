"""Work that is due: rows that only their own version lets go of."""

import asyncio

from tests.contract.store.samples import NOW
from threadline.store import due
from threadline.store.database import Database
from threadline.store.due import DueWork


async def wake(database: Database, at: int, key: str = "k") -> DueWork:
    async with database.transaction() as tx:
        await tx.wake("send", key, at)
    work = await due.one(database, "send", key)
    assert work is not None
    return work


async def test_a_wake_becomes_a_row(database: Database) -> None:
    assert await due.one(database, "send", "k") is None
    assert await wake(database, NOW) == DueWork("send", "k", NOW, 1)


async def test_the_earliest_time_stays_and_every_wake_grows_the_version(database: Database) -> None:
    await wake(database, NOW)
    assert await wake(database, NOW + 10) == DueWork("send", "k", NOW, 2)
    assert await wake(database, NOW - 10) == DueWork("send", "k", NOW - 10, 3)


async def test_wakes_of_one_transaction_grow_one_row(database: Database) -> None:
    async with database.transaction() as tx:
        for at in (NOW + 2, NOW + 1, NOW + 3):
            await tx.wake("send", "k", at)
    assert await due.every(database) == [DueWork("send", "k", NOW + 1, 3)]


async def test_the_same_key_of_another_kind_is_other_work(database: Database) -> None:
    await wake(database, NOW)
    async with database.transaction() as tx:
        await tx.wake("sync", "k", NOW - 1)
    assert await due.every(database) == [DueWork("sync", "k", NOW - 1, 1), DueWork("send", "k", NOW, 1)]


async def test_work_that_is_done_is_gone(database: Database) -> None:
    work = await wake(database, NOW)
    async with database.transaction() as tx:
        assert await due.done(tx, work)
    assert await due.every(database) == []
    async with database.transaction() as tx:
        assert not await due.done(tx, work)


async def test_work_that_was_woken_while_it_ran_is_not_done(database: Database) -> None:
    running = await wake(database, NOW)
    await wake(database, NOW + 10)
    async with database.transaction() as tx:
        assert not await due.done(tx, running)
        assert not await due.postpone(tx, running, NOW + 60)
    assert await due.one(database, "send", "k") == DueWork("send", "k", NOW, 2)


async def test_postponed_work_keeps_its_version_and_moves(database: Database) -> None:
    work = await wake(database, NOW)
    async with database.transaction() as tx:
        assert await due.postpone(tx, work, NOW + 60)
    assert await due.one(database, "send", "k") == DueWork("send", "k", NOW + 60, 1)
    assert await wake(database, NOW + 5) == DueWork("send", "k", NOW + 5, 2)


async def test_work_is_listed_soonest_first(database: Database) -> None:
    for key, at in (("late", NOW + 9), ("soon", NOW - 9), ("now", NOW)):
        await wake(database, at, key)
    assert [work.key for work in await due.every(database)] == ["soon", "now", "late"]


async def test_wakes_at_the_same_time_are_all_counted(database: Database) -> None:
    async with asyncio.timeout(20):
        works = await asyncio.gather(*[wake(database, NOW + number) for number in range(20)])
    assert max(work.version for work in works) == 20
    assert await due.one(database, "send", "k") == DueWork("send", "k", NOW, 20)
