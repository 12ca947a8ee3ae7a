"""How accounts are paced: their owners' rules, and where their sending stands."""

import msgspec
from msgspec import Struct

from threadline.model.accounts import AccountState
from threadline.model.limits import OwnRules
from threadline.store.database import Reader, Row, Transaction

_encode = msgspec.json.Encoder().encode
_rules = msgspec.json.Decoder(OwnRules)


class Pacing(Struct, frozen=True, kw_only=True):
    """How one account is paced, and how its sending stands."""

    state: AccountState
    state_until: int | None
    linked_at: int
    """When the account was first known here; epoch milliseconds, UTC."""
    established: bool
    """Whether it never counts as newly linked, as the sandbox's accounts do not."""
    rules: OwnRules
    seed: int | None
    """None until something was queued or set for it."""
    openings: int = 0
    slot_at: int | None = None
    opened_at: int | None = None
    inmail_credits: int | None = None
    """As LinkedIn last said."""
    inmail_credits_at: int | None = None


async def read(reader: Reader, account_id: str) -> Pacing:
    """How an account is paced; raises LookupError when there is no such account."""
    return _pacing(await reader.row("pacing.read", account_id=account_id), account_id)


async def lock(tx: Transaction, account_id: str) -> Pacing:
    """As `read`, and others that accept, claim or store for the account wait for this transaction."""
    row = await tx.row("pacing.lock", account_id=account_id)
    if row is None:
        await tx.row("accounts.lock_alone", account_id=account_id)
        return await read(tx, account_id)
    return _pacing(row, account_id)


async def metered(reader: Reader, account_id: str, day: str, kind: str) -> tuple[Pacing, int]:
    """How an account is paced, and what it was charged of one kind on a day (`YYYY-MM-DD`, UTC)."""
    row = await reader.row("pacing.metered", account_id=account_id, day=day, kind=kind)
    return _pacing(row, account_id), (row["used"] or 0) if row else 0


async def make(tx: Transaction, account_id: str, seed: int) -> None:
    """Pace an account from now on by `seed`, unless it is paced already."""
    rules = _encode(OwnRules()).decode()
    await tx.run("pacing.make", account_id=account_id, rules=rules, seed=seed)


async def set_rules(tx: Transaction, account_id: str, rules: OwnRules) -> None:
    """Store what the owner set."""
    await tx.run("pacing.set_rules", account_id=account_id, rules=_encode(rules).decode())


async def opened(tx: Transaction, account_id: str, *, slot_at: int, opened_at: int) -> None:
    """Store that an opening message leaves; slot_at: when it was to leave, opened_at: when it does."""
    await tx.run("pacing.opened", account_id=account_id, slot_at=slot_at, opened_at=opened_at)


async def set_credits(tx: Transaction, account_id: str, credits: int, now: int) -> None:
    """Store how many InMail credits LinkedIn said are left."""
    await tx.run("pacing.set_credits", account_id=account_id, inmail_credits=credits, now=now)


def _pacing(row: Row | None, account_id: str) -> Pacing:
    if row is None:
        raise LookupError(f"no account {account_id}")
    return Pacing(
        state=AccountState(row["state"]),
        state_until=row["state_until"],
        linked_at=row["created_at"],
        established=bool(row["sandbox"]),
        rules=_rules.decode(row["rules"]) if row["rules"] else OwnRules(),
        seed=row["seed"],
        openings=row["openings"] or 0,
        slot_at=row["slot_at"],
        opened_at=row["opened_at"],
        inmail_credits=row["inmail_credits"],
        inmail_credits_at=row["inmail_credits_at"],
    )
