"""Reading a file of a message: streamed from LinkedIn, whole or in part, and never run by a browser."""

import asyncio
import hashlib
from contextlib import AsyncExitStack
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from threadline.api.identity import header
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.errors import error_answer
from threadline.model.access import Right
from threadline.model.attachments import ByteRange, byte_range
from threadline.model.errors import RangeNotSatisfiable, ThreadlineError
from threadline.services.media.opening import Opened

_log = structlog.get_logger(__name__)

_SAFETY = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cache-control", b"private, no-cache"),
)


async def download(request: Request) -> Response:
    """A file of a message, or the part of it that the header Range asks for."""
    return await _opened(request, head=False)


async def describe(request: Request) -> Response:
    """The headers of a file of a message, without the file."""
    return await _opened(request, head=True)


async def _opened(request: Request, *, head: bool) -> Response:
    account = await account_of(request, Right.READ)
    attachment_id: str = request.path_params["attachment"]
    tag = b'"' + hashlib.sha256(attachment_id.encode()).hexdigest()[:24].encode() + b'"'
    asked = None if head else _range(request, tag)
    async with AsyncExitStack() as held:
        try:
            opened = await held.enter_async_context(
                services_of(request).media.open(account, attachment_id, asked, head=head)
            )
        except RangeNotSatisfiable as error:
            refused = error_answer(request.scope, error)
            size = error.details.get("size", "*")
            refused.raw_headers.append((b"content-range", f"bytes */{size}".encode()))
            return refused
        headers = _headers(opened, tag)
        if head:
            return _Head(headers)
        return Passing(headers, opened, held.pop_all())


def _range(request: Request, tag: bytes) -> ByteRange | None:
    """The part that is asked for; the whole file where the caller holds a part of another one."""
    condition = header(request, b"if-range")
    if condition and condition != tag:
        return None
    return byte_range(header(request, b"range").decode("latin-1"))


def _headers(opened: Opened, tag: bytes) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", opened.media_type.encode("latin-1")),
        (b"content-disposition", disposition(opened.name)),
        (b"etag", tag),
        *_SAFETY,
    ]
    if opened.encoding is None:
        headers.append((b"accept-ranges", b"bytes"))
    else:
        headers.append((b"content-encoding", opened.encoding.encode("latin-1")))
    if opened.length is not None:
        headers.append((b"content-length", str(opened.length).encode()))
    if opened.partial and opened.length is not None:
        size = "*" if opened.size is None else opened.size
        last = opened.first + opened.length - 1
        headers.append((b"content-range", f"bytes {opened.first}-{last}/{size}".encode()))
    return headers


def disposition(name: str) -> bytes:
    """`Content-Disposition` for saving under a clean `name`, for old clients and new ones (RFC 6266)."""
    plain = "".join(one if " " <= one <= "~" and one not in '"\\%' else "_" for one in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}".encode("ascii")


class _Head(Response):
    """The headers of an answer whose body is not sent."""

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        self.status_code = 200
        self.body = b""
        self.background = None
        self.raw_headers = headers


class Passing(Response):
    """Passes the bytes on as they come; when that fails, the answer is left without its end."""

    def __init__(self, headers: list[tuple[bytes, bytes]], opened: Opened, held: AsyncExitStack) -> None:
        """held: closes the connection to LinkedIn."""
        self.status_code = 206 if opened.partial else 200
        self.background = None
        self.raw_headers = headers
        self._opened = opened
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._held:
                passing = asyncio.create_task(self._pass(send))
                gone = asyncio.create_task(_disconnected(receive))
                try:
                    await asyncio.wait((passing, gone), return_when=asyncio.FIRST_COMPLETED)
                finally:
                    # Whoever asked has gone, or has everything: nothing more is read from LinkedIn.
                    for task in (passing, gone):
                        task.cancel()
                    await asyncio.wait((passing, gone))
                if not passing.cancelled():
                    passing.result()
        except ThreadlineError as error:
            # The server closes the connection of an answer without an end, so nobody takes it for whole.
            _log.warning("download broke off", reason=str(error))

    async def _pass(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        await send(start)
        async for chunk in self._opened.chunks:
            # Waits while the caller is slower than LinkedIn.
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
