"""How far catch-ups have come, stored one look late: everything they read is read once more before.

A frame that LinkedIn sent before a catch-up asked may be taken after what it answered is stored, and put an
older state over it; the frames that would set that right may be lost with the stream. So the tokens that a
catch-up got are used at once and stored only when a later one, at least `LAG` after, has read from the stored
ones again and found everything as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from threadline.model.clock import DAY, SECOND, Clock
from threadline.model.conversations import Conversation

LAG = 10 * SECOND
"""Beyond the longest time for which a frame can lie between LinkedIn and the store, in milliseconds."""


def newest_activity(shown: Iterable[Conversation], now: int, default: int = 0) -> int:
    """The newest activity of some conversations, not believing one that lies days ahead of `now`.

    Whatever came before it would count as known. Where all of them lie ahead, it is our clock that is wrong.
    """
    times = [one.last_activity_at for one in shown]
    return max([at for at in times if at <= now + DAY] or times, default=default)


class Reached(Struct, frozen=True, kw_only=True):
    """Where a catch-up ended."""

    at: int
    """When that was, by our clock; epoch milliseconds, UTC."""
    sync_token: str | None
    followed_until: int
    threads: Mapping[str, str]
    """The sync tokens of the conversations that it read."""


class Unstored:
    """Where the catch-ups of each account ended, as far as that is not stored yet; lost with the process."""

    def __init__(self, clock: Clock) -> None:
        """With nothing waiting."""
        self._clock = clock
        self._waiting: defaultdict[str, list[Reached]] = defaultdict(list)

    def ripe(self, account_id: str) -> Reached | None:
        """What can be stored once a catch-up has read from the stored tokens again; None when nothing can."""
        by = self._clock.now() - LAG
        return _joined([one for one in self._waiting[account_id] if one.at <= by])

    def latest(self, account_id: str) -> Reached | None:
        """Where the last catch-up ended; None when that is stored."""
        return _joined(self._waiting[account_id])

    def add(
        self, account_id: str, *, sync_token: str | None, followed_until: int, threads: Mapping[str, str]
    ) -> None:
        """A catch-up has ended."""
        reached = Reached(
            at=self._clock.now(), sync_token=sync_token, followed_until=followed_until, threads=threads
        )
        self._waiting[account_id].append(reached)

    def stored(self, account_id: str, reached: Reached) -> None:
        """What was ripe is stored."""
        self._waiting[account_id] = [one for one in self._waiting[account_id] if one.at > reached.at]

    def forget(self, account_id: str) -> None:
        """The tokens of an account are of no use any more."""
        self._waiting.pop(account_id, None)


def _joined(some: list[Reached]) -> Reached | None:
    if not some:
        return None
    threads = {thread_id: token for one in some for thread_id, token in one.threads.items()}
    last = some[-1]
    return Reached(
        at=last.at, sync_token=last.sync_token, followed_until=last.followed_until, threads=threads
    )
