"""The legacy payloads of the live stream, as the same events (contracts/linkedin-wire.md §8.4, §9).

LinkedIn sends them where it does not take the query map of the request. They say less: who is in a
conversation without their distance, and where it lies only by `archived`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from threadline.linkedin.decoding.messages import attributes_of
from threadline.linkedin.decoding.people import small_profile_of
from threadline.linkedin.decoding.reading import count_in, number_in, part_in, text_in
from threadline.linkedin.stream_events import (
    ConversationChanged,
    ConversationDeleted,
    MessageArrived,
    ReactionChanged,
    RealtimeEvent,
    ReceiptSeen,
    TypingSeen,
)
from threadline.model import urns
from threadline.model.conversations import Conversation
from threadline.model.messages import ContentKind, Message, MessageContent, Reaction, RenderFormat
from threadline.model.people import Distance, Person, PersonKind

_EVENT = "urn:li:fs_event:("
_MESSAGE_EVENT = "MessageEvent"


def message(payload: Any, owner_id: str) -> RealtimeEvent | None:
    """An arrival, an edit or a recall."""
    return MessageArrived(_message_of(part_in(payload, "event"), owner_id), None)


def conversation(payload: Any, owner_id: str) -> RealtimeEvent | None:
    """A change or a deletion."""
    item = part_in(payload, "conversation")
    urn = text_in(part_in(item, "entityUrn")) or text_in(part_in(payload, "entityUrn"))
    thread_id = urns.thread_id(urn or "")
    if part_in(payload, "action") == "DELETE":
        return ConversationDeleted(thread_id)
    activity = number_in(part_in(item, "lastActivityAt"))
    if not isinstance(item, dict) or activity is None:
        return None
    events = item.get("events")
    notifications = "MUTE" if item.get("muted") is True else text_in(item.get("notificationStatus"))
    newest = part_in(events, len(events) - 1) if isinstance(events, list) and events else None
    features = item.get("featureTypes")
    others = [_person_of(each) for each in _list(item.get("participants"))]
    return ConversationChanged(
        Conversation(
            thread_id=thread_id,
            owner_id=owner_id,
            categories=("ARCHIVE",) if item.get("archived") is True else ("INBOX", "PRIMARY_INBOX"),
            participants=(
                Person(person_id=owner_id, distance=Distance.SELF),
                *(person for person in others if person is not None and person.person_id != owner_id),
            ),
            group_chat=item.get("groupChat") is True,
            title=text_in(item.get("name")),
            last_activity_at=activity,
            read=item.get("read") is not False,
            unread_count=count_in(item.get("unreadCount")),
            notification_status=notifications,
            disabled_features=("REPLY",) if isinstance(features, list) and "REPLY" not in features else (),
            last_message=_message_of(newest, owner_id) if newest is not None else None,
        )
    )


def receipt(payload: Any, owner_id: str) -> RealtimeEvent | None:
    """Somebody has seen a message."""
    urn = text_in(part_in(payload, "seenReceipt", "eventUrn")) or ""
    return ReceiptSeen(
        thread_id=_thread_of(urn),
        message_id=urns.message_id(urn),
        seen_by=_identity(part_in(payload, "fromEntity")),
        seen_at=number_in(part_in(payload, "seenReceipt", "seenAt")),
    )


def reaction(payload: Any, owner_id: str) -> RealtimeEvent | None:
    """A reaction set or taken back."""
    summary = _reaction_of(part_in(payload, "reactionSummary"))
    if summary is None:
        return None
    return ReactionChanged(
        message_id=urns.message_id(text_in(part_in(payload, "eventUrn")) or ""),
        actor_id=_identity(part_in(payload, "actorMiniProfileUrn")),
        added=part_in(payload, "reactionAdded") is not False,
        reaction=summary,
    )


def typing(payload: Any, owner_id: str) -> RealtimeEvent | None:
    """Somebody is typing."""
    return TypingSeen(
        thread_id=urns.thread_id(text_in(part_in(payload, "conversation")) or ""),
        person_id=_identity(part_in(payload, "fromEntity")),
    )


READERS: dict[str, Callable[[Any, str], RealtimeEvent | None]] = {
    "messagesTopic": message,
    "conversationsTopic": conversation,
    "messageSeenReceiptsTopic": receipt,
    "messageReactionSummariesTopic": reaction,
    "typingIndicatorsTopic": typing,
}
"""What reads the payload of each topic, a decoded JSON document; it takes the mailbox's owner too.

They raise urns.NotAnIdentifier or msgspec.ValidationError for what makes no sense.
"""


def _message_of(event: Any, owner_id: str) -> Message:
    urn = text_in(part_in(event, "entityUrn")) or ""
    delivered_at = number_in(part_in(event, "createdAt"))
    if delivered_at is None:
        raise msgspec.ValidationError("an event without its time")
    kind, content = _only(part_in(event, "eventContent"))
    body = part_in(content, "attributedBody")
    recalled = part_in(event, "recalledAt") or part_in(content, "recalledAt")
    sender = _person_of(part_in(event, "from")) or Person(person_id="", kind=PersonKind.OTHER)
    attributes = part_in(body, "attributes")
    known = kind.endswith(_MESSAGE_EVENT)
    return Message(
        message_id=urns.message_id(text_in(part_in(event, "dashEntityUrn")) or urn),
        thread_id=_thread_of(urn),
        sender=sender,
        delivered_at=delivered_at,
        from_me=sender.person_id == owner_id,
        text="" if recalled else text_in(body) or text_in(part_in(content, "body")) or "",
        attributes=attributes_of(attributes) if isinstance(attributes, list) else (),
        subject=text_in(part_in(content, "subject")),
        origin_token=text_in(part_in(event, "originToken")),
        render_format=RenderFormat.RECALLED if recalled else _format_of(content) if known else _SYSTEM,
        content=tuple(_attachment(each) for each in _list(part_in(content, "attachments")))
        if known
        else (MessageContent(kind=ContentKind.UNKNOWN, wire_kind=kind, raw={kind: content}),),
        reactions=tuple(
            found
            for found in (_reaction_of(each) for each in _list(part_in(event, "reactionSummaries")))
            if found is not None
        ),
    )


_SYSTEM = RenderFormat.SYSTEM


def _format_of(content: Any) -> str:
    return text_in(part_in(content, "messageBodyRenderFormat")) or RenderFormat.DEFAULT


def _attachment(item: Any) -> MessageContent:
    return MessageContent(
        kind=ContentKind.FILE,
        wire_kind="file",
        urn=text_in(part_in(item, "id")),
        url=text_in(part_in(item, "reference", "string")),
        name=text_in(part_in(item, "name")),
        media_type=text_in(part_in(item, "mediaType")),
        byte_size=number_in(part_in(item, "byteSize")),
    )


def _reaction_of(item: Any) -> Reaction | None:
    emoji, count = text_in(part_in(item, "emoji")), number_in(part_in(item, "count"))
    if emoji is None or count is None:
        return None
    first = number_in(part_in(item, "firstReactedAt"))
    return Reaction(emoji, count, first, part_in(item, "viewerReacted") is True)


def _person_of(union: Any) -> Person | None:
    """A member or a company in the legacy union of participants; None for another kind."""
    _, item = _only(union)
    small = part_in(item, "miniProfile")
    if isinstance(small, dict):
        return small_profile_of(small)
    company = part_in(item, "miniCompany")
    urn = text_in(part_in(company, "objectUrn"))
    if urn is None:
        return None
    return Person(
        person_id=urns.participant_id(urn),
        kind=PersonKind.ORGANIZATION,
        first_name=text_in(part_in(company, "name")) or "",
    )


def _only(union: Any) -> tuple[str, Any]:
    """The one member of a union, with its name; nothing where it has none."""
    if isinstance(union, dict):
        for kind, item in union.items():
            if item is not None and kind[:1] not in "$*_":
                return kind, item
    return "", None


def _thread_of(event_urn: str) -> str:
    return urns.thread_id(event_urn.removeprefix(_EVENT).partition(",")[0])


def _identity(urn: Any) -> str:
    if not isinstance(urn, str) or not urn:
        raise urns.NotAnIdentifier("there is no URN of a person")
    return urns.participant_id(urn)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
