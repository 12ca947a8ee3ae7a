"""The clock that is passed in wherever time matters."""

import time
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> int:
        """The time as epoch milliseconds, UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> int:
        """The time as epoch milliseconds, UTC."""
        return time.time_ns() // 1_000_000


class DrivenClock:
    """A clock that stands still until it is told to move; used by tests and rehearsals."""

    def __init__(self, now: int) -> None:
        """Start at `now`, epoch milliseconds, UTC."""
        self._now = now

    def now(self) -> int:
        """The time as epoch milliseconds, UTC."""
        return self._now

    def advance(self, milliseconds: int) -> None:
        """Move forward by `milliseconds`."""
        self._now += milliseconds
