"""Reading files: byte-equal, in parts, from fresh addresses, and harmless whoever sent them."""

import asyncio
import base64
import hashlib
from dataclasses import replace

import aiohttp
import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face
from tests.contract.voyager.files import (
    PDF,
    PNG,
    VOICE,
    delivered,
    forge,
    in_pieces,
    read,
    received,
    stored,
    upload,
    uploaded,
)
from threadline.model.attachments import FILE_LIMIT, ReceivedId, attachment_id, parse
from threadline.model.errors import AttachmentNotFound
from threadline.model.messages import ContentKind


def message_of(attachment: str) -> str:
    named = parse(attachment)
    assert isinstance(named, ReceivedId)
    return named.message_id


@pytest.mark.promise("media.byte-equal", "wire.7.media")
async def test_20_mib_go_up_from_one_account_and_come_down_byte_equal_in_anothers(face: Face) -> None:
    expected = hashlib.sha256()
    async for piece in in_pieces(FILE_LIMIT):
        expected.update(piece)
    reply = await upload(face, in_pieces(FILE_LIMIT), X_File_Name="all.zip", Content_Type="application/zip")
    assert reply.data["attachment"]["byteSize"] == FILE_LIMIT
    grace, named = await delivered(face, reply.data["attachment"]["id"])
    found = await read(grace, named)
    assert (found.status, found.headers["Content-Length"]) == (200, str(FILE_LIMIT))
    assert hashlib.sha256(found.body).digest() == expected.digest()


@pytest.mark.promise("media.byte-equal")
@pytest.mark.parametrize(
    ("body", "name", "media_type", "query", "shown_as"),
    [
        (PDF, "Grüße 👋.pdf", "application/pdf", "", "application/pdf"),
        (PNG, "photo.png", "image/png", "", "image/png"),
        (VOICE, "note.m4a", "audio/mp4", "?kind=voice&duration=4200", "audio/mp4"),
        (VOICE, "film.mp4", "video/mp4", "", "video/mp4"),
    ],
)
async def test_each_kind_of_file_comes_down_as_it_went_up(
    face: Face, body: bytes, name: str, media_type: str, query: str, shown_as: str
) -> None:
    grace, named = await delivered(face, await uploaded(face, body, name, media_type, query))
    found = await read(grace, named)
    assert found.status == 200, found.body
    assert found.body == body
    assert found.headers["Content-Type"] == shown_as
    assert found.headers["Content-Disposition"].startswith("attachment; filename=")
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    head = await read(grace, named, method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {name: value for name, value in head.headers.items() if name not in ("Date", "X-Request-ID")} == {
        name: value for name, value in found.headers.items() if name not in ("Date", "X-Request-ID")
    }


@pytest.mark.promise("media.ranges", "wire.7.media")
async def test_a_part_is_given_as_asked_for(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    size = len(PDF)
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),
        ("bytes=-7", size - 7, size - 1),
        (f"bytes={size - 1}-{size * 2}", size - 1, size - 1),
    ):
        part = await read(face, named, Range=asked)
        assert part.status == 206
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["Content-Length"] == str(last - first + 1)
        assert part.body == PDF[first : last + 1]


@pytest.mark.promise("media.ranges")
async def test_a_part_outside_of_the_file_is_refused_with_its_length(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    for asked in (f"bytes={len(PDF)}-", "bytes=-0"):
        outside = await read(face, named, Range=asked)
        assert outside.status == 416, asked
        assert b'"RANGE_NOT_SATISFIABLE"' in outside.body
        assert outside.headers["Content-Range"] == f"bytes */{len(PDF)}"


async def test_what_is_no_single_range_gives_the_whole_file(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    for asked in ("bytes=0-1,4-5", "lines=1-2", "bytes=9-1", "nonsense"):
        whole = await read(face, named, Range=asked)
        assert (whole.status, whole.body) == (200, PDF)


async def test_a_part_of_another_file_than_the_caller_holds_is_given_whole(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    tag = (await read(face, named)).headers["ETag"]
    assert (await read(face, named, Range="bytes=0-9", If_Range=tag)).status == 206
    assert (await read(face, named, Range="bytes=0-9", If_Range='"other"')).status == 200


@pytest.mark.promise("media.expired-address", "wire.7.media")
async def test_a_file_whose_address_has_expired_is_found_again_and_the_fresh_one_kept(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    before = (await stored(face, message_of(named))).content[0].url
    assert (await face.sandbox.admin("POST", "media/expire", {})).status == 200
    told = await face.rehearsal.events()
    assert (await read(face, named)).body == PDF
    # A fresh address is no news, and no edit.
    assert await face.rehearsal.events() == told
    after = (await stored(face, message_of(named))).content[0].url
    assert before != after
    calls = await face.calls()
    assert (await read(face, named, Range="bytes=0-9")).body == PDF[:10]
    again = await face.calls()
    assert sum(again.values()) == sum(calls.values()) + 1


async def test_an_address_that_says_when_it_ends_is_not_tried_after_that(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    await forge(face, message_of(named), expires_at=1, url=f"{face.sandbox.base_url}/dms/nowhere")
    assert (await read(face, named)).body == PDF


@pytest.mark.promise("media.expired-address")
async def test_a_file_that_linkedin_no_longer_has_is_said_to_be_gone(face: Face) -> None:
    named = await received(
        face, base64=base64.b64encode(PDF).decode(), name="cv.pdf", mediaType="application/pdf"
    )
    message_id = message_of(named)
    recalled = await face.sandbox.admin("POST", "people/janesmith/recall", {"message": message_id})
    assert recalled.status in (200, 201), recalled.text
    await forge(face, message_id, url=f"{face.sandbox.base_url}/dms/nowhere")
    gone = await read(face, named)
    assert gone.status == 404
    assert b'"ATTACHMENT_NOT_FOUND"' in gone.body


@pytest.mark.promise("media.strangers-files")
@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ('../../evil".html', "text/html"),
        ("drawing.svg", "image/svg+xml"),
        ("a\u202egpj.exe", "application/x-msdownload"),
        ("feed.xml", "application/xml"),
        ("a;b,c='d.js", "text/javascript; charset=utf-7"),
        ("名前 👋" * 60 + ".html", "application/xhtml+xml"),
    ],
)
async def test_a_strangers_page_is_bytes_to_save_and_nothing_that_a_browser_runs(
    face: Face, name: str, media_type: str
) -> None:
    page = b"<html><head><title>Sign In | LinkedIn</title></head><script>alert(1)</script></html>"
    named = await received(face, base64=base64.b64encode(page).decode(), name=name, mediaType=media_type)
    found = await read(face, named)
    assert (found.status, found.body) == (200, page)
    assert found.headers["Content-Type"] == "application/octet-stream"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]
    said = found.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="')
    assert said.count('"') == 2
    assert not set(said) & set("/\\\r\n\u202e")
    # The page's title says "Sign In", and the session is none the worse for it.
    assert (await face.get("/api/session/capabilities")).status == 200


@pytest.mark.promise("media.strangers-files")
@pytest.mark.parametrize(
    ("name", "media_type", "given_out"),
    [
        ("a\r\nSet-Cookie: x=1", "text/html\r\nX-Evil: 1", "application/octet-stream"),
        ("\x00\u202e", "image/png\x00", "application/octet-stream"),
        ("x" * 100_000, "a" * 100_000, "application/octet-stream"),
    ],
)
async def test_what_no_header_may_hold_reaches_none(
    face: Face, name: str, media_type: str, given_out: str
) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    await forge(face, message_of(named), name=name, media_type=media_type)
    found = await read(face, named)
    assert (found.status, found.body) == (200, PDF)
    assert found.headers["Content-Type"] == given_out
    assert "Set-Cookie" not in found.headers
    assert "X-Evil" not in found.headers
    assert len(found.headers["Content-Disposition"]) < 1_500


@pytest.mark.promise("media.strangers-files")
@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "https://www.linkedin.com.evil.example/x",
        "http://127.0.0.1:1/x",
        "not an address",
    ],
)
async def test_an_address_of_a_strangers_choosing_is_not_gone_to(face: Face, address: str) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    for method in ("HEAD", "GET"):
        await forge(face, message_of(named), kind=ContentKind.GIF, urn=None, url=address)
        refused = await read(face, named, method=method)
        assert refused.status == 501
        assert (b'"NOT_SUPPORTED"' in refused.body) is (method == "GET")


async def test_a_file_of_a_linkedin_that_has_moved_is_found_at_its_new_address(face: Face) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    url = (await stored(face, message_of(named))).content[0].url or ""
    await forge(face, message_of(named), url="http://127.0.0.1:1/" + url.partition("/dms/")[2])
    assert (await read(face, named)).body == PDF


@pytest.mark.promise("media.own-files-only")
async def test_nobody_reads_the_files_of_another_account_or_another_tenant(face: Face) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    mine = await uploaded(face, PDF, "cv.pdf", "application/pdf")
    grace = replace(face, user="grace")
    await grace.link("grace")
    other = replace(await face.tenant("acme"), user="alan")
    await other.link("alan")
    for stranger in (grace, other):
        for one in (named, mine):
            assert (await read(stranger, one)).status == 404
    account = await face.rehearsal.account("grace")
    with pytest.raises(AttachmentNotFound):
        await face.rehearsal.services.media.composed(account, [mine])


@pytest.mark.promise("media.own-files-only")
@pytest.mark.parametrize(
    "hostile",
    [
        "att_",
        "att_000000000000000000000000",
        "att_..%2F..%2Fetc%2Fpasswd",
        "%00",
        "att_%E2%80%AE",
        "x" * 5_000,
        attachment_id("2-bm9ib2R5", 0),
    ],
)
async def test_an_id_that_names_nothing_is_not_found(face: Face, hostile: str) -> None:
    for method in ("GET", "HEAD"):
        found = await read(face, hostile, method=method)
        assert found.status == 404
    assert b'"ATTACHMENT_NOT_FOUND"' in (await read(face, hostile)).body or "%2F" in hostile


async def test_what_is_no_file_of_a_message_is_not_found(face: Face) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    assert (await read(face, attachment_id(message_of(named), 1))).status == 404


async def test_a_session_that_ended_is_told_as_such_and_by_head_too(face: Face) -> None:
    named = await received(face, base64=base64.b64encode(PDF).decode())
    await face.rehearsal.fault("unauthorized")
    refused = await read(face, named)
    assert (refused.status, b'"SESSION_EXPIRED"' in refused.body) == (401, True)
    assert (await read(face, named, method="HEAD")).status == 401


@pytest.mark.promise("media.byte-equal", "wire.6.3.attachments")
async def test_a_send_carries_every_kind_of_file_and_each_can_be_read_by_both_sides(face: Face) -> None:
    files = {
        await uploaded(face, PDF, "cv.pdf", "application/pdf"): PDF,
        await uploaded(face, PNG, "photo.png", "image/png"): PNG,
        await uploaded(face, VOICE, "note.m4a", "audio/mp4", "?kind=voice&duration=4200"): VOICE,
        await uploaded(face, VOICE, "film.mp4", "video/mp4"): VOICE,
    }
    grace = replace(face, user="grace")
    assert (await grace.link("grace")).data["sessionValid"]
    sent = await face.send(
        recipientUrn=f"urn:li:fsd_profile:{await face.sandbox.owner('grace')}",
        message="Four things",
        attachments=list(files),
    )
    assert sent.status == 200, sent.text
    for uploaded_id, body in files.items():
        assert (await read(face, uploaded_id)).body == body
        assert (await read(grace, uploaded_id)).status == 404
    thread = await grace.get(f"/api/conversations/{sent.data['conversationId']}")
    [message] = [one for one in thread.data["messages"] if one["text"] == "Four things"]
    assert [one["kind"] for one in message["attachments"]] == ["file", "image", "audio", "video"]
    for shown, body in zip(message["attachments"], files.values(), strict=True):
        assert shown["url"] == f"/api/attachments/{shown['id']}"
        assert (await read(grace, shown["id"])).body == body


async def test_a_file_that_linkedin_cuts_midway_is_not_ended_for_the_caller_either(face: Face) -> None:
    named = await received(face, size=300_000)
    await face.rehearsal.fault("cut_mid_body", endpoint="media", count=1)
    with pytest.raises(aiohttp.ClientError):
        await read(face, named)
    assert len((await read(face, named)).body) == 300_000


async def test_a_caller_that_leaves_midway_leaves_nothing_open(face: Face) -> None:
    named = await received(face, size=FILE_LIMIT)
    headers = {"Authorization": f"Bearer {face.key}", "X-User-Id": "ada"}
    for _ in range(3):
        async with face.http.get(f"{face.base_url}/api/attachments/{named}", headers=headers) as answer:
            assert answer.status == 200
            await answer.content.readany()
            answer.close()

    async def nothing_is_passed_on() -> bool:
        return not [task for task in asyncio.all_tasks() if "Passing" in repr(task.get_coro())]

    await until(nothing_is_passed_on)
