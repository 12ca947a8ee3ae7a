"""Leases: a claimed send whose task is gone is taken over; a task that comes back late changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import (
    QUEUED,
    Drive,
    aimed,
    calls,
    copies,
    driving,
    two_gateways,
)
from tests.contract.services.rehearsal import Rehearsal, until
from threadline.model.accounts import Account
from threadline.model.clock import SECOND, DrivenClock, SystemClock
from threadline.model.pacing import BudgetKind, day_of
from threadline.model.sends import LEASE, Lease, Send, SendState, Terms
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.preparing import Preparing
from threadline.store import budgets, sends

pytestmark = pytest.mark.promise("sends.leases")

TEXT = "Exactly once"


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url) as drive:
        yield drive


async def claimed_by_a_task_that_is_gone(drive: Drive, *, called: bool) -> Send:
    """A send as a task leaves it that ends right after it claimed it, or right before the call."""
    database, now = drive.rehearsal.gateway.database, drive.clock.now()
    later = Terms(direct=False, send_at=now + 5 * SECOND)
    send = (await drive.accept(TEXT, "sarah-chen", later)).send
    kinds = [BudgetKind.MESSAGES.value]
    async with database.transaction() as tx:
        claimed = await sends.claim(
            tx,
            send.account_id,
            send.send_id,
            lease=Lease("of a task that is gone", now + LEASE),
            day=day_of(now),
            kinds=kinds,
            now=now,
        )
        assert claimed is not None
        await budgets.charge(tx, send.account_id, day_of(now), kinds)
        if called:
            assert await sends.mark_called(tx, claimed, now=now, until=now + LEASE)
        await tx.wake(OUTBOX, send.account_id, now)
    return claimed


async def messages_used(drive: Drive) -> int:
    """How many messages Ada is charged with today."""
    account = await drive.account()
    database = drive.rehearsal.gateway.database
    return (await budgets.used(database, account.account_id, day_of(drive.clock.now()))).get(
        BudgetKind.MESSAGES, 0
    )


async def until_due_work_is_done(drive: Drive, moment: int) -> None:
    """Move the clock to `moment`; a claimed row that nobody works on may stay."""
    drive.clock.advance(moment - drive.clock.now())
    account = await drive.account()
    async with drive.rehearsal.gateway.database.transaction() as tx:
        await tx.wake(OUTBOX, account.account_id, drive.clock.now())


async def test_what_was_not_called_waits_again_when_its_lease_has_ended_and_leaves_once(
    drive: Drive, sandbox: SandboxClient
) -> None:
    send = await claimed_by_a_task_that_is_gone(drive, called=False)
    until_at = drive.clock.now() + LEASE
    await until_due_work_is_done(drive, until_at - 1)
    assert (await drive.send(send.send_id)).state is SendState.SENDING
    assert await calls(sandbox, "createMessage") == 0
    await until_due_work_is_done(drive, until_at)
    [sent] = await drive.until_over()
    assert sent.state is SendState.SENT
    assert await calls(sandbox, "createMessage") == 1
    assert await messages_used(drive) == 1


async def test_what_was_called_is_unknown_when_its_lease_has_ended_and_settles_by_reading(
    drive: Drive, sandbox: SandboxClient
) -> None:
    send = await claimed_by_a_task_that_is_gone(drive, called=True)
    await until_due_work_is_done(drive, drive.clock.now() + LEASE)

    async def unknown() -> bool:
        return (await drive.send(send.send_id)).state is SendState.UNKNOWN

    await until(unknown)
    [settled] = await drive.until_over()
    assert (settled.state, settled.error_code) == (SendState.FAILED, "NOT_DELIVERED")
    assert await calls(sandbox, "createMessage") == 0
    assert await messages_used(drive) == 0


async def test_after_a_restart_on_the_same_data_nobody_waits_for_the_lease_of_the_one_file(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with driving(sandbox, tmp_path) as drive:
        send = await claimed_by_a_task_that_is_gone(drive, called=False)
        await drive.restart()
        await drive.to(drive.clock.now() + 5 * SECOND)
        assert (await drive.send(send.send_id)).state is SendState.SENT
        assert await calls(sandbox, "createMessage") == 1


class Paused:
    """Holds the task of one gateway between the claim of a send and the call."""

    def __init__(self, gateway: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        self._database = gateway.gateway.database
        prepare = Preparing.prepare
        paused = self

        async def waiting(preparing: Preparing, account: Account, send: Send) -> Send:
            ready = await prepare(preparing, account, send)
            if preparing._database is paused._database:
                paused.reached.set()
                await paused.go_on.wait()
            return ready

        monkeypatch.setattr(Preparing, "prepare", waiting)


@pytest.mark.parametrize("terms", [Terms(), QUEUED], ids=["direct", "queued"])
async def test_a_task_that_comes_back_after_it_was_taken_over_changes_and_sends_nothing(
    sandbox: SandboxClient,
    tmp_path: Path,
    postgres_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
    terms: Terms,
) -> None:
    clock = DrivenClock(SystemClock().now())
    async with two_gateways(sandbox, tmp_path, postgres_dsn, clock=clock) as (first, other):
        await first.link()
        account = await first.account()
        paused = Paused(first, monkeypatch)
        answered = await first.services.sending.send(account, aimed(TEXT, "sarah-chen"), terms, 0)
        working = asyncio.ensure_future(first.gateway.sending.drain(account.account_id))
        async with asyncio.timeout(20):
            await paused.reached.wait()
        clock.advance(LEASE)
        send_id = answered.send.send_id
        await other.gateway.sending.drain(account.account_id)
        taken_over = (await other.services.queue.get(account, send_id)).send
        if taken_over.state is SendState.QUEUED:
            # An opening message's slot was used up by the first attempt.
            clock.advance(60 * SECOND)
            await other.gateway.sending.drain(account.account_id)
        sent = (await other.services.queue.get(account, send_id)).send
        assert sent.state is SendState.SENT
        before = await first.events()

        paused.go_on.set()
        async with asyncio.timeout(20):
            await working
        assert (await first.services.queue.get(account, send_id)).send == sent
        assert await first.events() == before
        assert await calls(sandbox, "createMessage") == 1
        assert await copies(sandbox, "sarah-chen", TEXT) == 1
        used = await budgets.used(first.gateway.database, account.account_id, day_of(clock.now()))
        assert used[BudgetKind.MESSAGES] == 1


async def test_a_lease_is_renewed_for_as_long_as_its_task_works(
    sandbox: SandboxClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadline.services.sends.leases.LEASE_RENEWAL", 20)
    async with driving(sandbox, tmp_path) as drive:
        paused = Paused(drive.rehearsal, monkeypatch)
        answered = await drive.accept(TEXT, "sarah-chen")
        async with asyncio.timeout(20):
            await paused.reached.wait()
        for _ in range(4):
            drive.clock.advance(LEASE - SECOND)
            now = drive.clock.now()

            async def renewed(now: int = now) -> bool:
                send = await drive.send(answered.send.send_id)
                return send.lease is not None and send.lease.until == now + LEASE

            await until(renewed)
            await until_due_work_is_done(drive, now)
        assert (await drive.send(answered.send.send_id)).state is SendState.SENDING
        paused.go_on.set()
        [sent] = await drive.until_over()
        assert sent.state is SendState.SENT
        assert await calls(sandbox, "createMessage") == 1
