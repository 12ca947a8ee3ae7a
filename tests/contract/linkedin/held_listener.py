"""A listening socket whose connections are made when a test says so, by the kernel alone."""

import asyncio
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.contract.linkedin.rehearsal import PATIENCE

_CONNECTING = "02"
"""The state of a socket in /proc/net/tcp whose connection is asked for and not made."""


class HeldListener:
    """Nobody answers here: what connects is made to wait, or is taken by the kernel and read by the test."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._filler: socket.socket | None = None
        self._taken: list[socket.socket] = []
        self.port: int = listener.getsockname()[1]

    @property
    def somebody_connected(self) -> bool:
        """Whether a connection waits to be taken."""
        return bool(select.select([self._listener], [], [], 0)[0])

    @property
    def somebody_connects(self) -> bool:
        """Whether a connection is asked for that cannot be made while the queue is full."""
        peer = f":{self.port:04X}"
        rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(row[2].endswith(peer) and row[3] == _CONNECTING for row in rows)

    def fill(self) -> None:
        """Let no further connection be made: the queue has one place, and this takes it."""
        self._filler = socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def make_room(self) -> None:
        """Let the next connection be made; whoever asked for one asks again within a second or a few."""
        self.taken()

    def taken(self) -> socket.socket:
        """The next connection, once it is made."""
        self._listener.settimeout(PATIENCE)
        one, _ = self._listener.accept()
        one.settimeout(PATIENCE)
        self._taken.append(one)
        return one

    def close(self) -> None:
        """Close everything."""
        for one in (self._listener, self._filler, *self._taken):
            if one is not None:
                one.close()


@contextmanager
def held_listener() -> Iterator[HeldListener]:
    """A listener on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        held = HeldListener(listener)
        try:
            yield held
        finally:
            held.close()


async def everything_from(connection: socket.socket) -> bytes:
    """All that a connection brought, once it is closed."""
    connection.setblocking(False)
    loop, received = asyncio.get_running_loop(), b""
    async with asyncio.timeout(PATIENCE):
        # A connection that is closed with unread answers ends with a reset.
        with suppress(ConnectionResetError):
            while piece := await loop.sock_recv(connection, 65_536):
                received += piece
    return received
