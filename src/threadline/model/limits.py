"""Limits: what the owner of an account set, within the operator's ceilings, and what holds of it now.

Defaults favour the owner. Sources: contracts/DECISIONS.md 4; contracts/connectsafely.md (150 messages a day).
"""

from collections.abc import Mapping

from msgspec import Struct

from threadline.model.clock import DAY, SECOND
from threadline.model.pacing import BudgetKind, Gap, Pace, Profile, WorkingHours

MESSAGES_A_DAY = 150
NEW_CONVERSATIONS_A_DAY = 150
FIRST_WEEK_MESSAGES = 50
FIRST_WEEK = 7 * DAY
"""How long an account counts as newly linked; epoch milliseconds."""

DEFAULT_GAP = Gap(30 * SECOND, 60 * SECOND)
LONGEST_GAP = 24 * 3_600 * SECOND

_DEFAULTS: Mapping[BudgetKind, int] = {
    BudgetKind.MESSAGES: MESSAGES_A_DAY,
    BudgetKind.NEW_CONVERSATIONS: NEW_CONVERSATIONS_A_DAY,
}

CAPPED = tuple(_DEFAULTS)
"""The kinds of budget whose daily limit the owner may choose."""


class OwnRules(Struct, frozen=True, kw_only=True):
    """What the owner of an account set; a value that is left out follows the defaults."""

    profile: Profile = Profile.STANDARD
    limits: Mapping[BudgetKind, int] = {}
    """Actions a day, by kind."""
    gap: Gap | None = None
    hours: WorkingHours | None = None


class Ceilings(Struct, frozen=True, kw_only=True):
    """What no owner may pass; the operator's settings fix it."""

    messages: int
    new_conversations: int
    least_gap: int
    """Milliseconds."""

    def of(self, kind: BudgetKind) -> int | None:
        """The ceiling of a kind of budget; None where it has none."""
        return {
            BudgetKind.MESSAGES: self.messages,
            BudgetKind.NEW_CONVERSATIONS: self.new_conversations,
        }.get(kind)


def pace_of(
    rules: OwnRules, ceilings: Ceilings, *, seed: int, linked_at: int, established: bool, now: int
) -> Pace:
    """The rules that hold for an account now.

    linked_at: when it was first linked, epoch milliseconds; established: whether it never counts as new.
    """
    until = linked_at + FIRST_WEEK
    new_until = until if not established and now < until else None
    gap = rules.gap or DEFAULT_GAP
    least = max(gap.least, ceilings.least_gap)
    return Pace(
        profile=rules.profile,
        gap=Gap(least, max(gap.most, least)),
        hours=rules.hours,
        caps={kind: _cap(kind, rules, ceilings, new=new_until is not None) for kind in CAPPED},
        new_until=new_until,
        seed=seed,
    )


def _cap(kind: BudgetKind, rules: OwnRules, ceilings: Ceilings, *, new: bool) -> int:
    chosen = rules.limits.get(kind, _DEFAULTS[kind])
    ceiling = ceilings.of(kind)
    cap = chosen if ceiling is None else min(chosen, ceiling)
    return min(cap, FIRST_WEEK_MESSAGES) if new else cap
