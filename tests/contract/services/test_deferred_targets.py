"""What nobody waits for is asked of LinkedIn when it leaves: who it goes to, how, and whether still."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import (
    QUEUED,
    Drive,
    address,
    calls,
    copies,
    driving,
    quiet_people,
    requests_made,
)
from tests.contract.services.rehearsal import until
from threadline.model.clock import SECOND
from threadline.model.errors import MessageToSelf, NewerMessage
from threadline.model.events import EventType
from threadline.model.pacing import BudgetKind, WaitsFor, day_of
from threadline.model.rule_changes import GapChange, RulesChange
from threadline.model.sends import SendState, Terms
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.sending import Answered
from threadline.store import budgets

pytestmark = pytest.mark.promise("sends.asked-when-it-leaves")


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada and Grace linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace")) as drive:
        yield drive


async def used(drive: Drive, kind: BudgetKind, name: str = "ada") -> int:
    """How much of a budget is used today."""
    account = await drive.account(name)
    database = drive.rehearsal.gateway.database
    found = await budgets.used(database, account.account_id, day_of(drive.clock.now()))
    return found.get(kind, 0)


async def credits(sandbox: SandboxClient) -> int:
    """How many InMail credits Grace has at LinkedIn."""
    found: int = (await sandbox.told("accounts/grace/credits"))["available"]
    return found


async def inmail(drive: Drive, to: str) -> Answered:
    """Accept an InMail of Grace's."""
    outgoing = Outgoing(text="An offer", subject="Hello", profile_url=address(to), inmail=True)
    answered: Answered = await drive.rehearsal.services.sending.send(
        await drive.account("grace"), outgoing, QUEUED, 0
    )
    return answered


async def test_nothing_is_asked_when_it_is_accepted_and_a_person_whom_nobody_knows_fails_it_when_it_leaves(
    drive: Drive, sandbox: SandboxClient
) -> None:
    made = await requests_made(sandbox)
    later = Terms(direct=False, send_at=drive.clock.now() + 60 * SECOND)
    accepted = await drive.accept("To nobody", "nobody-of-that-name", later)
    assert accepted.send.state is SendState.QUEUED
    assert await requests_made(sandbox) == made
    [failed] = await drive.until_over()
    assert (failed.state, failed.error_code, failed.retry_safe) == (
        SendState.FAILED,
        "PROFILE_NOT_FOUND",
        True,
    )
    assert failed.called_at is None
    assert await used(drive, BudgetKind.MESSAGES) == 0
    assert await used(drive, BudgetKind.NEW_CONVERSATIONS) == 0


async def test_who_it_is_is_known_afterwards(drive: Drive, sandbox: SandboxClient) -> None:
    accepted = await drive.accept("To Sarah", "sarah-chen")
    assert (accepted.send.target, accepted.send.recipient_id) == ("sarah-chen", None)
    [sent] = await drive.until_over()
    assert sent.state is SendState.SENT
    assert (sent.target, sent.recipient_id) == ("sarah-chen", await sandbox.profile_id("sarah-chen"))
    assert sent.thread_id == await sandbox.thread_with("sarah-chen")
    assert await used(drive, BudgetKind.NEW_CONVERSATIONS) == 0


async def test_a_message_to_oneself_is_refused(drive: Drive, sandbox: SandboxClient) -> None:
    own = await sandbox.owner()
    for to in ("ada-demo", own, f"urn:li:fsd_profile:{own}"):
        with pytest.raises(MessageToSelf):
            await drive.accept("To me", to)
    assert await drive.sends() == []


async def test_a_person_whom_the_owner_may_not_write_to_fails_it_and_the_next_one_leaves(
    drive: Drive, sandbox: SandboxClient
) -> None:
    await drive.accept("We have not met", "targetperson")
    await drive.accept("We have", "sarah-chen")
    refused, sent = await drive.until_over()
    assert (refused.state, refused.error_code) == (SendState.FAILED, "NOT_CONNECTED")
    assert sent.state is SendState.SENT


@pytest.mark.promise("sends.order")
async def test_one_that_turns_out_to_go_where_an_unknown_one_went_waits_for_it_and_holds_up_no_other(
    drive: Drive, sandbox: SandboxClient
) -> None:
    person = await sandbox.profile_id("sarah-chen")
    gap = GapChange(least=10 * SECOND, most=10 * SECOND)
    await drive.rehearsal.services.budgets.set(await drive.account(), RulesChange(gap=gap))
    await drive.rehearsal.fault("cut_before", endpoint="createMessage", count=1)
    lost = await drive.accept("Lost", f"urn:li:fsd_profile:{person}", Terms())

    async def unknown() -> bool:
        return (await drive.send(lost.send.send_id)).state is SendState.UNKNOWN

    await until(unknown)
    account = await drive.account()
    async with drive.rehearsal.gateway.database.transaction() as tx:
        # As if nobody had ever heard the name: an unknown name is not compared with an unknown send.
        await tx.run("people.forget_vanity", account_id=account.account_id, vanity="sarah-chen", person_id="")
    same_person = await drive.accept("After it", "sarah-chen")
    other = await drive.accept("To somebody else", "john-doe-123")
    await drive.forward(100 * SECOND)
    assert (await drive.send(other.send.send_id)).state is SendState.SENT
    held = await drive.rehearsal.services.queue.get(account, same_person.send.send_id)
    assert held.send.state is SendState.QUEUED
    assert held.expected.waits_for is WaitsFor.UNKNOWN_SEND
    assert (await drive.send(lost.send.send_id)).state is SendState.UNKNOWN
    left = await drive.until_over()
    assert [one.state for one in left] == [SendState.FAILED, SendState.SENT, SendState.SENT]
    assert (left[1].called_at or 0) >= (left[0].settled_at or 0)
    assert await copies(sandbox, "sarah-chen", "After it") == 1


async def test_an_inmail_costs_a_credit_where_linkedin_says_so(drive: Drive, sandbox: SandboxClient) -> None:
    before = await credits(sandbox)
    accepted = await inmail(drive, "targetperson")
    assert accepted.send.state is SendState.QUEUED
    [sent] = await drive.until_over("grace")
    assert sent.state is SendState.SENT
    assert await credits(sandbox) == before - 1
    assert await used(drive, BudgetKind.INMAIL, "grace") == 1


async def test_an_inmail_to_a_connection_fails_when_it_leaves_and_costs_nothing(
    drive: Drive, sandbox: SandboxClient
) -> None:
    before = await credits(sandbox)
    await inmail(drive, (await quiet_people(sandbox, 1, "grace"))[0])
    [failed] = await drive.until_over("grace")
    assert (failed.state, failed.called_at) == (SendState.FAILED, None)
    assert failed.retry_safe
    assert await credits(sandbox) == before
    assert await used(drive, BudgetKind.INMAIL, "grace") == 0


async def test_an_inmail_without_credits_fails_when_it_leaves(drive: Drive, sandbox: SandboxClient) -> None:
    await sandbox.admin("POST", "accounts/grace/credits", {"available": 0})
    await inmail(drive, "targetperson")
    [failed] = await drive.until_over("grace")
    assert (failed.state, failed.error_code) == (SendState.FAILED, "NO_INMAIL_CREDITS")
    assert await calls(sandbox, "createMessage", "grace") == 0


async def test_a_second_inmail_goes_as_a_reply_and_is_not_counted_as_one(
    drive: Drive, sandbox: SandboxClient
) -> None:
    await inmail(drive, "targetperson")
    await drive.until_over("grace")
    left = await credits(sandbox)
    accepted = await inmail(drive, "targetperson")
    await drive.until_over("grace")
    second = await drive.send(accepted.send.send_id, "grace")
    assert (second.state, second.composition.inmail) == (SendState.SENT, False)
    assert await credits(sandbox) == left
    assert await used(drive, BudgetKind.INMAIL, "grace") == 1


async def test_what_somebody_wrote_meanwhile_stops_it_when_it_leaves(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await drive.accept("Shall we", "sarah-chen", Terms(), wait=10)
    later = Terms(direct=False, if_last=first.send.message_id, send_at=drive.clock.now() + 60 * SECOND)
    accepted = await drive.accept("I take that for a yes", "sarah-chen", later)
    assert accepted.send.state is SendState.QUEUED
    await drive.rehearsal.writes("sarah-chen", "No")
    await drive.until_over()
    stopped = await drive.send(accepted.send.send_id)
    assert (stopped.state, stopped.error_code, stopped.called_at) == (
        SendState.FAILED,
        NewerMessage.code,
        None,
    )
    assert await copies(sandbox, "sarah-chen", "I take that for a yes") == 0
    assert await calls(sandbox, "createMessage") == 1
    assert await used(drive, BudgetKind.MESSAGES) == 1


async def test_it_leaves_where_nobody_wrote_meanwhile(drive: Drive, sandbox: SandboxClient) -> None:
    first = await drive.accept("Shall we", "sarah-chen", Terms(), wait=10)
    later = Terms(direct=False, if_last=first.send.message_id, send_at=drive.clock.now() + 60 * SECOND)
    accepted = await drive.accept("I am waiting", "sarah-chen", later)
    await drive.until_over()
    assert (await drive.send(accepted.send.send_id)).state is SendState.SENT


@pytest.mark.promise("sends.told-once")
async def test_each_move_of_a_send_is_told_once_and_in_order(drive: Drive, sandbox: SandboxClient) -> None:
    await drive.accept("Sent", "sarah-chen")
    await drive.accept("Fails", "targetperson")
    timed = Terms(direct=False, send_at=drive.clock.now() + 600 * SECOND)
    cancelled = await drive.accept("Cancelled", "john-doe-123", timed)
    await drive.rehearsal.services.queue.cancel(await drive.account(), cancelled.send.send_id)
    await drive.until_over()
    draft = await drive.accept("Draft", "john-doe-123", Terms(direct=False, draft=True))
    assert await told_of(drive, draft.send.send_id) == []
    await drive.rehearsal.services.queue.release(await drive.account(), draft.send.send_id)
    await drive.rehearsal.fault("lose_answer", count=1)
    await drive.until_over()
    await drive.rehearsal.fault("cut_before", endpoint="createMessage", count=1)
    await drive.accept("Never arrives", "sarah-chen")
    await drive.rehearsal.fault("rate_limited", endpoint="createMessage", count=1, retryAfter=60)
    await drive.until_over()
    queued, sent, failed, unknown, gone = (
        EventType.SEND_QUEUED,
        EventType.SEND_SENT,
        EventType.SEND_FAILED,
        EventType.SEND_UNKNOWN,
        EventType.SEND_CANCELLED,
    )
    expected = {
        "Sent": [queued, sent],
        "Fails": [queued, failed],
        "Cancelled": [queued, gone],
        "Draft": [queued, unknown, sent],
        "Never arrives": [queued, unknown, failed],
    }
    for one in await drive.sends():
        assert await told_of(drive, one.send_id) == expected[one.text], one.text


async def told_of(drive: Drive, send_id: str) -> list[EventType]:
    """The events about a send, in the order of the log."""
    return [
        event.type
        for event in await drive.rehearsal.events()
        if event.data.get("sendId") == send_id and event.type.value.startswith("send.")
    ]
