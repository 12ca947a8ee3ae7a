"""Order: one at a time for each account, and none holds up another account or another conversation."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import QUEUED, Drive, driving, quiet_people
from tests.contract.services.rehearsal import PATIENCE, until
from threadline.model.clock import SECOND
from threadline.model.pacing import Profile, WaitsFor
from threadline.model.rule_changes import RulesChange
from threadline.model.sends import SendState, Terms
from threadline.store import sends

pytestmark = pytest.mark.promise("sends.order")


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada and Grace linked, who hold nothing back."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace")) as drive:
        for name in ("ada", "grace"):
            change = RulesChange(profile=Profile.OPEN)
            await drive.rehearsal.services.budgets.set(await drive.account(name), change)
        yield drive


async def test_a_slow_account_holds_up_no_other(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 3)
    await drive.rehearsal.fault("slow", endpoint="createMessage", delay=3)
    for vanity in people:
        await drive.accept("Slowly", vanity)

    async def on_its_way() -> bool:
        return len(await sends.leaving(drive.rehearsal.gateway.database)) == 1

    await until(on_its_way)
    async with asyncio.timeout(PATIENCE):
        direct = await drive.accept("At once", "janesmith", Terms(), name="grace", wait=30)
        queued = await drive.accept("In its turn", "janesmith", QUEUED, name="grace")

        async def left() -> bool:
            return (await drive.send(queued.send.send_id, "grace")).state is SendState.SENT

        drive.clock.advance(SECOND)
        await until(left)
    assert direct.send.state is SendState.SENT
    assert SendState.SENT not in {one.state for one in await drive.sends()}
    assert [one.account_id for one in await sends.leaving(drive.rehearsal.gateway.database)] == [
        (await drive.account()).account_id
    ]
    await drive.rehearsal.heal()
    assert {one.state for one in await drive.until_over()} == {SendState.SENT}


async def test_never_two_of_one_account_are_on_their_way(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 6)
    await drive.rehearsal.fault("slow", endpoint="createMessage", delay=0.1)
    direct = [
        asyncio.ensure_future(drive.accept(f"Direct {vanity}", vanity, Terms(), wait=30))
        for vanity in people[:3]
    ]
    for vanity in people[3:]:
        await drive.accept("Queued", vanity)
    most = 0

    async def over() -> bool:
        nonlocal most
        # What is accepted in one millisecond is ready in the ones after it, so that the clock must go on.
        drive.clock.advance(10)
        most = max(most, len(await sends.leaving(drive.rehearsal.gateway.database)))
        return {one.state for one in await drive.sends()} == {SendState.SENT}

    async with asyncio.timeout(PATIENCE):
        await until(over)
        await asyncio.gather(*direct)
    assert most == 1
    listed = sorted(await drive.sends(), key=lambda one: one.claimed_at or 0)
    assert len(listed) == 6


async def test_an_unknown_send_holds_back_its_own_conversation_and_no_other(
    drive: Drive, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    person = await sandbox.profile_id("sarah-chen")
    await drive.rehearsal.fault("cut_before", endpoint="createMessage", count=1)
    lost = await drive.accept("Lost", "sarah-chen")
    drive.clock.advance(SECOND)

    async def unknown() -> bool:
        return (await drive.send(lost.send.send_id)).state is SendState.UNKNOWN

    await until(unknown)
    held = [
        await drive.accept("By conversation", thread),
        await drive.accept("By name", "sarah-chen"),
        await drive.accept("By URN", f"urn:li:fsd_profile:{person}"),
    ]
    free = [await drive.accept("Free", one) for one in ("john-doe-123", "janesmith")]
    drive.clock.advance(SECOND)
    await drive.settled()
    for one in held:
        shown = await drive.rehearsal.services.queue.get(await drive.account(), one.send.send_id)
        assert shown.send.state is SendState.QUEUED
        assert (shown.expected.at, shown.expected.waits_for) == (None, WaitsFor.UNKNOWN_SEND)
    for one in free:
        assert (await drive.send(one.send.send_id)).state is SendState.SENT
    left = {one.send_id: one for one in await drive.until_over()}
    assert left[lost.send.send_id].state is SendState.FAILED
    settled_at = left[lost.send.send_id].settled_at or 0
    times = [left[one.send.send_id].called_at or 0 for one in held]
    assert all(at >= settled_at for at in times)
    assert [left[one.send.send_id].state for one in held] == [SendState.SENT] * 3


async def test_what_keeps_failing_lets_others_go_first_and_stays_before_what_follows_it_to_the_same_person(
    drive: Drive, sandbox: SandboxClient
) -> None:
    # Nothing was read of anybody yet, so each is looked up when it leaves; the first look-up fails.
    await drive.rehearsal.fault("server_error", endpoint="recipients", count=1)
    first = await drive.accept("First", "sarah-chen")
    await drive.accept("Second", "sarah-chen")
    await drive.accept("Other", "john-doe-123")
    await drive.settled()
    assert (await drive.send(first.send.send_id)).state is SendState.QUEUED
    left = {one.send_id: one for one in await drive.until_over()}
    assert {one.state for one in left.values()} == {SendState.SENT}
    in_order = [one.text for one in sorted(left.values(), key=lambda one: one.called_at or 0)]
    assert in_order == ["Other", "First", "Second"]
