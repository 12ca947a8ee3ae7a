"""Changing messages: editing, taking back, reacting.

What can be known is checked in the store before LinkedIn is called, each with its own error. Nothing is
stored before LinkedIn said yes; then the stream's echo stores the change with its event, or where none comes,
we do, in one transaction (`echoes`). These calls can be repeated without harm, so after a lost answer the
message is read again, and the caller is told what became of it.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec import Struct

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError, Refusal
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.clock import MINUTE, Clock
from threadline.model.compositions import Mention
from threadline.model.conversations import InboxSource
from threadline.model.copies import recalled
from threadline.model.emoji import is_one_emoji
from threadline.model.errors import (
    BadInput,
    EditWindowClosed,
    InvalidEmoji,
    MessageNotFound,
    MessageRecalled,
    NotEditable,
    NotSupported,
    NotYourMessage,
)
from threadline.model.messages import Message, Reaction, RenderFormat, TextAttribute
from threadline.model.people import Person
from threadline.services.accounts import Accounts
from threadline.services.changes.echoes import Echoes
from threadline.services.records.recording import Recorder, Telling, lock
from threadline.services.sends.outgoing import Outgoing, Span, check, mentions_of
from threadline.store import conversations, messages, people
from threadline.store.database import Database

CHANGE_WINDOW = 60 * MINUTE
"""For how long after it was sent LinkedIn lets a message be changed (contracts/linkedin-wire.md §6.7)."""

_Change = Callable[[AccountClient], Awaitable[None]]


class Reacted(Struct, frozen=True):
    """Who chose one emoji for a message."""

    emoji: str
    count: int
    people: Sequence[Person]


class Changing:
    """Changes messages at LinkedIn and here."""

    def __init__(
        self, database: Database, accounts: Accounts, recorder: Recorder, echoes: Echoes, clock: Clock
    ) -> None:
        """Check in `database`, call through `accounts`, store through `recorder` what no echo has stored."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._echoes = echoes
        self._clock = clock

    async def edit(self, account: Account, named: str, text: str, mentions: Sequence[Span] = ()) -> Message:
        """Give an own message another text; answers the message as it is from now on.

        named: the message by id or URN. Raises BadInput, MessageNotFound, NotYourMessage, MessageRecalled,
        NotEditable, EditWindowClosed, and what `Accounts.calling` raises.
        """
        outgoing = Outgoing(text=text, mentions=tuple(mentions))
        check(outgoing)
        attributes = mentions_of(outgoing)
        message = await self._changeable(account, named)

        def is_edited(shown: Message | None) -> bool:
            return shown is not None and shown.text == text

        def edited(one: Message) -> Message:
            return msgspec.structs.replace(
                one,
                text=text,
                attributes=tuple(_attribute(mention) for mention in attributes),
                render_format=RenderFormat.EDITED,
            )

        since = await self._call(
            account,
            message,
            lambda client: client.changes.edit(message.message_id, text, attributes),
            is_edited,
        )
        return await self._stored(account, message, since, edited, is_edited)

    async def recall(self, account: Account, named: str) -> Message:
        """Take an own message back for everyone; its text is gone here too. Raises as `edit`."""
        message = await self._changeable(account, named)
        since = await self._call(
            account,
            message,
            lambda client: client.changes.recall(message.message_id),
            _is_recalled,
        )
        return await self._stored(account, message, since, recalled, _is_recalled)

    async def react(self, account: Account, named: str, emoji: str, *, added: bool) -> Message:
        """Choose an emoji for a message, or take it back; harmless when it is so already.

        Raises InvalidEmoji, MessageNotFound, MessageRecalled, NotEditable, and what `Accounts.calling`
        raises.
        """
        if not is_one_emoji(emoji):
            raise InvalidEmoji(f"{emoji[:40]!r} is not one emoji.", field="emoji")
        message = await self._present(account, named)

        async def change(client: AccountClient) -> None:
            choose = client.changes.react if added else client.changes.unreact
            try:
                await choose(message.message_id, emoji)
            except Refusal as error:
                if error.status == 400:
                    raise InvalidEmoji("LinkedIn does not take this as a reaction.", field="emoji") from error
                raise

        def is_chosen(shown: Message | None) -> bool:
            return shown is not None and _chosen(shown, emoji) is added

        since = await self._call(account, message, change, is_chosen)
        if not await self._echoes.of_message(account, message.message_id, since, is_chosen):
            await self._store_choice(account, message, emoji, added=added)
        return await messages.by_id(self._database, account.account_id, message.message_id) or message

    async def reactions(self, account: Account, named: str) -> tuple[Message, Sequence[Reacted]]:
        """A message, and who chose which emoji for it, asked of LinkedIn.

        Raises BadInput, MessageNotFound, and what `Accounts.calling` raises.
        """
        message = await self._known(account, named)
        found: list[Reacted] = []
        async with self._accounts.calling(account) as client:
            shown = await client.messages.again(message)
            for one in shown.reactions if shown is not None else ():
                shown_people = await client.messages.reactors(message.message_id, one.emoji)
                # The store knows vanity names that LinkedIn leaves out here.
                known = [
                    await people.by_id(self._database, account.account_id, person.person_id) or person
                    for person in shown_people
                ]
                found.append(Reacted(one.emoji, max(one.count, len(known)), known))
        return message, found

    async def _known(self, account: Account, named: str) -> Message:
        try:
            message_id = urns.message_id(named)
        except urns.NotAnIdentifier as error:
            raise BadInput(f"messageUrn: {error}.", field="messageUrn") from None
        message = await messages.by_id(self._database, account.account_id, message_id)
        if message is None:
            raise MessageNotFound("This account has no such message.", field="messageUrn")
        return message

    async def _present(self, account: Account, named: str) -> Message:
        """A message that something can be done with."""
        message = await self._known(account, named)
        if message.render_format == RenderFormat.RECALLED:
            raise MessageRecalled("The message was taken back.", field="messageUrn")
        if message.render_format == RenderFormat.SYSTEM:
            raise NotEditable("This is a message of LinkedIn's own.", field="messageUrn")
        shown_in = await conversations.by_id(self._database, account.account_id, message.thread_id)
        if shown_in is not None and shown_in.source is InboxSource.SALES_NAVIGATOR:
            raise NotSupported("Sales Navigator has no call, as far as it is known, that changes a message.")
        return message

    async def _changeable(self, account: Account, named: str) -> Message:
        """An own message of the last hour."""
        message = await self._known(account, named)
        if not message.from_me:
            raise NotYourMessage("The message was written by somebody else.", field="messageUrn")
        message = await self._present(account, named)
        if self._clock.now() - message.delivered_at > CHANGE_WINDOW:
            raise EditWindowClosed("The message was sent more than 60 minutes ago.", field="messageUrn")
        return message

    async def _call(
        self,
        account: Account,
        message: Message,
        change: _Change,
        has_happened: Callable[[Message | None], bool],
    ) -> int:
        """Make one change; where its answer is lost, look whether it happened. Answers the moment before it.

        has_happened: judges the message as LinkedIn shows it, None when it is gone.
        """
        since = await self._echoes.since(account)
        async with self._accounts.calling(account) as client:
            try:
                await change(client)
            except Refusal as error:
                if error.status == 404:
                    raise MessageNotFound("The message is gone at LinkedIn.", field="messageUrn") from error
                raise
            except LinkedInError as error:
                if not error.may_have_left or not has_happened(await client.messages.again(message)):
                    raise
        return since

    async def _stored(
        self,
        account: Account,
        message: Message,
        since: int,
        change: Callable[[Message], Message],
        has_happened: Callable[[Message | None], bool],
    ) -> Message:
        """Store a change of the message as it stands now, and tell it, unless the stream did so already.

        Answers the message with the change, whatever came after it.
        """
        if not await self._echoes.of_message(account, message.message_id, since, has_happened):
            async with self._database.transaction() as tx:
                await lock(tx, account.account_id)
                current = await messages.by_id(tx, account.account_id, message.message_id)
                if current is not None:
                    await self._recorder.record(tx, account, Telling.LIVE, messages_shown=[change(current)])
        return change(message)

    async def _store_choice(self, account: Account, message: Message, emoji: str, *, added: bool) -> None:
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            current = await messages.by_id(tx, account.account_id, message.message_id)
            reaction = _after_choice(current, emoji, added=added) if current is not None else None
            if reaction is not None:
                await self._recorder.reacted(
                    tx, account, message.message_id, reaction, account.profile_id, added, Telling.LIVE
                )


def _attribute(mention: Mention) -> TextAttribute:
    urn = urns.profile_urn(mention.person_id)
    return TextAttribute(start=mention.start, length=mention.length, kind="entity", value={"urn": urn})


def _is_recalled(shown: Message | None) -> bool:
    return shown is None or shown.render_format == RenderFormat.RECALLED


def _chosen(message: Message, emoji: str) -> bool:
    return any(one.emoji == emoji and one.viewer_reacted for one in message.reactions)


def _after_choice(message: Message, emoji: str, *, added: bool) -> Reaction | None:
    """How an emoji stands once the owner chose it or took it back; None when it stands so already."""
    before = next((one for one in message.reactions if one.emoji == emoji), Reaction(emoji, 0))
    if before.viewer_reacted is added:
        return None
    count = before.count + (1 if added else -1)
    return msgspec.structs.replace(before, count=count, viewer_reacted=added)
