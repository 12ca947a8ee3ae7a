"""Messaging GraphQL: messages M1 to M6, seen receipts, reactors (contracts/linkedin-wire.md §5)."""

from __future__ import annotations

from threadline.sandbox.api.asking import PAGE, Asking, Found, missing
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.protocol import cursors
from threadline.sandbox.protocol.forms import Record, collection
from threadline.sandbox.protocol.restli import Value
from threadline.sandbox.protocol.variables import BadQueryError, Variables, list_of, number_of, text_of

MOST_MESSAGES = 100


class MessageQueries(Asking):
    """Answers queries for messages."""

    def messages_by_sync_token(self, variables: Variables) -> Found:
        """M1 and M2: a thread's newest messages, or all that changed since a token, newest first."""
        field = "messengerMessagesBySyncToken"
        thread = self.own_thread(variables["conversationUrn"])
        return Found(field, self._synced(thread, variables.get("syncToken"))) if thread else missing(field)

    def messages_by_anchor(self, variables: Variables) -> Found:
        """M3: messages around a time, oldest first; those at the time itself count as after it."""
        field = "messengerMessagesByAnchorTimestamp"
        thread = self.own_thread(variables["conversationUrn"])
        if thread is None:
            return missing(field)
        anchor = number_of(variables, "deliveredAt", 0, 10**14)
        before = number_of(variables, "countBefore", 0, MOST_MESSAGES, 0)
        after = number_of(variables, "countAfter", 0, MOST_MESSAGES, 0)
        messages = thread.messages_in(self.owner)
        older = [message for message in messages if message.delivered_at < anchor]
        newer = [message for message in messages if message.delivered_at >= anchor]
        shown = older[max(0, len(older) - before) :] + newer[:after]
        return Found(field, self._anchored(thread, shown))

    def messages_by_cursor(self, variables: Variables) -> Found:
        """M4: the messages before `prevCursor` or after `nextCursor`, oldest first."""
        field = "messengerMessagesByConversation"
        thread = self.own_thread(variables["conversationUrn"])
        if thread is None:
            return missing(field)
        count = number_of(variables, "count", 1, MOST_MESSAGES, PAGE)
        backward = "prevCursor" in variables
        cursor = text_of(variables, "prevCursor" if backward else "nextCursor")
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
        for criterion in list_of(variables, "criteria"):
            if not isinstance(criterion, dict) or "conversationUrn" not in criterion:
                raise BadQueryError("each criterion needs a conversationUrn")
            thread = self.own_thread(criterion["conversationUrn"])
            if thread is not None:
                synced.append(self._synced(thread, criterion.get("syncToken")))
        return Found("messengerMessagesBySyncTokensInBatch", synced)

    def messages_by_ids(self, variables: Variables) -> Found:
        """M6: messages by URN, as a bare list without those that do not exist."""
        shown = []
        for urn in list_of(variables, "messengerMessagesIds"):
            found = self.own_message(urn)
            if found is not None:
                shown.append(self.render.message(*found))
        return Found("messengerMessagesByIds", shown)

    def seen_receipts(self, variables: Variables) -> Found:
        """Who has seen what in a thread."""
        field = "messengerSeenReceiptsByConversation"
        thread = self.own_thread(variables["conversationUrn"])
        if thread is None:
            return missing(field)
        members = [member for member in thread.others(self.owner) if member in self.world.people]
        receipts = [self.render.seen_receipt(thread, member) for member in members]
        return Found(field, collection([receipt for receipt in receipts if receipt is not None]))

    def reactors(self, variables: Variables) -> Found:
        """Who reacted to a message with an emoji."""
        field = "messengerMessagingParticipantsByMessageAndEmoji"
        found = self.own_message(variables["messageUrn"])
        if found is None:
            return missing(field)
        emoji = text_of(variables, "emoji")
        people = [person for each in found[1].reactions if each.emoji == emoji for person in each.people]
        return Found(field, collection([self.render.participant(person) for person in people]))

    def _synced(self, thread: Thread, token: Value | None) -> Record:
        scope = f"{self.owner}/{thread.thread_id}"
        since = self.since(token, scope)
        messages = thread.messages_in(self.owner)
        deleted: list[Message] = []
        if since is None:
            shown = messages[-PAGE:]
        else:
            view = thread.view(self.owner)
            # Who joined after the token was given has not seen what was written before either.
            shown = [each for each in messages if each.changed > since or view.joined > since]
            if view.cleared > since:
                deleted = [message for message in thread.messages if message.delivered_at < view.since]
        metadata = Record(
            "com.linkedin.messenger.MessageMetadata",
            newSyncToken=cursors.sync_token(self.world.epoch, scope, self.world.count),
            deletedUrns=[self.deleted(thread, message) for message in deleted],
            shouldClearCache=token is not None and since is None,
        )
        return collection([self.render.message(thread, message) for message in reversed(shown)], metadata)

    def _anchored(self, thread: Thread, shown: list[Message]) -> Record:
        older = newer = None
        if shown:
            older = cursors.place("messages", thread.thread_id, shown[0].delivered_at)
            if shown[-1] is not thread.messages_in(self.owner)[-1]:
                newer = cursors.place("messages", thread.thread_id, shown[-1].delivered_at)
        metadata = Record("com.linkedin.messenger.MessageMetadata", prevCursor=older, nextCursor=newer)
        return collection([self.render.message(thread, message) for message in shown], metadata)
