"""A way through which a gateway reaches its LinkedIn, and which a test can hold shut.

Above: `test_paused.py`. Below: the kernel's queue of connections, which holds one place here: while that is
taken, whoever connects waits without anything of theirs being written.
"""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tests.acceptance.processes import PATIENCE

_LOOK_AGAIN: Final = 0.02
"""Seconds between two looks at whether it is held."""
_PIECE: Final = 65_536


class Relay:
    """Carries bytes between a listener of its own and a server, in a thread of its own."""

    def __init__(self, listener: socket.socket, server_port: int) -> None:
        self.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.swallowed = threading.Event()
        """Set once something was written that is not carried on."""
        self._listener = listener
        self._server_port = server_port
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lossy: set[tuple[socket.socket, socket.socket]] = set()
        self._to_be_shut, self._is_shut = threading.Event(), threading.Event()
        self._swallowing, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def shut(self) -> None:
        """Cut every connection, and let no other be made: whoever connects waits."""
        self._to_be_shut.set()
        assert self._is_shut.wait(PATIENCE)

    def swallow(self) -> None:
        """Carry nothing on from now on that the gateway writes, and keep its connections open."""
        self._swallowing.set()

    def open(self) -> None:
        """Carry on as at first; connections of which something was swallowed are cut."""
        self._to_be_shut.clear()
        self._swallowing.clear()

    def close(self) -> None:
        """End it."""
        self._over.set()
        self._thread.join(PATIENCE)

    def _work(self) -> None:
        while not self._over.is_set():
            if self._to_be_shut.is_set():
                self._stay_shut()
            else:
                self._carry()
        self._cut_all()

    def _stay_shut(self) -> None:
        with self._filled():
            self._cut_all()
            self._is_shut.set()
            while self._to_be_shut.is_set() and not self._over.is_set():
                self._over.wait(_LOOK_AGAIN)
        self._is_shut.clear()

    @contextmanager
    def _filled(self) -> Iterator[None]:
        """The one place of the queue is taken, by a connection of ours."""
        with socket.socket() as filler:
            filler.setblocking(False)
            filler.connect_ex(self._listener.getsockname())
            while not select.select([], [filler], [], _LOOK_AGAIN)[1]:
                # The gateway was quicker: what it wrote reaches nobody.
                if select.select([self._listener], [], [], 0)[0]:
                    self._listener.accept()[0].close()
            yield

    def _cut_all(self) -> None:
        for pair in list(self._pairs):
            self._end(pair)

    def _carry(self) -> None:
        if not self._swallowing.is_set():
            for pair in list(self._lossy):
                self._end(pair)
        other = dict(self._pairs) | {far: near for near, far in self._pairs}
        ready, _, _ = select.select([self._listener, *other], [], [], _LOOK_AGAIN)
        for one in ready:
            if one is self._listener:
                self._take()
            elif one.fileno() >= 0:
                self._pass_on(one, other[one])

    def _take(self) -> None:
        near, _ = self._listener.accept()
        far = socket.create_connection(("127.0.0.1", self._server_port), PATIENCE)
        self._pairs.add((near, far))

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        pair = next(one for one in self._pairs if source in one)
        try:
            piece = source.recv(_PIECE)
            from_gateway = source is pair[0]
            if piece and from_gateway and self._swallowing.is_set():
                self._lossy.add(pair)
                self.swallowed.set()
                return
            if piece and pair not in self._lossy:
                target.sendall(piece)
                return
        except OSError:
            pass
        self._end(pair)

    def _end(self, pair: tuple[socket.socket, socket.socket]) -> None:
        self._pairs.discard(pair)
        self._lossy.discard(pair)
        for one in pair:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def relay(server_port: int) -> Iterator[Relay]:
    """A relay to a server of this machine, until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        carrying = Relay(listener, server_port)
        try:
            yield carrying
        finally:
            carrying.close()
