"""How often work has failed in a row."""


class Failures:
    """Failures in a row by key, of no more than the keys that failed last.

    A key that is forgotten because too many others failed after it begins again with the shortest pause; its
    work stays stored.
    """

    def __init__(self, most: int) -> None:
        """Remember at most `most` keys."""
        self._most = most
        self._counts: dict[str, int] = {}

    def add(self, key: str) -> int:
        """One more failure of `key`; answers how many there were in a row."""
        count = self._counts.pop(key, 0) + 1
        self._counts[key] = count
        if len(self._counts) > self._most:
            # A dictionary keeps the order of insertion: the first key is the one that failed longest ago.
            del self._counts[next(iter(self._counts))]
        return count

    def forget(self, key: str) -> None:
        """Work on `key` went well."""
        self._counts.pop(key, None)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._counts)
