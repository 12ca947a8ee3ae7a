"""Telling: the events that a recording makes of what it found new or changed."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation, is_muted
from threadline.model.copies import (
    ReactionChange,
    changed_reactions,
    conversation_changes,
    was_edited,
    was_recalled,
)
from threadline.model.events import Event, EventType
from threadline.model.messages import Message, Origin, Receipt, RenderFormat
from threadline.model.sends import Send
from threadline.services.records.journal import Journal


class Telling(Enum):
    """How what is found new is told."""

    LIVE = "live"
    BACKFILLED = "backfilled"
    """Missed when it happened, found now; the past, up to the account's baseline, is not told at all."""


def is_news(telling: Telling, occurred_at: int, baseline: int | None) -> bool:
    """Whether what happened at a time is told; an account without a baseline has only a past yet.

    The stream also shows old messages that were edited or reacted to: they are not news.
    """
    if baseline is None:
        return telling is Telling.LIVE
    return occurred_at >= baseline if telling is Telling.LIVE else occurred_at > baseline


class Teller:
    """Makes the events of one recording."""

    def __init__(self, journal: Journal, account: Account, telling: Telling) -> None:
        """Every event belongs to `account` and is told as `telling` says."""
        self._journal = journal
        self._account = account
        self._telling = telling

    def of_message(self, message: Message, settled: Mapping[str, Send]) -> Event:
        """A message that is new; settled: the sends of this gateway, by token."""
        data: dict[str, Any] = {
            "messageId": message.message_id,
            "senderId": message.sender.person_id,
            "senderName": message.sender.full_name,
        }
        if message.render_format != RenderFormat.DEFAULT:
            data["renderFormat"] = str(message.render_format)
        origin: Origin | None = None
        if message.from_me:
            send = settled.get(message.origin_token or "")
            origin = Origin.API if send else Origin.ELSEWHERE
            if send:
                data["sendId"] = send.send_id
        kind = EventType.MESSAGE_SENT if message.from_me else EventType.MESSAGE_RECEIVED
        return self._message_event(kind, message, data, occurred_at=message.delivered_at, origin=origin)

    def of_change(self, before: Message, after: Message) -> Iterable[Event]:
        """What became of a message that was stored: edited, taken back, reacted to."""
        if was_recalled(before, after):
            yield self.of_deletion(after, recalled=True)
        elif was_edited(before, after):
            yield self.of_edit(after)
        for change in changed_reactions(before, after):
            yield self.of_reaction(after, change, actor_id=None)

    def of_late_change(self, message: Message) -> Iterable[Event]:
        """What became of an old message that was not stored before, as far as its copy says."""
        if message.render_format == RenderFormat.RECALLED:
            yield self.of_deletion(message, recalled=True)
        elif message.render_format == RenderFormat.EDITED:
            yield self.of_edit(message)

    def of_edit(self, message: Message) -> Event:
        """The words of a message were changed by its sender."""
        return self._message_event(EventType.MESSAGE_EDITED, message, _named(message))

    def of_deletion(self, message: Message, *, recalled: bool) -> Event:
        """A message was taken back by its sender, or deleted from the owner's mailbox."""
        data = {**_named(message), "recalled": recalled}
        return self._message_event(EventType.MESSAGE_DELETED, message, data)

    def of_reaction(self, message: Message, change: ReactionChange, actor_id: str | None) -> Event:
        """A reaction came or went; actor_id: whose, None where LinkedIn shows the count alone."""
        reaction = change.reaction
        data: dict[str, Any] = {
            "messageId": message.message_id,
            "emoji": reaction.emoji,
            "added": change.added,
            "count": reaction.count,
            "viewerReacted": reaction.viewer_reacted,
        }
        if actor_id is not None:
            data["personId"] = actor_id
        own = actor_id is not None and actor_id == self._account.profile_id
        first = reaction.first_reacted_at if change.added and reaction.count == 1 else None
        return self._event(
            EventType.MESSAGE_REACTION, message.thread_id, data, occurred_at=first, from_me=own
        )

    def of_receipt(self, thread_id: str, receipt: Receipt) -> Event:
        """Another participant has seen the conversation up to a message."""
        data = {"messageId": receipt.message_id, "personId": receipt.person_id, "seenAt": receipt.seen_at}
        return self._event(
            EventType.MESSAGE_SEEN, thread_id, data, occurred_at=receipt.seen_at, from_me=False
        )

    def of_new_conversation(self, one: Conversation) -> Event:
        """A conversation is new."""
        return self._event(
            EventType.CONVERSATION_CREATED,
            one.thread_id,
            {
                "kind": one.kind.value,
                "participants": [person.person_id for person in one.others],
                "source": one.source.value,
            },
            occurred_at=one.created_at or one.last_activity_at,
        )

    def of_changed_conversation(self, before: Conversation, after: Conversation) -> Iterable[Event]:
        """What the owner would notice between two copies of a conversation."""
        if changes := conversation_changes(before, after):
            yield self._event(
                EventType.CONVERSATION_UPDATED,
                after.thread_id,
                {"changes": changes, **_changed_values(changes, before, after)},
            )
        if after.read and not before.read:
            yield self._event(
                EventType.CONVERSATION_READ,
                after.thread_id,
                {},
                occurred_at=after.last_read_at if after.last_read_at != before.last_read_at else None,
                from_me=True,
            )
        elif before.read and not after.read and after.last_activity_at == before.last_activity_at:
            yield self._event(EventType.CONVERSATION_UNREAD, after.thread_id, {}, from_me=True)

    def of_deleted_conversation(self, thread_id: str) -> Event:
        """A conversation was deleted from the owner's mailbox."""
        return self._event(EventType.CONVERSATION_DELETED, thread_id, {}, from_me=True)

    def _message_event(
        self,
        kind: EventType,
        message: Message,
        data: dict[str, Any],
        *,
        occurred_at: int | None = None,
        origin: Origin | None = None,
    ) -> Event:
        return self._event(
            kind, message.thread_id, data, occurred_at=occurred_at, from_me=message.from_me, origin=origin
        )

    def _event(
        self,
        kind: EventType,
        thread_id: str,
        data: dict[str, Any],
        *,
        occurred_at: int | None = None,
        from_me: bool | None = None,
        origin: Origin | None = None,
    ) -> Event:
        return self._journal.event(
            self._account,
            kind,
            data,
            thread_id=thread_id,
            occurred_at=occurred_at,
            from_me=from_me,
            origin=origin,
            backfilled=self._telling is Telling.BACKFILLED,
        )


def _named(message: Message) -> dict[str, Any]:
    return {"messageId": message.message_id, "senderId": message.sender.person_id}


def _changed_values(changes: Sequence[str], before: Conversation, after: Conversation) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "title" in changes:
        values["title"] = after.title
    if "participants" in changes:
        was = [person.person_id for person in before.others]
        now = [person.person_id for person in after.others]
        values["added"] = [one for one in now if one not in was]
        values["removed"] = [one for one in was if one not in now]
    if "categories" in changes:
        values["folder"] = after.folder.value
        values["categories"] = list(after.categories)
    if "notifications" in changes:
        values["muted"] = is_muted(after.notification_status)
    return values
