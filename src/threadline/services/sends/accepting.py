"""Accepting: from what a caller wants to the row in the outbox, once for each idempotency key.

    key known? ─▶ the send it stands for
    aimed ─▶ composed ─▶ one transaction: key, joining an unknown send, row, and on an idle account its claim

Sources: contracts/DECISIONS.md 1 to 6.
"""

import hashlib

import msgspec
from msgspec import Struct

from threadline.model import randomness as chance
from threadline.model import urns
from threadline.model.accounts import PERSON_MUST_ACT, Account
from threadline.model.clock import Clock
from threadline.model.compositions import Composition
from threadline.model.errors import (
    BadInput,
    IdempotencyMismatch,
    MessageNotFound,
    NewerMessage,
    QueueFull,
    SessionExpired,
)
from threadline.model.events import EventType
from threadline.model.randomness import Randomness
from threadline.model.sends import IDEMPOTENCY_KEPT, Send, SendState, Terms, says_the_same
from threadline.services.accounts import Accounts
from threadline.services.sends.aiming import Aim, Aiming
from threadline.services.sends.claiming import Claiming, budget_reached, refused_by_budget
from threadline.services.sends.composing import Composing
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes, Outlook
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outgoing import Outgoing, check, check_terms
from threadline.store import attachments, idempotency, messages, sends
from threadline.store.database import Database, Reader, Transaction

_encode = msgspec.json.Encoder(order="deterministic").encode


class Accepted(Struct, frozen=True, kw_only=True):
    """What became of a caller's wish."""

    send: Send
    replayed: bool = False
    """Whether the key was used before, and this is the send it stands for."""
    joined: bool = False
    """Whether the same message may have left already, and this is the send that is being looked for."""


class Prepared(Struct, frozen=True, kw_only=True):
    """A message that is ready to be accepted."""

    aim: Aim
    composition: Composition
    terms: Terms
    typing: bool
    request_hash: str


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
        clock: Clock,
        randomness: Randomness,
        *,
        most_waiting: int,
    ) -> None:
        """most_waiting: how many sends of one account may wait at a time."""
        self._database = database
        self._accounts = accounts
        self._aiming = aiming
        self._composing = composing
        self._lanes = lanes
        self._claiming = claiming
        self._endings = endings
        self._clock = clock
        self._randomness = randomness
        self._most_waiting = most_waiting

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
            if accepted.replayed or accepted.joined:
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
        return await self._known(self._database, account, terms.idempotency_key, request_hash)

    async def prepare(
        self, account: Account, outgoing: Outgoing, terms: Terms, request_hash: str
    ) -> Prepared:
        """Aim and compose a message that `check` has passed; LinkedIn is asked only where somebody waits.

        Raises what `Accounts.client`, `Aiming.aim` and `Composing.compose` raise.
        """
        await self._check_account(account, terms)
        aim = await self._aiming.aim(account, outgoing, ask=terms.direct)
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
        )

    async def put(
        self, tx: Transaction, account: Account, prepared: Prepared, outlook: Outlook, *, offset: int = 0
    ) -> Accepted:
        """Store one message in the outbox, under the account's lock; the caller queues or claims it.

        outlook: how the account stood when the transaction began; offset: the place of the message among
        those accepted in it. Raises IdempotencyMismatch, NewerMessage, MessageNotFound and QueueFull.
        """
        terms = prepared.terms
        if terms.idempotency_key is not None:
            known = await self._known(tx, account, terms.idempotency_key, prepared.request_hash)
            if known is not None:
                return Accepted(send=known, replayed=True)
        elif not (terms.force or terms.draft or terms.send_at):
            same = await self._unknown_like(tx, account, prepared)
            if same is not None:
                return Accepted(send=same, joined=True)
        if terms.if_last is not None and prepared.aim.thread_id is not None:
            await check_newest(tx, account, terms.if_last, prepared.aim.thread_id)
        waiting = len(outlook.waiting) + offset
        if waiting >= self._most_waiting:
            raise QueueFull(f"{waiting} sends of this account wait, as many as may.")
        # After every one that waits, so that the time tells the order.
        now = max(outlook.now, *(one.created_at + 1 for one in outlook.open_sends), 0)
        send = self._made(account, prepared, now, offset)
        await sends.insert(tx, send)
        files = [upload.asset_urn for upload in send.composition.uploads]
        await attachments.attach(tx, account.account_id, send.send_id, files)
        if terms.idempotency_key is not None:
            await idempotency.put(
                tx,
                account.account_id,
                terms.idempotency_key,
                request_hash=prepared.request_hash,
                send_id=send.send_id,
                now=send.created_at,
            )
        return Accepted(send=send)

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
        outlook = await self._lanes.of(tx, account.account_id, before.pacing, now=now)
        one = next(each for each in outlook.waiting if each.send_id == send.send_id)
        kind = refused_by_budget(outlook, one)
        if kind is not None:
            raise budget_reached(outlook, kind)
        if outlook.leaving is not None:
            return None
        claimed = await self._claiming.claim(tx, account, outlook, only=send.send_id)
        if not isinstance(claimed, Send) or claimed.lease is None:
            return None
        # Should this process die before it has left, whoever is woken then takes it over.
        await tx.wake(OUTBOX, account.account_id, claimed.lease.until)
        if claimed.phase is None or claimed.typing or claimed.if_last is not None:
            return claimed
        await sends.mark_called(tx, claimed, now=now, until=claimed.lease.until)
        return msgspec.structs.replace(claimed, called_at=now)

    async def _check_account(self, account: Account, terms: Terms) -> None:
        """Refuse what cannot leave: now, where the caller waits; without a person's help, where not."""
        if terms.direct or account.state in PERSON_MUST_ACT:
            await self._accounts.client(account)
        if account.profile_id is None:
            raise SessionExpired("LinkedIn has not accepted this account's session yet.")

    async def _known(self, reader: Reader, account: Account, key: str, request_hash: str) -> Send | None:
        since = self._clock.now() - IDEMPOTENCY_KEPT
        known = await idempotency.find(reader, account.account_id, key, since=since)
        if known is None:
            return None
        if known.request_hash != request_hash:
            raise IdempotencyMismatch(
                "This idempotency key was used before, with another request.",
                details={"sendId": known.send_id},
            )
        return await sends.by_id(reader, account.account_id, known.send_id)

    async def _unknown_like(self, tx: Transaction, account: Account, prepared: Prepared) -> Send | None:
        """The unknown send that may already have brought the same message to the same people."""
        for send in await sends.in_state(tx, account.account_id, SendState.UNKNOWN):
            if send.aims & prepared.aim.aims and says_the_same(send.composition, prepared.composition):
                return send
        return None

    def _made(self, account: Account, prepared: Prepared, now: int, offset: int) -> Send:
        terms, aim = prepared.terms, prepared.aim
        send_id = chance.time_ordered_id(now, self._randomness, offset)
        return Send(
            account_id=account.account_id,
            send_id=send_id,
            state=SendState.DRAFT if terms.draft else SendState.QUEUED,
            composition=prepared.composition,
            channel=aim.channel,
            recipient_id=aim.recipient_id,
            target=aim.target,
            group_members=aim.group_members,
            thread_id=aim.thread_id,
            phase=aim.phase,
            origin_token=chance.origin_token(account.account_id, send_id),
            tracking_id=chance.tracking_id(self._randomness),
            direct=terms.direct,
            typing=prepared.typing,
            priority=terms.priority,
            send_at=terms.send_at,
            ready_at=max(now, terms.send_at or 0),
            if_last=terms.if_last,
            idempotency_key=terms.idempotency_key,
            batch_id=terms.batch_id,
            created_at=now,
        )


def fingerprint(outgoing: Outgoing, terms: Terms) -> str:
    """What two requests have in common that ask for the same; how long a caller waits is no part of it."""
    asked = msgspec.structs.replace(terms, direct=True, idempotency_key=None, batch_id=None, force=False)
    return hashlib.sha256(_encode((outgoing, asked))).hexdigest()


async def check_newest(reader: Reader, account: Account, seen: str, thread_id: str) -> None:
    """Raises NewerMessage when somebody has written later than the message that the caller had seen.

    Raises MessageNotFound where that message is not in the conversation.
    """
    found = await messages.by_id(reader, account.account_id, seen)
    if found is None or found.thread_id != thread_id:
        raise MessageNotFound("The message is not in the conversation written to.", field="ifLastMessageIs")
    newer = await messages.newer_from_others(
        reader, account.account_id, thread_id, (found.delivered_at, found.message_id)
    )
    if newer is not None:
        raise newer_message(account, newer)


def newer_message(account: Account, message_id: str) -> NewerMessage:
    """The error that names what the caller had not seen."""
    return NewerMessage(
        "Something newer has arrived in the conversation than the message named.",
        field="ifLastMessageIs",
        details={"newestMessageUrn": urns.message_urn(account.profile_id or "", message_id)},
    )
