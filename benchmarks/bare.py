"""The barest queue there is: `UPDATE … RETURNING` to claim, the same to complete, each committed by itself.

Written against the driver alone, with no order, no pace, no budgets, no lease and no log.
"""

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any

import asyncpg

_CLAIM = (
    "UPDATE sends SET state = 'sending', claimed_at = $1 "
    "WHERE account_id = $2 AND send_id = $3 AND state = 'queued' RETURNING *"
)
_COMPLETE = (
    "UPDATE sends SET state = 'sent', settled_at = $1 "
    "WHERE account_id = $2 AND send_id = $3 AND state = 'sending' RETURNING *"
)


async def drain(place: str, taken: Sequence[str], send_id: str, now: int, at_once: int) -> None:
    """Claim and complete one send of each of the accounts `taken`; place: a file, or the URL of a server.

    at_once: connections to a server; one file has one writer.
    """
    if place.startswith("postgresql:"):
        keys = iter(taken)
        await asyncio.gather(*(_drain_postgresql(place, keys, send_id, now) for _ in range(at_once)))
    else:
        _drain_sqlite(place, taken, send_id, now)


def _drain_sqlite(place: str, taken: Sequence[str], send_id: str, now: int) -> None:
    connection = sqlite3.connect(place, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        for account_id in taken:
            for statement in (_CLAIM, _COMPLETE):
                if not connection.execute(statement, (now, account_id, send_id)).fetchall():
                    raise RuntimeError("the bare queue missed a send")
    finally:
        connection.close()


async def _drain_postgresql(place: str, keys: Any, send_id: str, now: int) -> None:
    connection: Any = await asyncpg.connect(place)
    try:
        for account_id in keys:
            for statement in (_CLAIM, _COMPLETE):
                if await connection.fetchrow(statement, now, account_id, send_id) is None:
                    raise RuntimeError("the bare queue missed a send")
    finally:
        await connection.close()
