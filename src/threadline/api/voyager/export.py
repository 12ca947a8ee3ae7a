"""Exporting an inbox as a stream (contracts/voyager.md §6.7, contracts/DECISIONS.md 13 and 14)."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import msgspec
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from threadline.api.services import services_of
from threadline.api.voyager import present, queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import in_sandbox
from threadline.model.access import Right
from threadline.model.errors import ThreadlineError
from threadline.services.exporting import ExportedConversation

_log = structlog.get_logger(__name__)

_PIECE = 32 * 1024
"""Bytes that are gathered before they are sent."""

_encode = msgspec.json.Encoder().encode


async def export_inbox(request: Request) -> Response:
    """Every conversation of the window with its messages; an early failure is answered as the error it is."""
    account = await account_of(request, Right.READ)
    query = queries.query_of(request)
    months, categories = queries.months(query), queries.categories(query)
    exported = services_of(request).exporting.conversations(
        account, months, [queries.CATEGORIES[name] for name in categories]
    )
    pieces = _pieces(exported, months, categories, sandbox=in_sandbox(request.scope))
    first = await anext(pieces)
    return _Export(request, first, pieces)


class _Export(Response):
    """Sends the pieces as they are made; when that fails, the answer is left without its end."""

    def __init__(self, request: Request, first: bytes, pieces: AsyncGenerator[bytes]) -> None:
        self.status_code = 200
        self.background = None
        self.raw_headers = [(b"content-type", b"application/json")]
        self._request = request
        self._first = first
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._pieces) as pieces:
            await send({"type": "http.response.body", "body": self._first, "more_body": True})
            try:
                async for piece in pieces:
                    if await self._request.is_disconnected():
                        return
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            except ThreadlineError as error:
                # The server closes the connection of an answer without an end, so nobody takes it for whole.
                _log.warning("export broke off", code=error.code, reason=error.message)
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _pieces(
    exported: AsyncIterator[ExportedConversation], months: int, categories: list[str], *, sandbox: bool
) -> AsyncGenerator[bytes]:
    """The envelope around the conversations, in pieces of at least `_PIECE` bytes but for the last."""
    flag = b'"sandbox":true,' if sandbox else b""
    buffer = bytearray(b'{"success":true,"statusCode":200,"message":"OK",' + flag)
    buffer += b'"data":{"success":true,' + flag + b'"months":' + str(months).encode()
    buffer += b',"categories":' + _encode(categories) + b',"conversations":['
    separator = b""
    async for one in exported:
        item = _encode(present.conversation(one.conversation))
        # The messages are put before the closing brace of the item.
        buffer += separator + item[:-1] + b',"messages":['
        separator = b""
        async for message in one.messages:
            buffer += separator + _encode(present.message(one.conversation.owner_id, message))
            separator = b","
            if len(buffer) >= _PIECE:
                yield bytes(buffer)
                buffer.clear()
        buffer += b"]}"
        separator = b","
    yield bytes(buffer + b']},"errors":[]}')
