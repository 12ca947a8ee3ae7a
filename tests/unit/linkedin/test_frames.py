"""The line splitter of the live stream (contracts/linkedin-wire.md §8.2)."""

import pytest

from threadline.linkedin.errors import ServerTrouble
from threadline.linkedin.frames import FrameSplitter

pytestmark = pytest.mark.promise("wire.8.2.frames")

STREAM = (
    b'data: {"a":1}\n\n'
    b": a comment\n\n"
    b'event: other\nid: 7\ndata: {"b":"\xc3\xbc"}\r\n\r\n'
    b'data:{"c":\ndata: 3}\n\n'
    b"\n\n"
    b"data:  two spaces\n\n"
)
FRAMES = [b'{"a":1}', b'{"b":"\xc3\xbc"}', b'{"c":\n3}', b" two spaces"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 1000])
def test_frames_are_the_same_wherever_the_bytes_are_cut(size: int) -> None:
    splitter = FrameSplitter()
    found = [frame for at in range(0, len(STREAM), size) for frame in splitter.feed(STREAM[at : at + size])]
    assert found == FRAMES


def test_a_frame_without_its_empty_line_is_not_given() -> None:
    splitter = FrameSplitter()
    assert splitter.feed(b"data: half") == []
    assert splitter.feed(b" and whole\n") == []
    assert splitter.feed(b"\n") == [b"half and whole"]


def test_a_frame_at_the_limit_passes_and_one_beyond_is_refused() -> None:
    line = b"data: " + b"x" * 94 + b"\n\n"
    assert FrameSplitter(100).feed(line) == [b"x" * 94]
    with pytest.raises(ServerTrouble, match="larger than 93 bytes"):
        FrameSplitter(93).feed(line)


def test_a_line_that_never_ends_is_refused_at_the_limit() -> None:
    splitter = FrameSplitter(100)
    splitter.feed(b"data: " + b"x" * 94)
    with pytest.raises(ServerTrouble):
        splitter.feed(b"x")


def test_many_data_lines_of_one_frame_count_together() -> None:
    with pytest.raises(ServerTrouble):
        FrameSplitter(100).feed(b"data: 0123456789\n" * 11)


def test_a_frame_larger_than_asyncios_own_line_limit_passes() -> None:
    large = b"data: " + b"y" * 1_000_000 + b"\n\n"
    splitter = FrameSplitter()
    found = [frame for at in range(0, len(large), 65_536) for frame in splitter.feed(large[at : at + 65_536])]
    assert [len(frame) for frame in found] == [1_000_000]
