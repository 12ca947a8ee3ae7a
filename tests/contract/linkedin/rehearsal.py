"""What the connector's tests stand on: an observer, held waits, and a server that follows a script."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.realtime import HEARTBEAT_TASK
from threadline.model.accounts import Cookie, Session
from threadline.model.clock import Clock, SystemClock
from threadline.model.randomness import SeededRandomness

PATIENCE = 10.0
"""Seconds after which a wait for something that must come is given up."""


def session(account: str = "ada", *more: Cookie) -> Session:
    """The session of one of the sandbox's accounts."""
    return Session(cookies=(Cookie("li_at", f"demo-{account}"), Cookie("JSESSIONID", '"ajax:1"'), *more))


@dataclass
class Observer:
    """Records what it is told."""

    sessions: list[Session] = field(default_factory=list)
    proven: int = 0
    ended: list[str] = field(default_factory=list)

    async def session_changed(self, session: Session) -> None:
        """Record the session."""
        self.sessions.append(session)

    def traffic_proven(self, now: int) -> None:
        """Count the proof."""
        self.proven += 1

    def session_ended(self, reason: str) -> None:
        """Record the reason."""
        self.ended.append(reason)


class Pauses:
    """Waits without time: those before an attempt pass at once, those between heartbeats when told to."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.between_heartbeats: list[float] = []
        self._held: list[asyncio.Event] = []

    async def __call__(self, seconds: float) -> None:
        """Wait for `seconds`, in the sense of the rehearsal."""
        task = asyncio.current_task()
        if task is not None and task.get_name() == HEARTBEAT_TASK:
            self.between_heartbeats.append(seconds)
            held = asyncio.Event()
            self._held.append(held)
            await held.wait()
        else:
            self.taken.append(seconds)
            await asyncio.sleep(0)

    def let_heartbeat_go(self) -> None:
        """Let a minute pass for whoever waits for one."""
        for held in self._held:
            held.set()
        self._held.clear()


@dataclass
class Rehearsal:
    """A connector with everything around it in hand."""

    linkedin: LinkedIn
    registry: CollectorRegistry
    pauses: Pauses

    def counted(self, name: str, **labels: str) -> float:
        """The value of a counter."""
        return self.registry.get_sample_value(f"threadline_linkedin_{name}_total", labels) or 0


@asynccontextmanager
async def connector(
    base_url: str,
    *,
    call_timeout: float = PATIENCE,
    frame_timeout: float = PATIENCE,
    clock: Clock | None = None,
) -> AsyncIterator[Rehearsal]:
    """An open connector to `base_url`."""
    registry, pauses = CollectorRegistry(), Pauses()
    linkedin = LinkedIn(
        base_url,
        clock=clock or SystemClock(),
        randomness=SeededRandomness(1),
        metrics=ConnectorMetrics(registry),
        call_timeout=call_timeout,
        frame_timeout=frame_timeout,
        pause=pauses,
    )
    await linkedin.open()
    try:
        yield Rehearsal(linkedin, registry, pauses)
    finally:
        await linkedin.close()


SILENCE = b"silence"
"""A scripted answer that never comes."""


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """An answer as it stands on the wire, after which the connection is closed."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Script:
    """A server that gives one scripted answer to each connection, and keeps what it was sent."""

    answers: list[bytes]
    base_url: str = ""
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    """How many were made."""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request has come."""
    released: asyncio.Event | None = None
    """What each answer waits for, if anything."""
    keeps_open: bool = False
    """Whether connections stay open after their answer, until the client closes them."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if b"content-length" in line
                ),
                0,
            )
            self.requests.append(head + await reader.readexactly(length))
            self.arrived.set()
            if self.released is not None:
                await self.released.wait()
            answer = self.answers.pop(0)
            if answer is SILENCE:
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
                if self.keeps_open:
                    await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def scripted(answers: Sequence[bytes]) -> AsyncIterator[Script]:
    """A server on a free port that follows `answers`."""
    script = Script(list(answers))
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    script.base_url = f"http://{host}:{port}"
    try:
        yield script
    finally:
        server.close()
        await server.wait_closed()
