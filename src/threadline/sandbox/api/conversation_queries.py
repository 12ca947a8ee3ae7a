"""Messaging GraphQL: the conversation lists C1 to C9 (contracts/linkedin-wire.md §4)."""

from __future__ import annotations

from collections.abc import Iterable

from threadline.sandbox.api.asking import PAGE, Asking, Found, missing
from threadline.sandbox.network.threads import INBOX, Thread
from threadline.sandbox.protocol import cursors, urns
from threadline.sandbox.protocol.forms import Record, collection
from threadline.sandbox.protocol.variables import (
    BadQueryError,
    Variables,
    category_of,
    list_of,
    number_of,
    record_of,
    text_of,
)

MOST_CONVERSATIONS = 25


class ConversationQueries(Asking):
    """Answers queries for conversations."""

    def by_sync_token(self, variables: Variables) -> Found:
        """C1 and C2: the newest conversations, or those changed since a token, in order of change."""
        token = variables.get("syncToken")
        since = self.since(token, self.owner)
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
            metadata["deletedUrns"] = [self.deleted(thread) for thread in deleted]
            metadata["shouldClearCache"] = since is None
        return Found("messengerConversationsBySyncToken", self._conversations(shown, metadata))

    def by_category_query(self, variables: Variables) -> Found:
        """C3 and C4: one category, older than a time or after a cursor."""
        predicates = record_of(variables, "query").get("predicateUnions")
        if not isinstance(predicates, list) or len(predicates) != 1 or not isinstance(predicates[0], dict):
            raise BadQueryError("predicateUnions must hold one predicate")
        predicate = predicates[0].get("conversationCategoryPredicate")
        if not isinstance(predicate, dict):
            raise BadQueryError("a conversationCategoryPredicate was expected")
        threads = self._in_categories([category_of(predicate.get("category"))])
        shown, metadata = self._page(threads, variables, "categoryQuery")
        found = self._conversations(shown, metadata)
        for conversation in found["elements"]:
            conversation["draftMessages"] = {"elements": []}
        return Found("messengerConversationsByCategoryQuery", found)

    def by_category(self, variables: Variables) -> Found:
        """C5: one category, the older spelling."""
        threads = self._in_categories([category_of(variables["category"])])
        shown, metadata = self._page(threads, variables, "category")
        metadata["prevCursor"] = None
        return Found("messengerConversationsByCategory", self._conversations(shown, metadata))

    def by_search(self, variables: Variables) -> Found:
        """C6: the search box and the unread filter."""
        categories = [category_of(each) for each in list_of(variables, "categories")]
        threads = self._in_categories(categories or [INBOX])
        read = variables.get("read")
        if read in ("true", "false"):
            threads = [thread for thread in threads if thread.view(self.owner).read is (read == "true")]
        elif read is not None:
            raise BadQueryError("read must be true or false")
        if variables.get("firstDegreeConnections") == "true":
            threads = [thread for thread in threads if self._all_connected(thread)]
        words = text_of(variables, "keywords").casefold() if "keywords" in variables else ""
        if words:
            threads = [thread for thread in threads if self._mentions(thread, words)]
        shown, metadata = self._page(threads, variables, "search")
        return Found("messengerConversationsBySearchCriteria", self._conversations(shown, metadata))

    def by_ids(self, variables: Variables) -> Found:
        """C7: conversations by URN, as a bare list without those that do not exist."""
        threads = [self.own_thread(urn) for urn in list_of(variables, "conversationIds")]
        shown = [self.render.conversation(thread) for thread in threads if thread is not None]
        return Found("messengerConversationsByIds", shown)

    def by_id(self, variables: Variables) -> Found:
        """C8: one conversation."""
        field = "messengerConversationsById"
        thread = self.own_thread(variables["messengerConversationsId"])
        return Found(field, self.render.conversation(thread)) if thread else missing(field)

    def by_recipients(self, variables: Variables) -> Found:
        """C9: the conversation with exactly these people, if there is one."""
        members = [urns.read_member(str(each)) or "" for each in list_of(variables, "recipients")]
        thread = self.world.thread_between(self.owner, members) if all(members) else None
        shown = [self.render.conversation(thread)] if thread else []
        return Found("messengerConversationsByRecipients", collection(shown))

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
        count = number_of(variables, "count", 1, 10**9, PAGE)
        before: int | None = None
        if "nextCursor" in variables:
            before = cursors.read_place(text_of(variables, "nextCursor"), kind, self.owner)
            if before is None:
                raise BadQueryError("unknown cursor")
        elif "lastUpdatedBefore" in variables:
            before = number_of(variables, "lastUpdatedBefore", 0, 10**14)
        if before is not None:
            threads = [thread for thread in threads if thread.last_activity_in(self.owner) < before]
        shown = threads[: min(count, MOST_CONVERSATIONS)]
        cursor = cursors.place(kind, self.owner, shown[-1].last_activity_in(self.owner)) if shown else None
        return shown, Record("com.linkedin.messenger.ConversationCursorMetadata", nextCursor=cursor)

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

    def _all_connected(self, thread: Thread) -> bool:
        others = thread.others(self.owner)
        return all(other in self.world.people and self.world.connected(self.owner, other) for other in others)

    def _mentions(self, thread: Thread, words: str) -> bool:
        people = self.world.people
        names = [people[each].name for each in thread.members_in(self.owner) if each in people]
        if any(words in name.casefold() for name in [*names, thread.title_in(self.owner) or ""]):
            return True
        return any(words in message.text.casefold() for message in thread.messages_in(self.owner))
