"""The database in one file: SQLite with a write-ahead log and one writer thread.

Changes are made one transaction at a time, each in `BEGIN IMMEDIATE` and synced to disk before its commit is
answered. What waits for the disk or for another process runs in the writer thread: the commit, long changes,
and a beginning that meets a lock. Everything else, the usual beginning too, runs at once in the event loop: a
change of threads costs twenty times what a statement does. Short reads run there on a connection that cannot
write.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from threadline.model.clock import Clock
from threadline.store import migrations, queries
from threadline.store.database import Row, Transaction, TransactionAborted, Wake
from threadline.store.revisions import Revisions
from threadline.store.versions import Versions

_Answer = TypeVar("_Answer")
_MANY = 50
"""From so many sets of parameters on, a change runs in the writer thread."""
_BUSY_SECONDS = 5.0
"""How long another process may hold the file before a change fails."""

_BUSY_PAUSE = 0.005
_BEGIN = "BEGIN IMMEDIATE"
_CACHE_KIBIBYTES = 32 * 1024
_MAPPED_BYTES = 256 * 1024 * 1024


class SqliteDatabase:
    """The `Database` port over one SQLite file, owned by this process."""

    name = "sqlite"

    def __init__(self, path: Path, clock: Clock) -> None:
        """Keep the database in the file `path`."""
        self._path = path
        self._clock = clock
        self._queries = queries.named("sqlite")
        self.versions = Versions(clock)
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._turn = asyncio.Lock()
        self._handed = 0
        self._finished = 0
        self._listeners: list[Callable[[Wake], None]] = []

    async def open(self) -> None:
        """Open the file, start the writer thread, and bring the schema up to date."""
        self._thread = threading.Thread(target=self._write, name="threadline-writer", daemon=True)
        self._thread.start()
        try:
            await self._in_writer(self._open_writer)
        except BaseException:
            await self.close()
            raise
        self._reader = self._connect()
        self._reader.execute("PRAGMA query_only = ON")

    async def close(self) -> None:
        """Finish what is being written, and close the file."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._thread is not None:
            async with self._turn:
                await self._in_writer(self._close_writer)
                self._work.put(None)
                await asyncio.to_thread(self._thread.join)
                self._thread = None

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        """Every row of the answer."""
        return self._read(query, parameters).fetchall()

    async def row(self, query: str, **parameters: Any) -> Row | None:
        """The first row of the answer, or None."""
        row: sqlite3.Row | None = self._read(query, parameters).fetchone()
        return row

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        return self._transaction()

    def listen(self, listener: Callable[[Wake], None]) -> None:
        """Call `listener` with every wake, after its commit."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Transaction]:
        async with self._turn:
            transaction = _SqliteTransaction(self)
            try:
                if not self._began_at_once():
                    await self._in_writer(self._begin)
                yield transaction
                if transaction.failure is not None:
                    raise TransactionAborted("a statement had failed") from transaction.failure
            except BaseException:
                # Queued behind whatever is still running, so it needs no waiting and survives cancellation.
                self._hand(self._roll_back_late)
                raise
            finally:
                transaction.ended = True
            await self._in_writer(self._commit, lambda: self._tell(transaction.wakes))

    def _read(self, query: str, parameters: dict[str, Any]) -> sqlite3.Cursor:
        if self._reader is None:
            raise RuntimeError("the database is not open")
        return self._reader.execute(self._queries[query], parameters)

    def _tell(self, wakes: list[Wake]) -> None:
        loop = asyncio.get_running_loop()
        for wake in wakes:
            for listener in self._listeners:
                loop.call_soon(listener, wake)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        connection.row_factory = sqlite3.Row
        for pragma in (
            f"busy_timeout = {int(_BUSY_SECONDS * 1_000)}",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIBIBYTES}",
            f"mmap_size = {_MAPPED_BYTES}",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def _open_writer(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.touch(mode=0o600)
        self._writer = self._connect()
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.execute(migrations.CREATE_RECORD)
        version = int(self._writer.execute(migrations.READ_VERSION).fetchone()[0])
        for step in migrations.missing("sqlite", version):
            self._begin()
            try:
                for statement in step.statements:
                    self._writer.execute(statement)
                self._writer.execute(
                    "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)",
                    (step.version, step.name, self._clock.now()),
                )
            except BaseException:
                self._roll_back()
                raise
            self._commit()
        # From here on whoever begins waits by itself, and never in the event loop.
        self._writer.execute("PRAGMA busy_timeout = 0")

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _began_at_once(self) -> bool:
        """Begin in the event loop, if nothing stands in the way."""
        if self._finished != self._handed:
            # The end of the transaction before is still on its way through the thread.
            return False
        try:
            self._connection.execute(_BEGIN)
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            return False
        return True

    def _begin(self) -> None:
        deadline = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                self._connection.execute(_BEGIN)
                return
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
            time.sleep(_BUSY_PAUSE)

    def _commit(self) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self._writer is not None and self._writer.in_transaction:
            self._writer.execute("ROLLBACK")

    @property
    def _connection(self) -> sqlite3.Connection:
        if self._writer is None:
            raise RuntimeError("the database is not open")
        return self._writer

    def _roll_back_late(self) -> None:
        try:
            self._roll_back()
        finally:
            self._finished += 1

    def _hand(self, work: Callable[[], None]) -> None:
        self._handed += 1
        self._work.put(work)

    def _write(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _in_writer(
        self, work: Callable[[], _Answer], afterwards: Callable[[], None] | None = None
    ) -> "asyncio.Future[_Answer]":
        """Run `work` in the writer thread; `afterwards` runs in the event loop when it went well."""
        if self._thread is None:
            raise RuntimeError("the database is not open")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[_Answer] = loop.create_future()

        def succeed(answer: _Answer) -> None:
            if afterwards is not None:
                afterwards()
            if not future.done():
                future.set_result(answer)

        def fail(error: BaseException) -> None:
            if not future.done():
                future.set_exception(error)

        def in_thread() -> None:
            try:
                answer = work()
            except BaseException as error:  # noqa: BLE001 - carried to the task that waits
                self._finished += 1
                loop.call_soon_threadsafe(fail, error)
            else:
                self._finished += 1
                loop.call_soon_threadsafe(succeed, answer)

        self._hand(in_thread)
        return future

    def execute(self, query: str, parameters: Mapping[str, Any]) -> tuple[list[Row], int]:
        """Run one statement of the open transaction; its rows, and how many it touched."""
        cursor = self._connection.execute(self._queries[query], parameters)
        return cursor.fetchall(), cursor.rowcount

    async def execute_many(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        """Run one statement of the open transaction once for each set of parameters."""
        text = self._queries[query]
        if len(parameters) < _MANY:
            self._connection.executemany(text, parameters)
        else:
            await self._in_writer(lambda: self._connection.executemany(text, parameters))


def _is_busy(error: sqlite3.OperationalError) -> bool:
    # The lower byte is the kind of error, the others are its details.
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


class _SqliteTransaction:
    """The open transaction of the writer thread."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.wakes: list[Wake] = []
        self._revisions = Revisions()
        self.failure: BaseException | None = None
        self.ended = False

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        return self._execute(query, parameters)[0]

    async def row(self, query: str, **parameters: Any) -> Row | None:
        rows, _ = self._execute(query, parameters)
        return rows[0] if rows else None

    async def run(self, query: str, **parameters: Any) -> int:
        await self._raise_revisions(query, [parameters])
        return self._execute(query, parameters)[1]

    async def run_many(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        if parameters:
            await self._raise_revisions(query, parameters)
            with self._noting_failure():
                await self._database.execute_many(query, parameters)

    async def wake(self, kind: str, key: str, at: int) -> None:
        version = self._database.versions.next()
        await self.run("due.wake", kind=kind, work_key=key, due_at=at, version=version)
        self.wakes.append(Wake(kind, key, at))

    async def _raise_revisions(self, query: str, parameters: Sequence[Mapping[str, Any]]) -> None:
        for account_id in self._revisions.due(query, parameters):
            await self.run("accounts.raise_revision", account_id=account_id)

    def _execute(self, query: str, parameters: Mapping[str, Any]) -> tuple[list[Row], int]:
        with self._noting_failure():
            return self._database.execute(query, parameters)

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        if self.ended:
            raise RuntimeError("the transaction has ended")
        try:
            yield
        except BaseException as error:
            # PostgreSQL stores nothing after a failed statement; what SQLite would store is a half.
            self.failure = error
            raise
