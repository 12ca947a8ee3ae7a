"""Idempotency keys: which send each stands for."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct

from threadline.store.database import Reader, Transaction

_encode = msgspec.json.Encoder().encode


class KnownRequest(Struct, frozen=True):
    """What a key was first used for."""

    request_hash: str
    send_id: str


async def find(reader: Reader, account_id: str, key: str, *, since: int) -> KnownRequest | None:
    """What a key stands for; None when it was not used after `since`, epoch milliseconds."""
    row = await reader.row("idempotency.find", account_id=account_id, idempotency_key=key, since=since)
    return KnownRequest(row["request_hash"], row["send_id"]) if row else None


async def find_all(
    reader: Reader, account_id: str, keys: Sequence[str], *, since: int
) -> dict[str, KnownRequest]:
    """What some keys stand for; those that were not used after `since`, epoch milliseconds, are left out."""
    if len(keys) < 2:
        found = [(key, await find(reader, account_id, key, since=since)) for key in keys]
        return {key: known for key, known in found if known is not None}
    rows = await reader.rows(
        "idempotency.find_all", account_id=account_id, ids=_encode(keys).decode(), since=since
    )
    return {row["idempotency_key"]: KnownRequest(row["request_hash"], row["send_id"]) for row in rows}


async def put_all(
    tx: Transaction, account_id: str, requests: Mapping[str, KnownRequest], *, now: int
) -> None:
    """Let each key stand for its request from `now` on."""
    await tx.run_many(
        "idempotency.put",
        [
            {
                "account_id": account_id,
                "idempotency_key": key,
                "request_hash": request.request_hash,
                "send_id": request.send_id,
                "created_at": now,
            }
            for key, request in requests.items()
        ],
    )


async def forget(tx: Transaction, *, before: int, count: int) -> int:
    """Forget at most `count` keys that were first used at `before` or earlier; answers how many they were."""
    return await tx.run("idempotency.forget", before=before, count=count)
