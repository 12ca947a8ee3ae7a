"""Whether what an account has left reaches for a batch: InMail credits, and today's budgets.

Source: contracts/DECISIONS.md 4.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.compositions import Channel
from threadline.model.errors import NoInMailCredits, ThreadlineError
from threadline.model.pacing import BudgetKind, Profile, next_midnight
from threadline.model.sends import Send, SendState
from threadline.services.sends.inmail import InMail
from threadline.services.sends.lanes import Outlook
from threadline.services.sends.placing import Prepared
from threadline.services.sends.shortfalls import batch_over_budget

_PURSES = {Channel.INBOX: "", Channel.SALES_NAVIGATOR: " of Sales Navigator"}


class Purses(Struct, frozen=True):
    """The InMail credits that LinkedIn says are left, by channel; one that is not known is left out."""

    left: Mapping[Channel, int]

    def check(self, prepared: Sequence[Prepared], outlook: Outlook) -> None:
        """Raises NoInMailCredits where the credits do not reach for all, after those that wait."""
        for channel, left in self._free(outlook).items():
            needed = sum(purse_of(one) is channel for one in prepared)
            if needed > left:
                raise NoInMailCredits(
                    f"The batch has {needed} InMails{_PURSES[channel]}, and {left} credits are left for it.",
                    details={"kind": BudgetKind.INMAIL.value, "needed": needed, "left": left},
                )

    def refused(self, prepared: Sequence[Prepared], outlook: Outlook) -> list[NoInMailCredits | None]:
        """Of each message in order, why it is refused: the credits reach for the first ones."""
        free = dict(self._free(outlook))
        refused: list[NoInMailCredits | None] = []
        for one in prepared:
            channel = purse_of(one)
            left = free.get(channel) if channel else None
            refused.append(NoInMailCredits("No InMail credits are left for it.") if left == 0 else None)
            if channel is not None and left:
                free[channel] = left - 1
        return refused

    def _free(self, outlook: Outlook) -> dict[Channel, int]:
        """What is left when everything that waits has left."""
        waiting = [one.channel for one in outlook.open_sends if one.inmail]
        return {channel: max(0, left - waiting.count(channel)) for channel, left in self.left.items()}


class Reach:
    """Asks what is left, and compares."""

    def __init__(self, inmail: InMail) -> None:
        """Credits are asked of `inmail`."""
        self._inmail = inmail

    async def purses(self, account: Account, prepared: Iterable[Prepared], *, must_know: bool) -> Purses:
        """The credits of the purses that some messages draw on, asked of LinkedIn at once.

        must_know: whether to raise what `InMail.credits` raises; else each message is checked when it leaves.
        """
        drawn = {channel for one in prepared if (channel := purse_of(one)) is not None}
        if not drawn:
            return Purses({})
        try:
            credits = await self._inmail.credits(account)
        except ThreadlineError:
            if must_know:
                raise
            return Purses({})
        left = {Channel.INBOX: credits.inbox.available, Channel.SALES_NAVIGATOR: credits.sales}
        return Purses({channel: left[channel] or 0 for channel in drawn})


def purse_of(prepared: Prepared) -> Channel | None:
    """The channel whose credits a message may cost; None where it costs none."""
    if prepared.aim.channel is Channel.SALES_NAVIGATOR:
        return Channel.SALES_NAVIGATOR if prepared.aim.thread_id is None else None
    return Channel.INBOX if prepared.composition.inmail else None


def check_budgets(outlook: Outlook, fresh: Sequence[Send]) -> None:
    """Raises BudgetReached where today's budgets do not reach for all of `fresh` that may leave today.

    outlook: how the account stood before them. What waits for today already is counted first.
    """
    if outlook.pace.profile is Profile.OPEN:
        return
    midnight = next_midnight(outlook.now)
    waiting = [one for one in outlook.waiting if one.ready_at < midnight]
    today = [one for one in fresh if one.state is SendState.QUEUED and one.ready_at < midnight]
    before = _opened((one.aims for one in waiting if one.opens), frozenset())
    opened = _opened((one.aims for one in today if one.thread_id is None), before)
    asked = {
        BudgetKind.MESSAGES: (len(waiting), len(today)),
        BudgetKind.NEW_CONVERSATIONS: (len(before), len(opened) - len(before)),
    }
    for kind, (promised, needed) in asked.items():
        error = batch_over_budget(outlook, kind, promised, needed)
        if error is not None:
            raise error


def _opened(
    openings: Iterable[frozenset[str]], before: frozenset[frozenset[str]]
) -> frozenset[frozenset[str]]:
    """Those to whom a conversation begins: only the first message to somebody begins one."""
    return before.union(openings)
