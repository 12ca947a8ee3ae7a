"""Bodies of answers, kept in memory while the account that they are of is unchanged."""

from collections import OrderedDict

LARGEST = 64 * 1024 * 1024
"""Bytes of all bodies together."""

Key = tuple[str, str, bytes]
"""Account, path, and what stands behind the question mark."""


class KeptAnswers:
    """The bodies that were asked for last, each with the revision of its account."""

    def __init__(self, largest: int = LARGEST) -> None:
        """largest: bytes of all bodies together."""
        self._largest = largest
        self._size = 0
        self._bodies: OrderedDict[Key, tuple[int, bytes]] = OrderedDict()

    def get(self, key: Key, revision: int) -> bytes | None:
        """The body, if it was made at this revision."""
        found = self._bodies.get(key)
        if found is None or found[0] != revision:
            return None
        self._bodies.move_to_end(key)
        return found[1]

    def put(self, key: Key, revision: int, body: bytes) -> None:
        """Keep a body; those asked for longest ago make room."""
        before = self._bodies.pop(key, None)
        if before is not None:
            self._size -= len(before[1])
        self._bodies[key] = (revision, body)
        self._size += len(body)
        while self._size > self._largest:
            _, (_, oldest) = self._bodies.popitem(last=False)
            self._size -= len(oldest)
