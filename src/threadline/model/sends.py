"""Sends: one message on its way out, the states it passes, and what moves it.

    draft ──▶ queued ──▶ sending ──▶ sent
      │          │  ◀──     │  ├───▶ failed
      ▼          ▼          │  └───▶ unknown ──▶ sent | failed
    cancelled  cancelled    └ back to queued only when nothing left, or LinkedIn provably refused

Source: contracts/DECISIONS.md 1 and 2.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from threadline.model.clock import DAY, SECOND
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


class Lease(Struct, frozen=True):
    """The right of one task to let a claimed send leave, until it ends or is taken over."""

    token: str
    until: int
    """Epoch milliseconds, UTC; the task renews it while it works."""


class Terms(Struct, frozen=True, kw_only=True):
    """When and on what conditions a caller wants a message to leave."""

    direct: bool = True
    """Whether the caller waits for the outcome; else it is queued, and answered at once."""
    draft: bool = False
    """Whether a person must release it first."""
    send_at: int | None = None
    """Not before this time; epoch milliseconds, UTC."""
    priority: int = 0
    """-10 to 10; of those that may leave, the highest leaves first."""
    if_last: str | None = None
    """Id of the newest message that the caller has seen: a newer one from somebody else stops the send."""
    idempotency_key: str | None = None
    batch_id: str | None = None
    force: bool = False
    """Whether it leaves even while the same text to the same person may have left."""


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
    target: str | None = None
    """The recipient's name, where LinkedIn is asked who that is only when the send leaves."""
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
    priority: int = 0
    """-10 to 10; of those that may leave, the highest leaves first."""
    send_at: int | None = None
    """Not before this time, as the caller asked."""
    ready_at: int
    """From when on it may leave, and its age among others: when it was accepted or released, or `send_at`."""
    if_last: str | None = None
    """Id of the newest message that the caller had seen; a newer one from somebody else stops the send."""
    idempotency_key: str | None = None
    batch_id: str | None = None
    message_id: str | None = None
    credits_left: int | None = None
    """InMail credits that LinkedIn said were left after it."""
    error_code: str | None = None
    error_message: str | None = None
    error_next_step: str | None = None
    """What the person can do about it, where that differs from what the code says."""
    error_details: Mapping[str, Any] = {}
    """Facts that a program can use.

    `retryAt`: when trying again makes sense, epoch milliseconds; `field`: the input that was wrong.
    """
    retry_safe: bool | None = None
    """On a failure: whether sending it again can double nothing."""
    created_at: int
    claimed_at: int | None = None
    lease: Lease | None = None
    """Of a claimed send: who may let it leave."""
    charged_on: str | None = None
    """The day (`YYYY-MM-DD`, UTC) whose budgets it was charged to; None when it is charged to none."""
    charged: tuple[str, ...] = ()
    """The kinds of budget that it was charged to."""
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
    def unresolved(self) -> bool:
        """Whether LinkedIn must still be asked who the recipient is."""
        return self.target is not None and self.recipient_id is None

    @property
    def aims(self) -> frozenset[str]:
        """The conversation, the person and the circle that it goes to, as far as they are known."""
        return aims_of(self.thread_id, self.recipient_id, self.target, self.group_members)


def aims_of(
    thread_id: str | None, recipient_id: str | None, target: str | None, group_members: Iterable[str]
) -> frozenset[str]:
    """The conversation, the person and the circle that a send goes to, as far as they are known."""
    circle = ",".join(sorted(group_members))
    return frozenset(aim for aim in (thread_id, recipient_id, target, circle) if aim)


def says_the_same(one: Composition, other: Composition) -> bool:
    """Whether two messages would look the same to whoever gets them: the words, the subject, and the files.

    A file that was uploaded again is the same file by its name and length.
    """
    return (one.text, one.subject, _files(one)) == (other.text, other.subject, _files(other))


def _files(composition: Composition) -> list[tuple[str, int]]:
    return [(upload.name, upload.byte_size) for upload in composition.uploads]


LEASE = 15 * SECOND
"""How long a claimed send stays its task's own without being renewed."""

LEASE_RENEWAL = 5 * SECOND
"""How often the task that lets a send leave renews its lease."""

CALL_WINDOW = 10 * SECOND
"""How long after `called_at` the message may still be written.

Less than the lease: whoever takes over reads the conversation to find out whether it left.
"""

IDEMPOTENCY_KEPT = 30 * DAY
"""How long a key stands for its first request."""

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
