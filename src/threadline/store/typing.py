"""Typing: who types where, for a few seconds."""

from collections.abc import Mapping, Sequence

import msgspec

from threadline.store.database import Reader, Transaction


async def put(tx: Transaction, account_id: str, thread_id: str, person_id: str, *, until: int) -> None:
    """Store that somebody types, until `until`; epoch milliseconds, UTC."""
    await tx.run(
        "typing.put", account_id=account_id, thread_id=thread_id, person_id=person_id, until_at=until
    )


async def stop(tx: Transaction, account_id: str, thread_id: str, person_id: str) -> None:
    """Somebody types no longer."""
    await tx.run("typing.stop", account_id=account_id, thread_id=thread_id, person_id=person_id)


async def forget(tx: Transaction, account_id: str, now: int) -> None:
    """Remove an account's rows that are over."""
    await tx.run("typing.forget", account_id=account_id, now=now)


async def active(
    reader: Reader, account_id: str, thread_ids: Sequence[str], now: int
) -> Mapping[str, list[str]]:
    """The ids of those who type at `now` in some conversations, by thread."""
    found: dict[str, list[str]] = {}
    if not thread_ids:
        return found
    rows = await reader.rows(
        "typing.active", account_id=account_id, now=now, ids=msgspec.json.encode(thread_ids).decode()
    )
    for row in rows:
        found.setdefault(row["thread_id"], []).append(row["person_id"])
    return found
