"""A gateway in front of a sandbox, on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    """A fresh simulated network whose people answer at once."""
    async with serving(Options(port=0, answer_delay_ms=(5, 10))) as base_url:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield SandboxClient(base_url, http)


@pytest.fixture
async def gateway(sandbox: SandboxClient, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """A running gateway over SQLite, with nothing linked."""
    async with rehearsing(sandbox, tmp_path) as rehearsal:
        yield rehearsal


@pytest.fixture
async def still_gateway(sandbox: SandboxClient, tmp_path: Path) -> AsyncIterator[Rehearsal]:
    """A gateway over SQLite that follows nothing by itself, with Ada linked."""
    async with rehearsing(sandbox, tmp_path, started=False) as rehearsal:
        await rehearsal.link()
        yield rehearsal


@pytest.fixture(params=["sqlite", "postgresql"])
async def either_gateway(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Rehearsal]:
    """A running gateway over SQLite, and again over PostgreSQL, with nothing linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with rehearsing(sandbox, tmp_path, database_url=url) as rehearsal:
        yield rehearsal
