"""Opaque cursors and sync tokens."""

from __future__ import annotations

import base64
import binascii
import json


def pack(*parts: str | int) -> str:
    """An opaque text that holds `parts`."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def unpack(text: str, kind: str, length: int) -> list[str | int] | None:
    """The parts of a packed text, or None when it does not begin with `kind` or have `length` parts."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) != length or parts[0] != kind:
        return None
    return parts


def sync_token(epoch: str, scope: str, count: int) -> str:
    """A token for what has changed in `scope` (a mailbox or one of its threads) after the world's `count`."""
    return pack("sync", epoch, scope, count)


def read_sync_token(text: str, epoch: str, scope: str, newest: int) -> int | None:
    """The count in a token of this world and scope, or None when it is unknown here."""
    parts = unpack(text, "sync", 4)
    if parts is None or parts[1:3] != [epoch, scope]:
        return None
    count = parts[3]
    return count if isinstance(count, int) and 0 <= count <= newest else None


def place(kind: str, scope: str, at: int) -> str:
    """A cursor at time `at` of a list."""
    return pack(kind, scope, at)


def read_place(text: str, kind: str, scope: str) -> int | None:
    """The time in a cursor of this list, or None when it is of another or malformed."""
    parts = unpack(text, kind, 3)
    if parts is None or parts[1] != scope or not isinstance(parts[2], int):
        return None
    return parts[2]
