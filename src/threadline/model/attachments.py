"""Attachments: the ids by which files are named, and the parts of a file that a caller asks for.

A file that was uploaded and one that came with a message are asked for by the same route; the id tells which.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from msgspec import Struct

from threadline.model.compositions import UploadKind
from threadline.model.randomness import Randomness
from threadline.model.urns import NotAnIdentifier

FILE_LIMIT = 20 * 1024 * 1024
"""The largest file, in bytes (contracts/DECISIONS.md 26)."""

VOICE_LIMIT = 60_000
"""The longest voice note, in milliseconds (contracts/linkedin-wire.md §6.7)."""

_PREFIX = "att_"
_UPLOAD = re.compile(r"att_[0-9a-f]{24}\Z")
_RECEIVED = re.compile(r"att_([A-Za-z0-9_-]{4,600})\Z")
_PLACE = re.compile(r"(?P<message>[!-~]{1,404})\.(?P<index>0|[1-9][0-9]{0,2})\Z")
_RANGE = re.compile(r"bytes=(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})\Z")


class UploadId(Struct, frozen=True):
    """Names a file that was uploaded here."""

    text: str


class ReceivedId(Struct, frozen=True):
    """Names one item of a message's content."""

    message_id: str
    index: int
    """Its place in `Message.content`, from 0."""


class Attachment(Struct, frozen=True, kw_only=True):
    """A file that an account has uploaded to LinkedIn."""

    account_id: str
    attachment_id: str
    asset_urn: str
    kind: UploadKind
    name: str
    media_type: str
    byte_size: int
    duration: int | None
    """Milliseconds, of a voice note; None when unknown."""
    created_at: int
    expires_at: int
    """Until when it can be attached to a message; both epoch milliseconds, UTC."""
    send_id: str | None
    """The send that it was last attached to."""


class ByteRange(Struct, frozen=True):
    """A part of a file, as asked for: from `first` to `last`, both included, or the last `last` bytes."""

    first: int | None
    """None means that the last `last` bytes are asked for."""
    last: int | None
    """None means up to the end."""

    def within(self, size: int) -> tuple[int, int] | None:
        """First byte and count in a file of `size` bytes; None when nothing of the range lies in it."""
        if self.first is None:
            count = min(self.last or 0, size)
            return (size - count, count) if count else None
        if self.first >= size:
            return None
        end = size - 1 if self.last is None else min(self.last, size - 1)
        return self.first, end - self.first + 1

    def __str__(self) -> str:
        """As the header `Range` says it."""
        return f"bytes={'' if self.first is None else self.first}-{'' if self.last is None else self.last}"


def attachment_id(message_id: str, index: int) -> str:
    """The id of the content item at `index` (from 0, in `Message.content`) of a message."""
    return _PREFIX + urlsafe_b64encode(f"{message_id}.{index}".encode()).decode().rstrip("=")


def new_upload_id(randomness: Randomness) -> str:
    """A new id of an upload: `att_` and 24 hexadecimal characters."""
    return _PREFIX + randomness.octets(12).hex()


def parse(text: str) -> UploadId | ReceivedId:
    """What an attachment id names; raises NotAnIdentifier for anything that is none."""
    if _UPLOAD.match(text):
        return UploadId(text)
    found = _RECEIVED.match(text)
    if found is not None:
        try:
            decoded = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            decoded = ""
        place = _PLACE.match(decoded)
        # Each attachment has one id: another spelling of the same bytes is none.
        if place is not None and attachment_id(place["message"], int(place["index"])) == text:
            return ReceivedId(place["message"], int(place["index"]))
    raise NotAnIdentifier("it is not an attachment id")


def byte_range(header: str) -> ByteRange | None:
    """The range that a header `Range` asks for; None where the whole file is to be given.

    A header that cannot be understood, and one that asks for several parts, is passed over (RFC 9110 §14.2).
    """
    found = _RANGE.match(header.strip().lower())
    if found is None or not (found["first"] or found["last"]):
        return None
    first = int(found["first"]) if found["first"] else None
    last = int(found["last"]) if found["last"] else None
    if first is not None and last is not None and last < first:
        return None
    return ByteRange(first, last)
