"""A database that fails for a while: the engine goes on afterwards, and has lost nothing."""

import asyncio

import pytest

from tests.contract.engine.conftest import Rehearsal, rehearsing
from tests.contract.engine.flaky import BEGIN, COMMIT, FlakyDatabase
from tests.contract.engine.waiting import PATIENCE, until, until_nothing_is_due
from tests.postgres import PostgresServer
from threadline.engine.failures import Failures
from threadline.engine.line import AT_ONCE
from threadline.model.clock import MINUTE, SystemClock
from threadline.store.postgresql import PostgresqlDatabase

FAILURES = 3


@pytest.mark.parametrize("step", ["due.soonest", "due.one", "due.done", BEGIN, COMMIT])
async def test_a_step_that_fails_is_tried_again_and_the_work_runs_once(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase, step: str
) -> None:
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        ran.append(key)
        return None

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.wake("test", "one")
    flaky.fail(step, FAILURES)
    await failing_rehearsal.engine.start()
    await until_nothing_is_due(failing_rehearsal)

    async def failed() -> bool:
        return flaky.has_failed

    await until(failed)
    assert ran == ["one"]


async def test_a_later_time_that_could_not_be_stored_is_stored_afterwards(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase
) -> None:
    clock = failing_rehearsal.clock
    answers = [clock.now() + 100, None]
    ran: list[int] = []

    async def handler(key: str) -> int | None:
        ran.append(clock.now())
        return answers[len(ran) - 1]

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.wake("test", "twice")
    flaky.fail(BEGIN, FAILURES)
    await failing_rehearsal.engine.start()
    await until_nothing_is_due(failing_rehearsal)
    assert flaky.has_failed
    first = answers[0]
    assert first is not None
    assert len(ran) == 2
    assert ran[1] >= first


async def test_a_backlog_of_more_than_can_run_at_once_outlives_failures_of_every_step(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase
) -> None:
    ran: list[str] = []

    async def handler(key: str) -> int | None:
        ran.append(key)
        return None

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.store("test", 2 * AT_ONCE, after=-MINUTE)
    for step in ("due.soonest", "due.one", "due.done"):
        flaky.fail(step, AT_ONCE)
    flaky.fail("due.soonest", FAILURES)
    await failing_rehearsal.engine.start()
    await until_nothing_is_due(failing_rehearsal)
    assert flaky.has_failed
    assert len(ran) == len(set(ran)) == 2 * AT_ONCE


async def test_a_wake_during_the_failures_runs_the_work_again(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase
) -> None:
    ran = 0

    async def handler(key: str) -> int | None:
        nonlocal ran
        ran += 1
        if ran == 1:
            flaky.fail("due.done", FAILURES)
            await failing_rehearsal.wake("test", "key")
        return None

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.engine.start()
    await failing_rehearsal.wake("test", "key")
    await until_nothing_is_due(failing_rehearsal)
    assert ran >= 2


async def test_the_keys_of_a_duty_are_asked_for_until_they_are_told(rehearsal: Rehearsal) -> None:
    asked = 0
    held = asyncio.Event()

    async def keys() -> list[str]:
        nonlocal asked
        asked += 1
        if asked <= FAILURES:
            raise OSError("failed on purpose")
        return ["only"]

    async def holder(key: str) -> None:
        held.set()
        await asyncio.Event().wait()

    rehearsal.engine.hold("duty", keys, holder)
    await rehearsal.engine.start()
    async with asyncio.timeout(PATIENCE):
        await held.wait()
    assert asked == FAILURES + 1


async def test_an_engine_whose_database_fails_stops_when_it_is_told_to(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase
) -> None:
    begun = asyncio.Event()

    async def handler(key: str) -> int | None:
        flaky.fail(BEGIN, 1_000_000)
        begun.set()
        return None

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.wake("test", "key")
    await failing_rehearsal.engine.start()
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        await failing_rehearsal.engine.stop()


async def test_work_that_became_due_while_the_server_was_away_runs_when_it_is_back(
    own_postgres: PostgresServer,
) -> None:
    database = PostgresqlDatabase(own_postgres.create_database(), SystemClock())
    await database.open()
    ran: list[str] = []
    met, away = asyncio.Event(), asyncio.Event()

    async def handler(key: str) -> int | None:
        ran.append(key)
        if key == "running":
            met.set()
            await away.wait()
        return None

    async with rehearsing(database) as rehearsal:
        rehearsal.engine.handle("test", handler)
        await rehearsal.engine.start()
        await rehearsal.wake("test", "running")
        async with asyncio.timeout(PATIENCE):
            await met.wait()
        await rehearsal.wake("test", "later", after=100)
        await asyncio.to_thread(own_postgres.kill)
        try:
            # What it did can be stored only once the server is back.
            away.set()
        finally:
            await asyncio.to_thread(own_postgres.start)
        await until_nothing_is_due(rehearsal)
        await rehearsal.wake("test", "after")
        await until_nothing_is_due(rehearsal)
    await database.close()
    assert sorted(ran) == ["after", "later", "running"]


def test_failures_are_counted_for_the_keys_that_failed_last_alone() -> None:
    failures = Failures(2)
    assert [failures.add(key) for key in ("one", "one", "two", "one", "three")] == [1, 2, 1, 3, 1]
    assert len(failures) == 2
    assert failures.add("two") == 1
    failures.forget("two")
    assert failures.add("two") == 1
