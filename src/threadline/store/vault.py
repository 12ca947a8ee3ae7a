"""Secrets at rest: AES-256-GCM under a key that lives outside the database.

A sealed text is `v1.<key id>.<base64 of nonce and ciphertext>`; what it belongs to (an account's id) is
authenticated with it, so that a sealed session moved to another row does not open.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from threadline.model.randomness import Randomness

KEY_BYTES = 32


class VaultError(Exception):
    """A secret does not open: another key sealed it, or it was changed."""


class Vault:
    """Seals and opens secrets, and signs what leaves the gateway and comes back."""

    def __init__(self, key: bytes, randomness: Randomness) -> None:
        """Use the master key `key` (32 bytes)."""
        if len(key) != KEY_BYTES:
            raise VaultError(f"the master key must have {KEY_BYTES} bytes")
        self._cipher = AESGCM(_derive(key, b"seal"))
        self._signing = _derive(key, b"sign")
        self._key_id = hashlib.sha256(key).hexdigest()[:8]
        self._randomness = randomness

    def seal(self, secret: bytes, belongs_to: str) -> str:
        """Seal `secret` for the thing whose id is `belongs_to`."""
        nonce = self._randomness.octets(12)
        sealed = nonce + self._cipher.encrypt(nonce, secret, belongs_to.encode())
        return f"v1.{self._key_id}.{base64.b64encode(sealed).decode()}"

    def open(self, sealed: str, belongs_to: str) -> bytes:
        """Open what `seal` sealed for the same id; raises VaultError."""
        version, _, rest = sealed.partition(".")
        key_id, _, encoded = rest.partition(".")
        if version != "v1" or key_id != self._key_id:
            raise VaultError(
                "a secret was sealed with another master key; start with the data folder's own master.key"
            )
        try:
            whole = base64.b64decode(encoded, validate=True)
            if base64.b64encode(whole).decode() != encoded:
                raise VaultError("a sealed secret was changed")
            return self._cipher.decrypt(whole[:12], whole[12:], belongs_to.encode())
        except (InvalidTag, binascii.Error, ValueError):
            raise VaultError("a sealed secret was changed") from None

    def sign(self, payload: bytes) -> bytes:
        """A 16-byte mark that only this vault can make for `payload`."""
        return hmac.digest(self._signing, payload, "sha256")[:16]

    def verify(self, payload: bytes, mark: bytes) -> bool:
        """Whether `mark` is this vault's mark for `payload`."""
        return hmac.compare_digest(self.sign(payload), mark)


def master_key(path: Path, randomness: Randomness) -> bytes:
    """The master key kept in the file `path` (mode 0600), made at the first call."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _create(path, randomness.octets(KEY_BYTES))
    return parse_key(path.read_text(encoding="ascii", errors="replace").strip())


def parse_key(text: str) -> bytes:
    """A master key written as 64 hexadecimal characters; raises VaultError."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise VaultError("a master key is written as 64 hexadecimal characters")
    return key


def _create(path: Path, key: bytes) -> None:
    """Write the key file whole and to disk, or not at all; one that another process made meanwhile stays."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.digest(key, b"threadline/" + purpose, "sha256")
