"""A file through the gateway: by how much its memory grows, up and down."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
from msgspec import Struct

from benchmarks import processes
from benchmarks.plan import Plan
from benchmarks.results import Result, Verdict, below, median
from benchmarks.sending import caught_up, known_conversation, linked
from threadline.model.attachments import FILE_LIMIT

AIM_MIB = 8.0
"""By how much the process may grow, in MiB: well below the 20 of the file."""

_NEVER = ("--answer-delay-ms", "86400000", "86400000")
_PIECE = bytes(range(256)) * 256
_MEBIBYTE = 2**20


class _Growth(Struct, frozen=True):
    """Bytes of memory that the gateway took beyond what it held before, at its highest."""

    up: int
    down: int


async def measure(plan: Plan) -> list[Result]:
    """The growth of each round, after one small file that brings in what every later one needs."""
    with tempfile.TemporaryDirectory() as folder, processes.sandbox(*_NEVER) as sandbox_port:
        address = f"http://127.0.0.1:{sandbox_port}"
        key = await linked(Path(folder), address)
        with processes.gateway(Path(folder), linkedin_url=address, backfill_pause_seconds="0") as running:
            headers = {"Authorization": f"Bearer {key}", "X-User-Id": "ada"}
            async with aiohttp.ClientSession(f"http://127.0.0.1:{running.port}", headers=headers) as client:
                await caught_up(client)
                conversation = await known_conversation(client)
                await _round(client, running.pid, conversation, _MEBIBYTE)
                rounds = [
                    await _round(client, running.pid, conversation, FILE_LIMIT)
                    for _ in range(plan.file_rounds)
                ]
    return _results(rounds)


def _results(rounds: list[_Growth]) -> list[Result]:
    size = FILE_LIMIT / _MEBIBYTE
    growths = {
        "up": [one.up / _MEBIBYTE for one in rounds],
        "down": [one.down / _MEBIBYTE for one in rounds],
        "up and down": [max(one.up, one.down) / _MEBIBYTE for one in rounds],
    }
    return [
        Result(
            name=f"{size:.0f} MiB attachment {way} through the gateway: peak memory growth",
            against="the file itself",
            ours=f"{median(grown):.1f} MiB",
            peer=f"{size:.0f} MiB",
            value=f"{median(grown) / size:.2f}",
            aim=f"< {AIM_MIB:.0f} MiB" if way == "up and down" else "",
            verdict=below(median(grown), AIM_MIB) if way == "up and down" else Verdict.NO_AIM,
            figures={"mib": median(grown), "most_mib": max(grown)},
        )
        for way, grown in growths.items()
    ]


async def _round(client: aiohttp.ClientSession, pid: int, conversation: str, size: int) -> _Growth:
    before = _forget_peak(pid)
    headers = {"Content-Type": "application/octet-stream", "X-File-Name": "all.zip"}
    async with client.post("/api/attachments", data=_pieces(size), headers=headers) as answer:
        uploaded = (await answer.json())["data"]["attachment"]["id"]
    up = _peak(pid) - before
    body = {"conversationId": conversation, "message": "A file", "attachments": [uploaded]}
    async with client.post("/api/send", json=body) as answer:
        if answer.status != 200:
            raise RuntimeError(f"a send was answered as {answer.status}: {await answer.text()}")
    before, taken = _forget_peak(pid), 0
    async with client.get(f"/api/attachments/{uploaded}") as answer:
        async for chunk in answer.content.iter_any():
            taken += len(chunk)
    if taken != size:
        raise RuntimeError(f"{taken} of {size} bytes came down")
    return _Growth(up=up, down=_peak(pid) - before)


async def _pieces(size: int) -> AsyncIterator[bytes]:
    while size > 0:
        yield _PIECE[:size]
        size -= len(_PIECE)


def _forget_peak(pid: int) -> int:
    """Begin the peak anew, at what the process holds now; answers that, in bytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
    return _peak(pid)


def _peak(pid: int) -> int:
    """The most that the process has held since, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not tell a process's peak of memory")
