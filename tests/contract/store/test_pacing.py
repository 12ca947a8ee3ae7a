"""How accounts are paced: what the holder of the lock sees is what the one before it left."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.contract.store.samples import ACCOUNT, NOW
from threadline.model.limits import OwnRules
from threadline.model.pacing import Profile
from threadline.services.records.recording import lock as lock_account
from threadline.store import pacing, positions
from threadline.store.database import Database, Transaction
from threadline.store.positions import Position

Step = Callable[[Transaction], Awaitable[Any]]


async def test_an_account_that_was_never_paced_has_no_seed_and_the_usual_rules(database: Database) -> None:
    async with database.transaction() as tx:
        assert await pacing.lock(tx, ACCOUNT) == await pacing.read(tx, ACCOUNT)
        found = await pacing.lock(tx, ACCOUNT)
    assert (found.seed, found.rules, found.openings) == (None, OwnRules(), 0)


async def test_who_locks_an_unknown_account_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        with pytest.raises(LookupError):
            await pacing.lock(tx, "nobody")


async def test_the_first_seed_stays(database: Database) -> None:
    async with database.transaction() as tx:
        await pacing.make(tx, ACCOUNT, 7)
        await pacing.make(tx, ACCOUNT, 8)
        assert (await pacing.lock(tx, ACCOUNT)).seed == 7


async def test_who_waited_for_the_lock_sees_what_the_one_before_stored(database: Database) -> None:
    async def open_one(tx: Transaction) -> None:
        await pacing.opened(tx, ACCOUNT, slot_at=NOW, opened_at=NOW + 1)
        await pacing.set_rules(tx, ACCOUNT, OwnRules(profile=Profile.CAREFUL))

    async with database.transaction() as tx:
        await pacing.make(tx, ACCOUNT, 7)
    found = await _behind(database, lambda tx: pacing.lock(tx, ACCOUNT), open_one)
    assert (found.openings, found.slot_at, found.opened_at) == (1, NOW, NOW + 1)
    assert found.rules.profile is Profile.CAREFUL


async def test_who_waited_for_the_lock_sees_that_an_account_is_paced_meanwhile(database: Database) -> None:
    found = await _behind(
        database, lambda tx: pacing.lock(tx, ACCOUNT), lambda tx: pacing.make(tx, ACCOUNT, 7)
    )
    assert found.seed == 7


@pytest.mark.parametrize("read_before", [False, True])
async def test_who_waited_to_store_for_an_account_sees_from_when_on_news_is_told(
    database: Database, read_before: bool
) -> None:
    if read_before:
        async with database.transaction() as tx:
            await positions.put(tx, ACCOUNT, Position())
    baseline = await _behind(
        database,
        lambda tx: lock_account(tx, ACCOUNT),
        lambda tx: positions.put(tx, ACCOUNT, Position(baseline_at=NOW)),
    )
    assert baseline == NOW


async def _behind(database: Database, lock: Step, change: Step) -> Any:
    """What `lock` answers to whoever asks for it while another holds it, who then makes a change."""

    async def wait() -> Any:
        async with database.transaction() as tx:
            return await lock(tx)

    async with asyncio.timeout(20):
        async with database.transaction() as first:
            await lock(first)
            waiting = asyncio.create_task(wait())
            with suppress(TimeoutError):
                # As long as it takes to ask the server; it cannot end before the lock is free.
                await asyncio.wait_for(asyncio.shield(waiting), 0.2)
            assert not waiting.done()
            await change(first)
        return await waiting
