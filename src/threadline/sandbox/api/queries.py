"""Which messaging query is answered how.

A query is known by its name and the set of its variables, never by its hash (linkedin-wire.md §1.7).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from threadline.sandbox.api.asking import ForbiddenError, Found
from threadline.sandbox.api.conversation_queries import ConversationQueries
from threadline.sandbox.api.message_queries import MessageQueries
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import urns
from threadline.sandbox.protocol.variables import BadQueryError, Variables


def answer_query(world: World, owner: str, name: str, variables: Variables) -> Found:
    """Run the query `name` for a mailbox. Raises BadQueryError, ForbiddenError."""
    for keys, made, run in _QUERIES.get(name, ()):
        if keys <= variables.keys():
            mailbox = variables.get("mailboxUrn")
            if mailbox is not None and mailbox != urns.profile_urn(owner):
                raise ForbiddenError
            return run(made(world, owner), variables)
    raise BadQueryError(f"no query {name} takes {sorted(variables)}")


Variant = tuple[frozenset[str], Callable[[World, str], Any], Callable[[Any, Variables], Found]]
# Name -> (variables that tell the variant, who answers it, how); the first that is all there counts.
_QUERIES: dict[str, tuple[Variant, ...]] = {
    "messengerConversations": (
        (frozenset({"conversationIds"}), ConversationQueries, ConversationQueries.by_ids),
        (frozenset({"messengerConversationsId"}), ConversationQueries, ConversationQueries.by_id),
        (frozenset({"mailboxUrn", "recipients"}), ConversationQueries, ConversationQueries.by_recipients),
        (frozenset({"mailboxUrn", "query"}), ConversationQueries, ConversationQueries.by_category_query),
        (frozenset({"mailboxUrn", "categories"}), ConversationQueries, ConversationQueries.by_search),
        (frozenset({"mailboxUrn", "category"}), ConversationQueries, ConversationQueries.by_category),
        (frozenset({"mailboxUrn"}), ConversationQueries, ConversationQueries.by_sync_token),
    ),
    "messengerMessages": (
        (frozenset({"messengerMessagesIds"}), MessageQueries, MessageQueries.messages_by_ids),
        (frozenset({"criteria"}), MessageQueries, MessageQueries.messages_in_batch),
        (frozenset({"conversationUrn", "deliveredAt"}), MessageQueries, MessageQueries.messages_by_anchor),
        (frozenset({"conversationUrn", "prevCursor"}), MessageQueries, MessageQueries.messages_by_cursor),
        (frozenset({"conversationUrn", "nextCursor"}), MessageQueries, MessageQueries.messages_by_cursor),
        (frozenset({"conversationUrn"}), MessageQueries, MessageQueries.messages_by_sync_token),
    ),
    "messengerSeenReceipts": (
        (frozenset({"conversationUrn"}), MessageQueries, MessageQueries.seen_receipts),
    ),
    "messengerMessagingParticipants": (
        (frozenset({"messageUrn", "emoji"}), MessageQueries, MessageQueries.reactors),
    ),
}


def endpoint_of(name: str, *, by_recipients: bool) -> str:
    """The name that faults and counters know a query by."""
    if name == "messengerConversations":
        return "recipients" if by_recipients else "conversations"
    return {"messengerMessages": "messages", "messengerSeenReceipts": "receipts"}.get(name, "graphql")
