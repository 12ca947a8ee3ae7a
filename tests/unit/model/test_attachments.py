"""Attachment ids and the ranges of a file."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from threadline.model.attachments import (
    ByteRange,
    ReceivedId,
    UploadId,
    attachment_id,
    byte_range,
    new_upload_id,
    parse,
)
from threadline.model.randomness import SeededRandomness
from threadline.model.urns import NotAnIdentifier

MESSAGE = "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDEmMGExYjJjM2Q+/w=="


def spelled(place: str) -> str:
    return "att_" + urlsafe_b64encode(place.encode("latin-1")).decode().rstrip("=")


def test_the_id_of_what_came_with_a_message_names_its_place_and_needs_no_encoding_in_a_path() -> None:
    named = attachment_id(MESSAGE, 12)
    assert parse(named) == ReceivedId(MESSAGE, 12)
    assert named.replace("-", "").replace("_", "").isalnum()


def test_an_uploads_id_is_told_from_that_of_what_came_with_a_message() -> None:
    named = new_upload_id(SeededRandomness(1))
    assert len(named) == len("att_") + 24
    assert parse(named) == UploadId(named)


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "att_",
        "att_../../etc/passwd",
        "att_" + "a" * 100_000,
        "att_" + "A" * 24,
        "att_'; DROP TABLE uploads; --",
        "att_\x00",
        "att_0123456789abcdef0123456g",
        spelled("2-abc"),
        spelled("2-abc."),
        spelled("2-abc.-1"),
        spelled("2-abc.01"),
        spelled("2-abc.1000"),
        spelled("2-abc.1\n"),
        spelled("2 abc.1"),
        spelled("2-\x00abc.1"),
        spelled("2-\xe9.1"),
        spelled("2-abc.1") + "=",
        attachment_id(MESSAGE, 1) + "A",
        attachment_id(MESSAGE, 1).removeprefix("att_"),
    ],
)
def test_what_is_not_an_attachment_id_is_refused(hostile: str) -> None:
    with pytest.raises(NotAnIdentifier):
        parse(hostile)


@given(some.text(max_size=60))
def test_any_text_is_an_id_or_refused_and_an_id_has_one_spelling(text: str) -> None:
    for candidate in (text, "att_" + text):
        try:
            named = parse(candidate)
        except NotAnIdentifier:
            continue
        again = named.text if isinstance(named, UploadId) else attachment_id(named.message_id, named.index)
        assert again == candidate


@pytest.mark.parametrize(
    ("header", "asked", "part"),
    [
        ("bytes=0-99", ByteRange(0, 99), (0, 100)),
        ("bytes=990-", ByteRange(990, None), (990, 10)),
        ("bytes=-10", ByteRange(None, 10), (990, 10)),
        ("bytes=-5000", ByteRange(None, 5000), (0, 1000)),
        ("Bytes=999-5000", ByteRange(999, 5000), (999, 1)),
        ("bytes=1000-", ByteRange(1000, None), None),
        ("bytes=-0", ByteRange(None, 0), None),
    ],
)
def test_a_range_names_a_part_of_the_file_or_nothing_of_it(
    header: str, asked: ByteRange, part: tuple[int, int] | None
) -> None:
    assert byte_range(header) == asked
    assert asked.within(1000) == part
    assert str(asked) == header.lower()


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-1",
        "bytes=0-1,4-5",
        "lines=0-1",
        "bytes=a-b",
        "bytes=" + "9" * 40 + "-",
    ],
)
def test_a_range_that_cannot_be_understood_is_passed_over(header: str) -> None:
    assert byte_range(header) is None
