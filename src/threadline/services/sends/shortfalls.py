"""Shortfalls: whether what is left of today's budgets keeps a send back, and how that is told.

Source: contracts/DECISIONS.md 4.
"""

from collections import Counter
from typing import Any

from threadline.model.clock import SECOND
from threadline.model.errors import BudgetReached
from threadline.model.pacing import (
    BudgetKind,
    Waiting,
    WaitsFor,
    day_of,
    kinds_of,
    next_midnight,
    over_budget,
)
from threadline.services.sends.lanes import Outlook


def refused_by_budget(outlook: Outlook, one: Waiting) -> BudgetKind | None:
    """The kind of budget that keeps back a send whose caller waits for it; None where none does."""
    if not one.direct or one.ready_at > outlook.now:
        return None
    return over_budget(outlook.pace, outlook.lane, kinds_of(one), outlook.now)


def used_up_before(outlook: Outlook, one: Waiting) -> BudgetKind | None:
    """The kind of budget that those before a queued send will have used up when its turn comes; or None."""
    expected = outlook.expected().get(one.send_id)
    if expected is None or expected.waits_for is not WaitsFor.BUDGET:
        return None
    asked = Counter(kind for each in outlook.waiting for kind in kinds_of(each))
    caps = outlook.pace.caps
    short = (
        kind for kind in kinds_of(one) if kind in caps and caps[kind] - _used(outlook, kind) < asked[kind]
    )
    return next(short, BudgetKind.MESSAGES)


def budget_reached(outlook: Outlook, kind: BudgetKind) -> BudgetReached:
    """The error that tells that nothing is left of a budget today, with its numbers."""
    limit, used = outlook.pace.caps[kind], _used(outlook, kind)
    return _reached(
        outlook,
        f"Of {limit} {_words(kind)} a day, {used} are used. The next day begins at 00:00 UTC.",
        {"kind": kind.value, "limit": limit, "used": used, "left": max(0, limit - used)},
    )


def batch_over_budget(outlook: Outlook, kind: BudgetKind, promised: int, needed: int) -> BudgetReached | None:
    """The error that tells that a budget does not reach for a whole batch today; None where it does.

    promised: how many wait for today already; needed: how many the batch has.
    """
    limit, used = outlook.pace.caps.get(kind), _used(outlook, kind)
    if limit is None:
        return None
    left = max(0, limit - used - promised)
    if needed <= left:
        return None
    return _reached(
        outlook,
        f"The batch needs {needed} {_words(kind)} today, and {left} are left: of {limit} a day, {used} are "
        f"used and {promised} wait.",
        {
            "kind": kind.value,
            "limit": limit,
            "used": used,
            "waiting": promised,
            "left": left,
            "needed": needed,
        },
        next_step=(
            "Send fewer, time some for later with sendAt, or leave allOrNothing out: then each leaves when "
            "the budgets let it."
        ),
    )


def _reached(
    outlook: Outlook, message: str, details: dict[str, Any], *, next_step: str | None = None
) -> BudgetReached:
    resets_at = next_midnight(outlook.now)
    return BudgetReached(
        message,
        retry_after=max(1, -(-(resets_at - outlook.now) // SECOND)),
        next_step=next_step,
        details={**details, "resetsAt": resets_at},
    )


def _used(outlook: Outlook, kind: BudgetKind) -> int:
    return outlook.lane.used.get(day_of(outlook.now), {}).get(kind, 0)


def _words(kind: BudgetKind) -> str:
    return kind.value.replace("_", " ")
