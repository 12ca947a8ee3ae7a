"""Running the sandbox: in a process of its own until a signal, or inside a test."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from threadline.sandbox.admin import routes as admin
from threadline.sandbox.api.dispatch import SIMULATION, dispatch
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.options import Options

# Streams end by themselves when asked; whatever else is still open then has this long.
_STOP_SECONDS = 0.5
_LARGEST_BODY = 4 * 1024 * 1024


def application(simulation: Simulation) -> web.Application:
    """The web application of one network."""
    made = web.Application(client_max_size=_LARGEST_BODY)
    made[SIMULATION] = simulation
    admin.add_routes(made)
    made.router.add_route("*", "/{rest:.*}", dispatch)
    return made


@asynccontextmanager
async def serving(options: Options) -> AsyncIterator[str]:
    """Serve a network in this event loop; gives its base URL, as `http://127.0.0.1:8081`.

    Raises JournalError when the kept file is another network's, OSError when the port is taken.
    """
    simulation = Simulation(options)
    runner = web.AppRunner(
        application(simulation), access_log=None, handler_cancellation=True, shutdown_timeout=_STOP_SECONDS
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port)
        await site.start()
        simulation.begin()
        host, port = runner.addresses[0][:2]
        yield f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    finally:
        simulation.stop()
        await runner.cleanup()


def run(options: Options) -> None:
    """Serve a network until SIGTERM or SIGINT; prints one line when it is ready.

    Raises JournalError when the kept file is another network's, OSError when the port is taken.
    """
    asyncio.run(_run(options))


async def _run(options: Options) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stopped.set)
    async with serving(options) as base_url:
        kept = f", kept in {options.keep}" if options.keep else ""
        sys.stdout.write(f"Sandbox ready at {base_url} (seed {options.seed}{kept})\n")
        sys.stdout.flush()
        await stopped.wait()
    # Taking a whole network apart, object by object, takes longer than the stop itself.
    gc.freeze()
