"""Whatever a person of the sandbox changes shows up in the store, in the log and in what is read, once.

Live over the stream, and again over a gap, marked as backfilled.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.contract.services.rehearsal import Rehearsal, until
from threadline.model.accounts import AccountState
from threadline.model.clock import SystemClock
from threadline.model.conversations import ConversationSummary, Folder
from threadline.model.events import Event, EventType
from threadline.model.messages import Message, RenderFormat
from threadline.model.sends import Terms
from threadline.services.sends.outgoing import Outgoing
from threadline.store import typing

SARAH = "sarah-chen"


@pytest.fixture
async def live(either_gateway: Rehearsal) -> Rehearsal:
    """A gateway that follows ada, over either database."""
    await either_gateway.link()
    await either_gateway.until_state(AccountState.CONNECTED)
    return either_gateway


@pytest.fixture(params=["live", "over a gap"])
async def followed(request: pytest.FixtureRequest, gateway: Rehearsal) -> "Followed":
    """A gateway that follows ada, and what happens does so while it does, or while it is down."""
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    return Followed(gateway, gap=request.param != "live")


class Followed:
    """Lets something happen, and waits for what is told of it."""

    def __init__(self, gateway: Rehearsal, *, gap: bool) -> None:
        self.gateway = gateway
        self.gap = gap
        self._seen = 0

    async def happens(self, *acts: Callable[[], Awaitable[Any]]) -> list[Any]:
        """Let things happen, live or while the gateway is down; answers what the sandbox says of each."""
        self._seen = len(await self.gateway.events())
        if self.gap:
            await self.gateway.gateway.stop()
        told = [await act() for act in acts]
        if self.gap:
            await self.gateway.rebuild()
        return told

    async def told(self, count: int, *kinds: EventType) -> list[Event]:
        """The events of some kinds since the last happening, when there are `count` of them."""

        async def found() -> list[Event]:
            return [event for event in (await self.gateway.events())[self._seen :] if event.type in kinds]

        async def enough() -> bool:
            return len(await found()) >= count

        await until(enough)
        events = await found()
        assert len(events) == count
        assert {event.backfilled for event in events} == {self.gap}
        return events

    async def message(self, thread_id: str, message_id: str) -> Message:
        """A message as it is read."""
        page = await self.gateway.services.inbox.messages(await self.gateway.account(), thread_id, 50, None)
        listed: list[Message] = page.messages
        return next(one for one in listed if one.message_id == message_id)

    async def conversation(self, thread_id: str) -> ConversationSummary:
        """A conversation as it is read."""
        found: ConversationSummary = await self.gateway.services.inbox.conversation(
            await self.gateway.account(), thread_id
        )
        return found


async def written(gateway: Rehearsal, text: str = "Helo", who: str = SARAH) -> dict[str, Any]:
    """A message that came in and is stored."""
    told = await gateway.writes(who, text)

    async def stored() -> bool:
        return any(event.data.get("messageId") == told["messageId"] for event in await gateway.events())

    await until(stored)
    return told


async def sent(gateway: Rehearsal, text: str = "Hello Sarah") -> Any:
    """An own message that was sent through the gateway."""
    return (
        await gateway.services.sending.send(
            await gateway.account(), Outgoing(text=text, profile_url=SARAH), Terms(), 10
        )
    ).send


def does(gateway: Rehearsal, act: str, who: str = SARAH, **fields: Any) -> Callable[[], Awaitable[Any]]:
    """Something that a person of the sandbox will do."""
    return lambda: gateway.sandbox.person_does(who, act, **fields)


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_an_edit_is_stored_and_told_once(followed: Followed) -> None:
    told = await written(followed.gateway)
    await followed.happens(does(followed.gateway, "edit", message=told["messageId"], text="Hello"))
    [event] = await followed.told(1, EventType.MESSAGE_EDITED)
    assert event.data["messageId"] == told["messageId"]
    message = await followed.message(told["threadId"], told["messageId"])
    assert (message.text, message.render_format) == ("Hello", RenderFormat.EDITED)
    assert (await followed.conversation(told["threadId"])).last_text == "Hello"


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_recall_empties_the_message_and_is_told_once(followed: Followed) -> None:
    told = await written(followed.gateway, "Forget it")
    await followed.happens(does(followed.gateway, "recall", message=told["messageId"]))
    [event] = await followed.told(1, EventType.MESSAGE_DELETED)
    assert (event.data["messageId"], event.data["recalled"]) == (told["messageId"], True)
    message = await followed.message(told["threadId"], told["messageId"])
    assert (message.text, message.render_format) == ("", RenderFormat.RECALLED)
    assert "Forget" not in ((await followed.conversation(told["threadId"])).last_text or "")


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_reaction_and_its_taking_back_are_told(followed: Followed) -> None:
    told = await written(followed.gateway)
    await followed.happens(does(followed.gateway, "react", message=told["messageId"], emoji="💡"))
    [event] = await followed.told(1, EventType.MESSAGE_REACTION)
    assert (event.data["emoji"], event.data["added"], event.data["count"]) == ("💡", True, 1)
    message = await followed.message(told["threadId"], told["messageId"])
    assert [(one.emoji, one.count) for one in message.reactions] == [("💡", 1)]
    await followed.happens(does(followed.gateway, "unreact", message=told["messageId"], emoji="💡"))
    [event] = await followed.told(1, EventType.MESSAGE_REACTION)
    assert (event.data["added"], event.data["count"]) == (False, 0)
    assert (await followed.message(told["threadId"], told["messageId"])).reactions == ()


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_who_reacted_is_told_live(live: Rehearsal) -> None:
    followed = Followed(live, gap=False)
    told = await written(live)
    await followed.happens(does(live, "react", message=told["messageId"], emoji="👍"))
    [event] = await followed.told(1, EventType.MESSAGE_REACTION)
    message = await followed.message(told["threadId"], told["messageId"])
    assert event.data["personId"] == message.sender.person_id
    assert event.from_me is False


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_receipt_is_stored_and_told_when_it_goes_further(followed: Followed) -> None:
    send = await sent(followed.gateway)
    await followed.happens(does(followed.gateway, "read", thread=send.thread_id))
    [event] = await followed.told(1, EventType.MESSAGE_SEEN)
    assert event.data["messageId"] == send.message_id
    assert event.thread_id == send.thread_id


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_receipt_of_the_same_message_is_not_told_again(live: Rehearsal) -> None:
    followed = Followed(live, gap=False)
    send = await sent(live)
    await followed.happens(
        does(live, "read", thread=send.thread_id),
        does(live, "unread", thread=send.thread_id),
        does(live, "read", thread=send.thread_id),
        does(live, "write", thread=send.thread_id, text="I have read it"),
    )
    await followed.told(1, EventType.MESSAGE_RECEIVED)
    assert len(await followed.told(1, EventType.MESSAGE_SEEN)) == 1


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_who_types_is_stored_for_ten_seconds_and_told_by_no_event(live: Rehearsal) -> None:
    send = await sent(live)
    account = await live.account()
    before = len(await live.events())
    await live.sandbox.person_does(SARAH, "type", thread=send.thread_id)

    async def typing_now(after: int = 0) -> list[str]:
        now = SystemClock().now() + after
        found = await typing.active(live.gateway.database, account.account_id, [send.thread_id], now)
        return found.get(send.thread_id, [])

    async def types() -> bool:
        return len(await typing_now()) == 1

    await until(types)
    assert await typing_now(after=10_001) == []
    assert len(await live.events()) == before
    told = await live.sandbox.person_does(SARAH, "write", thread=send.thread_id, text="Here it is")
    assert told["threadId"] == send.thread_id

    async def stopped() -> bool:
        return await typing_now() == []

    await until(stopped)


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_group_is_made_renamed_joined_and_left(followed: Followed) -> None:
    gateway = followed.gateway
    [made] = await followed.happens(
        does(gateway, "groups", members=["ada", "janesmith"], title="Reading", text="Welcome")
    )
    thread_id = made["threadId"]
    [created] = await followed.told(1, EventType.CONVERSATION_CREATED)
    assert created.thread_id == thread_id
    assert (await followed.conversation(thread_id)).title == "Reading"
    await followed.happens(
        does(gateway, "rename", thread=thread_id, title="Reading club"),
    )
    [updated] = await followed.told(1, EventType.CONVERSATION_UPDATED)
    assert (updated.data["changes"], updated.data["title"]) == (["title"], "Reading club")
    assert (await followed.conversation(thread_id)).title == "Reading club"
    await followed.happens(does(gateway, "add", thread=thread_id, members=["grace"]))
    [updated] = await followed.told(1, EventType.CONVERSATION_UPDATED)
    assert updated.data["changes"] == ["participants"]
    assert (len(updated.data["added"]), updated.data["removed"]) == (1, [])
    await followed.happens(does(gateway, "leave", who="janesmith", thread=thread_id))
    [updated] = await followed.told(1, EventType.CONVERSATION_UPDATED)
    assert (updated.data["added"], len(updated.data["removed"])) == ([], 1)
    assert len((await followed.conversation(thread_id)).participants) == 2


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_moving_marking_and_muting_elsewhere_is_told(followed: Followed) -> None:
    gateway = followed.gateway
    told = await written(gateway)
    thread_id = told["threadId"]
    await followed.happens(does(gateway, "move", who="ada", thread=thread_id, category="ARCHIVE"))
    [updated] = await followed.told(1, EventType.CONVERSATION_UPDATED)
    assert (updated.data["changes"], updated.data["folder"]) == (["categories"], "archive")
    assert (await followed.conversation(thread_id)).folder is Folder.ARCHIVE
    await followed.happens(does(gateway, "mute", who="ada", thread=thread_id))
    [updated] = await followed.told(1, EventType.CONVERSATION_UPDATED)
    assert (updated.data["changes"], updated.data["muted"]) == (["notifications"], True)
    assert (await followed.conversation(thread_id)).muted
    await followed.happens(does(gateway, "read", who="ada", thread=thread_id))
    await followed.told(1, EventType.CONVERSATION_READ)
    await followed.happens(does(gateway, "unread", who="ada", thread=thread_id))
    [unread] = await followed.told(1, EventType.CONVERSATION_UNREAD)
    assert unread.from_me is True
    assert not (await followed.conversation(thread_id)).read


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_conversation_deleted_elsewhere_is_gone_and_comes_back_with_what_is_new(
    followed: Followed,
) -> None:
    gateway = followed.gateway
    told = await written(gateway)
    await followed.happens(does(gateway, "delete", who="ada", thread=told["threadId"]))
    [deleted] = await followed.told(1, EventType.CONVERSATION_DELETED)
    assert deleted.thread_id == told["threadId"]
    inbox = await gateway.services.inbox.conversations(await gateway.account(), None, 100, None)
    assert told["threadId"] not in [one.thread_id for one in inbox.conversations]
    [again] = await followed.happens(lambda: gateway.writes(SARAH, "Are you there?"))
    assert again["threadId"] == told["threadId"]
    [received] = await followed.told(1, EventType.MESSAGE_RECEIVED)
    assert received.data["messageId"] == again["messageId"]
    page = await gateway.services.inbox.messages(await gateway.account(), told["threadId"], 50, None)
    assert [one.message_id for one in page.messages] == [again["messageId"]]


@pytest.mark.promise("wire.8.3.changes-shown", "design.3.nothing-lost")
async def test_everything_of_a_gap_is_told_once_and_in_order(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    followed = Followed(gateway, gap=True)
    first = await written(gateway, "One")
    second = await written(gateway, "Two", "janesmith")
    for round_number in range(2):
        new = await followed.happens(
            lambda: gateway.writes(SARAH, "Three"),
            does(gateway, "edit", message=first["messageId"], text=f"One, again {round_number}"),
            lambda: gateway.writes("janesmith", "Four"),
            does(gateway, "react", who="janesmith", message=second["messageId"], emoji="👏👍"[round_number]),
            lambda: gateway.writes(SARAH, "Five"),
        )
        events = await followed.told(
            5, EventType.MESSAGE_RECEIVED, EventType.MESSAGE_EDITED, EventType.MESSAGE_REACTION
        )
        received = [one.data["messageId"] for one in events if one.type is EventType.MESSAGE_RECEIVED]
        assert received == [new[0]["messageId"], new[2]["messageId"], new[4]["messageId"]]


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_who_joins_a_group_keeps_the_vanity_name_that_is_known_of_them(live: Rehearsal) -> None:
    followed = Followed(live, gap=False)
    await live.services.people.find(await live.account(), "john-doe-123")
    [made] = await followed.happens(
        does(live, "groups", members=["ada", "janesmith"], title="Reading", text="Welcome")
    )
    await followed.told(1, EventType.CONVERSATION_CREATED)
    await followed.happens(does(live, "add", who="ada", thread=made["threadId"], members=["john-doe-123"]))
    await followed.told(1, EventType.CONVERSATION_UPDATED)
    people = (await followed.conversation(made["threadId"])).participants
    assert "john-doe-123" in [person.vanity for person in people]


@pytest.mark.promise("design.3.nothing-lost")
async def test_where_linkedin_forgot_the_token_old_conversations_are_compared_too(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    account = await gateway.account()
    first = await gateway.services.inbox.conversations(account, Folder.PRIMARY, 100, None)
    old = [one for one in first.conversations if one.read and one.kind == "direct"][-3:]
    deleted, unread, kept = (one.thread_id for one in old)
    seen = len(await gateway.events())
    await gateway.gateway.stop()
    await does(gateway, "delete", who="ada", thread=deleted)()
    await does(gateway, "unread", who="ada", thread=unread)()
    await gateway.rebuild(started=False)
    async with gateway.gateway.database.transaction() as tx:
        await tx.run(
            "sync.followed",
            account_id=account.account_id,
            sync_token="bm90LWEtdG9rZW4=",
            followed_until=SystemClock().now(),
        )
    await gateway.gateway.start()

    async def compared() -> bool:
        kinds = {event.type for event in (await gateway.events())[seen:]}
        return {EventType.CONVERSATION_DELETED, EventType.CONVERSATION_UNREAD} <= kinds

    await until(compared)
    told = [event for event in (await gateway.events())[seen:] if event.thread_id]
    assert [(event.type, event.thread_id) for event in told if event.type.startswith("conversation.")] == [
        (EventType.CONVERSATION_DELETED, deleted),
        (EventType.CONVERSATION_UNREAD, unread),
    ]
    assert all(event.backfilled for event in told)
    assert (await gateway.services.inbox.conversation(await gateway.account(), kept)).read


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_of_a_message_taken_back_before_it_was_known_nothing_is_stored_but_that_it_was_there(
    gateway: Rehearsal,
) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    oops = await gateway.writes(SARAH, "Oops")
    await does(gateway, "react", who="ada", message=oops["messageId"], emoji="👏")()
    await does(gateway, "recall", message=oops["messageId"])()
    await gateway.rebuild()

    async def stored() -> bool:
        return any(event.data.get("messageId") == oops["messageId"] for event in await gateway.events())

    await until(stored)
    page = await gateway.services.inbox.messages(await gateway.account(), oops["threadId"], 5, None)
    [found] = [one for one in page.messages if one.message_id == oops["messageId"]]
    assert (found.render_format, found.text, found.reactions) == (RenderFormat.RECALLED, "", ())


@pytest.mark.promise("design.3.nothing-lost")
async def test_a_conversation_deleted_and_written_in_again_within_a_gap_holds_what_is_new_alone(
    gateway: Rehearsal,
) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    account = await gateway.account()
    before = await gateway.services.inbox.messages_with(account, SARAH, 50, None)
    assert len(before.messages) > 1
    await gateway.gateway.stop()
    thread_id = before.conversation.thread_id
    await does(gateway, "delete", who="ada", thread=thread_id)()
    again = await gateway.writes(SARAH, "Are you there?")
    assert again["threadId"] == thread_id
    await gateway.rebuild()

    async def stored() -> bool:
        return any(event.data.get("messageId") == again["messageId"] for event in await gateway.events())

    await until(stored)

    async def alone() -> bool:
        page = await gateway.services.inbox.messages(account, thread_id, 50, None)
        return [one.message_id for one in page.messages] == [again["messageId"]]

    await until(alone)
