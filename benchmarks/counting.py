"""How many state queries one request makes: counted in a pass of its own, which is not timed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from starlette.types import ASGIApp, Message

from benchmarks import corpus
from threadline.app import build
from threadline.settings import Settings
from threadline.store.database import Database, Row, Transaction


class Counter:
    """Counts what is asked of a database, from now on."""

    def __init__(self, database: Database) -> None:
        """Stand between `database` and whoever uses it."""
        self.queries: list[str] = []
        self.transactions = 0
        self._rows, self._row, self._transaction = database.rows, database.row, database.transaction
        # The services hold the database already, so its own methods are taken over.
        vars(database).update(rows=self.rows, row=self.row, transaction=self.transaction)

    async def rows(self, query: str, **parameters: Any) -> Sequence[Row]:
        """As the database."""
        self.queries.append(query)
        return await self._rows(query, **parameters)

    async def row(self, query: str, **parameters: Any) -> Row | None:
        """As the database."""
        self.queries.append(query)
        return await self._row(query, **parameters)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """As the database."""
        self.transactions += 1
        return self._transaction()


class Counted(NamedTuple):
    """The names of the state queries of one read."""

    first: list[str]
    again: list[str]
    """Of the same read once more, with nothing changed in between."""


async def queries_of(data_dir: Path, user_id: str, paths: Sequence[str]) -> list[Counted]:
    """The state queries that each of `paths` makes, once the key is known."""
    gateway = build(Settings(data_dir=data_dir))
    counted: list[Counted] = []
    async with _open(gateway.open, gateway.stop):
        counter = Counter(gateway.database)
        await get(gateway.api, "/api/accounts", user_id)
        counter.transactions = 0
        for path in paths:
            made: list[list[str]] = []
            for _ in range(2):
                counter.queries.clear()
                await get(gateway.api, path, user_id)
                made.append(list(counter.queries))
            counted.append(Counted(*made))
            if counter.transactions:
                raise RuntimeError(f"the read {path} opened a transaction")
    return counted


async def get(api: ASGIApp, path: str, user_id: str) -> bytes:
    """The body of the answer to a GET, without a server; raises RuntimeError when the status is not 200."""
    route, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(route),
        "raw_path": route.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [
            (b"authorization", f"Bearer {corpus.KEY}".encode()),
            (b"x-user-id", user_id.encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await api(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in said)
    if said[0]["status"] != 200:
        raise RuntimeError(f"{path} answered {said[0]['status']}: {body[:200]!r}")
    return body


@asynccontextmanager
async def _open(opening: Any, closing: Any) -> AsyncIterator[None]:
    await opening()
    try:
        yield
    finally:
        await closing()
