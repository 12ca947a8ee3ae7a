"""Files for the tests of attachments: what to upload, and how to upload, send and read it."""

import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from yarl import URL

from tests.contract.voyager.face import Face, Reply
from threadline.model.attachments import attachment_id
from threadline.model.compositions import Composition
from threadline.model.messages import Message, MessageContent
from threadline.store import messages

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
VOICE = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00" + bytes(2_000)


@dataclass(frozen=True)
class Download:
    """What came back for a file."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def upload(face: Face, body: Any, *, query: str = "", **headers: str) -> Reply:
    """POST /api/attachments with a raw body; headers: names with `_` for `-`."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given.setdefault("Content-Type", "application/octet-stream")
    return await face.ask("POST", f"/api/attachments{query}", body, headers=given)


async def uploaded(face: Face, body: bytes, name: str, media_type: str, query: str = "") -> str:
    """The id of an uploaded file."""
    reply = await upload(face, body, query=query, X_File_Name=name, Content_Type=media_type)
    assert reply.status == 201, reply.text
    found: str = reply.data["attachment"]["id"]
    return found


async def read(face: Face, attachment: str, *, method: str = "GET", **headers: str) -> Download:
    """GET or HEAD /api/attachments/{id}."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = {"Authorization": f"Bearer {face.key}", "X-User-Id": face.user or "", **given}
    url = URL(f"{face.base_url}/api/attachments/{attachment}", encoded=True)
    async with face.http.request(method, url, headers=sent, auto_decompress=False) as answer:
        return Download(answer.status, answer.headers, await answer.read())


async def delivered(face: Face, attachment: str, to: str = "grace") -> tuple[Face, str]:
    """Send an uploaded file from Ada to another account; that account's view, and the file's id in it."""
    rehearsal = face.rehearsal
    uploads = await rehearsal.services.media.composed(await rehearsal.account("ada"), [attachment])
    client = await rehearsal.services.accounts.client(await rehearsal.account("ada"))
    sent = await client.messages.create(
        Composition(text="Here it is", uploads=uploads),
        origin_token="0190aaaa-0000-4000-8000-000000000001",
        tracking_id="0123456789abcdef",
        recipients=(await face.sandbox.owner(to),),
    )
    other = replace(face, user=to)
    assert (await other.link(to)).data["sessionValid"]
    thread = await other.get(f"/api/conversations/{sent.thread_id}")
    assert sent.message_id in [one["messageId"] for one in thread.data["messages"]], thread.text
    return other, attachment_id(sent.message_id, 0)


async def received(face: Face, **file: Any) -> str:
    """Make Jane send Ada a file (`base64` or `size`, `name`, `mediaType`, `kind`); its id."""
    answer = await face.sandbox.admin("POST", "people/janesmith/send-file", {"to": "ada", **file})
    assert answer.status == 201, answer.text
    message_id: str = answer.json["messageId"]
    thread = await face.get(f"/api/conversations/{answer.json['threadId']}")
    assert message_id in [one["messageId"] for one in thread.data["messages"]], thread.text
    return attachment_id(message_id, 0)


async def stored(face: Face, message_id: str) -> Message:
    """A message as it is stored for Ada."""
    account = await face.rehearsal.account("ada")
    found = await messages.by_id(face.rehearsal.gateway.database, account.account_id, message_id)
    assert found is not None
    return found


async def forge(face: Face, message_id: str, **changes: Any) -> None:
    """Change what is stored of the first thing attached to a message."""
    account = await face.rehearsal.account("ada")
    message = await stored(face, message_id)
    content: tuple[MessageContent, ...] = (
        msgspec.structs.replace(message.content[0], **changes),
        *message.content[1:],
    )
    async with face.rehearsal.gateway.database.transaction() as tx:
        await messages.put(tx, account.account_id, [msgspec.structs.replace(message, content=content)])


async def in_pieces(size: int, piece: bytes = bytes(range(256)) * 256) -> AsyncIterator[bytes]:
    """A body of `size` bytes, sent in pieces without its length being told."""
    while size > 0:
        yield piece[:size]
        size -= len(piece)
