"""Sending: the four phases, one road, and the truth after a lost answer."""

import asyncio
from pathlib import Path

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import JANE, Rehearsal, rehearsing, until
from threadline.model.accounts import AccountState
from threadline.model.clock import SECOND, DrivenClock, SystemClock
from threadline.model.errors import (
    BadInput,
    NotFound,
    ProfileNotFound,
    RecipientMismatch,
    ThreadlineError,
)
from threadline.model.events import EventType
from threadline.model.sends import Phase, Send, SendState, Terms
from threadline.services.sends.outbox import SETTLE
from threadline.services.sends.outgoing import Outgoing
from threadline.store import due, sends

SARAH = "https://www.linkedin.com/in/sarah-chen/"


async def _send(gateway: Rehearsal, text: str, wait: float = 10, **aim: str) -> Send:
    outgoing = Outgoing(
        text=text,
        profile_url=aim.get("profile_url", None if aim else JANE),
        recipient_urn=aim.get("recipient_urn"),
        conversation_id=aim.get("conversation_id"),
    )
    sent: Send = (await gateway.services.sending.send(await gateway.account(), outgoing, Terms(), wait)).send
    return sent


async def _lose(gateway: Rehearsal, text: str, **aim: str) -> Send:
    """Send something whose answer gets lost."""
    sent = await _send(gateway, text, 0.01, **aim)
    account = await gateway.account()

    async def unknown() -> bool:
        shown = await gateway.services.queue.get(account, sent.send_id)
        return shown.send.state is SendState.UNKNOWN

    await until(unknown)
    lost: Send = (await gateway.services.queue.get(account, sent.send_id)).send
    return lost


async def _copies(sandbox: SandboxClient, vanity: str, text: str) -> int:
    """How often the text stands in a person's own mailbox."""
    answer = await sandbox.admin("GET", f"mailboxes/{vanity}/messages?text={text.replace(' ', '%20')}")
    assert answer.status == 200, answer.text
    return len(answer.json["messages"])


async def _calls(sandbox: SandboxClient, endpoint: str) -> int:
    told = (await sandbox.told("requests?account=ada"))["requests"]["ada"]
    return int(told.get(endpoint, 0))


@pytest.mark.promise("main-job.3.four-phases", "design.1.sent-means-id")
async def test_the_cache_finds_the_conversation_of_a_person_we_have_stored(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    sent = await _send(gateway, "By the cache")
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.CACHE)
    assert sent.message_id is not None
    assert await _calls(gateway.sandbox, "recipients") == 0
    assert await _copies(gateway.sandbox, "janesmith", "By the cache") == 1


@pytest.mark.promise("main-job.3.four-phases")
async def test_the_look_up_by_recipient_finds_a_conversation_that_is_not_stored(
    still_gateway: Rehearsal,
) -> None:
    sent = await _send(still_gateway, "By recipient")
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.PARTICIPANT)
    assert sent.thread_id == await still_gateway.sandbox.thread_with("janesmith")
    assert await _copies(still_gateway.sandbox, "janesmith", "By recipient") == 1


@pytest.mark.promise("main-job.3.four-phases")
async def test_the_scan_finds_it_where_the_look_up_by_recipient_is_empty(still_gateway: Rehearsal) -> None:
    await still_gateway.writes("janesmith", "So that I am among the recent ones")
    await still_gateway.fault("empty_recipient_lookup")
    sent = await _send(still_gateway, "By scanning")
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.SCAN)
    assert sent.thread_id == await still_gateway.sandbox.thread_with("janesmith")


@pytest.mark.promise("wire.6.2.new-conversation")
@pytest.mark.promise("main-job.3.four-phases")
async def test_a_new_conversation_is_opened_where_there_is_none(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    stranger = await _connected_without_thread(gateway.sandbox)
    sent = await _send(gateway, "A first word", profile_url=f"https://www.linkedin.com/in/{stranger}/")
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.NEW)
    assert await _copies(gateway.sandbox, stranger, "A first word") == 1
    again = await _send(gateway, "A second word", profile_url=f"https://www.linkedin.com/in/{stranger}/")
    assert (again.phase, again.thread_id) == (Phase.CACHE, sent.thread_id)


async def _connected_without_thread(sandbox: SandboxClient) -> str:
    people = (await sandbox.told("people?limit=1000"))["people"]
    for person in people:
        told = await sandbox.told(f"people/{person['vanity']}")
        if "ada" in told["connectedTo"] and not told["threads"]["ada"] and not told["gone"]:
            found: str = told["vanity"]
            return found
    raise AssertionError("everybody who is connected to ada has a thread with her")


async def test_sends_of_one_account_leave_one_at_a_time_and_in_order(either_gateway: Rehearsal) -> None:
    await either_gateway.link()
    await either_gateway.until_state(AccountState.CONNECTED)
    texts = [f"In order {number}" for number in range(12)]
    made = await asyncio.gather(*(_send(either_gateway, text, 20) for text in texts))
    assert {send.state for send in made} == {SendState.SENT}
    thread = await either_gateway.sandbox.thread_with("janesmith")
    shown = (await either_gateway.sandbox.told(f"mailboxes/ada/conversations/{thread}/messages?limit=100"))[
        "messages"
    ]
    mine = [one["text"] for one in shown if one["text"] in texts]
    assert sorted(mine) == sorted(texts)
    by_acceptance = [send.text for send in sorted(made, key=lambda one: (one.created_at, one.send_id))]
    assert mine in (by_acceptance, by_acceptance[::-1])


@pytest.mark.promise("wire.6.1.lost-answer")
@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_is_unknown_and_settles_as_sent_by_reading(still_gateway: Rehearsal) -> None:
    await still_gateway.fault("lose_answer", count=1)
    lost = await _lose(still_gateway, "Did it arrive")
    assert lost.state is SendState.UNKNOWN
    key = f"{lost.account_id}:{lost.send_id}"
    assert await still_gateway.gateway.settling.settle(key) is None
    settled = (await still_gateway.services.queue.get(await still_gateway.account(), lost.send_id)).send
    assert (settled.state, settled.message_id is not None) == (SendState.SENT, True)
    assert await _calls(still_gateway.sandbox, "createMessage") == 1
    assert await _copies(still_gateway.sandbox, "janesmith", "Did it arrive") == 1


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_of_a_first_message_settles_by_finding_the_new_conversation(
    still_gateway: Rehearsal,
) -> None:
    stranger = await _connected_without_thread(still_gateway.sandbox)
    await still_gateway.fault("lose_answer", count=1)
    address = f"https://www.linkedin.com/in/{stranger}/"
    lost = await _lose(still_gateway, "Out of the blue", profile_url=address)
    assert (lost.state, lost.thread_id) == (SendState.UNKNOWN, None)
    await still_gateway.gateway.settling.settle(f"{lost.account_id}:{lost.send_id}")
    settled = (await still_gateway.services.queue.get(await still_gateway.account(), lost.send_id)).send
    assert settled.state is SendState.SENT
    assert settled.thread_id == await still_gateway.sandbox.thread_with(stranger)


@pytest.mark.promise("design.1.unknown-settles")
async def test_the_echo_on_the_stream_settles_a_lost_answer(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.fault("lose_answer", count=1)
    sent = await _send(gateway, "Echoed")
    assert sent.state is SendState.SENT
    types = [event.type for event in await gateway.events()]
    assert types.count(EventType.SEND_SENT) == 1
    assert types.count(EventType.MESSAGE_SENT) == 1


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_message_that_never_left_fails_after_two_readings_a_minute_apart(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    clock = DrivenClock(SystemClock().now())
    async with rehearsing(sandbox, tmp_path, clock=clock, started=False) as gateway:
        await gateway.link()
        await gateway.fault("cut_before", endpoint="createMessage", count=1)
        lost = await _send(gateway, "Never left", 0)
        account = await gateway.account()

        async def unknown() -> bool:
            found: Send = (await gateway.services.queue.get(account, lost.send_id)).send
            return found.state is SendState.UNKNOWN

        await until(unknown)
        key = f"{lost.account_id}:{lost.send_id}"
        readings = 0
        while (next_at := await gateway.gateway.settling.settle(key)) is not None:
            readings += 1
            assert await unknown()
            clock.advance(max(1 * SECOND, next_at - clock.now()))
        settled = (await gateway.services.queue.get(account, lost.send_id)).send
        assert (settled.state, settled.error_code, settled.retry_safe) == (
            SendState.FAILED,
            "NOT_DELIVERED",
            True,
        )
        assert readings >= 2
        assert await _copies(sandbox, "janesmith", "Never left") == 0
        assert await _calls(sandbox, "createMessage") == 1


async def test_a_reading_that_fails_proves_nothing(still_gateway: Rehearsal) -> None:
    await still_gateway.fault("cut_before", endpoint="createMessage", count=1)
    lost = await _lose(still_gateway, "Still unknown")
    await still_gateway.fault("server_error")
    assert await still_gateway.gateway.settling.settle(f"{lost.account_id}:{lost.send_id}") is not None
    found = (await still_gateway.services.queue.get(await still_gateway.account(), lost.send_id)).send
    assert (found.state, found.checks, found.absent_at) == (SendState.UNKNOWN, 0, None)


@pytest.mark.promise("wire.6.1.create-message", "wire.6.1.lost-answer")
@pytest.mark.promise("design.1.accepted-once")
async def test_a_crash_during_the_call_leaves_an_unknown_send_and_never_a_second_call(
    still_gateway: Rehearsal,
) -> None:
    await still_gateway.fault("lose_answer", count=1)
    lost = await _lose(still_gateway, "Cut short")
    account = await still_gateway.account()
    async with still_gateway.gateway.database.transaction() as tx:
        # As a kill during the call leaves it: claimed and called, with nothing known of the outcome.
        settling = await due.one(tx, SETTLE, f"{account.account_id}:{lost.send_id}")
        assert settling is not None
        await due.done(tx, settling)
    await still_gateway.restart(started=False)
    await still_gateway.gateway.start()

    async def settled() -> bool:
        found: Send = (await still_gateway.services.queue.get(account, lost.send_id)).send
        return found.state is SendState.SENT

    await until(settled)
    assert await _calls(still_gateway.sandbox, "createMessage") == 1


async def test_an_unknown_send_holds_back_only_its_own_conversation(still_gateway: Rehearsal) -> None:
    await still_gateway.fault("cut_before", endpoint="createMessage", count=1)
    lost = await _lose(still_gateway, "Where is it")
    held = await _send(still_gateway, "After it", 0.2)
    other = await _send(still_gateway, "To somebody else", profile_url=SARAH)
    assert lost.state is SendState.UNKNOWN
    assert held.state is SendState.QUEUED
    assert other.state is SendState.SENT


@pytest.mark.parametrize(
    ("kind", "error", "state"),
    [
        ("unauthorized", "SESSION_EXPIRED", AccountState.REJECTED),
        ("checkpoint", "ACCOUNT_CHECKPOINT", AccountState.CHECKPOINT),
        ("rate_limited", "RATE_LIMITED", AccountState.RATE_LIMITED),
        ("denied", "ACCOUNT_RESTRICTED", AccountState.RESTRICTED),
    ],
)
@pytest.mark.promise("design.5.warning-stops")
async def test_a_provable_refusal_fails_a_direct_send_at_once_and_stops_the_account(
    still_gateway: Rehearsal, kind: str, error: str, state: AccountState
) -> None:
    await still_gateway.fault(kind, endpoint="createMessage", count=1)
    failed = await _send(still_gateway, "Refused")
    assert (failed.state, failed.error_code, failed.retry_safe) == (SendState.FAILED, error, True)
    assert (await still_gateway.account()).state is state
    with pytest.raises(ThreadlineError) as refused:
        await _send(still_gateway, "Not even accepted")
    assert refused.value.code == error
    assert await _calls(still_gateway.sandbox, "createMessage") == 1
    [only] = await _all_sends(still_gateway)
    assert only.send_id == failed.send_id


async def _all_sends(gateway: Rehearsal) -> list[Send]:
    account = await gateway.account()
    rows = await gateway.gateway.database.rows("sends.waiting", account_id=account.account_id)
    found = [await sends.by_id(gateway.gateway.database, account.account_id, row["send_id"]) for row in rows]
    failed = [event.data["sendId"] for event in await gateway.events() if event.type is EventType.SEND_FAILED]
    found += [await sends.by_id(gateway.gateway.database, account.account_id, one) for one in failed]
    return [send for send in found if send is not None]


async def test_a_session_that_ends_with_the_answer_keeps_the_send_and_stops_the_account(
    still_gateway: Rehearsal,
) -> None:
    await still_gateway.fault("li_at_deleted", endpoint="createMessage", count=1)
    sent = await _send(still_gateway, "The last one")
    assert sent.state is SendState.SENT
    await still_gateway.until_state(AccountState.REJECTED)


@pytest.mark.parametrize(
    ("aim", "error"),
    [
        ({"profile_url": "https://www.linkedin.com/in/nobody-of-that-name/"}, ProfileNotFound),
        ({"profile_url": "https://example.org/in/janesmith/"}, BadInput),
        ({"profile_url": JANE, "recipient_urn": "urn:li:fsd_profile:ABC123"}, BadInput),
        ({"conversation_id": "2-MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="}, NotFound),
        ({"conversation_id": "urn:li:nonsense"}, BadInput),
        ({"profile_url": "https://www.linkedin.com/in/ada-demo/"}, BadInput),
    ],
)
async def test_a_wrong_aim_is_refused_and_nothing_is_stored(
    still_gateway: Rehearsal, aim: dict[str, str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        await _send(still_gateway, "Nowhere", 10, **aim)
    assert await _all_sends(still_gateway) == []
    assert await _calls(still_gateway.sandbox, "createMessage") == 0


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 8_001])
async def test_an_empty_or_over_long_text_is_refused(still_gateway: Rehearsal, text: str) -> None:
    with pytest.raises(BadInput):
        await _send(still_gateway, text)
    assert await _all_sends(still_gateway) == []


async def test_a_reply_goes_only_to_a_conversation_that_the_person_takes_part_in(
    still_gateway: Rehearsal,
) -> None:
    thread = await still_gateway.sandbox.thread_with("janesmith")
    with pytest.raises(RecipientMismatch):
        await _send(still_gateway, "Astray", profile_url=SARAH, conversation_id=thread)
    sent = await _send(still_gateway, "Not astray", conversation_id=thread)
    assert (sent.state, sent.thread_id) == (SendState.SENT, thread)


async def test_a_person_whom_linkedin_does_not_let_the_owner_write_to_is_told_as_not_connected(
    still_gateway: Rehearsal,
) -> None:
    failed = await _send(
        still_gateway, "We have not met", profile_url="https://www.linkedin.com/in/targetperson/"
    )
    assert (failed.state, failed.error_code) == (SendState.FAILED, "NOT_CONNECTED")


async def test_a_queued_send_survives_a_restart_and_leaves_once(still_gateway: Rehearsal) -> None:
    await still_gateway.fault("lose_answer", count=1)
    first = await _lose(still_gateway, "First")
    second = await _send(still_gateway, "Second", 0.1)
    assert second.state is SendState.QUEUED
    await still_gateway.heal()
    await still_gateway.restart()
    account = await still_gateway.account()

    async def both() -> bool:
        made = [
            (await still_gateway.services.queue.get(account, one.send_id)).send for one in (first, second)
        ]
        return all(send.state is SendState.SENT for send in made)

    await until(both)
    for text in ("First", "Second"):
        assert await _copies(still_gateway.sandbox, "janesmith", text) == 1
