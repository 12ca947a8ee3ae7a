"""How far the Sales Navigator inbox of each account has been read, and who its people are."""

from msgspec import Struct

from threadline.store.database import Reader, Transaction


class SalesPosition(Struct, frozen=True, kw_only=True):
    """How far one Sales Navigator inbox has been read; times in epoch milliseconds, UTC."""

    baseline_at: int
    """The newest activity when it was first read: what is later is told as an event."""
    followed_until: int
    """The newest activity that is stored."""
    listed_at: int | None = None
    """When all of it had been listed; None before that."""


async def position(reader: Reader, account_id: str) -> SalesPosition | None:
    """The position of an account; None when nothing has been read yet."""
    row = await reader.row("sales.position", account_id=account_id)
    if row is None:
        return None
    return SalesPosition(
        baseline_at=row["baseline_at"], followed_until=row["followed_until"], listed_at=row["listed_at"]
    )


async def put_position(tx: Transaction, account_id: str, reached: SalesPosition) -> None:
    """Store the position of an account."""
    await tx.run(
        "sales.put_position",
        account_id=account_id,
        baseline_at=reached.baseline_at,
        followed_until=reached.followed_until,
        listed_at=reached.listed_at,
    )


async def person_by_number(reader: Reader, account_id: str, member_number: int) -> str | None:
    """The profile id of the stored person with a member number."""
    row = await reader.row("sales.person_by_number", account_id=account_id, member_number=member_number)
    return row["person_id"] if row else None
