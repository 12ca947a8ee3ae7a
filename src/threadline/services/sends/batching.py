"""Batches: many messages accepted by one request, each with its own key and its own result.

    checked ─▶ looked up ─▶ prepared ─▶ one transaction: keys, joining, rows ─▶ when each will leave

LinkedIn is asked for nothing but, where there are InMails, the credits. Source: contracts/DECISIONS.md 4.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from threadline.model import randomness as chance
from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.compositions import Channel
from threadline.model.errors import BadInput, ExperimentalOff, ThreadlineError
from threadline.model.events import EventType
from threadline.model.pacing import Expected
from threadline.model.randomness import Randomness
from threadline.model.sends import Send, SendState, Terms
from threadline.services.sends.accepting import Accepting, fingerprint
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes, Outlook
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outgoing import Outgoing, check, check_terms
from threadline.services.sends.placing import Accepted, Placing, Prepared, check_same
from threadline.services.sends.reach import Purses, Reach, check_budgets
from threadline.store import sends
from threadline.store.database import Database, Transaction

MOST_IN_A_BATCH = 500

_Outcome = Prepared | Accepted | ThreadlineError


class Wish(Struct, frozen=True):
    """One message that a batch asks for, and its terms."""

    outgoing: Outgoing
    terms: Terms


class BatchItem(Struct, frozen=True):
    """What became of one message of a batch: it was accepted, or it was refused."""

    accepted: Accepted | None = None
    expected: Expected | None = None
    """Of a queued send: when it will leave if nothing changes."""
    error: ThreadlineError | None = None


class BatchAccepted(Struct, frozen=True):
    """What became of a batch, message by message in order."""

    batch_id: str
    items: Sequence[BatchItem]


class BatchRefused(BadInput):
    """A batch of which nothing was accepted, as some of its messages may not be; `refused` says which."""

    def __init__(self, refused: Sequence[tuple[int, ThreadlineError]], of: int) -> None:
        """refused: places in the batch, from 0, each with what is wrong; of: how many it has."""
        super().__init__(
            f"{len(refused)} of the {of} sends are refused, so that none of them was accepted.",
            field="sends",
            next_step="Correct those that are named, or leave allOrNothing out to send the others.",
        )
        self.refused = refused


class Batching:
    """Accepts batches."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        aiming: Aiming,
        accepting: Accepting,
        placing: Placing,
        reach: Reach,
        endings: Endings,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._lanes = lanes
        self._aiming = aiming
        self._accepting = accepting
        self._placing = placing
        self._reach = reach
        self._endings = endings
        self._clock = clock
        self._randomness = randomness

    async def send(
        self, account: Account, wishes: Sequence[Wish | ThreadlineError], *, all_or_nothing: bool
    ) -> BatchAccepted:
        """Accept messages for the queue, each once for its idempotency key; nobody waits for them.

        wishes: an error among them is of a message that could not be read. all_or_nothing: refuse all when
        one is refused, or when the credits or today's budgets will not reach. Raises BadInput unless there
        are 1 to 500, what stands in the way of the account, and with all_or_nothing BatchRefused,
        NoInMailCredits, BudgetReached and ExperimentalOff.
        """
        if not 0 < len(wishes) <= MOST_IN_A_BATCH:
            raise BadInput(
                f"sends: a batch has 1 to {MOST_IN_A_BATCH}; this one has {len(wishes)}.", field="sends"
            )
        batch_id = chance.time_ordered_id(self._clock.now(), self._randomness)
        ready = await self._ready(account, [_queued(wish, batch_id) for wish in wishes])
        if all_or_nothing:
            _raise_refused(ready)
        purses = await self._reach.purses(account, _prepared(ready), must_know=all_or_nothing)
        async with self._database.transaction() as tx:
            outlook = await self._lanes.locked(tx, account.account_id)
            if all_or_nothing:
                purses.check(_prepared(ready), outlook)
            else:
                ready = _merged(ready, _or_itself(_prepared(ready), purses, outlook))
            placed = await self._placing.place(tx, account, _prepared(ready), outlook)
            outcome = _merged(ready, placed)
            if all_or_nothing:
                _raise_refused(outcome)
                check_budgets(outlook, _fresh(outcome))
            after = await self._queue(tx, account, _fresh(outcome), outlook)
        expected = after.expected()
        return BatchAccepted(_batch_of(outcome) or batch_id, [_item(one, expected) for one in outcome])

    async def _ready(self, account: Account, wishes: Sequence[Wish | ThreadlineError]) -> list[_Outcome]:
        """Each message ready to be stored, the send that its key stands for already, or why it is refused."""
        now = self._clock.now()
        asked = [wish for wish in wishes if isinstance(wish, Wish)]
        keys = [key for wish in asked if (key := wish.terms.idempotency_key) is not None]
        known = await self._placing.known(self._database, account, keys)
        ids = [request.send_id for request in known.values()]
        earlier = await sends.by_ids(self._database, account.account_id, ids)
        book = await self._aiming.book(account, [wish.outgoing for wish in asked])
        if any(wish.terms.idempotency_key not in known for wish in asked):
            await self._accepting.check_account(account, asked[0].terms)
        ready: list[_Outcome] = []
        for wish in wishes:
            try:
                if isinstance(wish, ThreadlineError):
                    raise wish
                outgoing, terms = wish.outgoing, wish.terms
                check(outgoing)
                check_terms(terms, now)
                request_hash = fingerprint(outgoing, terms)
                request = known.get(terms.idempotency_key or "")
                if request is not None:
                    check_same(request, request_hash)
                    ready.append(Accepted(send=earlier[request.send_id], replayed=True))
                    continue
                if outgoing.channel is Channel.SALES_NAVIGATOR:
                    # There every first message costs a credit; what is called an InMail is none of the inbox.
                    outgoing = msgspec.structs.replace(outgoing, inmail=False)
                ready.append(await self._accepting.prepare(account, outgoing, terms, request_hash, book))
            except ThreadlineError as error:
                ready.append(error)
        return ready

    async def _queue(
        self, tx: Transaction, account: Account, fresh: Sequence[Send], outlook: Outlook
    ) -> Outlook:
        """Let what was accepted be looked at when it may leave, and tell of it; answers how that stands."""
        queued = [send for send in fresh if send.state is SendState.QUEUED]
        await self._endings.tell_all(tx, account, EventType.SEND_QUEUED, queued)
        if queued:
            await tx.wake(OUTBOX, account.account_id, min(send.ready_at for send in queued))
        now = max([outlook.now, *(send.created_at for send in queued)])
        return await self._lanes.of(tx, account.account_id, outlook.pacing, now=now)


def _queued(wish: Wish | ThreadlineError, batch_id: str) -> Wish | ThreadlineError:
    """A message that nobody waits for, as one of a batch."""
    if isinstance(wish, ThreadlineError):
        return wish
    return Wish(wish.outgoing, msgspec.structs.replace(wish.terms, direct=False, batch_id=batch_id))


def _batch_of(outcome: Sequence[_Outcome]) -> str | None:
    """The batch that all of these were accepted with before, if there is one."""
    before = {one.send.batch_id if isinstance(one, Accepted) and one.replayed else None for one in outcome}
    return before.pop() if len(before) == 1 else None


def _prepared(ready: Sequence[_Outcome]) -> list[Prepared]:
    return [one for one in ready if isinstance(one, Prepared)]


def _fresh(outcome: Sequence[_Outcome]) -> list[Send]:
    return [one.send for one in outcome if isinstance(one, Accepted) and one.fresh]


def _or_itself(prepared: Sequence[Prepared], purses: Purses, outlook: Outlook) -> list[_Outcome]:
    """Each message, or why the credits do not reach for it."""
    refused = purses.refused(prepared, outlook)
    return [one if error is None else error for one, error in zip(prepared, refused, strict=True)]


def _merged(ready: Sequence[_Outcome], further: Sequence[_Outcome]) -> list[_Outcome]:
    """What became of each; further: in order, of those that were prepared."""
    rest = iter(further)
    return [next(rest) if isinstance(one, Prepared) else one for one in ready]


def _raise_refused(outcome: Sequence[_Outcome]) -> None:
    refused = [(place, one) for place, one in enumerate(outcome) if isinstance(one, ThreadlineError)]
    for _, error in refused:
        if isinstance(error, ExperimentalOff):
            raise error
    if refused:
        raise BatchRefused(refused, len(outcome))


def _item(outcome: _Outcome, expected: dict[str, Expected]) -> BatchItem:
    if isinstance(outcome, Accepted):
        return BatchItem(accepted=outcome, expected=expected.get(outcome.send.send_id))
    assert isinstance(outcome, ThreadlineError)
    return BatchItem(error=outcome)
