"""Downloads: ranges, addresses, who may read, and names and types that mean harm (linkedin-wire.md §7)."""

from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.sandbox.uploading import (
    BODY,
    address_of,
    download,
    media_address,
    newest,
    put,
    register,
    sent_file,
)

WEEK = 7 * 86_400_000


@pytest.mark.promise("wire.7.media")
@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-99", 206, 0, 100),
        ("bytes=100-", 206, 100, len(BODY)),
        ("bytes=-7", 206, len(BODY) - 7, len(BODY)),
        (f"bytes=0-{len(BODY) * 2}", 206, 0, len(BODY)),
    ],
)
async def test_a_range_of_bytes_is_read(
    sandbox: SandboxClient, asked: str, status: int, start: int, end: int
) -> None:
    _, url = await sent_file(sandbox)
    got, headers, body = await download(sandbox, url, headers={"range": asked})
    assert (got, body) == (status, BODY[start:end])
    assert headers["content-range"] == f"bytes {start}-{end - 1}/{len(BODY)}"


@pytest.mark.parametrize("asked", [f"bytes={len(BODY)}-", "bytes=9-3", "bytes=x-", "bytes=0-1,4-5"])
async def test_a_range_that_cannot_be_is_416(sandbox: SandboxClient, asked: str) -> None:
    _, url = await sent_file(sandbox)
    status, headers, _ = await download(sandbox, url, headers={"range": asked})
    assert (status, headers["content-range"]) == (416, f"bytes */{len(BODY)}")


@pytest.mark.promise("wire.13.2.media")
async def test_head_tells_type_size_and_name_without_the_bytes(sandbox: SandboxClient) -> None:
    _, url = await sent_file(sandbox, name="Bericht März.pdf")
    status, headers, body = await download(sandbox, url, method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(BODY))
    assert headers["content-disposition"].endswith("filename*=UTF-8''Bericht%20M%C3%A4rz.pdf")


@pytest.mark.promise("wire.7.addresses")
async def test_only_members_of_the_thread_read_a_file(sandbox: SandboxClient) -> None:
    _, mine = await sent_file(sandbox)
    assert (await download(sandbox, mine, account="grace"))[0] == 200
    assert (await download(sandbox, mine, account="alan"))[0] == 403
    assert (await download(sandbox, mine, account=None))[0] == 401
    assert (await download(sandbox, mine, account="nobody"))[0] == 401


async def test_an_address_cannot_be_made_up(sandbox: SandboxClient) -> None:
    _, url = await sent_file(sandbox)
    for changed in (
        url.replace("t=", "t=0"),
        url.replace("e=", "e=9"),
        url.partition("?")[0],
        url.replace("v=0", "v=1"),
        url.replace("/dms/", "/dms/x"),
    ):
        assert (await download(sandbox, changed))[0] == 403


@pytest.mark.promise("wire.7.addresses")
async def test_addresses_end_by_the_sandboxes_clock_and_a_fresh_read_gives_fresh_ones(
    sandbox: SandboxClient,
) -> None:
    thread_id, old = await sent_file(sandbox)
    assert await address_of(sandbox, thread_id, "ada") == old
    await sandbox.admin("POST", "clock", {"advanceMs": 2 * WEEK})
    fresh = await address_of(sandbox, thread_id, "ada")
    assert fresh != old
    assert (await download(sandbox, old))[0] == 403
    assert (await download(sandbox, fresh))[0] == 200


@pytest.mark.promise("wire.7.addresses")
async def test_addresses_can_be_withdrawn(sandbox: SandboxClient) -> None:
    thread_id, old = await sent_file(sandbox)
    assert (await sandbox.admin("POST", "media/expire")).status == 200
    fresh = await address_of(sandbox, thread_id, "ada")
    assert (await download(sandbox, old))[0] == 410
    assert (await download(sandbox, fresh))[0] == 200


async def test_a_recalled_message_gives_its_file_no_more(sandbox: SandboxClient) -> None:
    thread_id, url = await sent_file(sandbox)
    message_id = (await newest(sandbox, thread_id))["backendUrn"].rpartition(":")[2]
    recalled = await sandbox.admin("POST", "people/ada/recall", {"message": message_id})
    assert recalled.status == 200
    assert (await newest(sandbox, thread_id))["renderContent"] == []
    assert (await download(sandbox, url))[0] == 404


HOSTILE_NAMES = [
    '../../etc/passwd"; filename="evil.exe',
    "a\r\nSet-Cookie: li_at=delete me\r\n\r\n<script>alert(1)</script>.html",
    "\u202egnp.exe",
    "nul\x00.pdf",
    "dms:IMG1",
    "…" * 255,
    "\ud83d.txt",
    "CON",
]


@pytest.mark.promise("wire.7.inert-files")
@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_hostile_name_stays_a_name(sandbox: SandboxClient, name: str) -> None:
    thread_id, url = await sent_file(sandbox, name=name)
    [shown] = (await newest(sandbox, thread_id))["renderContent"]
    assert shown["file"]["name"] == name
    status, headers, body = await download(sandbox, url)
    assert (status, body) == (200, BODY)
    assert "set-cookie" not in headers
    disposition = headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    plain, _, whole = disposition.removeprefix('attachment; filename="').partition('"')
    assert not set(plain) & set('/\\"<>\r\n')
    assert whole.startswith("; filename*=UTF-8''")
    assert whole.isascii()
    assert not set(whole.removeprefix("; filename*=UTF-8''")) & set("/\\\"<>;, '")


@pytest.mark.promise("wire.7.inert-files")
@pytest.mark.parametrize(
    ("media_type", "shown"),
    [
        ("text/html; charset=utf-7", "text/html"),
        ("image/svg+xml", "image/svg+xml"),
        ("nonsense", "application/octet-stream"),
        ("a/b/c", "application/octet-stream"),
        ("<script>/x", "application/octet-stream"),
    ],
)
async def test_a_hostile_content_type_is_inert(sandbox: SandboxClient, media_type: str, shown: str) -> None:
    _, url = await sent_file(sandbox, b"<script>alert(document.cookie)</script>", media_type=media_type)
    _, headers, _ = await download(sandbox, url)
    assert headers["content-type"] == shown
    assert headers["content-disposition"].startswith("attachment;")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox;")


MADE = {
    "file": (b"%PDF-1.4", "application/pdf"),
    "vectorImage": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "video": (b"\x00\x00\x00\x18ftyp", "video/mp4"),
    "audio": (b"RIFF", "audio/wav"),
    "externalMedia": (b"GIF89a", "image/gif"),
}


async def made_contents(sandbox: SandboxClient) -> dict[str, Any]:
    """The first item of each kind in ada's made history."""
    found: dict[str, Any] = {}
    told = await sandbox.told("mailboxes/ada/conversations?limit=200")
    for conversation in told["conversations"]:
        elements = (await sandbox.messages(conversation["threadId"]))["elements"]
        for item in (item for message in elements for item in message["renderContent"]):
            [(key, fields)] = item.items()
            found.setdefault(key, fields)
        if MADE.keys() <= found.keys():
            return found
    pytest.fail(f"only {sorted(found)} in two hundred conversations")


async def test_what_made_history_holds_can_be_downloaded_too(sandbox: SandboxClient) -> None:
    contents = await made_contents(sandbox)
    for key, (begins, media_type) in MADE.items():
        url = media_address(key, contents[key])
        status, headers, body = await download(sandbox, url)
        assert (status, headers["content-type"]) == (200, media_type)
        assert body.startswith(begins)
        assert (await download(sandbox, url))[2] == body
        assert (await download(sandbox, url, account="alan"))[0] == 403
        assert (await download(sandbox, url, headers={"range": "bytes=1-3"}))[2] == body[1:4]
    file = contents["file"]
    assert len((await download(sandbox, file["url"]))[2]) == file["byteSize"]
    stream = contents["video"]["progressiveStreams"][0]
    _, headers, _ = await download(sandbox, media_address("video", contents["video"]), method="HEAD")
    assert headers["content-length"] == str(stream["size"])
    ends = contents["vectorImage"]["artifacts"][0]["expiresAt"]
    now = (await sandbox.told("clock"))["nowMs"]
    assert now + WEEK <= ends <= now + 2 * WEEK


async def test_a_download_can_be_cut_in_its_middle_and_taken_up_again(sandbox: SandboxClient) -> None:
    _, url = await sent_file(sandbox)
    fault = {"account": "ada", "endpoint": "media", "kind": "cut_mid_body", "count": 1}
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    with pytest.raises(aiohttp.ClientError):
        await download(sandbox, url)
    status, _, rest = await download(sandbox, url, headers={"range": "bytes=5000-"})
    assert (status, rest) == (206, BODY[5000:])


@pytest.mark.parametrize(
    ("headers", "status", "body"), [({}, 200, BODY), ({"range": "bytes=-9"}, 206, BODY[-9:])]
)
async def test_a_download_can_come_in_pieces(
    sandbox: SandboxClient, headers: dict[str, str], status: int, body: bytes
) -> None:
    _, url = await sent_file(sandbox)
    fault = {"account": "ada", "endpoint": "media", "kind": "trickle", "delay": 0.1}
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    found = await download(sandbox, url, headers=headers)
    assert (found[0], found[2]) == (status, body)
    assert found[1]["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("endpoint", ["upload", "uploadBytes", "media"])
async def test_each_step_of_a_file_can_be_refused(sandbox: SandboxClient, endpoint: str) -> None:
    _, url = await sent_file(sandbox)
    fault = {"account": "ada", "endpoint": endpoint, "kind": "rate_limited"}
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    answer = await register(sandbox, len(BODY))
    statuses = [answer.status]
    if answer.status == 200:
        statuses.append(await put(answer.json["data"]["value"]["singleUploadUrl"], BODY))
    statuses.append((await download(sandbox, url))[0])
    assert statuses.count(429) == 1
