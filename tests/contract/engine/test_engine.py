"""What every engine does: due work runs once a key at a time, and duties are held."""

import asyncio
from contextlib import suppress

from tests.contract.engine.conftest import Rehearsal
from tests.contract.engine.waiting import PATIENCE, until
from threadline.store import due


async def test_work_runs_after_the_commit_and_its_row_is_gone_when_it_is_done(rehearsal: Rehearsal) -> None:
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        ran.append(key)
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "one")

    async def done() -> bool:
        return ran == ["one"] and await due.every(rehearsal.database) == []

    await until(done)


async def test_work_stored_before_the_start_runs_after_it(rehearsal: Rehearsal) -> None:
    ran = asyncio.Event()

    async def handler(key: str) -> int | None:
        ran.set()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.wake("test", "left over")
    assert not ran.is_set()
    await rehearsal.engine.start()
    async with asyncio.timeout(PATIENCE):
        await ran.wait()


async def test_work_due_later_does_not_run_before_its_time(rehearsal: Rehearsal) -> None:
    times: list[int] = []
    ran = asyncio.Event()

    async def handler(key: str) -> int | None:
        times.append(rehearsal.clock.now())
        ran.set()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    due_at = rehearsal.clock.now() + 150
    async with rehearsal.database.transaction() as tx:
        await tx.wake("test", "later", due_at)
    async with asyncio.timeout(PATIENCE):
        await ran.wait()
    assert times[0] >= due_at


async def test_work_that_asks_for_a_later_time_runs_again_then(rehearsal: Rehearsal) -> None:
    answers = [rehearsal.clock.now() + 60, None]
    ran: list[int] = []

    async def handler(key: str) -> int | None:
        ran.append(rehearsal.clock.now())
        return answers[len(ran) - 1]

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "twice")

    async def twice() -> bool:
        return len(ran) == 2 and await due.every(rehearsal.database) == []

    await until(twice)
    first = answers[0]
    assert first is not None
    assert ran[1] >= first


async def test_one_key_never_runs_twice_at_once_and_a_wake_while_it_runs_runs_it_again(
    rehearsal: Rehearsal,
) -> None:
    running = 0
    most = 0
    runs = 0
    entered, go_on = asyncio.Event(), asyncio.Event()

    async def handler(key: str) -> int | None:
        nonlocal running, most, runs
        running += 1
        runs += 1
        most = max(most, running)
        entered.set()
        await go_on.wait()
        running -= 1
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "busy")
    async with asyncio.timeout(PATIENCE):
        await entered.wait()
    for _ in range(5):
        await rehearsal.wake("test", "busy")
    go_on.set()

    async def again() -> bool:
        return runs >= 2 and await due.every(rehearsal.database) == []

    await until(again)
    assert most == 1


async def test_keys_run_beside_each_other(rehearsal: Rehearsal) -> None:
    met = asyncio.Barrier(2)

    async def handler(key: str) -> int | None:
        await met.wait()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "one")
    await rehearsal.wake("test", "other")

    async def both() -> bool:
        return await due.every(rehearsal.database) == []

    await until(both)


async def test_work_that_breaks_keeps_its_row_and_is_tried_again(rehearsal: Rehearsal) -> None:
    tries = 0

    async def handler(key: str) -> int | None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("broken on purpose")
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "fragile")

    async def recovered() -> bool:
        return tries == 2 and await due.every(rehearsal.database) == []

    await until(recovered)


async def test_work_that_meets_a_cancellation_which_is_not_its_own_is_tried_again(
    rehearsal: Rehearsal,
) -> None:
    tries = 0

    async def handler(key: str) -> int | None:
        nonlocal tries
        tries += 1
        if tries == 1:
            given_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            given_up.cancel()
            await given_up
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "unlucky")

    async def recovered() -> bool:
        return tries == 2 and await due.every(rehearsal.database) == []

    await until(recovered)


async def test_work_nobody_handles_stays_stored(rehearsal: Rehearsal) -> None:
    await rehearsal.engine.start()
    await rehearsal.wake("unheard of", "key")
    assert [work.key for work in await due.every(rehearsal.database)] == ["key"]


async def test_a_duty_is_held_once_a_key_and_let_go_when_its_key_is_gone(rehearsal: Rehearsal) -> None:
    wanted = {"one", "two"}
    held: list[str] = []
    let_go: list[str] = []

    async def keys() -> set[str]:
        return set(wanted)

    async def holder(key: str) -> None:
        held.append(key)
        try:
            await asyncio.Event().wait()
        finally:
            let_go.append(key)

    rehearsal.engine.hold("duty", keys, holder)
    await rehearsal.engine.start()

    async def both() -> bool:
        return sorted(held) == ["one", "two"]

    await until(both)
    wanted.discard("one")
    wanted.add("three")
    for _ in range(3):
        rehearsal.engine.reconsider("duty")

    async def moved() -> bool:
        return let_go == ["one"] and sorted(held) == ["one", "three", "two"]

    await until(moved)


async def test_a_duty_that_breaks_is_taken_up_again(rehearsal: Rehearsal) -> None:
    begun = 0

    async def keys() -> list[str]:
        return ["only"]

    async def holder(key: str) -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise RuntimeError("broken on purpose")
        await asyncio.Event().wait()

    rehearsal.engine.hold("duty", keys, holder)
    await rehearsal.engine.start()

    async def again() -> bool:
        return begun == 2

    await until(again)


async def test_a_duty_that_meets_a_cancellation_which_is_not_its_own_is_taken_up_again(
    rehearsal: Rehearsal,
) -> None:
    begun = 0

    async def keys() -> list[str]:
        return ["only"]

    async def holder(key: str) -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise asyncio.CancelledError
        await asyncio.Event().wait()

    rehearsal.engine.hold("duty", keys, holder)
    await rehearsal.engine.start()

    async def again() -> bool:
        return begun == 2

    await until(again)


async def test_stopping_ends_what_runs_and_keeps_its_row(rehearsal: Rehearsal) -> None:
    entered = asyncio.Event()

    async def handler(key: str) -> int | None:
        entered.set()
        await asyncio.Event().wait()
        return None

    rehearsal.engine.handle("test", handler)
    await rehearsal.engine.start()
    await rehearsal.wake("test", "endless")
    async with asyncio.timeout(PATIENCE):
        await entered.wait()
    async with asyncio.timeout(PATIENCE):
        await rehearsal.engine.stop()
    assert [work.key for work in await due.every(rehearsal.database)] == ["endless"]


async def test_a_duty_that_misses_its_cancellation_is_ended_and_keeps_back_no_other(
    rehearsal: Rehearsal,
) -> None:
    wanted = ["deaf"]
    held: list[str] = []
    over = asyncio.Event()

    async def keys() -> list[str]:
        return list(wanted)

    async def holder(key: str) -> None:
        held.append(key)
        if key == "deaf":
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            over.set()

    rehearsal.engine.hold("duty", keys, holder)
    await rehearsal.engine.start()

    async def begun() -> bool:
        return held == ["deaf"]

    await until(begun)
    wanted[:] = ["next"]
    rehearsal.engine.reconsider("duty")

    async def handed_on() -> bool:
        return over.is_set() and held == ["deaf", "next"]

    await until(handed_on)
