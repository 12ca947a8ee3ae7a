"""Syncing: one task an account that proves the session, follows the stream, and catches up after every gap.

connecting ──▶ backfilling ──▶ connected
    ▲              │               │
    └── trouble ◀──┴───────────────┘   and a full stop at what LinkedIn's answer means (`Accounts.met`)
"""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import msgspec
import structlog

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError
from threadline.linkedin.realtime import (
    ConversationChanged,
    ConversationDeleted,
    MessageArrived,
    RealtimeEvent,
    StreamLost,
    StreamOpened,
)
from threadline.model.accounts import STOPPED, Account, AccountState
from threadline.model.clock import SECOND, Clock
from threadline.model.conversations import Conversation, opened_conversation
from threadline.model.errors import Refused, ThreadlineError
from threadline.model.events import EventType
from threadline.model.messages import Message
from threadline.model.randomness import Randomness
from threadline.services.accounts import Accounts
from threadline.services.backfilling import CATEGORIES, Backfilling
from threadline.services.journal import Journal
from threadline.services.metrics import ServiceMetrics
from threadline.services.outbox import wake_waiting
from threadline.services.outcomes import Outcomes
from threadline.services.recording import Recorder, Telling
from threadline.store import accounts, conversations, events, messages, positions
from threadline.store.database import Database

_log = structlog.get_logger(__name__)

FOLLOW = "follow"
"""The duty of following an account; its key is the account's id."""

_FIRST_PAUSE = 2 * SECOND
_LONGEST_PAUSE = 300 * SECOND
_TOLD_AT_ONCE = 100


class Syncing:
    """Keeps the store equal to LinkedIn, account by account."""

    def __init__(
        self,
        database: Database,
        accounts_service: Accounts,
        recorder: Recorder,
        backfilling: Backfilling,
        journal: Journal,
        outcomes: Outcomes,
        clock: Clock,
        randomness: Randomness,
        metrics: ServiceMetrics,
        *,
        pause_between_reads: float,
    ) -> None:
        """pause_between_reads: seconds between two calls of the background backfill."""
        self._database = database
        self._accounts = accounts_service
        self._recorder = recorder
        self._backfilling = backfilling
        self._journal = journal
        self._outcomes = outcomes
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._pause_between_reads = pause_between_reads
        self._resting: dict[str, asyncio.Event] = {}

    async def accounts_to_follow(self) -> list[str]:
        """The accounts that somebody must follow: all but those that are stopped."""
        return [
            one.account_id
            for one in await self._accounts.every()
            if one.state not in STOPPED or self._accounts.cooled_down(one)
        ]

    async def follow(self, account_id: str) -> None:
        """Follow an account until it is stopped; what goes wrong on the way is tried again."""
        failures = 0
        while True:
            account = await self._accounts.get(account_id)
            if account.state in STOPPED and not self._accounts.cooled_down(account):
                return
            await self._accounts.enter(account, AccountState.CONNECTING)
            begun = self._clock.now()
            try:
                await self._follow(account)
            except ThreadlineError as error:
                failures = 1 if self._clock.now() - begun > _LONGEST_PAUSE else failures + 1
                await self._accounts.enter(account, AccountState.TROUBLE, error.message)
                _log.warning("following failed", account=account_id, reason=error.message, failures=failures)
                await self._rest(account_id, self._pause(failures))

    def changed(self, account_id: str) -> None:
        """An account was linked or changed its state: what rests on it is tried at once."""
        if account_id in self._resting:
            self._resting[account_id].set()

    async def _rest(self, account_id: str, milliseconds: int) -> None:
        self._resting[account_id] = asyncio.Event()
        try:
            async with asyncio.timeout(milliseconds / SECOND):
                await self._resting[account_id].wait()
        except TimeoutError:
            return
        finally:
            del self._resting[account_id]

    async def _follow(self, account: Account) -> None:
        await self._accounts.prove(account)
        account = await self._accounts.get(account.account_id)
        opened = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._follow_stream(account, opened))
                tasks.create_task(self._backfill(account, opened))
        except BaseExceptionGroup as group:
            met, others = group.split(ThreadlineError)
            if met is None or others is not None:
                raise
            raise _first(met) from group

    async def _follow_stream(self, account: Account, opened: asyncio.Event) -> None:
        client = await self._accounts.client(account)
        try:
            async with aclosing(client.realtime.follow()) as stream:
                async for event in stream:
                    if isinstance(event, StreamOpened):
                        await self.catch_up(account)
                        opened.set()
                        await self._well(account)
                    elif isinstance(event, StreamLost):
                        await self._accounts.enter(account, AccountState.TROUBLE, event.error)
                    else:
                        await self._take(account, client, event)
        except LinkedInError as error:
            await self._accounts.met(account, error)
            raise self._accounts.translated(error) from error

    async def _well(self, account: Account) -> None:
        current = await self._accounts.get(account.account_id)
        well = AccountState.CONNECTED if current.caught_up_at is not None else AccountState.BACKFILLING
        await self._accounts.enter(current, well)
        async with self._database.transaction() as tx:
            await wake_waiting(tx, account.account_id, self._clock.now())

    async def _take(self, account: Account, client: AccountClient, event: RealtimeEvent) -> None:
        if isinstance(event, MessageArrived):
            shown = [event.conversation] if event.conversation else []
            if not shown and not await self._knows(account, event.message.thread_id):
                shown = await self._shown(account, client, event.message)
            await self._record(account, Telling.LIVE, shown, [event.message])
        elif isinstance(event, ConversationChanged):
            await self._record(account, Telling.LIVE, [event.conversation], [])
        elif isinstance(event, ConversationDeleted):
            await self._remove(account, [event.thread_id])

    async def _shown(self, account: Account, client: AccountClient, message: Message) -> list[Conversation]:
        """The conversation of a message that came alone; as far as it is known where LinkedIn hides it."""
        shown = await client.inbox.by_ids([message.thread_id])
        owner_id = account.profile_id or ""
        return shown or [
            opened_conversation(message.thread_id, owner_id, [message.sender], message.delivered_at)
        ]

    async def catch_up(self, account: Account) -> None:
        """Store and tell everything that changed since the last time, in order.

        Raises what `Accounts.calling` raises.
        """
        position = await positions.of(self._database, account.account_id)
        if position.baseline_at is None:
            await self._begin(account)
            return
        reach = position.followed_until or position.baseline_at
        changed: dict[str, Conversation] = {}
        deleted: list[str] = []
        token = position.sync_token
        while True:
            async with self._accounts.calling(account) as client:
                sync = await (client.inbox.since(token) if token else client.inbox.newest())
            changed.update((one.thread_id, one) for one in sync.conversations)
            deleted.extend(sync.deleted_thread_ids)
            moved = sync.sync_token is not None and sync.sync_token != token
            token = sync.sync_token or token
            if sync.clear_cache:
                changed.update(await self._read_again(account, reach))
            if not (sync.conversations or sync.deleted_thread_ids) or not moved:
                break
        await self._tell_missed(account, list(changed.values()), reach)
        await self._remove(account, deleted)
        newest = max((one.last_activity_at for one in changed.values()), default=reach)
        if (token, newest) != (position.sync_token, position.followed_until):
            async with self._database.transaction() as tx:
                await positions.followed(
                    tx, account.account_id, sync_token=token, followed_until=max(newest, reach)
                )

    async def _begin(self, account: Account) -> None:
        async with self._accounts.calling(account) as client:
            sync = await client.inbox.newest()
        baseline = max((one.last_activity_at for one in sync.conversations), default=0)
        await self._backfilling.begin(account, sync_token=sync.sync_token, baseline_at=baseline)
        await self._record(account, Telling.BACKFILLED, sync.conversations, [])

    async def _read_again(self, account: Account, since: int) -> dict[str, Conversation]:
        """The conversations active since `since`, where LinkedIn forgot our token."""
        found: dict[str, Conversation] = {}
        for category in CATEGORIES:
            cursor: str | None = None
            while True:
                async with self._accounts.calling(account) as client:
                    page = await client.inbox.page(category, cursor=cursor)
                found.update((one.thread_id, one) for one in page.conversations)
                cursor = page.next_cursor
                oldest = min((one.last_activity_at for one in page.conversations), default=0)
                if cursor is None or oldest < since:
                    break
        return found

    async def _tell_missed(self, account: Account, changed: Sequence[Conversation], reach: int) -> None:
        missed: dict[str, Message] = {}
        for conversation in changed:
            for message in await self._missed_in(account, conversation, reach):
                missed[message.message_id] = message
        # The last messages are told in their turn with the others, so that the order is that of LinkedIn.
        listed = [msgspec.structs.replace(one, last_message=None) for one in changed]
        await self._record(account, Telling.BACKFILLED, listed, [])
        in_order = sorted(missed.values(), key=lambda one: (one.delivered_at, one.message_id))
        for start in range(0, len(in_order), _TOLD_AT_ONCE):
            some = in_order[start : start + _TOLD_AT_ONCE]
            await self._record(account, Telling.BACKFILLED, [], some)

    async def _missed_in(self, account: Account, conversation: Conversation, reach: int) -> list[Message]:
        """The messages of a changed conversation back to `reach`, as far as any can be missing.

        An own message may have been stored from the answer to its send while earlier ones were missed, so
        only a known message of somebody else proves that those before it are known.
        """
        last = conversation.last_message
        if last is None:
            return []
        if not last.from_me and await messages.known(self._database, account.account_id, [last.message_id]):
            return [last]
        found: list[Message] = [last]
        async with self._accounts.calling(account) as client:
            # A millisecond later, so that none of the same moment is missed.
            page = await client.messages.before(conversation.thread_id, last.delivered_at + 1)
            while page.messages:
                found.extend(page.messages)
                if page.previous_cursor is None or page.messages[-1].delivered_at < reach:
                    break
                page = await client.messages.earlier(conversation.thread_id, page.previous_cursor)
        return [message for message in found if message.delivered_at >= reach]

    async def _backfill(self, account: Account, opened: asyncio.Event) -> None:
        await opened.wait()
        listing = True
        while listing:
            listing = await self._backfilling.list_further(account)
            await asyncio.sleep(self._pause_between_reads)
        refused: set[str] = set()
        while thread_id := await self._next_unread_past(account, refused):
            try:
                await self._backfilling.read_thread_further(account, thread_id)
            except Refused as error:
                # One conversation that LinkedIn will not show must not keep back the others.
                refused.add(thread_id)
                _log.warning("conversation refused", account=account.account_id, reason=error.message)
            await asyncio.sleep(self._pause_between_reads)
        current = await self._accounts.get(account.account_id)
        if current.caught_up_at is not None:
            return
        listed, _ = await conversations.counts(self._database, account.account_id)
        async with self._database.transaction() as tx:
            await accounts.set_caught_up(tx, account.account_id, self._clock.now())
            await events.append(
                tx,
                [self._journal.event(account, EventType.ACCOUNT_CAUGHT_UP, {"conversations": listed})],
            )
        if current.state is AccountState.BACKFILLING:
            await self._accounts.enter(current, AccountState.CONNECTED)

    async def _next_unread_past(self, account: Account, refused: set[str]) -> str | None:
        waiting = await self._backfilling.unread_past(account, 1 + len(refused))
        return next((thread_id for thread_id in waiting if thread_id not in refused), None)

    async def _record(
        self,
        account: Account,
        telling: Telling,
        shown: Sequence[Conversation],
        found: Sequence[Message],
    ) -> None:
        async with self._database.transaction() as tx:
            recorded = await self._recorder.record(
                tx,
                account,
                telling,
                conversations_shown=shown,
                messages_shown=found,
            )
        self._metrics.recorded.labels(telling=telling.value).inc(recorded.new_messages)
        for send_id in recorded.settled_sends:
            self._outcomes.settled(send_id)

    async def _remove(self, account: Account, thread_ids: Sequence[str]) -> None:
        if thread_ids:
            async with self._database.transaction() as tx:
                for thread_id in thread_ids:
                    await conversations.remove(tx, account.account_id, thread_id)

    async def _knows(self, account: Account, thread_id: str) -> bool:
        return await conversations.by_id(self._database, account.account_id, thread_id) is not None

    def _pause(self, failures: int) -> int:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures - 1, 10))
        return int(longest * (0.5 + 0.5 * self._randomness.fraction()))


def _first(group: BaseExceptionGroup[ThreadlineError]) -> ThreadlineError:
    for error in group.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    raise AssertionError("an exception group is never empty")
