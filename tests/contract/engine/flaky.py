"""A database in front of another, which fails as one does whose server is away or whose file is locked."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from threadline.store.database import Database, Row, Transaction, Wake

BEGIN = "begin"
COMMIT = "commit"


class FlakyDatabase:
    """The `Database` port: named queries, BEGIN and COMMIT fail as often as they are told to.

    `database` is the one behind it, which never fails.
    """

    def __init__(self, database: Database) -> None:
        self.name = database.name
        self.database = database
        self._failures: dict[str, int] = {}

    def fail(self, step: str, times: int) -> None:
        """Let the next `times` runs of a query, of BEGIN or of COMMIT fail.

        A commit that fails has taken effect: it is its answer that is lost.
        """
        self._failures[step] = times

    @property
    def has_failed(self) -> bool:
        """Whether every failure that was ordered has come."""
        return not any(self._failures.values())

    def step(self, step: str) -> None:
        """Raises OSError when this step is to fail."""
        if self._failures.get(step, 0):
            self._failures[step] -= 1
            raise OSError(f"{step} failed on purpose")

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.database.close()

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        self.step(query)
        return await self.database.rows(query, **parameters)

    async def row(self, query: str, **parameters: Any) -> Row | None:
        self.step(query)
        return await self.database.row(query, **parameters)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction()

    def listen(self, listener: Callable[[Wake], None]) -> None:
        self.database.listen(listener)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        self.step(BEGIN)
        async with self.database.transaction() as tx:
            yield _FlakyTransaction(self, tx)
        self.step(COMMIT)


class _FlakyTransaction:
    def __init__(self, database: FlakyDatabase, transaction: Transaction) -> None:
        self._database = database
        self._transaction = transaction

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        self._database.step(query)
        return await self._transaction.rows(query, **parameters)

    async def row(self, query: str, **parameters: Any) -> Row | None:
        self._database.step(query)
        return await self._transaction.row(query, **parameters)

    async def run(self, query: str, **parameters: Any) -> int:
        self._database.step(query)
        return await self._transaction.run(query, **parameters)

    async def run_many(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        self._database.step(query)
        await self._transaction.run_many(query, parameters)

    async def wake(self, kind: str, key: str, at: int) -> None:
        await self._transaction.wake(kind, key, at)
