"""The log of an account: events in strict order."""

from collections.abc import Sequence

import msgspec

from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.store.database import Reader, Transaction


async def append(tx: Transaction, events: Sequence[Event]) -> None:
    """Append events of one account, in their order.

    Their numbers are taken from the account's row, which stays locked until the commit: so numbers are
    committed in order, and a reader behind a number never misses one below it.
    """
    if not events:
        return
    row = await tx.row("accounts.take_sequences", account_id=events[0].account_id, count=len(events))
    if row is None:
        raise LookupError(f"no account {events[0].account_id}")
    first = row["event_sequence"] - len(events) + 1
    await tx.run_many(
        "events.append",
        [
            {
                "account_id": event.account_id,
                "sequence": first + offset,
                "event_id": event.event_id,
                "type": event.type.value,
                "tenant_id": event.tenant_id,
                "thread_id": event.thread_id,
                "occurred_at": event.occurred_at,
                "recorded_at": event.recorded_at,
                "from_me": None if event.from_me is None else int(event.from_me),
                "origin": event.origin.value if event.origin else None,
                "backfilled": int(event.backfilled),
                "data": msgspec.json.encode(event.data).decode(),
            }
            for offset, event in enumerate(events)
        ],
    )


async def after(reader: Reader, account_id: str, sequence: int, count: int) -> list[tuple[int, Event]]:
    """The events of an account after a place in its log, each with its number, in order."""
    rows = await reader.rows("events.after", account_id=account_id, sequence=sequence, count=count)
    return [
        (
            row["sequence"],
            Event(
                event_id=row["event_id"],
                type=EventType(row["type"]),
                tenant_id=row["tenant_id"],
                account_id=row["account_id"],
                thread_id=row["thread_id"],
                occurred_at=row["occurred_at"],
                recorded_at=row["recorded_at"],
                from_me=None if row["from_me"] is None else bool(row["from_me"]),
                origin=Origin(row["origin"]) if row["origin"] else None,
                backfilled=bool(row["backfilled"]),
                data=msgspec.json.decode(row["data"]),
            ),
        )
        for row in rows
    ]
