"""Sends: one message on its way out, the states it passes, and what moves it.

    draft ──▶ queued ──▶ sending ──▶ sent
      │          │  ◀──     │  ├───▶ failed
      ▼          ▼          │  └───▶ unknown ──▶ sent | failed
    cancelled  cancelled    └ back to queued only when nothing left, or LinkedIn provably refused

Source: contracts/DECISIONS.md 1 and 2.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from threadline.model.clock import SECOND
from threadline.model.compositions import Channel, Composition


class SendState(StrEnum):
    """Where a send is."""

    DRAFT = "draft"
    """Written, and held until a person releases it."""
    QUEUED = "queued"
    """Accepted, and not yet claimed."""
    SENDING = "sending"
    """Claimed: it may leave at any moment, or may have left."""
    SENT = "sent"
    """LinkedIn's message id is in hand."""
    FAILED = "failed"
    """It did not leave, and will not; the reason is stored."""
    UNKNOWN = "unknown"
    """It may have left: LinkedIn's answer was lost. Settled by reading the thread, never by sending again."""
    CANCELLED = "cancelled"
    """Taken back before it was claimed."""


_MOVES = {
    SendState.DRAFT: {SendState.QUEUED, SendState.CANCELLED},
    SendState.QUEUED: {SendState.SENDING, SendState.CANCELLED},
    SendState.SENDING: {SendState.SENT, SendState.FAILED, SendState.UNKNOWN, SendState.QUEUED},
    SendState.UNKNOWN: {SendState.SENT, SendState.FAILED},
    SendState.SENT: set[SendState](),
    SendState.FAILED: set[SendState](),
    SendState.CANCELLED: set[SendState](),
}

FINAL = frozenset(state for state, moves in _MOVES.items() if not moves)
"""States that a send never leaves."""


def may_move(before: SendState, after: SendState) -> bool:
    """Whether a send in `before` may become `after`."""
    return after in _MOVES[before]


class Phase(StrEnum):
    """Which step found the conversation of a send (seed 000; contracts/voyager.md §6.1)."""

    CACHE = "cache"
    """A conversation with that person was in our store, or the caller named it."""
    PARTICIPANT = "participant"
    """LinkedIn's look-up by recipient found it."""
    SCAN = "scan"
    """It was among LinkedIn's recent conversations."""
    NEW = "new"
    """There was none: LinkedIn opened a new one."""


class Send(Struct, frozen=True, kw_only=True):
    """One message on its way out."""

    account_id: str
    send_id: str
    state: SendState
    composition: Composition
    """All that it carries, stored when it is accepted."""
    channel: Channel = Channel.INBOX
    """Through which of LinkedIn's inboxes it leaves; decided when it is accepted, so never `auto`."""
    recipient_id: str | None
    """The recipient's profile id; None for a group, and where the conversation named has several people."""
    group_members: tuple[str, ...] = ()
    """Of a send that opens a group chat, the profile ids of the others; else empty."""
    thread_id: str | None
    """The conversation, once it is known."""
    phase: Phase | None
    origin_token: str
    tracking_id: str
    direct: bool
    """Whether a caller waits for the outcome; such a send fails at once where a queued one would wait."""
    typing: bool = False
    """Whether typing is shown in its conversation before it leaves."""
    message_id: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    retry_safe: bool | None = None
    """On a failure: whether sending it again can double nothing."""
    created_at: int
    claimed_at: int | None = None
    called_at: int | None = None
    """When LinkedIn was about to be called; None means that provably nothing left."""
    unknown_at: int | None = None
    """When the answer was lost."""
    settled_at: int | None = None
    checks: int = 0
    """How often the thread was read for an unknown send."""
    absent_at: int | None = None
    """When a fresh reading of the thread first did not show an unknown send."""

    @property
    def text(self) -> str:
        """The words of the message."""
        return self.composition.text

    @property
    def aims(self) -> frozenset[str]:
        """The conversation, the person and the circle that it goes to, as far as they are known."""
        circle = ",".join(sorted(self.group_members))
        return frozenset(aim for aim in (self.thread_id, self.recipient_id, circle) if aim)


def first_to_leave(open_sends: Sequence[Send]) -> Send | None:
    """The queued send of an account that leaves next, given its open ones, oldest first; None to wait.

    One leaves at a time. An unknown send holds back only those to the same conversation or person
    (contracts/DECISIONS.md 2).
    """
    if any(send.state is SendState.SENDING for send in open_sends):
        return None
    held = {aim for send in open_sends if send.state is SendState.UNKNOWN for aim in send.aims}
    for send in open_sends:
        if send.state is SendState.QUEUED and not held & send.aims:
            return send
    return None


CHECK_DELAYS = (5 * SECOND, 30 * SECOND, 120 * SECOND)
"""When, after a lost answer, the thread is read for the message."""

ABSENCE_GAP = 60 * SECOND
"""How far apart two readings that do not show the message must be to prove that it did not leave."""


class Verdict(StrEnum):
    """What one reading of the thread means for an unknown send."""

    NOT_DELIVERED = "not_delivered"
    STILL_UNKNOWN = "still_unknown"


def verdict_of_absence(absent_since: int | None, read_at: int) -> Verdict:
    """What a fresh reading at `read_at` that does not show the message proves.

    `absent_since` is the time of the first such reading (epoch milliseconds), None when this is the first.
    """
    if absent_since is not None and read_at - absent_since >= ABSENCE_GAP:
        return Verdict.NOT_DELIVERED
    return Verdict.STILL_UNKNOWN


def next_check(unknown_since: int, checks: int, now: int) -> int:
    """When to read the thread next: 5, 30 and 120 s after the answer was lost, then every two minutes."""
    if checks < len(CHECK_DELAYS):
        return max(now, unknown_since + CHECK_DELAYS[checks])
    return now + CHECK_DELAYS[-1]
