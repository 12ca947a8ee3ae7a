"""A gateway's store held against the sandbox's mailboxes, conversation by conversation, message by message.

The store is read from its SQLite file, beside a gateway that may run; the mailbox comes as the lines of
`GET /sandbox/mailboxes/<account>/export`.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from threadline.model import urns

_CONVERSATIONS = """
SELECT c.* FROM conversations c JOIN accounts a ON a.account_id = c.account_id
WHERE a.user_id = ? AND c.source = 'linkedin_inbox'
"""
_MESSAGES = """
SELECT m.* FROM messages m JOIN accounts a ON a.account_id = m.account_id
JOIN conversations c ON c.account_id = m.account_id AND c.thread_id = m.thread_id
WHERE a.user_id = ? AND c.source = 'linkedin_inbox' AND m.delivered_at >= ?
ORDER BY m.delivered_at, m.message_id
"""

Item = dict[str, Any]


def differences(database: Path, user: str, lines: Iterable[str], since: int = 0) -> list[str]:
    """Each way in which the store of `user` differs from an exported mailbox, as a sentence.

    since: messages before it, and conversations without later ones, are left out on both sides; epoch
    milliseconds, UTC.
    """
    there = [json.loads(line) for line in lines if line]
    conversations_there = {line["conversation"]: line for line in there if "message" not in line}
    messages_there = [line for line in there if "message" in line]
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        conversations_here = {row["thread_id"]: row for row in connection.execute(_CONVERSATIONS, (user,))}
        messages_here = connection.execute(_MESSAGES, (user, since)).fetchall()
    connection.close()
    return [
        *_conversations(conversations_there, conversations_here, since),
        *_messages(messages_there, messages_here),
    ]


def _conversations(there: dict[str, Item], here: dict[str, sqlite3.Row], since: int) -> Iterator[str]:
    for thread_id, row in here.items():
        if thread_id not in there and row["last_activity_at"] >= since:
            yield f"conversation {thread_id} is stored, and not in the mailbox"
    for thread_id, line in there.items():
        if thread_id not in here:
            yield f"conversation {thread_id} is missing in the store"
            continue
        yield from _unlike(f"conversation {thread_id}", _told(line), _stored(here[thread_id]))


def _told(line: Item) -> Item:
    names = ("read", "unreadCount", "title", "groupChat", "state", "notificationStatus", "lastActivityAt")
    return {
        **{name: line[name] for name in names},
        "categories": sorted(line["categories"]),
        "members": sorted(urns.participant_id(each) for each in line["members"]),
    }


def _stored(row: sqlite3.Row) -> Item:
    members = [person["person_id"] for person in json.loads(row["participants"])]
    return {
        "read": bool(row["is_read"]),
        "unreadCount": row["unread_count"],
        "title": row["title"],
        "groupChat": bool(row["group_chat"]),
        "state": row["state"],
        "notificationStatus": row["notification_status"],
        "lastActivityAt": row["last_activity_at"],
        "categories": sorted(json.loads(row["categories"])),
        "members": sorted([*members, row["owner_id"]]),
    }


def _messages(there: Sequence[Item], here: Sequence[sqlite3.Row]) -> Iterator[str]:
    rows = {row["message_id"]: row for row in here}
    told = {line["message"]: line for line in there}
    if len(told) != len(there):
        yield "the mailbox has a message twice"
    for message_id, row in rows.items():
        if message_id not in told:
            yield f"message {message_id} ({row['body']!r}) is stored, and not in the mailbox"
    for message_id, line in told.items():
        if message_id not in rows:
            yield f"message {message_id} of {line['conversation']} ({line['text']!r}) is missing in the store"
            continue
        shown = _told_message(line)
        if line["format"] == "RECALLED":
            # The store keeps nothing of a message that was taken back but that it was there.
            shown |= {"content": [], "reactions": [], "attributes": []}
        yield from _unlike(f"message {message_id}", shown, _stored_message(rows[message_id]))
    if rows.keys() == told.keys():
        in_order = sorted(there, key=lambda line: (line["deliveredAt"], line["message"]))
        if [line["message"] for line in in_order] != list(rows):
            yield "the messages are stored in another order"


def _told_message(line: Item) -> Item:
    return {
        "conversation": line["conversation"],
        "sender": urns.participant_id(line["sender"]),
        "deliveredAt": line["deliveredAt"],
        "text": line["text"],
        "subject": line["subject"],
        "format": line["format"],
        "fallbackText": line["fallbackText"],
        "originToken": line["originToken"],
        "attributes": [[each["start"], each["length"]] for each in line["attributes"]],
        "reactions": [
            [each["emoji"], each["count"], each["firstReactedAt"], each["viewerReacted"]]
            for each in line["reactions"]
        ],
        "content": [_told_content(each) for each in line["content"]],
    }


def _told_content(item: Item) -> list[Any]:
    [(kind, fields)] = ((kind, fields) for kind, fields in item.items() if fields is not None)
    return (
        [kind, *(fields.get(name) for name in ("name", "byteSize", "mediaType"))]
        if kind == "file"
        else [kind]
    )


def _stored_message(row: sqlite3.Row) -> Item:
    return {
        "conversation": row["thread_id"],
        "sender": row["sender_id"],
        "deliveredAt": row["delivered_at"],
        "text": row["body"],
        "subject": row["subject"],
        "format": row["render_format"],
        "fallbackText": row["fallback_text"],
        "originToken": row["origin_token"],
        "attributes": [[each["start"], each["length"]] for each in json.loads(row["attributes"])],
        "reactions": [
            [each["emoji"], each["count"], each.get("first_reacted_at"), each.get("viewer_reacted", False)]
            for each in json.loads(row["reactions"])
        ],
        "content": [_stored_content(each) for each in json.loads(row["content"])],
    }


def _stored_content(item: Item) -> list[Any]:
    kind = item["wire_kind"]
    return (
        [kind, *(item.get(name) for name in ("name", "byte_size", "media_type"))]
        if kind == "file"
        else [kind]
    )


def _unlike(name: str, there: Item, here: Item) -> Iterator[str]:
    for field, value in there.items():
        if here[field] != value:
            yield f"{name}: {field} is {here[field]!r} in the store and {value!r} in the mailbox"
