"""How long typing is shown before a message: as long as a person would need, within limits.

Source: contracts/linkedin-wire.md §6: a client tells about every 5 seconds that its person types; no call
says that they stopped.
"""

from collections.abc import Iterator

from threadline.model.clock import SECOND

SHORTEST = 1_500
"""Milliseconds, before the shortest of messages."""

LONGEST = 12 * SECOND
"""Milliseconds, before the longest; whoever reads on the other side does not wait for more."""

PER_CHARACTER = 60
"""Milliseconds."""

TOLD_EVERY = 5 * SECOND
"""How long one telling lasts; milliseconds."""


def typing_time(text: str) -> int:
    """For how long typing is shown before `text`; milliseconds."""
    return min(LONGEST, SHORTEST + PER_CHARACTER * len(text))


def pauses(text: str) -> Iterator[int]:
    """The pauses, in milliseconds, one after each telling that the owner types; after the last it leaves."""
    left = typing_time(text)
    while left > 0:
        yield min(left, TOLD_EVERY)
        left -= TOLD_EVERY
