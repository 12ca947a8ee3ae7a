"""A served gateway: a fresh one for a test that changes it, one for a whole module that only looks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.voyager.face import Face, facing


@pytest.fixture
async def face(tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway that follows nothing by itself, with Ada linked."""
    async with facing(tmp_path) as made:
        assert (await made.link()).data["sessionValid"]
        yield made


@pytest.fixture
async def empty_face(tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway that follows nothing by itself, with nothing linked."""
    async with facing(tmp_path) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Face]:
    """One gateway for the tests of a module, with Ada linked; its tests share its event loop."""
    async with facing(tmp_path_factory.mktemp("gateway")) as made:
        assert (await made.link()).data["sessionValid"]
        yield made
