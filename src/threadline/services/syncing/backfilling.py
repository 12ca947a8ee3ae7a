"""Backfilling: reading the past from LinkedIn, in steps that a restart resumes.

The same steps serve the background backfill of a new account and a reader who asks for a page that lies
beyond what is stored: reading on is always walking the same walk further.
"""

import asyncio
from collections import defaultdict

import msgspec

from threadline.linkedin.messages import MessagePage
from threadline.model.accounts import Account
from threadline.model.clock import DAY, Clock
from threadline.model.conversations import Folder
from threadline.services.accounts import Accounts
from threadline.services.records.recording import Recorder, Telling, lock
from threadline.store import accounts, conversations, positions
from threadline.store.conversations import History
from threadline.store.database import Database
from threadline.store.positions import Position, Walk

CATEGORIES = ("INBOX", "ARCHIVE", "SPAM", "MESSAGE_REQUEST_PENDING")
"""The lists that together hold every conversation (contracts/DECISIONS.md 16)."""

_WALKED_FOR = {
    Folder.PRIMARY: ("INBOX",),
    Folder.SECONDARY: ("INBOX",),
    Folder.ARCHIVE: ("ARCHIVE",),
    Folder.SPAM: ("SPAM",),
    Folder.REQUESTS: ("MESSAGE_REQUEST_PENDING",),
}
_LIST_PAGE = 20
_THREAD_PAGE = 40
_ABOVE_ALL = (2**62, "")
"""A place in the order of the inbox above every conversation."""
_CLOCK_MARGIN = 1 * DAY
"""How far LinkedIn's clock may be ahead of ours without hiding the newest conversations."""


class Backfilling:
    """Walks through LinkedIn's lists and threads, one step at a time."""

    def __init__(
        self, database: Database, accounts: Accounts, recorder: Recorder, clock: Clock, *, days: int
    ) -> None:
        """days: how far back messages are stored without being asked for."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._clock = clock
        self._days = days
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def listed(self, account: Account) -> bool:
        """Whether every conversation of the account has been listed once."""
        return (await positions.of(self._database, account.account_id)).listed_at is not None

    async def frontier(self, account: Account, folder: Folder | None) -> int | None:
        """The time above which a list is stored completely; None when all of it is.

        folder: None for the list of everything. Epoch milliseconds, UTC.
        """
        position = await positions.of(self._database, account.account_id)
        if position.listed_at is not None:
            return None
        open_walks = [walk for walk in _walks(position, _walked_for(folder)) if not walk.done]
        if not open_walks:
            return None
        return max(self._latest() if walk.before is None else walk.before for walk in open_walks)

    async def list_further(self, account: Account, folder: Folder | None = None) -> bool:
        """Walk one step further where a list is known least far; False when it is listed to its end.

        Raises what `Accounts.calling` raises.
        """
        async with self._turns[account.account_id]:
            position = await positions.of(self._database, account.account_id)
            open_walks = [walk for walk in _walks(position, _walked_for(folder)) if not walk.done]
            if position.listed_at is not None or not open_walks:
                return False
            walk = max(open_walks, key=lambda one: self._latest() if one.before is None else one.before)
            await self._step(account, walk)
            return True

    async def read_thread_further(self, account: Account, thread_id: str) -> History:
        """Store one more page of a conversation's past; answers how far back it reaches now.

        Raises what `Accounts.calling` raises.
        """
        async with self._turns[account.account_id + thread_id]:
            reached = await conversations.history(self._database, account.account_id, thread_id)
            if reached.complete:
                return reached
            anchor = self._latest() if reached.from_at is None else reached.from_at
            as_of = await accounts.revision(self._database, account.account_id)
            async with self._accounts.calling(account) as client:
                page = await client.messages.before(thread_id, anchor, _THREAD_PAGE)
                while page.previous_cursor and _oldest(page) == reached.from_at and page.messages:
                    # More messages of one moment than a page holds.
                    page = await client.messages.earlier(thread_id, page.previous_cursor, _THREAD_PAGE)
            reached = _reached(page, reached)
            async with self._database.transaction() as tx:
                await self._recorder.record(
                    tx, account, Telling.BACKFILLED, messages_shown=page.messages, as_of=as_of
                )
                await conversations.set_history(tx, account.account_id, thread_id, reached)
            return reached

    async def unread_past(self, account: Account, count: int) -> list[str]:
        """Conversations whose messages of the last days are not all stored yet, newest first."""
        return await conversations.without_history(self._database, account.account_id, self._since(), count)

    async def begin(self, account: Account, *, sync_token: str | None, baseline_at: int) -> Position:
        """Store where the account is first read: what is later than `baseline_at` will be told.

        What somebody read before it, and so was stored untold, counts as the past.
        """
        position = Position(
            sync_token=sync_token,
            baseline_at=baseline_at,
            followed_until=baseline_at,
            walks=tuple(Walk(one) for one in CATEGORIES),
        )
        async with self._turns[account.account_id]:
            before = await positions.of(self._database, account.account_id)
            walks = before.walks or position.walks
            position = msgspec.structs.replace(position, walks=walks, listed_at=before.listed_at)
            async with self._database.transaction() as tx:
                await lock(tx, account.account_id)
                for newest in await conversations.page(tx, account.account_id, None, _ABOVE_ALL, 1):
                    baseline_at = max(baseline_at, newest.last_activity_at)
                position = msgspec.structs.replace(position, baseline_at=baseline_at)
                await positions.put(tx, account.account_id, position)
        return position

    async def _step(self, account: Account, walk: Walk) -> None:
        # Without a cursor the walk goes on by time: one millisecond later than the oldest that was seen, so
        # that none of the same moment is missed.
        before = self._latest() if walk.before is None else walk.before + 1
        as_of = await accounts.revision(self._database, account.account_id)
        async with self._accounts.calling(account) as client:
            page = await client.inbox.page(
                walk.category, before=None if walk.cursor else before, cursor=walk.cursor, count=_LIST_PAGE
            )
        oldest = min((one.last_activity_at for one in page.conversations), default=walk.before)
        stuck = page.next_cursor is None and oldest == walk.before
        done = not page.conversations or stuck
        walk = Walk(walk.category, cursor=page.next_cursor, before=oldest, done=done)
        async with self._database.transaction() as tx:
            await self._recorder.record(
                tx, account, Telling.BACKFILLED, conversations_shown=page.conversations, as_of=as_of
            )
            position = await positions.of(tx, account.account_id)
            walks = tuple(
                walk if one.category == walk.category else one for one in _walks(position, CATEGORIES)
            )
            listed_at = self._clock.now() if all(one.done for one in walks) else None
            await positions.put(
                tx,
                account.account_id,
                msgspec.structs.replace(position, walks=walks, listed_at=listed_at),
            )

    def _since(self) -> int:
        return self._clock.now() - self._days * DAY

    def _latest(self) -> int:
        return self._clock.now() + _CLOCK_MARGIN


def _walks(position: Position, categories: tuple[str, ...]) -> list[Walk]:
    by_category = {walk.category: walk for walk in position.walks}
    return [by_category.get(category, Walk(category)) for category in categories]


def _walked_for(folder: Folder | None) -> tuple[str, ...]:
    return CATEGORIES if folder is None else _WALKED_FOR.get(folder, CATEGORIES)


def _oldest(page: MessagePage) -> int | None:
    return min((message.delivered_at for message in page.messages), default=None)


def _reached(page: MessagePage, before: History) -> History:
    oldest = _oldest(page)
    if oldest is None or oldest == before.from_at:
        return History(before.from_at, True)
    return History(oldest, page.previous_cursor is None and len(page.messages) < _THREAD_PAGE)
