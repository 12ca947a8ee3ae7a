"""Messages as one account sees them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from threadline.model.messages import Message, MessageContent, Reaction, TextAttribute
from threadline.model.people import Person
from threadline.store import people
from threadline.store.database import Reader, Row, Transaction


class StoredMessage(Struct, frozen=True):
    """A message as it is stored; its sender by id alone."""

    message: Message
    changed_revision: int
    """The account's revision when it last changed."""


_attributes = msgspec.json.Decoder(tuple[TextAttribute, ...])
_content = msgspec.json.Decoder(tuple[MessageContent, ...])
_reactions = msgspec.json.Decoder(tuple[Reaction, ...])
_encode = msgspec.json.Encoder().encode


async def put(tx: Transaction, account_id: str, messages: Iterable[Message]) -> None:
    """Store messages as LinkedIn shows them now."""
    await tx.run_many("messages.put", [_parameters(account_id, message) for message in messages])


async def known(reader: Reader, account_id: str, message_ids: Sequence[str]) -> set[str]:
    """Which of some messages are stored."""
    rows = await reader.rows("messages.known", account_id=account_id, ids=_encode(message_ids).decode())
    return {row["message_id"] for row in rows}


async def stored(reader: Reader, account_id: str, message_ids: Sequence[str]) -> dict[str, StoredMessage]:
    """Some messages as they are stored, as far as they are; their senders by id alone."""
    if not message_ids:
        return {}
    rows = await reader.rows("messages.stored", account_id=account_id, ids=_encode(message_ids).decode())
    return {row["message_id"]: _stored(row) for row in rows}


async def remove(tx: Transaction, account_id: str, message_id: str) -> None:
    """Remove a message that was deleted from the owner's mailbox."""
    await tx.run("messages.remove", account_id=account_id, message_id=message_id)


async def page(
    reader: Reader, account_id: str, thread_id: str, before: tuple[int, str], count: int
) -> list[Message]:
    """A page of a conversation, newest first, below `before` (time, message id)."""
    rows = await reader.rows(
        "messages.page",
        account_id=account_id,
        thread_id=thread_id,
        before=before[0],
        before_message=before[1],
        count=count,
    )
    if not rows:
        return []
    senders = await _senders(reader, account_id, thread_id, {row["sender_id"] for row in rows})
    return [_message(row, senders) for row in rows]


async def by_id(reader: Reader, account_id: str, message_id: str) -> Message | None:
    """One message."""
    row = await reader.row("messages.one", account_id=account_id, message_id=message_id)
    if row is None:
        return None
    return _message(row, await _senders(reader, account_id, row["thread_id"], {row["sender_id"]}))


async def newer_from_others(
    reader: Reader, account_id: str, thread_id: str, place: tuple[int, str]
) -> str | None:
    """The newest message of somebody else's after `place` (time, message id) in a conversation, if any."""
    row = await reader.row(
        "messages.newer_from_others",
        account_id=account_id,
        thread_id=thread_id,
        after=place[0],
        after_message=place[1],
    )
    return row["message_id"] if row else None


async def newest_time(reader: Reader, account_id: str, thread_id: str) -> int | None:
    """When the newest stored message of a conversation was delivered; None when none is stored."""
    row = await reader.row("messages.newest_time", account_id=account_id, thread_id=thread_id)
    return row["delivered_at"] if row else None


async def _senders(
    reader: Reader, account_id: str, thread_id: str, sender_ids: set[str]
) -> dict[str, Person]:
    rows = await reader.rows("messages.senders", account_id=account_id, thread_id=thread_id)
    senders = {row["person_id"]: people.person_of(row) for row in rows}
    for sender_id in sender_ids - senders.keys():
        # Somebody who has left the conversation, or was only ever seen as a sender.
        senders[sender_id] = await people.by_id(reader, account_id, sender_id) or Person(person_id=sender_id)
    return senders


def _stored(row: Row) -> StoredMessage:
    *columns, changed_revision = row
    message = _message(columns, {row["sender_id"]: Person(person_id=row["sender_id"])})
    return StoredMessage(message, changed_revision)


def _message(row: Iterable[Any], senders: dict[str, Person]) -> Message:
    """The message of a row of `messages.page`."""
    # Taken whole: a page reads 650 columns, and looking each one up by name costs as much as the query.
    (
        message_id,
        thread_id,
        sender_id,
        delivered_at,
        from_me,
        body,
        attributes,
        subject,
        origin_token,
        render_format,
        content,
        reactions,
        fallback_text,
    ) = row
    return Message(
        message_id=message_id,
        thread_id=thread_id,
        sender=senders[sender_id],
        delivered_at=delivered_at,
        from_me=from_me != 0,
        text=body,
        attributes=() if attributes == "[]" else _attributes.decode(attributes),
        subject=subject,
        origin_token=origin_token,
        render_format=render_format,
        content=() if content == "[]" else _content.decode(content),
        reactions=() if reactions == "[]" else _reactions.decode(reactions),
        fallback_text=fallback_text,
    )


def _parameters(account_id: str, message: Message) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "message_id": message.message_id,
        "thread_id": message.thread_id,
        "sender_id": message.sender.person_id,
        "delivered_at": message.delivered_at,
        "from_me": int(message.from_me),
        "body": message.text,
        "attributes": _encode(message.attributes).decode(),
        "subject": message.subject,
        "origin_token": message.origin_token,
        "render_format": str(message.render_format),
        "content": _encode(message.content).decode(),
        "reactions": _encode(message.reactions).decode(),
        "fallback_text": message.fallback_text,
    }
