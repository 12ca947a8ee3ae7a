"""The queue of one account, played forward: which send leaves next, when, and then which.

`threadline.model.pacing` asks it for one step to decide, and for all of them to forecast.
"""

from collections.abc import Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush

from msgspec import Struct, structs

from threadline.model.budgets import BudgetKind, day_of, first_full, next_midnight
from threadline.model.clock import DAY, SECOND
from threadline.model.lanes import Lane, Pace, Profile, Waiting, WaitsFor, kinds_of, slot_after

SLOT_KEPT = 1 * SECOND
"""How late an opening message may leave and still keep the slot that was planned for it."""

HOLDS = frozenset({WaitsFor.ACCOUNT, WaitsFor.WORKING_HOURS, WaitsFor.BUDGET})
"""What closes the way for all that wait behind it, not only for the next."""


class Terms(Struct, frozen=True):
    """What can hold a send back; sends of the same terms may leave at the same times."""

    paced: bool
    """By the gap, if it is an opening message, and by the working hours."""
    opening: bool
    kinds: tuple[BudgetKind, ...]


class Step(Struct, frozen=True):
    """One send leaving."""

    at: int
    waiting: Waiting
    terms: Terms
    slot_at: int | None
    held_by: WaitsFor | None
    """What held it until `at`; None when nothing did but its turn."""


class Standing:
    """Where an account's sending stands, moved on with every send that leaves."""

    def __init__(self, pace: Pace, lane: Lane) -> None:
        """Begin with `lane`."""
        self._pace = pace
        self._capped = pace.profile is not Profile.OPEN
        self._freed_at = lane.stopped_until if lane.stopped else 0
        self._openings = lane.openings
        self._slot_at = lane.slot_at
        self._next_slot = slot_after(pace, lane.openings, lane.slot_at, lane.opened_at) or 0
        self._before = lane.used
        self._used: dict[int, dict[BudgetKind, int]] = {}

    def terms_of(self, waiting: Waiting) -> Terms:
        """What can hold `waiting` back."""
        paced = {Profile.OPEN: False, Profile.STANDARD: not waiting.direct, Profile.CAREFUL: True}
        return Terms(paced[self._pace.profile], not waiting.reply, kinds_of(waiting))

    def earliest(self, terms: Terms, since: int) -> tuple[int | None, WaitsFor | None]:
        """The first moment from `since` on (epoch milliseconds) at which a send of `terms` may leave.

        None for the moment: never, as things stand. With it goes what holds it: the first that does, and the
        gap only where nothing holds it for longer.
        """
        if self._freed_at is None:
            return None, WaitsFor.ACCOUNT
        freed = max(since, self._freed_at)
        at = max(freed, self._next_slot) if terms.paced and terms.opening else freed
        gap = WaitsFor.GAP if at > freed else None
        holds = [WaitsFor.ACCOUNT] if freed > since else []
        hours = self._pace.hours if terms.paced else None
        while True:
            opens = at if hours is None else hours.next_open(at)
            if opens > at:
                at = opens
                holds.append(WaitsFor.WORKING_HOURS)
            full = first_full(self._pace.caps, self._used_on(at), terms.kinds) if self._capped else None
            if full is None:
                return at, holds[0] if holds else gap
            if self._pace.caps[full] <= 0:
                return None, WaitsFor.BUDGET
            at = next_midnight(at)
            holds.append(WaitsFor.BUDGET)

    def slot_of(self, terms: Terms, ready_at: int, at: int) -> int:
        """The slot of an opening message that leaves at `at`: since when it might, if not for long."""
        since = max(ready_at, at - SLOT_KEPT - 1)
        if self._slot_at is not None:
            since = max(since, self._slot_at)
        slot, _ = self.earliest(terms, since)
        return at if slot is None or not at - SLOT_KEPT <= slot <= at else slot

    def leave(self, terms: Terms, slot_at: int | None, at: int) -> None:
        """Take note that a send of `terms` left at `at`; `slot_at` when it was an opening message."""
        used = self._used_on(at)
        for kind in terms.kinds:
            used[kind] = used.get(kind, 0) + 1
        if slot_at is not None:
            self._openings += 1
            self._slot_at = slot_at
            self._next_slot = slot_after(self._pace, self._openings, slot_at, at) or 0

    def _used_on(self, at: int) -> dict[BudgetKind, int]:
        day = at // DAY
        if day not in self._used:
            self._used[day] = dict(self._before.get(day_of(at), {}))
        return self._used[day]


class Group:
    """Sends of the same terms: those that are ready by rank, those that are not yet by time."""

    def __init__(self, terms: Terms) -> None:
        """Begin with none."""
        self.terms = terms
        self.held_until = 0
        self.held_by: WaitsFor | None = None
        self.ready: list[int] = []
        self.later: list[tuple[int, int]] = []

    def hold(self, until: int, by: WaitsFor | None) -> None:
        """Take note that whatever is ready before `until` waits for it."""
        if by in HOLDS and until > self.held_until:
            self.held_until = until
            self.held_by = by


class Queue:
    """What waits on one account, played forward one send at a time."""

    def __init__(self, pace: Pace, lane: Lane, waiting: Sequence[Waiting], now: int) -> None:
        """Begin at `now` (epoch milliseconds) with those of `waiting` that no unknown send holds."""
        self._standing = Standing(pace, lane)
        self._now = now
        free = (send for send in waiting if lane.held.isdisjoint(send.aims)) if lane.held else waiting
        self._ranked = sorted(free, key=lambda send: (-send.priority, send.ready_at, send.send_id))
        self._groups: dict[Terms, Group] = {}
        self._group_of: list[Group | None] = []
        for rank, send in enumerate(self._ranked):
            group = self._group(send)
            self._group_of.append(group)
            # Ranks grow, so this is a heap already.
            if send.ready_at <= now:
                group.ready.append(rank)
            else:
                group.later.append((send.ready_at, rank))
        for group in self._groups.values():
            heapify(group.later)

    def soonest(self) -> int | None:
        """When the next send may leave, in epoch milliseconds; None when none may as things stand."""
        return min((at for at, _, _ in self._candidates()), default=None)

    def step(self) -> Step | None:
        """Let the next send leave at the first moment at which any may; of those that may then, the first."""
        candidates = self._candidates()
        if not candidates:
            return None
        at = min(moment for moment, _, _ in candidates)
        self._now = at
        heads = []
        for moment, held_by, group in candidates:
            if moment == at:
                self._ripen(group)
                heads.append((group.ready[0], group, held_by))
        rank, group, why = min(heads, key=lambda head: head[0])
        return self._leave(rank, group, why)

    def stuck(self) -> list[tuple[Waiting, WaitsFor]]:
        """What may never leave as things stand, with what it waits for; to be asked when no step is left."""
        found = []
        for rank, group in enumerate(self._group_of):
            if group is not None:
                send = self._ranked[rank]
                _, why = self._standing.earliest(group.terms, max(self._now, send.ready_at))
                found.append((send, why or WaitsFor.TURN))
        return found

    def _candidates(self) -> list[tuple[int, WaitsFor | None, Group]]:
        """When the first of each group may leave, and what holds it until then."""
        found = []
        for group in self._groups.values():
            self._ripen(group)
            if group.ready:
                since = self._now
            elif group.later:
                since = group.later[0][0]
            else:
                continue
            at, why = self._standing.earliest(group.terms, since)
            if at is not None:
                group.hold(at, why)
                found.append((at, why, group))
        return found

    def _ripen(self, group: Group) -> None:
        """Put what is ready by now with the ready, and drop what has left or has gone to another group."""
        while group.later:
            ready_at, rank = group.later[0]
            ours = self._group_of[rank] is group
            if ours and ready_at > self._now:
                break
            heappop(group.later)
            if ours:
                heappush(group.ready, rank)
        while group.ready and self._group_of[group.ready[0]] is not group:
            heappop(group.ready)

    def _leave(self, rank: int, group: Group, why: WaitsFor | None) -> Step:
        send, at = self._ranked[rank], self._now
        slot_at = None
        if group.terms.opening:
            slot_at = self._standing.slot_of(group.terms, send.ready_at, at)
        self._standing.leave(group.terms, slot_at, at)
        self._group_of[rank] = None
        self._follow(send)
        held = send.ready_at < group.held_until <= at
        return Step(at, send, group.terms, slot_at, group.held_by if held else why)

    def _follow(self, left: Waiting) -> None:
        """What goes where `left` went is no longer a reply, and no longer begins a conversation."""
        for aim in left.aims:
            for rank in self._changing.pop(aim, ()):
                before = self._group_of[rank]
                if before is None:
                    continue
                send = structs.replace(self._ranked[rank], reply=False, opens=False)
                self._ranked[rank] = send
                after = self._group(send)
                if after is not before:
                    self._group_of[rank] = after
                    heappush(after.later, (send.ready_at, rank))

    @cached_property
    def _changing(self) -> dict[str, list[int]]:
        """By aim, the sends whose terms change when another has gone there."""
        found: dict[str, list[int]] = {}
        for rank, send in enumerate(self._ranked):
            if send.reply or send.opens:
                for aim in send.aims:
                    found.setdefault(aim, []).append(rank)
        return found

    def _group(self, send: Waiting) -> Group:
        terms = self._standing.terms_of(send)
        group = self._groups.get(terms)
        if group is None:
            group = self._groups[terms] = Group(terms)
        return group
