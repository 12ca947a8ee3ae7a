"""The line of one kind of due work: what of it runs, and what is known of the rest.

The rows are the truth, and most of them are in the table alone. In memory are, at most, AT_ONCE keys that
run, as many that come next, and the time at which the soonest later one is due:

    a row ─(a wake, or a look into the table)─▶ ready ─(a place is free)─▶ running ─▶ done | later | again

A key runs once at a time, and every run reads its row first: one begun for nothing does no harm. What must
not be is a row that is due and of which nobody knows, so what cannot begin at once leaves the line `unread`.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

import structlog

from threadline.engine.backoff import Backoff
from threadline.engine.failures import Failures
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import Handler
from threadline.engine.retrying import Retrying
from threadline.engine.tasks import is_to_end
from threadline.model.clock import SECOND, Clock
from threadline.model.randomness import Randomness
from threadline.store import due
from threadline.store.database import Database, Wake
from threadline.store.due import DueWork

_log = structlog.get_logger(__name__)

AT_ONCE = 128
"""Keys of one kind that run at once. Work mostly waits for LinkedIn, seconds at a time, so that with few
places slow accounts would hold up the others; but when all of it turns to the database together, a caller
waits behind it with a transaction of its own, and 128 commits take about a tenth of a second."""

_FAILURES_KEPT = 10_000
_BACKOFF = Backoff(first=1 * SECOND, longest=60 * SECOND)


class Line:
    """The due work of one kind in this process."""

    def __init__(
        self,
        kind: str,
        handler: Handler,
        *,
        database: Database,
        clock: Clock,
        randomness: Randomness,
        metrics: EngineMetrics,
        retrying: Retrying,
        changed: Callable[[], None],
    ) -> None:
        """changed: called when there may be a reason to look."""
        self._kind = kind
        self._handler = handler
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._retrying = retrying
        self._changed = changed
        self._running: dict[str, asyncio.Task[int | None]] = {}
        self._woken_again: set[str] = set()
        self._ready: deque[str] = deque()
        self._unread = True
        self._later: int | None = None
        self._failures = Failures(_FAILURES_KEPT)
        self._stopped = False

    def woken(self, wake: Wake) -> None:
        """Work was stored; what is due now and has a place begins at once."""
        if wake.at > self._clock.now():
            self._expect(wake.at)
        elif wake.key in self._running:
            self._woken_again.add(wake.key)
        elif self._is_full:
            self._unread = True
        else:
            self._begin(wake.key)
        self._changed()

    def doubt(self) -> None:
        """The table may hold what nobody told of."""
        self._unread = True

    def look_at(self) -> int | None:
        """When to look into the table, epoch milliseconds; None while nothing gives a reason to."""
        if self._is_full:
            return None
        return 0 if self._unread else self._later

    async def look(self) -> None:
        """Read what is due, begin what has a place, and learn what is due later."""
        now = self._clock.now()
        # Forgotten before the reading and not after it, so that what is told meanwhile is not forgotten.
        self._unread, self._later = False, None
        # As many rows as there are running keys to pass over, and as many again as there are places.
        count = len(self._running) + AT_ONCE
        try:
            works = await due.soonest(self._database, self._kind, now, count)
        except BaseException:
            self._unread = True
            raise
        keys = [work.key for work in works if work.due_at <= now]
        self._ready.extend(key for key in keys if key not in self._running)
        if len(keys) == count:
            self._unread = True
        for work in works[len(keys) :]:
            self._expect(work.due_at)
        self._fill()

    def stop(self) -> "list[asyncio.Task[int | None]]":
        """Begin nothing any more; what still runs, for the caller to end."""
        self._stopped = True
        return list(self._running.values())

    @property
    def _is_full(self) -> bool:
        return len(self._running) >= AT_ONCE

    def _expect(self, at: int) -> None:
        self._later = at if self._later is None else min(self._later, at)

    def _fill(self) -> None:
        while self._ready and not self._is_full:
            self._begin(self._ready.popleft())

    def _begin(self, key: str) -> None:
        task = asyncio.create_task(self._work(key), name=f"{self._kind}:{key}")
        self._running[key] = task
        task.add_done_callback(partial(self._ended, key))

    def _ended(self, key: str, task: "asyncio.Task[int | None]") -> None:
        del self._running[key]
        woken_again = key in self._woken_again
        self._woken_again.discard(key)
        if self._stopped:
            return
        if task.cancelled():
            self._unread = True
        elif (next_at := task.result()) is not None:
            self._expect(next_at)
        if woken_again and (self._ready or self._unread):
            # Others are due too: its row gives it its turn among them.
            self._unread = True
        elif woken_again:
            self._begin(key)
        self._fill()
        self._changed()

    async def _work(self, key: str) -> int | None:
        """Do what is due on `key`; when more is due on it, None when that is not known or not the case."""
        work = await self._retrying.until_done(
            f"read {self._kind}", partial(due.one, self._database, self._kind, key)
        )
        if work is None:
            return None
        if work.due_at > self._clock.now():
            return work.due_at
        next_at = await self._handle(work)
        if await self._retrying.until_done(f"settle {self._kind}", partial(self._settle, work, next_at)):
            return next_at
        self._woken_again.add(key)
        return None

    async def _handle(self, work: DueWork) -> int | None:
        try:
            next_at = await self._handler(work.key)
        except (Exception, asyncio.CancelledError) as error:
            # The outermost loop of due work: its row stays, and it is tried again after a pause.
            if is_to_end(error):
                raise
            pause = _BACKOFF.pause(self._failures.add(work.key), self._randomness)
            next_at = self._clock.now() + pause
            self._metrics.work.labels(kind=self._kind, outcome="failed").inc()
            _log.exception("due work failed", kind=self._kind, key=work.key, next_at=next_at)
        else:
            self._failures.forget(work.key)
            self._metrics.work.labels(kind=self._kind, outcome="done").inc()
        return next_at

    async def _settle(self, work: DueWork, next_at: int | None) -> bool:
        async with self._database.transaction() as tx:
            if next_at is None:
                return await due.done(tx, work)
            return await due.postpone(tx, work, next_at)
