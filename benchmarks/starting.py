"""Cold start: `threadline demo` from the command to the first 200 of `/health`, and to ready for use."""

import http.client
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks import processes
from benchmarks.plan import Plan
from benchmarks.results import Result, Verdict, below, median

AIM_SECONDS = 3.0
"""From the command to a 200, with an empty data folder."""

_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.005


async def measure(plan: Plan) -> list[Result]:
    """Each start in an empty folder, and again in the folder that it left."""
    cold: list[tuple[float, float]] = []
    warm: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        # The first start ever also compiles; whoever installed the package has that behind them.
        _start(Path(folder) / "first")
        for number in range(plan.starts):
            kept = Path(folder) / str(number)
            cold.append(_start(kept))
            warm.append(_start(kept))
    return [
        *_results("Cold start of threadline demo, empty folder", cold, AIM_SECONDS),
        *_results("Start of threadline demo, kept folder", warm, None),
    ]


def _results(name: str, starts: list[tuple[float, float]], aim: float | None) -> list[Result]:
    healthy, ready = median(one[0] for one in starts), median(one[1] for one in starts)
    return [
        Result(
            name=f"{name}: 200 from /health, median of {len(starts)}",
            ours=f"{healthy:.2f} s",
            value=f"{healthy:.2f} s",
            aim="" if aim is None else f"< {aim:.0f} s",
            verdict=Verdict.NO_AIM if aim is None else below(healthy, aim),
            figures={"seconds": healthy, "slowest_seconds": max(one[0] for one in starts)},
        ),
        Result(
            name=f"{name}: three accounts linked",
            ours=f"{ready:.2f} s",
            value=f"{ready:.2f} s",
            figures={"seconds": ready},
        ),
    ]


def _start(folder: Path) -> tuple[float, float]:
    """Seconds until the gateway is healthy, and until the demo says that it is ready."""
    port, sandbox_port = processes.free_port(), processes.free_port()
    begun = time.perf_counter()
    with processes.demo(folder, port, sandbox_port) as process:
        while not _healthy(port):
            if process.poll() is not None or time.perf_counter() - begun > _PATIENCE_SECONDS:
                raise processes.ProcessFailed("threadline demo did not start")
            time.sleep(_POLL_SECONDS)
        healthy = time.perf_counter() - begun
        _read_until_ready(process)
        ready = time.perf_counter() - begun
    return healthy, ready


def _healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _read_until_ready(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if b"is ready" in line:
            return
    raise processes.ProcessFailed("threadline demo ended before it was ready")
