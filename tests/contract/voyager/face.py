"""A gateway behind a real socket, and a plain client of its main API."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing
from threadline.cli.serving import Server, listen
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

COOKIES = [
    {"name": "li_at", "value": "demo-ada", "domain": ".linkedin.com"},
    {"name": "JSESSIONID", "value": '"ajax:demo-ada"', "domain": ".linkedin.com"},
]


def cookies_of(name: str) -> list[dict[str, str]]:
    """The session of one of the sandbox's accounts, as POST /api/session takes it."""
    return [{**one, "value": one["value"].replace("ada", name)} for one in COOKIES]


def quoted(text: str) -> str:
    """A text as it stands in a path or a query."""
    return quote(text, safe="")


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The whole body."""
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        """The payload of a success."""
        assert self.status < 300, self.text
        return self.json["data"]

    @property
    def error(self) -> Any:
        """The first error of a failure."""
        assert self.status >= 400, self.text
        return self.json["errors"][0]

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and code of a failure."""
        return self.status, self.error["code"]


@dataclass(frozen=True)
class Face:
    """The main API as one caller sees it."""

    base_url: str
    http: aiohttp.ClientSession
    rehearsal: Rehearsal
    key: str | None = "demo_key"
    user: str | None = "ada"

    @property
    def sandbox(self) -> SandboxClient:
        """The simulated LinkedIn."""
        return self.rehearsal.sandbox

    @property
    def operator(self) -> "Face":
        """The same API, asked by the operator."""
        return replace(self, key=self.rehearsal.gateway.services.operator_token, user=None)

    def by(self, *, key: str | None, user: str | None = None) -> "Face":
        """The same API, asked by somebody else."""
        return replace(self, key=key, user=user)

    async def ask(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request; `target` is a raw path and query, a body of bytes is sent as it is."""
        sent = {"Authorization": f"Bearer {self.key}"} if self.key is not None else {}
        if self.user is not None:
            sent["X-User-Id"] = self.user
        data = io.BytesIO(body) if isinstance(body, bytes) else body
        if body is not None and not isinstance(body, bytes | AsyncIterator):
            data = json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        url = URL(self.base_url + target, encoded=True)
        async with self.http.request(method, url, data=data, headers=sent | dict(headers or {})) as answer:
            return Reply(answer.status, answer.headers, await answer.text())

    async def get(self, target: str) -> Reply:
        """A GET."""
        return await self.ask("GET", target)

    async def send(self, headers: Mapping[str, str] | None = None, **body: Any) -> Reply:
        """POST /api/send."""
        return await self.ask("POST", "/api/send", body, headers=headers)

    async def link(self, name: str = "ada") -> Reply:
        """Link one of the sandbox's accounts under its own name."""
        body = {"cookies": cookies_of(name)}
        return await replace(self, user=name).ask("POST", "/api/session", body)

    async def tenant(self, name: str) -> "Face":
        """The API as a new tenant with one key sees it."""
        made = await self.operator.ask("POST", "/api/admin/keys", {"tenant": name, "name": "test"})
        return self.by(key=made.data["key"])

    async def calls(self, account: str = "ada") -> dict[str, int]:
        """How often LinkedIn was called, by endpoint."""
        told: dict[str, int] = (await self.sandbox.told("requests"))["requests"].get(account, {})
        return told


@asynccontextmanager
async def facing(folder: Path, *, started: bool = False, **more: Any) -> AsyncIterator[Face]:
    """A served gateway in front of a sandbox of its own, with nothing linked.

    started: whether accounts are followed by themselves; without, the API reads through to LinkedIn.
    """
    async with serving(Options(port=0, answer_delay_ms=(5, 10))) as sandbox_url:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            sandbox = SandboxClient(sandbox_url, http)
            async with rehearsing(sandbox, folder, started=started, **more) as rehearsal:
                await rehearsal.services.access.sandbox_tenant()
                async with served(rehearsal, http) as face:
                    yield face


@asynccontextmanager
async def served(rehearsal: Rehearsal, http: aiohttp.ClientSession) -> AsyncIterator[Face]:
    """The API of the gateway that the rehearsal has now, at an address of its own."""
    listener = listen("127.0.0.1", 0)
    server = Server(rehearsal.gateway.api, stop_seconds=1)
    serving_task = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answers(serving_task)
    try:
        yield Face(f"http://127.0.0.1:{listener.getsockname()[1]}", http, rehearsal)
    finally:
        server.should_exit = True
        await serving_task
