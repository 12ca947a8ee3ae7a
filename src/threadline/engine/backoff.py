"""How long to wait before something that failed is tried again."""

from msgspec import Struct

from threadline.model.randomness import Randomness


class Backoff(Struct, frozen=True):
    """Pauses that double with every failure in a row; milliseconds."""

    first: int
    longest: int

    def pause(self, failures: int, randomness: Randomness) -> int:
        """The pause after so many failures in a row (from 1 on): by chance, from half of it to all of it."""
        longest = min(self.longest, self.first * 2 ** min(failures - 1, 20))
        return int(longest * (0.5 + 0.5 * randomness.fraction()))
