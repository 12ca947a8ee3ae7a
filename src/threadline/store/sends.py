"""Sends: the outbox, one row a message on its way out."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from threadline.model.clock import SECOND
from threadline.model.compositions import Channel, Composition
from threadline.model.errors import ThreadlineError
from threadline.model.sends import Lease, Phase, Send, SendState, aims_of
from threadline.store.database import Reader, Row, Transaction

_encode = msgspec.json.Encoder().encode
_composition = msgspec.json.Decoder(Composition)
_names = msgspec.json.Decoder(tuple[str, ...])
_details = msgspec.json.Decoder(dict[str, Any])

AFTER_ALL = "~"
"""Sorts after every send's id."""


class OpenSend(Struct, frozen=True, kw_only=True):
    """A send that waits, is on its way, or may have left, as far as its order and its pace need it."""

    send_id: str
    state: SendState
    priority: int
    ready_at: int
    direct: bool
    aims: frozenset[str]
    known_conversation: bool
    they_wrote_last: bool
    """Whether the newest stored message of its conversation is somebody else's."""
    inmail: bool
    channel: Channel
    created_at: int
    lease_until: int | None


async def insert(tx: Transaction, send: Send) -> None:
    """Store an accepted send."""
    await tx.run("sends.insert", **_inserted(send))


async def insert_all(tx: Transaction, accepted: Sequence[Send]) -> None:
    """Store accepted sends."""
    await tx.run_many("sends.insert", [_inserted(send) for send in accepted])


async def by_id(reader: Reader, account_id: str, send_id: str) -> Send | None:
    """One send."""
    row = await reader.row("sends.by_id", account_id=account_id, send_id=send_id)
    return _send(row) if row else None


async def by_ids(reader: Reader, account_id: str, send_ids: Sequence[str]) -> dict[str, Send]:
    """Some sends, by id."""
    if len(send_ids) < 2:
        found = [await by_id(reader, account_id, send_id) for send_id in send_ids]
        return {send.send_id: send for send in found if send is not None}
    rows = await reader.rows("sends.by_ids", account_id=account_id, ids=_encode(send_ids).decode())
    return {row["send_id"]: _send(row) for row in rows}


async def by_token(reader: Reader, account_id: str, origin_token: str) -> Send | None:
    """The send whose echo carries `origin_token`."""
    row = await reader.row("sends.by_token", account_id=account_id, origin_token=origin_token)
    return _send(row) if row else None


async def by_message(reader: Reader, account_id: str, message_id: str) -> Send | None:
    """The send that LinkedIn's id of a message settled."""
    row = await reader.row("sends.by_message", account_id=account_id, message_id=message_id)
    return _send(row) if row else None


async def in_state(reader: Reader, account_id: str, state: SendState) -> list[Send]:
    """The sends of an account in one state, oldest first."""
    rows = await reader.rows("sends.in_state", account_id=account_id, state=state.value)
    return [_send(row) for row in rows]


async def open_sends(reader: Reader, account_id: str) -> list[OpenSend]:
    """The sends of an account that wait, are on their way, or may have left; oldest first."""
    return [_open(row) for row in await reader.rows("sends.waiting", account_id=account_id)]


async def any_queued(reader: Reader, account_id: str) -> bool:
    """Whether anything waits."""
    return await reader.row("sends.any_queued", account_id=account_id) is not None


async def leaving(reader: Reader) -> list[Send]:
    """The sends of every account that are on their way."""
    return [_send(row) for row in await reader.rows("sends.leaving")]


async def page(
    reader: Reader,
    account_id: str,
    *,
    before: str = AFTER_ALL,
    state: SendState | None = None,
    batch_id: str | None = None,
    thread_id: str | None = None,
    count: int,
) -> list[Send]:
    """A page of an account's sends, newest first, below the id `before`.

    state, batch_id, thread_id: only those of that state, that batch, to that conversation.
    """
    place: dict[str, Any] = {"account_id": account_id, "before_id": before, "count": count}
    also = {"state": state.value if state else "", "thread_id": thread_id or ""}
    if batch_id is not None:
        rows = await reader.rows("sends.page_of_batch", batch_id=batch_id, **also, **place)
    elif thread_id is not None:
        rows = await reader.rows("sends.page_of_conversation", **also, **place)
    elif state is not None:
        rows = await reader.rows("sends.page_in_state", state=state.value, **place)
    else:
        rows = await reader.rows("sends.page", **place)
    return [_send(row) for row in rows]


async def counted(reader: Reader, account_id: str) -> dict[SendState, int]:
    """How many sends of an account are in each state that they can still leave, where there are any."""
    rows = await reader.rows("sends.counted", account_id=account_id)
    return {SendState(row["state"]): row["found"] for row in rows}


async def claim(
    tx: Transaction,
    account_id: str,
    send_id: str,
    *,
    lease: Lease,
    day: str,
    kinds: Sequence[str],
    now: int,
    called: bool = False,
) -> Send | None:
    """Take a queued send, if none of its account is on its way; None when another was quicker.

    day, kinds: what it is charged to, as given back with `requeue` and `mark_failed`. called: whether
    LinkedIn is about to be called for it, as `mark_called` stores.
    """
    row = await tx.row(
        "sends.claim",
        account_id=account_id,
        send_id=send_id,
        lease_token=lease.token,
        lease_until=lease.until,
        charged_on=day if kinds else None,
        charged=_list(kinds),
        called_at=now if called else None,
        now=now,
    )
    return _send(row) if row else None


async def renew(tx: Transaction, send: Send, until: int) -> bool:
    """Keep a claimed send until a later time; False when it was taken over or has moved on."""
    return await _held(tx, "sends.renew", send, lease_until=until)


async def mark_aimed(tx: Transaction, send: Send) -> bool:
    """Store who the recipient turned out to be; False when it was taken over."""
    return await _held(tx, "sends.aimed", send, recipient_id=send.recipient_id, thread_id=send.thread_id)


async def mark_called(tx: Transaction, send: Send, *, now: int, until: int) -> bool:
    """Store, before the call, that LinkedIn is about to be called for `send` as it is given.

    until: of its lease. False when it was taken over: then nothing may leave.
    """
    return await _held(
        tx,
        "sends.mark_called",
        send,
        thread_id=send.thread_id,
        phase=send.phase.value if send.phase else None,
        composition=_encode(send.composition).decode(),
        inmail=int(costs_inmail(send)),
        charged=_list(send.charged),
        lease_until=until,
        now=now,
    )


async def mark_refused(tx: Transaction, send: Send, instead: Composition) -> bool:
    """Store that LinkedIn provably took nothing, and what is to leave instead; False when taken over."""
    return await _held(tx, "sends.mark_refused", send, composition=_encode(instead).decode())


async def requeue(tx: Transaction, send: Send) -> bool:
    """Put back a claimed send that provably did not leave; False when it was taken over."""
    return await _held(tx, "sends.requeue", send)


async def put_off(tx: Transaction, account_id: str, send_ids: Iterable[str], ready_at: int) -> None:
    """Let queued sends leave only from `ready_at` on, epoch milliseconds; those that are later stay so."""
    await tx.run_many(
        "sends.put_off",
        [{"account_id": account_id, "send_id": send_id, "ready_at": ready_at} for send_id in send_ids],
    )


async def mark_sent(tx: Transaction, send: Send, *, message_id: str, thread_id: str, now: int) -> bool:
    """Store LinkedIn's message id; False when the send was settled before."""
    touched = await tx.run(
        "sends.sent",
        account_id=send.account_id,
        send_id=send.send_id,
        message_id=message_id,
        thread_id=thread_id,
        now=now,
    )
    return touched == 1


async def mark_failed(
    tx: Transaction, send: Send, error: ThreadlineError, *, retry_safe: bool, now: int
) -> bool:
    """Store why a claimed or unknown send did not leave; False when it was settled or taken over."""
    usual = type(error).next_step
    return await _held(
        tx,
        "sends.failed",
        send,
        state=send.state.value,
        error_code=error.code,
        error_message=error.message,
        error_next_step=error.next_step if error.next_step != usual else None,
        error_details=_facts(error, now),
        retry_safe=int(retry_safe),
        now=now,
    )


async def mark_unknown(tx: Transaction, send: Send, *, message: str, now: int) -> bool:
    """Store that the answer was lost; False when the send has moved on."""
    return await _held(tx, "sends.unknown", send, error_message=message, now=now)


async def mark_checked(tx: Transaction, send: Send, *, absent_at: int | None) -> None:
    """Store that the thread was read; absent_at: when a fresh reading first did not show the message."""
    await tx.run("sends.checked", account_id=send.account_id, send_id=send.send_id, absent_at=absent_at)


async def mark_left_alone(tx: Transaction, send: Send) -> bool:
    """Store that its caller waits no longer; False when it is settled, or nobody waited."""
    return await tx.run("sends.left_alone", account_id=send.account_id, send_id=send.send_id) == 1


async def edit(tx: Transaction, send: Send) -> bool:
    """Store the changed words, time and priority of a send; False when it has been claimed."""
    touched = await tx.run(
        "sends.edit",
        account_id=send.account_id,
        send_id=send.send_id,
        body=send.text,
        composition=_encode(send.composition).decode(),
        send_at=send.send_at,
        ready_at=send.ready_at,
        priority=send.priority,
    )
    return touched == 1


async def cancel(tx: Transaction, send: Send, now: int) -> bool:
    """Take a send back; False when it has been claimed."""
    touched = await tx.run("sends.cancel", account_id=send.account_id, send_id=send.send_id, now=now)
    return touched == 1


async def release(tx: Transaction, send: Send, ready_at: int) -> bool:
    """Let a draft leave from `ready_at` on; False when it is none."""
    touched = await tx.run(
        "sends.release", account_id=send.account_id, send_id=send.send_id, ready_at=ready_at
    )
    return touched == 1


async def set_credits_left(tx: Transaction, send: Send, credits_left: int) -> None:
    """Store how many InMail credits LinkedIn said were left after it."""
    await tx.run(
        "sends.credits_left", account_id=send.account_id, send_id=send.send_id, credits_left=credits_left
    )


def costs_inmail(send: Send) -> bool:
    """Whether a send may cost an InMail credit: an InMail, or a first message through Sales Navigator."""
    return send.composition.inmail or (send.channel is Channel.SALES_NAVIGATOR and send.thread_id is None)


async def _held(tx: Transaction, query: str, send: Send, **more: Any) -> bool:
    """Run a change that only the holder of the send's lease may make."""
    touched = await tx.run(
        query,
        account_id=send.account_id,
        send_id=send.send_id,
        lease_token=send.lease.token if send.lease else None,
        **more,
    )
    return touched == 1


def _facts(error: ThreadlineError, now: int) -> str | None:
    facts = dict(error.details)
    if error.retry_after is not None:
        facts["retryAt"] = now + error.retry_after * SECOND
    if error.field is not None:
        facts["field"] = error.field
    return _encode(facts).decode() if facts else None


def _list(kinds: Sequence[str]) -> str | None:
    return _encode(list(kinds)).decode() if kinds else None


def _inserted(send: Send) -> dict[str, Any]:
    return {
        "account_id": send.account_id,
        "send_id": send.send_id,
        "state": send.state.value,
        "body": send.text,
        "composition": _encode(send.composition).decode(),
        "channel": send.channel.value,
        "group_members": _encode(send.group_members).decode() if send.group_members else None,
        "typing": int(send.typing),
        "recipient_id": send.recipient_id,
        "target": send.target,
        "thread_id": send.thread_id,
        "phase": send.phase.value if send.phase else None,
        "origin_token": send.origin_token,
        "tracking_id": send.tracking_id,
        "direct": int(send.direct),
        "priority": send.priority,
        "send_at": send.send_at,
        "ready_at": send.ready_at,
        "if_last": send.if_last,
        "inmail": int(costs_inmail(send)),
        "idempotency_key": send.idempotency_key,
        "batch_id": send.batch_id,
        "created_at": send.created_at,
        "claimed_at": send.claimed_at,
        "lease_token": send.lease.token if send.lease else None,
        "lease_until": send.lease.until if send.lease else None,
        "charged_on": send.charged_on,
        "charged": _list(send.charged),
        "called_at": send.called_at,
    }


def _open(row: Row) -> OpenSend:
    members = _names.decode(row["group_members"]) if row["group_members"] else ()
    return OpenSend(
        send_id=row["send_id"],
        state=SendState(row["state"]),
        priority=row["priority"],
        ready_at=row["ready_at"],
        direct=bool(row["direct"]),
        aims=aims_of(row["thread_id"], row["recipient_id"], row["target"], members),
        known_conversation=row["thread_id"] is not None,
        they_wrote_last=bool(row["they_wrote_last"]),
        inmail=bool(row["inmail"]),
        channel=Channel(row["channel"]),
        created_at=row["created_at"],
        lease_until=row["lease_until"],
    )


def _send(row: Row) -> Send:
    return Send(
        account_id=row["account_id"],
        send_id=row["send_id"],
        state=SendState(row["state"]),
        # A row from before there was more than text has only that.
        composition=_composition.decode(row["composition"])
        if row["composition"]
        else Composition(text=row["body"]),
        channel=Channel(row["channel"]),
        group_members=_names.decode(row["group_members"]) if row["group_members"] else (),
        typing=bool(row["typing"]),
        recipient_id=row["recipient_id"],
        target=row["target"],
        thread_id=row["thread_id"],
        phase=Phase(row["phase"]) if row["phase"] else None,
        origin_token=row["origin_token"],
        tracking_id=row["tracking_id"],
        direct=bool(row["direct"]),
        priority=row["priority"],
        send_at=row["send_at"],
        ready_at=row["ready_at"],
        if_last=row["if_last"],
        idempotency_key=row["idempotency_key"],
        batch_id=row["batch_id"],
        message_id=row["message_id"],
        credits_left=row["credits_left"],
        error_code=row["error_code"],
        error_message=row["error_message"],
        error_next_step=row["error_next_step"],
        error_details=_details.decode(row["error_details"]) if row["error_details"] else {},
        retry_safe=None if row["retry_safe"] is None else bool(row["retry_safe"]),
        created_at=row["created_at"],
        claimed_at=row["claimed_at"],
        lease=Lease(row["lease_token"], row["lease_until"]) if row["lease_token"] else None,
        charged_on=row["charged_on"],
        charged=_names.decode(row["charged"]) if row["charged"] else (),
        called_at=row["called_at"],
        unknown_at=row["unknown_at"],
        settled_at=row["settled_at"],
        checks=row["checks"],
        absent_at=row["absent_at"],
    )
