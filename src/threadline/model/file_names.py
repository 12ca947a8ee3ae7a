"""File names as strangers give them, made safe to show, to send on and to save under."""

import re
import unicodedata

LONGEST = 255
"""Bytes in UTF-8: what the common file systems hold."""

UNNAMED = "file"

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
# Control characters, format characters (the bidi overrides among them), lone surrogates, line separators.
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_LONGEST_EXTENSION = 20


def cleaned(name: str) -> str:
    """`name` without folders, invisible characters and what file systems forbid; at most 255 bytes.

    `file` when nothing of it is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(one for one in last if unicodedata.category(one) not in _DROPPED)
    shown = _NOT_IN_NAMES.sub("_", shown)
    # Windows drops dots and spaces at the end, which would bring another extension to light.
    shown = shown.strip().rstrip(". ")
    if not shown:
        return UNNAMED
    if _RESERVED.match(shown):
        shown = "_" + shown
    return _shortened(shown)


def extension(name: str) -> str:
    """The last extension of a cleaned name in lower case, without the dot; empty when there is none."""
    stem, dot, last = name.rpartition(".")
    return last.strip().lower() if dot and stem else ""


def _shortened(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    stem, dot, last = name.rpartition(".")
    tail = (dot + last).encode()
    if not stem or len(tail) > _LONGEST_EXTENSION:
        return _cut(name.encode(), LONGEST)
    return _cut(stem.encode(), LONGEST - len(tail)) + tail.decode()


def _cut(encoded: bytes, length: int) -> str:
    return encoded[:length].decode("utf-8", "ignore").rstrip(". ") or UNNAMED
