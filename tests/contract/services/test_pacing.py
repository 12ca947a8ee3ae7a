"""Pacing, as it is lived: what is shown when a message is accepted is when it leaves."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import Drive, copies, driving, quiet_people
from tests.contract.services.rehearsal import until
from threadline.model.accounts import AccountState
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.pacing import Profile, WaitsFor, next_midnight
from threadline.model.rule_changes import HoursChange, RulesChange
from threadline.model.sends import Send, SendState, Terms
from threadline.services.sends.sending import Answered

TUESDAY = int(datetime(2026, 11, 24, 14, tzinfo=UTC).timestamp()) * SECOND
FRIDAY_IN_BERLIN = int(datetime(2026, 10, 23, 14, 50, tzinfo=UTC).timestamp()) * SECOND
"""Ten minutes before five in the afternoon there; on the Sunday after it the clocks are put back."""
MONDAY_IN_BERLIN = int(datetime(2026, 10, 26, 8, tzinfo=UTC).timestamp()) * SECOND
"""Nine in the morning there."""


def shown_of(accepted: Iterable[Answered]) -> dict[str, int]:
    """The time that each was shown when it was accepted, by id."""
    return {one.send.send_id: one.expected.at for one in accepted if one.expected and one.expected.at}


def times_of(left: Sequence[Send]) -> list[int]:
    """When each was handed to LinkedIn."""
    return [one.called_at or 0 for one in left]


def kept(left: Sequence[Send], shown: Mapping[str, int]) -> bool:
    """Whether each left within a second of the time shown for it."""
    return all(abs((one.called_at or 0) - shown[one.send_id]) <= SECOND for one in left)


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada linked, on a Tuesday afternoon."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, at=TUESDAY, database_url=url) as drive:
        yield drive


@pytest.fixture
async def followed(sandbox: SandboxClient, tmp_path: Path) -> AsyncIterator[Drive]:
    """A gateway on a driven clock that follows Ada."""
    async with driving(sandbox, tmp_path, following=True) as drive:
        await drive.rehearsal.until_state(AccountState.CONNECTED)
        yield drive


@pytest.mark.promise("sends.expected-is-true")
async def test_each_of_fifty_leaves_within_a_second_of_the_time_shown_when_it_was_accepted(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 50)
    shown = shown_of(await drive.accept_each(people))
    assert len(shown) == 50
    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    assert kept(left, shown)
    gaps = [later - earlier for earlier, later in pairwise(times_of(left))]
    assert all(30 * SECOND <= gap <= 60 * SECOND for gap in gaps)
    assert len({*gaps}) > 25
    for vanity in people:
        assert await copies(sandbox, vanity, f"Hello {vanity}") == 1


@pytest.mark.promise("sends.expected-is-true")
async def test_the_times_shown_hold_over_a_restart(drive: Drive, sandbox: SandboxClient) -> None:
    shown = shown_of(await drive.accept_each(await quiet_people(sandbox, 8)))
    await drive.forward(2 * MINUTE)
    await drive.restart()
    left = await drive.until_over()
    assert {one.state for one in left} == {SendState.SENT}
    assert kept(left, shown)


@pytest.mark.promise("sends.expected-is-true")
async def test_working_hours_hold_the_queue_until_monday_over_the_end_of_summer_time(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with driving(sandbox, tmp_path, at=FRIDAY_IN_BERLIN) as drive:
        hours = HoursChange(start=9 * 60, end=17 * 60, days=(1, 2, 3, 4, 5), zone="Europe/Berlin")
        await drive.rehearsal.services.budgets.set(await drive.account(), RulesChange(hours=hours))
        shown = shown_of(await drive.accept_each(await quiet_people(sandbox, 50)))
        left = await drive.until_over()
        assert {one.state for one in left} == {SendState.SENT}
        assert kept(left, shown)
        evening = FRIDAY_IN_BERLIN + 10 * MINUTE
        friday = [at for at in times_of(left) if at < evening]
        monday = [at for at in times_of(left) if at >= evening]
        assert len(friday) >= 10
        assert monday[0] == MONDAY_IN_BERLIN
        assert monday[-1] < MONDAY_IN_BERLIN + 40 * MINUTE


async def test_the_highest_priority_leaves_first_and_of_one_priority_the_oldest(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 5)
    await drive.accept_each(people[:3])
    urgent = [
        await drive.accept("Urgent", people[3], Terms(direct=False, priority=5)),
        await drive.accept("More urgent", people[4], Terms(direct=False, priority=10)),
    ]
    left = sorted(await drive.until_over(), key=lambda one: one.called_at or 0)
    order = [f"Hello {people[0]}", "More urgent", "Urgent", f"Hello {people[1]}", f"Hello {people[2]}"]
    assert [one.text for one in left] == order
    assert kept([left[1]], shown_of(urgent))


async def test_when_one_is_cancelled_the_others_leave_earlier_and_none_later(
    drive: Drive, sandbox: SandboxClient
) -> None:
    accepted = await drive.accept_each(await quiet_people(sandbox, 8))
    await drive.settled()
    before = await drive.expected()
    cancelled = accepted[3].send.send_id
    await drive.rehearsal.services.queue.cancel(await drive.account(), cancelled)
    after = await drive.expected()
    assert set(before) - set(after) == {cancelled}
    for send_id, at in after.items():
        assert at is not None
        assert at <= (before[send_id] or 0)
    later = [one.send.send_id for one in accepted[4:]]
    assert all((after[send_id] or 0) < (before[send_id] or 0) for send_id in later)
    left = await drive.until_over()
    assert kept([one for one in left if one.send_id in after], {key: at or 0 for key, at in after.items()})
    assert [one.state for one in left if one.send_id == cancelled] == [SendState.CANCELLED]


async def test_a_timed_message_leaves_at_its_time_and_holds_up_nobody(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 4)
    at = drive.clock.now() + 3 * HOUR
    timed = await drive.accept("Later", people[0], Terms(direct=False, send_at=at))
    others = await drive.accept_each(people[1:])
    assert timed.expected is not None
    assert (timed.expected.at, timed.expected.waits_for) == (at, WaitsFor.SEND_AT)
    left = await drive.until_over()
    assert kept(left, shown_of([timed, *others]))
    assert next(one.called_at for one in left if one.text == "Later") == at


@pytest.mark.promise("sends.first-week")
async def test_a_newly_linked_account_opens_half_as_fast_and_fifty_a_day_in_its_first_week(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 54, "alan")
    await drive.link_new("alan")
    accepted = await drive.accept_each(people[:52], name="alan")
    shown = shown_of(accepted)
    left = await drive.until_over("alan")
    assert {one.state for one in left} == {SendState.SENT}
    assert kept(left, shown)
    gaps = [later - earlier for earlier, later in pairwise(times_of(left[:50]))]
    assert all(60 * SECOND <= gap <= 120 * SECOND for gap in gaps)
    assert times_of(left)[50] == next_midnight(TUESDAY)
    assert accepted[51].expected is not None
    await drive.to(TUESDAY + 8 * DAY)
    first, second = await drive.accept_each(people[52:], name="alan")
    assert first.expected is not None
    assert second.expected is not None
    assert 30 * SECOND <= (second.expected.at or 0) - drive.clock.now() <= 60 * SECOND


async def test_a_caller_who_waits_is_not_held_by_the_gap_and_pushes_it_on(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 3)
    await drive.accept_each(people[:2])
    await drive.settled()
    before = await drive.expected()
    await drive.to(drive.clock.now() + 20 * SECOND)
    direct = await drive.accept("Now", people[2], Terms(), wait=10)
    assert direct.send.state is SendState.SENT
    [held] = (await drive.expected()).values()
    [was] = before.values()
    assert held is not None
    assert was is not None
    assert held >= drive.clock.now() + 30 * SECOND
    left = await drive.until_over()
    assert left[1].called_at == held


async def test_nobody_waits_for_a_draft_and_when_it_is_released_it_waits_its_turn(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 3)
    draft = await drive.accept("Draft", people[0], Terms(draft=True), wait=30)
    assert (draft.send.state, draft.expected) == (SendState.DRAFT, None)
    await drive.accept_each(people[1:])
    await drive.settled()
    released = await drive.rehearsal.services.queue.release(await drive.account(), draft.send.send_id)
    assert released.expected.waits_for is not None
    await drive.until_over()
    sent = await drive.send(draft.send.send_id)
    assert abs((sent.called_at or 0) - released.expected.at) <= SECOND


async def test_under_the_profile_careful_a_caller_is_told_when_it_will_leave(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 2)
    await drive.rehearsal.services.budgets.set(await drive.account(), RulesChange(profile=Profile.CAREFUL))
    first = await drive.accept("First", people[0], Terms(), wait=10)
    second = await drive.accept("Second", people[1], Terms(), wait=10)
    assert (first.send.state, second.send.state) == (SendState.SENT, SendState.QUEUED)
    assert second.expected is not None
    assert second.expected.waits_for is WaitsFor.GAP
    await drive.until_over()
    assert kept([await drive.send(second.send.send_id)], shown_of([second]))


async def test_under_the_profile_open_nothing_is_held(drive: Drive, sandbox: SandboxClient) -> None:
    await drive.rehearsal.services.budgets.set(await drive.account(), RulesChange(profile=Profile.OPEN))
    await drive.accept_each(await quiet_people(sandbox, 5))
    await drive.settled()
    await drive.to(drive.clock.now() + SECOND)
    assert {one.state for one in await drive.sends()} == {SendState.SENT}


@pytest.mark.promise("sends.replies-not-held")
async def test_a_reply_is_not_held_by_the_gap_and_does_not_move_it(
    followed: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 6)
    shown = shown_of(await followed.accept_each(people))
    await followed.settled()
    thread = await _thread_to_answer_in(followed, "janesmith")
    await followed.to(followed.clock.now() + SECOND)
    reply = await followed.accept("Yes, I am", thread)
    assert shown_of([reply])[reply.send.send_id] <= followed.clock.now() + SECOND
    await followed.to(followed.clock.now() + SECOND)
    assert (await followed.send(reply.send.send_id)).state is SendState.SENT
    left = await followed.until_over()
    assert kept([one for one in left if one.send_id in shown], shown)


@pytest.mark.promise("sends.replies-not-held")
async def test_what_waits_for_the_gap_leaves_at_once_when_its_reader_writes_meanwhile(
    followed: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 4)
    await followed.accept_each(people[:3])
    thread = await sandbox.thread_with("janesmith")
    await sandbox.admin("POST", "accounts/ada/write", {"to": "janesmith", "text": "From my phone"})
    await _stored(followed, thread, from_me=True)
    waiting = await followed.accept("And one more thing", thread)
    assert waiting.expected is not None
    assert (waiting.expected.at or 0) > followed.clock.now() + MINUTE
    await followed.to(followed.clock.now() + SECOND)
    await followed.rehearsal.writes("janesmith", "Which thing")

    async def left() -> bool:
        return (await followed.send(waiting.send.send_id)).state is SendState.SENT

    await until(left)
    assert (await followed.send(waiting.send.send_id)).called_at == followed.clock.now()


async def _thread_to_answer_in(drive: Drive, vanity: str) -> str:
    await drive.rehearsal.writes(vanity, "Are you there")
    thread = await drive.rehearsal.sandbox.thread_with(vanity)
    await _stored(drive, thread, from_me=False)
    return thread


async def _stored(drive: Drive, thread: str, *, from_me: bool) -> None:
    """Wait until the newest message of a conversation is known as the owner's, or as somebody else's."""
    account = await drive.account()

    async def told() -> bool:
        found = await drive.rehearsal.services.inbox.conversation(account, thread)
        return found.last_from_me is from_me

    await until(told)
