"""Conversations: rows that already carry what an inbox list shows."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from threadline.model.conversations import (
    Conversation,
    ConversationKind,
    ConversationSummary,
    Folder,
    InboxSource,
    is_muted,
)
from threadline.model.messages import Message
from threadline.model.people import Person
from threadline.store.database import Reader, Row, Transaction

_people = msgspec.json.Decoder(tuple[Person, ...])
_words = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.Encoder().encode

# They stand in every row of every list: there are few of each, and finding one is cheaper than making it.
_FOLDERS = {folder.value: folder for folder in Folder}
_SOURCES = {source.value: source for source in InboxSource}
_KINDS = {kind.value: kind for kind in ConversationKind}
_categories = lru_cache(maxsize=256)(_words.decode)


class StoredConversation(Struct, frozen=True):
    """A conversation as it is stored: its participants are the others, and it carries no last message."""

    conversation: Conversation
    changed_revision: int
    """The account's revision when LinkedIn last showed it otherwise than it was."""


class History(Struct, frozen=True):
    """How far back the messages of a conversation are stored without a hole."""

    from_at: int | None
    """Messages delivered at or after it are all stored; None when nothing is certain."""
    complete: bool
    """Whether there are no older ones."""


async def put(
    tx: Transaction,
    account_id: str,
    conversations: Iterable[Conversation],
    new_participants: Iterable[tuple[str, str]] | None = None,
) -> None:
    """Store conversations as LinkedIn shows them, and who takes part; messages are stored apart.

    new_participants: who of them was not stored yet, as (thread id, person id); None for everyone.
    """
    listed = list(conversations)
    if new_participants is None:
        new_participants = [
            (one.thread_id, person.person_id) for one in listed for person in one.participants
        ]
    await tx.run_many("conversations.put", [_parameters(account_id, one) for one in listed])
    await tx.run_many(
        "conversations.add_participant",
        [
            {"account_id": account_id, "person_id": person_id, "thread_id": thread_id}
            for thread_id, person_id in new_participants
        ],
    )


async def stored(
    reader: Reader, account_id: str, thread_ids: Sequence[str]
) -> Mapping[str, StoredConversation]:
    """Some conversations as they are stored, as far as they are."""
    if not thread_ids:
        return {}
    rows = await reader.rows("conversations.stored", account_id=account_id, ids=_encode(thread_ids).decode())
    return {row["thread_id"]: _stored(row) for row in rows}


async def of_main_inbox(reader: Reader, account_id: str) -> list[str]:
    """The ids of every conversation that is stored of LinkedIn's main inbox."""
    rows = await reader.rows(
        "conversations.of_source", account_id=account_id, source=InboxSource.LINKEDIN.value
    )
    return [row["thread_id"] for row in rows]


async def remove_participants(
    tx: Transaction, account_id: str, thread_id: str, person_ids: Iterable[str]
) -> None:
    """Some people take part no longer."""
    await tx.run_many(
        "conversations.remove_participants",
        [{"account_id": account_id, "thread_id": thread_id, "person_id": person} for person in person_ids],
    )


async def raise_last_message(tx: Transaction, account_id: str, messages: Iterable[Message]) -> None:
    """Show each message as the last one of its conversation, where none newer is shown."""
    await tx.run_many(
        "conversations.raise_last_message",
        [
            {
                "account_id": account_id,
                "thread_id": message.thread_id,
                "message_id": message.message_id,
                "delivered_at": message.delivered_at,
                "last_text": message.shown_text,
                "from_me": int(message.from_me),
                "sender_id": message.sender.person_id,
            }
            for message in messages
        ],
    )


async def add_unread(tx: Transaction, account_id: str, thread_id: str, count: int) -> None:
    """Count messages that came in and that no copy of the conversation has counted."""
    await tx.run("conversations.add_unread", account_id=account_id, thread_id=thread_id, count=count)


async def set_read(
    tx: Transaction, account_id: str, thread_id: str, *, read: bool, unread_count: int, at: int
) -> None:
    """Store that the owner has read everything, or marked the conversation unread."""
    await tx.run(
        "conversations.set_read",
        account_id=account_id,
        thread_id=thread_id,
        is_read=int(read),
        unread_count=unread_count,
        last_read_at=at,
    )


async def by_id(reader: Reader, account_id: str, thread_id: str) -> ConversationSummary | None:
    """One conversation in list form."""
    row = await reader.row("conversations.by_id", account_id=account_id, thread_id=thread_id)
    return _summary(row) if row else None


async def page(
    reader: Reader, account_id: str, folder: Folder | None, before: tuple[int, str], count: int
) -> list[ConversationSummary]:
    """A page of one folder, or of everything, newest first, below `before` (activity, thread id)."""
    place = {"account_id": account_id, "before": before[0], "before_thread": before[1], "count": count}
    if folder is None:
        rows = await reader.rows("conversations.page", **place)
    else:
        rows = await reader.rows("conversations.folder_page", folder=folder.value, **place)
    return [_summary(row) for row in rows]


async def with_peer(reader: Reader, account_id: str, person_id: str) -> list[tuple[str, bool]]:
    """The one-to-one conversations with a member, newest first: thread id, and whether it takes replies."""
    rows = await reader.rows("conversations.with_peer", account_id=account_id, person_id=person_id)
    return [(row["thread_id"], "REPLY" not in _words.decode(row["disabled_features"])) for row in rows]


async def with_peers(reader: Reader, account_id: str, person_ids: Sequence[str]) -> dict[str, str]:
    """The newest one-to-one conversation that takes replies with each of some members, by member."""
    if not person_ids:
        return {}
    rows = await reader.rows(
        "conversations.with_peers", account_id=account_id, ids=_encode(person_ids).decode()
    )
    found: dict[str, str] = {}
    for row in rows:
        if "REPLY" not in _words.decode(row["disabled_features"]):
            found.setdefault(row["direct_peer"], row["thread_id"])
    return found


async def newest_between(reader: Reader, account_id: str, person_id: str) -> str | None:
    """The newest conversation with nobody else than a person: a direct one, or else of any other kind."""
    row = await reader.row("conversations.newest_between", account_id=account_id, person_id=person_id)
    return row["thread_id"] if row else None


async def rename_participant(tx: Transaction, account_id: str, person: Person) -> None:
    """Show what was learnt of a person in the short form of every conversation that they take part in."""
    rows = await tx.rows("conversations.with_participant", account_id=account_id, person_id=person.person_id)
    changes = []
    for row in rows:
        before: tuple[Person, ...] = _people.decode(row["participants"])
        after = tuple(
            msgspec.structs.replace(one, vanity=person.vanity) if one.person_id == person.person_id else one
            for one in before
        )
        if after != before:
            changes.append(
                {
                    "account_id": account_id,
                    "thread_id": row["thread_id"],
                    "participants": _encode(after).decode(),
                }
            )
    await tx.run_many("conversations.set_participants", changes)


async def history(reader: Reader, account_id: str, thread_id: str) -> History:
    """How far back a conversation's messages are stored."""
    row = await reader.row("conversations.history", account_id=account_id, thread_id=thread_id)
    return History(row["history_from"], bool(row["history_complete"])) if row else History(None, False)


async def set_history(tx: Transaction, account_id: str, thread_id: str, reached: History) -> None:
    """Store how far back a conversation's messages are stored."""
    await tx.run(
        "conversations.set_history",
        account_id=account_id,
        thread_id=thread_id,
        history_from=reached.from_at,
        history_complete=int(reached.complete),
    )


async def without_history(reader: Reader, account_id: str, since: int, count: int) -> list[str]:
    """Conversations active since `since` whose messages since then are not all stored, newest first."""
    rows = await reader.rows("conversations.without_history", account_id=account_id, since=since, count=count)
    return [row["thread_id"] for row in rows]


async def counts(reader: Reader, account_id: str) -> tuple[int, int]:
    """How many conversations an account has, and how many of them are unread."""
    row = await reader.row("conversations.counts", account_id=account_id)
    return (int(row["conversations"]), int(row["unread"])) if row else (0, 0)


async def show_newest(tx: Transaction, account_id: str, thread_id: str, removed_id: str) -> None:
    """Show the newest message that is left as the last one, if the removed one was shown so."""
    await tx.run(
        "conversations.show_newest", account_id=account_id, thread_id=thread_id, message_id=removed_id
    )


async def remove(tx: Transaction, account_id: str, thread_id: str) -> None:
    """Remove a conversation that was deleted at LinkedIn, with its messages and all that hangs on them."""
    await tx.run("receipts.remove_thread", account_id=account_id, thread_id=thread_id)
    await tx.run("typing.remove_thread", account_id=account_id, thread_id=thread_id)
    await tx.run("thread_positions.remove_thread", account_id=account_id, thread_id=thread_id)
    await tx.run("messages.remove_thread", account_id=account_id, thread_id=thread_id)
    await tx.run("conversations.remove_everyone", account_id=account_id, thread_id=thread_id)
    await tx.run("conversations.remove", account_id=account_id, thread_id=thread_id)


def _stored(row: Row) -> StoredConversation:
    conversation = Conversation(
        thread_id=row["thread_id"],
        owner_id=row["owner_id"],
        categories=_categories(row["categories"]),
        participants=_people.decode(row["participants"]),
        group_chat=bool(row["group_chat"]),
        title=row["title"],
        state=row["state"],
        type_text=row["type_text"],
        created_at=row["created_at"],
        last_activity_at=row["last_activity_at"],
        last_read_at=row["last_read_at"],
        read=bool(row["is_read"]),
        unread_count=row["unread_count"],
        notification_status=row["notification_status"],
        disabled_features=_words.decode(row["disabled_features"]),
        source=_SOURCES[row["source"]],
    )
    return StoredConversation(conversation, row["changed_revision"])


def _summary(row: Row) -> ConversationSummary:
    """The conversation of a row of `by_id`, `page` or `folder_page`."""
    # Taken whole: looking every column of a page up by name costs as much as the query.
    (
        thread_id,
        owner_id,
        folder,
        kind,
        categories,
        group_chat,
        title,
        state,
        created_at,
        last_activity_at,
        is_read,
        unread_count,
        disabled_features,
        participants,
        last_message_id,
        last_text,
        last_from_me,
        last_sender_id,
        source,
        notification_status,
    ) = row
    return ConversationSummary(
        thread_id=thread_id,
        owner_id=owner_id,
        folder=_FOLDERS[folder],
        kind=_KINDS[kind],
        categories=_categories(categories),
        participants=_people.decode(participants),
        group_chat=group_chat != 0,
        title=title,
        state=state,
        created_at=created_at,
        last_activity_at=last_activity_at,
        read=is_read != 0,
        unread_count=unread_count,
        accepts_replies='"REPLY"' not in disabled_features,
        last_text=last_text,
        last_message_id=last_message_id,
        last_from_me=None if last_from_me is None else last_from_me != 0,
        last_sender_id=last_sender_id,
        source=_SOURCES[source],
        muted=is_muted(notification_status),
    )


def _parameters(account_id: str, conversation: Conversation) -> dict[str, Any]:
    last = conversation.last_message
    return {
        "account_id": account_id,
        "thread_id": conversation.thread_id,
        "owner_id": conversation.owner_id,
        "folder": conversation.folder.value,
        "kind": conversation.kind.value,
        "categories": _encode(conversation.categories).decode(),
        "group_chat": int(conversation.group_chat),
        "title": conversation.title,
        "state": conversation.state,
        "type_text": conversation.type_text,
        "created_at": conversation.created_at,
        "last_activity_at": conversation.last_activity_at,
        "last_read_at": conversation.last_read_at,
        "is_read": int(conversation.read),
        "unread_count": conversation.unread_count,
        "notification_status": conversation.notification_status,
        "disabled_features": _encode(conversation.disabled_features).decode(),
        "direct_peer": conversation.direct_peer,
        "participants": _encode(conversation.others).decode(),
        "last_message_id": last.message_id if last else None,
        "last_message_at": last.delivered_at if last else None,
        "last_text": last.shown_text if last else None,
        "last_from_me": int(last.from_me) if last else None,
        "last_sender_id": last.sender.person_id if last else None,
        "source": conversation.source.value,
    }
