"""A file of a message as it is given out: under a safe name and type, whole or in part."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from msgspec import Struct

from threadline.linkedin.media import OpenFile
from threadline.model import file_names, file_types
from threadline.model.attachments import Attachment, ByteRange
from threadline.model.errors import RangeNotSatisfiable
from threadline.model.messages import Message, MessageContent


class Found(Struct, frozen=True):
    """Where a file stands."""

    message: Message
    content: MessageContent
    index: int
    """Its place in the message's content."""
    upload: Attachment | None
    """What was uploaded here, where it was."""


class Opened(Struct, frozen=True, kw_only=True):
    """A file that is open for reading, or a part of it."""

    name: str
    """Safe to save under."""
    media_type: str
    """Safe to give out."""
    size: int | None
    """Bytes of the whole file, None when unknown."""
    first: int
    """The place of the first byte that comes."""
    length: int | None
    """How many bytes come, None when unknown."""
    partial: bool
    encoding: str | None
    """How the bytes are packed, where they are."""
    chunks: AsyncIterator[bytes]
    """Raises ConnectionLost when they end early."""


def shown(found: Found, file: OpenFile, byte_range: ByteRange | None) -> Opened:
    """The file as it is given out; raises RangeNotSatisfiable when nothing of the range lies in it."""
    content, upload = found.content, found.upload
    said_type = content.media_type or (upload.media_type if upload else None) or file.media_type
    media_type = file_types.given_out_as(said_type)
    name = content.name or (upload.name if upload else None) or file.name
    name = file_names.cleaned(name) if name else content.kind + file_types.default_extension(media_type)
    size, first, length, partial = file.size, file.first, file.length, file.partial
    if byte_range is not None and size is not None and file.encoding is None:
        part = byte_range.within(size)
        if part is None or part[0] < file.first:
            raise outside(size)
        first, length, partial = *part, True
    return Opened(
        name=name,
        media_type=media_type,
        size=size,
        first=first,
        length=length,
        partial=partial,
        encoding=file.encoding,
        chunks=_part(file, first - file.first, length),
    )


def outside(size: int | None) -> RangeNotSatisfiable:
    """The error for a range that holds nothing of the file; size: in bytes, None when unknown."""
    known = "" if size is None else f", which has {size} bytes"
    return RangeNotSatisfiable(
        f"Nothing of that range lies in the file{known}.", details={} if size is None else {"size": size}
    )


async def _part(file: OpenFile, skipped: int, length: int | None) -> AsyncIterator[bytes]:
    """The bytes asked for, also where LinkedIn gives more than was asked of it."""
    left = length
    async with aclosing(file.chunks()) as chunks:
        async for chunk in chunks:
            dropped = min(skipped, len(chunk))
            skipped -= dropped
            taken = chunk[dropped:] if left is None else chunk[dropped : dropped + left]
            if taken:
                yield taken
            if left is not None:
                left -= len(taken)
                if left == 0:
                    return
