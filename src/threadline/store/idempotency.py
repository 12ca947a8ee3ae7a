"""Idempotency keys: which send each stands for."""

from msgspec import Struct

from threadline.store.database import Reader, Transaction


class KnownRequest(Struct, frozen=True):
    """What a key was first used for."""

    request_hash: str
    send_id: str


async def find(reader: Reader, account_id: str, key: str, *, since: int) -> KnownRequest | None:
    """What a key stands for; None when it was not used after `since`, epoch milliseconds."""
    row = await reader.row("idempotency.find", account_id=account_id, idempotency_key=key, since=since)
    return KnownRequest(row["request_hash"], row["send_id"]) if row else None


async def put(
    tx: Transaction, account_id: str, key: str, *, request_hash: str, send_id: str, now: int
) -> None:
    """Let a key stand for a request from `now` on."""
    await tx.run(
        "idempotency.put",
        account_id=account_id,
        idempotency_key=key,
        request_hash=request_hash,
        send_id=send_id,
        created_at=now,
    )


async def forget(tx: Transaction, *, before: int, count: int) -> int:
    """Forget at most `count` keys that were first used at `before` or earlier; answers how many they were."""
    return await tx.run("idempotency.forget", before=before, count=count)
