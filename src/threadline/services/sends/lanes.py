"""Lanes: where an account's sending stands, gathered from its rows for the pure rules of pacing."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from threadline.model.accounts import COOLING, STOPPED
from threadline.model.clock import Clock
from threadline.model.limits import Ceilings, OwnRules, pace_of
from threadline.model.pacing import BudgetKind, Expected, Lane, Pace, Waiting, day_of, forecast
from threadline.model.randomness import Randomness
from threadline.model.sends import SendState
from threadline.store import budgets, pacing, sends
from threadline.store.database import Reader, Transaction
from threadline.store.pacing import Pacing
from threadline.store.sends import OpenSend


class Outlook(Struct, frozen=True, kw_only=True):
    """Where an account's sending stands at one moment."""

    pacing: Pacing
    pace: Pace
    lane: Lane
    open_sends: Sequence[OpenSend]
    now: int
    """Epoch milliseconds, UTC."""

    @property
    def leaving(self) -> OpenSend | None:
        """The send that is on its way; there is at most one."""
        return next((one for one in self.open_sends if one.state is SendState.SENDING), None)

    @property
    def waiting(self) -> list[Waiting]:
        """The queued sends, as pacing sees them."""
        return [_waiting(one) for one in self.open_sends if one.state is SendState.QUEUED]

    @property
    def next_accepted_at(self) -> int:
        """When the next send counts as accepted: after all that wait, so that the time tells the order."""
        return max(self.now, *(one.created_at + 1 for one in self.open_sends), 0)

    def expected(self) -> dict[str, Expected]:
        """When each queued send will leave if nothing changes, by id."""
        return forecast(self.pace, self.lane, self.waiting, self.now)


class Lanes:
    """Reads where the sending of accounts stands."""

    def __init__(self, clock: Clock, randomness: Randomness, ceilings: Ceilings) -> None:
        """ceilings: what no account's owner may pass."""
        self._clock = clock
        self._randomness = randomness
        self.ceilings = ceilings

    async def locked(self, tx: Transaction, account_id: str, *, now: int | None = None) -> Outlook:
        """Where an account stands, while whoever else accepts, claims or stores for it waits."""
        found = await pacing.lock(tx, account_id)
        if found.seed is None:
            await self.make(tx, account_id)
            found = await pacing.lock(tx, account_id)
        return await self.of(tx, account_id, found, now=now)

    async def seen(self, reader: Reader, account_id: str) -> Outlook:
        """Where an account stands, as far as it is stored now."""
        return await self.of(reader, account_id, await pacing.read(reader, account_id))

    async def make(self, tx: Transaction, account_id: str) -> None:
        """Give an account a seed of its own, if it has none."""
        await pacing.make(tx, account_id, int.from_bytes(self._randomness.octets(6), "big"))

    def pace(self, found: Pacing, now: int, rules: OwnRules | None = None) -> Pace:
        """The rules that hold now; rules: in place of those that are stored."""
        return pace_of(
            rules or found.rules,
            self.ceilings,
            seed=found.seed or 0,
            linked_at=found.linked_at,
            established=found.established,
            now=now,
        )

    async def of(self, reader: Reader, account_id: str, found: Pacing, *, now: int | None = None) -> Outlook:
        """Where an account stands that is paced as `found`."""
        now = self._clock.now() if now is None else now
        day = day_of(now)
        used = {day: await budgets.used(reader, account_id, day)}
        return self._outlook(found, await sends.open_sends(reader, account_id), used, now)

    async def with_accepted(self, tx: Transaction, account_id: str, before: Outlook, now: int) -> Outlook:
        """As `before`, with what was accepted since in the same transaction, which charged nothing."""
        listed = await sends.open_sends(tx, account_id)
        return self._outlook(before.pacing, listed, before.lane.used, now)

    def _outlook(
        self,
        found: Pacing,
        listed: Sequence[OpenSend],
        used: Mapping[str, Mapping[BudgetKind, int]],
        now: int,
    ) -> Outlook:
        return Outlook(
            pacing=found,
            pace=self.pace(found, now),
            lane=_lane(found, listed, used, now),
            open_sends=listed,
            now=now,
        )


def still_stopped(found: Pacing, now: int) -> bool:
    """Whether the account may not be called now."""
    return found.state in STOPPED and (found.state_until is None or found.state_until > now)


def without(outlook: Outlook, send_id: str) -> Outlook:
    """The outlook with one of its sends taken out."""
    left = [one for one in outlook.open_sends if one.send_id != send_id]
    return msgspec.structs.replace(outlook, open_sends=left)


def _lane(
    found: Pacing, listed: Sequence[OpenSend], used: Mapping[str, Mapping[BudgetKind, int]], now: int
) -> Lane:
    stopped = still_stopped(found, now)
    held = (one.aims for one in listed if one.state is SendState.UNKNOWN)
    return Lane(
        openings=found.openings,
        slot_at=found.slot_at,
        opened_at=found.opened_at,
        used=used,
        held=frozenset().union(*held),
        stopped=stopped,
        stopped_until=found.state_until if stopped and found.state in COOLING else None,
    )


def _waiting(one: OpenSend) -> Waiting:
    return Waiting(
        send_id=one.send_id,
        priority=one.priority,
        ready_at=one.ready_at,
        direct=one.direct,
        aims=one.aims,
        reply=one.they_wrote_last,
        opens=not one.known_conversation,
        inmail=one.inmail,
    )
