"""The messages of a conversation: reading them, who reacted and who has seen them, and sending one.

Sources: contracts/linkedin-wire.md §5 (M1 to M5), §6.1 and §6.2.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from threadline.linkedin import restli
from threadline.linkedin.composing import creation_body
from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.graphql import MESSAGES, PARTICIPANTS, RECEIPTS, Page, each
from threadline.linkedin.decoding.messages import message_of, receipt_of
from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.people import person_of
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.errors import ConnectionLost, Refusal, ServerTrouble, Unreachable
from threadline.linkedin.inbox import deleted_ids, is_no_answer
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.transport import PLAIN, TEXT, Request, Transport
from threadline.model import urns
from threadline.model.compositions import Composition
from threadline.model.messages import Message, Receipt
from threadline.model.people import Person

_BATCH = 20
_SAME_MOMENT = 5
"""How many messages of one millisecond are looked through for one of them."""

_ROUTE = "/voyager/api/voyagerMessagingDashMessengerMessages"


class MessagePage(Struct, frozen=True, kw_only=True):
    """One page of a conversation, newest first."""

    messages: list[Message]
    previous_cursor: str | None
    """Leads to earlier messages; None at the beginning, and an empty page is the beginning too."""


class MessageSync(Struct, frozen=True, kw_only=True):
    """What changed in a conversation since a sync token, or its newest messages; newest first."""

    messages: list[Message]
    sync_token: str | None
    """For the next call; None when LinkedIn gave none, and the one before stays valid."""
    deleted_message_ids: list[str]
    clear_cache: bool
    """Whether what was read before must be read again: the token could not be used."""


class Delivered(Struct, frozen=True, kw_only=True):
    """LinkedIn's word that a message was delivered."""

    message_id: str
    thread_id: str
    delivered_at: int
    """Epoch milliseconds, UTC."""


class Messages:
    """Reads and sends the messages of one account."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: whose messages these are."""
        self._transport = transport
        self._mailbox = mailbox
        self._takes_batches = True

    async def before(self, thread_id: str, before: int, count: int = 20) -> MessagePage:
        """The last messages delivered at or before `before`, epoch milliseconds (M3).

        LinkedIn's anchor is not known to be inclusive or exclusive, so it is asked one millisecond later
        and what lies beyond is left out: none at `before` itself can be missed, and a caller that pages by
        time meets its oldest one again. Paging goes on by `earlier`.
        """
        page = await self._page(
            "messages_before",
            "messenger_messages_by_anchor_timestamp",
            thread_id,
            {"deliveredAt": before + 1, "countBefore": count, "countAfter": 0},
        )
        messages = [message for message in page.messages if message.delivered_at <= before]
        if page.messages and not messages and page.previous_cursor is not None:
            return await self.earlier(thread_id, page.previous_cursor, count)
        return MessagePage(messages=messages, previous_cursor=page.previous_cursor)

    async def earlier(self, thread_id: str, cursor: str, count: int = 20) -> MessagePage:
        """The messages before those of the page that gave `cursor` (M4)."""
        return await self._page(
            "messages_earlier",
            "messenger_messages_by_conversation",
            thread_id,
            {"count": count, "prevCursor": cursor},
        )

    async def newest(self, thread_id: str) -> MessageSync:
        """The newest messages and the conversation's first sync token (M1)."""
        return await self._sync("messages_newest", thread_id, {})

    async def since(self, thread_id: str, sync_token: str) -> MessageSync:
        """The messages changed since `sync_token`: new, edited, recalled, reacted to (M2).

        Where LinkedIn refuses the token, the newest messages are read instead, with `clear_cache` set.
        """
        try:
            return await self._sync("messages_since", thread_id, {"syncToken": sync_token})
        except Refusal as error:
            if error.in_part or error.status not in (400, 404):
                raise
        newest = await self.newest(thread_id)
        return msgspec.structs.replace(newest, clear_cache=True)

    async def since_batch(self, sync_tokens: Mapping[str, str]) -> dict[str, MessageSync]:
        """The messages changed in several conversations, by thread id; sync_tokens: thread id to token (M5).

        In calls of 20 conversations. One that LinkedIn leaves out is left out here too, and is read by
        `since`; once LinkedIn has not taken the query, each conversation is read so.
        """
        found: dict[str, MessageSync] = {}
        threads = list(sync_tokens)
        for start in range(0, len(threads), _BATCH):
            batch = {thread_id: sync_tokens[thread_id] for thread_id in threads[start : start + _BATCH]}
            if self._takes_batches:
                try:
                    found.update(await self._batch(batch))
                    continue
                except (Refusal, ServerTrouble) as error:
                    if not is_no_answer(error):
                        raise
                    self._takes_batches = False
            for thread_id, token in batch.items():
                found[thread_id] = await self.since(thread_id, token)
        return found

    async def again(self, message: Message) -> Message | None:
        """`message` as LinkedIn shows it now, with fresh addresses; None when it is gone (M3)."""
        page = await self.before(message.thread_id, message.delivered_at, _SAME_MOMENT)
        return next((one for one in page.messages if one.message_id == message.message_id), None)

    async def reactors(self, message_id: str, emoji: str) -> list[Person]:
        """Who reacted to a message with `emoji` (§5.4)."""
        owner = await self._mailbox.owner()
        found = await self._transport.query(
            "reactors",
            {"messageUrn": urns.message_urn(owner, message_id), "emoji": emoji},
            lambda body: PARTICIPANTS.read(
                body, "messenger_messaging_participants_by_message_and_emoji", self._mailbox.report
            ),
        )
        people = [person_of(item) for item in found.items]
        return [person for person in people if person.person_id]

    async def receipts(self, thread_id: str) -> list[Receipt]:
        """Who has seen a conversation, and up to which message (§5.4)."""
        owner = await self._mailbox.owner()
        found = await self._transport.query(
            "seen_receipts",
            {"conversationUrn": urns.conversation_urn(owner, thread_id)},
            lambda body: RECEIPTS.read(body, "messenger_seen_receipts_by_conversation", self._mailbox.report),
        )
        return each(found.items, lambda item, _people: receipt_of(item), self._mailbox.report)

    async def create(
        self,
        composition: Composition,
        *,
        origin_token: str,
        tracking_id: str,
        thread_id: str | None = None,
        recipients: Sequence[str] = (),
        not_after: int | None = None,
    ) -> Delivered:
        """Send one message, once: into `thread_id`, or to `recipients` (profile ids) in a new conversation.

        origin_token: a UUIDv4 that comes back in the echo; tracking_id: exactly 16 characters; not_after:
        epoch milliseconds of the clock, after which nothing leaves and TooLate is raised. Raises any
        LinkedInError; `may_have_left` says whether it may have been delivered all the same. Never repeated
        here (§6.1 to §6.4, §10; contracts/DECISIONS.md 1).
        """
        if (thread_id is None) == (not recipients):
            raise ValueError("a message goes either into a conversation or to recipients")
        body = creation_body(
            composition,
            owner_id=await self._owner(),
            origin_token=origin_token,
            tracking_id=tracking_id,
            thread_id=thread_id,
            recipients=recipients,
        )
        request = Request(
            endpoint="create_message",
            method="POST",
            path=f"{_ROUTE}?action=createMessage",
            accept=PLAIN,
            content_type=TEXT,
            body=body,
            repeatable=False,
            not_after=not_after,
        )
        return await self._transport.call(request, lambda answer: self._delivered(answer, thread_id))

    async def _owner(self) -> str:
        try:
            return await self._mailbox.owner()
        except (ConnectionLost, ServerTrouble) as error:
            # Only the look-up failed, so it is proven that no message left.
            raise Unreachable(str(error)) from error

    async def _batch(self, sync_tokens: Mapping[str, str]) -> dict[str, MessageSync]:
        owner = await self._mailbox.owner()
        criteria = [
            {"conversationUrn": urns.conversation_urn(owner, thread_id), "syncToken": token}
            for thread_id, token in sync_tokens.items()
        ]
        pages = await self._transport.query(
            "messages_since_batch",
            {"criteria": criteria},
            lambda body: MESSAGES.read_batch(
                body, "messenger_messages_by_sync_tokens_in_batch", self._mailbox.report
            ),
        )
        found: dict[str, MessageSync] = {}
        threads = list(sync_tokens)
        for place, page in enumerate(pages):
            if page is None:
                continue
            messages = self._messages(page, None)
            # Its messages tell which conversation a part is about; without any, only its place does.
            if messages:
                found[messages[0].thread_id] = _sync_of(page, messages)
            elif len(pages) == len(threads):
                found[threads[place]] = _sync_of(page, messages)
        return found

    async def _page(
        self, variant: str, field: str, thread_id: str, variables: Mapping[str, restli.Value]
    ) -> MessagePage:
        found = await self._query(variant, field, thread_id, variables)
        return MessagePage(
            messages=self._messages(found, thread_id), previous_cursor=found.metadata.prev_cursor or None
        )

    async def _sync(self, variant: str, thread_id: str, variables: Mapping[str, restli.Value]) -> MessageSync:
        found = await self._query(variant, "messenger_messages_by_sync_token", thread_id, variables)
        return _sync_of(found, self._messages(found, thread_id))

    async def _query(
        self, variant: str, field: str, thread_id: str, variables: Mapping[str, restli.Value]
    ) -> Page[wire.Message]:
        owner = await self._mailbox.owner()
        return await self._transport.query(
            variant,
            {**variables, "conversationUrn": urns.conversation_urn(owner, thread_id)},
            lambda body: MESSAGES.read(body, field, self._mailbox.report),
        )

    def _messages(self, found: Page[wire.Message], thread_id: str | None) -> list[Message]:
        messages = each(
            found.items,
            lambda item, people: message_of(
                item, people, owner_id=self._mailbox.owner_id, thread_id=thread_id
            ),
            self._mailbox.report,
        )
        messages.sort(key=lambda message: message.delivered_at, reverse=True)
        return messages

    def _delivered(self, body: bytes, thread_id: str | None) -> Delivered:
        answer: Any = msgspec.json.decode(body)
        if is_normalized(answer):
            answer = part_in(plain_nested(answer), "data")
        value = part_in(answer, "value")
        conversation = text_in(part_in(value, "conversationUrn")) or text_in(
            part_in(value, "backendConversationUrn")
        )
        try:
            return Delivered(
                message_id=urns.message_id(text_in(part_in(value, "entityUrn")) or ""),
                thread_id=urns.thread_id(conversation) if conversation else urns.thread_id(thread_id or ""),
                delivered_at=number_in(part_in(value, "deliveredAt")) or self._transport.network.clock.now(),
            )
        except urns.NotAnIdentifier as error:
            raise msgspec.ValidationError("there is no message id in it") from error


def _sync_of(page: Page[wire.Message], messages: list[Message]) -> MessageSync:
    return MessageSync(
        messages=messages,
        sync_token=page.metadata.new_sync_token,
        deleted_message_ids=deleted_ids(page.metadata, "message"),
        clear_cache=page.metadata.should_clear_cache is True,
    )
