"""The engine's own steps on the database, tried until they work.

A server that restarts or a locked file must not end the engine, nor may it forget what it was about to store.
Whoever retries keeps its place meanwhile, so that an outage lets no more work begin than is running anyway.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from threadline.engine.backoff import Backoff
from threadline.engine.tasks import is_to_end
from threadline.model.clock import SECOND
from threadline.model.randomness import Randomness

_log = structlog.get_logger(__name__)

_Answer = TypeVar("_Answer")

_BACKOFF = Backoff(first=50, longest=3 * SECOND)


class Retrying:
    """Tries again what fails, with growing pauses of at most three seconds."""

    def __init__(self, randomness: Randomness) -> None:
        """Draw the pauses from `randomness`."""
        self._randomness = randomness
        self._failing = 0

    async def until_done(self, step: str, work: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """The answer of `work`, which may run more than once; only the end of the task ends the trying.

        step: what `work` does, for the log.
        """
        failures = 0
        try:
            while True:
                try:
                    return await work()
                except (Exception, asyncio.CancelledError) as error:
                    # The outermost loop of every step of the engine itself.
                    if is_to_end(error):
                        raise
                    failures += 1
                    self._failing += failures == 1
                    pause = _BACKOFF.pause(failures, self._randomness)
                    _log.warning(
                        "a step of the engine failed and is tried again",
                        step=step,
                        failures=failures,
                        pause_ms=pause,
                        error=repr(error),
                        # An outage meets every step at once, and one traceback tells it.
                        exc_info=failures == self._failing == 1,
                    )
                await asyncio.sleep(pause / SECOND)
        finally:
            self._failing -= failures > 0
