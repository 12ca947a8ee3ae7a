"""What was missed is told whole, whoever else happens to see a part of it first."""

from pathlib import Path

import msgspec
import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing, until
from threadline.model.accounts import AccountState
from threadline.model.clock import SystemClock
from threadline.model.events import EventType
from threadline.model.messages import Reaction, Receipt
from threadline.model.randomness import SystemRandomness
from threadline.model.sends import Phase, SendState, Terms
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sends.outgoing import Outgoing
from threadline.store import accounts, conversations, messages

STRANGER = "jane-doe-42"
"""Connected to ada, without a conversation with her."""


@pytest.mark.promise("design.3.nothing-lost")
async def test_a_send_that_finds_a_new_conversation_hides_nothing_that_was_missed_in_it(
    gateway: Rehearsal,
) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    missed = [await gateway.writes(STRANGER, text) for text in ("First", "Second", "Third")]
    # Up again, and not following yet: the send looks the conversation up, and is shown its last message.
    await gateway.rebuild(started=False)
    sent = (
        await gateway.services.sending.send(
            await gateway.account(), Outgoing(text="Hello", profile_url=STRANGER), Terms(), 10
        )
    ).send
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.PARTICIPANT)
    shown = (await gateway.services.inbox.conversation(await gateway.account(), sent.thread_id)).last_text
    assert shown == "Hello"
    await gateway.restart()

    async def told() -> bool:
        return len(await _received(gateway)) >= len(missed)

    await until(told)
    assert await _received(gateway) == [one["messageId"] for one in missed]


@pytest.mark.promise("design.3.nothing-lost")
async def test_settling_a_lost_answer_hides_nothing_that_was_missed_before_it(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    await gateway.rebuild(started=False)
    missed = [await gateway.writes("sarah-chen", text) for text in ("Before", "Just before")]
    await gateway.fault("lose_answer", count=1)
    lost = (
        await gateway.services.sending.send(
            await gateway.account(), Outgoing(text="Lost", profile_url="sarah-chen"), Terms(), 0.5
        )
    ).send
    assert lost.state is SendState.UNKNOWN
    missed.append(await gateway.writes("sarah-chen", "After"))
    await gateway.gateway.settling.settle(f"{lost.account_id}:{lost.send_id}")
    settled = (await gateway.services.queue.get(await gateway.account(), lost.send_id)).send
    assert settled.state is SendState.SENT
    assert await _received(gateway) == []
    await gateway.restart()

    async def told() -> bool:
        return len(await _received(gateway)) >= len(missed)

    await until(told)
    assert await _received(gateway) == [one["messageId"] for one in missed]


async def _received(gateway: Rehearsal) -> list[object]:
    """The ids of the messages that the log tells of, in its order."""
    return [
        event.data["messageId"]
        for event in await gateway.events()
        if event.type is EventType.MESSAGE_RECEIVED
    ]


@pytest.mark.promise("wire.8.6.silent-stream", "design.3.nothing-lost")
@pytest.mark.parametrize("kind", ["stream_eventless", "stream_silent"])
async def test_what_a_silent_stream_hides_is_found_by_the_check(
    sandbox: SandboxClient, tmp_path: Path, kind: str
) -> None:
    async with rehearsing(sandbox, tmp_path, check_seconds=0.2) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        first = await gateway.writes("janesmith", "Live")

        async def heard() -> bool:
            return await _received(gateway) == [first["messageId"]]

        await until(heard)
        await gateway.fault(kind)
        second = await gateway.writes("janesmith", "Unheard")
        await sandbox.person_does("janesmith", "edit", message=first["messageId"], text="Live, once")

        async def found() -> bool:
            kinds = {event.type for event in await gateway.events() if event.backfilled}
            return kinds >= {EventType.MESSAGE_RECEIVED, EventType.MESSAGE_EDITED}

        await until(found)
        assert await _received(gateway) == [first["messageId"], second["messageId"]]


async def test_a_conversation_that_linkedin_refuses_keeps_back_no_other(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    written = [await gateway.writes(who, "In the gap") for who in ("janesmith", "sarah-chen", "john-doe-123")]
    await gateway.fault("refused", endpoint="messages", count=1)
    await gateway.rebuild()

    async def others_told() -> bool:
        return len(await _received(gateway)) >= len(written) - 1

    await until(others_told)
    # The one that was refused counts as never read: whoever reads it finds what was missed, and it is told.
    for one in written:
        await gateway.services.inbox.messages(await gateway.account(), one["threadId"], 20, None)
    assert sorted(map(str, await _received(gateway))) == sorted(str(one["messageId"]) for one in written)


async def test_a_reading_that_was_overtaken_undoes_nothing_newer(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    told = await gateway.writes("sarah-chen", "One")

    async def heard() -> bool:
        return await _received(gateway) == [told["messageId"]]

    await until(heard)
    account = await gateway.account()
    database, recorder = gateway.gateway.database, _recorder()
    stored = (await messages.stored(database, account.account_id, [told["messageId"]]))[told["messageId"]]
    shown = (await conversations.stored(database, account.account_id, [told["threadId"]]))[told["threadId"]]
    as_of = await accounts.revision(database, account.account_id)
    # While LinkedIn is read, the stream tells that it was reacted to and archived; another is deleted.
    newer = msgspec.structs.replace(stored.message, reactions=(Reaction("👍", 1),))
    archived = msgspec.structs.replace(shown.conversation, categories=("ARCHIVE",))
    async with database.transaction() as tx:
        await recorder.record(
            tx, account, Telling.LIVE, conversations_shown=[archived], messages_shown=[newer]
        )
    before = await gateway.events()
    async with database.transaction() as tx:
        late = await recorder.record(
            tx,
            account,
            Telling.BACKFILLED,
            conversations_shown=[shown.conversation],
            messages_shown=[stored.message],
            as_of=as_of,
        )
    assert late.passed_over == {told["threadId"]}
    assert await gateway.events() == before
    found = (await messages.stored(database, account.account_id, [told["messageId"]]))[told["messageId"]]
    assert [one.emoji for one in found.message.reactions] == ["👍"]
    async with database.transaction() as tx:
        await recorder.deleted(tx, account, [told["threadId"]], Telling.LIVE)
        late = await recorder.record(
            tx,
            account,
            Telling.BACKFILLED,
            conversations_shown=[shown.conversation],
            messages_shown=[stored.message],
            as_of=as_of,
        )
    assert late.passed_over == {told["threadId"]}
    assert await conversations.by_id(database, account.account_id, told["threadId"]) is None


async def test_a_duplicate_of_everything_changes_nothing_and_tells_nothing(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    told = await gateway.writes("sarah-chen", "One")

    async def heard() -> bool:
        return await _received(gateway) == [told["messageId"]]

    await until(heard)
    account = await gateway.account()
    database, recorder = gateway.gateway.database, _recorder()
    person_id = f"{account.profile_id}x"
    reaction = Reaction("👍", 1)

    async def everything() -> None:
        async with database.transaction() as tx:
            message = (await messages.stored(tx, account.account_id, [told["messageId"]]))[told["messageId"]]
            shown = (await conversations.stored(tx, account.account_id, [told["threadId"]]))[told["threadId"]]
            await recorder.record(
                tx,
                account,
                Telling.LIVE,
                conversations_shown=[shown.conversation],
                messages_shown=[message.message],
            )
            await recorder.reacted(tx, account, told["messageId"], reaction, person_id, True, Telling.LIVE)
            receipt = Receipt(person_id=person_id, message_id=told["messageId"], seen_at=2**45)
            await recorder.seen(tx, account, told["threadId"], [receipt], Telling.LIVE)

    await everything()
    events, revision = await gateway.events(), (await gateway.account()).revision
    assert [event.type for event in events[-2:]] == [EventType.MESSAGE_REACTION, EventType.MESSAGE_SEEN]
    await everything()
    assert await gateway.events() == events
    assert (await gateway.account()).revision == revision


@pytest.mark.promise("wire.4.sync-token")
async def test_a_gap_costs_one_call_for_all_conversations_that_were_read_in_the_one_before(
    still_gateway: Rehearsal,
) -> None:
    gateway, people = still_gateway, ("janesmith", "sarah-chen", "john-doe-123", "targetperson")
    account = await gateway.account()
    await gateway.gateway.syncing.catch_up(account)
    counted: list[dict[str, int]] = []
    for number in range(3):
        for who in people:
            await gateway.writes(who, f"Gap {number}")
        await gateway.sandbox.admin("DELETE", "requests")
        await gateway.gateway.syncing.catch_up(account)
        counted.append((await gateway.sandbox.told("requests"))["requests"]["ada"])
        assert len(await _received(gateway)) == (number + 1) * len(people)
    # The first reading gives each its token.
    assert [calls["messages"] for calls in counted] == [4, 1, 1]
    # What changed, and that there is no more of it.
    assert [calls["conversations"] for calls in counted] == [2, 2, 2]
    await gateway.sandbox.admin("DELETE", "requests")
    await gateway.gateway.syncing.catch_up(account)
    assert (await gateway.sandbox.told("requests"))["requests"]["ada"] == {"conversations": 1}


def _recorder() -> Recorder:
    clock = SystemClock()
    return Recorder(clock, Journal(clock, SystemRandomness()))
