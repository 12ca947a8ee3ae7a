"""How far each conversation has been read by its own sync token."""

from collections.abc import Mapping, Sequence

import msgspec

from threadline.store.database import Reader, Transaction


async def put(tx: Transaction, account_id: str, tokens: Mapping[str, str]) -> None:
    """Store the sync tokens of some conversations: everything that changed before them is stored."""
    await tx.run_many(
        "thread_positions.put",
        [
            {"account_id": account_id, "thread_id": thread_id, "sync_token": token}
            for thread_id, token in tokens.items()
        ],
    )


async def of(reader: Reader, account_id: str, thread_ids: Sequence[str]) -> dict[str, str]:
    """The sync tokens of those of some conversations that have one."""
    if not thread_ids:
        return {}
    rows = await reader.rows(
        "thread_positions.of", account_id=account_id, ids=msgspec.json.encode(thread_ids).decode()
    )
    return {row["thread_id"]: row["sync_token"] for row in rows}
