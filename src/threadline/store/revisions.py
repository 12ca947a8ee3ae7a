"""The revision of an account: grows whenever what reads of it show is changed.

Both implementations of a transaction raise it by themselves, once and before the first such change: so no
writer can forget it, and the account's row is always the first that a transaction locks.
"""

from collections.abc import Iterable, Mapping
from typing import Any

_SHOWN = frozenset({"conversations", "deletions", "messages", "people", "receipts", "sync", "typing"})
"""The files whose changes can be seen in a list or a thread."""


class Revisions:
    """The accounts whose revision one transaction has raised already."""

    def __init__(self) -> None:
        """With none."""
        self._raised: set[str] = set()

    def due(self, query: str, parameters: Iterable[Mapping[str, Any]]) -> list[str]:
        """The accounts whose revision must be raised before `query` changes them."""
        if query.partition(".")[0] not in _SHOWN:
            return []
        new = {one["account_id"] for one in parameters} - self._raised
        self._raised |= new
        return sorted(new)
