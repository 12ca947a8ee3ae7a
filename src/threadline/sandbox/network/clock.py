"""The sandbox's own time: the machine's time plus an offset that the admin API can move."""

from __future__ import annotations

import time


class Clock:
    """Sandbox time in epoch milliseconds, with strictly increasing stamps for what is written."""

    def __init__(self, offset_ms: int = 0) -> None:
        self.offset_ms = offset_ms
        self._last_stamp = 0

    def now(self) -> int:
        """The present in epoch milliseconds."""
        return time.time_ns() // 1_000_000 + self.offset_ms

    def latest(self) -> int:
        """The present, or the last stamp where that is later: what is told now never looks older."""
        return max(self.now(), self._last_stamp)

    def stamp(self) -> int:
        """A time for something written now: never the same twice and never earlier than the last one."""
        self._last_stamp = max(self.now(), self._last_stamp + 1)
        return self._last_stamp

    def pass_by(self, stamp: int) -> None:
        """Make later stamps greater than `stamp`, which an earlier run or made history has used."""
        self._last_stamp = max(self._last_stamp, stamp)
