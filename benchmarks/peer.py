"""The peer of the reads: the same framework and server, answering the very same bytes from memory.

`python -m benchmarks.peer` takes the answers as JSON on its standard input, prints its port, and serves until
SIGTERM. It has no middleware, no key and no store. `/api/…` are routes as FastAPI makes them, `/bare/…` the
barest routes that the framework allows: functions that FastAPI's own handling of parameters never sees.
"""

import asyncio
import itertools
import signal
import sys
from collections.abc import Iterator

import msgspec
import uvloop
from fastapi import FastAPI, Response
from msgspec import Struct
from starlette.requests import Request
from starlette.routing import Route

from threadline.cli.serving import Server, listen


class Answers(Struct, frozen=True):
    """The bodies to answer with, in turn."""

    lists: list[str]
    threads: list[str]


def application(answers: Answers) -> FastAPI:
    """The application of the peer."""
    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    lists, threads = _in_turn(answers.lists), _in_turn(answers.threads)

    @api.get("/api/conversations")
    async def listing() -> Response:
        return Response(next(lists), media_type="application/json")

    @api.get("/api/conversations/{conversation_id}")
    async def thread(conversation_id: str) -> Response:
        return Response(next(threads), media_type="application/json")

    async def bare_listing(request: Request) -> Response:
        return Response(next(lists), media_type="application/json")

    async def bare_thread(request: Request) -> Response:
        return Response(next(threads), media_type="application/json")

    api.router.routes.append(Route("/bare/conversations", bare_listing))
    api.router.routes.append(Route("/bare/conversations/{conversation_id}", bare_thread))
    return api


def _in_turn(bodies: list[str]) -> Iterator[bytes]:
    return itertools.cycle([body.encode() for body in bodies])


async def _serve(answers: Answers) -> None:
    listener = listen("127.0.0.1", 0)
    server = Server(application(answers), stop_seconds=1)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, setattr, server, "should_exit", True)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answers(serving)
    sys.stdout.write(f"Peer listens on port {listener.getsockname()[1]}.\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    uvloop.run(_serve(msgspec.json.decode(sys.stdin.buffer.read(), type=Answers)))
