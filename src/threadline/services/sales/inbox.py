"""The Sales Navigator inbox of accounts with a seat, merged into the one inbox by reading it again and again.

LinkedIn tells nothing of it live, so what is later than its first reading is told as found later. Its threads
are stored whole: the main inbox knows nothing of them and cannot be asked for more of one.
"""

import asyncio
from collections.abc import Iterable

import msgspec
import structlog

from threadline.linkedin.decoding.sales import SalesThread
from threadline.linkedin.errors import NoSeat
from threadline.linkedin.sales import SalesPage
from threadline.model.accounts import STOPPED, Account
from threadline.model.clock import MINUTE, Clock
from threadline.model.compositions import Channel
from threadline.model.conversations import Conversation, ConversationSummary
from threadline.model.errors import SeatRequired, ThreadlineError
from threadline.model.sends import SendState
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sales.people import identified
from threadline.services.sales.seats import Seats
from threadline.services.sends.sales_sends import SalesSends
from threadline.services.syncing.reached import newest_activity
from threadline.store import accounts, conversations, positions, sales, sends
from threadline.store.conversations import History
from threadline.store.database import Database, Reader
from threadline.store.sales import SalesPosition

_log = structlog.get_logger(__name__)

FOLLOW_SALES = "follow-sales"
"""The duty of reading an account's Sales Navigator inbox; its key is the account's id."""

_FOLDERS = ("INBOX", "SENT", "ARCHIVED")
_LIVELY = ("INBOX", "SENT")
"""The folders in which news shows; the archive is read once when following begins."""
_SETTLED_HERE = 10 * MINUTE
"""How long a lost send is looked for before each reading; longer ones are settled in their own time."""
_FIRST_WAIT = 0.25
"""Seconds before it is looked again whether the main inbox has been read for the first time."""


class Sales:
    """Keeps the store equal to Sales Navigator, account by account."""

    def __init__(
        self,
        database: Database,
        accounts_service: Accounts,
        seats: Seats,
        sales_sends: SalesSends,
        recorder: Recorder,
        clock: Clock,
        metrics: ServiceMetrics,
        *,
        poll_seconds: float,
        pause_between_reads: float,
    ) -> None:
        """poll_seconds: from one reading to the next; pause_between_reads: between calls for the past."""
        self._database = database
        self._accounts = accounts_service
        self._seats = seats
        self._sales_sends = sales_sends
        self._recorder = recorder
        self._clock = clock
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._pause_between_reads = pause_between_reads
        self._checked: set[str] = set()

    async def accounts_to_follow(self) -> list[str]:
        """The accounts whose Sales inbox somebody must read: those with a seat, or not asked about yet."""
        return [
            one.account_id
            for one in await self._accounts.every()
            if (one.state not in STOPPED or self._accounts.cooled_down(one))
            and (one.sales_seat or one.account_id not in self._checked)
        ]

    def changed(self, account_id: str) -> None:
        """An account was linked or changed its state: whether it has a seat is asked again."""
        self._checked.discard(account_id)

    async def follow(self, account_id: str) -> None:
        """Read an account's Sales inbox until it is stopped or has no seat; trouble is tried again."""
        wait, whole = _FIRST_WAIT, True
        while True:
            account = await self._accounts.get(account_id)
            if account.state in STOPPED and not self._accounts.cooled_down(account):
                return
            position = await positions.of(self._database, account_id)
            if position.baseline_at is not None:
                wait = self._poll_seconds
                try:
                    if account_id not in self._checked and not await self._check(account):
                        return
                    await self.catch_up(account, whole=whole)
                    whole = False
                except SeatRequired:
                    return
                except ThreadlineError as error:
                    _log.warning("sales inbox not read", account=account_id, reason=error.message)
            await asyncio.sleep(wait)
            wait = min(2 * wait, self._poll_seconds)

    async def _check(self, account: Account) -> bool:
        seat = await self._seats.check(account)
        self._checked.add(account.account_id)
        return seat

    async def catch_up(self, account: Account, *, whole: bool = True) -> None:
        """Store and tell everything that is new since the last reading; of the first one, nothing is told.

        whole: read the archive too. Raises SeatRequired, and what `Accounts.calling` raises.
        """
        reached = await sales.position(self._database, account.account_id)
        if reached is None:
            reached = await self._begin(account)
        if reached.listed_at is None:
            await self._store_past(account, reached)
            return
        await self._settle_sends(account)
        as_of = await accounts.revision(self._database, account.account_id)
        found: dict[str, SalesThread] = {}
        for folder in _FOLDERS if whole else _LIVELY:
            before: int | None = None
            while True:
                page = await self._page(account, folder, before)
                for thread in page.threads:
                    if await self._is_changed(account, thread):
                        found[thread.conversation.thread_id] = thread
                oldest = min((one.conversation.last_activity_at for one in page.threads), default=0)
                # Where time does not move on, the list has ended.
                if page.next_before in (None, before) or oldest < reached.followed_until:
                    break
                before = page.next_before
        threads = [await self._read(account, thread) for thread in found.values()]
        newest = newest_activity((one.conversation for one in threads), self._clock.now())
        await self._record(
            account,
            threads,
            msgspec.structs.replace(reached, followed_until=max(reached.followed_until, newest)),
            as_of,
        )

    async def _settle_sends(self, account: Account) -> None:
        """Look for lost sends first, so that their messages are told as what they are."""
        since = self._clock.now() - _SETTLED_HERE
        for send in await sends.in_state(self._database, account.account_id, SendState.UNKNOWN):
            if (send.unknown_at or 0) >= since and send.channel is Channel.SALES_NAVIGATOR:
                await self._sales_sends.look_for(account, send)

    async def _begin(self, account: Account) -> SalesPosition:
        """Store where the inbox is first read: what is later will be told."""
        pages = [await self._page(account, folder, None) for folder in _FOLDERS]
        listed = (one.conversation for page in pages for one in page.threads)
        newest = newest_activity(listed, self._clock.now())
        reached = SalesPosition(baseline_at=newest, followed_until=newest)
        async with self._database.transaction() as tx:
            await sales.put_position(tx, account.account_id, reached)
        return reached

    async def _store_past(self, account: Account, reached: SalesPosition) -> None:
        """Walk through every folder; one that was broken off begins anew and passes over what is stored."""
        for folder in _FOLDERS:
            before: int | None = None
            while True:
                as_of = await accounts.revision(self._database, account.account_id)
                page = await self._page(account, folder, before)
                for thread in page.threads:
                    if await self._is_changed(account, thread):
                        await self._record(account, [await self._read(account, thread)], reached, as_of)
                        await asyncio.sleep(self._pause_between_reads)
                if not page.threads or page.next_before in (None, before):
                    break
                before = page.next_before
        async with self._database.transaction() as tx:
            done = msgspec.structs.replace(reached, listed_at=self._clock.now())
            await sales.put_position(tx, account.account_id, done)

    async def _page(self, account: Account, folder: str, before: int | None) -> SalesPage:
        async with self._accounts.calling(account) as client:
            try:
                return await client.sales.threads(folder, before)
            except NoSeat as error:
                await self._seats.lost(account, error)
                raise SeatRequired("This account has no Sales Navigator seat any more.") from error

    async def _read(self, account: Account, thread: SalesThread) -> SalesThread:
        """The thread with all of its messages."""
        if len(thread.messages) >= thread.message_count:
            return thread
        async with self._accounts.calling(account) as client:
            return await client.sales.thread(thread.conversation.thread_id, thread.message_count)

    async def _is_changed(self, account: Account, thread: SalesThread) -> bool:
        shown = thread.conversation
        stored = await conversations.by_id(self._database, account.account_id, shown.thread_id)
        return stored is None or _differs(stored, shown)

    async def _record(
        self, account: Account, threads: Iterable[SalesThread], reached: SalesPosition, as_of: int
    ) -> None:
        listed = [await identified(self._database, account, thread) for thread in threads]
        async with self._database.transaction() as tx:
            if await _is_sending(tx, account):
                # What was read may hold its message, which carries no token: the next reading knows it.
                return
            recorded = await self._recorder.record(
                tx,
                account,
                Telling.BACKFILLED,
                conversations_shown=[one.conversation for one in listed],
                messages_shown=[message for one in listed for message in one.messages],
                as_of=as_of,
                baseline_at=reached.baseline_at,
            )
            for one in listed:
                history = History(one.messages[-1].delivered_at, complete=True)
                await conversations.set_history(tx, account.account_id, one.conversation.thread_id, history)
            if not recorded.passed_over:
                await sales.put_position(tx, account.account_id, reached)
        self._metrics.recorded.labels(telling=Telling.BACKFILLED.value).inc(recorded.new_messages)


async def _is_sending(reader: Reader, account: Account) -> bool:
    """Whether a send through Sales Navigator is on its way."""
    leaving = await sends.in_state(reader, account.account_id, SendState.SENDING)
    return any(send.channel is Channel.SALES_NAVIGATOR for send in leaving)


def _differs(stored: ConversationSummary, shown: Conversation) -> bool:
    last = shown.last_message
    edited = (
        last is not None
        and stored.last_message_id == last.message_id
        and (stored.last_text != last.shown_text)
    )
    return (
        edited
        or stored.last_activity_at < shown.last_activity_at
        or stored.unread_count != shown.unread_count
        or stored.categories != shown.categories
    )
