"""HTTP/1.1 as uvicorn speaks it, with a limit on what surrounds the body of a request.

uvicorn keeps headers in memory for as long as they come, and before any key is looked at.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of the request line and the headers together."""

_FRAMING_OF_A_BYTE = 8
_LARGEST_FRAMING = 8 * 1024 * 1024
_SAID = b"The headers are too long."
_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n\r\n%s" % (len(_SAID), _SAID)
)


class BoundedProtocol(HttpToolsProtocol):
    """Ends a connection whose request has more than `LARGEST_HEAD` bytes of line, headers and trailers."""

    _taken = 0
    _body = 0

    def data_received(self, data: bytes) -> None:
        """Take bytes from the socket."""
        self._taken += len(data)
        super().data_received(data)
        # Chunks of one byte are framed in five: what surrounds a body may grow with it.
        framing = min(_FRAMING_OF_A_BYTE * self._body, _LARGEST_FRAMING)
        if self._taken - self._body > LARGEST_HEAD + framing and not self.transport.is_closing():
            if not (self.cycle and not self.cycle.response_complete):
                self.transport.write(_REFUSAL)
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._body += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Begin to count anew with the next request."""
        self._taken = self._body = 0
        super().on_message_complete()
