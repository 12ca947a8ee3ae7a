"""The port to the database: reads, transactions, and wakes told after commit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from msgspec import Struct


class Row(Protocol):
    """One row of an answer, read by column name, or whole in the order of the query's columns."""

    def __getitem__(self, column: str, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Wake(Struct, frozen=True):
    """Work on `key` is due at `at` (epoch milliseconds, UTC)."""

    kind: str
    key: str
    at: int


class Reader(Protocol):
    """Runs named queries that change nothing; `query` is `<file>.<name>` (see `queries.py`)."""

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        """Every row of the answer."""
        ...

    async def row(self, query: str, **parameters: Any) -> Row | None:
        """The first row of the answer, or None."""
        ...


class Transaction(Reader, Protocol):
    """One transaction: all of it is stored, or nothing."""

    async def run(self, query: str, **parameters: Any) -> int:
        """Run a change; answers how many rows it touched."""
        ...

    async def run_many(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one change once for each set of parameters."""
        ...

    async def wake(self, kind: str, key: str, at: int) -> None:
        """Store that work on `key` is due at `at`, and tell the listeners after the commit."""
        ...


class Database(Reader, Protocol):
    """A database, opened once by the process that runs it."""

    name: str
    """`sqlite` or `postgresql`."""

    async def open(self) -> None:
        """Connect, and bring the schema up to date; raises SchemaTooNew."""
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises.

        Raises TransactionAborted when the block ended well although a statement in it had failed.
        """
        ...

    def listen(self, listener: Callable[[Wake], None]) -> None:
        """Call `listener` with every wake of this process's transactions, after its commit.

        What a listener raises goes to the event loop's handler; the transaction is stored nevertheless.
        """
        ...


class DatabaseGone(Exception):
    """The database's server cannot be reached, or cut the connection.

    Of a transaction it cannot be told whether it was stored where its commit was under way.
    """


class TransactionAborted(Exception):
    """A statement of a transaction had failed, and so nothing of it was stored."""


class SchemaTooNew(Exception):
    """The database was written by a later version of Threadline."""
