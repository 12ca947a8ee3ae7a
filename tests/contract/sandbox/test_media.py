"""Uploads, downloads and their addresses (contracts/linkedin-wire.md §7)."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import PATIENCE, PLAIN, SandboxClient
from tests.contract.sandbox.conftest import ANCHOR
from tests.contract.sandbox.uploading import (
    FILE,
    OLDER_UPLOAD,
    PHOTO,
    VIDEO,
    VOICE,
    download,
    file_item,
    newest,
    put,
    register,
    send_items,
    target,
    upload,
)
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

LARGEST = 20 * 1024 * 1024
WEEK = 7 * 86_400_000
BODY = bytes(range(256)) * 40


async def pieces(count: int, piece: bytes) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield piece


async def sent_file(sandbox: SandboxClient, body: bytes = BODY, **how: Any) -> tuple[str, str]:
    """A file from ada to grace: the thread, and the address in ada's mailbox."""
    thread_id = await sandbox.thread_with("grace-demo")
    urn = await upload(sandbox, body, **how)
    item = file_item(urn, len(body), name=how.get("name", "cv.pdf"))
    assert (await send_items(sandbox, thread_id, [item])).status == 200
    [shown] = (await newest(sandbox, thread_id))["renderContent"]
    return thread_id, shown["file"]["url"]


async def address_of(sandbox: SandboxClient, thread_id: str, account: str) -> str:
    [shown] = (await newest(sandbox, thread_id, account))["renderContent"]
    found: str = shown["file"]["url"]
    return found


@pytest.mark.promise("wire.7.media")
async def test_the_upload_metadata_has_the_references_shape(sandbox: SandboxClient) -> None:
    answer = await register(sandbox, 1234)
    assert answer.json["data"]["$type"] == "com.linkedin.restli.common.ActionResponse"
    assert answer.json["included"] == []
    value = answer.json["data"]["value"]
    asset = value["urn"].removeprefix("urn:li:digitalmediaAsset:")
    assert value["type"] == "SINGLE"
    assert value["singleUploadUrl"].startswith(f"{sandbox.base_url}/dms-uploads/{asset}?ut=")
    assert value["singleUploadHeaders"] == {}
    assert value["mediaArtifactUrn"] == (
        f"urn:li:digitalmediaMediaArtifact:({value['urn']},"
        "urn:li:digitalmediaMediaArtifactClass:messaging-attachmentFile)"
    )
    assert value["recipes"] == ["urn:li:digitalmediaRecipe:messaging-attachment-file"]
    assert value["pollingUrl"] == f"{sandbox.base_url}/dms-uploads/{asset}/status"
    assert value["assetRealtimeTopic"] is None


async def test_the_status_of_an_upload_can_be_polled(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, len(BODY))).json["data"]["value"]
    recipe = value["recipes"][0]
    before = (await sandbox.call("GET", target(value["pollingUrl"]))).json
    assert await put(value["singleUploadUrl"], BODY) == 201
    after = (await sandbox.call("GET", target(value["pollingUrl"]))).json
    assert before == {"asset": value["urn"], "status": {recipe: "NEW"}, "assetStatus": "NEW"}
    assert after == {"asset": value["urn"], "status": {recipe: "AVAILABLE"}, "assetStatus": "AVAILABLE"}
    assert (await sandbox.call("GET", target(value["pollingUrl"]), account="grace")).status == 403


@pytest.mark.promise("wire.7.media")
async def test_a_file_comes_down_byte_equal_in_the_other_mailbox(sandbox: SandboxClient) -> None:
    thread_id, mine = await sent_file(sandbox)
    theirs = await address_of(sandbox, thread_id, "grace")
    for account, url in (("ada", mine), ("grace", theirs)):
        status, headers, body = await download(sandbox, url, account=account)
        assert (status, body) == (200, BODY)
        assert headers["content-type"] == "application/pdf"
        assert headers["content-length"] == str(len(BODY))
        assert headers["content-disposition"] == "attachment; filename=\"cv.pdf\"; filename*=UTF-8''cv.pdf"


async def test_a_chunked_upload_is_taken(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, 40 * 256)).json["data"]["value"]
    assert await put(value["singleUploadUrl"], pieces(40, bytes(range(256)))) == 201
    told = (await sandbox.told("media"))["media"][0]
    assert (told["urn"], told["complete"]) == (value["urn"], True)
    assert told["sha256"] == hashlib.sha256(BODY).hexdigest()


@pytest.mark.promise("wire.9.legacy")
async def test_the_older_upload_route_answers_in_its_plain_shape(sandbox: SandboxClient) -> None:
    body = {"mediaUploadType": VIDEO, "fileSize": len(BODY), "filename": "clip.mp4"}
    answer = await sandbox.call("POST", OLDER_UPLOAD, accept=PLAIN, body=body)
    assert set(answer.json["value"]) == {"urn", "singleUploadUrl"}
    assert await put(answer.json["value"]["singleUploadUrl"], BODY, media_type="video/mp4") == 201


@pytest.mark.parametrize(
    ("size", "name", "upload_type"),
    [
        (0, "cv.pdf", FILE),
        (-1, "cv.pdf", FILE),
        (True, "cv.pdf", FILE),
        ("12", "cv.pdf", FILE),
        (None, "cv.pdf", FILE),
        (1.5, "cv.pdf", FILE),
        (12, "", FILE),
        (12, None, FILE),
        (12, "x" * 256, FILE),
        (12, "cv.pdf", "MESSAGING_ANYTHING"),
    ],
)
async def test_metadata_that_makes_no_sense_is_400(
    sandbox: SandboxClient, size: object, name: object, upload_type: str
) -> None:
    assert (await register(sandbox, size, name=name, upload_type=upload_type)).status == 400
    assert (await sandbox.told("media"))["media"] == []


async def test_more_than_twenty_mebibytes_are_refused_beforehand(sandbox: SandboxClient) -> None:
    assert (await register(sandbox, LARGEST + 1)).status == 413
    assert (await register(sandbox, LARGEST)).status == 200


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("length", [0, 99, 101, 70_000])
async def test_a_size_that_lies_is_refused_and_nothing_is_kept(
    sandbox: SandboxClient, length: int, chunked: bool
) -> None:
    value = (await register(sandbox, 100)).json["data"]["value"]
    body = b"x" * length
    assert await put(value["singleUploadUrl"], pieces(1, body) if chunked and body else body) == 400
    told = (await sandbox.told("media"))["media"][0]
    assert (told["complete"], told["sha256"]) == (False, None)
    assert (await sandbox.admin("GET", f"media/{told['id']}")).status == 404
    refused = await send_items(
        sandbox, await sandbox.thread_with("grace-demo"), [file_item(value["urn"], 100)]
    )
    assert refused.status == 400


async def test_an_upload_that_broke_off_can_be_sent_again(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, len(BODY))).json["data"]["value"]

    async def breaking() -> AsyncIterator[bytes]:
        yield BODY[:1000]
        raise ConnectionResetError("the client went away")

    with pytest.raises((aiohttp.ClientError, ConnectionResetError)):
        await put(value["singleUploadUrl"], breaking())
    assert (await sandbox.told("media"))["media"][0]["complete"] is False
    assert await put(value["singleUploadUrl"], BODY) == 201
    assert (await sandbox.told("media"))["media"][0]["complete"] is True


async def test_an_uploads_address_is_its_owners(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, len(BODY))).json["data"]["value"]
    url = value["singleUploadUrl"]
    assert await put(url, BODY, account="grace") == 403
    assert await put(url, BODY, account="nobody") == 401
    assert await put(url, BODY, headers={"csrf-token": "ajax:2"}) == 403
    assert await put(url.partition("?")[0] + "?ut=guessed", BODY) == 403
    assert await put(f"{sandbox.base_url}/dms-uploads/D4E06AQunknown?ut=x", BODY) == 404
    assert await put(url, BODY) == 201


async def test_bytes_that_a_message_carries_stay_as_they_are(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, len(BODY))).json["data"]["value"]
    assert await put(value["singleUploadUrl"], BODY) == 201
    assert await put(value["singleUploadUrl"], BODY[::-1]) == 201
    thread_id = await sandbox.thread_with("grace-demo")
    assert (await send_items(sandbox, thread_id, [file_item(value["urn"], len(BODY))])).status == 200
    assert await put(value["singleUploadUrl"], BODY) == 409
    url = await address_of(sandbox, thread_id, "ada")
    assert (await download(sandbox, url))[2] == BODY[::-1]


@pytest.mark.parametrize(
    ("upload_type", "media_type", "status"),
    [
        (PHOTO, "image/png", 201),
        (PHOTO, "image/svg+xml", 415),
        (PHOTO, "text/html", 415),
        (VIDEO, "video/mp4", 201),
        (VIDEO, "video/x-matroska", 415),
        (VOICE, "audio/mp4", 201),
        (VOICE, "application/pdf", 415),
        (FILE, "application/x-anything", 201),
    ],
)
async def test_pictures_videos_and_voice_notes_are_of_their_types(
    sandbox: SandboxClient, upload_type: str, media_type: str, status: int
) -> None:
    value = (await register(sandbox, len(BODY), upload_type=upload_type)).json["data"]["value"]
    headers = value["singleUploadHeaders"]
    assert await put(value["singleUploadUrl"], BODY, media_type=media_type, headers=headers) == status


async def test_the_headers_that_an_upload_asks_for_are_needed(sandbox: SandboxClient) -> None:
    value = (await register(sandbox, len(BODY), upload_type=VIDEO)).json["data"]["value"]
    assert value["singleUploadHeaders"]
    assert await put(value["singleUploadUrl"], BODY, media_type="video/mp4") == 400


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


async def test_head_tells_type_size_and_name_without_the_bytes(sandbox: SandboxClient) -> None:
    _, url = await sent_file(sandbox, name="Bericht März.pdf")
    status, headers, body = await download(sandbox, url, method="HEAD")
    assert (status, body) == (200, b"")
    assert headers["content-type"] == "application/pdf"
    assert headers["content-length"] == str(len(BODY))
    assert headers["content-disposition"].endswith("filename*=UTF-8''Bericht%20M%C3%A4rz.pdf")


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


def made_address(key: str, fields: Any) -> str:
    found: str = {
        "file": lambda: fields["url"],
        "vectorImage": lambda: fields["rootUrl"],
        "video": lambda: fields["progressiveStreams"][0]["streamingLocations"][0]["url"],
        "audio": lambda: fields["url"],
        "externalMedia": lambda: fields["media"]["url"],
    }[key]()
    return found


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
        url = made_address(key, contents[key])
        status, headers, body = await download(sandbox, url)
        assert (status, headers["content-type"]) == (200, media_type)
        assert body.startswith(begins)
        assert (await download(sandbox, url))[2] == body
        assert (await download(sandbox, url, account="alan"))[0] == 403
        assert (await download(sandbox, url, headers={"range": "bytes=1-3"}))[2] == body[1:4]
    file = contents["file"]
    assert len((await download(sandbox, file["url"]))[2]) == file["byteSize"]
    stream = contents["video"]["progressiveStreams"][0]
    _, headers, _ = await download(sandbox, made_address("video", contents["video"]), method="HEAD")
    assert headers["content-length"] == str(stream["size"])
    ends = contents["vectorImage"]["artifacts"][0]["expiresAt"]
    now = (await sandbox.told("clock"))["nowMs"]
    assert now + WEEK <= ends <= now + 2 * WEEK


async def test_a_kept_file_survives_a_restart_and_ends_with_a_reset(tmp_path: Path) -> None:
    options = Options(port=0, seed=7, anchor_ms=ANCHOR, keep=tmp_path / "kept")
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        thread_id, _ = await sent_file(sandbox)
        unfinished = (await register(sandbox, 12)).json["data"]["value"]["urn"]
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        url = await address_of(sandbox, thread_id, "grace")
        assert (await download(sandbox, url, account="grace"))[2] == BODY
        assert [each["complete"] for each in (await sandbox.told("media"))["media"]] == [False, True]
        assert (await sandbox.told("media"))["media"][0]["urn"] == unfinished
        await sandbox.admin("POST", "reset")
        assert (await sandbox.told("media"))["media"] == []
        assert list((tmp_path / "kept.media").iterdir()) == []


async def test_a_person_sends_files_of_every_kind(sandbox: SandboxClient) -> None:
    told = {}
    for kind in ("file", "image", "video", "voice"):
        body = {"to": "ada", "kind": kind, "size": 5000, "text": f"A {kind}"}
        answer = await sandbox.admin("POST", "people/sarah-chen/send-file", body)
        assert answer.status == 201, answer.text
        told[kind] = answer.json
    thread_id = told["file"]["threadId"]
    elements = (await sandbox.messages(thread_id))["elements"][:4]
    keys = [next(iter(each["renderContent"][0])) for each in elements]
    assert keys == ["audio", "video", "vectorImage", "file"]
    for message, kind in zip(elements, ("voice", "video", "image", "file"), strict=True):
        [(key, fields)] = message["renderContent"][0].items()
        assert message["body"]["text"] == f"A {kind}"
        body_there = (await download(sandbox, made_address(key, fields)))[2]
        assert len(body_there) == 5000
        assert hashlib.sha256(body_there).hexdigest() == told[kind]["asset"]["sha256"]
        assert (await sandbox.call("GET", f"/sandbox/media/{told[kind]['asset']['id']}")).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"to": "ada"},
        {"to": "ada", "size": 5, "base64": "AAAA"},
        {"to": "ada", "base64": "not base64"},
        {"to": "ada", "size": LARGEST + 1},
        {"to": "ada", "size": 5, "kind": "spreadsheet"},
        {"to": "ada", "size": 5, "kind": "image", "mediaType": "text/html"},
        {"size": 5},
        {"to": "ada", "size": 5, "mediaType": "a/b\r\nx: y"},
        {"to": "sarah-chen", "size": 5},
    ],
)
async def test_a_file_call_that_makes_no_sense_sends_nothing(sandbox: SandboxClient, body: Any) -> None:
    before = await sandbox.told("mailboxes/sarah-chen/conversations?limit=1")
    answer = await sandbox.admin("POST", "people/sarah-chen/send-file", body)
    assert answer.status == 400
    assert answer.json["error"]
    assert await sandbox.told("mailboxes/sarah-chen/conversations?limit=1") == before
    assert (await sandbox.told("media"))["media"] == []


async def memory_of(process: asyncio.subprocess.Process) -> int:
    """The most memory that a process has had, in bytes."""
    text = await asyncio.to_thread(Path(f"/proc/{process.pid}/status").read_text)
    [line] = [each for each in text.splitlines() if each.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


async def test_the_largest_file_goes_up_and_down_in_constant_memory() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "threadline.sandbox", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE * 3):
            ready = (await process.stdout.readline()).decode()
        base_url = ready.split()[3]
        async with aiohttp.ClientSession() as session:
            sandbox = SandboxClient(base_url, session)
            await sent_file(sandbox)
            before = await memory_of(process)
            value = (await register(sandbox, LARGEST, name="big.bin")).json["data"]["value"]
            piece = os.urandom(1024 * 1024)
            assert await put(value["singleUploadUrl"], pieces(20, piece)) == 201
            thread_id = await sandbox.thread_with("grace-demo")
            assert (await send_items(sandbox, thread_id, [file_item(value["urn"], LARGEST)])).status == 200
            url = await address_of(sandbox, thread_id, "grace")
            status, headers, body = await download(sandbox, url, account="grace")
            assert (status, headers["content-length"]) == (200, str(LARGEST))
            assert body == piece * 20
            assert await memory_of(process) - before < 8 * 1024 * 1024
    finally:
        process.terminate()
        async with asyncio.timeout(PATIENCE):
            await process.wait()
