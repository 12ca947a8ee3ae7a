"""Lists and threads over HTTP, against the same bytes from memory and against the raw query.

Rounds alternate: gateway, peer, barest peer, raw query, so that all sides of a ratio met the same machine.
A few hundred pages are read again and again, as clients that follow an inbox do; then every further page of
every list, and every long conversation, in turn: the first fit the memory of kept answers, the last do not.
"""

import asyncio
import http.client
import itertools
import random
import time
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import corpus, counting, load, peer, processes
from benchmarks.corpus import Corpus, MadeAccount
from benchmarks.plan import Plan
from benchmarks.results import Result, at_least, median, median_ratio
from threadline.model.clock import SECOND, SystemClock
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase

AIM = 0.6
"""The least share of the peer's requests a second."""

LIST_LIMIT = 20
THREAD_LIMIT = 50

_READ_AGAIN = 400
"""How many pages are read again and again, of each kind."""

_MOST_SCANNED = 10_000


class _Read(Struct, frozen=True):
    """One read: the request, and what stands behind it."""

    account: MadeAccount
    path: str
    query: str
    parameters: dict[str, str | int]


class _Listed(Struct, rename="camel"):
    """What is read of a conversation in a list."""

    conversation_id: str
    last_activity_at: datetime

    @property
    def activity(self) -> int:
        """Epoch milliseconds."""
        return round(self.last_activity_at.timestamp() * SECOND)


class _ListingData(Struct, rename="camel"):
    conversations: list[_Listed]
    next_cursor: str | None


class _Listing(Struct):
    data: _ListingData


class _Rates(Struct):
    """What each round measured, reads a second."""

    gateway: list[float]
    peer: list[float]
    bare: list[float]
    raw: list[float]
    gateway_ms: list[float]


async def measure_sqlite(plan: Plan) -> list[Result]:
    """The reads over the embedded database."""
    folder, made = await corpus.kept(plan.sqlite)
    database = SqliteDatabase(folder / "threadline.db", SystemClock())
    results = await _measure(plan, "SQLite", folder, made, database, None)
    results.append(
        Result(
            name=f"Storing {plan.sqlite}",
            ours=f"{plan.sqlite.messages / made.made_in_seconds:,.0f} messages/s",
            value=f"{made.made_in_seconds:.1f} s",
            figures={"seconds": made.made_in_seconds, "messages": plan.sqlite.messages},
        )
    )
    return results + await _state_queries(folder, made)


async def measure_postgresql(plan: Plan, dsn: str, folder: Path) -> list[Result]:
    """The reads over a server; folder: an empty one for what the gateway keeps beside it."""
    database = PostgresqlDatabase(dsn, SystemClock())
    await database.open()
    try:
        made = await corpus.fill(database, plan.postgresql)
    finally:
        await database.close()
    return await _measure(plan, "PostgreSQL", folder, made, database, dsn)


async def _measure(
    plan: Plan, store: str, folder: Path, made: Corpus, database: Database, dsn: str | None
) -> list[Result]:
    settings = {} if dsn is None else {"database_url": dsn}
    results: list[Result] = []
    with processes.gateway(folder, **settings) as running:
        port = running.port
        lists, threads = _lists(made), _threads(made)
        answers = peer.Answers(_bodies(port, lists[:_READ_AGAIN]), _bodies(port, threads[:_READ_AGAIN]))
        _check(answers)
        sets = {
            f"List of {LIST_LIMIT}, {store}": lists[:_READ_AGAIN],
            f"List of {LIST_LIMIT}, {store}, deep pages": _deep_lists(port, made),
            f"Thread of {THREAD_LIMIT}, {store}": threads[:_READ_AGAIN],
            f"Thread of {THREAD_LIMIT}, {store}, every thread": threads,
        }
        with processes.peer(msgspec.json.encode(answers)) as peer_port:
            await database.open()
            try:
                for name, reads in sets.items():
                    rates = await _rounds(plan, port, peer_port, reads, database)
                    results.extend(_results(name, rates))
            finally:
                await database.close()
    return results


async def _rounds(plan: Plan, port: int, peer_port: int, reads: list[_Read], database: Database) -> _Rates:
    requests = [load.get(read.path, _headers(read)) for read in reads]
    bare = [load.get(read.path.replace("/api/", "/bare/"), _headers(read)) for read in reads]

    async def loaded(at: int, asked: list[str]) -> load.Outcome:
        order = load.Order(port=at, connections=plan.connections, seconds=plan.read_seconds, requests=asked)
        return await asyncio.to_thread(load.run, order)

    rates = _Rates([], [], [], [], [])
    for _ in range(plan.read_rounds):
        gateway = await loaded(port, requests)
        rates.gateway.append(gateway.per_second)
        rates.gateway_ms.append(gateway.median_ms)
        rates.peer.append((await loaded(peer_port, requests)).per_second)
        rates.bare.append((await loaded(peer_port, bare)).per_second)
        rates.raw.append(await _raw(database, reads, plan.read_seconds))
    return rates


async def _raw(database: Database, reads: list[_Read], seconds: float) -> float:
    """The page's own query, one after the other through the port; rows, and no JSON."""
    begun = time.perf_counter()
    for done, read in enumerate(itertools.cycle(reads)):
        took = time.perf_counter() - begun
        if took >= seconds:
            return done / took
        await database.rows(read.query, **read.parameters)
    raise ValueError("there is nothing to read")


def _results(name: str, rates: _Rates) -> list[Result]:
    ratio = median_ratio(rates.gateway, rates.peer)
    bare = median_ratio(rates.gateway, rates.bare)
    raw = median_ratio(rates.gateway, rates.raw)
    ours = f"{median(rates.gateway):,.0f} requests/s"
    return [
        Result(
            name=name,
            ours=ours,
            against="the same bytes from memory",
            peer=f"{median(rates.peer):,.0f} requests/s",
            value=f"{ratio:.2f}",
            aim=f"≥ {AIM}",
            verdict=at_least(ratio, AIM),
            figures={
                "ratio": ratio,
                "requests_per_second": median(rates.gateway),
                "peer_requests_per_second": median(rates.peer),
                "median_ms": median(rates.gateway_ms),
            },
        ),
        Result(
            name=name,
            ours=ours,
            against="the same, by the barest route",
            peer=f"{median(rates.bare):,.0f} requests/s",
            value=f"{bare:.2f}",
            figures={"ratio": bare, "peer_requests_per_second": median(rates.bare)},
        ),
        Result(
            name=name,
            ours=ours,
            against="the raw query, in process",
            peer=f"{median(rates.raw):,.0f} queries/s",
            value=f"{raw:.2f}",
            figures={"ratio": raw, "queries_per_second": median(rates.raw)},
        ),
    ]


async def _state_queries(folder: Path, made: Corpus) -> list[Result]:
    account = made.accounts[0]
    paths = {
        f"List of {LIST_LIMIT}": f"/api/conversations?limit={LIST_LIMIT}",
        f"Thread of {THREAD_LIMIT}": f"/api/conversations/{account.long_threads[0]}?limit={THREAD_LIMIT}",
    }
    counted = await counting.queries_of(folder, account.user_id, list(paths.values()))
    return [
        Result(
            name=f"{name}: state queries a request, {when}",
            ours=", ".join(queries),
            value=str(len(queries)),
            figures={"queries": len(queries)},
        )
        for name, read in zip(paths, counted, strict=True)
        for when, queries in (("first", read.first), ("unchanged since", read.again))
    ]


def _lists(made: Corpus) -> list[_Read]:
    """The first page of every account."""
    return [_list(account, None, 2**62, "") for account in made.accounts]


def _deep_lists(port: int, made: Corpus) -> list[_Read]:
    """The further pages of every account, in an order that never asks for two of one account in a row."""
    found: list[_Read] = []
    pages = _lists(made)
    while pages and len(found) < _MOST_SCANNED:
        further: list[_Read] = []
        for read, body in zip(pages, _bodies(port, pages), strict=True):
            data = msgspec.json.decode(body, type=_Listing).data
            if data.next_cursor is not None:
                last = data.conversations[-1]
                further.append(_list(read.account, data.next_cursor, last.activity, last.conversation_id))
        found.extend(further)
        pages = further
    return found


def _list(account: MadeAccount, cursor: str | None, before: int, before_thread: str) -> _Read:
    return _Read(
        account,
        f"/api/conversations?limit={LIST_LIMIT}" + (f"&nextCursor={cursor}" if cursor else ""),
        "conversations.page",
        {
            "account_id": account.account_id,
            "before": before,
            "before_thread": before_thread,
            "count": LIST_LIMIT + 1,
        },
    )


def _threads(made: Corpus) -> list[_Read]:
    """Every long conversation once, in an order that is the same in every run."""
    every = [(account, thread_id) for account in made.accounts for thread_id in account.long_threads]
    random.Random(2).shuffle(every)
    return [_thread(account, thread_id) for account, thread_id in every[:_MOST_SCANNED]]


def _thread(account: MadeAccount, thread_id: str) -> _Read:
    return _Read(
        account,
        f"/api/conversations/{thread_id}?limit={THREAD_LIMIT}",
        "messages.page",
        {
            "account_id": account.account_id,
            "thread_id": thread_id,
            "before": 2**62,
            "before_message": "",
            "count": THREAD_LIMIT + 1,
        },
    )


def _bodies(port: int, reads: list[_Read]) -> list[str]:
    """What the gateway answers to each read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    bodies: list[str] = []
    try:
        for read in reads:
            connection.request("GET", read.path, headers=dict(_headers(read)))
            answer = connection.getresponse()
            body = answer.read().decode()
            if answer.status != 200:
                raise RuntimeError(f"{read.path} answered {answer.status}: {body[:200]}")
            bodies.append(body)
    finally:
        connection.close()
    return bodies


def _check(answers: peer.Answers) -> None:
    """A page that is not full would make the figures wrong."""
    for body in answers.lists:
        assert len(msgspec.json.decode(body)["data"]["conversations"]) == LIST_LIMIT
    for body in answers.threads:
        assert len(msgspec.json.decode(body)["data"]["messages"]) == THREAD_LIMIT


def _headers(read: _Read) -> list[tuple[str, str]]:
    return [("Authorization", f"Bearer {corpus.KEY}"), ("X-User-Id", read.account.user_id)]
