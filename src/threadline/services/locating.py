"""Locating the conversation of a send where the store does not know it: the phases after the cache.

Sources: seed 000 (How Message Sending Works); contracts/voyager.md §6.1; contracts/DECISIONS.md 5.
"""

from collections.abc import Sequence

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.sends import Phase
from threadline.services.accounts import Accounts
from threadline.services.backfilling import Backfilling
from threadline.services.recording import Recorder, Telling
from threadline.store.database import Database

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
        if not matching:
            return None
        newest = max(matching, key=lambda one: one.last_activity_at)
        async with self._database.transaction() as tx:
            await self._recorder.record(tx, account, Telling.BACKFILLED, conversations_shown=[newest])
        return newest.thread_id
