"""Files: sending one to LinkedIn, and opening one that came with a message; neither is ever held whole.

Source: contracts/linkedin-wire.md §7.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from email.message import Message as Headers
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import Struct

from threadline.linkedin.addresses import destination, file_destination
from threadline.linkedin.connection import Stream, Transfer
from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.reading import part_in, text_in
from threadline.linkedin.errors import ConnectionLost, Refusal, ServerTrouble
from threadline.linkedin.transport import NORMALIZED, Request, Transport
from threadline.model.attachments import ByteRange
from threadline.model.compositions import UploadKind

_UPLOAD_TYPES = {
    UploadKind.IMAGE: "MESSAGING_PHOTO_ATTACHMENT",
    UploadKind.FILE: "MESSAGING_FILE_ATTACHMENT",
    UploadKind.VIDEO: "MESSAGING_VIDEO_ATTACHMENT",
    UploadKind.VOICE: "VOICE_MESSAGE",
}
_MOST_REDIRECTS = 3
_PART = re.compile(r"bytes (?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})/(?P<size>[0-9]{1,18}|\*)\Z")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
_HEADER_VALUE = re.compile(r"[ -~]{0,1024}\Z")
# What an upload ticket may not set: these are ours to say.
_OUR_HEADERS = frozenset(
    {"cookie", "host", "connection", "content-length", "transfer-encoding", "content-type", "csrf-token"}
)


class Ticket(Struct, frozen=True, kw_only=True):
    """LinkedIn's word that it takes a file, and where."""

    asset_urn: str
    """Names the file in the message that carries it."""
    url: str
    headers: Mapping[str, str]


class OpenFile:
    """A file at LinkedIn, open for reading."""

    def __init__(self, stream: Stream) -> None:
        """Read from `stream`, which is an answer of 200 or 206."""
        self._stream = stream

    @property
    def media_type(self) -> str | None:
        """What LinkedIn says that it is."""
        return self._stream.headers.get("Content-Type")

    @property
    def encoding(self) -> str | None:
        """How the bytes are packed, where they are; then `size` counts them as packed."""
        found = self._stream.headers.get("Content-Encoding", "").strip().lower()
        return found if found not in ("", "identity") else None

    @property
    def name(self) -> str | None:
        """The file name that LinkedIn gives it, as it came."""
        said = Headers()
        said["Content-Disposition"] = self._stream.headers.get("Content-Disposition", "")
        found = said.get_filename()
        return unquote(found) if found else None

    @property
    def partial(self) -> bool:
        """Whether only a part of the file comes."""
        return self._part() is not None

    @property
    def first(self) -> int:
        """The place in the file of the first byte that comes."""
        part = self._part()
        return int(part["first"]) if part else 0

    @property
    def length(self) -> int | None:
        """How many bytes come, None when LinkedIn does not say."""
        said = self._stream.headers.get("Content-Length", "")
        return int(said) if said.isdecimal() else None

    @property
    def size(self) -> int | None:
        """How many bytes the whole file has, None when LinkedIn does not say."""
        part = self._part()
        if part is None:
            return self.length
        return int(part["size"]) if part["size"] != "*" else None

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The bytes as they come; raises ConnectionLost when they end early."""
        expected, taken = self.length, 0
        while chunk := await self._stream.chunk():
            taken += len(chunk)
            yield chunk
        if expected is not None and taken < expected:
            raise ConnectionLost("the file ended early")

    def _part(self) -> re.Match[str] | None:
        if self._stream.status != 206:
            return None
        return _PART.match(self._stream.headers.get("Content-Range", "").strip())


class Media:
    """Sends and opens files in the name of one account."""

    def __init__(self, transport: Transport) -> None:
        """Through the account's transport."""
        self._transport = transport

    async def register(self, kind: UploadKind, name: str, size: int) -> Ticket:
        """Ask LinkedIn to take a file of `size` bytes. Raises any LinkedInError."""
        said = {"mediaUploadType": _UPLOAD_TYPES[kind], "fileSize": size, "filename": name}
        request = Request(
            endpoint="register_upload",
            method="POST",
            path="/voyager/api/voyagerVideoDashMediaUploadMetadata?action=upload",
            accept=NORMALIZED,
            content_type="application/json; charset=UTF-8",
            body=msgspec.json.encode(said),
            repeatable=False,
        )
        return await self._transport.call(request, _read_ticket)

    async def put(self, ticket: Ticket, body: AsyncIterator[bytes], media_type: str, size: int) -> None:
        """Send the bytes of a file that LinkedIn takes: exactly `size` of them. Raises any LinkedInError."""
        headers = {
            **ticket.headers,
            "accept": "*/*",
            "content-type": media_type,
            "content-length": str(size),
        }
        place = destination(ticket.url, self._base_url)
        transfer = Transfer(
            endpoint="upload", method="PUT", url=place.url, trusted=place.trusted, headers=headers, body=body
        )
        async with self._transport.transfer(transfer) as stream:
            if not 200 <= stream.status < 300:
                raise ServerTrouble(stream.status, "the upload was sent on to another place")

    @asynccontextmanager
    async def open(
        self, url: str, byte_range: ByteRange | None = None, *, head: bool = False
    ) -> AsyncIterator[OpenFile]:
        """Open the file at `url`, or a part of it; leaving the context closes its socket.

        head: to learn what it is, without its bytes. Raises any LinkedInError: ForeignAddress for an address
        that is not gone to, Refusal with 403, 404 or 410 when it has expired, with 416 when nothing of the
        range lies in the file. The whole file may come although a part was asked for: see `OpenFile.first`.
        """
        # Bytes as they are, so that lengths and ranges count the same on both sides.
        headers = {"accept": "*/*", "accept-encoding": "identity"}
        if byte_range is not None:
            headers["range"] = str(byte_range)
        place = file_destination(url, self._base_url)
        for _ in range(_MOST_REDIRECTS + 1):
            async with AsyncExitStack() as opened:
                transfer = Transfer(
                    endpoint="download_head" if head else "download",
                    method="HEAD" if head else "GET",
                    url=place.url,
                    trusted=place.trusted,
                    headers=headers,
                )
                stream = await opened.enter_async_context(self._transport.transfer(transfer))
                if stream.status in (200, 206):
                    yield OpenFile(stream)
                    return
                location = stream.headers.get("Location")
                if location is None:
                    raise ServerTrouble(stream.status, "there is no file in the answer")
                place = file_destination(location, self._base_url, found_on=place.url)
        raise Refusal(404, reason="the address leads from one place to the next")

    @property
    def _base_url(self) -> str:
        return self._transport.network.connection.base_url


def _read_ticket(body: bytes) -> Ticket:
    answer: Any = msgspec.json.decode(body)
    value = (
        part_in(plain_nested(answer), "data", "value") if is_normalized(answer) else part_in(answer, "value")
    )
    urn, url = text_in(part_in(value, "urn")), text_in(part_in(value, "singleUploadUrl"))
    if not urn or not url:
        raise msgspec.ValidationError("there is no place to upload to in it")
    given = part_in(value, "singleUploadHeaders")
    headers = {
        name.lower(): said
        for name, said in (given.items() if isinstance(given, dict) else ())
        if _HEADER_NAME.match(name)
        and isinstance(said, str)
        and _HEADER_VALUE.match(said)
        and name.lower() not in _OUR_HEADERS
    }
    return Ticket(asset_urn=urn, url=url, headers=headers)
