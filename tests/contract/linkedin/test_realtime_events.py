"""What the live stream tells besides new messages, in its current and in its older form."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any, TypeVar

import pytest

from tests.contract.linkedin.rehearsal import PATIENCE, Observer, Rehearsal, session
from tests.contract.sandbox.client import Frames, SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.decoding.stream import FrameReader
from threadline.linkedin.stream_events import (
    ConversationChanged,
    ConversationDeleted,
    MessageArrived,
    ReactionChanged,
    RealtimeEvent,
    ReceiptSeen,
    StreamOpened,
    TypingSeen,
)
from threadline.model.compositions import Composition
from threadline.model.messages import RenderFormat

Kind = TypeVar("Kind")
TRACKING = "0123456789abcdef"


@pytest.fixture
def grace(rehearsal: Rehearsal) -> AccountClient:
    """LinkedIn as Grace sees it."""
    return rehearsal.linkedin.account(session("grace"), Observer())


async def following(events: AsyncGenerator[RealtimeEvent, None], kind: type[Kind]) -> Kind:
    """The next event of `kind`; others before it are passed over."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError("the stream ended")


async def write(sender: AccountClient, reader: AccountClient) -> tuple[str, str]:
    """The thread and the id of a fresh message from one account to another."""
    reader_id = (await reader.people.me()).person_id
    sent = await sender.messages.create(
        Composition(text="Hello"), origin_token="t", tracking_id=TRACKING, recipients=[reader_id]
    )
    return sent.thread_id, sent.message_id


@pytest.mark.promise(
    "wire.8.3.decorated-payloads", "wire.6.typing", "wire.6.edit-and-recall", "wire.6.reactions"
)
async def test_typing_reactions_receipts_edits_and_recalls_arrive(
    ada: AccountClient, grace: AccountClient
) -> None:
    thread, message = await write(grace, ada)
    other = grace.owner_id
    async with aclosing(ada.realtime.follow()) as events:
        await following(events, StreamOpened)
        await grace.changes.typing(thread)
        assert await following(events, TypingSeen) == TypingSeen(thread, other or "")
        await grace.changes.react(message, "🎉")
        reacted = await following(events, ReactionChanged)
        assert (reacted.message_id, reacted.actor_id, reacted.added) == (message, other, True)
        assert (reacted.reaction.emoji, reacted.reaction.count) == ("🎉", 1)
        await grace.changes.unreact(message, "🎉")
        taken_back = await following(events, ReactionChanged)
        assert (taken_back.added, taken_back.reaction.count) == (False, 0)
        await grace.changes.edit(message, "Good day")
        edited = (await following(events, MessageArrived)).message
        assert (edited.message_id, edited.text) == (message, "Good day")
        assert edited.render_format == RenderFormat.EDITED
        await grace.changes.recall(message)
        recalled = (await following(events, MessageArrived)).message
        assert (recalled.message_id, recalled.text) == (message, "")
        assert recalled.render_format == RenderFormat.RECALLED
        _, own = await write(ada, grace)
        await grace.inbox.mark_read([thread], True)
        seen = await following(events, ReceiptSeen)
        assert (seen.message_id, seen.seen_by) == (own, other)


@pytest.mark.promise("wire.8.3.decorated-payloads", "wire.6.categories")
async def test_categories_and_deletions_made_elsewhere_arrive(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    async with aclosing(ada.realtime.follow()) as events:
        await following(events, StreamOpened)
        await ada.changes.add_category([thread], "ARCHIVE")
        changed = (await following(events, ConversationChanged)).conversation
        assert (changed.thread_id, changed.categories) == (thread, ("ARCHIVE",))
        await ada.changes.delete(thread)
        assert (await following(events, ConversationDeleted)).thread_id == thread


async def as_read(frames: Frames, reader: FrameReader, kind: type[Kind]) -> Kind:
    """The next event of `kind` that `reader` makes of the stream."""
    while True:
        frame = await frames.next()
        assert frame is not None, "the stream ended"
        name, fields = frame
        event: Any = reader.read(json.dumps({f"com.linkedin.realtimefrontend.{name}": fields}).encode())
        if isinstance(event, kind):
            return event


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_the_older_payloads_tell_the_same_as_the_current_ones(
    ada: AccountClient, grace: AccountClient, sandbox: SandboxClient
) -> None:
    thread, _ = await write(grace, ada)
    owner = (await ada.people.me()).person_id
    reported: list[str] = []
    async with AsyncExitStack() as opened:
        streams = [
            (
                await opened.enter_async_context(sandbox.stream(decorated=decorated)),
                FrameReader(owner, reported.append),
            )
            for decorated in (True, False)
        ]

        async def both(kind: type[Kind]) -> tuple[Kind, Kind]:
            current, older = [await as_read(*stream, kind) for stream in streams]
            return current, older

        _, message = await write(grace, ada)
        current, older = await both(MessageArrived)
        assert older.conversation is None
        for event in (current.message, older.message):
            assert (event.message_id, event.thread_id, event.text) == (message, thread, "Hello")
            assert (event.sender.person_id, event.from_me) == (grace.owner_id, False)
            assert event.sender.full_name == "Grace Demo"
        assert current.message.delivered_at == older.message.delivered_at
        await grace.changes.typing(thread)
        assert len(set(await both(TypingSeen))) == 1
        await grace.changes.react(message, "🎉")
        reactions = await both(ReactionChanged)
        assert reactions[0] == reactions[1]
        _, own = await write(ada, grace)
        for arrived in await both(MessageArrived):
            assert (arrived.message.message_id, arrived.message.origin_token) == (own, "t")
            assert arrived.message.from_me
        await grace.inbox.mark_read([thread], True)
        for seen in await both(ReceiptSeen):
            assert (seen.message_id, seen.seen_by) == (own, grace.owner_id)
        await grace.changes.recall(message)
        for arrived in await both(MessageArrived):
            assert (arrived.message.message_id, arrived.message.text) == (message, "")
            assert arrived.message.render_format == RenderFormat.RECALLED
        await ada.changes.add_category([thread], "ARCHIVE")
        for changed in await both(ConversationChanged):
            conversation = changed.conversation
            assert (conversation.thread_id, conversation.categories) == (thread, ("ARCHIVE",))
            assert {person.person_id for person in conversation.participants} == {owner, grace.owner_id}
        await ada.changes.delete(thread)
        assert len(set(await both(ConversationDeleted))) == 1
    assert reported == []
