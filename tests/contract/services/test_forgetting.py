"""Forgetting: what has served its time is deleted by the engine's due work, once a day, in small steps."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import Drive, driving
from threadline.model.clock import DAY
from threadline.model.pacing import BudgetKind, day_of
from threadline.model.sends import IDEMPOTENCY_KEPT, SendState, Terms
from threadline.services.sends.forgetting import CHARGES_KEPT, EVERYTHING, FORGET, Forgetting
from threadline.store import budgets, due, idempotency
from threadline.store.idempotency import KnownRequest

pytestmark = pytest.mark.promise("sends.forgotten")


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with three accounts linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace", "alan")) as drive:
        yield drive


async def keys_stored(drive: Drive) -> int:
    """How many idempotency keys the database holds, ended ones too."""
    account, found = await drive.account(), 0
    for number in range(10):
        known = await idempotency.find(
            drive.rehearsal.gateway.database, account.account_id, f"key {number}", since=0
        )
        found += known is not None
    return found


async def test_keys_are_deleted_when_they_have_ended_and_their_sends_stay(drive: Drive) -> None:
    for number in range(5):
        terms = Terms(idempotency_key=f"key {number}", draft=True, direct=False)
        await drive.accept("Kept", "sarah-chen", terms)
    assert await keys_stored(drive) == 5
    first = (await drive.sends())[0].created_at
    await drive.to(first + IDEMPOTENCY_KEPT - DAY)
    await drive.settled()
    terms = Terms(idempotency_key="key 9", draft=True, direct=False)
    await drive.accept("Kept", "sarah-chen", terms)
    assert await keys_stored(drive) == 6
    await drive.to(first + IDEMPOTENCY_KEPT + 2 * DAY)
    assert await keys_stored(drive) == 1
    listed = await drive.sends()
    assert [one.state for one in listed] == [SendState.DRAFT] * 6


async def test_what_was_charged_is_deleted_after_four_hundred_days(drive: Drive) -> None:
    database, now = drive.rehearsal.gateway.database, drive.clock.now()
    days = [day_of(now - CHARGES_KEPT - DAY), day_of(now - CHARGES_KEPT), day_of(now)]
    ids = [(await drive.account(name)).account_id for name in ("ada", "grace", "alan")]
    async with database.transaction() as tx:
        for account_id in ids:
            for day in days:
                await budgets.charge(tx, account_id, day, [BudgetKind.MESSAGES])
    await drive.rehearsal.gateway.forgetting.forget(EVERYTHING)
    for account_id in ids:
        used = [await budgets.used(database, account_id, day) for day in days]
        assert used == [{}, {BudgetKind.MESSAGES: 1}, {BudgetKind.MESSAGES: 1}]
    await drive.to(now + CHARGES_KEPT + 2 * DAY)
    for account_id in ids:
        assert [await budgets.used(database, account_id, day) for day in days] == [{}, {}, {}]


async def test_it_is_done_in_steps_of_a_few_rows(drive: Drive) -> None:
    database, now = drive.rehearsal.gateway.database, drive.clock.now()
    old = day_of(now - CHARGES_KEPT - DAY)
    ids = [(await drive.account(name)).account_id for name in ("ada", "grace", "alan")]
    async with database.transaction() as tx:
        for number in range(10):
            ended_at = now - IDEMPOTENCY_KEPT - number
            await idempotency.put_all(tx, ids[0], {f"key {number}": KnownRequest("x", "x")}, now=ended_at)
        for account_id in ids:
            await budgets.charge(tx, account_id, old, [BudgetKind.MESSAGES])
    again_at = await Forgetting(database, drive.clock, at_a_time=2).forget(EVERYTHING)
    assert again_at == now + DAY
    assert await keys_stored(drive) == 0
    assert [await budgets.used(database, account_id, old) for account_id in ids] == [{}, {}, {}]


async def test_it_is_due_from_the_first_start_on_and_every_day_after_it(drive: Drive) -> None:
    database = drive.rehearsal.gateway.database
    await drive.settled()
    begun = drive.clock.now()
    row = await due.one(database, FORGET, EVERYTHING)
    assert row is not None
    assert row.due_at == begun + DAY
    await drive.to(begun + DAY)
    row = await due.one(database, FORGET, EVERYTHING)
    assert row is not None
    assert row.due_at == begun + 2 * DAY
