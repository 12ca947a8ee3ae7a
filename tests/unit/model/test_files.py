"""Names and types of files as strangers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from threadline.model import file_names, file_types
from threadline.model.compositions import UploadKind


@pytest.mark.parametrize(
    ("given_name", "clean"),
    [
        ("cv.pdf", "cv.pdf"),
        ("résumé 2026.pdf", "résumé 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\cv.pdf", "cv.pdf"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (" . . ", "file"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("cv.exe. . ", "cv.exe"),
        ("cv.exe\u200b", "cv.exe"),
        ("cv.exe:stream", "cv.exe_stream"),
        ("CON.txt", "_CON.txt"),
        ("a\x00b.pdf", "ab.pdf"),
        ("\ud800.pdf", ".pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
    ],
)
def test_a_hostile_file_name_becomes_a_plain_one(given_name: str, clean: str) -> None:
    assert file_names.cleaned(given_name) == clean


def test_a_long_name_is_shortened_and_keeps_its_extension() -> None:
    shortened = file_names.cleaned("é" * 400 + ".pdf")
    assert len(shortened.encode()) <= file_names.LONGEST
    assert shortened.endswith("é.pdf")


@given(some.text())
def test_a_cleaned_name_is_never_empty_too_long_or_a_path_and_stays_as_it_is(name: str) -> None:
    clean = file_names.cleaned(name)
    assert 0 < len(clean.encode()) <= file_names.LONGEST
    assert not set(clean) & set('/\\\0\r\n<>:"|?*')
    assert file_names.cleaned(clean) == clean


@pytest.mark.parametrize(
    ("name", "media_type", "head"),
    [
        ("setup.exe", "application/octet-stream", b"text"),
        ("cv.pdf.SCR", "application/pdf", b"%PDF-1.7"),
        ("run.sh", "text/plain", b"echo"),
        ("page.html", "text/plain", b"hello"),
        ("drawing.svg", "image/png", b"\x89PNG"),
        ("macro.docm", "application/zip", b"PK"),
        ("shortcut.lnk", "application/pdf", b""),
        ("cv.pdf", "text/html", b"%PDF-1.7"),
        ("cv.pdf", "image/svg+xml", b"%PDF-1.7"),
        ("cv.pdf", "application/x-msdownload", b"%PDF-1.7"),
        ("cv.pdf", "text/javascript", b"%PDF-1.7"),
        ("cv.xls", "application/vnd.ms-excel.sheet.macroenabled.12", b"PK"),
        ("cv.pdf", "application/pdf", b"MZ\x90\x00\x03\x00"),
        ("cv.pdf", "application/pdf", b"\x7fELF\x02\x01"),
        ("cv.pdf", "application/pdf", b"#!/bin/sh\n"),
        ("photo.png", "image/png", b"  \n<!DOCTYPE html><html>"),
        ("photo.png", "image/png", b"\xef\xbb\xbf<?xml version='1.0'?><svg xmlns='x'>"),
        ("photo.png", "image/png", "\ufeff<script>".encode("utf-16-le")),
        ("photo.png", "image/png", b"<!-- a comment --><script>"),
    ],
)
def test_what_runs_when_it_is_opened_is_forbidden_by_name_type_or_first_bytes(
    name: str, media_type: str, head: bytes
) -> None:
    assert file_types.forbidden(name, media_type, head)


@pytest.mark.parametrize(
    ("name", "media_type", "head"),
    [
        ("cv.pdf", "application/pdf", b"%PDF-1.7"),
        ("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),
        ("notes.txt", "text/plain", b"MZ and other words"),
        ("list.xml", "application/xml", b"<?xml version='1.0'?><list/>"),
        ("old.doc", "application/msword", b"\xd0\xcf\x11\xe0"),
        ("all.zip", "application/zip", b"PK\x03\x04"),
        ("file", "application/octet-stream", b"\x00\x01\x02"),
        (".pdf", "application/pdf", b""),
    ],
)
def test_documents_images_and_archives_are_taken(name: str, media_type: str, head: bytes) -> None:
    assert file_types.forbidden(name, media_type, head) is None


@pytest.mark.parametrize(
    ("said", "name", "media_type"),
    [
        ("image/PNG; charset=x", "a", "image/png"),
        (None, "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("application/x-www-form-urlencoded", "a.pdf", "application/pdf"),
        ("application/octet-stream", "a.M4A", "audio/mp4"),
        ("image/png\r\nX: y", "a.unknown", "application/octet-stream"),
        ("<script>", "a", "application/octet-stream"),
    ],
)
def test_the_media_type_is_as_said_or_by_the_extension(said: str | None, name: str, media_type: str) -> None:
    assert file_types.media_type_of(said, name) == media_type


def test_the_kind_follows_from_the_media_type() -> None:
    kinds = {
        one: file_types.kind_of(one) for one in ("image/webp", "image/tiff", "video/quicktime", "audio/mp4")
    }
    assert kinds == {
        "image/webp": UploadKind.IMAGE,
        "image/tiff": UploadKind.FILE,
        "video/quicktime": UploadKind.VIDEO,
        "audio/mp4": UploadKind.FILE,
    }


@pytest.mark.parametrize(
    ("media_type", "given_out"),
    [
        ("image/png", "image/png"),
        ("Application/PDF", "application/pdf"),
        ("audio/mp4", "audio/mp4"),
        ("text/plain; charset=utf-7", "text/plain"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("text/xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("text/javascript", "application/octet-stream"),
        ("multipart/related", "application/octet-stream"),
        ("image/png\r\nSet-Cookie: a=b", "application/octet-stream"),
        (None, "application/octet-stream"),
    ],
)
def test_a_type_that_a_browser_runs_is_given_out_as_bytes(media_type: str | None, given_out: str) -> None:
    assert file_types.given_out_as(media_type) == given_out
