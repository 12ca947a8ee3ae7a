"""Watching a stream: when LinkedIn is asked what the stream did not tell."""

import asyncio

from threadline.model.clock import DrivenClock
from threadline.services.syncing.watching import Watch

NOW = 1_790_000_000_000
LONG = 3_600.0
PATIENCE = 10


async def at_once(_: float) -> None:
    """Waits for nothing."""


async def settled() -> None:
    """Let everything go on that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def standing() -> tuple[Watch, DrivenClock]:
    clock = DrivenClock(NOW)
    watch = Watch(clock, at_once)
    watch.opened()
    return watch, clock


async def test_it_is_due_when_the_pause_is_over() -> None:
    watch, _ = standing()
    async with asyncio.timeout(5):
        await watch.due(0.01, PATIENCE)


async def test_a_hint_that_no_change_explains_makes_it_due_at_once() -> None:
    watch, _ = standing()
    watch.hinted()
    async with asyncio.timeout(5):
        await watch.due(LONG, PATIENCE)


async def test_a_hint_that_a_change_explains_does_not() -> None:
    watch, clock = standing()
    watch.told()
    watch.hinted()
    waiting = asyncio.create_task(watch.due(LONG, PATIENCE))
    await settled()
    assert not waiting.done()
    # A later hint, long after the last change, is not explained by it.
    clock.advance(60_000)
    watch.hinted()
    async with asyncio.timeout(5):
        await waiting


async def test_a_stream_that_does_not_stand_is_not_looked_behind() -> None:
    watch, _ = standing()
    watch.lost()
    watch.hinted()
    waiting = asyncio.create_task(watch.due(LONG, PATIENCE))
    await settled()
    assert not waiting.done()
    watch.opened()
    async with asyncio.timeout(5):
        await waiting
