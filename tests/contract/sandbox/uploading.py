"""Uploads and downloads as LinkedIn's clients make them (contracts/linkedin-wire.md §7)."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from tests.contract.sandbox.client import MESSAGES, NORMALIZED, TRACKING, Answer, SandboxClient

UPLOAD = "/voyager/api/voyagerVideoDashMediaUploadMetadata?action=upload"
OLDER_UPLOAD = "/voyager/api/voyagerMediaUploadMetadata?action=upload"
FILE = "MESSAGING_FILE_ATTACHMENT"
PHOTO = "MESSAGING_PHOTO_ATTACHMENT"
VIDEO = "MESSAGING_VIDEO_ATTACHMENT"
VOICE = "VOICE_MESSAGE"
BODY = bytes(range(256)) * 40


async def register(
    sandbox: SandboxClient,
    size: Any,
    *,
    name: Any = "cv.pdf",
    upload_type: str = FILE,
    account: str = "ada",
) -> Answer:
    """Announce a file."""
    body = {"mediaUploadType": upload_type, "fileSize": size, "filename": name}
    return await sandbox.call("POST", UPLOAD, account=account, accept=NORMALIZED, body=body)


async def put(
    url: str,
    body: bytes | AsyncIterator[bytes],
    *,
    media_type: str = "application/pdf",
    account: str = "ada",
    headers: Mapping[str, str] | None = None,
) -> int:
    """Send a file's bytes; an iterator's come chunked. Gives the status."""
    sent = {
        "cookie": f'li_at=demo-{account}; JSESSIONID="ajax:1"',
        "csrf-token": "ajax:1",
        "content-type": media_type,
        **(headers or {}),
    }
    async with (
        aiohttp.ClientSession() as session,
        session.put(URL(url, encoded=True), data=body, headers=sent) as response,
    ):
        return response.status


async def upload(
    sandbox: SandboxClient,
    body: bytes,
    *,
    name: str = "cv.pdf",
    media_type: str = "application/pdf",
    upload_type: str = FILE,
    account: str = "ada",
) -> str:
    """Upload a file and give its URN."""
    value = (await register(sandbox, len(body), name=name, upload_type=upload_type, account=account)).json[
        "data"
    ]["value"]
    headers = value["singleUploadHeaders"]
    status = await put(
        value["singleUploadUrl"], body, media_type=media_type, account=account, headers=headers
    )
    assert status == 201
    urn: str = value["urn"]
    return urn


async def send_items(
    sandbox: SandboxClient, thread_id: str, items: Any, *, text: str = "", account: str = "ada"
) -> Answer:
    """`createMessage` with `renderContentUnions`."""
    body = {
        "message": {
            "body": {"text": text, "attributes": []},
            "renderContentUnions": items,
            "conversationUrn": await sandbox.conversation_urn(thread_id, account),
            "originToken": "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012",
        },
        "mailboxUrn": f"urn:li:fsd_profile:{await sandbox.owner(account)}",
        "trackingId": TRACKING,
        "dedupeByClientGeneratedToken": False,
    }
    return await sandbox.call("POST", f"{MESSAGES}?action=createMessage", account=account, body=body)


def file_item(urn: str, size: int, *, name: str = "cv.pdf", media_type: str = "application/pdf") -> Any:
    """A file as it is sent."""
    return {
        "file": {
            "assetUrn": urn,
            "byteSize": size,
            "mediaType": media_type,
            "name": name,
            "url": "blob:https://www.linkedin.com/7b0f",
        }
    }


async def newest(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> Any:
    """The newest message of a thread in one mailbox."""
    return (await sandbox.messages(thread_id, account=account))["elements"][0]


def target(url: str) -> str:
    """The raw path and query of an address."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def download(
    sandbox: SandboxClient,
    url: str,
    *,
    method: str = "GET",
    account: str | None = "ada",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Mapping[str, str], bytes]:
    """Open an address with the cookies of an account and no token: status, headers, bytes."""
    assert url.startswith(sandbox.base_url + "/dms/")
    sent = {} if account is None else {"cookie": f'li_at=demo-{account}; JSESSIONID="ajax:1"'}
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.request(
            method, URL(url, encoded=True), headers=sent | dict(headers or {}), allow_redirects=False
        ) as response,
    ):
        return response.status, response.headers, await response.read()


async def sent_file(sandbox: SandboxClient, body: bytes = BODY, **how: Any) -> tuple[str, str]:
    """A file from ada to grace: the thread, and the address in ada's mailbox."""
    thread_id = await sandbox.thread_with("grace-demo")
    urn = await upload(sandbox, body, **how)
    item = file_item(urn, len(body), name=how.get("name", "cv.pdf"))
    assert (await send_items(sandbox, thread_id, [item])).status == 200
    [shown] = (await newest(sandbox, thread_id))["renderContent"]
    return thread_id, shown["file"]["url"]


async def address_of(sandbox: SandboxClient, thread_id: str, account: str) -> str:
    """The address of the file in a thread's newest message."""
    [shown] = (await newest(sandbox, thread_id, account))["renderContent"]
    found: str = shown["file"]["url"]
    return found


def media_address(key: str, fields: Any) -> str:
    """Where the bytes of a content item are read."""
    found: str = {
        "file": lambda: fields["url"],
        "vectorImage": lambda: fields["rootUrl"],
        "video": lambda: fields["progressiveStreams"][0]["streamingLocations"][0]["url"],
        "audio": lambda: fields["url"],
        "externalMedia": lambda: fields["media"]["url"],
    }[key]()
    return found
