"""What LinkedIn showed in one answer or event, beside what is stored of it."""

from collections.abc import Iterable, Mapping

import msgspec

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.copies import first_kept, kept_conversation, kept_message, same_message
from threadline.model.messages import Message
from threadline.model.people import Person
from threadline.store import conversations, deletions, messages
from threadline.store.conversations import StoredConversation
from threadline.store.database import Transaction
from threadline.store.messages import StoredMessage


class Shown:
    """What LinkedIn showed, beside what is stored of it; without what changed since it was asked."""

    def __init__(
        self,
        conversations_shown: Mapping[str, Conversation],
        messages_shown: Mapping[str, Message],
        stored_conversations: Mapping[str, StoredConversation],
        stored_messages: Mapping[str, StoredMessage],
    ) -> None:
        self.conversations = list(conversations_shown.values())
        self._shown_threads = set(conversations_shown)
        self._last = {
            one.last_message.message_id: one.last_message
            for one in self.conversations
            if one.last_message is not None
        }
        self._given = messages_shown
        self.messages = {**self._last, **messages_shown}
        self.stored_conversations = stored_conversations
        self.stored_messages = {
            message_id: one for message_id, one in stored_messages.items() if message_id in self.messages
        }
        self.passed_over: set[str] = set()

    @classmethod
    async def of(
        cls,
        tx: Transaction,
        account: Account,
        conversations_shown: Iterable[Conversation],
        messages_shown: Iterable[Message],
        as_of: int | None,
    ) -> "Shown":
        """Read what is stored of what was shown, and leave out what changed after `as_of`."""
        by_activity = sorted(map(_with_last_kept, conversations_shown), key=lambda one: one.last_activity_at)
        newest = {one.thread_id: one for one in by_activity}
        given = {one.message_id: first_kept(one) for one in messages_shown}
        last = [one.last_message for one in newest.values() if one.last_message]
        threads = dict.fromkeys([*newest, *(one.thread_id for one in given.values())])
        ids = dict.fromkeys([*given, *(one.message_id for one in last)])
        account_id = account.account_id
        stored_conversations = await conversations.stored(tx, account_id, list(threads))
        stored_messages = await messages.stored(tx, account_id, list(ids))
        passed_over: set[str] = set()
        if as_of is not None:
            gone = await deletions.since(tx, account_id, as_of, [*threads, *ids])
            late = {
                thread_id
                for thread_id, one in stored_conversations.items()
                if one.changed_revision > as_of
                and thread_id in newest
                and kept_conversation(one.conversation, newest[thread_id]) != one.conversation
            }
            changed = {one for one, known in stored_messages.items() if known.changed_revision > as_of}
            passed_over = {thread_id for thread_id in newest if thread_id in gone or thread_id in late}
            passed_over |= {
                one.thread_id
                for one in given.values()
                if one.message_id in changed
                and not same_message(stored_messages[one.message_id].message, one)
            }
            newest = {
                thread_id: _without_last(one, gone | changed)
                for thread_id, one in newest.items()
                if thread_id not in gone and thread_id not in late
            }
            given = {
                message_id: one
                for message_id, one in given.items()
                if message_id not in gone | changed and one.thread_id not in gone
            }
        found = cls(newest, given, stored_conversations, stored_messages)
        found.passed_over = passed_over
        return found

    def new_conversations(self) -> list[Conversation]:
        """The conversations that were not stored."""
        return [one for one in self.conversations if one.thread_id not in self.stored_conversations]

    def changed_conversations(self) -> list[tuple[Conversation, Conversation]]:
        """The conversations that were stored otherwise: before, and from now on."""
        found: list[tuple[Conversation, Conversation]] = []
        for one in self.conversations:
            if stored := self.stored_conversations.get(one.thread_id):
                after = kept_conversation(stored.conversation, one)
                if after != stored.conversation:
                    found.append((stored.conversation, after))
        return found

    def new_messages(self, baseline: int | None) -> list[Message]:
        """The messages to store anew, oldest first: those given, and last ones that belong to the past."""
        past = {
            one.message_id: one
            for one in self._last.values()
            if baseline is None or one.delivered_at <= baseline
        }
        by_id = {**past, **self._given}
        return in_order(one for one in by_id.values() if one.message_id not in self.stored_messages)

    def changed_messages(self) -> list[tuple[Message, Message]]:
        """The messages that were stored otherwise, oldest first: before, and from now on."""
        kept = [
            (one.message, kept_message(one.message, self.messages[message_id]))
            for message_id, one in self.stored_messages.items()
        ]
        changed = [(before, after) for before, after in kept if not same_message(before, after)]
        return sorted(changed, key=lambda pair: (pair[1].delivered_at, pair[1].message_id))

    def unstored(self) -> list[Message]:
        """The messages shown that were not stored, even if they are only shown and not to be stored yet."""
        return [one for message_id, one in self.messages.items() if message_id not in self.stored_messages]

    def uncounted(self, news: Iterable[Message]) -> dict[str, int]:
        """How many unread messages no copy of their conversation has counted yet, by thread.

        news: the new ones among those shown.
        """
        counts: dict[str, int] = {}
        for message in news:
            stored = self.stored_conversations.get(message.thread_id)
            if message.from_me or stored is None or message.thread_id in self._shown_threads:
                continue
            if message.delivered_at > stored.conversation.last_activity_at:
                counts[message.thread_id] = counts.get(message.thread_id, 0) + 1
        return counts

    def people_learnt(self) -> list[Person]:
        """Who was shown otherwise than a stored conversation shows them."""
        known = {
            person.person_id: person
            for one in self.stored_conversations.values()
            for person in one.conversation.others
        }
        everyone: dict[str, Person] = {}
        for one in self.conversations:
            is_new = one.thread_id not in self.stored_conversations
            everyone |= {person.person_id: person for person in (one.participants if is_new else one.others)}
        for message in self.messages.values():
            everyone.setdefault(message.sender.person_id, message.sender)
        return [person for person in everyone.values() if _is_learnt(person, known.get(person.person_id))]


def _with_last_kept(shown: Conversation) -> Conversation:
    if shown.last_message is None:
        return shown
    return msgspec.structs.replace(shown, last_message=first_kept(shown.last_message))


def in_order(messages_shown: Iterable[Message]) -> list[Message]:
    """Messages in the order in which they were delivered."""
    return sorted(messages_shown, key=lambda one: (one.delivered_at, one.message_id))


def with_vanities(conversation: Conversation, names: Mapping[str, str]) -> Conversation:
    """The conversation with the vanity names that are known of those who take part."""
    if not any(person.person_id in names for person in conversation.participants):
        return conversation
    return msgspec.structs.replace(
        conversation,
        participants=tuple(
            _named(person, names.get(person.person_id)) for person in conversation.participants
        ),
    )


def _named(person: Person, vanity: str | None) -> Person:
    return msgspec.structs.replace(person, vanity=vanity) if vanity and not person.vanity else person


def _is_learnt(person: Person, known: Person | None) -> bool:
    if known is None:
        return True
    if not person.first_name:
        return False
    return msgspec.structs.replace(person, vanity=person.vanity or known.vanity) != known


def _without_last(conversation: Conversation, ids: set[str]) -> Conversation:
    last = conversation.last_message
    if last is None or last.message_id not in ids:
        return conversation
    return msgspec.structs.replace(conversation, last_message=None)
