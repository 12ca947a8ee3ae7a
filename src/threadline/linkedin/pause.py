"""Waiting, passed in so that tests need no real time."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

Pause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits for a number of seconds; `asyncio.sleep` in the product."""
