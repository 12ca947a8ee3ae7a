"""Claiming: which send of an account leaves next, decided and taken in one transaction.

The rules are `model.pacing`'s. The claim is one statement that takes the row only where it is queued and
none of its account is on its way, and leases it to the task that lets it leave; budgets are charged with it.
"""

from threadline.model import randomness as chance
from threadline.model.accounts import Account
from threadline.model.clock import SECOND
from threadline.model.events import EventType
from threadline.model.pacing import (
    Decision,
    day_of,
    decide,
    next_midnight,
)
from threadline.model.randomness import Randomness
from threadline.model.sends import LEASE, Lease, Send
from threadline.services.records.journal import Journal
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes, Outlook, still_stopped, without
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.shortfalls import budget_reached, refused_by_budget
from threadline.store import budgets, events, pacing, sends
from threadline.store.database import Database, Transaction


class Claiming:
    """Takes sends out of the queue, one at a time for each account."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        endings: Endings,
        journal: Journal,
        outcomes: Outcomes,
        randomness: Randomness,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._lanes = lanes
        self._endings = endings
        self._journal = journal
        self._outcomes = outcomes
        self._randomness = randomness

    async def next(self, account: Account) -> Send | int | None:
        """The send that leaves now, claimed; else when to look again (epoch milliseconds), None when told."""
        over: list[str] = []
        async with self._database.transaction() as tx:
            outlook = await self._lanes.locked(tx, account.account_id)
            leaving = outlook.leaving
            if leaving is not None:
                if (leaving.lease_until or 0) > outlook.now:
                    return leaving.lease_until
                gone = await sends.by_id(tx, account.account_id, leaving.send_id)
                if gone is not None:
                    await self._endings.take_over(tx, account, gone)
                    over.append(gone.send_id)
                outlook = await self._lanes.locked(tx, account.account_id)
            if still_stopped(outlook.pacing, outlook.now):
                found: Send | int | None = outlook.lane.stopped_until
            else:
                outlook = await self._refuse_over_budget(tx, account, outlook, over)
                found = await self.claim(tx, account, outlook)
        for send_id in over:
            self._outcomes.settled(send_id)
        return found

    async def claim(
        self,
        tx: Transaction,
        account: Account,
        outlook: Outlook,
        *,
        only: str | None = None,
        called: bool = False,
    ) -> Send | int | None:
        """As `next`, for an account that stands as `outlook` says in this transaction.

        only: the one send that may be claimed now, by id. called: whether LinkedIn is called for it next,
        with nothing left to find out or to show before.
        """
        decision = decide(outlook.pace, outlook.lane, outlook.waiting, outlook.now)
        if decision.send_id is None:
            return decision.wake_at
        if only not in (None, decision.send_id):
            return outlook.now
        lease = Lease(chance.letters(20, self._randomness), outlook.now + LEASE)
        send = await sends.claim(
            tx,
            account.account_id,
            decision.send_id,
            lease=lease,
            day=day_of(outlook.now),
            kinds=[kind.value for kind in decision.kinds],
            now=outlook.now,
            called=called,
        )
        if send is None:
            return outlook.now + SECOND
        await self._charge(tx, account, outlook, decision)
        return send

    async def _charge(self, tx: Transaction, account: Account, outlook: Outlook, decision: Decision) -> None:
        day = day_of(outlook.now)
        await budgets.charge(tx, account.account_id, day, [kind.value for kind in decision.kinds])
        if decision.opening:
            slot_at = outlook.now if decision.slot_at is None else decision.slot_at
            await pacing.opened(tx, account.account_id, slot_at=slot_at, opened_at=outlook.now)
        used = outlook.lane.used.get(day, {})
        told = [
            self._journal.event(
                account,
                EventType.BUDGET_REACHED,
                {
                    "kind": kind.value,
                    "limit": outlook.pace.caps[kind],
                    "resetsAt": next_midnight(outlook.now),
                },
            )
            for kind in decision.kinds
            if used.get(kind, 0) + 1 == outlook.pace.caps.get(kind)
        ]
        await events.append(tx, told)

    async def _refuse_over_budget(
        self, tx: Transaction, account: Account, outlook: Outlook, over: list[str]
    ) -> Outlook:
        """Fail what somebody waits for now and may not leave today any more."""
        for one in outlook.waiting:
            kind = refused_by_budget(outlook, one)
            if kind is None:
                continue
            lease = Lease(chance.letters(20, self._randomness), outlook.now)
            claimed = await sends.claim(
                tx, account.account_id, one.send_id, lease=lease, day="", kinds=(), now=outlook.now
            )
            if claimed is not None:
                await self._endings.fail(tx, account, claimed, budget_reached(outlook, kind))
                over.append(one.send_id)
                outlook = without(outlook, one.send_id)
        return outlook
