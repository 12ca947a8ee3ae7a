"""The decorated payloads of the live stream, one reader for each topic (contracts/linkedin-wire.md §8.3)."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.conversations import conversation_of, is_full
from threadline.linkedin.decoding.messages import message_of
from threadline.linkedin.decoding.people import ParticipantReader
from threadline.linkedin.decoding.salvage import MalformedReport, salvaged
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
from threadline.model.messages import Reaction

_Kind = TypeVar("_Kind", bound=Struct)


class _Typing(wire.Plain):
    typing_participant: wire.Participant | None = None
    conversation: wire.Reference | None = None


class _ReactionChange(wire.Plain):
    reaction_summary: wire.ReactionSummary
    reaction_added: bool = True
    actor: wire.Participant | None = None
    message: wire.Reference | None = None


class DecoratedReader:
    """Reads the `result` of each topic; None for what does not make sense.

    Its readers also raise msgspec.ValidationError and urns.NotAnIdentifier.
    """

    def __init__(self, owner_id: str, report: MalformedReport) -> None:
        """owner_id: the mailbox's owner; report: is told of what cannot be understood."""
        self._owner_id = owner_id
        self._report = report

    def message(self, raw: Raw) -> RealtimeEvent | None:
        """An arrival, an edit or a recall, from a Message."""
        item = self._decoded(raw, wire.Message)
        if item is None:
            return None
        people = ParticipantReader(self._report)
        message = message_of(item, people, owner_id=self._owner_id, thread_id=None)
        around = self._decoded(item.conversation, wire.Conversation)
        conversation = None
        if around is not None and is_full(around):
            conversation = conversation_of(around, people, owner_id=self._owner_id)
        return MessageArrived(message, conversation)

    def conversation(self, raw: Raw) -> RealtimeEvent | None:
        """A change, from a Conversation; None when it says nothing but its URN."""
        item = self._decoded(raw, wire.Conversation)
        if item is None or not is_full(item):
            return None
        people = ParticipantReader(self._report)
        return ConversationChanged(conversation_of(item, people, owner_id=self._owner_id))

    def deletion(self, raw: Raw) -> RealtimeEvent | None:
        """A deletion, from a Conversation with at least its URN."""
        item = self._decoded(raw, wire.Reference)
        return ConversationDeleted(urns.thread_id(item.entity_urn or "")) if item is not None else None

    def receipt(self, raw: Raw) -> RealtimeEvent | None:
        """A receipt, from a SeenReceipt."""
        item = self._decoded(raw, wire.SeenReceipt)
        if item is None or item.message is None or item.seen_by_participant is None:
            return None
        around = item.message.conversation
        thread = around.entity_urn if around is not None else None
        return ReceiptSeen(
            thread_id=urns.thread_id(thread) if thread else None,
            message_id=urns.message_id(item.message.entity_urn or ""),
            seen_by=_identity(item.seen_by_participant),
            seen_at=item.seen_at,
        )

    def reaction(self, raw: Raw) -> RealtimeEvent | None:
        """A reaction set or taken back, from a RealtimeReactionSummary."""
        item = self._decoded(raw, _ReactionChange)
        if item is None or item.message is None or item.actor is None:
            return None
        summary = item.reaction_summary
        return ReactionChanged(
            message_id=urns.message_id(item.message.entity_urn or ""),
            actor_id=_identity(item.actor),
            added=item.reaction_added,
            reaction=Reaction(
                summary.emoji, summary.count, summary.first_reacted_at, summary.viewer_reacted is True
            ),
        )

    def typing(self, raw: Raw) -> RealtimeEvent | None:
        """Somebody who types, from a TypingIndicator."""
        item = self._decoded(raw, _Typing)
        if item is None or item.conversation is None or item.typing_participant is None:
            return None
        return TypingSeen(
            thread_id=urns.thread_id(item.conversation.entity_urn or ""),
            person_id=_identity(item.typing_participant),
        )

    def _decoded(self, raw: Raw, kind: type[_Kind]) -> _Kind | None:
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError:
            loose = msgspec.json.decode(raw)
            return salvaged(loose, kind, self._report) if loose is not None else None


Reader = Callable[[DecoratedReader, Raw], RealtimeEvent | None]

READERS: dict[str, tuple[str, Reader]] = {
    "messagesTopic": ("Message", DecoratedReader.message),
    "conversationsTopic": ("Conversation", DecoratedReader.conversation),
    "conversationDeletesTopic": ("ConversationDelete", DecoratedReader.deletion),
    "messageSeenReceiptsTopic": ("SeenReceipt", DecoratedReader.receipt),
    "messageReactionSummariesTopic": ("RealtimeReactionSummary", DecoratedReader.reaction),
    "typingIndicatorsTopic": ("TypingIndicator", DecoratedReader.typing),
}
"""For each topic, the word in its key under `data`, and what reads the `result` there."""


def _identity(participant: wire.Participant) -> str:
    urn = participant.host_identity_urn or participant.entity_urn
    if not urn:
        raise urns.NotAnIdentifier("a participant without any URN")
    return urns.participant_id(urn)
