"""Lanes: the rules of one account's sending, where it stands, what waits, and what can be said of that."""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from threadline.model.budgets import BudgetKind
from threadline.model.clock import SECOND
from threadline.model.working_hours import WorkingHours


class Profile(StrEnum):
    """How much the gateway holds back on behalf of an account's owner. Stops hold in each of them."""

    OPEN = "open"
    """Everything is counted, nothing is held."""
    STANDARD = "standard"
    """Daily caps always; the gap and the working hours for what is queued, not for whoever waits."""
    CAREFUL = "careful"
    """The gap and the working hours for all: a caller whose message must wait is told that it is queued."""


class Gap(Struct, frozen=True):
    """How far opening messages are kept apart; raises ValueError for a most that is below the least."""

    least: int = 30 * SECOND
    """Milliseconds."""
    most: int = 60 * SECOND
    """Milliseconds."""

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError("The gap is from 0 up, and its most is not below its least.")


class Pace(Struct, frozen=True, kw_only=True):
    """The rules of one account, as they hold now."""

    profile: Profile
    gap: Gap
    hours: WorkingHours | None
    """None: at all hours."""
    caps: Mapping[BudgetKind, int]
    """A day's most of each kind that has one; 0 is none at all."""
    new_until: int | None
    """Until when the account counts as newly linked, and gaps are twice as long; epoch milliseconds."""
    seed: int
    """What the lengths of the gaps come from."""


class Waiting(Struct, frozen=True, kw_only=True):
    """One queued send, as far as pacing needs it."""

    send_id: str
    priority: int
    """The higher leaves first."""
    ready_at: int
    """Not before this time; epoch milliseconds. Of one priority, the lower leaves first."""
    direct: bool
    """Whether a caller waits for it."""
    aims: frozenset[str]
    """The conversation, the person and the circle that it goes to, as far as they are known."""
    reply: bool
    """Whether the other side wrote last, as things stand now."""
    opens: bool
    """Whether a conversation begins with it, as things stand now."""
    inmail: bool
    """Whether LinkedIn takes a credit for it."""


class Lane(Struct, frozen=True, kw_only=True):
    """Where an account's sending stands."""

    openings: int
    """How many opening messages have left so far."""
    slot_at: int | None
    """The planned time of the last of them; epoch milliseconds."""
    opened_at: int | None
    """The true time of the last of them; epoch milliseconds."""
    used: Mapping[str, Mapping[BudgetKind, int]]
    """What was spent, by day (`YYYY-MM-DD`, UTC)."""
    held: frozenset[str]
    """Aims of sends whose outcome is unknown: what goes to one of them waits."""
    stopped: bool
    """Whether nothing at all may leave."""
    stopped_until: int | None
    """When the stop ends by itself; None: when the person has acted."""


class WaitsFor(StrEnum):
    """What a send waits for."""

    TURN = "turn"
    """Others go before it."""
    SEND_AT = "send_at"
    """The time it was asked to leave at."""
    GAP = "gap"
    """The gap after the last opening message."""
    WORKING_HOURS = "working_hours"
    """The account's working hours."""
    BUDGET = "budget"
    """The next day's budget; a higher cap, where the cap is 0."""
    ACCOUNT = "account"
    """The account, which is stopped."""
    UNKNOWN_SEND = "unknown_send"
    """The outcome of an earlier send to the same conversation or person."""


class Expected(Struct, frozen=True):
    """When a waiting send will leave, if nothing changes."""

    at: int | None
    """Epoch milliseconds; None: it cannot be told."""
    waits_for: WaitsFor | None
    """None: for nothing, it leaves now."""


class Decision(Struct, frozen=True):
    """What leaves next."""

    send_id: str | None
    """What leaves now; None: nothing does."""
    slot_at: int | None
    """Its slot, when it is an opening message; epoch milliseconds."""
    kinds: tuple[BudgetKind, ...]
    """The budgets that it is charged to."""
    opening: bool
    """Whether it is an opening message."""
    wake_at: int | None
    """When nothing leaves now: when to look again, epoch milliseconds; None: when something has changed."""


def kinds_of(waiting: Waiting) -> tuple[BudgetKind, ...]:
    """The budgets that a send is charged to when it leaves."""
    kinds = [BudgetKind.MESSAGES]
    if waiting.opens:
        kinds.append(BudgetKind.NEW_CONVERSATIONS)
    if waiting.inmail:
        kinds.append(BudgetKind.INMAIL)
    return tuple(kinds)


def gap_after(pace: Pace, number: int, at: int) -> int:
    """The gap after opening message `number`, whose slot was `at`; milliseconds.

    It is drawn from the account's seed, so that it is the same in every process, and a time that was shown
    is the time that will be kept.
    """
    drawn = int.from_bytes(sha256(f"{pace.seed}:{number}".encode()).digest()[:8], "big")
    return (pace.gap.least + drawn % (pace.gap.most - pace.gap.least + 1)) * _slowness(pace, at)


def next_slot(pace: Pace, lane: Lane) -> int | None:
    """When the gap after the last opening message ends, in epoch milliseconds; None when none has left.

    Counted from the planned time, so that what was shown does not drift by the milliseconds that each send
    takes; the least gap holds between the true times too.
    """
    return slot_after(pace, lane.openings, lane.slot_at, lane.opened_at)


def slot_after(pace: Pace, openings: int, slot_at: int | None, opened_at: int | None) -> int | None:
    """`next_slot`, of a lane's three numbers."""
    ends = []
    if slot_at is not None:
        ends.append(slot_at + gap_after(pace, openings, slot_at))
    if opened_at is not None:
        ends.append(opened_at + pace.gap.least * _slowness(pace, opened_at))
    return max(ends, default=None)


def _slowness(pace: Pace, at: int) -> int:
    return 2 if pace.new_until is not None and at < pace.new_until else 1
