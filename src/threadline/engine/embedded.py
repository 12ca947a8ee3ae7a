"""The engine inside this process: woken at once by commits, and by one timer for what is due later.

One loop looks into the table: at the time at which something is due, and every so often, as a commit may go
by without a word of it (one of another process, or one whose answer was lost with the connection).
"""

import asyncio
from contextlib import suppress
from typing import Any

from threadline.engine.duties import Duties
from threadline.engine.line import Line
from threadline.engine.metrics import EngineMetrics
from threadline.engine.port import DutyHolder, DutyKeys, Handler
from threadline.engine.retrying import Retrying
from threadline.engine.tasks import end
from threadline.model.clock import SECOND, Clock
from threadline.model.randomness import Randomness
from threadline.store.database import Database, Wake

_POLL_SECONDS = {"postgresql": 1.0, "sqlite": 60.0}
"""Seconds after which the table is looked at unasked. Other processes write to PostgreSQL and none to SQLite,
where it is for what nobody thinks of, such as a machine that slept."""


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
        self._retrying = Retrying(randomness)
        self._lines: dict[str, Line] = {}
        self._duties = Duties(clock, randomness, metrics, self._retrying)
        self._poll_seconds = _POLL_SECONDS[database.name]
        self._poll_at = 0.0
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        database.listen(self._woken)

    def handle(self, kind: str, handler: Handler) -> None:
        """Run `handler` when work of `kind` is due."""
        self._lines[kind] = Line(
            kind,
            handler,
            database=self._database,
            clock=self._clock,
            randomness=self._randomness,
            metrics=self._metrics,
            retrying=self._retrying,
            changed=self._changed.set,
        )

    def hold(self, duty: str, keys: DutyKeys, holder: DutyHolder) -> None:
        """Hold `duty` on each of `keys`."""
        self._duties.hold(duty, keys, holder)

    def reconsider(self, duty: str) -> None:
        """Ask for the keys of a duty again."""
        self._duties.reconsider(duty)

    async def start(self) -> None:
        """Begin, with whatever the database says is due."""
        self._watching = asyncio.create_task(self._watch(), name="due work")
        self._duties.start()

    async def stop(self) -> None:
        """Cancel what runs and wait until it has ended."""
        tasks: list[asyncio.Task[Any]] = self._duties.stop()
        if self._watching is not None:
            tasks.append(self._watching)
            self._watching = None
        for line in self._lines.values():
            tasks.extend(line.stop())
        await end(tasks)

    def _woken(self, wake: Wake) -> None:
        line = self._lines.get(wake.kind)
        if self._watching is not None and line is not None:
            line.woken(wake)

    async def _watch(self) -> None:
        while True:
            self._changed.clear()
            await self._retrying.until_done("look for what is due", self._look)
            await self._rest()

    async def _look(self) -> None:
        """Look into the table for the kinds of work that have a reason to."""
        now = asyncio.get_running_loop().time()
        if now >= self._poll_at:
            self._poll_at = now + self._poll_seconds
            for line in self._lines.values():
                line.doubt()
        for line in tuple(self._lines.values()):
            look_at = line.look_at()
            if look_at is not None and look_at <= self._clock.now():
                await line.look()

    async def _rest(self) -> None:
        """Wait until there may be a reason to look."""
        timeout = self._poll_at - asyncio.get_running_loop().time()
        for line in self._lines.values():
            look_at = line.look_at()
            if look_at is not None:
                timeout = min(timeout, (look_at - self._clock.now()) / SECOND)
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._changed.wait()
