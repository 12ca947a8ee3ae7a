"""The Sales Navigator inbox, merged into the one inbox by reading it again and again."""

from typing import Any

import msgspec
import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing, until
from threadline.linkedin.decoding.sales import SalesThread
from threadline.model.accounts import AccountState
from threadline.model.compositions import Channel
from threadline.model.conversations import InboxSource
from threadline.model.errors import RateLimited, SeatRequired
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.model.people import Person
from threadline.model.sends import Send, SendState, Terms
from threadline.services.sales.people import identified
from threadline.services.sends.outgoing import Outgoing
from threadline.store import accounts, conversations, messages, people
from threadline.store import sales as positions

pytestmark = pytest.mark.promise("wire.11.sales-navigator")


async def told(rehearsal: Rehearsal) -> list[Any]:
    found: list[Any] = (await rehearsal.sandbox.told("accounts/grace/sales-threads"))["threads"]
    return found


async def stored(rehearsal: Rehearsal, thread_id: str) -> list[tuple[str, str, bool]]:
    account = await rehearsal.account("grace")
    page = await messages.page(rehearsal.gateway.database, account.account_id, thread_id, (2**62, ""), 1000)
    return [(one.message_id, one.text, one.from_me) for one in reversed(page)]


async def equal(rehearsal: Rehearsal) -> bool:
    """Whether every Sales thread is stored, message by message."""
    for thread in await told(rehearsal):
        truth = [(one["messageId"], one["text"], one["from"] == "grace-demo") for one in thread["messages"]]
        if await stored(rehearsal, thread["threadId"]) != truth:
            return False
    return True


async def sales_writes(rehearsal: Rehearsal, vanity: str, text: str, subject: str = "") -> str:
    body = {"to": "grace", "text": text, "subject": subject}
    answer = await rehearsal.sandbox.admin("POST", f"people/{vanity}/sales-message", body)
    assert answer.status == 201, answer.text
    thread_id: str = answer.json["threadId"]
    return thread_id


def of_sales(events: list[Event], threads: list[Any]) -> list[Event]:
    ids = {thread["threadId"] for thread in threads}
    return [event for event in events if event.thread_id in ids]


@pytest.fixture
async def grace(still_gateway: Rehearsal) -> Rehearsal:
    """A gateway that follows nothing by itself, with Grace linked and her main inbox begun."""
    await still_gateway.link("grace")
    account = await still_gateway.account("grace")
    await still_gateway.services.seats.check(account)
    return still_gateway


async def test_a_started_gateway_finds_the_seat_and_merges_the_inboxes(either_gateway: Rehearsal) -> None:
    await either_gateway.link("grace")

    async def merged() -> bool:
        return await equal(either_gateway)

    await until(merged)
    account = await either_gateway.account("grace")
    assert account.sales_seat is True
    page = await either_gateway.services.inbox.conversations(account, None, 100, None)
    sources = {one.source for one in page.conversations}
    assert sources == {InboxSource.LINKEDIN, InboxSource.SALES_NAVIGATOR}


async def test_the_past_is_stored_whole_and_silently(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    assert await equal(grace)
    assert of_sales(await grace.events("grace"), await told(grace)) == []
    for thread in await told(grace):
        history = await conversations.history(grace.gateway.database, account.account_id, thread["threadId"])
        assert history.complete
    reached = await positions.position(grace.gateway.database, account.account_id)
    assert reached is not None
    assert reached.listed_at is not None


async def test_what_comes_later_is_told_once_in_order_as_found_later(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    thread_id = await sales_writes(grace, "sarah-chen", "First")
    new_id = await sales_writes(grace, "targetperson", "Second", "Hello")
    await sales_writes(grace, "sarah-chen", "Third")
    for _ in range(3):
        await grace.gateway.sales.catch_up(account, whole=False)
    news = of_sales(await grace.events("grace"), await told(grace))
    received = [event for event in news if event.type is EventType.MESSAGE_RECEIVED]
    assert [event.thread_id for event in received] == [thread_id, new_id, thread_id]
    assert all(event.backfilled for event in received)
    created = [event.thread_id for event in news if event.type is EventType.CONVERSATION_CREATED]
    assert created == [new_id]
    assert await equal(grace)


async def test_a_reading_that_finds_nothing_new_costs_two_calls(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    await sales_writes(grace, "sarah-chen", "Hello")
    await grace.gateway.sales.catch_up(account)
    await grace.sandbox.admin("DELETE", "requests")
    before = await grace.account("grace")
    await grace.gateway.sales.catch_up(account, whole=False)
    counted = (await grace.sandbox.told("requests"))["requests"]["grace"]
    assert counted == {"salesThreads": 2}
    assert (await grace.account("grace")).revision == before.revision


async def test_a_restart_neither_loses_nor_repeats(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    await sales_writes(grace, "sarah-chen", "Before the restart")
    await grace.gateway.sales.catch_up(account)
    before = await grace.events("grace")
    await grace.restart(started=False)
    await sales_writes(grace, "sarah-chen", "While nobody looked")
    await grace.gateway.sales.catch_up(await grace.account("grace"))
    news = (await grace.events("grace"))[len(before) :]
    received = [event for event in news if event.type is EventType.MESSAGE_RECEIVED]
    assert len(received) == 1
    assert await equal(grace)


async def test_a_first_reading_that_broke_off_goes_on_silently(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.fault("rate_limited", "grace", endpoint="salesThread", count=1)
    with pytest.raises(RateLimited):
        await grace.gateway.sales.catch_up(account)
    await grace.heal()
    await grace.link("grace")
    await until_unlimited(grace)
    await grace.gateway.sales.catch_up(await grace.account("grace"))
    assert await equal(grace)
    assert of_sales(await grace.events("grace"), await told(grace)) == []


async def until_unlimited(rehearsal: Rehearsal) -> None:
    """Lift the stop that a 429 put on the account."""
    account = await rehearsal.account("grace")
    assert account.state is AccountState.RATE_LIMITED
    async with rehearsal.gateway.database.transaction() as tx:
        await accounts.set_state(tx, account.account_id, AccountState.CONNECTED, None, None)


async def test_people_are_the_ones_of_the_main_inbox(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    sarah = await grace.sandbox.profile_id("sarah-chen")
    [thread] = [each for each in await told(grace) if each["with"] == "sarah-chen"]
    summary = await conversations.by_id(grace.gateway.database, account.account_id, thread["threadId"])
    assert summary is not None
    assert [person.person_id for person in summary.participants] == [sarah]


async def test_a_foreign_id_is_led_to_the_person_by_the_member_number(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    sarah = await grace.sandbox.profile_id("sarah-chen")
    async with grace.gateway.database.transaction() as tx:
        await people.put(tx, account.account_id, [Person(person_id=sarah, member_number=1006)])
    async with grace.services.accounts.calling(account) as client:
        page = await client.sales.threads("SENT")
    known = page.threads[0]
    foreign = Person(person_id="ACwAAforeign", member_number=1006)
    mine = Person(person_id=account.profile_id or "")
    said = msgspec.structs.replace(known.messages[0], sender=foreign, from_me=False)
    shown: SalesThread = msgspec.structs.replace(
        known,
        conversation=msgspec.structs.replace(known.conversation, participants=(mine, foreign)),
        messages=[said],
    )
    found = await identified(grace.gateway.database, account, shown)
    assert [person.person_id for person in found.conversation.others] == [sarah]
    assert found.messages[0].sender.person_id == sarah


async def test_an_account_without_a_seat_is_known_to_have_none(still_gateway: Rehearsal) -> None:
    account = await still_gateway.account()
    assert await still_gateway.services.seats.check(account) is False
    assert (await still_gateway.account()).sales_seat is False
    with pytest.raises(SeatRequired):
        await still_gateway.gateway.sales.catch_up(account)


async def test_a_session_that_died_is_not_taken_for_a_lost_seat(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.fault("unauthorized", "grace")
    assert await grace.services.seats.valid(account) is True
    assert (await grace.account("grace")).state is AccountState.REJECTED
    assert (await grace.account("grace")).sales_seat is True


async def test_a_401_of_sales_navigator_alone_is_a_lost_seat(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.fault("unauthorized", "grace", endpoint="salesCredits")
    assert await grace.services.seats.valid(account) is False
    assert (await grace.account("grace")).state is not AccountState.REJECTED


async def test_only_accounts_with_a_seat_are_read_again(sandbox: SandboxClient, tmp_path: Any) -> None:
    async with rehearsing(sandbox, tmp_path, sales_poll_seconds=1) as gateway:
        await gateway.link("ada")
        await gateway.link("grace")

        async def known() -> bool:
            return (await gateway.account()).sales_seat is False and await equal(gateway)

        await until(known)
        await sales_writes(gateway, "sarah-chen", "Read again")

        async def arrived() -> bool:
            return await equal(gateway)

        await until(arrived)
        counted = (await sandbox.told("requests"))["requests"]
        assert "salesThreads" not in counted["ada"]
        assert counted["ada"]["salesCredits"] == 1


async def sent_through_sales(rehearsal: Rehearsal, text: str, **more: Any) -> Send:
    outgoing = Outgoing(text=text, **more)
    sent: Send = (
        await rehearsal.services.sending.send(await rehearsal.account("grace"), outgoing, Terms(), 10.0)
    ).send
    return sent


async def test_a_reply_leaves_where_its_conversation_is_and_is_told_once(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    thread_id = await sales_writes(grace, "sarah-chen", "Can you answer here?")
    await grace.gateway.sales.catch_up(account)
    before = len(await grace.events("grace"))
    sent = await sent_through_sales(grace, "I can.", conversation_id=thread_id)
    for _ in range(2):
        await grace.gateway.sales.catch_up(account)
    assert (sent.state, sent.thread_id) == (SendState.SENT, thread_id)
    assert await equal(grace)
    news = (await grace.events("grace"))[before:]
    [own] = [event for event in news if event.type is EventType.MESSAGE_SENT]
    assert (own.thread_id, own.origin, own.data["sendId"]) == (thread_id, Origin.API, sent.send_id)


async def test_a_first_message_through_sales_opens_one_conversation(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    address = "https://www.linkedin.com/in/targetperson/"
    sent = await sent_through_sales(
        grace, "Shall we talk?", profile_url=address, subject="Hello", channel=Channel.SALES_NAVIGATOR
    )
    await grace.gateway.sales.catch_up(account)
    summary = await conversations.by_id(grace.gateway.database, account.account_id, sent.thread_id or "")
    assert summary is not None
    assert summary.source is InboxSource.SALES_NAVIGATOR
    assert await equal(grace)
    own = [event for event in await grace.events("grace") if event.type is EventType.MESSAGE_SENT]
    assert [event.data["sendId"] for event in own] == [sent.send_id]


async def test_a_lost_answer_is_settled_by_words_and_time_and_never_sent_twice(grace: Rehearsal) -> None:
    account = await grace.account("grace")
    await grace.gateway.sales.catch_up(account)
    thread_id = await sales_writes(grace, "sarah-chen", "Can you answer here?")
    await grace.gateway.sales.catch_up(account)
    await grace.fault("lose_answer", "grace", endpoint="salesCreate", count=1)
    lost = await sent_through_sales(grace, "I can, surely.", conversation_id=thread_id)
    await grace.heal()
    assert lost.state is SendState.UNKNOWN
    await grace.gateway.sales.catch_up(account)
    await grace.gateway.settling.settle(f"{account.account_id}:{lost.send_id}")
    settled = (await grace.services.queue.get(account, lost.send_id)).send
    assert settled.state is SendState.SENT
    [thread] = [each for each in await told(grace) if each["threadId"] == thread_id]
    assert [each["text"] for each in thread["messages"]].count("I can, surely.") == 1
    own = [event for event in await grace.events("grace") if event.type is EventType.MESSAGE_SENT]
    assert [(event.origin, event.data["sendId"]) for event in own] == [(Origin.API, lost.send_id)]
    assert await equal(grace)
