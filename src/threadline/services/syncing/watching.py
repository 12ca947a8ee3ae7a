"""Watching one account's stream: whether it stands, and when to look for what it did not tell."""

import asyncio

from threadline.linkedin.pause import Pause
from threadline.model.clock import SECOND, Clock


class Watch:
    """What is known of the stream of one account while it is followed."""

    def __init__(self, clock: Clock, pause: Pause = asyncio.sleep) -> None:
        """The stream does not stand yet; pause: how it waits after a hint."""
        self._clock = clock
        self._pause = pause
        self._stands = asyncio.Event()
        self._hint = asyncio.Event()
        self._told_at = 0

    def opened(self) -> None:
        """The stream stands, and everything before it is told."""
        self._stands.set()

    def lost(self) -> None:
        """The stream is gone; when it stands again, everything before it is told."""
        self._stands.clear()
        self._hint.clear()

    def told(self) -> None:
        """The stream told a change."""
        self._told_at = self._clock.now()

    def hinted(self) -> None:
        """The stream said that something changed, and not what."""
        self._hint.set()

    async def standing(self) -> None:
        """Wait until the stream stands."""
        await self._stands.wait()

    async def due(self, pause: float, patience: float) -> None:
        """Wait until LinkedIn is to be asked: `pause` seconds, or until a hint stays unexplained.

        patience: seconds before and after a hint in which a change that the stream tells explains it. So
        hints cost at most one look in that time, and none while the stream tells what they mean. A stream
        that does not stand is not looked behind: what was missed is read when it stands again.
        """
        try:
            async with asyncio.timeout(pause):
                while not await self._unexplained(patience):
                    pass
        except TimeoutError:
            pass
        await self._stands.wait()

    async def _unexplained(self, patience: float) -> bool:
        await self._hint.wait()
        self._hint.clear()
        hinted_at = self._clock.now()
        await self._pause(patience)
        return self._told_at < hinted_at - patience * SECOND
