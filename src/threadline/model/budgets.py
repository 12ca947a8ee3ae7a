"""Budgets: what is counted for an account's owner, in windows of one UTC day.

Source: contracts/DECISIONS.md 4.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from threadline.model.clock import DAY

_EPOCH = date(1970, 1, 1).toordinal()


class BudgetKind(StrEnum):
    """What a budget counts."""

    MESSAGES = "messages"
    """Every message."""
    NEW_CONVERSATIONS = "new_conversations"
    """Messages with which a conversation begins."""
    INMAIL = "inmail"
    """InMails, and first messages through Sales Navigator."""
    INVITATION_NOTES = "invitation_notes"
    """Invitations that carry words."""
    PROFILE_LOOKUPS = "profile_lookups"
    """Profiles read from LinkedIn."""


def day_of(at: int) -> str:
    """The UTC day of `at` (epoch milliseconds), as `YYYY-MM-DD`; raises ValueError beyond the year 9999."""
    return date.fromordinal(_EPOCH + at // DAY).isoformat()


def next_midnight(at: int) -> int:
    """When the UTC day of `at` ends; both epoch milliseconds. Every window is new from then on."""
    return (at // DAY + 1) * DAY


def first_full(
    caps: Mapping[BudgetKind, int], used: Mapping[BudgetKind, int], kinds: Iterable[BudgetKind]
) -> BudgetKind | None:
    """The first of `kinds` whose cap is reached where `used` were spent; None when one of each fits in.

    A kind without a cap is only counted.
    """
    for kind in kinds:
        cap = caps.get(kind)
        if cap is not None and used.get(kind, 0) >= cap:
            return kind
    return None
