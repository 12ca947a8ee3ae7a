"""Chance and fresh ids, passed in so that a run can be repeated."""

import hashlib
import random
import secrets
import uuid
from typing import Protocol

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Randomness(Protocol):
    """A source of chance."""

    def octets(self, count: int) -> bytes:
        """`count` random bytes."""
        ...

    def fraction(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        ...


class SystemRandomness:
    """The machine's own source, fit for secrets."""

    def octets(self, count: int) -> bytes:
        """`count` random bytes."""
        return secrets.token_bytes(count)

    def fraction(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return secrets.randbits(53) / (1 << 53)


class SeededRandomness:
    """A source that gives the same answers for the same seed; never fit for secrets."""

    def __init__(self, seed: int) -> None:
        """Begin the sequence of `seed`."""
        self._random = random.Random(seed)

    def octets(self, count: int) -> bytes:
        """`count` random bytes."""
        return self._random.randbytes(count)

    def fraction(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return self._random.random()


def time_ordered_id(now: int, randomness: Randomness, offset: int | None = None) -> str:
    """A UUIDv7 for `now` (epoch milliseconds), as text: later ids sort after earlier ones.

    offset: the place among those made for the same moment, from 0 to 4,095, where their order matters.
    """
    value = (now & 0xFFFF_FFFF_FFFF) << 80 | int.from_bytes(randomness.octets(10), "big")
    if offset is not None:
        value = value & ~(0xFFF << 64) | offset << 64
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def account_id(randomness: Randomness) -> str:
    """A new account id: 24 hexadecimal characters (contracts/DECISIONS.md 8)."""
    return randomness.octets(12).hex()


def origin_token(account_id: str, send_id: str) -> str:
    """The token by which LinkedIn's echo of a send is known again, in the form of a UUIDv4 (wire §6.1).

    Derived, so that it is the same whoever computes it, and whenever.
    """
    digest = hashlib.sha256(f"origin token of {account_id} {send_id}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def tracking_id(randomness: Randomness) -> str:
    """A new tracking id: exactly 16 letters and digits (contracts/linkedin-wire.md §6.1)."""
    return letters(16, randomness)


def letters(count: int, randomness: Randomness) -> str:
    """`count` random letters and digits, each equally likely."""
    chosen: list[str] = []
    while len(chosen) < count:
        chosen.extend(_ALPHABET[octet] for octet in (o & 63 for o in randomness.octets(count)) if octet < 62)
    return "".join(chosen[:count])
