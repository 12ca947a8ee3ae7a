"""A sandbox in this process for each test."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.contract.sandbox.client import SandboxClient
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

ANCHOR = 1_790_035_200_000


@pytest.fixture
def options() -> Options:
    """How the sandbox of a test runs; a test module may override it."""
    return Options(port=0, seed=7, anchor_ms=ANCHOR, answer_delay_ms=(20, 40))


@pytest.fixture
async def sandbox(options: Options) -> AsyncIterator[SandboxClient]:
    """A running sandbox, reached over HTTP."""
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        yield SandboxClient(base_url, session)
