"""Accounts, their states and their sealed sessions."""

from threadline.model.accounts import Account, AccountState
from threadline.model.people import Person
from threadline.store.database import Reader, Row, Transaction


async def insert(tx: Transaction, *, account_id: str, tenant_id: str, user_id: str, now: int) -> None:
    """Store a new account, unlinked."""
    await tx.run(
        "accounts.insert",
        account_id=account_id,
        tenant_id=tenant_id,
        user_id=user_id,
        state=AccountState.UNLINKED,
        created_at=now,
    )


async def every(reader: Reader) -> list[Account]:
    """Every account, oldest first."""
    return [_account(row) for row in await reader.rows("accounts.all")]


async def ids(reader: Reader, *, above: str, count: int) -> list[str]:
    """The ids of the first `count` accounts above the id `above`, in their order."""
    return [row["account_id"] for row in await reader.rows("accounts.ids", above=above, count=count)]


async def of_tenant(reader: Reader, tenant_id: str) -> list[Account]:
    """The accounts of a tenant, oldest first."""
    return [_account(row) for row in await reader.rows("accounts.of_tenant", tenant_id=tenant_id)]


async def by_id(reader: Reader, account_id: str) -> Account | None:
    """One account."""
    row = await reader.row("accounts.by_id", account_id=account_id)
    return _account(row) if row else None


async def by_user(reader: Reader, tenant_id: str, user_id: str) -> Account | None:
    """The account of a user."""
    row = await reader.row("accounts.by_user", tenant_id=tenant_id, user_id=user_id)
    return _account(row) if row else None


async def set_state(
    tx: Transaction, account_id: str, state: AccountState, reason: str | None, until: int | None
) -> None:
    """Put an account into a state; until: epoch milliseconds when it ends by itself."""
    await tx.run(
        "accounts.set_state", account_id=account_id, state=state, state_reason=reason, state_until=until
    )


async def set_owner(tx: Transaction, account_id: str, owner: Person) -> None:
    """Store who the owner is, as LinkedIn said."""
    await tx.run(
        "accounts.set_owner",
        account_id=account_id,
        profile_id=owner.person_id,
        full_name=owner.full_name,
        vanity=owner.vanity,
        headline=owner.headline,
        premium=int(bool(owner.premium)),
    )


async def set_proven(tx: Transaction, account_id: str, now: int) -> None:
    """Store when LinkedIn last answered for the account."""
    await tx.run("accounts.set_proven", account_id=account_id, proven_at=now)


async def set_caught_up(tx: Transaction, account_id: str, now: int) -> None:
    """Store when the first backfill ended."""
    await tx.run("accounts.set_caught_up", account_id=account_id, caught_up_at=now)


async def set_sales_seat(tx: Transaction, account_id: str, seat: bool) -> None:
    """Store whether the account has a Sales Navigator seat."""
    await tx.run("accounts.set_sales_seat", account_id=account_id, sales_seat=int(seat))


async def revision(reader: Reader, account_id: str) -> int:
    """The account's revision as it is stored now; noted before LinkedIn is asked (`Recorder.record`)."""
    row = await reader.row("accounts.revision", account_id=account_id)
    return int(row["revision"]) if row else 0


async def sealed_session(reader: Reader, account_id: str) -> str | None:
    """The session as the vault sealed it; None when there is none."""
    row = await reader.row("accounts.session", account_id=account_id)
    return row["sealed_session"] if row else None


async def set_sealed_session(tx: Transaction, account_id: str, sealed: str | None) -> None:
    """Replace the sealed session."""
    await tx.run("accounts.set_session", account_id=account_id, sealed_session=sealed)


def _account(row: Row) -> Account:
    return Account(
        account_id=row["account_id"],
        tenant_id=row["tenant_id"],
        user_id=row["user_id"],
        state=AccountState(row["state"]),
        state_reason=row["state_reason"],
        state_until=row["state_until"],
        profile_id=row["profile_id"],
        full_name=row["full_name"],
        vanity=row["vanity"],
        headline=row["headline"],
        premium=bool(row["premium"]),
        proven_at=row["proven_at"],
        caught_up_at=row["caught_up_at"],
        created_at=row["created_at"],
        revision=row["revision"],
        sales_seat=None if row["sales_seat"] is None else bool(row["sales_seat"]),
    )
