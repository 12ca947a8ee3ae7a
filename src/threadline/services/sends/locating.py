"""Locating the conversation of a send where the store does not know it: the phases after the cache.

Sources: seed 000 (How Message Sending Works); contracts/voyager.md §6.1; contracts/DECISIONS.md 5.
"""

from collections.abc import Sequence

from msgspec import Struct

from threadline.linkedin.errors import Refusal, ServerTrouble
from threadline.model.accounts import Account
from threadline.model.conversations import Conversation, ConversationKind
from threadline.model.errors import NotConnected, Refused, UpstreamError
from threadline.model.people import ComposeOption, Distance
from threadline.model.sends import Phase
from threadline.services.accounts import Accounts
from threadline.services.records.recording import Recorder, Telling
from threadline.services.syncing.backfilling import Backfilling
from threadline.store import people
from threadline.store.database import Database

PREMIUM_INMAIL = "PREMIUM_INMAIL"
"""LinkedIn's word for a person who is written to by InMail: free where the profile is open (wire §3.4)."""

_PAGES_SCANNED = 2


class Located(Struct, frozen=True):
    """Where a send goes."""

    thread_id: str | None
    """None when LinkedIn is to open a new conversation."""
    phase: Phase


class Locating:
    """Asks LinkedIn for the conversation with a person."""

    def __init__(
        self, database: Database, accounts: Accounts, recorder: Recorder, backfilling: Backfilling
    ) -> None:
        """Ask through `accounts`; keep what is shown through `recorder`."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._backfilling = backfilling

    async def find(self, account: Account, person_id: str) -> Located:
        """The conversation with a member: by recipient, among the recent ones, or a new one.

        Where every conversation is listed already, the recent ones are in the store and are not scanned
        again. Raises what `Accounts.calling` raises.
        """
        async with self._accounts.calling(account) as client:
            shown = await client.inbox.with_recipients([person_id])
        found = await self._kept(account, shown, person_id)
        if found is not None:
            return Located(found, Phase.PARTICIPANT)
        if not await self._backfilling.listed(account):
            found = await self._scan(account, person_id)
            if found is not None:
                return Located(found, Phase.SCAN)
        return Located(None, Phase.NEW)

    async def reach(self, account: Account, person_id: str, *, ask_option: bool = True) -> Located:
        """As `find`; before a new conversation LinkedIn is asked whether the owner may open one.

        A connection may be written to, and so may an Open Profile, for free. ask_option: whether to ask where
        the store does not know that it is a connection. Raises NotConnected, and what `find` raises.
        """
        found = await self.find(account, person_id)
        if found.phase is not Phase.NEW or not ask_option:
            return found
        person = await people.by_id(self._database, account.account_id, person_id)
        if person is not None and person.distance == Distance.FIRST:
            return found
        option = await self.option(account, person_id)
        if option is None:
            return found
        if not option.reachable or (option.kind == PREMIUM_INMAIL and option.paid_inmail):
            raise NotConnected("The person is neither a connection nor an Open Profile.")
        if option.existing_thread_id is not None:
            shown = await self._shown(account, option.existing_thread_id)
            thread_id = await self._kept(account, shown, person_id)
            if thread_id is not None:
                return Located(thread_id, Phase.PARTICIPANT)
            if any(one.kind is ConversationKind.INMAIL for one in shown):
                # LinkedIn takes a message there and nowhere else, and there only the caller sends (§6.2).
                raise NotConnected(
                    "With this person there is only an InMail conversation; to write there, name it with "
                    f"conversationId: {option.existing_thread_id}"
                )
        return found

    async def _shown(self, account: Account, thread_id: str) -> Sequence[Conversation]:
        """The conversation, as far as LinkedIn shows it to the owner."""
        try:
            async with self._accounts.calling(account) as client:
                return await client.inbox.by_ids([thread_id])
        except Refused:
            return []

    async def option(self, account: Account, person_id: str) -> ComposeOption | None:
        """How LinkedIn lets the owner write to a member; None where it does not say (§3.4).

        What cannot be understood keeps no message back: LinkedIn decides again when it is sent.
        """
        try:
            async with self._accounts.calling(account) as client:
                return await client.people.compose_option(person_id)
        except UpstreamError as error:
            if isinstance(error.__cause__, Refusal | ServerTrouble):
                return None
            raise

    async def inmail_with(self, account: Account, person_id: str) -> str | None:
        """The newest conversation with a member alone that takes replies, InMail included; it is stored.

        Of use only where LinkedIn says that it takes a message there and nowhere else (§6.2).
        """
        async with self._accounts.calling(account) as client:
            shown = [*await client.inbox.with_recipients([person_id])]
            shown.extend((await client.inbox.page("INBOX")).conversations)
        matching = [
            one
            for one in shown
            if one.kind in (ConversationKind.DIRECT, ConversationKind.INMAIL)
            and [person.person_id for person in one.others] == [person_id]
            and one.accepts_replies
        ]
        return await self._newest(account, matching)

    async def _scan(self, account: Account, person_id: str) -> str | None:
        cursor: str | None = None
        for _ in range(_PAGES_SCANNED):
            async with self._accounts.calling(account) as client:
                page = await client.inbox.page("INBOX", cursor=cursor)
            found = await self._kept(account, page.conversations, person_id)
            cursor = page.next_cursor
            if found is not None or cursor is None:
                return found
        return None

    async def _kept(self, account: Account, shown: Sequence[Conversation], person_id: str) -> str | None:
        """The newest one-to-one conversation with the member that takes replies; it is stored."""
        matching = [one for one in shown if one.direct_peer == person_id and one.accepts_replies]
        return await self._newest(account, matching)

    async def _newest(self, account: Account, matching: Sequence[Conversation]) -> str | None:
        if not matching:
            return None
        newest = max(matching, key=lambda one: one.last_activity_at)
        async with self._database.transaction() as tx:
            await self._recorder.record(tx, account, Telling.BACKFILLED, conversations_shown=[newest])
        return newest.thread_id
