"""Syncing: one task an account that proves the session, follows the stream, and catches up after every gap.

connecting ──▶ backfilling ──▶ connected
    ▲              │               │
    └── trouble ◀──┴───────────────┘   and a full stop at what LinkedIn's answer means (`Accounts.met`)
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import aclosing
from typing import Any

import structlog

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError
from threadline.linkedin.stream_events import (
    BadgeHint,
    ConversationChanged,
    ConversationDeleted,
    MessageArrived,
    PresenceChanged,
    ReactionChanged,
    RealtimeEvent,
    ReceiptSeen,
    StreamLost,
    StreamOpened,
    TypingSeen,
)
from threadline.model.accounts import STOPPED, Account, AccountState
from threadline.model.clock import SECOND, Clock
from threadline.model.conversations import Conversation, opened_conversation
from threadline.model.errors import Refused, ThreadlineError
from threadline.model.events import EventType
from threadline.model.messages import Message, Receipt
from threadline.model.randomness import Randomness
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.presence import Presences
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sends.outbox import wake_waiting
from threadline.services.sends.outcomes import Outcomes
from threadline.services.syncing.backfilling import Backfilling
from threadline.services.syncing.catching_up import CatchingUp
from threadline.services.syncing.watching import Watch
from threadline.store import accounts, conversations, events, messages
from threadline.store.database import Database

_log = structlog.get_logger(__name__)

FOLLOW = "follow"
"""The duty of following an account; its key is the account's id."""

_FIRST_PAUSE = 2 * SECOND
_LONGEST_PAUSE = 60 * SECOND
_WELL_FOR = 60 * SECOND
"""How long an attempt must have been well for the next pause to be the first one again."""
_HINT_SECONDS = 10
"""How long after a hint the stream may still tell what changed, before LinkedIn is asked."""


class Syncing:
    """Keeps the store equal to LinkedIn, account by account."""

    def __init__(
        self,
        database: Database,
        accounts_service: Accounts,
        recorder: Recorder,
        backfilling: Backfilling,
        catching_up: CatchingUp,
        journal: Journal,
        outcomes: Outcomes,
        presences: Presences,
        clock: Clock,
        randomness: Randomness,
        metrics: ServiceMetrics,
        *,
        pause_between_reads: float,
        check_seconds: float,
    ) -> None:
        """pause_between_reads: seconds between two calls of the background backfill; check_seconds: between
        two looks for what a silent stream hides.
        """
        self._database = database
        self._accounts = accounts_service
        self._recorder = recorder
        self._backfilling = backfilling
        self._catching_up = catching_up
        self._journal = journal
        self._outcomes = outcomes
        self._presences = presences
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._pause_between_reads = pause_between_reads
        self._check_seconds = check_seconds
        self._followed: set[str] = set()
        self._resting: dict[str, asyncio.Event] = {}
        self._well_since: dict[str, int] = {}

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
            self._well_since.pop(account_id, None)
            try:
                await self._follow(account)
            except ThreadlineError as error:
                now = self._clock.now()
                was_well = now - self._well_since.get(account_id, now) >= _WELL_FOR
                failures = 1 if was_well else failures + 1
                await self._accounts.enter(account, AccountState.TROUBLE, error.message)
                _log.warning("following failed", account=account_id, reason=error.message, failures=failures)
                await self._rest(account_id, self._pause(failures))

    async def catch_up(self, account: Account) -> None:
        """Store and tell what the stream did not; raises what `Accounts.calling` raises."""
        await self._catching_up.catch_up(account)

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
        watch = Watch(self._clock)
        await _until_one_fails(
            self._follow_stream(account, watch), self._backfill(account, watch), self._check(account, watch)
        )

    async def _follow_stream(self, account: Account, watch: Watch) -> None:
        client = await self._accounts.client(account)
        self._followed.add(account.account_id)
        try:
            async with aclosing(client.realtime.follow()) as stream:
                async for event in stream:
                    if isinstance(event, StreamOpened):
                        await self.catch_up(account)
                        watch.opened()
                        await self._well(account)
                    elif isinstance(event, StreamLost):
                        watch.lost()
                        await self._accounts.enter(account, AccountState.TROUBLE, event.error)
                    else:
                        await self._take(account, client, event, watch)
        except LinkedInError as error:
            await self._accounts.met(account, error)
            raise self._accounts.translated(error) from error
        finally:
            self._followed.discard(account.account_id)

    def follows(self, account_id: str) -> bool:
        """Whether the stream of the account, by id, is followed now, or being opened again."""
        return account_id in self._followed

    async def _check(self, account: Account, watch: Watch) -> None:
        """Look now and then for what a silent stream hides, and when a hint says that something changed."""
        pause = self._check_seconds * (0.5 + 0.5 * self._randomness.fraction())
        while True:
            await watch.due(pause, _HINT_SECONDS)
            try:
                await self.catch_up(account)
            except ThreadlineError as error:
                current = await self._accounts.get(account.account_id)
                if current.state in STOPPED:
                    raise
                _log.warning("check failed", account=account.account_id, reason=error.message)
            pause = self._check_seconds

    async def _well(self, account: Account) -> None:
        current = await self._accounts.get(account.account_id)
        well = AccountState.CONNECTED if current.caught_up_at is not None else AccountState.BACKFILLING
        await self._accounts.enter(current, well)
        self._well_since.setdefault(account.account_id, self._clock.now())
        async with self._database.transaction() as tx:
            await wake_waiting(tx, account.account_id, self._clock.now())

    async def _take(
        self, account: Account, client: AccountClient, event: RealtimeEvent, watch: Watch
    ) -> None:
        if isinstance(event, BadgeHint):
            watch.hinted()
            return
        if isinstance(event, MessageArrived):
            shown = [event.conversation] if event.conversation else []
            if not shown and not await self._knows(account, event.message.thread_id):
                shown = await self._shown(account, client, event.message)
            await self._record(account, shown, [event.message])
        elif isinstance(event, ConversationChanged):
            await self._record(account, [event.conversation], [])
        elif isinstance(event, ConversationDeleted):
            async with self._database.transaction() as tx:
                await self._recorder.deleted(tx, account, [event.thread_id], Telling.LIVE)
        elif isinstance(event, ReactionChanged):
            async with self._database.transaction() as tx:
                await self._recorder.reacted(
                    tx, account, event.message_id, event.reaction, event.actor_id, event.added, Telling.LIVE
                )
        elif isinstance(event, ReceiptSeen):
            await self._seen(account, event)
        elif isinstance(event, PresenceChanged):
            self._presences.changed(account.account_id, event)
            return
        elif isinstance(event, TypingSeen):
            async with self._database.transaction() as tx:
                await self._recorder.typed(tx, account, event.thread_id, event.person_id)
        else:
            return
        watch.told()

    async def _seen(self, account: Account, event: ReceiptSeen) -> None:
        async with self._database.transaction() as tx:
            thread_id = event.thread_id
            if thread_id is None:
                named = await messages.stored(tx, account.account_id, [event.message_id])
                if event.message_id not in named:
                    return
                thread_id = named[event.message_id].message.thread_id
            seen_at = self._clock.now() if event.seen_at is None else event.seen_at
            receipt = Receipt(person_id=event.seen_by, message_id=event.message_id, seen_at=seen_at)
            await self._recorder.seen(tx, account, thread_id, [receipt], Telling.LIVE)

    async def _shown(self, account: Account, client: AccountClient, message: Message) -> list[Conversation]:
        """The conversation of a message that came alone; as far as it is known where LinkedIn hides it."""
        shown = await client.inbox.by_ids([message.thread_id])
        owner_id = account.profile_id or ""
        return shown or [
            opened_conversation(message.thread_id, owner_id, [message.sender], message.delivered_at)
        ]

    async def _backfill(self, account: Account, watch: Watch) -> None:
        await watch.standing()
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
        self, account: Account, shown: Sequence[Conversation], found: Sequence[Message]
    ) -> None:
        async with self._database.transaction() as tx:
            recorded = await self._recorder.record(
                tx, account, Telling.LIVE, conversations_shown=shown, messages_shown=found
            )
        self._metrics.recorded.labels(telling=Telling.LIVE.value).inc(recorded.new_messages)
        for send_id in recorded.settled_sends:
            self._outcomes.settled(send_id)

    async def _knows(self, account: Account, thread_id: str) -> bool:
        return await conversations.by_id(self._database, account.account_id, thread_id) is not None

    def _pause(self, failures: int) -> int:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures - 1, 10))
        return int(longest * (0.5 + 0.5 * self._randomness.fraction()))


async def _until_one_fails(*parts: Coroutine[Any, Any, None]) -> None:
    """Run the parts side by side until all have ended; what the first fails with ends the others.

    A TaskGroup would let a cancellation that meets a failure get lost in it.
    """
    tasks = [asyncio.create_task(part) for part in parts]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in failed:
        await task
