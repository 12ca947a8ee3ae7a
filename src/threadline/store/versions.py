"""Numbers for rows that are changed only by whoever has seen them last."""

from itertools import count

from threadline.model.clock import Clock


class Versions:
    """Gives numbers of which none comes twice, so that a row that was deleted and made anew is another one.

    They count on from the time of the start, in millionths of its milliseconds; a later start begins above.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin at the time that `clock` tells."""
        self._numbers = count(clock.now() * 1_000_000)

    def next(self) -> int:
        """A number that was never given before."""
        return next(self._numbers)
