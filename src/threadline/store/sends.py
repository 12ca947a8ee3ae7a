"""Sends: the outbox, one row a message on its way out."""

import msgspec

from threadline.model.compositions import Channel, Composition
from threadline.model.sends import Phase, Send, SendState
from threadline.store.database import Reader, Row, Transaction

_encode = msgspec.json.Encoder().encode
_composition = msgspec.json.Decoder(Composition)
_people = msgspec.json.Decoder(tuple[str, ...])


async def insert(tx: Transaction, send: Send) -> None:
    """Store an accepted send."""
    await tx.run(
        "sends.insert",
        account_id=send.account_id,
        send_id=send.send_id,
        state=send.state.value,
        body=send.text,
        composition=_encode(send.composition).decode(),
        channel=send.channel.value,
        group_members=_encode(send.group_members).decode() if send.group_members else None,
        typing=int(send.typing),
        recipient_id=send.recipient_id,
        thread_id=send.thread_id,
        phase=send.phase.value if send.phase else None,
        origin_token=send.origin_token,
        tracking_id=send.tracking_id,
        direct=int(send.direct),
        created_at=send.created_at,
        claimed_at=send.claimed_at,
        called_at=send.called_at,
    )


async def by_id(reader: Reader, account_id: str, send_id: str) -> Send | None:
    """One send."""
    row = await reader.row("sends.by_id", account_id=account_id, send_id=send_id)
    return _send(row) if row else None


async def by_token(reader: Reader, account_id: str, origin_token: str) -> Send | None:
    """The send whose echo carries `origin_token`."""
    row = await reader.row("sends.by_token", account_id=account_id, origin_token=origin_token)
    return _send(row) if row else None


async def by_message(reader: Reader, account_id: str, message_id: str) -> Send | None:
    """The send that LinkedIn's id of a message settled."""
    row = await reader.row("sends.by_message", account_id=account_id, message_id=message_id)
    return _send(row) if row else None


async def open_sends(reader: Reader, account_id: str) -> list[Send]:
    """The sends of an account that wait, are on their way, or may have left; oldest first."""
    return [_send(row) for row in await reader.rows("sends.open", account_id=account_id)]


async def busy_accounts(reader: Reader) -> list[str]:
    """The accounts that have such sends."""
    return [row["account_id"] for row in await reader.rows("sends.busy")]


async def claim(tx: Transaction, send: Send, now: int) -> bool:
    """Take a queued send; False when it is queued no longer."""
    return await tx.run("sends.claim", account_id=send.account_id, send_id=send.send_id, now=now) == 1


async def mark_called(tx: Transaction, send: Send, *, thread_id: str | None, phase: Phase, now: int) -> bool:
    """Store, before the call, that LinkedIn is about to be called; False when the send has moved on."""
    touched = await tx.run(
        "sends.mark_called",
        account_id=send.account_id,
        send_id=send.send_id,
        thread_id=thread_id,
        phase=phase.value,
        now=now,
    )
    return touched == 1


async def mark_refused(tx: Transaction, send: Send, instead: Composition) -> bool:
    """Store that LinkedIn provably took nothing, and what is to leave instead; False when it has moved on."""
    touched = await tx.run(
        "sends.mark_refused",
        account_id=send.account_id,
        send_id=send.send_id,
        composition=_encode(instead).decode(),
    )
    return touched == 1


async def requeue(tx: Transaction, send: Send) -> bool:
    """Put back a claimed send that provably did not leave."""
    return await tx.run("sends.requeue", account_id=send.account_id, send_id=send.send_id) == 1


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
    tx: Transaction, send: Send, *, code: str, message: str, retry_safe: bool, now: int
) -> bool:
    """Store why a send did not leave; False when it was settled before."""
    touched = await tx.run(
        "sends.failed",
        account_id=send.account_id,
        send_id=send.send_id,
        error_code=code,
        error_message=message,
        retry_safe=int(retry_safe),
        now=now,
    )
    return touched == 1


async def mark_unknown(tx: Transaction, send: Send, *, message: str, now: int) -> bool:
    """Store that the answer was lost; False when the send has moved on."""
    touched = await tx.run(
        "sends.unknown", account_id=send.account_id, send_id=send.send_id, error_message=message, now=now
    )
    return touched == 1


async def mark_checked(tx: Transaction, send: Send, *, absent_at: int | None) -> None:
    """Store that the thread was read; absent_at: when a fresh reading first did not show the message."""
    await tx.run("sends.checked", account_id=send.account_id, send_id=send.send_id, absent_at=absent_at)


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
        group_members=_people.decode(row["group_members"]) if row["group_members"] else (),
        typing=bool(row["typing"]),
        recipient_id=row["recipient_id"],
        thread_id=row["thread_id"],
        phase=Phase(row["phase"]) if row["phase"] else None,
        origin_token=row["origin_token"],
        tracking_id=row["tracking_id"],
        direct=bool(row["direct"]),
        message_id=row["message_id"],
        error_code=row["error_code"],
        error_message=row["error_message"],
        retry_safe=None if row["retry_safe"] is None else bool(row["retry_safe"]),
        created_at=row["created_at"],
        claimed_at=row["claimed_at"],
        called_at=row["called_at"],
        unknown_at=row["unknown_at"],
        settled_at=row["settled_at"],
        checks=row["checks"],
        absent_at=row["absent_at"],
    )
