"""Appending to the log of an account."""

from typing import Any

from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.model.randomness import Randomness, time_ordered_id


class Journal:
    """Makes events: ids and times are given here, so that every event has them alike."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        """Take times and ids from the given sources."""
        self._clock = clock
        self._randomness = randomness

    def event(
        self,
        account: Account,
        kind: EventType,
        data: dict[str, Any],
        *,
        thread_id: str | None = None,
        occurred_at: int | None = None,
        from_me: bool | None = None,
        origin: Origin | None = None,
        backfilled: bool = False,
    ) -> Event:
        """An event of `account`; occurred_at: epoch milliseconds at LinkedIn, now when left out."""
        now = self._clock.now()
        return Event(
            event_id=time_ordered_id(now, self._randomness),
            type=kind,
            tenant_id=account.tenant_id,
            account_id=account.account_id,
            thread_id=thread_id,
            occurred_at=now if occurred_at is None else occurred_at,
            recorded_at=now,
            from_me=from_me,
            origin=origin,
            backfilled=backfilled,
            data=data,
        )
