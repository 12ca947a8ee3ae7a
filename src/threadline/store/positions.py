"""How far the inbox of each account has been read from LinkedIn."""

import msgspec
from msgspec import Struct

from threadline.store.database import Reader, Transaction


class Walk(Struct, frozen=True):
    """A walk through one of LinkedIn's lists, kept so that it goes on after a restart."""

    category: str
    cursor: str | None = None
    before: int | None = None
    """The oldest activity seen so far; epoch milliseconds, UTC."""
    done: bool = False


class Position(Struct, frozen=True, kw_only=True):
    """How far one account has been read."""

    sync_token: str | None = None
    """Everything that changed before it is stored."""
    baseline_at: int | None = None
    """The newest activity when the account was first read: what is later is told as an event."""
    followed_until: int | None = None
    """The newest activity when the last catch-up ended; LinkedIn's own time, epoch milliseconds, UTC."""
    listed_at: int | None = None
    """When every conversation had been listed; None before that."""
    walks: tuple[Walk, ...] = ()


_walks = msgspec.json.Decoder(tuple[Walk, ...])


async def of(reader: Reader, account_id: str) -> Position:
    """The position of an account; an empty one when nothing has been read yet."""
    row = await reader.row("sync.by_account", account_id=account_id)
    if row is None:
        return Position()
    return Position(
        sync_token=row["sync_token"],
        baseline_at=row["baseline_at"],
        followed_until=row["followed_until"],
        listed_at=row["listed_at"],
        walks=_walks.decode(row["walks"]),
    )


async def put(tx: Transaction, account_id: str, position: Position) -> None:
    """Store the position of an account."""
    await tx.run(
        "sync.put",
        account_id=account_id,
        sync_token=position.sync_token,
        baseline_at=position.baseline_at,
        followed_until=position.followed_until,
        listed_at=position.listed_at,
        walks=msgspec.json.encode(position.walks).decode(),
    )


async def followed(
    tx: Transaction, account_id: str, *, sync_token: str | None, followed_until: int | None
) -> None:
    """Everything that changed before `sync_token`, and every message up to `followed_until`, is stored."""
    await tx.run("sync.followed", account_id=account_id, sync_token=sync_token, followed_until=followed_until)
