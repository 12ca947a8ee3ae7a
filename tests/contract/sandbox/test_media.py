"""Uploads, what is kept of them, and files that people send (contracts/linkedin-wire.md §7)."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import PATIENCE, PLAIN, SandboxClient
from tests.contract.sandbox.conftest import ANCHOR
from tests.contract.sandbox.uploading import (
    BODY,
    FILE,
    OLDER_UPLOAD,
    PHOTO,
    VIDEO,
    VOICE,
    address_of,
    download,
    file_item,
    media_address,
    put,
    register,
    send_items,
    sent_file,
    target,
)
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

LARGEST = 20 * 1024 * 1024


async def pieces(count: int, piece: bytes) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield piece


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


@pytest.mark.promise("wire.13.2.media")
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


async def test_bytes_that_come_too_late_change_nothing(tmp_path: Path) -> None:
    options = Options(port=0, seed=7, anchor_ms=ANCHOR, keep=tmp_path / "kept")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield BODY[:5000]
        begun.set()
        await go_on.wait()
        yield BODY[5000:]

    async def late(sandbox: SandboxClient, meanwhile: Callable[[str], Awaitable[object]]) -> int:
        begun.clear()
        go_on.clear()
        value = (await register(sandbox, len(BODY))).json["data"]["value"]
        assert await put(value["singleUploadUrl"], BODY[::-1]) == 201
        putting = asyncio.create_task(put(value["singleUploadUrl"], slowly()))
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
            await meanwhile(value["urn"])
            go_on.set()
            return await putting

    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        thread_id = await sandbox.thread_with("grace-demo")
        attached = await late(
            sandbox, lambda urn: send_items(sandbox, thread_id, [file_item(urn, len(BODY))])
        )
        url = await address_of(sandbox, thread_id, "ada")
        assert (attached, (await download(sandbox, url))[2]) == (409, BODY[::-1])
        assert await late(sandbox, lambda urn: sandbox.admin("POST", "reset")) == 409
        assert (await sandbox.told("media"))["media"] == []
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        assert (await SandboxClient(base_url, session).told("media"))["media"] == []


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
        body_there = (await download(sandbox, media_address(key, fields)))[2]
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
