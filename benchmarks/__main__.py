"""`python -m benchmarks`: measure everything, or some parts, and print the table."""

import argparse
import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console
from tests.postgres import running_postgres

from benchmarks import (
    backfilling,
    files,
    following,
    plan,
    processes,
    queueing,
    reading,
    report,
    sending,
    starting,
)
from benchmarks.plan import Plan
from benchmarks.results import Result


async def _postgresql(chosen: Plan) -> list[Result]:
    with running_postgres() as server, tempfile.TemporaryDirectory() as folder:
        return await reading.measure_postgresql(chosen, server.create_database(), Path(folder))


PARTS: dict[str, Callable[[Plan], Awaitable[list[Result]]]] = {
    "reading": reading.measure_sqlite,
    "postgresql": _postgresql,
    "sending": sending.measure,
    "queueing": queueing.measure,
    "backfilling": backfilling.measure,
    "following": following.measure,
    "files": files.measure,
    "starting": starting.measure,
}


def main(arguments: list[str] | None = None) -> list[Result]:
    """Measure, print, and write the JSON file where one is named."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the hot paths as ratios."
    )
    parser.add_argument("--quick", action="store_true", help="a small store and few rounds: that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every number to FILE")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="some parts alone")
    given = parser.parse_args(arguments)
    chosen = plan.QUICK if given.quick else plan.FULL
    command = " ".join(
        ["python -m benchmarks"]
        + (["--quick"] if given.quick else [])
        + (["--only", *given.only] if given.only != list(PARTS) else [])
    )
    processes.forget_settings()
    machine = report.machine()
    console = report.terminal()
    results: list[Result] = []
    for name in given.only:
        results.extend(_measured(name, chosen, console))
    report.show(results, console)
    console.print(f"{machine}\n{report.versions()}\n{command}", soft_wrap=True)
    if given.json is not None:
        report.write(given.json, command, machine, results)
    return results


def _measured(name: str, chosen: Plan, console: Console) -> list[Result]:
    with console.status(f"measuring: {name}"):
        return asyncio.run(_of_part(PARTS[name], chosen))


async def _of_part(part: Callable[[Plan], Awaitable[list[Result]]], chosen: Plan) -> list[Result]:
    return await part(chosen)


if __name__ == "__main__":
    main()
