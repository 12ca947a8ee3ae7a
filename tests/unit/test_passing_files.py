"""A file is passed on as fast as its reader takes it, and no longer than its reader stays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from threadline.api.voyager.media.downloads import Passing
from threadline.model.errors import UpstreamError
from threadline.services.media.opening import Opened

PATIENCE = 10.0


class Upstream:
    """A file at LinkedIn: how much of it was read, and whether it is still open."""

    def __init__(self, pieces: int, failing: bool = False) -> None:
        self.pieces = pieces
        self.failing = failing
        self.given = 0
        self.closed = False
        self.silent: asyncio.Event | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        while self.given < self.pieces:
            self.given += 1
            yield b"x"
        if self.silent is not None:
            await self.silent.wait()
        if self.failing:
            raise UpstreamError("The connection to LinkedIn was lost before its answer came.")

    def passing(self) -> Passing:
        held = AsyncExitStack()
        held.callback(self._close)
        opened = Opened(
            name="x",
            media_type="text/plain",
            size=self.pieces,
            first=0,
            length=self.pieces,
            partial=False,
            encoding=None,
            chunks=self.chunks(),
        )
        return Passing([], opened, held)

    def _close(self) -> None:
        self.closed = True


class Client:
    """Who asked: takes as many pieces as it is allowed to, and may leave."""

    def __init__(self, allowed: int | None = None) -> None:
        self.messages: list[dict[str, Any]] = []
        self.gone = asyncio.Event()
        self.more = asyncio.Event()
        self.allowed = allowed

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if self.allowed is not None and len(self.messages) > self.allowed:
            await self.more.wait()

    async def receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def ended(self) -> bool:
        return bool(self.messages) and self.messages[-1].get("more_body") is False


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0)


async def test_a_whole_file_is_passed_on_and_then_closed() -> None:
    upstream, client = Upstream(3), Client()
    await upstream.passing()({}, client.receive, client.send)
    assert [one.get("body") for one in client.messages] == [None, b"x", b"x", b"x", b""]
    assert (client.ended, upstream.closed) == (True, True)


@pytest.mark.promise("media.constant-memory")
async def test_no_more_is_read_than_a_slow_reader_takes() -> None:
    upstream, client = Upstream(1_000), Client(allowed=3)
    passing = asyncio.create_task(upstream.passing()({}, client.receive, client.send))
    await until(lambda: len(client.messages) > 3)
    for _ in range(100):
        await asyncio.sleep(0)
    assert upstream.given == 3
    client.allowed = None
    client.more.set()
    await passing
    assert (upstream.given, client.ended) == (1_000, True)


@pytest.mark.parametrize("waiting_for", ["reader", "linkedin"])
async def test_a_reader_that_leaves_closes_the_file_at_linkedin(waiting_for: str) -> None:
    upstream = Upstream(1_000 if waiting_for == "reader" else 2)
    upstream.silent = asyncio.Event()
    client = Client(allowed=3 if waiting_for == "reader" else None)
    passing = asyncio.create_task(upstream.passing()({}, client.receive, client.send))
    await until(lambda: len(client.messages) >= 3)
    client.gone.set()
    async with asyncio.timeout(PATIENCE):
        await passing
    assert (upstream.closed, client.ended) == (True, False)


async def test_a_file_that_breaks_off_is_left_without_its_end() -> None:
    upstream, client = Upstream(2, failing=True), Client()
    await upstream.passing()({}, client.receive, client.send)
    assert (upstream.closed, client.ended) == (True, False)


async def test_a_gateway_that_stops_closes_what_it_passes_on() -> None:
    upstream, client = Upstream(1_000), Client(allowed=3)
    passing = asyncio.create_task(upstream.passing()({}, client.receive, client.send))
    await until(lambda: len(client.messages) > 3)
    passing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await passing
    assert upstream.closed
