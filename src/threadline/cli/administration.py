"""Administering a gateway from its own machine.

A running gateway owns its data, so a command asks it over its API; otherwise the command opens the data
itself, by running the same API in this process. Either way there is one implementation of every act.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from rich.console import Console
from rich.table import Column, Table

from threadline.app import OPERATOR_TOKEN, build
from threadline.cli import logs
from threadline.cli.failing import fail, failing_plainly
from threadline.cli.serving import Server, listen
from threadline.settings import Settings
from threadline.store.ownership import FolderInUse

_WIDTH_OF_A_FILE = 200


class Administration:
    """The administrative API of one gateway."""

    def __init__(self, http: aiohttp.ClientSession, base_url: str, token: str) -> None:
        """Speak to `base_url` with the operator's `token`."""
        self._http = http
        self._base_url = base_url
        self._token = token

    async def ask(self, method: str, path: str, body: dict[str, Any] | None = None, **query: str) -> Any:
        """The `data` of the answer; ends the command with the answer's own words when it is an error."""
        data = None if body is None else msgspec.json.encode(body)
        async with self._http.request(
            method,
            self._base_url + path,
            params=query,
            data=data,
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        ) as answer:
            envelope = _envelope(await answer.read())
        if not envelope["success"]:
            problem = envelope["errors"][0]
            fail(f"{problem['message']}\n{problem.get('nextStep', '')}")
        return envelope["data"]

    async def try_key(self, key: str) -> tuple[int, str]:
        """What the API says to a tenant's key: its status, and its sentence."""
        async with self._http.get(
            self._base_url + "/api/accounts", headers={"Authorization": f"Bearer {key}"}
        ) as answer:
            envelope = _envelope(await answer.read())
        return answer.status, envelope["message"]


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run the work of a command; what stands in its way is told in a sentence."""
    with failing_plainly():
        try:
            asyncio.run(work)
        except aiohttp.ClientError as error:
            fail(f"The gateway did not answer ({error}). Is it running where THREADLINE_PORT says?")


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        envelope = msgspec.json.decode(body)
    except msgspec.DecodeError:
        envelope = None
    if not isinstance(envelope, dict) or "success" not in envelope:
        fail("What answers there is not a gateway. Set THREADLINE_PORT to the port of the running one.")
    return envelope


@asynccontextmanager
async def administration(settings: Settings) -> AsyncIterator[Administration]:
    """The running gateway of the data folder, or the data itself when none runs."""
    logs.configure("warning")
    gateway = build(settings)
    try:
        await gateway.open()
    except FolderInUse:
        token = (settings.data_dir / OPERATOR_TOKEN).read_text(encoding="ascii").strip()
        async with aiohttp.ClientSession() as http:
            yield Administration(http, _address_of(settings), token)
        return
    listener = listen("127.0.0.1", 0)
    server = Server(gateway.api, stop_seconds=1)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.answers(serving)
        port = listener.getsockname()[1]
        async with aiohttp.ClientSession() as http:
            yield Administration(http, f"http://127.0.0.1:{port}", gateway.services.operator_token)
    finally:
        server.should_exit = True
        await serving
        await gateway.stop()


def _address_of(settings: Settings) -> str:
    """Where the gateway of these settings is reached from its own machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"


def settings() -> Settings:
    """The settings of the environment."""
    return Settings()


def show(text: str) -> None:
    """Print a line for the person."""
    sys.stdout.write(text + "\n")


def show_table(rows: Iterable[Sequence[str]], *, whole: Sequence[str], others: Sequence[str]) -> None:
    """Print rows under headings; whole: the first columns, never cut, so that they can be copied."""
    table = Table(*(Column(heading, no_wrap=True) for heading in whole), *others)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_FILE).print(table)
