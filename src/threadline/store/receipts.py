"""Receipts: how far each of the others has seen a conversation."""

from collections.abc import Iterable

from msgspec import Struct

from threadline.store.database import Reader, Transaction


class StoredReceipt(Struct, frozen=True):
    """Somebody has seen a conversation up to a message."""

    person_id: str
    message_id: str
    message_at: int | None
    """When the message was delivered, None when it is not stored; epoch milliseconds, UTC."""
    seen_at: int
    """Epoch milliseconds, UTC."""


def goes_further(stored: StoredReceipt, shown: StoredReceipt) -> bool:
    """Whether a receipt is later than the one that is stored; the same again is not."""
    return (shown.seen_at, shown.message_at or 0) > (stored.seen_at, stored.message_at or 0)


async def put(tx: Transaction, account_id: str, thread_id: str, receipts: Iterable[StoredReceipt]) -> None:
    """Store receipts of a conversation, one for each person."""
    await tx.run_many(
        "receipts.put",
        [
            {
                "account_id": account_id,
                "thread_id": thread_id,
                "person_id": one.person_id,
                "message_id": one.message_id,
                "message_at": one.message_at,
                "seen_at": one.seen_at,
            }
            for one in receipts
        ],
    )


async def of_thread(reader: Reader, account_id: str, thread_id: str) -> list[StoredReceipt]:
    """The receipts of a conversation, one for each person who has seen any of it."""
    rows = await reader.rows("receipts.of_thread", account_id=account_id, thread_id=thread_id)
    return [
        StoredReceipt(row["person_id"], row["message_id"], row["message_at"], row["seen_at"]) for row in rows
    ]
