"""Calls of a gateway that may be down, by any of its users, and of the sandbox behind it.

Above: `storm.py` and the torture. Below: aiohttp.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from yarl import URL

from tests.acceptance.processes import PATIENCE

KEY: Final = "demo_key"
CUT: Final = (aiohttp.ClientError, TimeoutError)
"""What is raised when no whole answer comes."""


@dataclass(frozen=True)
class Reply:
    """What the gateway answered."""

    status: int
    envelope: Any
    headers: Mapping[str, str]


def session() -> aiohttp.ClientSession:
    """Connections that outlive no call, so that none is one to a process that was killed."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    )


class Line:
    """One gateway and its sandbox."""

    def __init__(
        self, http: aiohttp.ClientSession, gateway: str, sandbox: str, chance: random.Random
    ) -> None:
        self.chance = chance
        self.up = asyncio.Event()
        """Set while the gateway answers."""
        self._http = http
        self._gateway = gateway
        self._sandbox = sandbox

    async def call(
        self, method: str, target: str, body: Any = None, *, user: str = "ada", **headers: str
    ) -> Reply:
        """One call of the gateway; body: JSON, or bytes as they are. Raises what `CUT` lists."""
        given: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        credentials = {"Authorization": f"Bearer {KEY}", "X-User-Id": user}
        url = URL(self._gateway + target, encoded=True)
        async with self._http.request(method, url, headers=credentials | headers, **given) as answer:
            return Reply(answer.status, await answer.json(), answer.headers.copy())

    async def ask(self, method: str, target: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one call by ada."""
        reply = await self.call(method, target, body, **headers)
        return reply.status, reply.envelope

    async def told(self, method: str, path: str, body: Any = None) -> Any:
        """The answer of one call of the sandbox's admin API."""
        url = URL(f"{self._sandbox}/sandbox/{path}", encoded=True)
        async with self._http.request(method, url, json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def link(self, user: str) -> None:
        """Link an account of the sandbox."""
        cookies = [
            {"name": "li_at", "value": f"demo-{user}"},
            {"name": "JSESSIONID", "value": f'"ajax:demo-{user}"'},
        ]
        reply = await self.call("POST", "/api/session", {"cookies": cookies}, user=user)
        assert (reply.status, reply.envelope["data"]["sessionValid"]) == (200, True), reply

    async def pace(self, user: str, **rules: Any) -> None:
        """Set the rules by which an account is paced."""
        reply = await self.call("PUT", "/api/budget", rules, user=user)
        assert reply.status == 200, reply

    async def until_up(self, seconds: float = 1) -> None:
        """Wait until the gateway answers, or `seconds` are over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.up.wait()

    async def busy(self, work: Sequence[Callable[[], Awaitable[None]]], over: asyncio.Event) -> None:
        """Do each piece of work again and again until it is over; fails when one fails."""
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(self._again_and_again(each, over))

    async def _again_and_again(self, work: Callable[[], Awaitable[None]], over: asyncio.Event) -> None:
        while not over.is_set():
            try:
                await work()
            except CUT:
                # The gateway is down, or was killed midway: go on when it is back.
                await self.until_up()
            await asyncio.sleep(self.chance.uniform(0, 0.1))
