"""Half a million timed sends: what waiting costs, how soon a due one is claimed, and how many leave a second.

Measured by `draining`, in a process of its own, on an `outbox` that lies on SQLite and then on PostgreSQL.
"""

import asyncio
import tempfile
from pathlib import Path

from tests.postgres import running_postgres

from benchmarks import draining, outbox
from benchmarks.draining import Drained, Order
from benchmarks.plan import Plan
from benchmarks.results import Result, at_least, below, median, median_ratio, percentile

AIM_POLL_MS = {"SQLite": 1.0, "PostgreSQL": 2.0}
AIM_DELAY_MS = 50.0
"""From due to claimed, at the 99th percentile."""

AIM_RATIO = 0.5
"""Of the claims and completions of a plain loop."""

AIM_MEMORY_MIB = 2.0
"""By how much the process may grow while everything waits: by nothing that counts the sends."""

_MEBIBYTE = 2**20


async def measure(plan: Plan) -> list[Result]:
    """On each database, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "threadline.db"
        await outbox.fill_sqlite(path, plan.queued_accounts)
        results = await _measured("SQLite", str(path), plan)
    with running_postgres(durable=True) as server:
        dsn = server.create_database()
        await outbox.fill_postgresql(dsn, plan.queued_accounts)
        results += await _measured("PostgreSQL", dsn, plan)
    return results


async def _measured(name: str, place: str, plan: Plan) -> list[Result]:
    order = Order(
        place=place,
        accounts=plan.queued_accounts,
        polls=plan.polls,
        due=plan.due,
        due_seconds=plan.due_seconds,
        rounds=plan.claim_rounds,
        claims=plan.claims,
        at_once=plan.claims_at_once,
    )
    found = await asyncio.to_thread(draining.run, order)
    waiting = f"{plan.queued_accounts * outbox.SENDS_EACH:,} waiting sends on {name}"
    return [
        _poll(waiting, found, AIM_POLL_MS[name]),
        _delay(waiting, found),
        *_rates(waiting, found),
        *_memory(waiting, found),
    ]


def _poll(waiting: str, found: Drained, aim: float) -> Result:
    middle, slow = median(found.polls), percentile(found.polls, 0.99)
    return Result(
        name=f"{waiting}: an idle look of the engine",
        ours=f"{middle:.3f} ms, p99 {slow:.3f} ms",
        value=f"{middle:.3f} ms",
        aim=f"< {aim:.0f} ms",
        verdict=below(middle, aim),
        figures={"median_ms": middle, "p99_ms": slow, "polls": len(found.polls)},
    )


def _delay(waiting: str, found: Drained) -> Result:
    middle, slow = median(found.delays), percentile(found.delays, 0.99)
    figures = {"median_ms": middle, "p99_ms": slow, "most_ms": max(found.delays), "due": len(found.delays)}
    return Result(
        name=f"{waiting}: due to claimed, p99",
        ours=f"{slow:.1f} ms, median {middle:.1f} ms",
        value=f"{slow:.1f} ms",
        aim=f"< {AIM_DELAY_MS:.0f} ms",
        verdict=below(slow, AIM_DELAY_MS),
        figures=figures,
    )


def _rates(waiting: str, found: Drained) -> list[Result]:
    name = f"{waiting}: claims and completions"
    ours, plain, driver = median(found.ours), median(found.plain), median(found.driver)
    ratio = median_ratio(found.ours, found.plain)
    to_driver = median_ratio(found.ours, found.driver)
    return [
        Result(
            name=name,
            against="UPDATE … RETURNING, by the same port",
            ours=f"{ours:,.0f}/s",
            peer=f"{plain:,.0f}/s",
            value=f"{ratio:.2f}",
            aim=f">= {AIM_RATIO}",
            verdict=at_least(ratio, AIM_RATIO),
            figures={"ratio": ratio, "ours_per_second": ours, "plain_per_second": plain},
        ),
        Result(
            name=name,
            against="the same by the driver alone",
            ours=f"{ours:,.0f}/s",
            peer=f"{driver:,.0f}/s",
            value=f"{to_driver:.2f}",
            figures={"ratio": to_driver, "ours_per_second": ours, "driver_per_second": driver},
        ),
    ]


def _memory(waiting: str, found: Drained) -> list[Result]:
    before, idle, after = (
        size / _MEBIBYTE for size in (found.memory_before, found.memory_idle, found.memory_after)
    )
    return [
        Result(
            name=f"{waiting}: private memory after {len(found.polls):,} looks",
            against="before the first",
            ours=f"{idle:.1f} MiB",
            peer=f"{before:.1f} MiB",
            value=f"+{idle - before:.1f} MiB",
            aim=f"< {AIM_MEMORY_MIB:.0f} MiB",
            verdict=below(idle - before, AIM_MEMORY_MIB),
            figures={"before_mib": before, "after_mib": idle, "growth_mib": idle - before},
        ),
        Result(
            name=f"{waiting}: private memory when {len(found.delays):,} have left",
            against="before the first look",
            ours=f"{after:.1f} MiB",
            peer=f"{before:.1f} MiB",
            value=f"+{after - before:.1f} MiB",
            figures={"before_mib": before, "after_mib": after, "growth_mib": after - before},
        ),
    ]
