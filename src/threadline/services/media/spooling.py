"""Spooling: a file on its way in, kept in a temporary file so that none is ever held in memory.

The temporary file has no name from its first moment, so nothing of it is left behind, whatever happens.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from threadline.model.attachments import FILE_LIMIT
from threadline.model.errors import BadInput, EmptyFile, PayloadTooLarge, Unavailable
from threadline.model.file_types import HEAD

PIECE = 64 * 1024
"""Bytes that are read or written at once."""

_MEBIBYTE = 1024 * 1024


class Spooled:
    """A file that has come in whole."""

    def __init__(self, file: IO[bytes], size: int, head: bytes) -> None:
        """size: in bytes; head: its first bytes."""
        self._file = file
        self.size = size
        self.head = head

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, from the first one."""
        await asyncio.to_thread(self._file.seek, 0)
        while piece := await asyncio.to_thread(self._file.read, PIECE):
            yield piece


class Spool:
    """Takes a bounded number of files in at a time."""

    def __init__(
        self,
        *,
        limit: int = FILE_LIMIT,
        slots: int = 16,
        slot_seconds: float = 30,
        arrival_seconds: float = 600,
    ) -> None:
        """limit: bytes a file; slots: files at a time.

        slot_seconds, arrival_seconds: how long one waits for a slot, and may take to come.
        """
        self.limit = limit
        self._slots = asyncio.Semaphore(slots)
        self._slot_seconds = slot_seconds
        self._arrival_seconds = arrival_seconds

    @asynccontextmanager
    async def receiving(self, body: AsyncIterable[bytes]) -> AsyncIterator[Spooled]:
        """The file that `body` brings, until the block ends; then nothing of it is left.

        Raises PayloadTooLarge, EmptyFile, BadInput when it does not come in time, Unavailable when too many
        others come in.
        """
        try:
            async with asyncio.timeout(self._slot_seconds):
                await self._slots.acquire()
        except TimeoutError:
            raise Unavailable("Too many files are coming in at once.", retry_after=5) from None
        try:
            with await asyncio.to_thread(tempfile.TemporaryFile) as file:
                size, head = await self._take(body, file)
                if size == 0:
                    raise EmptyFile("The file is empty.", field="file")
                yield Spooled(file, size, head)
        finally:
            self._slots.release()

    async def _take(self, body: AsyncIterable[bytes], file: IO[bytes]) -> tuple[int, bytes]:
        size, head, waiting = 0, b"", bytearray()
        try:
            async with asyncio.timeout(self._arrival_seconds):
                async for chunk in body:
                    size += len(chunk)
                    if size > self.limit:
                        raise self._too_large()
                    head += chunk[: max(0, HEAD - len(head))]
                    waiting += chunk
                    if len(waiting) >= PIECE:
                        await asyncio.to_thread(file.write, bytes(waiting))
                        waiting.clear()
        except TimeoutError:
            raise BadInput(f"The file did not come within {self._arrival_seconds:.0f} seconds.") from None
        await asyncio.to_thread(file.write, bytes(waiting))
        return size, head

    def _too_large(self) -> PayloadTooLarge:
        shown = f"{self.limit // _MEBIBYTE} MiB ({self.limit} bytes)"
        return PayloadTooLarge(f"A file may have at most {shown}.", field="file")
