"""Budgets: what an account may do, what it has done today, and the rules that its owner sets.

Source: contracts/DECISIONS.md 4; contracts/connectsafely.md (limits, and the headers that tell them).
"""

from collections.abc import Sequence

from msgspec import Struct

from threadline.model.accounts import Account, AccountState
from threadline.model.clock import MINUTE, Clock
from threadline.model.errors import ThreadlineError
from threadline.model.pacing import (
    BudgetKind,
    Pace,
    Profile,
    Waiting,
    day_of,
    forecast,
    next_midnight,
)
from threadline.model.rule_changes import RulesChange, changed
from threadline.services.accounts import Accounts
from threadline.services.sends.lanes import Lanes, Outlook, still_stopped
from threadline.services.sends.outbox import OUTBOX
from threadline.store import pacing
from threadline.store.database import Database
from threadline.store.pacing import Pacing

CREDITS_KEPT = 10 * MINUTE
"""How long LinkedIn's number of InMail credits is shown before it is asked for again."""

_LEAVING = {
    BudgetKind.MESSAGES: {"opens": False, "inmail": False},
    BudgetKind.NEW_CONVERSATIONS: {"opens": True, "inmail": False},
    BudgetKind.INMAIL: {"opens": True, "inmail": True},
}
"""The kinds that messages are charged to, and of which message each tells the next slot."""

_ONE_MORE = "~"
"""Sorts after every send's id."""


class Meter(Struct, frozen=True, kw_only=True):
    """One kind of budget today, as far as one query tells it."""

    kind: BudgetKind
    limit: int
    used: int
    resets_at: int
    """Epoch milliseconds, UTC."""

    @property
    def left(self) -> int:
        """How many more may leave today."""
        return max(0, self.limit - self.used)


class BudgetLine(Struct, frozen=True, kw_only=True):
    """One kind of budget."""

    kind: BudgetKind
    limit: int | None
    """A day's most, after ceiling and first week; of InMail LinkedIn's credits; None: it is only counted."""
    ceiling: int | None
    """The highest limit that may be set."""
    enforced: bool
    """Whether the limit holds anything back here; under the profile `open` nothing is."""
    used: int
    left: int | None
    next_slot_at: int | None
    """When one more opening message that is queued now would leave; None where that cannot be told."""
    read_at: int | None = None
    """Of InMail: when LinkedIn told the credits."""


class Budget(Struct, frozen=True, kw_only=True):
    """What an account may do, and has done today; times are epoch milliseconds, UTC."""

    pace: Pace
    lines: Sequence[BudgetLine]
    resets_at: int
    least_gap: int
    """The shortest gap that may be set; milliseconds."""
    waiting: int
    """How many sends wait in the queue."""
    stopped: AccountState | None
    """The state in which nothing may leave; None while it may."""
    stopped_until: int | None
    """When the stop ends by itself; None where a person must act."""


class Budgets:
    """Shows budgets, and changes the rules behind them."""

    def __init__(self, database: Database, accounts: Accounts, lanes: Lanes, clock: Clock) -> None:
        """Credits are asked of LinkedIn through `accounts`."""
        self._database = database
        self._accounts = accounts
        self._lanes = lanes
        self._clock = clock

    async def show(self, account: Account) -> Budget:
        """How an account stands; LinkedIn is asked for the InMail credits at most every ten minutes."""
        await self._read_credits(account)
        return self._shown(await self._lanes.seen(self._database, account.account_id))

    async def set(self, account: Account, change: RulesChange) -> Budget:
        """Change the owner's rules, and let the queue be looked at again by them.

        Raises BadInput for what passes a ceiling or makes no sense; then nothing was changed.
        """
        async with self._database.transaction() as tx:
            outlook = await self._lanes.locked(tx, account.account_id)
            rules = changed(outlook.pacing.rules, change, self._lanes.ceilings)
            await pacing.set_rules(tx, account.account_id, rules)
            await tx.wake(OUTBOX, account.account_id, outlook.now)
        return await self.show(account)

    async def meter(self, account: Account) -> Meter:
        """The budget of messages today, by one query; its limit is told under the profile `open` too."""
        now = self._clock.now()
        found, used = await pacing.metered(
            self._database, account.account_id, day_of(now), BudgetKind.MESSAGES.value
        )
        return Meter(
            kind=BudgetKind.MESSAGES,
            limit=self._lanes.pace(found, now).caps[BudgetKind.MESSAGES],
            used=used,
            resets_at=next_midnight(now),
        )

    async def _read_credits(self, account: Account) -> None:
        """Ask LinkedIn how many InMail credits are left, where that is due and the account may be called."""
        found = await pacing.read(self._database, account.account_id)
        now = self._clock.now()
        read_at = found.inmail_credits_at
        if read_at is not None and now - read_at < CREDITS_KEPT:
            return
        if account.profile_id is None or found.state is AccountState.TROUBLE or still_stopped(found, now):
            return
        try:
            async with self._accounts.calling(account) as client:
                left = (await client.credits.read()).available
        except ThreadlineError:
            # The rest can be told without; what LinkedIn said before is shown with its time.
            return
        async with self._database.transaction() as tx:
            await self._lanes.make(tx, account.account_id)
            await pacing.set_credits(tx, account.account_id, left, now)

    def _shown(self, outlook: Outlook) -> Budget:
        found = outlook.pacing
        return Budget(
            pace=outlook.pace,
            lines=[self._line(outlook, kind) for kind in BudgetKind],
            resets_at=next_midnight(outlook.now),
            least_gap=self._lanes.ceilings.least_gap,
            waiting=len(outlook.waiting),
            stopped=found.state if outlook.lane.stopped else None,
            stopped_until=outlook.lane.stopped_until,
        )

    def _line(self, outlook: Outlook, kind: BudgetKind) -> BudgetLine:
        used = outlook.lane.used.get(day_of(outlook.now), {}).get(kind, 0)
        limit = outlook.pace.caps.get(kind)
        left = None if limit is None else max(0, limit - used)
        credits: Pacing = outlook.pacing
        inmail = kind is BudgetKind.INMAIL
        return BudgetLine(
            kind=kind,
            limit=credits.inmail_credits if inmail else limit,
            ceiling=self._lanes.ceilings.of(kind),
            enforced=limit is not None and outlook.pace.profile is not Profile.OPEN,
            used=used,
            left=credits.inmail_credits if inmail else left,
            next_slot_at=None if inmail and credits.inmail_credits == 0 else _next_slot(outlook, kind),
            read_at=credits.inmail_credits_at if inmail else None,
        )


def _next_slot(outlook: Outlook, kind: BudgetKind) -> int | None:
    """When one more opening message of `kind`, queued now, would leave."""
    leaving = _LEAVING.get(kind)
    if leaving is None:
        return None
    more = Waiting(
        send_id=_ONE_MORE,
        priority=0,
        ready_at=outlook.next_accepted_at,
        direct=False,
        aims=frozenset(),
        reply=False,
        **leaving,
    )
    return forecast(outlook.pace, outlook.lane, [*outlook.waiting, more], outlook.now)[_ONE_MORE].at
