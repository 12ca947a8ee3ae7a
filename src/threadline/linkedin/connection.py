"""The process's connections to LinkedIn: aiohttp, with everything it would do by itself switched off.

Cookies, redirects, retries and the spelling of URLs belong to the transport above. What is decided here is
what a network failure proves: that nothing was written, or that bytes may have left.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
from msgspec import Struct
from multidict import CIMultiDictProxy
from yarl import URL

from threadline.linkedin.departure import Departure, TimedBody
from threadline.linkedin.errors import ConnectionLost, LinkedInError, ServerTrouble, TooLate, Unreachable

ANSWER_LIMIT = 16 * 1024 * 1024
"""The largest answer that is read, in bytes after decompression."""

UPLOAD_SECONDS = 300.0
"""How long sending one file on to LinkedIn may take: 20 MiB at 70 KiB a second."""

_HEADER_LIMIT = 64 * 1024


class Answer(Struct, frozen=True):
    """One whole answer."""

    status: int
    path: str
    """The path that was asked."""
    headers: CIMultiDictProxy[str]
    body: bytes


class _Reach:
    """How far one request came."""

    connected = False


class Transfer(Struct, frozen=True, kw_only=True):
    """One request that carries a file, there or back."""

    endpoint: str
    """The name under which it is counted."""
    method: str
    url: URL
    """Already encoded, and already found to be one that may be gone to."""
    trusted: bool
    """Whether it is LinkedIn itself: only then are the cookies sent, and an end of the session believed."""
    headers: Mapping[str, str] = {}
    body: AsyncIterator[bytes] | None = None
    """Sent as it comes; its length stands in the headers."""


class Connection:
    """Makes single exchanges with LinkedIn; opened and closed once per process."""

    def __init__(self, base_url: str, *, call_timeout: float, frame_timeout: float) -> None:
        """call_timeout, frame_timeout: seconds for a whole call, and between two frames of the stream."""
        self.base_url = base_url.rstrip("/")
        self._call_timeout = aiohttp.ClientTimeout(total=call_timeout)
        self._stream_timeout = aiohttp.ClientTimeout(
            total=None, connect=call_timeout, sock_connect=call_timeout, sock_read=frame_timeout
        )
        self._transfer_timeout = aiohttp.ClientTimeout(
            total=None, connect=call_timeout, sock_connect=call_timeout, sock_read=call_timeout
        )
        self._upload_timeout = aiohttp.ClientTimeout(total=max(call_timeout, UPLOAD_SECONDS))
        self._client: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make ready; must run inside the event loop that will make the calls."""
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(_mark_connected)
        trace.on_connection_reuseconn.append(_mark_connected)
        self._client = aiohttp.ClientSession(
            # Every account holds one connection for its stream, so a common limit would starve the calls.
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            trace_configs=[trace],
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def exchange(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None,
        departure: Departure | None = None,
    ) -> Answer:
        """Send one request and read its whole answer.

        path: everything after the base URL, already encoded. departure: until when the body may be written.
        Raises Unreachable, TooLate, ConnectionLost, or ServerTrouble for what is not HTTP or is too large.
        """
        reach = _Reach()
        timed: TimedBody | None = None
        if departure is not None:
            departure.check()
            timed = TimedBody(body or b"", departure)
        try:
            async with self._opened().request(
                method,
                URL(self.base_url + path, encoded=True),
                headers=headers,
                data=body if timed is None else timed,
                allow_redirects=False,
                timeout=self._call_timeout,
                trace_request_ctx=reach,
            ) as response:
                return Answer(
                    response.status, response.url.raw_path, response.headers, await _whole_body(response)
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if timed is not None and timed.late_by is not None:
                raise TooLate(timed.late_by) from error
            raise _failure(error, reach) from error

    @asynccontextmanager
    async def stream(self, path: str, headers: Mapping[str, str]) -> AsyncIterator["Stream"]:
        """Open an answer that does not end; leaving the context closes its socket at once.

        Raises like `exchange`.
        """
        reach = _Reach()
        try:
            response = await self._opened().get(
                URL(self.base_url + path, encoded=True),
                headers=headers,
                allow_redirects=False,
                timeout=self._stream_timeout,
                trace_request_ctx=reach,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failure(error, reach) from error
        try:
            yield Stream(response)
        finally:
            response.close()

    @asynccontextmanager
    async def transfer(self, transfer: Transfer, headers: Mapping[str, str]) -> AsyncIterator["Stream"]:
        """Send a file, or open one, whose bytes are never all held; leaving the context closes its socket.

        headers: all of them. Raises like `exchange`; a reader that is slow makes LinkedIn wait.
        """
        reach = _Reach()
        try:
            response = await self._opened().request(
                transfer.method,
                transfer.url,
                headers=headers,
                data=transfer.body,
                allow_redirects=False,
                auto_decompress=False,
                timeout=self._transfer_timeout if transfer.body is None else self._upload_timeout,
                trace_request_ctx=reach,
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _failure(error, reach) from error
        try:
            yield Stream(response)
        finally:
            response.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._client is None:
            raise RuntimeError("the connector is not open")
        return self._client


class Stream:
    """An answer that is read as it comes."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        """Read from `response`."""
        self._response = response

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self._response.status

    @property
    def headers(self) -> CIMultiDictProxy[str]:
        """The headers of the answer."""
        return self._response.headers

    async def whole(self) -> Answer:
        """The answer as a whole, when it turns out not to be a stream; raises like `Connection.exchange`."""
        response = self._response
        try:
            body = await _whole_body(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectionLost(_words(error)) from error
        return Answer(response.status, response.url.raw_path, response.headers, body)

    async def chunk(self) -> bytes:
        """The next bytes; empty at a clean end. Raises ConnectionLost on a cut or a silence."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ConnectionLost(_words(error)) from error

    def cut(self) -> None:
        """Close the socket under the reader, who then meets ConnectionLost."""
        with suppress(aiohttp.ClientError):
            self._response.close()


async def _whole_body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > ANSWER_LIMIT:
            raise ServerTrouble(response.status, f"the answer is larger than {ANSWER_LIMIT} bytes")
    return bytes(body)


async def _mark_connected(_client: aiohttp.ClientSession, context: SimpleNamespace, _event: Any) -> None:
    context.trace_request_ctx.connected = True


def _failure(error: Exception, reach: _Reach) -> LinkedInError:
    if not reach.connected:
        return Unreachable(_words(error))
    if isinstance(error, aiohttp.ClientResponseError):
        return ServerTrouble(502, "the answer is not HTTP")
    return ConnectionLost(_words(error))


def _words(error: Exception) -> str:
    # aiohttp puts the whole request into the text of some errors, and with it the cookies.
    cause = error.strerror if isinstance(error, OSError) and error.strerror else None
    return cause or type(error).__name__
