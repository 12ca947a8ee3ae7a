"""What the live stream tells (contracts/linkedin-wire.md §8.2, §8.3)."""

from typing import TypeAlias

from msgspec import Struct

from threadline.model.conversations import Conversation
from threadline.model.messages import Message, Reaction


class StreamOpened(Struct, frozen=True):
    """The stream stands. What happened before is not told by it, so the consumer now catches up."""

    first: bool
    """Whether it stands for the first time, and not again after a gap."""


class Heartbeat(Struct, frozen=True):
    """LinkedIn's sign that the stream lives, about every 15 s."""


class MessageArrived(Struct, frozen=True):
    """A message is new, or was edited or recalled (`Message.render_format`); own messages come too."""

    message: Message
    conversation: Conversation | None
    """Its conversation, when LinkedIn sent more of it than the URN."""


class ConversationChanged(Struct, frozen=True):
    """A conversation is new, or its read state, title, categories or members changed."""

    conversation: Conversation


class ConversationDeleted(Struct, frozen=True):
    """A conversation was deleted."""

    thread_id: str


class ReceiptSeen(Struct, frozen=True):
    """Someone has seen a message."""

    thread_id: str | None
    """None where LinkedIn names the message only."""
    message_id: str
    seen_by: str
    """The participant's id (`model.urns.participant_id`)."""
    seen_at: int | None
    """Epoch milliseconds, UTC."""


class TypingSeen(Struct, frozen=True):
    """Somebody is typing; shown for ten seconds unless told again."""

    thread_id: str
    person_id: str
    """The participant's id (`model.urns.participant_id`)."""


class ReactionChanged(Struct, frozen=True):
    """Somebody reacted to a message, or took a reaction back."""

    message_id: str
    actor_id: str
    """The participant's id (`model.urns.participant_id`)."""
    added: bool
    reaction: Reaction
    """How the emoji now stands at the message; a count of 0 takes it away."""


class PresenceChanged(Struct, frozen=True):
    """A person whose presence was subscribed to came or went."""

    person_id: str
    online: bool
    last_active_at: int | None
    """Epoch milliseconds, UTC."""


class BadgeHint(Struct, frozen=True):
    """Something changed in the mailbox; the consumer reads on from its sync token."""


class Outdated(Struct, frozen=True):
    """A frame about something of which LinkedIn has told later news already; it is passed over."""

    topic: str


class Unrecognized(Struct, frozen=True):
    """A topic that is not followed here, or whose payload cannot be understood."""

    topic: str


class StreamLost(Struct, frozen=True):
    """The stream is gone, and a wait begins before it is opened again."""

    error: str


RealtimeEvent: TypeAlias = (
    StreamOpened
    | Heartbeat
    | MessageArrived
    | ConversationChanged
    | ConversationDeleted
    | ReceiptSeen
    | TypingSeen
    | ReactionChanged
    | PresenceChanged
    | BadgeHint
    | Outdated
    | Unrecognized
    | StreamLost
)
