"""Work that is due: the rows behind every wake."""

from msgspec import Struct

from threadline.store.database import Reader, Row, Transaction


class DueWork(Struct, frozen=True):
    """Work on one key, due at a time; every wake gives it a version that no row had before."""

    kind: str
    key: str
    due_at: int
    version: int


async def every(reader: Reader) -> list[DueWork]:
    """Everything that is due now or later, soonest first."""
    return [_due(row) for row in await reader.rows("due.all")]


async def soonest(reader: Reader, kind: str, now: int, count: int) -> list[DueWork]:
    """What is due of a kind at `now` (epoch milliseconds), oldest first, and what is due next after it.

    At most `count` rows that are due, and behind them at most one that is due later, the soonest.
    """
    rows = await reader.rows("due.soonest", kind=kind, now=now, count=count)
    return sorted((_due(row) for row in rows), key=lambda work: (work.due_at, work.key))


async def one(reader: Reader, kind: str, key: str) -> DueWork | None:
    """The due row of one key; None when nothing is due on it."""
    row = await reader.row("due.one", kind=kind, work_key=key)
    return _due(row) if row else None


async def done(tx: Transaction, work: DueWork) -> bool:
    """The work is done; False when a wake came while it ran, so that it must run again."""
    return await tx.run("due.done", kind=work.kind, work_key=work.key, version=work.version) == 1


async def postpone(tx: Transaction, work: DueWork, due_at: int) -> bool:
    """The work goes on at `due_at`, or earlier where a wake came while it ran; then it answers False.

    Also where the row is gone, as another process may have found nothing to do meanwhile.
    """
    unchanged = await done(tx, work)
    await tx.wake(work.kind, work.key, due_at)
    return unchanged


def _due(row: Row) -> DueWork:
    return DueWork(row["kind"], row["work_key"], row["due_at"], row["version"])
