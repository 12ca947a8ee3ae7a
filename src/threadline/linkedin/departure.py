"""Until when a request may leave: the connector's guard against a process that was paused and wakes up late.

Whoever lets a send leave holds a lease on it. A process that is stopped, swapped out or frozen with its
machine wakes up when another one has long taken the send over, and would write what is no longer its to
write. So the clock is asked when the body is about to be written: after the connection is made, in the same
turn of the event loop as the system call.
"""

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from msgspec import Struct

from threadline.linkedin.errors import TooLate
from threadline.model.clock import Clock


class Departure(Struct, frozen=True):
    """Until when a request may leave."""

    not_after: int
    """Epoch milliseconds of `clock`; at this very moment it may still leave."""
    clock: Clock

    def check(self) -> None:
        """Raise TooLate when it may leave no longer."""
        late_by = self.clock.now() - self.not_after
        if late_by > 0:
            raise TooLate(late_by)


class TimedBody(aiohttp.BytesPayload):
    """A body that is written in time or not at all.

    aiohttp keeps the headers back until the first bytes of the body, so that refusing here lets nothing
    leave. Even if it had written them, the message would provably not have been delivered: a request whose
    connection ends before its Content-Length is complete is no request (RFC 9112 §8).

    What it cannot see is a pause that begins between the clock's answer and the system call, which uvloop
    makes at the end of that turn; and one while the socket does not take the body whole, which is far smaller
    than what a socket holds.
    """

    def __init__(self, body: bytes, departure: Departure) -> None:
        """departure: asked each time that `body` is about to be written."""
        super().__init__(body)
        self._departure = departure
        self.late_by: int | None = None
        """By how many milliseconds it was too late, when that is why it was not written."""

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write it whole; raises TooLate instead."""
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write it; raises TooLate instead. content_length: of the headers, in bytes."""
        try:
            self._departure.check()
        except TooLate as error:
            # aiohttp hands on an error of its own, and a timeout that is due by now would hide even that.
            self.late_by = error.late_by
            if isinstance(writer, StreamWriter) and writer.transport is not None:
                # aiohttp would take leave of TLS in good order, which outlives the call.
                writer.transport.abort()
            raise
        await super().write_with_length(writer, content_length)
