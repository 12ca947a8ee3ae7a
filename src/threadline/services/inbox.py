"""The inbox: conversations and messages, read from the store, and from LinkedIn only beyond what is stored.

No read changes anything at LinkedIn. Marking a conversation read is an act of its own (`services.arranging`).
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from threadline.model import urns
from threadline.model.accounts import STOPPED, Account
from threadline.model.clock import Clock
from threadline.model.conversations import ConversationSummary, Folder
from threadline.model.errors import BadInput, NotFound, Refused, ThreadlineError
from threadline.model.messages import Message
from threadline.model.people import Person
from threadline.services.accounts import Accounts
from threadline.services.cursors import Cursors
from threadline.services.people import People
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sends.locating import Locating
from threadline.services.syncing.backfilling import Backfilling
from threadline.store import accounts, conversations, messages, receipts, typing
from threadline.store.database import Database

MOST = 100
"""The longest page; a larger limit is brought down to it (contracts/DECISIONS.md 13)."""

_TOP = (2**62, "\U0010ffff")
"""The place above every row."""


class Source(StrEnum):
    """Where an answer came from."""

    STORE = "store"
    LINKEDIN = "linkedin"
    """LinkedIn was asked for what was not stored yet."""


class Freshness(Struct, frozen=True):
    """Where an answer came from, when LinkedIn last proved it, and how long it holds."""

    source: Source
    synced_at: int | None
    """Epoch milliseconds, UTC; None when LinkedIn has never answered for the account."""
    holds: bool = False
    """Whether asking again gives the same until the account's revision grows."""


class ConversationPage(Struct, frozen=True):
    """One page of an inbox list."""

    conversations: Sequence[ConversationSummary]
    next_cursor: str | None
    freshness: Freshness
    typing: Mapping[str, Sequence[str]]
    """The ids of those who type now, by thread."""


class SeenUpTo(Struct, frozen=True):
    """Somebody has seen a conversation up to a message."""

    person: Person
    message_at: int
    """When that message was delivered; both epoch milliseconds, UTC."""
    seen_at: int


class MessagePage(Struct, frozen=True):
    """One page of a conversation, newest first."""

    conversation: ConversationSummary | None
    """None where there is no conversation yet."""
    messages: Sequence[Message]
    next_cursor: str | None
    freshness: Freshness
    seen: Sequence[SeenUpTo] = ()
    """Who has seen it up to this page; the receipts of a newer page are not repeated."""
    typing: Sequence[str] = ()
    """The ids of those who type now."""


class Inbox:
    """Lists and threads."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        people: People,
        locating: Locating,
        backfilling: Backfilling,
        recorder: Recorder,
        cursors: Cursors,
        clock: Clock,
    ) -> None:
        """Read from `database`, and further through `backfilling`."""
        self._database = database
        self._accounts = accounts
        self._people = people
        self._locating = locating
        self._backfilling = backfilling
        self._recorder = recorder
        self._cursors = cursors
        self._clock = clock

    async def conversations(
        self, account: Account, folder: Folder | None, limit: int, cursor: str | None
    ) -> ConversationPage:
        """A page of a folder (None: of everything), newest first.

        limit: from 1, brought down to 100. No row comes twice while messages arrive; one that meanwhile moved
        to the top is not met again. Raises BadCursor, and what `Accounts.calling` raises when there is
        nothing stored to answer with.
        """
        limit = min(limit, MOST)
        purpose = f"conversations:{account.account_id}:{folder.value if folder else 'all'}"
        place = self._cursors.take(purpose, cursor) if cursor else _TOP
        source, more, holds = Source.STORE, False, True
        while True:
            rows = await conversations.page(self._database, account.account_id, folder, place, limit + 1)
            frontier = await self._backfilling.frontier(account, folder)
            if frontier is None:
                more = len(rows) > limit
                break
            certain = [row for row in rows if row.last_activity_at > frontier]
            if len(certain) > limit:
                rows, more = certain, True
                break
            holds = False
            try:
                reading_on = await self._backfilling.list_further(account, folder)
            except ThreadlineError:
                if not await self._can_answer(account, certain):
                    raise
                rows, more = certain, True
                break
            source = Source.LINKEDIN if reading_on else source
        shown = rows[:limit]
        last = (shown[-1].last_activity_at, shown[-1].thread_id) if shown else place
        typing_now = await typing.active(
            self._database, account.account_id, [row.thread_id for row in shown], self._clock.now()
        )
        return ConversationPage(
            shown,
            self._cursors.give(purpose, last) if more else None,
            # Nobody says when somebody stops typing.
            self._freshness(account, source, holds and not typing_now),
            typing_now,
        )

    async def conversation(self, account: Account, conversation_id: str) -> ConversationSummary:
        """One conversation, by any form of its id; raises BadInput, NotFound.

        One that is not stored is asked of LinkedIn and stored.
        """
        thread_id = thread_of(conversation_id)
        found = await conversations.by_id(self._database, account.account_id, thread_id)
        if found is not None:
            return found
        as_of = await accounts.revision(self._database, account.account_id)
        try:
            async with self._accounts.calling(account) as client:
                shown = await client.inbox.by_ids([thread_id])
        except Refused:
            shown = []
        if not shown:
            raise NotFound("This account has no such conversation.", field="conversationId")
        async with self._database.transaction() as tx:
            await self._recorder.record(
                tx, account, Telling.BACKFILLED, conversations_shown=shown, as_of=as_of
            )
        found = await conversations.by_id(self._database, account.account_id, thread_id)
        if found is None:
            raise NotFound("This account has no such conversation.", field="conversationId")
        return found

    async def messages(
        self, account: Account, conversation_id: str, limit: int, cursor: str | None
    ) -> MessagePage:
        """A page of a conversation, newest first; raises BadInput, NotFound, BadCursor."""
        conversation = await self.conversation(account, conversation_id)
        thread_id = conversation.thread_id
        limit = min(limit, MOST)
        purpose = f"messages:{account.account_id}:{thread_id}"
        place = self._cursors.take(purpose, cursor) if cursor else _TOP
        source, more, holds = Source.STORE, False, True
        while True:
            rows = await messages.page(self._database, account.account_id, thread_id, place, limit + 1)
            reached = await conversations.history(self._database, account.account_id, thread_id)
            if reached.complete:
                more = len(rows) > limit
                break
            certain = [
                row for row in rows if reached.from_at is not None and row.delivered_at >= reached.from_at
            ]
            if len(certain) > limit:
                rows, more = certain, True
                break
            holds = False
            try:
                await self._backfilling.read_thread_further(account, thread_id)
            except ThreadlineError:
                if not await self._can_answer(account, certain):
                    raise
                rows, more = certain, True
                break
            source = Source.LINKEDIN
        shown = rows[:limit]
        last = (shown[-1].delivered_at, shown[-1].message_id) if shown else place
        typing_now = await typing.active(self._database, account.account_id, [thread_id], self._clock.now())
        return MessagePage(
            conversation,
            shown,
            self._cursors.give(purpose, last) if more else None,
            self._freshness(account, source, holds and not typing_now),
            await self._seen(account, conversation, place[0]),
            typing_now.get(thread_id, ()),
        )

    async def _seen(self, account: Account, conversation: ConversationSummary, before: int) -> list[SeenUpTo]:
        people_in = {person.person_id: person for person in conversation.participants}
        return [
            SeenUpTo(
                people_in.get(one.person_id) or Person(person_id=one.person_id), one.message_at, one.seen_at
            )
            for one in await receipts.of_thread(self._database, account.account_id, conversation.thread_id)
            if one.message_at is not None and one.message_at < before
        ]

    async def messages_with(
        self, account: Account, address: str, limit: int, cursor: str | None
    ) -> MessagePage:
        """A page of the conversation with one person, newest first; empty when there is none.

        Their newest one-to-one conversation; where there is only an InMail or the like, that one. Raises
        BadInput, ProfileNotFound, BadCursor.
        """
        person = await self._people.find(account, address)
        thread_id = await conversations.newest_between(self._database, account.account_id, person.person_id)
        source = Source.STORE
        if thread_id is None and not await self._backfilling.listed(account):
            source = Source.LINKEDIN
            thread_id = (await self._locating.find(account, person.person_id)).thread_id
        if thread_id is None:
            return MessagePage(None, [], None, self._freshness(account, source))
        return await self.messages(account, thread_id, limit, cursor)

    async def _can_answer(self, account: Account, stored: Sequence[object]) -> bool:
        """Whether to answer with what is stored although LinkedIn cannot be asked for more."""
        current = await self._accounts.get(account.account_id)
        return bool(stored) or (current.caught_up_at is not None and current.state in STOPPED)

    def stored(self, account: Account) -> Freshness:
        """The freshness of an answer that was made before and still holds."""
        return self._freshness(account, Source.STORE, holds=True)

    def _freshness(self, account: Account, source: Source, holds: bool = False) -> Freshness:
        return Freshness(source, self._accounts.proven_at(account), holds)


def thread_of(conversation_id: str) -> str:
    """The thread id in any form of a conversation's id; raises BadInput."""
    try:
        return urns.thread_id(conversation_id)
    except urns.NotAnIdentifier as error:
        raise BadInput(f"conversationId: {error}.", field="conversationId") from None
