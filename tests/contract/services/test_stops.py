"""A warning from LinkedIn stops the account that got it: what waits says until when, and leaves as told."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import (
    Drive,
    calls,
    copies,
    driving,
    quiet_people,
    requests_made,
)
from threadline.model.accounts import AccountState
from threadline.model.clock import HOUR, MINUTE, SECOND
from threadline.model.errors import ThreadlineError
from threadline.model.pacing import BudgetKind, WaitsFor, day_of
from threadline.model.sends import SendState, Terms
from threadline.store import budgets

pytestmark = pytest.mark.promise("sends.stops")

STOPS = [
    ("rate_limited", {"retryAfter": 600}, AccountState.RATE_LIMITED, 10 * MINUTE),
    ("rate_limited", {}, AccountState.RATE_LIMITED, 15 * MINUTE),
    ("denied", {}, AccountState.RESTRICTED, 24 * HOUR),
]


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada and Grace linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace")) as drive:
        yield drive


async def messages_used(drive: Drive, name: str = "ada") -> int:
    """How many messages the account is charged with today."""
    account = await drive.account(name)
    database = drive.rehearsal.gateway.database
    used = await budgets.used(database, account.account_id, day_of(drive.clock.now()))
    return used.get(BudgetKind.MESSAGES, 0)


@pytest.mark.parametrize(("kind", "named", "state", "pause"), STOPS)
async def test_a_warning_stops_that_account_alone_until_the_time_it_names_and_then_the_queue_leaves(
    drive: Drive,
    sandbox: SandboxClient,
    kind: str,
    named: dict[str, Any],
    state: AccountState,
    pause: int,
) -> None:
    people = await quiet_people(sandbox, 4)
    others = [one for one in await quiet_people(sandbox, 40, "grace") if one not in people][:4]
    await drive.rehearsal.fault(kind, endpoint="createMessage", count=1, **named)
    warned_at = drive.clock.now()
    await drive.accept_each(people)
    await drive.accept_each(others, name="grace")
    await drive.settled()
    account = await drive.account()
    assert account.state is state
    assert account.state_until is not None
    until = account.state_until
    assert until == warned_at + pause
    assert {one.state for one in await drive.sends()} == {SendState.QUEUED}
    assert await messages_used(drive) == 0
    shown = await drive.expected()
    assert min(at or 0 for at in shown.values()) == until
    made = await requests_made(sandbox)

    await drive.forward(5 * MINUTE)
    assert {one.state for one in await drive.sends("grace")} == {SendState.SENT}
    assert (await drive.account("grace")).state not in (AccountState.RATE_LIMITED, AccountState.RESTRICTED)
    assert await drive.expected() == shown
    await drive.to(until - 1)
    assert await requests_made(sandbox) == made
    assert {one.state for one in await drive.sends()} == {SendState.QUEUED}

    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    for one in left:
        assert abs((one.called_at or 0) - (shown[one.send_id] or 0)) <= SECOND
    assert await messages_used(drive) in (0, len(people))
    for vanity in people:
        assert await copies(sandbox, vanity, f"Hello {vanity}") == 1


@pytest.mark.parametrize(("kind", "named", "state", "pause"), STOPS)
async def test_what_is_accepted_while_the_account_cools_down_says_when_it_will_leave(
    drive: Drive,
    sandbox: SandboxClient,
    kind: str,
    named: dict[str, Any],
    state: AccountState,
    pause: int,
) -> None:
    first, second, third = await quiet_people(sandbox, 3)
    await drive.rehearsal.fault(kind, endpoint="createMessage", count=1, **named)
    direct = await drive.accept("Refused", first, Terms(), wait=10)
    assert (direct.send.state, direct.send.retry_safe) == (SendState.FAILED, True)
    until = (await drive.account()).state_until
    assert until == drive.clock.now() + pause
    assert await messages_used(drive) == 0
    made = await requests_made(sandbox)
    with pytest.raises(ThreadlineError) as refused:
        await drive.accept("Not accepted", second, Terms(), wait=10)
    assert refused.value.retry_after == pause // SECOND
    queued = await drive.accept("After it", third)
    assert queued.expected is not None
    assert (queued.expected.at, queued.expected.waits_for) == (until, WaitsFor.ACCOUNT)
    assert await requests_made(sandbox) == made
    await drive.until_over()
    assert (await drive.send(queued.send.send_id)).called_at == until
    assert await copies(sandbox, first, "Refused") == 0
    assert await calls(sandbox, "createMessage") == 2


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("checkpoint", AccountState.CHECKPOINT),
        ("checkpoint_page", AccountState.CHECKPOINT),
        ("unauthorized", AccountState.REJECTED),
        ("login", AccountState.REJECTED),
    ],
)
async def test_where_a_person_must_act_the_queue_waits_for_them_and_leaves_after_they_have(
    drive: Drive, sandbox: SandboxClient, kind: str, state: AccountState
) -> None:
    people = await quiet_people(sandbox, 3)
    await drive.rehearsal.fault(kind, endpoint="createMessage", count=1)
    await drive.accept_each(people)
    await drive.settled()
    account = await drive.account()
    assert (account.state, account.state_until) == (state, None)
    assert {one.state for one in await drive.sends()} == {SendState.QUEUED}
    assert set((await drive.expected()).values()) == {None}
    assert await messages_used(drive) == 0
    made = await requests_made(sandbox)
    await drive.forward(48 * HOUR)
    assert await requests_made(sandbox) == made
    with pytest.raises(ThreadlineError):
        await drive.accept("Not accepted", people[0])

    await drive.rehearsal.link()
    await drive.settled()
    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    for vanity in people:
        assert await copies(sandbox, vanity, f"Hello {vanity}") == 1


async def test_a_stop_holds_over_a_restart(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 2)
    await drive.rehearsal.fault("rate_limited", endpoint="createMessage", count=1, retryAfter=600)
    await drive.accept_each(people)
    await drive.settled()
    until = (await drive.account()).state_until
    assert until is not None
    made = await requests_made(sandbox)
    await drive.restart()
    await drive.settled()
    assert (await drive.account()).state is AccountState.RATE_LIMITED
    await drive.to(until - 1)
    assert await requests_made(sandbox) == made
    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    assert left[0].called_at == until


async def test_a_longer_stop_than_the_one_it_is_in_takes_its_place(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 2)
    await drive.rehearsal.fault("rate_limited", endpoint="createMessage", count=2, retryAfter=600)
    await drive.accept_each(people)
    await drive.settled()
    first = (await drive.account()).state_until
    assert first is not None
    await drive.to(first)
    second = (await drive.account()).state_until
    assert second == first + 10 * MINUTE
    left = await drive.until_over()
    assert left[0].called_at == second
    assert await calls(sandbox, "createMessage") == 4
