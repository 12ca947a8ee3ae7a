"""Telling the open streams what changed, each under its mailbox's URNs (linkedin-wire.md §§8.3, 8.4)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.api.render import Renderer, reaction_summary
from threadline.sandbox.legacy import render as legacy_render
from threadline.sandbox.living.realtime import Build, Streams
from threadline.sandbox.network.threads import Message, Reaction, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import forms
from threadline.sandbox.protocol.forms import Record

_MESSENGER = "com.linkedin.messenger."


class Telling:
    """Publishes to the streams what a change means for each mailbox."""

    def __init__(self, world: World, streams: Streams) -> None:
        self._world = world
        self._streams = streams

    def message(self, thread: Thread, message: Message) -> None:
        """A message is new, edited or recalled, to everyone who holds it."""
        sender = self._world.people.get(message.sender)
        tracking = f"urn:li:messagingMessage:{message.message_id}_urn:li:member:"
        tracking += str(sender.member_number if sender else 0)
        for owner in self._listening(thread.audience(message)):
            self._message(thread, message, owner, tracking)

    def _message(self, thread: Thread, message: Message, owner: str, tracking: str) -> None:
        render = Renderer(self._world, owner)
        self._publish(
            owner,
            "messagesTopic",
            tracking,
            lambda: _decorated("Message", render.message(thread, message, full_conversation=True)),
            lambda: legacy_render.message_event(self._world, owner, thread, message),
        )

    def conversation(self, thread: Thread, *owners: str) -> None:
        """A conversation's state changed in these mailboxes."""
        for owner in self._listening(owners):
            self._conversation(thread, owner)

    def _conversation(self, thread: Thread, owner: str) -> None:
        render = Renderer(self._world, owner)
        self._publish(
            owner,
            "conversationsTopic",
            _thread_tracking(thread),
            lambda: _decorated("Conversation", render.conversation(thread)),
            lambda: legacy_render.conversation_event(self._world, owner, thread),
        )

    def deletion(self, thread: Thread, owner: str) -> None:
        """A mailbox deleted a conversation; each form of stream has a topic of its own for it."""
        reference = Renderer(self._world, owner).conversation_reference(thread)
        self._publish(
            owner,
            "conversationDeletesTopic",
            _thread_tracking(thread),
            lambda: _decorated("ConversationDelete", reference),
            None,
        )
        self._publish(
            owner,
            "conversationsTopic",
            _thread_tracking(thread),
            None,
            lambda: legacy_render.deletion_event(self._world, owner, thread),
        )

    def receipts(self, thread: Thread, reader: str) -> None:
        """A member has read a thread, to the others."""
        for owner in self._listening(thread.others(reader)):
            receipt = Renderer(self._world, owner).seen_receipt(thread, reader)
            if receipt is not None:
                self._receipt(thread, owner, reader, receipt)

    def _receipt(self, thread: Thread, owner: str, reader: str, receipt: Record) -> None:
        self._publish(
            owner,
            "messageSeenReceiptsTopic",
            _thread_tracking(thread),
            lambda: _decorated("SeenReceipt", receipt),
            lambda: legacy_render.receipt_event(self._world, owner, thread, reader),
        )

    def reaction(
        self, thread: Thread, message: Message, reaction: Reaction, *, actor: str, added: bool
    ) -> None:
        """Someone chose an emoji for a message or took it back, to everyone who holds it."""
        for owner in self._listening(thread.audience(message)):
            self._reaction(thread, message, reaction, owner, actor=actor, added=added)

    def _reaction(
        self, thread: Thread, message: Message, reaction: Reaction, owner: str, *, actor: str, added: bool
    ) -> None:
        render = Renderer(self._world, owner)
        result = Record(
            _MESSENGER + "RealtimeReactionSummary",
            reactionAdded=added,
            actor=render.participant(actor),
            message=render.message_reference(message),
            reactionSummary=reaction_summary(owner, reaction),
        )
        self._publish(
            owner,
            "messageReactionSummariesTopic",
            f"urn:li:messagingMessage:{message.message_id}",
            lambda: _decorated("RealtimeReactionSummary", result),
            lambda: legacy_render.reaction_event(owner, thread, message, reaction, actor=actor, added=added),
        )

    def typing(self, thread: Thread, who: str) -> None:
        """A member types, to the others."""
        for owner in self._listening(thread.others(who)):
            if not thread.hidden_from(owner):
                self._typing(thread, who, owner)

    def _typing(self, thread: Thread, who: str, owner: str) -> None:
        render = Renderer(self._world, owner)
        result = Record(
            _MESSENGER + "RealtimeTypingIndicator",
            typingParticipant=render.participant(who),
            conversation=render.conversation_reference(thread),
        )
        self._publish(
            owner,
            "typingIndicatorsTopic",
            _thread_tracking(thread),
            lambda: _decorated("TypingIndicator", result),
            lambda: legacy_render.typing_event(thread, who),
        )

    def badge(self, owner: str, count: int) -> None:
        """Hint at the number of unread conversations; clients answer with a read by sync token (§8.3)."""
        badge = {"badgingItemCounts": [{"badgingItem": "MESSAGING", "count": count}]}
        self._publish(owner, "tabBadgeUpdateTopic", "tabBadge", lambda: badge, lambda: badge)

    def _listening(self, members: list[str] | tuple[str, ...]) -> list[str]:
        return [member for member in members if self._streams.open_of(member)]

    def _publish(
        self, owner: str, topic: str, tracking: str, decorated: Build | None, legacy: Build | None
    ) -> None:
        self._streams.publish(owner, topic, self._world.clock.latest(), tracking, decorated, legacy)


def _thread_tracking(thread: Thread) -> str:
    return f"urn:li:messagingThread:{thread.thread_id}"


def _decorated(kind: str, result: Record) -> dict[str, Any]:
    field = f"doDecorate{kind}MessengerRealtimeDecoration"
    wrapped = Record(f"com.linkedin.messenger.{kind}Decoration", result=result)
    return forms.graphql_answer(forms.GRAPHQL, field, wrapped) | {"$metadata": {}}
