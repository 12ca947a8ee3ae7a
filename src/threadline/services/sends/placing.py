"""Placing: ready messages into the outbox, in one transaction, each once for its idempotency key.

However many there are, the queries are as many as for one. Sources: contracts/DECISIONS.md 1 to 6.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from threadline.model import randomness as chance
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.compositions import Composition
from threadline.model.errors import (
    IdempotencyMismatch,
    MessageNotFound,
    NewerMessage,
    QueueFull,
    ThreadlineError,
)
from threadline.model.randomness import Randomness
from threadline.model.sends import IDEMPOTENCY_KEPT, Send, SendState, Terms, says_the_same
from threadline.services.sends.aiming import Aim
from threadline.services.sends.lanes import Outlook
from threadline.store import attachments, idempotency, messages, sends
from threadline.store.database import Reader, Transaction
from threadline.store.idempotency import KnownRequest


class Accepted(Struct, frozen=True, kw_only=True):
    """What became of a caller's wish."""

    send: Send
    replayed: bool = False
    """Whether the key was used before, and this is the send it stands for."""
    joined: bool = False
    """Whether the same message may have left already, and this is the send that is being looked for."""

    @property
    def fresh(self) -> bool:
        """Whether it is a send of its own, and none that was there before."""
        return not (self.replayed or self.joined)


class Prepared(Struct, frozen=True, kw_only=True):
    """A message that is ready to be accepted."""

    aim: Aim
    composition: Composition
    terms: Terms
    typing: bool
    request_hash: str
    unknown: tuple[str, ...] = ()
    """Ids of the sends that were unknown when it was asked for: one of them may have brought it already."""


class Placing:
    """Stores what was accepted."""

    def __init__(self, clock: Clock, randomness: Randomness, *, most_waiting: int) -> None:
        """most_waiting: how many sends of one account may wait at a time."""
        self._clock = clock
        self._randomness = randomness
        self._most_waiting = most_waiting

    async def place(
        self, tx: Transaction, account: Account, prepared: Sequence[Prepared], outlook: Outlook
    ) -> list[Accepted | ThreadlineError]:
        """Store messages in the outbox, under the account's lock; the caller queues or claims them.

        outlook: how the account stood when the transaction began. Answers in order what became of each; or
        why it was refused: IdempotencyMismatch, NewerMessage, MessageNotFound, QueueFull.
        """
        keys = [one.terms.idempotency_key for one in prepared if one.terms.idempotency_key is not None]
        known = await self.known(tx, account, keys)
        earlier = await sends.by_ids(tx, account.account_id, [one.send_id for one in known.values()])
        unknown = await _unknown(tx, account, prepared, outlook)
        now = outlook.next_accepted_at
        room = self._most_waiting - len(outlook.waiting)
        made: list[Send] = []
        placed: list[Accepted | ThreadlineError] = []
        for one in prepared:
            try:
                accepted = await self._there(tx, account, one, known, earlier, unknown)
                if accepted is None:
                    if len(made) >= room:
                        raise QueueFull(f"{self._most_waiting} sends of this account wait, as many as may.")
                    send = self._made(account, one, now, len(made))
                    made.append(send)
                    if send.idempotency_key is not None:
                        known[send.idempotency_key] = KnownRequest(one.request_hash, send.send_id)
                        earlier[send.send_id] = send
                    accepted = Accepted(send=send)
                placed.append(accepted)
            except ThreadlineError as error:
                placed.append(error)
        await self._store(tx, account, made, known)
        return placed

    async def known(self, reader: Reader, account: Account, keys: Sequence[str]) -> dict[str, KnownRequest]:
        """What some idempotency keys stand for; those that were never used, or long ago, are left out."""
        since = self._clock.now() - IDEMPOTENCY_KEPT
        return await idempotency.find_all(reader, account.account_id, keys, since=since)

    async def _there(
        self,
        tx: Transaction,
        account: Account,
        one: Prepared,
        known: Mapping[str, KnownRequest],
        earlier: Mapping[str, Send],
        unknown: Sequence[Send],
    ) -> Accepted | None:
        """The send that is there already; None where it is to be a new one, if nothing speaks against it."""
        terms = one.terms
        if terms.idempotency_key is not None:
            request = known.get(terms.idempotency_key)
            if request is not None:
                check_same(request, one.request_hash)
                return Accepted(send=earlier[request.send_id], replayed=True)
        elif may_join(terms):
            for send in unknown:
                if send.aims & one.aim.aims and says_the_same(send.composition, one.composition):
                    return Accepted(send=send, joined=True)
        if terms.if_last is not None and one.aim.thread_id is not None:
            await check_newest(tx, account, terms.if_last, one.aim.thread_id)
        return None

    async def _store(
        self, tx: Transaction, account: Account, made: Sequence[Send], known: Mapping[str, KnownRequest]
    ) -> None:
        await sends.insert_all(tx, made)
        for send in made:
            files = [upload.asset_urn for upload in send.composition.uploads]
            if files:
                await attachments.attach(tx, account.account_id, send.send_id, files)
        keyed = {send.idempotency_key: send for send in made if send.idempotency_key is not None}
        if keyed:
            await idempotency.put_all(
                tx,
                account.account_id,
                {key: known[key] for key in keyed},
                now=next(iter(keyed.values())).created_at,
            )

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
            # Nobody waits for a person to release a draft.
            direct=terms.direct and not terms.draft,
            typing=prepared.typing,
            priority=terms.priority,
            send_at=terms.send_at,
            ready_at=max(now, terms.send_at or 0),
            if_last=terms.if_last,
            idempotency_key=terms.idempotency_key,
            batch_id=terms.batch_id,
            created_at=now,
        )


def check_same(known: KnownRequest, request_hash: str) -> None:
    """Raises IdempotencyMismatch where a key was used for another request."""
    if known.request_hash != request_hash:
        raise IdempotencyMismatch(
            "This idempotency key was used before, with another request.",
            details={"sendId": known.send_id},
        )


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


async def _unknown(
    tx: Transaction, account: Account, prepared: Sequence[Prepared], outlook: Outlook
) -> Sequence[Send]:
    """The sends that are unknown, or were when one of `prepared` was asked for, where that might join one."""
    if not any(may_join(one.terms) for one in prepared):
        return []
    ids = {one.send_id for one in outlook.open_sends if one.state is SendState.UNKNOWN}
    ids.update(send_id for one in prepared for send_id in one.unknown)
    if not ids:
        return []
    return list((await sends.by_ids(tx, account.account_id, sorted(ids))).values())


def may_join(terms: Terms) -> bool:
    """Whether the same message, if it may have left already, stands for this one."""
    return terms.idempotency_key is None and not (terms.force or terms.draft or terms.send_at)
