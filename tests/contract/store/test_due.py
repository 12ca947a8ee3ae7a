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


async def due_at(database: Database) -> int:
    work = await due.one(database, "send", "k")
    assert work is not None
    return work.due_at


async def test_a_wake_becomes_a_row(database: Database) -> None:
    assert await due.one(database, "send", "k") is None
    work = await wake(database, NOW)
    assert (work.kind, work.key, work.due_at) == ("send", "k", NOW)


async def test_the_earliest_time_stays_and_every_wake_gives_a_version_of_its_own(database: Database) -> None:
    works = [await wake(database, at) for at in (NOW, NOW + 10, NOW - 10)]
    assert [work.due_at for work in works] == [NOW, NOW, NOW - 10]
    assert len({work.version for work in works}) == 3


async def test_wakes_of_one_transaction_make_one_row(database: Database) -> None:
    async with database.transaction() as tx:
        for at in (NOW + 2, NOW + 1, NOW + 3):
            await tx.wake("send", "k", at)
    assert [(work.key, work.due_at) for work in await due.every(database)] == [("k", NOW + 1)]


async def test_the_same_key_of_another_kind_is_other_work(database: Database) -> None:
    await wake(database, NOW)
    async with database.transaction() as tx:
        await tx.wake("sync", "k", NOW - 1)
    assert [(work.kind, work.due_at) for work in await due.every(database)] == [
        ("sync", NOW - 1),
        ("send", NOW),
    ]


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
    assert await due_at(database) == NOW


async def test_postponed_work_moves(database: Database) -> None:
    work = await wake(database, NOW)
    async with database.transaction() as tx:
        assert await due.postpone(tx, work, NOW + 60)
    assert await due_at(database) == NOW + 60
    assert (await wake(database, NOW + 5)).due_at == NOW + 5


async def test_work_that_was_done_and_woken_anew_is_not_done_by_who_saw_it_before(database: Database) -> None:
    seen = await wake(database, NOW)
    async with database.transaction() as tx:
        assert await due.done(tx, seen)
    await wake(database, NOW)
    async with database.transaction() as tx:
        assert not await due.done(tx, seen)
    assert await due_at(database) == NOW


async def test_of_two_who_do_the_same_work_the_one_with_more_to_do_is_heard(database: Database) -> None:
    for more_to_do_comes_first in (True, False):
        seen = await wake(database, NOW)
        async with database.transaction() as tx:
            if more_to_do_comes_first:
                await due.postpone(tx, seen, NOW + 60)
                await due.done(tx, seen)
            else:
                await due.done(tx, seen)
                await due.postpone(tx, seen, NOW + 60)
        assert await due_at(database) == NOW + 60


async def test_work_is_listed_soonest_first(database: Database) -> None:
    for key, at in (("late", NOW + 9), ("soon", NOW - 9), ("now", NOW)):
        await wake(database, at, key)
    assert [work.key for work in await due.every(database)] == ["soon", "now", "late"]


async def test_wakes_at_the_same_time_leave_one_row_due_at_the_earliest(database: Database) -> None:
    async with asyncio.timeout(20):
        await asyncio.gather(*[wake(database, NOW + number) for number in range(20)])
    assert len(await due.every(database)) == 1
    assert await due_at(database) == NOW


async def test_the_soonest_of_a_kind_are_a_bounded_number_that_is_due_and_the_next_one(
    database: Database,
) -> None:
    for number in range(-3, 3):
        await wake(database, NOW + number, f"k{number}")
    async with database.transaction() as tx:
        await tx.wake("sync", "other", NOW - 100)
    found = await due.soonest(database, "send", NOW, 2)
    assert [work.key for work in found] == ["k-3", "k-2", "k1"]
    found = await due.soonest(database, "send", NOW, 100)
    assert [work.key for work in found] == ["k-3", "k-2", "k-1", "k0", "k1"]
    assert [work.key for work in await due.soonest(database, "send", NOW - 4, 100)] == ["k-3"]
    assert await due.soonest(database, "unheard of", NOW, 100) == []
