"""Tasks that are ended, and tasks that only look as if they were."""

import asyncio
from collections.abc import Iterable
from typing import Any

_CANCEL_AGAIN = 0.5
"""Seconds after which a task that was cancelled and goes on is cancelled once more."""


async def end(tasks: "Iterable[asyncio.Task[Any]]") -> None:
    """Cancel tasks until all of them have ended.

    Again and again, as a task can miss a cancellation that meets an error of its own, and go on; whoever
    waited for it would wait for ever.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        ended, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN)
        # What they failed with is asked for here, as nobody else will.
        await asyncio.gather(*ended, return_exceptions=True)


def is_to_end(error: BaseException) -> bool:
    """Whether `error`, caught in the running task, is the order to end it.

    A CancelledError may as well come from something that was waited for and that somebody else has cancelled;
    that is a failure like any other, and must not end a loop in silence.
    """
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
