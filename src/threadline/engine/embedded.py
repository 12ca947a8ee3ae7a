"""The engine inside this process: woken at once by commits, and by one timer for what is due later."""

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import structlog

from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import DutyHolder, DutyKeys, Handler
from threadline.model.clock import SECOND, Clock
from threadline.model.randomness import Randomness
from threadline.store import due
from threadline.store.database import Database, Wake

_log = structlog.get_logger(__name__)

_FIRST_PAUSE = 1 * SECOND
_LONGEST_PAUSE = 60 * SECOND
_CANCEL_AGAIN = 0.5
"""Seconds after which a task that was cancelled and goes on is cancelled once more."""

_Key = tuple[str, str]


class EmbeddedEngine:
    """The `Engine` port in one process over one database."""

    def __init__(
        self, database: Database, clock: Clock, randomness: Randomness, metrics: EngineMetrics
    ) -> None:
        """Run what `database` says is due."""
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._handlers: dict[str, Handler] = {}
        self._duties: dict[str, tuple[DutyKeys, DutyHolder]] = {}
        self._agenda: list[tuple[int, _Key]] = []
        self._running: dict[_Key, asyncio.Task[None]] = {}
        self._woken_again: set[_Key] = set()
        self._failures: dict[_Key, int] = {}
        self._held: dict[_Key, asyncio.Task[None]] = {}
        self._reconsidering: dict[str, asyncio.Lock] = {}
        self._to_reconsider: set[str] = set()
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False
        database.listen(self._woken)

    def handle(self, kind: str, handler: Handler) -> None:
        """Run `handler` when work of `kind` is due."""
        self._handlers[kind] = handler

    def hold(self, duty: str, keys: DutyKeys, holder: DutyHolder) -> None:
        """Hold `duty` on each of `keys`."""
        self._duties[duty] = (keys, holder)
        self._reconsidering[duty] = asyncio.Lock()

    def reconsider(self, duty: str) -> None:
        """Ask for the keys of a duty again."""
        if self._started and duty not in self._to_reconsider:
            # One that has not asked yet sees whatever has changed until it does.
            self._to_reconsider.add(duty)
            self._spawn(self._reconsider(duty))

    async def start(self) -> None:
        """Begin, with whatever the database says is due."""
        self._started = True
        for work in await due.every(self._database):
            heapq.heappush(self._agenda, (work.due_at, (work.kind, work.key)))
        self._spawn(self._watch())
        for duty in self._duties:
            self._spawn(self._reconsider(duty))

    async def stop(self) -> None:
        """Cancel what runs and wait until it has ended."""
        self._started = False
        await _end([*self._tasks, *self._running.values(), *self._held.values()])

    def _woken(self, wake: Wake) -> None:
        if self._started and wake.kind in self._handlers:
            heapq.heappush(self._agenda, (wake.at, (wake.kind, wake.key)))
            self._changed.set()

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            now = self._clock.now()
            while self._agenda and self._agenda[0][0] <= now:
                _, key = heapq.heappop(self._agenda)
                self._begin(key)
            timeout = (self._agenda[0][0] - now) / SECOND if self._agenda else None
            try:
                async with asyncio.timeout(timeout):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _begin(self, key: _Key) -> None:
        if key in self._running:
            self._woken_again.add(key)
        elif key[0] in self._handlers:
            task = asyncio.create_task(self._work(key), name=f"{key[0]}:{key[1]}")
            self._running[key] = task
            task.add_done_callback(lambda _: self._ended(key))

    def _ended(self, key: _Key) -> None:
        del self._running[key]
        if key in self._woken_again and self._started:
            self._woken_again.discard(key)
            self._begin(key)

    async def _work(self, key: _Key) -> None:
        kind, work_key = key
        work = await due.one(self._database, kind, work_key)
        if work is None:
            return
        if work.due_at > self._clock.now():
            self._again_at(key, work.due_at)
            return
        try:
            next_at = await self._handlers[kind](work_key)
            self._failures.pop(key, None)
            self._metrics.work.labels(kind=kind, outcome="done").inc()
        except Exception:  # noqa: BLE001
            # The outermost loop of due work: its row stays, and it is tried again after a pause.
            failures = self._failures[key] = self._failures.get(key, 0) + 1
            next_at = self._clock.now() + self._pause(failures)
            self._metrics.work.labels(kind=kind, outcome="failed").inc()
            _log.exception("due work failed", kind=kind, key=work_key, next_at=next_at)
        async with self._database.transaction() as tx:
            if next_at is None:
                settled = await due.done(tx, work)
            else:
                settled = await due.postpone(tx, work, next_at)
        if not settled:
            self._woken_again.add(key)
        elif next_at is not None:
            self._again_at(key, next_at)

    def _again_at(self, key: _Key, at: int) -> None:
        heapq.heappush(self._agenda, (at, key))
        self._changed.set()

    async def _reconsider(self, duty: str) -> None:
        keys, holder = self._duties[duty]
        async with self._reconsidering[duty]:
            self._to_reconsider.discard(duty)
            wanted = set(await keys())
            held = {key for name, key in self._held if name == duty}
            await _end([self._held[duty, key] for key in held - wanted])
            for key in wanted - held:
                self._start_holding(duty, key, holder)

    def _start_holding(self, duty: str, key: str, holder: DutyHolder) -> None:
        task = asyncio.create_task(self._hold(duty, key, holder), name=f"{duty}:{key}")
        self._held[duty, key] = task
        task.add_done_callback(lambda _: self._held.pop((duty, key), None))

    async def _hold(self, duty: str, key: str, holder: DutyHolder) -> None:
        failures = 0
        while True:
            begun = self._clock.now()
            try:
                await holder(key)
                return
            except Exception:  # noqa: BLE001
                # The outermost loop of a duty: it never dies silently, and never spins.
                failures = 1 if self._clock.now() - begun > _LONGEST_PAUSE else failures + 1
                self._metrics.work.labels(kind=duty, outcome="failed").inc()
                _log.exception("a duty broke and is taken up again", duty=duty, key=key, failures=failures)
            await asyncio.sleep(self._pause(failures) / SECOND)

    def _pause(self, failures: int) -> int:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures - 1, 10))
        return int(longest * (0.5 + 0.5 * self._randomness.fraction()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        forget: Callable[[asyncio.Task[None]], None] = self._tasks.discard
        task.add_done_callback(forget)


async def _end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until all of them have ended.

    Again and again, as a task can miss a cancellation that meets an error of its own, and go on; whoever
    waited for it would wait for ever.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        ended, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN)
        # What they failed with is asked for here, as nobody else will.
        await asyncio.gather(*ended, return_exceptions=True)
