"""What was deleted at LinkedIn: a copy that was read before that must not bring it back."""

from collections.abc import Iterable, Sequence

import msgspec

from threadline.store.database import Reader, Transaction


async def put(tx: Transaction, account_id: str, item_ids: Iterable[str]) -> None:
    """Remember that conversations or messages, by their ids, are deleted."""
    await tx.run_many("deletions.put", [{"account_id": account_id, "item_id": one} for one in item_ids])


async def since(reader: Reader, account_id: str, revision: int, item_ids: Sequence[str]) -> set[str]:
    """Which of some conversations and messages were deleted after the account had `revision`."""
    if not item_ids:
        return set()
    rows = await reader.rows(
        "deletions.since",
        account_id=account_id,
        revision=revision,
        ids=msgspec.json.encode(item_ids).decode(),
    )
    return {row["item_id"] for row in rows}
