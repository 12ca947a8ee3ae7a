"""Accepting: from what a caller wants to the row in the outbox, once for each idempotency key.

    key known? ─▶ the send it stands for
    aimed ─▶ composed ─▶ one transaction: key, joining an unknown send, row, and on an idle account its claim

Sources: contracts/DECISIONS.md 1 to 6.
"""

import hashlib

import msgspec

from threadline.model.accounts import PERSON_MUST_ACT, Account
from threadline.model.clock import Clock
from threadline.model.errors import BadInput, SessionExpired, ThreadlineError
from threadline.model.events import EventType
from threadline.model.sends import Send, SendState, Terms
from threadline.services.accounts import Accounts
from threadline.services.sends.aiming import AddressBook, Aiming
from threadline.services.sends.claiming import Claiming
from threadline.services.sends.composing import Composing
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes, Outlook
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outgoing import Outgoing, check, check_terms
from threadline.services.sends.placing import Accepted, Placing, Prepared, check_same, may_join
from threadline.services.sends.shortfalls import budget_reached, refused_by_budget, used_up_before
from threadline.store import sends
from threadline.store.database import Database, Transaction

_encode = msgspec.json.Encoder(order="deterministic").encode


class Accepting:
    """Accepts sends."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        aiming: Aiming,
        composing: Composing,
        lanes: Lanes,
        claiming: Claiming,
        endings: Endings,
        placing: Placing,
        clock: Clock,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._aiming = aiming
        self._composing = composing
        self._lanes = lanes
        self._claiming = claiming
        self._endings = endings
        self._placing = placing
        self._clock = clock

    async def accept(
        self, account: Account, outgoing: Outgoing, terms: Terms, request_hash: str | None = None
    ) -> Accepted:
        """Accept a message, once; a direct one on an idle account is claimed with it.

        request_hash: of the request that the key stands for, where `outgoing` was made from another. Raises
        what `check`, `check_terms`, `prepare` and `put` raise, and BudgetReached; then nothing was accepted.
        """
        check(outgoing)
        check_terms(terms, self._clock.now())
        request_hash = request_hash or fingerprint(outgoing, terms)
        known = await self.earlier(account, terms, request_hash)
        if known is not None:
            return Accepted(send=known, replayed=True)
        prepared = await self.prepare(account, outgoing, terms, request_hash)
        async with self._database.transaction() as tx:
            outlook = await self._lanes.locked(tx, account.account_id)
            accepted = await self.put(tx, account, prepared, outlook)
            if not accepted.fresh:
                return accepted
            if terms.direct:
                claimed = await self._claimed(tx, account, accepted.send, outlook)
                if claimed is not None:
                    return Accepted(send=claimed)
            await self.queue(tx, account, accepted.send)
            return accepted

    async def earlier(self, account: Account, terms: Terms, request_hash: str) -> Send | None:
        """The send that the caller's key stands for; raises IdempotencyMismatch for another request."""
        if terms.idempotency_key is None:
            return None
        known = await self._placing.known(self._database, account, [terms.idempotency_key])
        request = known.get(terms.idempotency_key)
        if request is None:
            return None
        check_same(request, request_hash)
        return await sends.by_id(self._database, account.account_id, request.send_id)

    async def prepare(
        self,
        account: Account,
        outgoing: Outgoing,
        terms: Terms,
        request_hash: str,
        book: AddressBook | None = None,
    ) -> Prepared:
        """Aim and compose a message that `check` has passed; LinkedIn is asked only where somebody waits.

        book: what was looked up before of those that it is for. Raises what `Accounts.client`, `Aiming.aim`
        and `Composing.compose` raise.
        """
        await self.check_account(account, terms)
        # Asked before LinkedIn is: what is read of it may settle one of them.
        unknown = await self._unknown(account) if terms.direct and may_join(terms) else ()
        aim = await self._aiming.aim(account, outgoing, ask=terms.direct, book=book)
        if terms.if_last is not None and aim.thread_id is None and aim.target is None:
            raise BadInput(
                "There is no conversation with this person, so nothing can be its last message.",
                field="ifLastMessageIs",
            )
        return Prepared(
            aim=aim,
            composition=await self._composing.compose(account, outgoing, aim),
            terms=terms,
            typing=outgoing.typing,
            request_hash=request_hash,
            unknown=unknown,
        )

    async def _unknown(self, account: Account) -> tuple[str, ...]:
        listed = await sends.in_state(self._database, account.account_id, SendState.UNKNOWN)
        return tuple(send.send_id for send in listed)

    async def check_account(self, account: Account, terms: Terms) -> None:
        """Refuse what cannot leave: now, where the caller waits; without a person's help, where not.

        Raises what `Accounts.client` raises.
        """
        if terms.direct or account.state in PERSON_MUST_ACT:
            await self._accounts.client(account)
        if account.profile_id is None:
            raise SessionExpired("LinkedIn has not accepted this account's session yet.")

    async def put(self, tx: Transaction, account: Account, prepared: Prepared, outlook: Outlook) -> Accepted:
        """Store one message in the outbox, under the account's lock; the caller queues or claims it.

        outlook: how the account stood when the transaction began. Raises what `Placing.place` answers.
        """
        (placed,) = await self._placing.place(tx, account, [prepared], outlook)
        if isinstance(placed, ThreadlineError):
            raise placed
        return placed

    async def queue(self, tx: Transaction, account: Account, send: Send) -> None:
        """Let a queued send be looked at when it may leave, and tell of it."""
        if send.state is SendState.QUEUED:
            await self._endings.tell(tx, account, EventType.SEND_QUEUED, send, {})
            await tx.wake(OUTBOX, account.account_id, send.ready_at)

    async def _claimed(self, tx: Transaction, account: Account, send: Send, before: Outlook) -> Send | None:
        """The direct send, claimed, where nothing leaves before it; raises BudgetReached."""
        if send.state is not SendState.QUEUED:
            return None
        now = max(before.now, send.created_at)
        outlook = await self._lanes.with_accepted(tx, account.account_id, before, now)
        one = next(each for each in outlook.waiting if each.send_id == send.send_id)
        kind = refused_by_budget(outlook, one)
        if kind is not None:
            raise budget_reached(outlook, kind)
        claimed: Send | int | None = None
        if outlook.leaving is None:
            ready = send.phase is not None and not send.typing and send.if_last is None
            claimed = await self._claiming.claim(tx, account, outlook, only=send.send_id, called=ready)
        if not isinstance(claimed, Send) or claimed.lease is None:
            kind = used_up_before(outlook, one)
            if kind is not None:
                raise budget_reached(outlook, kind)
            return None
        # Should this process die before it has left, whoever is woken then takes it over.
        await tx.wake(OUTBOX, account.account_id, claimed.lease.until)
        return claimed


def fingerprint(outgoing: Outgoing, terms: Terms) -> str:
    """What two requests have in common that ask for the same; how long a caller waits is no part of it."""
    asked = msgspec.structs.replace(terms, direct=True, idempotency_key=None, batch_id=None, force=False)
    return hashlib.sha256(_encode((outgoing, asked))).hexdigest()
