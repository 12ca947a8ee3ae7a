"""Endings: how a claimed send stops being on its way, and an unknown one being unknown.

Each is one compare-and-set of the row: only whoever holds the lease moves a claimed send, so that a task that
was paused and taken over changes nothing any more. What provably did not leave is given back to the budgets.
"""

from collections.abc import Iterable
from typing import Any

from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.errors import ThreadlineError
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.model.sends import Send, SendState, next_check
from threadline.services.records.journal import Journal
from threadline.services.sends.outbox import SETTLE, settle_key
from threadline.store import budgets, events, sends
from threadline.store.database import Transaction


class Endings:
    """Moves sends on, with their events, their budgets and the work that follows."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        """Tell events through `journal`."""
        self._journal = journal
        self._clock = clock

    async def fail(self, tx: Transaction, account: Account, send: Send, error: ThreadlineError) -> bool:
        """It did not leave, and will not; False when another has moved it on."""
        if not await sends.mark_failed(tx, send, error, retry_safe=True, now=self._clock.now()):
            return False
        await self._give_back(tx, send)
        data = {"code": error.code, "reason": error.message, "retrySafe": True}
        await self.tell(tx, account, EventType.SEND_FAILED, send, data)
        return True

    async def to_unknown(self, tx: Transaction, account: Account, send: Send, reason: str) -> bool:
        """The answer was lost, and is to be looked for; False when another has moved it on."""
        now = self._clock.now()
        if not await sends.mark_unknown(tx, send, message=reason, now=now):
            return False
        await self.tell(tx, account, EventType.SEND_UNKNOWN, send, {"reason": reason})
        await tx.wake(SETTLE, settle_key(send), next_check(now, 0, now))
        return True

    async def requeue(self, tx: Transaction, send: Send) -> bool:
        """It provably did not leave, and waits again; False when another has moved it on."""
        if not await sends.requeue(tx, send):
            return False
        await self._give_back(tx, send)
        return True

    async def put_off(self, tx: Transaction, send: Send, until: int) -> bool:
        """As `requeue`, and others are tried before it: it may leave from `until` on.

        What is to follow it, to the same people or into the same conversation, follows it still.
        """
        if not await self.requeue(tx, send):
            return False
        following = [
            one.send_id
            for one in await sends.open_sends(tx, send.account_id)
            if one.state is SendState.QUEUED
            and one.send_id >= send.send_id
            and one.priority <= send.priority
            and one.aims & send.aims
        ]
        await sends.put_off(tx, send.account_id, following, until)
        return True

    async def take_over(self, tx: Transaction, account: Account, send: Send) -> None:
        """The task that had claimed it is gone: what was not called waits again, the rest may have left."""
        if send.called_at is None:
            await self.requeue(tx, send)
        else:
            await self.to_unknown(tx, account, send, "the gateway stopped during the call")

    async def tell(
        self, tx: Transaction, account: Account, kind: EventType, send: Send, data: dict[str, Any]
    ) -> None:
        """Append an event about a send."""
        await events.append(tx, [self._event(account, kind, send, data)])

    async def tell_all(
        self, tx: Transaction, account: Account, kind: EventType, many: Iterable[Send]
    ) -> None:
        """Append the same event about each of some sends of an account, in their order."""
        told = [self._event(account, kind, send, {}) for send in many]
        await events.append(tx, told)

    def _event(self, account: Account, kind: EventType, send: Send, data: dict[str, Any]) -> Event:
        whole = {"sendId": send.send_id, **data}
        return self._journal.event(
            account, kind, whole, thread_id=send.thread_id, from_me=True, origin=Origin.API
        )

    async def _give_back(self, tx: Transaction, send: Send) -> None:
        if send.charged_on is not None:
            await budgets.charge(tx, send.account_id, send.charged_on, send.charged, amount=-1)
