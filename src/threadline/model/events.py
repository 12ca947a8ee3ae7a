"""Events: what happened to an account, told once and in order."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from threadline.model.messages import Origin


class EventType(StrEnum):
    """The kinds of events that are recorded."""

    MESSAGE_RECEIVED = "message.received"
    MESSAGE_SENT = "message.sent"
    """An own message, from this gateway or from LinkedIn's own site or app."""
    MESSAGE_EDITED = "message.edited"
    MESSAGE_DELETED = "message.deleted"
    """Recalled by its sender, or deleted at LinkedIn; the text is gone here too."""
    MESSAGE_REACTION = "message.reaction"
    """Somebody reacted to a message, or took a reaction back."""
    MESSAGE_SEEN = "message.seen"
    """Another participant has seen the conversation up to a message."""
    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_UNREAD = "conversation.unread"
    """The owner marked it unread."""
    CONVERSATION_UPDATED = "conversation.updated"
    """Its title, members, categories or notifications changed; `changes` names which."""
    CONVERSATION_DELETED = "conversation.deleted"
    SEND_QUEUED = "send.queued"
    SEND_SENT = "send.sent"
    SEND_FAILED = "send.failed"
    SEND_UNKNOWN = "send.unknown"
    SEND_CANCELLED = "send.cancelled"
    """Taken back before it was claimed."""
    BUDGET_REACHED = "budget.reached"
    """The account's limit for a kind of action is reached in this window."""
    ACCOUNT_STATE = "account.state"
    ACCOUNT_CAUGHT_UP = "account.caught_up"
    """The first backfill ended, or everything missed in a gap was told."""


class Event(Struct, frozen=True, kw_only=True):
    """One entry of an account's log; strictly ordered by `sequence` within the account."""

    event_id: str
    """A UUIDv7, the same in every view of the log (contracts/DECISIONS.md 17)."""
    type: EventType
    tenant_id: str
    account_id: str
    thread_id: str | None = None
    occurred_at: int
    """When it happened at LinkedIn; epoch milliseconds, UTC."""
    recorded_at: int
    """When we stored it; epoch milliseconds, UTC."""
    from_me: bool | None = None
    origin: Origin | None = None
    backfilled: bool = False
    """Found by a later reading, and not told live."""
    data: dict[str, Any]
