"""Following an account: the first backfill, the live stream, and what was missed in a gap."""

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import JANE, Rehearsal, until
from threadline.model.accounts import AccountState
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.model.sends import Terms
from threadline.services.sends.outgoing import Outgoing
from threadline.store import conversations

TOLD = (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_SENT)


async def _linked(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)


def _messages(events: list[Event]) -> list[Event]:
    return [event for event in events if event.type in TOLD]


async def test_the_first_backfill_lists_every_conversation_and_tells_none(either_gateway: Rehearsal) -> None:
    await _linked(either_gateway)
    account = await either_gateway.account()
    there = (await either_gateway.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    listed, _ = await conversations.counts(either_gateway.gateway.database, account.account_id)
    assert listed == len(there) >= 400
    told = await either_gateway.events()
    assert _messages(told) == []
    assert [event.type for event in told].count(EventType.ACCOUNT_CAUGHT_UP) == 1


async def test_every_conversation_is_stored_as_the_sandbox_shows_it(gateway: Rehearsal) -> None:
    await _linked(gateway)
    account = await gateway.account()
    there = (await gateway.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    here = {}
    cursor = None
    while True:
        page = await gateway.services.inbox.conversations(account, None, 100, cursor)
        here.update({one.thread_id: one for one in page.conversations})
        if (cursor := page.next_cursor) is None:
            break
    assert {one["threadId"] for one in there} == set(here)
    for one in there:
        assert here[one["threadId"]].unread_count == one["unreadCount"]
        assert set(here[one["threadId"]].categories) == set(one["categories"])


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_a_message_that_arrives_is_stored_and_told_once(either_gateway: Rehearsal) -> None:
    await _linked(either_gateway)
    await either_gateway.writes("janesmith", "A word in passing")

    async def told() -> bool:
        return len(_messages(await either_gateway.events())) > 0

    await until(told)
    [event] = _messages(await either_gateway.events())
    assert (event.type, event.backfilled, event.from_me) == (EventType.MESSAGE_RECEIVED, False, False)
    page = await either_gateway.services.inbox.messages_with(await either_gateway.account(), JANE, 1, None)
    assert page.messages[0].text == "A word in passing"
    assert page.conversation.last_text == "A word in passing"
    assert page.conversation.unread_count >= 1


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_an_own_message_from_a_phone_is_told_as_mine_from_elsewhere(gateway: Rehearsal) -> None:
    await _linked(gateway)
    answer = await gateway.sandbox.admin(
        "POST", "accounts/ada/write", {"to": "janesmith", "text": "On the go"}
    )
    assert answer.status in (200, 201), answer.text

    async def told() -> bool:
        return any(event.from_me for event in _messages(await gateway.events()))

    await until(told)
    mine = next(event for event in _messages(await gateway.events()) if event.from_me)
    assert (mine.type, mine.origin) == (EventType.MESSAGE_SENT, Origin.ELSEWHERE)


@pytest.mark.promise("design.3.nothing-lost")
async def test_what_arrives_while_the_gateway_is_down_is_told_in_order_as_backfilled(
    either_gateway: Rehearsal,
) -> None:
    await _linked(either_gateway)
    await either_gateway.gateway.stop()
    texts = [f"While you were away {number}" for number in range(45)]
    for number, text in enumerate(texts):
        await either_gateway.writes("janesmith" if number % 3 else "sarah-chen", text)
    await either_gateway.rebuild()

    async def all_told() -> bool:
        return len(_messages(await either_gateway.events())) >= len(texts)

    await until(all_told)
    told = _messages(await either_gateway.events())
    assert len(told) == len(texts)
    assert all(event.backfilled for event in told)
    times = [event.occurred_at for event in told]
    assert times == sorted(times)
    account = await either_gateway.account()
    page = await either_gateway.services.inbox.messages_with(account, JANE, 100, None)
    stored = [message.text for message in page.messages if message.text in texts]
    assert stored == [text for number, text in enumerate(texts) if number % 3][::-1]


@pytest.mark.promise("design.3.nothing-lost")
async def test_an_own_send_in_a_gap_does_not_hide_what_was_missed_before_it(
    sandbox: SandboxClient, gateway: Rehearsal
) -> None:
    await _linked(gateway)
    await gateway.fault("unavailable", endpoint="realtime")
    await sandbox.admin("POST", "streams/ada/cut")
    for number in range(25):
        await gateway.writes("janesmith", f"Missed {number}")
    sent = (
        await gateway.services.sending.send(
            await gateway.account(), Outgoing(text="Mine, in between", profile_url=JANE), Terms(), 10
        )
    ).send
    assert sent.message_id is not None
    await gateway.heal()

    async def all_told() -> bool:
        return sum(not event.from_me for event in _messages(await gateway.events())) >= 25

    await until(all_told)


async def test_a_network_that_forgot_our_sync_token_is_read_again(gateway: Rehearsal) -> None:
    await _linked(gateway)
    await gateway.gateway.stop()
    await gateway.rebuild(started=False)
    account = await gateway.account()
    async with gateway.gateway.database.transaction() as tx:
        await tx.run(
            "sync.followed",
            account_id=account.account_id,
            sync_token="bm90LWEtdG9rZW4=",
            followed_until=account.created_at,
        )
    await gateway.writes("janesmith", "After the token was lost")
    await gateway.gateway.start()

    async def told() -> bool:
        return len(_messages(await gateway.events())) == 1

    await until(told)


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("unauthorized", AccountState.REJECTED),
        ("checkpoint", AccountState.CHECKPOINT),
        ("checkpoint_page", AccountState.CHECKPOINT),
        ("li_at_deleted", AccountState.REJECTED),
        ("rate_limited", AccountState.RATE_LIMITED),
        ("denied", AccountState.RESTRICTED),
    ],
)
@pytest.mark.promise("design.5.warning-stops", "design.6.connected-means-proven")
async def test_a_stop_from_linkedin_stops_that_account_alone_and_loses_nothing(
    gateway: Rehearsal, kind: str, state: AccountState
) -> None:
    for name in ("ada", "alan"):
        await gateway.link(name)
    for name in ("ada", "alan"):
        await gateway.until_state(AccountState.CONNECTED, name)
    account_id = (await gateway.account()).account_id
    before = await conversations.counts(gateway.gateway.database, account_id)
    await gateway.fault(kind)
    await gateway.sandbox.admin("POST", "streams/ada/cut")
    await gateway.until_state(state)
    assert (await gateway.account("alan")).state is AccountState.CONNECTED
    assert (
        await conversations.counts(gateway.gateway.database, (await gateway.account()).account_id) == before
    )
    calls = await gateway.sandbox.told("requests?account=ada")
    await gateway.writes("janesmith", "Meanwhile")
    assert await gateway.sandbox.told("requests?account=ada") == calls
    if state in (AccountState.REJECTED, AccountState.CHECKPOINT):
        await gateway.heal()
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)

        async def told() -> bool:
            return len(_messages(await gateway.events())) == 1

        await until(told)


async def test_an_unreachable_linkedin_is_trouble_that_ends_by_itself(gateway: Rehearsal) -> None:
    await _linked(gateway)
    await gateway.fault("unavailable")
    await gateway.sandbox.admin("POST", "streams/ada/cut")
    await gateway.until_state(AccountState.TROUBLE)
    await gateway.heal()
    await gateway.until_state(AccountState.CONNECTED)


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_a_conversation_that_the_owner_reads_elsewhere_is_read_here_too(gateway: Rehearsal) -> None:
    await _linked(gateway)
    told = await gateway.writes("janesmith", "Read me on your phone")
    account = await gateway.account()

    async def shown(*, read: bool) -> bool:
        found = await conversations.by_id(gateway.gateway.database, account.account_id, told["threadId"])
        return found is not None and found.read is read and (found.unread_count == 0) is read

    await until(lambda: shown(read=False))
    assert (await gateway.sandbox.mark(told["threadId"], read=True)).status == 200
    await until(lambda: shown(read=True))
    assert [event.type for event in await gateway.events()].count(EventType.CONVERSATION_READ) == 1
