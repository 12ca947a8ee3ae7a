"""Telling those who wait for a send that its row has changed.

Only a hint: whoever waits reads the row, which is the truth, when told and when its time is over.
"""

import asyncio
from collections import defaultdict


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

    async def wait(self, send_id: str, seconds: float) -> None:
        """Until the row of a send changes, or `seconds` are over."""
        event = asyncio.Event()
        self._waiting[send_id].add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._waiting[send_id].discard(event)
            if not self._waiting[send_id]:
                del self._waiting[send_id]
