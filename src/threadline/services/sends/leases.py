"""Leases: a claimed send stays its task's own for as long as the task renews it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from threadline.model.clock import SECOND, Clock
from threadline.model.sends import LEASE, LEASE_RENEWAL, Send
from threadline.store import sends
from threadline.store.database import Database

_log = structlog.get_logger(__name__)


class Leases:
    """Renews the leases of sends that are on their way."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Renew in `database`, by the time of `clock`."""
        self._database = database
        self._clock = clock

    @asynccontextmanager
    async def kept(self, send: Send) -> AsyncIterator[None]:
        """Renew the lease of `send` for as long as the block runs.

        A task that was paused for longer than a lease finds out at its next change of the row.
        """
        renewing = asyncio.create_task(self._renew(send))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing

    async def _renew(self, send: Send) -> None:
        kept = True
        while kept:
            await asyncio.sleep(LEASE_RENEWAL / SECOND)
            try:
                async with self._database.transaction() as tx:
                    kept = await sends.renew(tx, send, self._clock.now() + LEASE)
            except Exception:  # noqa: BLE001
                # The outermost step of a task of its own: what cannot be renewed now may be a little later.
                _log.exception("a lease was not renewed", account=send.account_id, send=send.send_id)
