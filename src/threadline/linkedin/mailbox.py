"""Whose mailbox is read: known from the start, or asked of LinkedIn once."""

from collections.abc import Awaitable, Callable

import structlog

from threadline.linkedin.metrics import ConnectorMetrics
from threadline.model.people import Person

_log = structlog.get_logger(__name__)


class Mailbox:
    """The mailbox of one account."""

    def __init__(self, owner_id: str | None, metrics: ConnectorMetrics) -> None:
        """owner_id: the owner's profile id, None until it is known."""
        self.owner_id = owner_id
        self._metrics = metrics
        self._ask: Callable[[], Awaitable[Person]] | None = None

    def asked_through(self, ask: Callable[[], Awaitable[Person]]) -> None:
        """ask: reads the owner from LinkedIn."""
        self._ask = ask

    async def owner(self) -> str:
        """The owner's profile id; raises any LinkedInError when it must be asked for and cannot be had."""
        if self.owner_id is None:
            if self._ask is None:
                raise LookupError("the owner of the mailbox is not known")
            self.owner_id = (await self._ask()).person_id
        return self.owner_id

    def report(self, kind: str) -> None:
        """Count and log, without any content, a part of an answer that cannot be understood."""
        self._metrics.malformed.labels(kind).inc()
        _log.warning("linkedin.malformed", kind=kind)
