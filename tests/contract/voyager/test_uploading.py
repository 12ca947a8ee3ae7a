"""Uploading: what is taken, how it is shown, and what is refused before anything is stored."""

import asyncio
import re
import sqlite3
from contextlib import closing

import aiohttp
import pytest

from tests.contract.voyager.face import Face, Reply
from tests.contract.voyager.files import PDF, PNG, VOICE, in_pieces, read, upload, uploaded
from threadline.model.attachments import FILE_LIMIT

pytestmark = pytest.mark.asyncio(loop_scope="module")

Part = tuple[str, str | bytes, dict[str, str]]
"""One part of a form: its name, what is in it, and options of aiohttp's."""


async def post_form(face: Face, *parts: Part) -> Reply:
    """POST /api/attachments with a form."""
    form = aiohttp.FormData(default_to_multipart=True)
    for name, body, options in parts:
        form.add_field(name, body, **options)
    headers = {"Authorization": f"Bearer {face.key}", "X-User-Id": face.user or ""}
    async with face.http.post(f"{face.base_url}/api/attachments", data=form, headers=headers) as answer:
        return Reply(answer.status, answer.headers, await answer.text())


async def count(face: Face) -> int:
    """How many uploads are stored."""
    with closing(sqlite3.connect(face.rehearsal.settings.data_dir / "threadline.db")) as connection:
        [(found,)] = connection.execute("SELECT COUNT(*) FROM uploads")
    return int(found)


@pytest.mark.promise("media.upload")
async def test_a_raw_body_is_taken_and_told_with_what_became_of_it(shared: Face) -> None:
    reply = await upload(shared, PDF, X_File_Name="r%C3%A9sum%C3%A9.pdf", Content_Type="application/pdf")
    assert reply.status == 201, reply.text
    told = reply.data["attachment"]
    assert re.fullmatch(r"att_[0-9a-f]{24}", told.pop("id"))
    assert told.pop("expiresAt") > "2026"
    assert told == {
        "name": "résumé.pdf",
        "mediaType": "application/pdf",
        "byteSize": len(PDF),
        "kind": "file",
        "duration": None,
    }


@pytest.mark.promise("media.upload")
async def test_a_form_is_taken_and_its_fields_may_stand_before_or_behind_the_file(shared: Face) -> None:
    file: Part = ("file", VOICE, {"filename": "Grüße.m4a", "content_type": "audio/mp4"})
    kind: Part = ("kind", "voice", {})
    duration: Part = ("duration", "4200", {})
    for parts in ((kind, duration, file), (file, kind, duration)):
        reply = await post_form(shared, *parts)
        assert reply.status == 201, reply.text
        told = reply.data["attachment"]
        assert (told["name"], told["kind"], told["duration"]) == ("Grüße.m4a", "voice", 4200)
        assert told["byteSize"] == len(VOICE)


async def test_a_body_without_a_name_or_a_type_is_a_file_of_unknown_type(shared: Face) -> None:
    told = (await upload(shared, PDF, Content_Type="application/x-www-form-urlencoded")).data["attachment"]
    assert (told["name"], told["mediaType"], told["kind"]) == ("file", "application/octet-stream", "file")


@pytest.mark.parametrize(
    ("body", "name", "media_type", "query", "kind"),
    [
        (PNG, "photo.png", "image/png", "", "image"),
        (PNG, "photo.png", "image/png", "?kind=file", "file"),
        (VOICE, "note.m4a", "audio/mp4", "", "file"),
        (VOICE, "note.m4a", "audio/mp4", "?kind=voice&duration=60000", "voice"),
        (VOICE, "film.mp4", "video/mp4", "", "video"),
    ],
)
async def test_the_kind_follows_from_the_type_and_a_voice_note_is_named_as_one(
    shared: Face, body: bytes, name: str, media_type: str, query: str, kind: str
) -> None:
    reply = await upload(shared, body, query=query, X_File_Name=name, Content_Type=media_type)
    assert reply.data["attachment"]["kind"] == kind


@pytest.mark.promise("media.bad-files")
@pytest.mark.parametrize(
    ("body", "query", "headers", "refusal"),
    [
        (b"", "", {}, (400, "EMPTY_FILE")),
        (b"x", "", {"X_File_Size": "2"}, (400, "LENGTH_MISMATCH")),
        (b"xx", "", {"X_File_Size": "1"}, (400, "LENGTH_MISMATCH")),
        (b"x", "", {"X_File_Size": "many"}, (400, "VALIDATION_ERROR")),
        (b"MZ\x90\x00" + bytes(90), "", {"X_File_Name": "cv.pdf"}, (415, "FORBIDDEN_FILE_TYPE")),
        (PDF, "", {"X_File_Name": "cv.pdf.exe"}, (415, "FORBIDDEN_FILE_TYPE")),
        (PDF, "", {"X_File_Name": "cv%E2%80%AEfdp.exe"}, (415, "FORBIDDEN_FILE_TYPE")),
        (PDF, "", {"X_File_Name": "cv.exe. . "}, (415, "FORBIDDEN_FILE_TYPE")),
        (b"<svg/>", "", {"Content_Type": "image/svg+xml"}, (415, "FORBIDDEN_FILE_TYPE")),
        (b"<html>", "", {"X_File_Name": "cv.pdf"}, (415, "FORBIDDEN_FILE_TYPE")),
        (PNG, "?kind=voice", {"Content_Type": "image/png"}, (400, "VALIDATION_ERROR")),
        (PDF, "?kind=image", {"X_File_Name": "cv.pdf"}, (400, "VALIDATION_ERROR")),
        (PDF, "?kind=poem", {}, (400, "VALIDATION_ERROR")),
        (
            VOICE,
            "?kind=voice&duration=60001",
            {"Content_Type": "audio/mp4"},
            (400, "VALIDATION_ERROR"),
        ),
    ],
)
async def test_a_bad_file_is_refused_by_its_own_code_and_never_reaches_linkedin(
    shared: Face, body: bytes, query: str, headers: dict[str, str], refusal: tuple[int, str]
) -> None:
    before, calls = await count(shared), await shared.calls()
    reply = await upload(shared, body, query=query, **headers)
    assert reply.refusal == refusal, reply.text
    assert reply.error["nextStep"]
    assert await count(shared) == before
    assert await shared.calls() == calls


@pytest.mark.promise("media.bad-files")
async def test_a_file_above_20_mib_is_refused_with_the_limit_announced_or_not(shared: Face) -> None:
    before = await count(shared)
    announced = await upload(shared, b"x" * (FILE_LIMIT + 128 * 1024))
    barely = await upload(shared, in_pieces(FILE_LIMIT + 1))
    far = await upload(shared, in_pieces(FILE_LIMIT * 2))
    for reply in (announced, barely, far):
        assert reply.refusal == (413, "PAYLOAD_TOO_LARGE")
        assert str(FILE_LIMIT) in reply.error["message"]
    assert await count(shared) == before


async def test_no_other_path_takes_a_large_body(shared: Face) -> None:
    for path in ("/api/send", "/api/attachments/att_x", "/api/attachments/"):
        reply = await shared.ask("POST", path, b"x" * (1024 * 1024 + 1))
        assert reply.status in (404, 405, 413)
        assert reply.status == 413


@pytest.mark.promise("media.bad-files")
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/mixed; boundary=x", b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nbytes',
        ),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
        ),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nbytes\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"a" * 20_000 + b"\r\n\r\nbytes\r\n--x--\r\n"),
        ("multipart/form-data; boundary=" + "x" * 200, b"--x\r\n"),
    ],
)
async def test_a_form_that_is_none_is_refused(shared: Face, content_type: str, body: bytes) -> None:
    reply = await upload(shared, body, Content_Type=content_type)
    assert reply.refusal in ((400, "VALIDATION_ERROR"), (400, "EMPTY_FILE")), reply.text


async def test_a_form_with_two_files_or_with_endless_fields_is_refused(shared: Face) -> None:
    file: Part = ("file", PDF, {"filename": "cv.pdf"})
    assert (await post_form(shared, file, file)).refusal == (400, "VALIDATION_ERROR")
    long: Part = ("note", "x" * 5_000, {})
    assert (await post_form(shared, long, file)).refusal == (400, "VALIDATION_ERROR")
    many: list[Part] = [(f"f{number}", "x", {}) for number in range(40)]
    assert (await post_form(shared, *many, file)).refusal == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C%3A%5CUsers%5Cada%5Ccv.pdf", "cv.pdf"),
        ("a%0D%0ASet-Cookie%3A%20x%3D1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("%00%01%02", "file.pdf"),
        ("x" * 3_000 + ".pdf", "x" * 251 + ".pdf"),
        ("%FF%FE.pdf", "��.pdf"),
    ],
)
async def test_a_hostile_name_harms_nothing(shared: Face, hostile: str, clean: str) -> None:
    reply = await upload(shared, PDF, X_File_Name=hostile, Content_Type="application/pdf")
    assert reply.data["attachment"]["name"] == clean


async def test_an_upload_needs_the_right_to_send(shared: Face) -> None:
    made = await shared.ask("POST", "/api/keys", {"name": "reader", "rights": ["read"]})
    reader = shared.by(key=made.data["key"], user="ada")
    assert (await upload(reader, PDF)).refusal == (403, "FORBIDDEN_SCOPE")
    assert (await upload(shared.by(key=None), PDF)).refusal == (401, "UNAUTHORIZED")
    assert (await upload(shared.by(key=shared.key, user="nobody"), PDF)).refusal == (404, "USER_NOT_FOUND")


async def test_a_file_that_no_message_carries_cannot_be_read_yet(shared: Face) -> None:
    named = await uploaded(shared, PDF, "cv.pdf", "application/pdf")
    assert (await read(shared, named)).status == 404


async def test_many_uploads_at_once_all_succeed(shared: Face) -> None:
    named = await asyncio.gather(*(uploaded(shared, PDF, f"{n}.pdf", "application/pdf") for n in range(30)))
    assert len(set(named)) == 30


async def test_an_upload_whose_caller_leaves_midway_stores_nothing(shared: Face) -> None:
    before = await count(shared)
    host, port = shared.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"POST /api/attachments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer demo_key\r\nX-User-Id: ada\r\n"
        b"Content-Length: 100000\r\n\r\n" + b"x" * 50_000
    )
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await reader.read() == b""
    # A later upload of the same account comes through, and is the only one that is stored.
    await uploaded(shared, PDF, "cv.pdf", "application/pdf")
    assert await count(shared) == before + 1
