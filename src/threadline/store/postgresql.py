"""The database on a server: PostgreSQL through a pool of asyncpg connections.

A server that restarts cuts every connection of the pool, and whoever uses one of them next meets the cut.
So the first step on a connection, a read or the beginning of a transaction, is tried once more on a fresh one
when the connection turns out to be gone: nothing had been changed. What comes after it raises as it is.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg

from threadline.model.clock import Clock
from threadline.store import migrations, queries
from threadline.store.database import DatabaseGone, Row, Transaction, TransactionAborted, Wake
from threadline.store.revisions import Revisions
from threadline.store.versions import Versions

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    _Pool = asyncpg.Pool[asyncpg.Record]
    _Pooled = PoolConnectionProxy[asyncpg.Record]
    _Connection = asyncpg.Connection[asyncpg.Record] | _Pooled

_Answer = TypeVar("_Answer")

_MIGRATION_LOCK = 0x7468_7265_6164
"""The advisory lock under which one process at a time changes the schema."""

_CLOSE_SECONDS = 10
"""How long the server may take to take leave, before its connections are cut."""

_IDLE_MILLISECONDS = 10_000
"""How long a transaction may say nothing before the server ends it and lets go of its locks.

A process that was paused in one would hold up every other for as long as it sleeps; less than a send's lease,
so that whoever takes over finds the locks free.
"""

_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What a connection raises that is gone, among other things."""

_GOING = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    # The driver's own state is out of step when the server's farewell comes between two of its messages.
    asyncpg.InternalClientError,
    ConnectionError,
)
"""What is said by a connection that is going, and may not be closed yet."""


class PostgresqlDatabase:
    """The `Database` port over a PostgreSQL server."""

    name = "postgresql"

    def __init__(
        self, dsn: str, clock: Clock, *, connections: int = 10, idle_milliseconds: int = _IDLE_MILLISECONDS
    ) -> None:
        """Connect to `dsn` (`postgresql://…`) with at most `connections` at once.

        idle_milliseconds: how long a transaction may say nothing before the server ends it.
        """
        self._dsn = dsn
        self._clock = clock
        self._connections = connections
        self._settings = {"idle_in_transaction_session_timeout": str(idle_milliseconds)}
        self._queries = queries.numbered()
        self._versions = Versions(clock)
        self._opened: _Pool | None = None
        self._generation = 0
        self._listeners: list[Callable[[Wake], None]] = []

    async def open(self) -> None:
        """Connect, and bring the schema up to date."""
        pool = await asyncpg.create_pool(
            self._dsn,
            min_size=1,
            max_size=self._connections,
            command_timeout=60,
            reset=_leave_as_it_is,
            server_settings=self._settings,
        )
        try:
            await self._migrate(pool)
        except BaseException:
            await pool.close()
            raise
        self._opened = pool

    async def close(self) -> None:
        """Let go of every connection."""
        if self._opened is not None:
            # A server that is gone takes no leave; the pool cuts its connections then.
            with suppress(*_FAILURES):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._opened.close()
            self._opened = None

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        """Every row of the answer."""
        numbered = self._queries[query]
        arguments = _arguments(numbered, parameters)
        with _telling_gone():
            async with self._connected(lambda one: one.fetch(numbered.text, *arguments)) as (_, answer):
                return answer

    async def row(self, query: str, **parameters: Any) -> Row | None:
        """The first row of the answer, or None."""
        numbered = self._queries[query]
        arguments = _arguments(numbered, parameters)
        with _telling_gone():
            async with self._connected(lambda fresh: fresh.fetchrow(numbered.text, *arguments)) as (
                _,
                answer,
            ):
                return answer

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        return self._transaction()

    def listen(self, listener: Callable[[Wake], None]) -> None:
        """Call `listener` with every wake, after its commit."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        with _telling_gone():
            async with self._begun() as transaction:
                yield transaction

    @asynccontextmanager
    async def _begun(self) -> AsyncIterator[Transaction]:
        async with self._connected(_begin) as (connection, _):
            transaction = _PostgresqlTransaction(connection, self._queries, self._versions)
            try:
                yield transaction
            except BaseException:
                transaction.ended = True
                await _see_through(_roll_back(connection))
                raise
            transaction.ended = True
            await _see_through(self._commit(connection, transaction.wakes))

    @asynccontextmanager
    async def _connected(
        self, first: "Callable[[_Connection], Awaitable[_Answer]]"
    ) -> "AsyncIterator[tuple[_Connection, _Answer]]":
        """A connection of the pool, and the answer to the first step on it."""
        pool = self._pool
        connection, answer = await self._taken(pool, first, again=True)
        try:
            yield connection, answer
        finally:
            await _give_back(pool, connection)

    async def _taken(
        self, pool: "_Pool", first: "Callable[[_Connection], Awaitable[_Answer]]", *, again: bool
    ) -> "tuple[_Pooled, _Answer]":
        generation = self._generation
        connection = await pool.acquire()
        try:
            return connection, await first(connection)
        except _FAILURES as error:
            gone = _is_gone(connection, error)
            await _give_back(pool, connection)
            if not (gone and again):
                raise
        except BaseException:
            await _give_back(pool, connection)
            raise
        if generation == self._generation:
            # The others of the pool may be gone too, and not know it yet.
            self._generation += 1
            await pool.expire_connections()
        return await self._taken(pool, first, again=False)

    async def _commit(self, connection: "_Connection", wakes: list[Wake]) -> None:
        if await connection.execute("COMMIT") != "COMMIT":
            # The server answers ROLLBACK to the commit of a transaction in which a statement failed.
            raise TransactionAborted("a statement had failed")
        loop = asyncio.get_running_loop()
        for wake in wakes:
            for listener in self._listeners:
                loop.call_soon(listener, wake)

    @property
    def _pool(self) -> "_Pool":
        if self._opened is None:
            raise RuntimeError("the database is not open")
        return self._opened

    async def _migrate(self, pool: "_Pool") -> None:
        async with pool.acquire() as connection:
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock($1)", _MIGRATION_LOCK)
                await connection.execute(migrations.CREATE_RECORD)
                version = int(await connection.fetchval(migrations.READ_VERSION))
                for step in migrations.missing("postgresql", version):
                    for statement in step.statements:
                        await connection.execute(statement)
                    await connection.execute(
                        "INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)",
                        step.version,
                        step.name,
                        self._clock.now(),
                    )


class _PostgresqlTransaction:
    """One open transaction on one connection."""

    def __init__(
        self, connection: "_Connection", numbered: dict[str, queries.NumberedQuery], versions: Versions
    ) -> None:
        self._open = connection
        self._queries = numbered
        self._versions = versions
        self._revisions = Revisions()
        self.wakes: list[Wake] = []
        self.ended = False

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        numbered = self._queries[query]
        return await self._connection.fetch(numbered.text, *_arguments(numbered, parameters))

    async def row(self, query: str, **parameters: Any) -> Row | None:
        numbered = self._queries[query]
        return await self._connection.fetchrow(numbered.text, *_arguments(numbered, parameters))

    async def run(self, query: str, **parameters: Any) -> int:
        await self._raise_revisions(query, [parameters])
        numbered = self._queries[query]
        status = await self._connection.execute(numbered.text, *_arguments(numbered, parameters))
        last = status.rpartition(" ")[2]
        return int(last) if last.isdecimal() else 0

    async def run_many(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        if parameters:
            await self._raise_revisions(query, parameters)
            numbered = self._queries[query]
            arguments = [_arguments(numbered, one) for one in parameters]
            if len(arguments) == 1:
                # What is made for many takes twice as long for one.
                await self._connection.execute(numbered.text, *arguments[0])
            else:
                await self._connection.executemany(numbered.text, arguments)

    async def wake(self, kind: str, key: str, at: int) -> None:
        await self.run("due.wake", kind=kind, work_key=key, due_at=at, version=self._versions.next())
        self.wakes.append(Wake(kind, key, at))

    async def _raise_revisions(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        for account_id in self._revisions.due(query, parameters):
            await self.run("accounts.raise_revision", account_id=account_id)

    @property
    def _connection(self) -> "_Connection":
        if self.ended:
            raise RuntimeError("the transaction has ended")
        return self._open


async def _begin(connection: "_Connection") -> None:
    try:
        await connection.execute("BEGIN")
    except BaseException:
        # The server may have begun before it heard that this was given up.
        await _see_through(_roll_back(connection))
        raise


async def _roll_back(connection: "_Connection") -> None:
    """End what has begun; where the connection is gone, the server has done so by itself."""
    with suppress(*_FAILURES):
        if not connection.is_closed():
            await connection.execute("ROLLBACK")


async def _give_back(pool: "_Pool", connection: "_Pooled") -> None:
    # Whether the connection lives on says nothing about what was done on it; the pool replaces a dead one.
    with suppress(*_FAILURES):
        await pool.release(connection)


async def _leave_as_it_is(connection: "_Connection") -> None:
    """Spare each use a question to the server: nothing here changes a setting, listens or locks a session."""


@contextmanager
def _telling_gone() -> Iterator[None]:
    """Raise DatabaseGone for what a server that is gone, going or coming says."""
    try:
        yield
    except (*_GOING, asyncpg.CannotConnectNowError, OSError) as error:
        raise DatabaseGone(str(error) or type(error).__name__) from error
    except asyncpg.InterfaceError as error:
        # The pool takes a dead connection back while it is in use.
        if not any(word in str(error) for word in ("closed", "released back")):
            raise
        raise DatabaseGone(str(error)) from error


def _is_gone(connection: "_Connection", error: BaseException) -> bool:
    try:
        return isinstance(error, _GOING) or connection.is_closed()
    except asyncpg.InterfaceError:
        # The pool has taken the connection back already, as it does with a dead one.
        return True


async def _see_through(work: Coroutine[Any, Any, None]) -> None:
    """Wait for the end of `work` also when this task is cancelled meanwhile, which then takes effect.

    Whether a commit was cancelled in time could not be told, and its wakes would be lost.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _arguments(numbered: queries.NumberedQuery, parameters: Mapping[str, Any]) -> list[Any]:
    """The parameters by number; a NUL, which PostgreSQL cannot store in a text, becomes U+FFFD."""
    values = [parameters[name] for name in numbered.names]
    return [
        value.replace("\x00", "\ufffd") if isinstance(value, str) and "\x00" in value else value
        for value in values
    ]
