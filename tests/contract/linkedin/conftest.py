"""The connector in front of a sandbox of its own."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, connector, session
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    """A fresh simulated network, by its admin API."""
    async with serving(Options(port=0, answer_delay_ms=(5, 10))) as base_url:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield SandboxClient(base_url, http)


@pytest.fixture
async def rehearsal(sandbox: SandboxClient) -> AsyncIterator[Rehearsal]:
    """The connector to that network."""
    async with connector(sandbox.base_url) as made:
        yield made


@pytest.fixture
def observer() -> Observer:
    """Who keeps Ada's session."""
    return Observer()


@pytest.fixture
def ada(rehearsal: Rehearsal, observer: Observer) -> AccountClient:
    """LinkedIn as Ada sees it."""
    return rehearsal.linkedin.account(session(), observer)
