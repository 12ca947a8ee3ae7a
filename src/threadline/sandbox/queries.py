"""Messaging GraphQL: conversation lists C1 to C9, messages M1 to M6, seen receipts, reactors.

A query is known by its name and the set of its variables, never by its hash (linkedin-wire.md §1.7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from threadline.sandbox import cursors, urns
from threadline.sandbox.forms import Record, collection
from threadline.sandbox.render import Renderer
from threadline.sandbox.restli import Value
from threadline.sandbox.threads import CATEGORIES, INBOX, Message, Thread
from threadline.sandbox.world import World

PAGE = 20
MOST_CONVERSATIONS = 25
MOST_MESSAGES = 100
Variables = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gives: its field, its value, and the errors of a partial failure."""

    field: str
    value: Any
    errors: list[dict[str, Any]] | None = None


class BadQueryError(ValueError):
    """A query whose name, variables or values are not known: answered with 400."""


class ForbiddenError(Exception):
    """A query about another member's mailbox: answered with 403."""


class Queries:
    """Answers the queries of one mailbox."""

    def __init__(self, world: World, owner: str) -> None:
        self.world = world
        self.owner = owner
        self.render = Renderer(world, owner)

    def answer(self, name: str, variables: Variables) -> Found:
        """Run the query `name`. Raises BadQueryError, ForbiddenError."""
        for keys, run in _QUERIES.get(name, ()):
            if keys <= variables.keys():
                self._check_mailbox(variables)
                return run(self, variables)
        raise BadQueryError(f"no query {name} takes {sorted(variables)}")

    def _check_mailbox(self, variables: Variables) -> None:
        mailbox = variables.get("mailboxUrn")
        if mailbox is not None and mailbox != urns.profile_urn(self.owner):
            raise ForbiddenError

    # Conversations

    def by_sync_token(self, variables: Variables) -> Found:
        """C1 and C2: the newest conversations, or those changed since a token, in order of change."""
        token = variables.get("syncToken")
        since = self._since(token, self.owner)
        shown: list[Thread]
        deleted: list[Thread] = []
        if since is None:
            shown = [thread for thread in self._mailbox() if INBOX in self._categories(thread)][:PAGE]
            count = self.world.count
        else:
            shown, deleted, count = self._changed(since)
        metadata = Record(
            "com.linkedin.messenger.SyncMetadata",
            newSyncToken=cursors.sync_token(self.world.epoch, self.owner, count),
        )
        if token is not None:
            metadata["deletedUrns"] = [self._deleted(thread) for thread in deleted]
            metadata["shouldClearCache"] = since is None
        return Found("messengerConversationsBySyncToken", self._conversations(shown, metadata))

    def by_category_query(self, variables: Variables) -> Found:
        """C3 and C4: one category, older than a time or after a cursor."""
        predicates = _record(variables, "query").get("predicateUnions")
        if not isinstance(predicates, list) or len(predicates) != 1 or not isinstance(predicates[0], dict):
            raise BadQueryError("predicateUnions must hold one predicate")
        predicate = predicates[0].get("conversationCategoryPredicate")
        if not isinstance(predicate, dict):
            raise BadQueryError("a conversationCategoryPredicate was expected")
        threads = self._in_categories([_category(predicate.get("category"))])
        shown, metadata = self._page(threads, variables, "categoryQuery")
        found = self._conversations(shown, metadata)
        for conversation in found["elements"]:
            conversation["draftMessages"] = {"elements": []}
        return Found("messengerConversationsByCategoryQuery", found)

    def by_category(self, variables: Variables) -> Found:
        """C5: one category, the older spelling."""
        threads = self._in_categories([_category(variables["category"])])
        shown, metadata = self._page(threads, variables, "category")
        metadata["prevCursor"] = None
        return Found("messengerConversationsByCategory", self._conversations(shown, metadata))

    def by_search(self, variables: Variables) -> Found:
        """C6: the search box and the unread filter."""
        categories = [_category(each) for each in _list(variables, "categories")]
        threads = self._in_categories(categories or [INBOX])
        read = variables.get("read")
        if read in ("true", "false"):
            threads = [thread for thread in threads if thread.view(self.owner).read is (read == "true")]
        elif read is not None:
            raise BadQueryError("read must be true or false")
        if variables.get("firstDegreeConnections") == "true":
            threads = [thread for thread in threads if self._all_connected(thread)]
        words = _text(variables, "keywords").casefold() if "keywords" in variables else ""
        if words:
            threads = [thread for thread in threads if self._mentions(thread, words)]
        shown, metadata = self._page(threads, variables, "search")
        return Found("messengerConversationsBySearchCriteria", self._conversations(shown, metadata))

    def by_ids(self, variables: Variables) -> Found:
        """C7: conversations by URN, as a bare list without those that do not exist."""
        threads = [self._own_thread(urn) for urn in _list(variables, "conversationIds")]
        shown = [self.render.conversation(thread) for thread in threads if thread is not None]
        return Found("messengerConversationsByIds", shown)

    def by_id(self, variables: Variables) -> Found:
        """C8: one conversation."""
        field = "messengerConversationsById"
        thread = self._own_thread(variables["messengerConversationsId"])
        return Found(field, self.render.conversation(thread)) if thread else _missing(field)

    def by_recipients(self, variables: Variables) -> Found:
        """C9: the conversation with exactly these people, if there is one."""
        members = [urns.read_member(str(each)) or "" for each in _list(variables, "recipients")]
        thread = self.world.thread_between(self.owner, members) if all(members) else None
        shown = [self.render.conversation(thread)] if thread else []
        return Found("messengerConversationsByRecipients", collection(shown))

    # Messages

    def messages_by_sync_token(self, variables: Variables) -> Found:
        """M1 and M2: a thread's newest messages, or all that changed since a token, newest first."""
        field = "messengerMessagesBySyncToken"
        thread = self._own_thread(variables["conversationUrn"])
        return Found(field, self._synced(thread, variables.get("syncToken"))) if thread else _missing(field)

    def messages_by_anchor(self, variables: Variables) -> Found:
        """M3: messages around a time, oldest first; those at the time itself count as after it."""
        field = "messengerMessagesByAnchorTimestamp"
        thread = self._own_thread(variables["conversationUrn"])
        if thread is None:
            return _missing(field)
        anchor = _number(variables, "deliveredAt", 0, 10**14)
        before = _number(variables, "countBefore", 0, MOST_MESSAGES, 0)
        after = _number(variables, "countAfter", 0, MOST_MESSAGES, 0)
        messages = thread.messages_in(self.owner)
        older = [message for message in messages if message.delivered_at < anchor]
        newer = [message for message in messages if message.delivered_at >= anchor]
        shown = older[max(0, len(older) - before) :] + newer[:after]
        return Found(field, self._anchored(thread, shown))

    def messages_by_cursor(self, variables: Variables) -> Found:
        """M4: the messages before `prevCursor` or after `nextCursor`, oldest first."""
        field = "messengerMessagesByConversation"
        thread = self._own_thread(variables["conversationUrn"])
        if thread is None:
            return _missing(field)
        count = _number(variables, "count", 1, MOST_MESSAGES, PAGE)
        backward = "prevCursor" in variables
        cursor = _text(variables, "prevCursor" if backward else "nextCursor")
        at = cursors.read_place(cursor, "messages", thread.thread_id)
        if at is None:
            raise BadQueryError("unknown cursor")
        messages = thread.messages_in(self.owner)
        if backward:
            older = [message for message in messages if message.delivered_at < at]
            shown = older[max(0, len(older) - count) :]
        else:
            shown = [message for message in messages if message.delivered_at > at][:count]
        return Found(field, self._anchored(thread, shown))

    def messages_in_batch(self, variables: Variables) -> Found:
        """M5: what M2 gives, for several threads."""
        synced = []
        for criterion in _list(variables, "criteria"):
            if not isinstance(criterion, dict) or "conversationUrn" not in criterion:
                raise BadQueryError("each criterion needs a conversationUrn")
            thread = self._own_thread(criterion["conversationUrn"])
            if thread is not None:
                synced.append(self._synced(thread, criterion.get("syncToken")))
        return Found("messengerMessagesBySyncTokensInBatch", synced)

    def messages_by_ids(self, variables: Variables) -> Found:
        """M6: messages by URN, as a bare list without those that do not exist."""
        shown = []
        for urn in _list(variables, "messengerMessagesIds"):
            found = self._own_message(urn)
            if found is not None:
                shown.append(self.render.message(*found))
        return Found("messengerMessagesByIds", shown)

    def seen_receipts(self, variables: Variables) -> Found:
        """Who has seen what in a thread."""
        field = "messengerSeenReceiptsByConversation"
        thread = self._own_thread(variables["conversationUrn"])
        if thread is None:
            return _missing(field)
        members = [member for member in thread.others(self.owner) if member in self.world.people]
        receipts = [self.render.seen_receipt(thread, member) for member in members]
        return Found(field, collection([receipt for receipt in receipts if receipt is not None]))

    def reactors(self, variables: Variables) -> Found:
        """Who reacted to a message with an emoji."""
        field = "messengerMessagingParticipantsByMessageAndEmoji"
        found = self._own_message(variables["messageUrn"])
        if found is None:
            return _missing(field)
        emoji = _text(variables, "emoji")
        people = [person for each in found[1].reactions if each.emoji == emoji for person in each.people]
        return Found(field, collection([self.render.participant(person) for person in people]))

    # Parts

    def _mailbox(self) -> list[Thread]:
        return self.world.mailbox(self.owner)

    def _categories(self, thread: Thread) -> list[str]:
        return thread.view(self.owner).categories

    def _in_categories(self, categories: list[str]) -> list[Thread]:
        wanted = set(categories)
        return [thread for thread in self._mailbox() if wanted.intersection(self._categories(thread))]

    def _conversations(self, threads: Iterable[Thread], metadata: Record) -> Record:
        return collection([self.render.conversation(thread) for thread in threads], metadata)

    def _page(self, threads: list[Thread], variables: Variables, kind: str) -> tuple[list[Thread], Record]:
        count = _number(variables, "count", 1, 10**9, PAGE)
        before: int | None = None
        if "nextCursor" in variables:
            before = cursors.read_place(_text(variables, "nextCursor"), kind, self.owner)
            if before is None:
                raise BadQueryError("unknown cursor")
        elif "lastUpdatedBefore" in variables:
            before = _number(variables, "lastUpdatedBefore", 0, 10**14)
        if before is not None:
            threads = [thread for thread in threads if thread.last_activity_in(self.owner) < before]
        shown = threads[: min(count, MOST_CONVERSATIONS)]
        cursor = cursors.place(kind, self.owner, shown[-1].last_activity_in(self.owner)) if shown else None
        return shown, Record("com.linkedin.messenger.ConversationCursorMetadata", nextCursor=cursor)

    def _since(self, token: Value | None, scope: str) -> int | None:
        if token is None:
            return None
        return cursors.read_sync_token(str(token), self.world.epoch, scope, self.world.count)

    def _synced(self, thread: Thread, token: Value | None) -> Record:
        scope = f"{self.owner}/{thread.thread_id}"
        since = self._since(token, scope)
        messages = thread.messages_in(self.owner)
        deleted: list[Message] = []
        if since is None:
            shown = messages[-PAGE:]
        else:
            shown = [message for message in messages if message.changed > since]
            view = thread.view(self.owner)
            if view.cleared > since:
                deleted = [message for message in thread.messages if message.delivered_at < view.since]
        metadata = Record(
            "com.linkedin.messenger.MessageMetadata",
            newSyncToken=cursors.sync_token(self.world.epoch, scope, self.world.count),
            deletedUrns=[self._deleted(thread, message) for message in deleted],
            shouldClearCache=token is not None and since is None,
        )
        return collection([self.render.message(thread, message) for message in reversed(shown)], metadata)

    def _changed(self, since: int) -> tuple[list[Thread], list[Thread], int]:
        """The next page of threads that changed after a count, those deleted up to its end, and its end.

        A page is empty only when no thread is left, however many were deleted, as clients stop at one.
        """
        changed = [each for each in self.world.every_thread(self.owner) if self._changed_at(each) > since]
        changed.sort(key=self._changed_at)
        present = [thread for thread in changed if not thread.hidden_from(self.owner)]
        ends = present[PAGE - 1] if len(present) > PAGE else changed[-1] if changed else None
        end = since if ends is None else self._changed_at(ends)
        hidden = [thread for thread in changed if thread.hidden_from(self.owner)]
        return present[:PAGE], [thread for thread in hidden if self._changed_at(thread) <= end], end

    def _changed_at(self, thread: Thread) -> int:
        return thread.view(self.owner).changed

    def _deleted(self, thread: Thread, message: Message | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {"conversation": self.render.conversation_reference(thread)}
        if message is not None:
            found["message"] = self.render.message_reference(message)
        return found

    def _anchored(self, thread: Thread, shown: list[Message]) -> Record:
        older = newer = None
        if shown:
            older = cursors.place("messages", thread.thread_id, shown[0].delivered_at)
            if shown[-1] is not thread.messages_in(self.owner)[-1]:
                newer = cursors.place("messages", thread.thread_id, shown[-1].delivered_at)
        metadata = Record("com.linkedin.messenger.MessageMetadata", prevCursor=older, nextCursor=newer)
        return collection([self.render.message(thread, message) for message in shown], metadata)

    def _own_thread(self, urn: Value) -> Thread | None:
        owner = urns.read_owner(str(urn))
        if owner is None:
            raise BadQueryError(f"{urn} is not a conversation URN")
        if owner != self.owner:
            raise ForbiddenError
        return self.world.thread_in(self.owner, urns.read_thread(str(urn)))

    def _own_message(self, urn: Value) -> tuple[Thread, Message] | None:
        owner = urns.read_owner(str(urn))
        if owner is None:
            raise BadQueryError(f"{urn} is not a message URN")
        if owner != self.owner:
            raise ForbiddenError
        return self.world.message_in(self.owner, urns.read_message(str(urn)))

    def _all_connected(self, thread: Thread) -> bool:
        others = thread.others(self.owner)
        return all(other in self.world.people and self.world.connected(self.owner, other) for other in others)

    def _mentions(self, thread: Thread, words: str) -> bool:
        people = self.world.people
        names = [people[each].name for each in thread.members_in(self.owner) if each in people]
        if any(words in name.casefold() for name in [*names, thread.title_in(self.owner) or ""]):
            return True
        return any(words in message.text.casefold() for message in thread.messages_in(self.owner))


def _missing(field: str) -> Found:
    error = {"message": "The requested item was not found.", "path": [field], "extensions": {"status": 404}}
    return Found(field, None, [error])


def _category(value: Value | None) -> str:
    if not isinstance(value, str) or value not in CATEGORIES:
        raise BadQueryError(f"{value} is not a category")
    return value


def _text(variables: Variables, name: str) -> str:
    value = variables[name]
    if not isinstance(value, str):
        raise BadQueryError(f"{name} must be a text")
    return value


def _list(variables: Variables, name: str) -> list[Value]:
    value = variables[name]
    if not isinstance(value, list):
        raise BadQueryError(f"{name} must be a List")
    return value


def _record(variables: Variables, name: str) -> dict[str, Value]:
    value = variables[name]
    if not isinstance(value, dict):
        raise BadQueryError(f"{name} must be a record")
    return value


def _number(variables: Variables, name: str, least: int, most: int, otherwise: int | None = None) -> int:
    value = variables.get(name)
    if value is None and otherwise is not None:
        return otherwise
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isdigit()
        or not least <= int(value[:20])
    ):
        raise BadQueryError(f"{name} must be a number from {least}")
    return min(int(value[:20]), most)


Run = Callable[[Queries, Variables], Found]
# Name -> (variables that tell the variant, how it is answered); the first that is all there counts.
_QUERIES: dict[str, tuple[tuple[frozenset[str], Run], ...]] = {
    "messengerConversations": (
        (frozenset({"conversationIds"}), Queries.by_ids),
        (frozenset({"messengerConversationsId"}), Queries.by_id),
        (frozenset({"mailboxUrn", "recipients"}), Queries.by_recipients),
        (frozenset({"mailboxUrn", "query"}), Queries.by_category_query),
        (frozenset({"mailboxUrn", "categories"}), Queries.by_search),
        (frozenset({"mailboxUrn", "category"}), Queries.by_category),
        (frozenset({"mailboxUrn"}), Queries.by_sync_token),
    ),
    "messengerMessages": (
        (frozenset({"messengerMessagesIds"}), Queries.messages_by_ids),
        (frozenset({"criteria"}), Queries.messages_in_batch),
        (frozenset({"conversationUrn", "deliveredAt"}), Queries.messages_by_anchor),
        (frozenset({"conversationUrn", "prevCursor"}), Queries.messages_by_cursor),
        (frozenset({"conversationUrn", "nextCursor"}), Queries.messages_by_cursor),
        (frozenset({"conversationUrn"}), Queries.messages_by_sync_token),
    ),
    "messengerSeenReceipts": ((frozenset({"conversationUrn"}), Queries.seen_receipts),),
    "messengerMessagingParticipants": ((frozenset({"messageUrn", "emoji"}), Queries.reactors),),
}


def endpoint_of(name: str, *, by_recipients: bool) -> str:
    """The name that faults and counters know a query by."""
    if name == "messengerConversations":
        return "recipients" if by_recipients else "conversations"
    return {"messengerMessages": "messages", "messengerSeenReceipts": "receipts"}.get(name, "graphql")
