"""The process that drains a full outbox: nothing else has ever been in its memory.

`python -m benchmarks.draining` takes an `Order` as JSON on its standard input and answers `Drained` on its
standard output. It runs the gateway's own parts without LinkedIn: the engine, the claim by the rules of
pacing, and the settling of the row with its event.
"""

import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import uvloop
from msgspec import Struct
from prometheus_client import CollectorRegistry

from benchmarks import bare, outbox
from threadline.engine.embedded import EmbeddedEngine
from threadline.engine.line import AT_ONCE
from threadline.engine.metrics import EngineMetrics
from threadline.model.accounts import Account
from threadline.model.clock import SECOND, SystemClock
from threadline.model.events import Event
from threadline.model.limits import MESSAGES_A_DAY, NEW_CONVERSATIONS_A_DAY, Ceilings
from threadline.model.randomness import SystemRandomness
from threadline.model.sends import LEASE, Lease, Send
from threadline.services.accounts import RESUME
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder
from threadline.services.sends.claiming import Claiming
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes
from threadline.services.sends.outbox import OUTBOX, SETTLE
from threadline.services.sends.outcomes import Outcomes
from threadline.store import accounts, due, events, sends
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase
from threadline.store.sqlite import SqliteDatabase

_PATIENCE_SECONDS = 300
_DUE_IN = 2 * SECOND
"""How long after it was given its time the first send is due."""

_WARM_UPS = 20


class Order(Struct, frozen=True, kw_only=True):
    """What to measure."""

    place: str
    """The file, or the URL of the server."""
    accounts: int
    polls: int
    due: int
    """Accounts of which one send becomes due."""
    due_seconds: float
    """Over how long a time they do."""
    rounds: int
    claims: int
    """Of each side in each round."""
    at_once: int


class Drained(Struct, frozen=True, kw_only=True):
    """What came of it; times in milliseconds, rates a second, memory in bytes."""

    polls: list[float]
    delays: list[float]
    """From due to claimed, the claim committed."""
    ours: list[float]
    """Claimed and completed by the services, in each round."""
    plain: list[float]
    """The same by one plain statement each, through the same port."""
    driver: list[float]
    """The same by the driver alone."""
    memory_before: int
    """Private memory before anything was read."""
    memory_idle: int
    """After the engine has looked at everything that waits, again and again."""
    memory_after: int
    """After everything that was due has left; pages that SQLite keeps in memory are in it."""


class DrainError(Exception):
    """The process ended with an error."""


def run(order: Order) -> Drained:
    """Measure in a process of its own; raises DrainError."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.draining"],
        input=msgspec.json.encode(order),
        capture_output=True,
        timeout=order.due_seconds + _PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise DrainError(done.stderr.decode(errors="replace").strip())
    return msgspec.json.decode(done.stdout, type=Drained)


class _Drain:
    """The parts of a gateway that let queued sends leave, without LinkedIn."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._clock, randomness = SystemClock(), SystemRandomness()
        self.database = _database(order.place, self._clock)
        journal = Journal(self._clock, randomness)
        ceilings = Ceilings(
            messages=MESSAGES_A_DAY, new_conversations=NEW_CONVERSATIONS_A_DAY, least_gap=SECOND
        )
        lanes = Lanes(self._clock, randomness, ceilings)
        endings = Endings(journal, self._clock)
        self._recorder = Recorder(self._clock, journal)
        self._claiming = Claiming(self.database, lanes, endings, journal, Outcomes(), randomness)
        self._engine = EmbeddedEngine(
            self.database, self._clock, randomness, EngineMetrics(CollectorRegistry())
        )
        self._engine.handle(OUTBOX, self._handle)
        self._due_at: dict[str, int] = {}
        self._delays: list[float] = []
        self._completed = 0
        self._all_left = asyncio.Event()
        self._known: dict[str, Account] = {}

    async def measure(self) -> Drained:
        """Everything, on accounts that no other part of it touches."""
        order = self._order
        chosen = random.Random(1).sample(range(order.accounts), order.due + 3 * order.rounds * order.claims)
        taken = [outbox.account_id(number) for number in chosen]
        memory_before = _private_memory()
        polls = await self._polls()
        memory_idle = _private_memory()
        await self._become_due(taken[: order.due])
        await self._drain_due()
        memory_after = _private_memory()
        sides: tuple[list[float], list[float], list[float]] = ([], [], [])
        for number in range(order.rounds):
            begin = order.due + 3 * number * order.claims
            for index, side in enumerate((self._ours, self._plain, self._driver)):
                keys = taken[begin + index * order.claims : begin + (index + 1) * order.claims]
                sides[index].append(await self._rate(side, keys))
        return Drained(
            polls=polls,
            delays=self._delays,
            ours=sides[0],
            plain=sides[1],
            driver=sides[2],
            memory_before=memory_before,
            memory_idle=memory_idle,
            memory_after=memory_after,
        )

    async def _polls(self) -> list[float]:
        """What one look of the engine costs, over every kind of work that a gateway has."""
        taken: list[float] = []
        for number in range(_WARM_UPS + self._order.polls):
            begun = time.perf_counter()
            for kind in (OUTBOX, SETTLE, RESUME):
                await due.soonest(self.database, kind, self._clock.now(), AT_ONCE)
            if number >= _WARM_UPS:
                taken.append((time.perf_counter() - begun) * 1_000)
        return taken

    async def _become_due(self, keys: Sequence[str]) -> None:
        """Give one send of each account a time of its own, at random over the next seconds."""
        first, chance = self._clock.now() + _DUE_IN, random.Random(2)
        for key in keys:
            self._due_at[key] = first + chance.randrange(int(self._order.due_seconds * SECOND))
        await outbox.make_due(self.database, self._due_at)

    async def _drain_due(self) -> None:
        """Let what is due leave at its time."""
        await self._engine.start()
        try:
            async with asyncio.timeout(self._order.due_seconds + _PATIENCE_SECONDS):
                await self._all_left.wait()
        finally:
            await self._engine.stop()

    async def _handle(self, key: str) -> int | None:
        account = await self._account(key)
        while True:
            found = await self._claiming.next(account)
            if not isinstance(found, Send):
                return found
            self._delays.append(time.time() * 1_000 - self._due_at[key])
            await self._complete(account, found)
            self._completed += 1
            if self._completed == len(self._due_at):
                self._all_left.set()

    async def _rate(self, side: Callable[[Sequence[str]], Awaitable[None]], keys: Sequence[str]) -> float:
        await outbox.make_due(self.database, dict.fromkeys(keys, self._clock.now() - SECOND), wake=False)
        # Whoever drains an account reads it once, however many of its sends leave.
        self._known = {key: await self._account(key) for key in keys}
        begun = time.perf_counter()
        await side(keys)
        return len(keys) / (time.perf_counter() - begun)

    async def _ours(self, keys: Sequence[str]) -> None:
        async def one(key: str) -> None:
            found = await self._claiming.next(self._known[key])
            if not isinstance(found, Send):
                raise RuntimeError("a due send was not claimed")
            await self._complete(self._known[key], found)

        await self._at_once(keys, one)

    async def _plain(self, keys: Sequence[str]) -> None:
        now = self._clock.now()

        async def one(key: str) -> None:
            lease = Lease("the lease of a plain claim", now + LEASE)
            async with self.database.transaction() as tx:
                send = await sends.claim(tx, key, outbox.SEND_ID, lease=lease, day="", kinds=(), now=now)
            if send is None:
                raise RuntimeError("a due send was not claimed")
            async with self.database.transaction() as tx:
                await sends.mark_sent(tx, send, message_id="2-plain", thread_id="2-thread-0", now=now)

        await self._at_once(keys, one)

    async def _driver(self, keys: Sequence[str]) -> None:
        order = self._order
        await bare.drain(order.place, keys, outbox.SEND_ID, self._clock.now(), order.at_once)

    async def _at_once(self, keys: Sequence[str], work: Callable[[str], Awaitable[None]]) -> None:
        left = iter(keys)

        async def worker() -> None:
            for key in left:
                await work(key)

        await asyncio.gather(*(worker() for _ in range(self._order.at_once)))

    async def _account(self, key: str) -> Account:
        account = await accounts.by_id(self.database, key)
        if account is None:
            raise RuntimeError(f"there is no account {key}")
        return account

    async def _complete(self, account: Account, send: Send) -> None:
        """Settle a send as the echo of its message would."""
        told: list[Event] = []
        async with self.database.transaction() as tx:
            await self._recorder.mark_sent(
                tx, account, send, message_id="2-sent", thread_id="2-thread-0", told=told
            )
            await events.append(tx, told)


def _database(place: str, clock: SystemClock) -> Database:
    if place.startswith("postgresql:"):
        return PostgresqlDatabase(place, clock)
    return SqliteDatabase(Path(place), clock)


def _private_memory() -> int:
    """Bytes of memory that are this process's own; pages of the database file that it maps are not."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell a process's private memory")


async def _measure(order: Order) -> Drained:
    drain = _Drain(order)
    await drain.database.open()
    try:
        return await drain.measure()
    finally:
        await drain.database.close()


if __name__ == "__main__":
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(_measure(given))))
