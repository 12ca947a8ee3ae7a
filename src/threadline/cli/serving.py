"""Running a gateway until it is told to stop."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from fastapi import FastAPI

from threadline.app import Gateway
from threadline.cli.protocol import BoundedProtocol

_BACKLOG = 2_048
_LAST_SECONDS = 1
"""How much longer than sends, once those are let go, other requests under way have."""


class ServingError(Exception):
    """The gateway cannot be served; the text says why, and what to do."""


class Server(uvicorn.Server):
    """A server whose signals are ours to handle, so that the gateway stops before the process ends."""

    def __init__(self, api: FastAPI, *, stop_seconds: float) -> None:
        """Serve `api`; stop_seconds: how long requests under way may take to end, a last second apart."""
        super().__init__(
            uvicorn.Config(
                api,
                http=BoundedProtocol,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=int(stop_seconds) + _LAST_SECONDS,
            )
        )
        self._answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self._answering.set()

    async def answers(self, serving: "asyncio.Task[None]") -> None:
        """Until the server listens, or `serving` has ended."""
        waiting = asyncio.create_task(self._answering.wait())
        await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(
    gateway: Gateway, ready: Callable[[int], None], prepare: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Run `gateway` until SIGINT, SIGTERM or SIGHUP, those left out that it was started to ignore.

    The process ends afterwards. `prepare` runs before anything is answered; `ready` is called with the port
    once it answers.

    Raises ServingError when the address is taken.
    """
    settings = gateway.settings
    listener = listen(settings.host, settings.port)
    await gateway.open()
    left: float | None = None
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # `nohup` ignores SIGHUP, so that a terminal may be closed; a script ignores SIGINT for what it puts
        # into the background, so that Ctrl-C ends only what runs in front.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    try:
        await gateway.start()
        if prepare is not None:
            await prepare()
        server = Server(gateway.api, stop_seconds=settings.stop_seconds)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.answers(serving)
        ready(listener.getsockname()[1])
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        deadline = loop.time() + settings.stop_seconds
        await asyncio.wait({serving}, timeout=settings.stop_seconds)
        # Whoever still waits for a send is told where it stands, before its request is cut off.
        gateway.sending.let_go()
        await serving
        stopping.cancel()
        left = max(0, deadline - loop.time())
    finally:
        await gateway.stop(left)
        # Taking every object apart at the end of the process takes longer than the stop itself.
        gc.freeze()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on an address; raises ServingError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ServingError(
            f"The address {host}:{port} cannot be used ({error.strerror}). "
            "Stop what listens there, or choose another port with PORT or THREADLINE_PORT."
        ) from None
    listener.listen(_BACKLOG)
    listener.set_inheritable(False)
    return listener
