"""Duties: what one holder a key does for as long as the key is wanted."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from threadline.engine.backoff import Backoff
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import DutyHolder, DutyKeys
from threadline.engine.retrying import Retrying
from threadline.engine.tasks import end, is_to_end
from threadline.model.clock import SECOND, Clock
from threadline.model.randomness import Randomness

_log = structlog.get_logger(__name__)

_BACKOFF = Backoff(first=1 * SECOND, longest=60 * SECOND)


class Duties:
    """Holds duties in this process."""

    def __init__(
        self, clock: Clock, randomness: Randomness, metrics: EngineMetrics, retrying: Retrying
    ) -> None:
        """Nothing is held before `start`."""
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._retrying = retrying
        self._duties: dict[str, tuple[DutyKeys, DutyHolder]] = {}
        self._held: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._reconsidering: dict[str, asyncio.Lock] = {}
        self._to_reconsider: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False

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

    def start(self) -> None:
        """Take every duty up."""
        self._started = True
        for duty in self._duties:
            self.reconsider(duty)

    def stop(self) -> "list[asyncio.Task[None]]":
        """Take nothing up any more; what is still held, for the caller to end."""
        self._started = False
        return [*self._tasks, *self._held.values()]

    async def _reconsider(self, duty: str) -> None:
        keys, holder = self._duties[duty]
        async with self._reconsidering[duty]:
            self._to_reconsider.discard(duty)
            wanted = set(await self._retrying.until_done(f"keys of {duty}", keys))
            held = {key for name, key in self._held if name == duty}
            await end([self._held[duty, key] for key in held - wanted])
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
            except (Exception, asyncio.CancelledError) as error:
                # The outermost loop of a duty: it never dies silently, and never spins.
                if is_to_end(error):
                    raise
                failures = 1 if self._clock.now() - begun > _BACKOFF.longest else failures + 1
                self._metrics.work.labels(kind=duty, outcome="failed").inc()
                _log.exception("a duty broke and is taken up again", duty=duty, key=key, failures=failures)
            await asyncio.sleep(_BACKOFF.pause(failures, self._randomness) / SECOND)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
