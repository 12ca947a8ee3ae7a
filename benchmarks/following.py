"""Many accounts with live streams in one gateway process: memory, idle CPU, and how soon an event is stored.

The sandbox makes people write to accounts at a steady rate; each message carries the time at which it was
delivered, and a reader of the gateway's own SQLite file sees when its row is committed.
"""

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import aiohttp
from msgspec import Struct

from benchmarks import processes
from benchmarks.plan import Plan
from benchmarks.results import Result, below, median, percentile
from benchmarks.sending import session_of
from threadline.app import build
from threadline.settings import Settings

AIM_P99_MS = 1_000.0
"""Within how long a change is in the store, in milliseconds (issue: within a second)."""

_WRITER = "janesmith"
_PATIENCE_SECONDS = 600
_POLL_SECONDS = 0.002
_LINKED_AT_ONCE = 20
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


class _Figures(Struct, frozen=True):
    """What one run showed."""

    accounts: int
    before_bytes: int
    after_bytes: int
    idle_cpu: float
    """Of one core."""
    busy_cpu: float
    """Of one core, while events came."""
    rate: float
    """Events a second, as they were sent."""
    latencies: Sequence[float]
    """Milliseconds from the sandbox's delivery to the committed row."""


async def measure(plan: Plan) -> list[Result]:
    """The figures of `plan.followed` accounts."""
    crowd = [f"crowd-{number:04}" for number in range(1, plan.followed + 1)]
    arguments = ("--crowd", str(plan.followed), "--stream-life", "3600")
    with tempfile.TemporaryDirectory() as folder, processes.sandbox(*arguments) as sandbox_port:
        address = f"http://127.0.0.1:{sandbox_port}"
        with processes.gateway(Path(folder) / "empty", linkedin_url=address) as empty:
            before = _resident(empty.pid)
        await _linked(Path(folder), address, crowd)
        settings = {"linkedin_url": address, "backfill_pause_seconds": "0", "backfill_days": "0"}
        with processes.gateway(Path(folder), **settings) as running:
            async with aiohttp.ClientSession() as client:
                await _all_connected(Path(folder), len(crowd))
                idle = await _cpu_over(running.pid, plan.idle_seconds)
                after = _resident(running.pid)
                begun, spent = time.perf_counter(), _cpu(running.pid)
                latencies = await _written(client, address, Path(folder), crowd, plan)
                taken = time.perf_counter() - begun
                busy = (_cpu(running.pid) - spent) / taken
    rate = len(latencies) / taken
    return _results(_Figures(len(crowd), before, after, idle, busy, rate, latencies))


def _results(found: _Figures) -> list[Result]:
    each = (found.after_bytes - found.before_bytes) / found.accounts / 1024
    p50, p99 = median(found.latencies), percentile(found.latencies, 0.99)
    name = f"{found.accounts:,} accounts with live streams"
    return [
        Result(
            name=f"{name}: memory of each",
            against="the empty gateway",
            ours=f"{found.after_bytes / 2**20:.0f} MiB",
            peer=f"{found.before_bytes / 2**20:.0f} MiB",
            value=f"{each:.0f} KiB",
            figures={"kib_each": each, "resident": found.after_bytes, "empty": found.before_bytes},
        ),
        Result(
            name=f"{name}: idle CPU",
            ours=f"{found.idle_cpu:.1%} of a core",
            value=f"{found.idle_cpu:.3f}",
            figures={"cores": found.idle_cpu},
        ),
        Result(
            name=f"{name}: event to committed row, median",
            ours=f"{p50:.1f} ms at {found.rate:.0f}/s",
            value=f"{p50:.1f} ms",
            figures={"ms": p50, "rate": found.rate, "cores": found.busy_cpu},
        ),
        Result(
            name=f"{name}: event to committed row, 99th percentile",
            ours=f"{p99:.1f} ms at {found.rate:.0f}/s, {found.busy_cpu:.0%} of a core",
            value=f"{p99:.1f} ms",
            aim=f"< {AIM_P99_MS:.0f} ms",
            verdict=below(p99, AIM_P99_MS),
            figures={"ms": p99, "rate": found.rate, "cores": found.busy_cpu},
        ),
    ]


async def _linked(folder: Path, address: str, names: Sequence[str]) -> None:
    """Link every account in an empty data folder."""
    gateway = build(Settings(data_dir=folder, linkedin_url=address))
    await gateway.open()
    places = asyncio.Semaphore(_LINKED_AT_ONCE)
    try:
        tenant = await gateway.services.access.create_tenant("benchmark")

        async def link(name: str) -> None:
            async with places:
                linked = await gateway.services.linking.link(tenant, name, session_of(name))
            if linked.error is not None:
                raise RuntimeError(f"the sandbox refused the session of {name}: {linked.error}")

        async with asyncio.TaskGroup() as tasks:
            for name in names:
                tasks.create_task(link(name))
    finally:
        await gateway.stop()


async def _all_connected(folder: Path, count: int) -> None:
    """Until every account has caught up and follows its stream."""
    with closing(_reader(folder)) as database:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                (connected,) = database.execute(
                    "SELECT COUNT(*) FROM accounts WHERE state = 'connected'"
                ).fetchone()
                if connected >= count:
                    return
                await asyncio.sleep(0.5)


async def _written(
    client: aiohttp.ClientSession, address: str, folder: Path, crowd: Sequence[str], plan: Plan
) -> list[float]:
    """Let a person write to the accounts in turn; answers the milliseconds until each row was committed."""
    with closing(_reader(folder)) as database:
        (last,) = database.execute("SELECT COALESCE(MAX(rowid), 0) FROM messages").fetchone()
        writing = asyncio.create_task(_write(client, address, crowd, plan))
        latencies: list[float] = []
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while len(latencies) < plan.events:
                rows = database.execute(
                    "SELECT rowid, delivered_at FROM messages WHERE rowid > ? AND from_me = 0 ORDER BY rowid",
                    (last,),
                ).fetchall()
                now = time.time_ns() / 1_000_000
                latencies.extend(now - delivered_at for _, delivered_at in rows)
                last = rows[-1][0] if rows else last
                await asyncio.sleep(_POLL_SECONDS)
        await writing
    return latencies


async def _write(client: aiohttp.ClientSession, address: str, crowd: Sequence[str], plan: Plan) -> None:
    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(plan.events):
            await asyncio.sleep(max(0.0, begun + number / plan.events_a_second - time.perf_counter()))
            body = {"to": crowd[number % len(crowd)], "text": f"Benchmark message {number}"}
            tasks.create_task(_write_one(client, address, body))


async def _write_one(client: aiohttp.ClientSession, address: str, body: dict[str, str]) -> None:
    async with client.post(f"{address}/sandbox/people/{_WRITER}/write", json=body) as answer:
        if answer.status >= 300:
            raise RuntimeError(f"the sandbox answered {answer.status}: {await answer.text()}")


def _reader(folder: Path) -> sqlite3.Connection:
    """The gateway's own file, for reading only."""
    return sqlite3.connect(f"file:{folder / 'threadline.db'}?mode=ro", uri=True, isolation_level=None)


async def _cpu_over(pid: int, seconds: float) -> float:
    before, begun = _cpu(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    return (_cpu(pid) - before) / (time.perf_counter() - begun)


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
