"""Forgetting what has served its time: idempotency keys that have ended, and what was charged long ago.

Once a day, a few rows at a time, so that nobody who writes waits for it.
"""

import structlog

from threadline.model.clock import DAY, Clock
from threadline.model.pacing import day_of
from threadline.model.sends import IDEMPOTENCY_KEPT
from threadline.store import accounts, budgets, idempotency
from threadline.store.database import Database

_log = structlog.get_logger(__name__)

FORGET = "forget"
"""The kind of due work that forgets; it has one key."""

CHARGES_KEPT = 400 * DAY
"""How long what was charged to the budgets of a day can be read."""

EVERYTHING = "everything"
_AT_A_TIME = 500
_EVERY = DAY


class Forgetting:
    """Deletes rows of the outbox that nothing reads any more."""

    def __init__(self, database: Database, clock: Clock, *, at_a_time: int = _AT_A_TIME) -> None:
        """at_a_time: how many keys, or accounts, one transaction is about."""
        self._database = database
        self._clock = clock
        self._at_a_time = at_a_time

    async def begin(self) -> None:
        """Let it be done soon, and daily from then on; run at every start."""
        async with self._database.transaction() as tx:
            await tx.wake(FORGET, EVERYTHING, self._clock.now())

    async def forget(self, key: str) -> int | None:
        """Forget what has ended by now; the handler of `FORGET`. Answers when to do it again."""
        now = self._clock.now()
        keys = await self._keys(now - IDEMPOTENCY_KEPT)
        days = await self._charges(day_of(now - CHARGES_KEPT))
        _log.info("forgotten", idempotency_keys=keys, budget_lines=days)
        return now + _EVERY

    async def _keys(self, before: int) -> int:
        forgotten = 0
        while True:
            async with self._database.transaction() as tx:
                count = await idempotency.forget(tx, before=before, count=self._at_a_time)
            forgotten += count
            if count < self._at_a_time:
                return forgotten

    async def _charges(self, day: str) -> int:
        forgotten = 0
        above = ""
        while page := await accounts.ids(self._database, above=above, count=self._at_a_time):
            async with self._database.transaction() as tx:
                forgotten += await budgets.forget(tx, day, above=above, up_to=page[-1])
            above = page[-1]
        return forgotten
