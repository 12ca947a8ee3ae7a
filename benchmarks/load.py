"""The load: a process of its own that keeps connections open and asks over them, one request at a time each.

`python -m benchmarks.load` takes an `Order` as JSON on its standard input and answers an `Outcome` on its
standard output. It reads HTTP/1.1 answers with a Content-Length and nothing else, so that it costs little
beside what it measures.
"""

import asyncio
import itertools
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import cast

import msgspec
import uvloop
from msgspec import Struct

_WARM_UP_SECONDS = 0.3
_PATIENCE_SECONDS = 60


class Order(Struct, frozen=True, kw_only=True):
    """What to ask, and for how long."""

    port: int
    connections: int
    seconds: float
    requests: list[str]
    """Whole requests as they stand on the wire; taken in turn by all connections together."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of it."""

    per_second: float
    answers: int
    bytes_each: float
    """Mean size of an answer with its head."""
    median_ms: float
    p99_ms: float


class LoadError(Exception):
    """The server answered with something else than 200, or closed a connection."""


def get(path: str, headers: Sequence[tuple[str, str]]) -> str:
    """A GET request as it stands on the wire."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join(lines) + "\r\n\r\n"


def run(order: Order) -> Outcome:
    """Run the load in a process of its own; raises LoadError."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(order),
        capture_output=True,
        timeout=order.seconds + _PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise LoadError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return msgspec.json.decode(done.stdout, type=Outcome)


class _Asker(asyncio.Protocol):
    """One connection: the next request leaves when the answer to the last one is whole."""

    def __init__(self, requests: Iterator[bytes], seconds: list[float]) -> None:
        self._requests = requests
        self._seconds = seconds
        self._missing = 0
        self._head = b""
        self._asked = 0.0
        self._transport: asyncio.Transport | None = None
        self.received = 0
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not asyncio's by type.
        self._transport = cast(asyncio.Transport, transport)

    def ask(self) -> None:
        """Send the next request."""
        assert self._transport is not None
        self._asked = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._missing = _length(self._head[:end]) - (len(self._head) - end - 4)
            if not self._head.startswith(b"HTTP/1.1 200"):
                self._fail(self._head.partition(b"\r\n")[0].decode(errors="replace"))
                return
            self._head = b""
        if not self._missing:
            self._seconds.append(time.perf_counter() - self._asked)
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail("the server closed a connection")

    def _fail(self, reason: str) -> None:
        if not self.failure.done():
            self.failure.set_exception(LoadError(reason))


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"\r\ncontent-length:")
    if at < 0:
        raise LoadError("an answer has no Content-Length")
    return int(lower[at + 17 :].partition(b"\r\n")[0])


async def _ask(order: Order) -> Outcome:
    loop = asyncio.get_running_loop()
    requests = itertools.cycle([one.encode("latin-1") for one in order.requests])
    seconds: list[float] = []
    askers: list[_Asker] = []
    for _ in range(order.connections):
        _, asker = await loop.create_connection(lambda: _Asker(requests, seconds), "127.0.0.1", order.port)
        askers.append(asker)
    for asker in askers:
        asker.ask()
    failures = [asker.failure for asker in askers]
    await _pass(_WARM_UP_SECONDS, failures)
    seconds.clear()
    before = sum(asker.received for asker in askers)
    begun = time.perf_counter()
    await _pass(order.seconds, failures)
    took = time.perf_counter() - begun
    received = sum(asker.received for asker in askers) - before
    seconds.sort()
    return Outcome(
        per_second=len(seconds) / took,
        answers=len(seconds),
        bytes_each=received / max(1, len(seconds)),
        median_ms=statistics.median(seconds) * 1_000,
        p99_ms=seconds[int(len(seconds) * 0.99)] * 1_000,
    )


async def _pass(seconds: float, failures: Sequence["asyncio.Future[None]"]) -> None:
    done, _ = await asyncio.wait(failures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for failure in done:
        failure.result()


if __name__ == "__main__":
    outcome = uvloop.run(_ask(msgspec.json.decode(sys.stdin.buffer.read(), type=Order)))
    sys.stdout.buffer.write(msgspec.json.encode(outcome))
    sys.stdout.buffer.flush()
