"""Telling those who wait for a send that its row has changed.

Only a hint: whoever waits reads the row, which is the truth, when told and when its time is over.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Outcomes:
    """Wakes the tasks of this process that wait for a send."""

    def __init__(self) -> None:
        """With nobody waiting."""
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.released = False
        """Whether nobody waits any more, because the process stops."""

    def release(self) -> None:
        """Let everybody go who waits, now and from now on."""
        self.released = True
        for events in self._waiting.values():
            for event in events:
                event.set()

    def settled(self, send_id: str) -> None:
        """The row of a send has changed."""
        for event in self._waiting.get(send_id, ()):
            event.set()

    @contextmanager
    def heard(self, send_id: str) -> "Iterator[Hearing]":
        """Hear of every change of a send's row from now on; to be begun before the row is read."""
        event = asyncio.Event()
        if self.released:
            event.set()
        self._waiting[send_id].add(event)
        try:
            yield Hearing(event)
        finally:
            self._waiting[send_id].discard(event)
            if not self._waiting[send_id]:
                del self._waiting[send_id]


class Hearing:
    """What one task hears of a send."""

    def __init__(self, event: asyncio.Event) -> None:
        """event: set at every change."""
        self._event = event

    async def wait(self, seconds: float) -> None:
        """Until the row has changed since the last time, or `seconds` are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        self._event.clear()
