"""More work than can run at once: all of it has its turn, and little of it is in memory."""

import asyncio
import tracemalloc

from tests.contract.engine.conftest import Rehearsal
from tests.contract.engine.waiting import PATIENCE, until, until_nothing_is_due
from threadline.engine.line import AT_ONCE
from threadline.model.clock import HOUR, MINUTE
from threadline.store import due

MEMORY_LIMIT = 4 * 1024 * 1024
"""Octets that the engine may take for 200,000 stored keys; held in memory they would be above 20 MiB."""


async def test_a_backlog_runs_whole_oldest_first_and_no_more_than_a_bounded_number_at_once(
    rehearsal: Rehearsal,
) -> None:
    running = most = 0
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        ran.append(key)
        await asyncio.sleep(0)
        running -= 1
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.store("test", 3 * AT_ONCE + 5, after=-MINUTE)
    await rehearsal.engine.start()
    await until_nothing_is_due(rehearsal)
    assert most <= AT_ONCE
    oldest_first = sorted(ran)
    assert len(oldest_first) == 3 * AT_ONCE + 5
    # A key may overtake those alone that hold the other places.
    assert all(oldest_first.index(key) - place < AT_ONCE for place, key in enumerate(ran))


async def test_keys_that_run_for_ever_leave_the_others_their_turn(rehearsal: Rehearsal) -> None:
    stuck: set[str] = set()

    async def handler(key: str) -> int | None:
        if key.startswith("-60000:"):
            stuck.add(key)
            await asyncio.Event().wait()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.store("test", AT_ONCE - 1, after=-MINUTE)
    await rehearsal.store("test", 2 * AT_ONCE, after=-MINUTE // 2)
    await rehearsal.engine.start()

    async def others_are_done() -> bool:
        return len(await due.every(rehearsal.database)) == AT_ONCE - 1

    await until(others_are_done)
    assert len(stuck) == AT_ONCE - 1


async def test_a_kind_whose_places_are_all_taken_holds_up_no_other_kind(rehearsal: Rehearsal) -> None:
    begun = 0
    ran = asyncio.Event()

    async def endless(key: str) -> int | None:
        nonlocal begun
        begun += 1
        await asyncio.Event().wait()
        return None

    async def other(key: str) -> int | None:
        ran.set()
        return None

    rehearsal.engine.handle("endless", endless)
    rehearsal.engine.handle("other", other)
    await rehearsal.store("endless", 2 * AT_ONCE, after=-MINUTE)
    await rehearsal.engine.start()

    async def all_places_are_taken() -> bool:
        return begun == AT_ONCE

    await until(all_places_are_taken)
    await rehearsal.wake("other", "key", after=50)
    async with asyncio.timeout(PATIENCE):
        await ran.wait()
    assert begun == AT_ONCE


async def test_work_woken_while_every_place_is_taken_runs_once_one_is_free(rehearsal: Rehearsal) -> None:
    begun = 0
    free, woken = asyncio.Event(), asyncio.Event()

    async def handler(key: str) -> int | None:
        nonlocal begun
        begun += 1
        if key == "woken":
            woken.set()
        else:
            await free.wait()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.store("test", AT_ONCE, after=-MINUTE)
    await rehearsal.engine.start()

    async def all_places_are_taken() -> bool:
        return begun == AT_ONCE

    await until(all_places_are_taken)
    await rehearsal.wake("test", "woken")
    assert not woken.is_set()
    free.set()
    await until_nothing_is_due(rehearsal)
    assert woken.is_set()


async def test_two_hundred_thousand_stored_keys_take_no_memory_and_few_tasks(rehearsal: Rehearsal) -> None:
    before = len(asyncio.all_tasks())
    ran = most_tasks = 0
    enough = asyncio.Event()

    async def handler(key: str) -> int | None:
        nonlocal ran, most_tasks
        ran += 1
        most_tasks = max(most_tasks, len(asyncio.all_tasks()) - before)
        if ran == 5 * AT_ONCE:
            enough.set()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.store("test", 100_000, after=HOUR)
    await rehearsal.store("test", 100_000, after=-MINUTE)
    tracemalloc.start()
    try:
        await rehearsal.engine.start()
        async with asyncio.timeout(2 * PATIENCE):
            await enough.wait()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MEMORY_LIMIT
    # The loop, and what the database does for each task that runs.
    assert most_tasks < 3 * AT_ONCE
