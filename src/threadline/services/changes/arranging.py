"""Arranging conversations: read state, categories, deletion; showing that one types; who has seen what.

Source: contracts/linkedin-wire.md §§5.4, 6.
"""

import asyncio
from collections.abc import Sequence
from enum import Enum

import msgspec
from msgspec import Struct

from threadline.linkedin.changes import MOST_AT_ONCE
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.model import categories
from threadline.model.accounts import Account
from threadline.model.categories import with_category, without_category
from threadline.model.conversations import Conversation, Folder, InboxSource
from threadline.model.errors import (
    NotConnected,
    NotSupported,
    ThreadlineError,
)
from threadline.model.messages import Receipt
from threadline.model.people import Person
from threadline.services.accounts import Accounts
from threadline.services.changes.altering import Altering
from threadline.services.records.recording import Recorder, Telling
from threadline.store import conversations, people, receipts
from threadline.store.database import Database

_PAGE = 100
_TOP = (2**62, "\U0010ffff")


class Arrangement(Enum):
    """Something that is done with a conversation as a whole: the category, and whether it is added."""

    ARCHIVE = (categories.ARCHIVE, True)
    UNARCHIVE = (categories.ARCHIVE, False)
    STAR = (categories.STARRED, True)
    UNSTAR = (categories.STARRED, False)
    SPAM = (categories.SPAM, True)
    UNSPAM = (categories.SPAM, False)
    TO_PRIMARY = (categories.PRIMARY, True)
    TO_SECONDARY = (categories.SECONDARY, True)


_INTO_THE_INBOX = (Arrangement.TO_PRIMARY, Arrangement.TO_SECONDARY)


class Seen(Struct, frozen=True):
    """Somebody has seen a conversation up to a message."""

    person: Person
    receipt: Receipt


class Arranging:
    """Changes conversations at LinkedIn and here."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        recorder: Recorder,
        altering: Altering,
        *,
        pause_between_calls: float = 0.5,
    ) -> None:
        """Carry changes out through `altering`; what is none of one conversation, through the others.

        pause_between_calls: seconds between two calls that mark conversations read.
        """
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._altering = altering
        self._pause_between_calls = pause_between_calls

    async def typing(self, account: Account, named: str) -> str:
        """Show the others that the owner is typing, for some seconds; answers the thread id.

        named: the conversation by id or URN. Raises BadInput, ConversationNotFound, NotSupported, and what
        `Accounts.calling` raises; so do all methods here.
        """
        conversation = await self._altering.known(account, named)
        if not conversation.accepts_replies:
            raise NotConnected("The conversation takes no replies.", field="conversationId")
        thread_id = conversation.thread_id
        await self._altering.call(account, conversation, lambda client: client.changes.typing(thread_id))
        return thread_id

    async def mark_read(self, account: Account, named: str) -> str:
        """Mark a conversation read, harmless when it is read already; answers the thread id."""
        conversation = await self._altering.known(account, named)
        since = await self._altering.call(
            account,
            conversation,
            lambda client: client.inbox.mark_read([conversation.thread_id], read=True),
            lambda shown: shown is not None and shown.read,
        )
        await self._altering.store(
            account,
            [conversation.thread_id],
            since,
            lambda one: msgspec.structs.replace(one, read=True, unread_count=0),
            lambda one: one.read,
        )
        return conversation.thread_id

    async def mark_unread(self, account: Account, named: str) -> str:
        """Mark a conversation unread; answers the thread id."""
        conversation = await self._altering.known(account, named)
        since = await self._altering.call(
            account,
            conversation,
            lambda client: client.inbox.mark_unread([conversation.thread_id]),
            lambda shown: shown is not None and not shown.read,
        )
        await self._altering.store(
            account,
            [conversation.thread_id],
            since,
            lambda one: msgspec.structs.replace(one, read=False, unread_count=max(one.unread_count, 1)),
            lambda one: not one.read,
        )
        return conversation.thread_id

    async def mark_all_read(self, account: Account) -> int:
        """Mark every unread conversation read, as far as they are stored; answers how many were.

        In calls of 20. One that is gone at LinkedIn is passed over. What was marked before an error stays.
        """
        marked = 0
        unread = await self._unread(account)
        for start in range(0, len(unread), MOST_AT_ONCE):
            if start:
                await asyncio.sleep(self._pause_between_calls)
            batch = unread[start : start + MOST_AT_ONCE]
            since = await self._altering.since(account)
            async with self._accounts.calling(account) as client:
                done = await _mark_read(client, batch)
            await self._altering.store(
                account,
                done,
                since,
                lambda one: msgspec.structs.replace(one, read=True, unread_count=0),
                lambda one: one.read,
            )
            marked += len(done)
        return marked

    async def arrange(self, account: Account, named: str, arrangement: Arrangement) -> str:
        """Archive, star, move or mark as spam, or take that back; answers the thread id."""
        conversation = await self._altering.known(account, named)
        if conversation.folder is Folder.REQUESTS and arrangement in _INTO_THE_INBOX:
            raise NotSupported(
                "LinkedIn's call that accepts a message request is not known.",
                next_step="Answer it with POST /api/send and its conversationId; that accepts it.",
            )
        category, added = arrangement.value
        altered = with_category if added else without_category

        async def change(client: AccountClient) -> None:
            call = client.changes.add_category if added else client.changes.remove_category
            await call([conversation.thread_id], category)

        def is_arranged(shown: Conversation | None) -> bool:
            return shown is not None and (category in shown.categories) is added

        since = await self._altering.call(account, conversation, change, is_arranged)
        await self._altering.store(
            account,
            [conversation.thread_id],
            since,
            lambda one: msgspec.structs.replace(one, categories=altered(one.categories, category)),
            is_arranged,
        )
        return conversation.thread_id

    async def delete(self, account: Account, named: str) -> str:
        """Delete a conversation from the owner's mailbox, and here; answers the thread id."""
        conversation = await self._altering.known(account, named)
        since = await self._altering.call(
            account,
            conversation,
            lambda client: client.changes.delete(conversation.thread_id),
            lambda shown: shown is None,
        )
        await self._altering.delete(account, conversation.thread_id, since)
        return conversation.thread_id

    async def mute(self, account: Account, named: str) -> None:
        """Refused: LinkedIn's current call for it is not known (contracts/linkedin-wire.md §6)."""
        await self._altering.known(account, named)
        raise NotSupported("Muting is not supported by LinkedIn's protocol as far as it is known.")

    async def receipts(self, account: Account, named: str) -> tuple[str, Sequence[Seen]]:
        """Who of the others has seen a conversation up to which message: the thread id, and each of them.

        Asked of LinkedIn and stored; what is stored answers where LinkedIn cannot be asked.
        """
        conversation = await self._altering.known(account, named)
        thread_id = conversation.thread_id
        try:
            async with self._accounts.calling(account) as client:
                shown = await client.messages.receipts(thread_id)
        except ThreadlineError:
            if not await receipts.of_thread(self._database, account.account_id, thread_id):
                raise
            shown = []
        async with self._database.transaction() as tx:
            await self._recorder.seen(tx, account, thread_id, shown, Telling.BACKFILLED)
            known = await receipts.of_thread(tx, account.account_id, thread_id)
            readers = {one.person_id: one for one in conversation.others}
            found = [
                Seen(
                    readers.get(one.person_id)
                    or await people.by_id(tx, account.account_id, one.person_id)
                    or Person(person_id=one.person_id),
                    Receipt(person_id=one.person_id, message_id=one.message_id, seen_at=one.seen_at),
                )
                for one in known
            ]
        return thread_id, found

    async def _unread(self, account: Account) -> list[str]:
        found: list[str] = []
        place = _TOP
        while rows := await conversations.page(self._database, account.account_id, None, place, _PAGE):
            found += [one.thread_id for one in rows if not one.read and one.source is InboxSource.LINKEDIN]
            place = (rows[-1].last_activity_at, rows[-1].thread_id)
        return found


async def _mark_read(client: AccountClient, thread_ids: Sequence[str]) -> list[str]:
    """Mark conversations read in one call; where that is refused, one by one, without those that are gone."""
    try:
        await client.inbox.mark_read(thread_ids, read=True)
    except Refusal as error:
        if error.status != 404:
            raise
    else:
        return list(thread_ids)
    done: list[str] = []
    for thread_id in thread_ids:
        try:
            await client.inbox.mark_read([thread_id], read=True)
        except Refusal as error:
            if error.status != 404:
                raise
        else:
            done.append(thread_id)
    return done
