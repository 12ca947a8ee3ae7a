"""Budgets where they are kept: charged at the claim, given back for what did not leave, new at midnight."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import Drive, copies, driving, quiet_people
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.errors import BudgetReached
from threadline.model.events import EventType
from threadline.model.pacing import BudgetKind, Profile, WaitsFor, next_midnight
from threadline.model.rule_changes import RulesChange
from threadline.model.sends import SendState, Terms
from threadline.services.budgets import Budget

NOON = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()) * SECOND


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada linked, at noon."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, at=NOON, database_url=url) as drive:
        yield drive


async def shown(drive: Drive, name: str = "ada") -> Budget:
    """How the account stands."""
    found: Budget = await drive.rehearsal.services.budgets.show(await drive.account(name))
    return found


async def used(drive: Drive, name: str = "ada") -> dict[BudgetKind, int]:
    """What the account was charged today, by kind, where that is anything."""
    return {line.kind: line.used for line in (await shown(drive, name)).lines if line.used}


async def change(drive: Drive, change: RulesChange, name: str = "ada") -> None:
    """Change the owner's rules."""
    await drive.rehearsal.services.budgets.set(await drive.account(name), change)


async def limit(drive: Drive, messages: int, name: str = "ada") -> None:
    """Set the messages a day."""
    await change(drive, RulesChange(limits={BudgetKind.MESSAGES: messages}), name)


@pytest.mark.promise("sends.budget-kept")
async def test_nothing_is_charged_until_the_claim(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 3)
    later = Terms(direct=False, send_at=NOON + HOUR)
    await drive.accept_each(people, later)
    await drive.forward(HOUR - 1)
    assert BudgetKind.MESSAGES not in await used(drive)
    assert (await shown(drive)).waiting == 3
    await drive.forward(1)
    assert (await used(drive))[BudgetKind.MESSAGES] == 1
    await drive.until_over()
    assert (await used(drive))[BudgetKind.MESSAGES] == 3


@pytest.mark.promise("sends.budget-kept", "design.5.budgets")
async def test_the_day_ends_at_midnight_utc_and_what_was_used_survives_a_restart(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 6)
    await limit(drive, 2)
    accepted = await drive.accept_each(people)
    midnight = next_midnight(drive.clock.now())
    expected = [one.expected for one in accepted]
    days = [-(-(one.at - midnight + 1) // DAY) for one in expected if one and one.at]
    assert days == [0, 0, 1, 1, 2, 2]
    assert [one.waits_for for one in expected if one][2:] == [WaitsFor.BUDGET] * 4
    await drive.forward(10 * MINUTE)
    assert (await used(drive))[BudgetKind.MESSAGES] == 2
    await drive.restart()
    assert (await used(drive))[BudgetKind.MESSAGES] == 2
    with pytest.raises(BudgetReached):
        await drive.accept("Not today", people[0], Terms())
    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    for send, one in zip(left, expected, strict=True):
        assert one is not None
        assert one.at is not None
        assert abs((send.called_at or 0) - one.at) <= SECOND


@pytest.mark.promise("sends.budget-kept")
async def test_a_message_refused_by_linkedin_is_given_back(drive: Drive, sandbox: SandboxClient) -> None:
    [friend] = await quiet_people(sandbox, 1)
    await drive.rehearsal.fault("refused", count=1, endpoint="createMessage", message="No.")
    answered = await drive.accept("Refused", friend, Terms(), wait=10)
    assert answered.send.state is SendState.FAILED
    charged = await used(drive)
    assert BudgetKind.MESSAGES not in charged
    assert BudgetKind.NEW_CONVERSATIONS not in charged
    again = await drive.accept("Taken", friend, Terms(), wait=10)
    assert again.send.state is SendState.SENT
    assert (await used(drive))[BudgetKind.MESSAGES] == 1


@pytest.mark.promise("sends.budget-kept")
async def test_a_lost_answer_stays_charged_until_it_is_proven_that_nothing_left(
    drive: Drive, sandbox: SandboxClient
) -> None:
    [friend] = await quiet_people(sandbox, 1)
    await drive.rehearsal.fault("cut_before", count=1, endpoint="createMessage")
    answered = await drive.accept("Lost on its way", friend)
    await drive.settled()
    assert (await drive.send(answered.send.send_id)).state is SendState.UNKNOWN
    assert (await used(drive))[BudgetKind.MESSAGES] == 1
    await drive.until_over()
    failed = await drive.send(answered.send.send_id)
    assert (failed.state, failed.error_code) == (SendState.FAILED, "NOT_DELIVERED")
    assert BudgetKind.MESSAGES not in await used(drive)
    assert await copies(sandbox, friend, "Lost on its way") == 0


@pytest.mark.promise("sends.budget-kept")
async def test_a_lost_answer_of_a_message_that_left_stays_charged(
    drive: Drive, sandbox: SandboxClient
) -> None:
    [friend] = await quiet_people(sandbox, 1)
    await drive.rehearsal.fault("lose_answer", count=1)
    answered = await drive.accept("It left", friend)
    await drive.until_over()
    assert (await drive.send(answered.send.send_id)).state is SendState.SENT
    assert (await used(drive))[BudgetKind.MESSAGES] == 1


@pytest.mark.promise("sends.budget-kept")
async def test_what_is_given_back_after_midnight_goes_to_the_day_that_paid(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with driving(sandbox, tmp_path, at=next_midnight(NOON) - 30 * SECOND) as drive:
        [friend] = await quiet_people(sandbox, 1)
        await drive.rehearsal.fault("cut_before", count=1, endpoint="createMessage")
        await drive.accept("Over midnight", friend)
        await drive.settled()
        assert (await used(drive))[BudgetKind.MESSAGES] == 1
        await drive.forward(40 * SECOND)
        assert BudgetKind.MESSAGES not in await used(drive)
        again = await drive.accept("Another", friend, Terms(force=True))
        assert again.send.state is not SendState.FAILED
        left = await drive.until_over()
        assert sorted(one.state for one in left) == [SendState.FAILED, SendState.SENT]
        assert (await used(drive))[BudgetKind.MESSAGES] == 1


@pytest.mark.promise("sends.budget-kept")
async def test_a_conversation_that_turns_out_to_be_there_is_none_that_began(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    friends = [one for one in people if "ada" in one["connectedTo"] and not one["gone"]]
    known = next(one["vanity"] for one in friends if one["threads"].get("ada"))
    unknown = next(
        one["vanity"]
        for one in friends
        if not one["threads"].get("ada", ["of oneself"]) and not one["answers"]
    )
    await drive.accept("We know each other", known, Terms(), wait=10)
    charged = await used(drive)
    assert charged[BudgetKind.MESSAGES] == 1
    assert BudgetKind.NEW_CONVERSATIONS not in charged
    await drive.accept("We do not", unknown, Terms(), wait=10)
    charged = await used(drive)
    assert (charged[BudgetKind.MESSAGES], charged[BudgetKind.NEW_CONVERSATIONS]) == (2, 1)


@pytest.mark.promise("sends.budget-kept")
async def test_that_a_budget_is_reached_is_told_once_a_day(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 5)
    await limit(drive, 2)
    await drive.accept_each(people)
    midnight = next_midnight(drive.clock.now())
    await drive.forward(10 * MINUTE)
    with pytest.raises(BudgetReached):
        await drive.accept("Not today", people[0], Terms())
    told = [one for one in await drive.rehearsal.events() if one.type is EventType.BUDGET_REACHED]
    assert [one.data for one in told] == [{"kind": "messages", "limit": 2, "resetsAt": midnight}]
    await drive.until_over()
    told = [one for one in await drive.rehearsal.events() if one.type is EventType.BUDGET_REACHED]
    assert [one.data["resetsAt"] for one in told] == [midnight, midnight + DAY]


@pytest.mark.promise("sends.budget-kept")
async def test_the_budgets_of_two_accounts_are_their_own(drive: Drive, sandbox: SandboxClient) -> None:
    await drive.rehearsal.link("grace")
    [one] = await quiet_people(sandbox, 1, "grace")
    await limit(drive, 0)
    with pytest.raises(BudgetReached) as refused:
        await drive.accept("Never", "janesmith", Terms())
    assert refused.value.details["limit"] == 0
    answered = await drive.accept("From grace", one, Terms(), name="grace", wait=10)
    assert answered.send.state is SendState.SENT
    assert (await used(drive, "grace"))[BudgetKind.MESSAGES] == 1
    waiting = await drive.accept("For when the cap is raised", "janesmith")
    assert waiting.expected is not None
    assert (waiting.expected.at, waiting.expected.waits_for) == (None, WaitsFor.BUDGET)
    await change(drive, RulesChange(limits={BudgetKind.MESSAGES: None}))
    await drive.settled()
    assert (await drive.send(waiting.send.send_id)).state is SendState.SENT


@pytest.mark.promise("sends.first-week", "sends.budget-kept")
async def test_a_new_account_sends_fifty_a_day_in_its_first_week(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with driving(sandbox, tmp_path, at=NOON, link=()) as drive:
        await drive.link_new("ada")
        assert (await shown(drive)).pace.new_until == NOON + 7 * DAY
        people = await quiet_people(sandbox, 3)
        for number in range(50):
            to = people[number % 3]
            answered = await drive.accept(f"Number {number}", to, Terms(), wait=10)
            assert answered.send.state is SendState.SENT
        with pytest.raises(BudgetReached) as refused:
            await drive.accept("The fifty-first", people[0], Terms())
        assert (refused.value.details["limit"], refused.value.details["used"]) == (50, 50)
        await drive.to(NOON + 7 * DAY)
        [messages, *_] = (await shown(drive)).lines
        assert (messages.limit, messages.left) == (150, 150)


@pytest.mark.promise("sends.budget-kept")
async def test_many_callers_at_once_never_pass_a_cap(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 12)
    await limit(drive, 5)

    async def one(vanity: str) -> bool:
        try:
            answered = await drive.accept(f"Hello {vanity}", vanity, Terms(), wait=15)
        except BudgetReached:
            return False
        return answered.send.state is SendState.SENT

    asked = asyncio.gather(*(one(vanity) for vanity in people))
    while not asked.done():
        await drive.forward(10)
    assert sum(await asked) == 5
    assert (await used(drive))[BudgetKind.MESSAGES] == 5
    stand = [await copies(sandbox, vanity, f"Hello {vanity}") for vanity in people]
    assert sum(stand) == 5


@pytest.mark.promise("sends.budget-kept")
async def test_whoever_waits_is_refused_where_those_before_will_use_up_the_day(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 5)
    await change(drive, RulesChange(profile=Profile.CAREFUL, limits={BudgetKind.MESSAGES: 3}))
    await drive.accept_each(people[:3])
    await drive.settled()
    # One has left, and the gap holds two that will be the last of the day.
    assert (await used(drive))[BudgetKind.MESSAGES] == 1
    with pytest.raises(BudgetReached) as refused:
        await drive.accept("One too many", people[3], Terms())
    assert (refused.value.details["kind"], refused.value.details["used"]) == ("messages", 1)
    assert refused.value.retry_after is not None
    tomorrow = await drive.accept("Queued for tomorrow", people[4])
    assert tomorrow.expected is not None
    assert tomorrow.expected.waits_for is WaitsFor.BUDGET
    assert await copies(sandbox, people[3], "One too many") == 0
