"""The inbox: conversations, newest first, by sync token, by category, by id, by recipient.

Sources: contracts/linkedin-wire.md §4 (C1 to C9), §6 (mark read).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from threadline.linkedin import restli
from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.conversations import conversation_of
from threadline.linkedin.decoding.graphql import CONVERSATIONS, Page, each
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.errors import LinkedInError, Refusal, ServerTrouble
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.transport import PLAIN, TEXT, Request, Transport
from threadline.model import urns
from threadline.model.clock import MINUTE
from threadline.model.conversations import Conversation

_BATCH = 20
_CLOCK_TOLERANCE = MINUTE
_BY_ID = {"messengerConversationsId", "conversationIds"}
"""The variables that name conversations by their URNs, which say whose mailbox it is."""


class ConversationSync(Struct, frozen=True, kw_only=True):
    """What changed in the mailbox since a sync token, or its newest conversations."""

    conversations: list[Conversation]
    sync_token: str | None
    """For the next call; None when LinkedIn gave none, and the one before stays valid."""
    deleted_thread_ids: list[str]
    clear_cache: bool
    """Whether what was read before must be forgotten: the token was not known any more."""


class ConversationPage(Struct, frozen=True, kw_only=True):
    """One page of a category, newest activity first."""

    conversations: list[Conversation]
    next_cursor: str | None
    """None at the end; an empty page is the end too."""


class Inbox:
    """Reads conversations, and marks them when told to."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: whose conversations these are."""
        self._transport = transport
        self._mailbox = mailbox
        self._takes_several = True

    async def newest(self) -> ConversationSync:
        """The newest conversations, at most 20, and the first sync token (C1)."""
        return await self._sync("conversations_newest", {})

    async def since(self, sync_token: str) -> ConversationSync:
        """The conversations changed since `sync_token`, in pages: call again until one is empty (C2).

        Where LinkedIn refuses the call, as for an id that is gone, the newest are read instead, with
        `clear_cache` set and without a token: the one given stays valid, so that nothing is passed over when
        the query is back. A token that LinkedIn does not know is no refusal (§4).
        """
        try:
            return await self._sync("conversations_since", {"syncToken": sync_token})
        except Refusal as error:
            if error.in_part or error.status not in (400, 404, 410):
                raise
        return msgspec.structs.replace(await self.newest(), clear_cache=True, sync_token=None)

    async def page(
        self, category: str, *, before: int | None = None, cursor: str | None = None, count: int = 20
    ) -> ConversationPage:
        """A page of `category` (`INBOX`, `ARCHIVE`, `SPAM`, `MESSAGE_REQUEST_PENDING`, …).

        before: only those whose last activity is earlier, epoch milliseconds; cursor: of the page before,
        in place of `before`; with neither, from now (C3, C4).
        """
        variables: dict[str, restli.Value] = {
            "query": {"predicateUnions": [{"conversationCategoryPredicate": {"category": category}}]},
            "count": count,
        }
        if cursor is not None:
            variant = "conversations_after_cursor"
            variables["nextCursor"] = cursor
        else:
            variant = "conversations_before"
            now = self._transport.network.clock.now() + _CLOCK_TOLERANCE
            variables["lastUpdatedBefore"] = now if before is None else before
        found = await self._query(variant, "messenger_conversations_by_category_query", variables)
        return ConversationPage(
            conversations=await self._conversations(found), next_cursor=found.metadata.next_cursor or None
        )

    async def by_category(
        self, category: str, *, before: int | None = None, count: int = 20
    ) -> ConversationPage:
        """A page of `category` by the older query, which pages by time alone (C5).

        before: as in `page`; for the next page, the earliest `last_activity_at` of this one.
        """
        variables: dict[str, restli.Value] = {"category": category, "count": count}
        if before is not None:
            variables["lastUpdatedBefore"] = before
        found = await self._query(
            "conversations_in_category", "messenger_conversations_by_category", variables
        )
        return ConversationPage(
            conversations=await self._conversations(found), next_cursor=found.metadata.next_cursor or None
        )

    async def search(
        self,
        *,
        keywords: str | None = None,
        unread: bool = False,
        categories: Sequence[str] = ("INBOX",),
        cursor: str | None = None,
        count: int = 20,
    ) -> ConversationPage:
        """The conversations that hold `keywords`, or only the unread ones, newest activity first (C6)."""
        variables: dict[str, restli.Value] = {
            "categories": list(categories),
            "count": count,
            "firstDegreeConnections": False,
        }
        if unread:
            variables["read"] = False
        if keywords is not None:
            variables["keywords"] = keywords
        if cursor is not None:
            variables["nextCursor"] = cursor
        found = await self._query(
            "conversations_searched", "messenger_conversations_by_search_criteria", variables
        )
        return ConversationPage(
            conversations=await self._conversations(found), next_cursor=found.metadata.next_cursor or None
        )

    async def by_ids(self, thread_ids: Sequence[str]) -> list[Conversation]:
        """The conversations with these ids, in this order, without those that LinkedIn does not find.

        Several are asked for at once, 20 to a call (C7); one alone, or once LinkedIn has not taken that
        query, one after the other (C8).
        """
        if len(thread_ids) < 2 or not self._takes_several:
            return await self._one_by_one(thread_ids)
        found: dict[str, Conversation] = {}
        for start in range(0, len(thread_ids), _BATCH):
            batch = thread_ids[start : start + _BATCH]
            try:
                shown = await self._together(batch)
            except (Refusal, ServerTrouble) as error:
                if is_no_answer(error):
                    self._takes_several = False
                elif not isinstance(error, Refusal) or error.status != 404:
                    raise
                shown = await self._one_by_one(batch)
            found.update((one.thread_id, one) for one in shown)
        return [found[thread_id] for thread_id in thread_ids if thread_id in found]

    async def is_there(self, thread_id: str) -> bool:
        """Whether LinkedIn still has a conversation (C8), also one that cannot be understood."""
        try:
            await self._by_id(thread_id)
        except Refusal as error:
            if error.in_part and error.status == 404:
                return False
            raise
        return True

    async def _together(self, thread_ids: Sequence[str]) -> list[Conversation]:
        owner = await self._mailbox.owner()
        variables: dict[str, restli.Value] = {
            "conversationIds": [urns.conversation_urn(owner, thread_id) for thread_id in thread_ids],
            "count": 1,
        }
        page = await self._query("conversations_by_ids", "messenger_conversations_by_ids", variables)
        return await self._conversations(page)

    async def _one_by_one(self, thread_ids: Sequence[str]) -> list[Conversation]:
        found: list[Conversation] = []
        for thread_id in thread_ids:
            try:
                page = await self._by_id(thread_id)
            except Refusal as error:
                # Refused as a whole, it would be the query that LinkedIn does not know any more.
                if error.in_part and error.status == 404:
                    continue
                raise
            found += await self._conversations(page)
        return found

    async def with_recipients(self, profile_ids: Sequence[str]) -> list[Conversation]:
        """The conversations with these people (C9).

        LinkedIn is known to miss some, so an empty answer proves nothing.
        """
        recipients = [urns.profile_urn(profile_id) for profile_id in profile_ids]
        found = await self._query(
            "conversations_by_recipients", "messenger_conversations_by_recipients", {"recipients": recipients}
        )
        return await self._conversations(found)

    async def mark_read(self, thread_ids: Sequence[str], read: bool) -> None:
        """Mark conversations as read or unread (§6).

        Raises Refusal with the first conversation's reason when LinkedIn did not mark all of them.
        """
        owner = await self._mailbox.owner()
        for start in range(0, len(thread_ids), _BATCH):
            batch = thread_ids[start : start + _BATCH]
            names = [urns.conversation_urn(owner, thread_id) for thread_id in batch]
            patch = {"patch": {"$set": {"read": read}}}
            request = Request(
                endpoint="mark_read",
                method="POST",
                path=f"/voyager/api/voyagerMessagingDashMessengerConversations?ids={restli.encode(names)}",
                accept=PLAIN,
                content_type=TEXT,
                body=msgspec.json.encode({"entities": dict.fromkeys(names, patch)}),
                repeatable=False,
            )
            await self._transport.call(request, partial(_check_results, thread_ids=batch))

    async def mark_unread(self, thread_ids: Sequence[str]) -> None:
        """Mark conversations as unread (§6); raises as `mark_read`."""
        await self.mark_read(thread_ids, read=False)

    async def _sync(self, variant: str, variables: Mapping[str, restli.Value]) -> ConversationSync:
        found = await self._query(variant, "messenger_conversations_by_sync_token", variables)
        return ConversationSync(
            conversations=await self._conversations(found),
            sync_token=found.metadata.new_sync_token,
            deleted_thread_ids=deleted_ids(found.metadata, "conversation"),
            clear_cache=found.metadata.should_clear_cache is True,
        )

    async def _by_id(self, thread_id: str) -> Page[wire.Conversation]:
        variables: dict[str, restli.Value] = {
            "messengerConversationsId": urns.conversation_urn(await self._mailbox.owner(), thread_id),
            "count": 20,
        }
        return await self._query("conversation_by_id", "messenger_conversations_by_id", variables)

    async def _query(
        self, variant: str, field: str, variables: Mapping[str, restli.Value]
    ) -> Page[wire.Conversation]:
        if not _BY_ID & variables.keys():
            variables = {**variables, "mailboxUrn": urns.profile_urn(await self._mailbox.owner())}
        return await self._transport.query(
            variant, variables, lambda body: CONVERSATIONS.read(body, field, self._mailbox.report)
        )

    async def _conversations(self, found: Page[wire.Conversation]) -> list[Conversation]:
        owner = await self._mailbox.owner()
        return each(
            found.items,
            lambda item, people: conversation_of(item, people, owner_id=owner),
            self._mailbox.report,
        )


def is_no_answer(error: LinkedInError) -> bool:
    """Whether LinkedIn did not take a query as it stands: refused as a whole, or answered without its field.

    Of the queries for several things at once no id is known; the ids that stand in for theirs may be such.
    """
    if isinstance(error, Refusal):
        return error.status in (400, 404) and not error.in_part
    return isinstance(error, ServerTrouble) and error.status == 200


def deleted_ids(metadata: wire.Metadata, noun: str) -> list[str]:
    """The ids in `deletedUrns`, which are plain URNs or objects that hold one (§4, [conflict]).

    noun: `conversation` or `message`.
    """
    parse = urns.thread_id if noun == "conversation" else urns.message_id
    found: list[str] = []
    for item in metadata.deleted_urns or ():
        urn = item if isinstance(item, str) else None
        if isinstance(item, dict):
            named = item.get(noun) or item
            urn = named if isinstance(named, str) else text_in(part_in(named, "entityUrn"))
        try:
            found.append(parse(urn or ""))
        except urns.NotAnIdentifier:
            continue
    return found


def _check_results(body: bytes, thread_ids: Sequence[str]) -> None:
    """Raise Refusal unless every conversation was marked; an empty answer says that all were."""
    if not body.strip():
        return
    answer: Any = msgspec.json.decode(body)
    answer = part_in(answer, "data") if isinstance(part_in(answer, "data"), dict) else answer
    errors, results = part_in(answer, "errors"), part_in(answer, "results")
    for failure in errors.values() if isinstance(errors, dict) else ():
        raise Refusal(
            number_in(part_in(failure, "status")) or 400,
            text_in(part_in(failure, "code")),
            text_in(part_in(failure, "message")),
        )
    statuses = {
        _thread_of(urn): number_in(part_in(result, "status"))
        for urn, result in (results.items() if isinstance(results, dict) else ())
    }
    for thread_id in thread_ids:
        status = statuses.get(thread_id)
        if status is None:
            raise msgspec.ValidationError("there is no result for one of the conversations")
        if not 200 <= status < 300:
            raise Refusal(status)


def _thread_of(urn: str) -> str | None:
    try:
        return urns.thread_id(urn)
    except urns.NotAnIdentifier:
        return None
