"""Wakes, runs, postponements and failures in every order that chance gives: no wake is ever lost."""

import asyncio
from random import Random

import pytest

from tests.contract.engine.conftest import Rehearsal
from tests.contract.engine.flaky import BEGIN, COMMIT, FlakyDatabase
from tests.contract.engine.waiting import until_nothing_is_due
from threadline.engine.line import AT_ONCE
from threadline.store.database import Transaction

KEYS = 2 * AT_ONCE
WAKES = 6
STEPS = ("due.soonest", "due.one", "due.done", BEGIN, COMMIT)


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_a_storm_every_key_has_run_since_its_last_wake_and_never_twice_at_once(
    failing_rehearsal: Rehearsal, flaky: FlakyDatabase, seed: int
) -> None:
    chance = Random(seed)
    happened = 0
    woken: dict[str, int] = {}
    begun: dict[str, int] = {}
    running: set[str] = set()

    async def handler(key: str) -> int | None:
        nonlocal happened
        assert key not in running
        happened += 1
        begun[key] = happened
        running.add(key)
        await asyncio.sleep(chance.random() / 100)
        running.discard(key)
        return failing_rehearsal.clock.now() + chance.randrange(30) if chance.random() < 0.2 else None

    async def wake(tx: Transaction, key: str) -> None:
        await tx.wake("test", key, failing_rehearsal.clock.now() + chance.choice((0, 0, 5, 40)))

    async def wake_often(key: str) -> None:
        nonlocal happened
        for _ in range(WAKES):
            await asyncio.sleep(chance.random() / 10)
            # Past what fails on purpose, as those failures are meant for the engine.
            async with flaky.database.transaction() as tx:
                # Before the commit: whoever runs later sees the row, and whoever runs earlier may not count.
                happened += 1
                woken[key] = happened
                await wake(tx, key)

    async def fail_now_and_then() -> None:
        while True:
            await asyncio.sleep(chance.random() / 20)
            flaky.fail(chance.choice(STEPS), chance.randrange(3))

    failing_rehearsal.engine.handle("test", handler)
    await failing_rehearsal.engine.start()
    failing = asyncio.create_task(fail_now_and_then())
    await asyncio.gather(*[wake_often(f"k{number}") for number in range(KEYS)])
    failing.cancel()
    await asyncio.gather(failing, return_exceptions=True)
    await until_nothing_is_due(failing_rehearsal)
    assert len(woken) == KEYS
    assert {key for key, last in woken.items() if begun.get(key, 0) < last} == set()
