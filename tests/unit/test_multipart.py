"""Forms with a file: read the same however they are cut into pieces, and never worse than refused."""

from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from threadline.api.multipart import FileForm
from threadline.model.errors import BadInput

BOUNDARY = b"x-1"
TYPE = b"multipart/form-data; boundary=" + BOUNDARY
FILE = bytes(range(256)) * 3 + b"\r\n--x-\r\n--x-2\r\n\r\n--"

quick = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def part(headers: str, body: bytes) -> bytes:
    return b"--" + BOUNDARY + b"\r\n" + headers.encode() + b"\r\n\r\n" + body + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


WHOLE = form(
    part('Content-Disposition: form-data; name="kind"', b"voice"),
    part(
        'Content-Disposition: form-data; name="file"; filename="Grüße.m4a"\r\nContent-Type: audio/mp4'
        f"\r\nContent-Length: {len(FILE)}",
        FILE,
    ),
    part('Content-Disposition: form-data; name="duration"', b"4200"),
)


async def pieces(body: bytes, cuts: list[int]) -> AsyncIterator[bytes]:
    places = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    for begin, end in pairwise(places):
        yield body[begin:end]


async def read(content_type: bytes, body: bytes, cuts: list[int]) -> tuple[FileForm, bytes]:
    made = FileForm(content_type, pieces(body, cuts))
    return made, b"".join([chunk async for chunk in made.chunks()])


@quick
@given(cuts=some.lists(some.integers(0, 10_000), max_size=12))
async def test_a_form_reads_the_same_however_it_is_cut(cuts: list[int]) -> None:
    made, body = await read(TYPE, WHOLE, cuts)
    assert body == FILE
    assert (made.file_name, made.media_type, made.declared_size) == ("Grüße.m4a", "audio/mp4", len(FILE))
    assert made.fields == {"kind": "voice", "duration": "4200"}


@quick
@given(junk=some.binary(max_size=300), at=some.integers(0, 10_000), cuts=some.lists(some.integers(0, 999)))
async def test_a_damaged_form_is_read_or_refused_and_nothing_else(
    junk: bytes, at: int, cuts: list[int]
) -> None:
    place = at % len(WHOLE)
    for damaged in (junk, WHOLE[:place], WHOLE[:place] + junk, WHOLE[:place] + junk + WHOLE[place:]):
        with suppress(BadInput):
            await read(TYPE, damaged, cuts)


@pytest.mark.parametrize(
    "content_type",
    [
        b"",
        b"multipart/form-data",
        b"multipart/form-data; boundary=",
        b"multipart/form-data; boundary=" + b"x" * 71,
        b"multipart/mixed; boundary=x",
        b"multipart/form-data; boundary=\xff\xfe; boundary=",
        b";;;===",
    ],
)
async def test_a_type_without_a_boundary_is_refused(content_type: bytes) -> None:
    with pytest.raises(BadInput):
        await read(content_type, WHOLE, [])


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="cv.pdf"', "cv.pdf"),
        ("filename=cv.pdf", "cv.pdf"),
        ('filename="a%22b.pdf"', 'a"b.pdf'),
        ("filename=\"r%C3%A9sum%C3%A9.pdf\"; filename*=UTF-8''r.pdf", "résumé.pdf"),
        ("size=1", ""),
        ('filename=""', ""),
        ('filename="C:\\\\temp\\\\cv.pdf"', "cv.pdf"),
    ],
)
async def test_the_name_is_read_as_browsers_and_other_clients_write_it(said: str, name: str) -> None:
    body = form(part(f'Content-Disposition: form-data; name="file"; {said}', b"x"))
    made, _ = await read(TYPE, body, [])
    assert made.file_name == name or (made.file_name or "").endswith("\\" + name)
