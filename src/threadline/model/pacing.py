"""Pacing: given where an account's sending stands and what time it is, what may leave when.

Pure rules. `decide` releases the next send and `forecast` says when each will be released; both play the same
queue forward, so that what is shown is what will happen.

Source: contracts/DECISIONS.md 1 to 6.
"""

from collections.abc import Iterable, Sequence

from threadline.model.budgets import BudgetKind, day_of, first_full, next_midnight
from threadline.model.lanes import (
    Decision,
    Expected,
    Gap,
    Lane,
    Pace,
    Profile,
    Waiting,
    WaitsFor,
    gap_after,
    kinds_of,
    next_slot,
)
from threadline.model.queueing import HOLDS, Queue, Step
from threadline.model.working_hours import WorkingHours, checked_zone

__all__ = [
    "BudgetKind",
    "Decision",
    "Expected",
    "Gap",
    "Lane",
    "Pace",
    "Profile",
    "Waiting",
    "WaitsFor",
    "WorkingHours",
    "checked_zone",
    "day_of",
    "decide",
    "forecast",
    "gap_after",
    "kinds_of",
    "next_midnight",
    "next_slot",
    "over_budget",
]


def decide(pace: Pace, lane: Lane, waiting: Sequence[Waiting], now: int) -> Decision:
    """What leaves next at `now` (epoch milliseconds): of those that may leave, the first.

    First are the higher priority, then the earlier `ready_at`, then the lower id. A send that may not leave
    holds back none that may.
    """
    queue = Queue(pace, lane, waiting, now)
    soonest = queue.soonest()
    if soonest != now:
        return Decision(None, None, (), False, soonest)
    step = queue.step()
    assert step is not None
    return Decision(step.waiting.send_id, step.slot_at, step.terms.kinds, step.terms.opening, None)


def forecast(pace: Pace, lane: Lane, waiting: Sequence[Waiting], now: int) -> dict[str, Expected]:
    """When each of `waiting` will leave if nothing changes after `now` (epoch milliseconds), by send id.

    It knows that of several replies to one person only the first is a reply when it leaves, and that only the
    first message to somebody begins a conversation. The caps are taken to stay as they are, also where they
    will be higher once the account is no longer new.
    """
    expected = {send.send_id: Expected(None, WaitsFor.UNKNOWN_SEND) for send in waiting}
    queue = Queue(pace, lane, waiting, now)
    first, opened = True, False
    while (step := queue.step()) is not None:
        expected[step.waiting.send_id] = Expected(step.at, _waits_for(step, now, first, opened))
        first, opened = False, opened or step.terms.opening
    for send, why in queue.stuck():
        expected[send.send_id] = Expected(None, why)
    return expected


def over_budget(pace: Pace, lane: Lane, kinds: Iterable[BudgetKind], now: int) -> BudgetKind | None:
    """The first of `kinds` whose cap is reached on the day of `now`; None when one more of each may leave."""
    if pace.profile is Profile.OPEN:
        return None
    return first_full(pace.caps, lane.used.get(day_of(now), {}), kinds)


def _waits_for(step: Step, now: int, first: bool, opened: bool) -> WaitsFor | None:
    """What `step` waits for from `now` on; `first` of all, and `opened` when an opening is before it."""
    if step.at == now:
        return None if first else WaitsFor.TURN
    if step.held_by in HOLDS:
        return step.held_by
    asked_for, added = step.waiting.ready_at - now, step.at - step.waiting.ready_at
    if asked_for > added:
        return WaitsFor.SEND_AT
    return WaitsFor.GAP if step.held_by is WaitsFor.GAP and not opened else WaitsFor.TURN
