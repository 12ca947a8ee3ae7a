"""What accounts were charged for their actions, day by day."""

from collections.abc import Sequence

from threadline.model.pacing import BudgetKind
from threadline.store.database import Reader, Transaction


async def used(reader: Reader, account_id: str, day: str) -> dict[BudgetKind, int]:
    """What an account was charged on a day (`YYYY-MM-DD`, UTC), by kind."""
    rows = await reader.rows("budgets.used", account_id=account_id, day=day)
    return {BudgetKind(row["kind"]): row["used"] for row in rows}


async def charge(
    tx: Transaction, account_id: str, day: str, kinds: Sequence[str], *, amount: int = 1
) -> None:
    """Charge an action to each of `kinds`; amount: -1 gives it back."""
    await tx.run_many(
        "budgets.charge",
        [{"account_id": account_id, "day": day, "kind": kind, "amount": amount} for kind in kinds],
    )


async def forget(tx: Transaction, day: str, *, above: str, up_to: str) -> int:
    """Forget what the accounts between two ids were charged before a day; answers how many rows it were.

    above: itself left out, up_to: itself taken in.
    """
    return await tx.run("budgets.forget", above=above, up_to=up_to, day=day)
