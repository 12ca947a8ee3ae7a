"""Accounts: a person's own LinkedIn session, its state, and the one thing to do about it."""

from enum import StrEnum

from msgspec import Struct


class AccountState(StrEnum):
    """How an account stands. Exactly one at a time; each change is an event."""

    STARTING = "starting"
    """Known, and not yet tried since the gateway started."""
    CONNECTING = "connecting"
    """The session is being proven with LinkedIn."""
    BACKFILLING = "backfilling"
    """Proven; conversations and messages of the past are being stored."""
    CONNECTED = "connected"
    """Proven, caught up, and following the live stream."""
    TROUBLE = "transient_trouble"
    """LinkedIn cannot be reached or answers with errors; tried again by itself."""
    CHECKPOINT = "checkpoint"
    """LinkedIn asks the person to confirm something; nothing is called until then."""
    REJECTED = "credentials_rejected"
    """LinkedIn no longer accepts the session; nothing is called until it is linked again."""
    RESTRICTED = "restricted"
    """LinkedIn denied requests (status 999); nothing is called until the cool-down is over."""
    RATE_LIMITED = "rate_limited"
    """LinkedIn said that there were too many requests; nothing is called until the time it named."""
    UNLINKED = "unlinked"
    """The person took the session out of the gateway; the stored conversations remain."""


_NEXT_ACTIONS = {
    AccountState.STARTING: "Wait: the session is tried within seconds.",
    AccountState.CONNECTING: "Wait: the session is being checked with LinkedIn.",
    AccountState.BACKFILLING: "Nothing: the inbox can be used while the past is being stored.",
    AccountState.CONNECTED: "Nothing.",
    AccountState.TROUBLE: "Wait: LinkedIn is tried again by itself. If it lasts, check the network.",
    AccountState.CHECKPOINT: (
        "Open linkedin.com in the browser the session came from, confirm what LinkedIn asks, "
        "then link the account again with POST /api/session."
    ),
    AccountState.REJECTED: (
        "Sign in at linkedin.com in a browser and link the account again with POST /api/session."
    ),
    AccountState.RESTRICTED: (
        "Leave the account alone until the time shown, look for a notice at linkedin.com, and send less."
    ),
    AccountState.RATE_LIMITED: "Wait until the time shown; the gateway goes on by itself. Send less.",
    AccountState.UNLINKED: "Link an account with POST /api/session.",
}


def next_action(state: AccountState) -> str:
    """The one thing that the person must do about `state`."""
    return _NEXT_ACTIONS[state]


STOPPED = frozenset(
    {
        AccountState.CHECKPOINT,
        AccountState.REJECTED,
        AccountState.RESTRICTED,
        AccountState.RATE_LIMITED,
        AccountState.UNLINKED,
    }
)
"""States in which LinkedIn is not called for the account."""

PERSON_MUST_ACT = frozenset({AccountState.CHECKPOINT, AccountState.REJECTED, AccountState.UNLINKED})
"""Stopped states that do not end by themselves."""

COOLING = STOPPED - PERSON_MUST_ACT
"""Stopped states that end by themselves when their time is over."""

PROVEN = frozenset({AccountState.BACKFILLING, AccountState.CONNECTED})
"""States whose session LinkedIn accepted when it was last tried."""


class Account(Struct, frozen=True, kw_only=True):
    """One linked LinkedIn account."""

    account_id: str
    """24 hexadecimal characters, the same in every dialect (contracts/DECISIONS.md 8)."""
    tenant_id: str
    user_id: str
    state: AccountState
    state_reason: str | None
    """What LinkedIn or the network said when the state was entered."""
    state_until: int | None
    """When a stopped state ends by itself; epoch milliseconds, UTC."""
    profile_id: str | None
    """The owner; None until the session has been proven once."""
    full_name: str | None
    vanity: str | None
    headline: str | None
    premium: bool
    proven_at: int | None
    """When LinkedIn last answered for this account; epoch milliseconds, UTC."""
    caught_up_at: int | None
    """When the first backfill ended; None before that."""
    created_at: int
    revision: int = 0
    """Grows with every change of what is stored of its conversations, messages and people."""
    sales_seat: bool | None = None
    """Whether it has a Sales Navigator seat; None until that is known."""


class Cookie(Struct, frozen=True):
    """One cookie of a browser session, as it stands in the browser (quotes included)."""

    name: str
    value: str
    domain: str = ".linkedin.com"


class Session(Struct, frozen=True, kw_only=True):
    """What lets the gateway act as the account's owner; a secret as a whole."""

    cookies: tuple[Cookie, ...]
    user_agent: str | None = None

    def __repr__(self) -> str:
        """Without the values, so that no log can carry them."""
        return f"Session({', '.join(cookie.name for cookie in self.cookies)})"
