"""Working hours: when in the week an account's queue moves, by the clock on its owner's wall."""

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from threadline.model.clock import DAY, MINUTE, SECOND

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_LONGEST_NAME = 64

# They stand among the zones of many machines, but are another on each, or count leap seconds.
_NOT_ZONES = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})

_DAY_MINUTES = 24 * 60
_THURSDAY = 4


def checked_zone(name: str) -> None:
    """Make sure that `name` is a time zone of the IANA database; raises ValueError when it is not."""
    _zone(name)


class WorkingHours(Struct, frozen=True):
    """The same hours on some days of the week; raises ValueError for those that no week has.

    They are open while the wall clock shows them. When it is put forward over their start they begin at that
    moment; what it shows twice when it is put back is open twice.
    """

    start: int
    """Minutes since the midnight that the day begins with."""
    end: int
    """Minutes, later than `start`; 1440 is the midnight that the day ends with. The end is outside."""
    days: tuple[int, ...]
    """ISO days of the week: Monday is 1, Sunday is 7."""
    zone: str
    """IANA name, such as `Europe/Lisbon`."""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= _DAY_MINUTES:
            raise ValueError("Working hours start before they end, from minute 0 to minute 1440 of a day.")
        if not self.days or not set(self.days) <= set(range(1, 8)):
            raise ValueError("Working hours are on one or more days of the week, from 1 (Monday) to 7.")
        checked_zone(self.zone)

    def next_open(self, at: int) -> int:
        """The first moment from `at` on that lies within the hours; both epoch milliseconds."""
        zone = _zone(self.zone)
        while True:
            offset = _offset(zone, at)
            wait = self._wait(at + offset)
            if wait == 0:
                return at
            opens = at + wait
            if _offset(zone, opens) == offset:
                return opens
            # The wall clock is put to another time before they open: from there it is seen anew.
            at = _change(zone, at, opens)

    def _wait(self, wall: int) -> int:
        """Milliseconds from `wall`, the time on a wall clock, until it shows the hours."""
        day, time = divmod(wall, DAY)
        today = time < self.end * MINUTE
        for ahead in range(0 if today else 1, 8):
            if (day + ahead + _THURSDAY - 1) % 7 + 1 in self.days:
                return max(0, ahead * DAY + self.start * MINUTE - time)
        raise AssertionError("working hours have a day")


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    if len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) and name.partition("/")[0] not in _NOT_ZONES:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            # An unknown name is a KeyError; a folder or another file of the database is one of the others.
            pass
    raise ValueError(
        f"There is no time zone {name[:_LONGEST_NAME]!r}: give an IANA name such as Europe/Lisbon."
    )


def _offset(zone: ZoneInfo, at: int) -> int:
    """How far the wall clock is ahead of UTC at `at`; milliseconds."""
    ahead = datetime.fromtimestamp(at // SECOND, zone).utcoffset()
    assert ahead is not None
    return (ahead.days * 86_400 + ahead.seconds) * SECOND


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """When, between two times of unlike offsets, the wall clock is first put to another."""
    offset = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after
