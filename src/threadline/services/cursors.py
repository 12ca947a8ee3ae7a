"""Cursors: places in a list, handed out opaque and taken back only unchanged."""

import base64
import binascii

import msgspec

from threadline.model.errors import BadCursor
from threadline.store.vault import Vault

_LONGEST = 1_000
_MARK = 16

_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(tuple[int, str])


class Cursors:
    """Signs places in lists, each bound to its list and account."""

    def __init__(self, vault: Vault) -> None:
        """Sign with `vault`."""
        self._vault = vault

    def give(self, purpose: str, place: tuple[int, str]) -> str:
        """A cursor for `place` (time, id) in the list that `purpose` names, account included."""
        payload = _encode(place)
        mark = self._vault.sign(purpose.encode() + b"\0" + payload)
        return base64.urlsafe_b64encode(mark + payload).decode().rstrip("=")

    def take(self, purpose: str, cursor: str) -> tuple[int, str]:
        """The place that `give` signed for the same purpose; raises BadCursor."""
        try:
            if not cursor.isascii() or len(cursor) > _LONGEST:
                raise ValueError("not a cursor")
            whole = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mark, payload = whole[:_MARK], whole[_MARK:]
            if not self._vault.verify(purpose.encode() + b"\0" + payload, mark):
                raise ValueError("not signed by us for this list")
            return _decoder.decode(payload)
        except (ValueError, binascii.Error, msgspec.DecodeError):
            raise BadCursor(
                "nextCursor is not one that this list of this account handed out", field="nextCursor"
            ) from None
