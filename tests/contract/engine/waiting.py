"""Bounded waits of the engine's tests."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.contract.engine.conftest import Rehearsal
from threadline.store import due

PATIENCE = 20.0
"""Seconds after which a wait for something that must come is given up."""


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `condition` holds."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.005)


async def until_nothing_is_due(rehearsal: Rehearsal) -> None:
    """Wait until every row is gone."""

    async def nothing() -> bool:
        return await due.every(rehearsal.database) == []

    await until(nothing)
