"""The table, the line about the machine, and the JSON file."""

import importlib.metadata
import os
import platform
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.results import Result, Verdict

PACKAGES = (
    "threadline",
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "msgspec",
    "aiohttp",
    "asyncpg",
)

_COLOURS = {Verdict.MET: "green", Verdict.MISSED: "red", Verdict.NO_AIM: "dim"}
_FIGURES = ("ours", "peer", "value", "aim")
_GIBIBYTE = 1024**3
_WIDTH = 160


def machine() -> str:
    """What it ran on: processor, cores, memory, system, and how busy it was before."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIBIBYTE
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}; load before the run {os.getloadavg()[0]:.2f}"
    )


def versions() -> str:
    """Python, SQLite, and what the gateway stands on."""
    packages = (f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {', '.join(packages)}"


def show(results: Sequence[Result], console: Console) -> None:
    """Print the table."""
    table = Table(title="Threadline: the hot paths", title_justify="left")
    for title in ("what", "ours", "against", "peer", "value", "aim", "verdict"):
        table.add_column(title, justify="right" if title in _FIGURES else "left", overflow="fold")
    for one in results:
        colour = _COLOURS[one.verdict]
        verdict = f"[{colour}]{one.verdict.value}[/]"
        table.add_row(one.name, one.ours, one.against, one.peer, one.value, one.aim, verdict)
    console.print(table)


def terminal() -> Console:
    """Where the table goes: as wide as it needs to be where the output is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDTH)


def write(path: Path, command: str, machine_line: str, results: Sequence[Result]) -> None:
    """Write everything as JSON."""
    whole = {"command": command, "machine": machine_line, "versions": versions(), "results": results}
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
