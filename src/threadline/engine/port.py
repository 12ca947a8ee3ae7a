"""The port to the engine: work on a key that is due, and duties that exactly one process holds."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

Handler = Callable[[str], Awaitable[int | None]]
"""Does the work that is due on a key; answers when there is more to do (epoch milliseconds), or None."""

DutyKeys = Callable[[], Awaitable[Iterable[str]]]
"""Answers the keys on which a duty is to be held now."""

DutyHolder = Callable[[str], Awaitable[None]]
"""Holds a duty on a key until it is cancelled or there is nothing left to do."""


class Engine(Protocol):
    """Runs due work and holds duties."""

    def handle(self, kind: str, handler: Handler) -> None:
        """Run `handler` when work of `kind` is due; never twice at once for one key."""
        ...

    def hold(self, duty: str, keys: DutyKeys, holder: DutyHolder) -> None:
        """Hold `duty` on each of `keys`: one holder a key, started again when it breaks."""
        ...

    def reconsider(self, duty: str) -> None:
        """Ask for the keys of a duty again: holders of keys that are gone are cancelled, new ones started."""
        ...

    async def start(self) -> None:
        """Begin, with whatever the database says is due."""
        ...

    async def stop(self) -> None:
        """Cancel what runs and wait until it has ended."""
        ...
