"""What no client should send, through real sockets: each refused in the envelope, quickly, in flat memory."""

import contextlib
import json
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.calls import Caller, NoAnswer
from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import PATIENCE

MEGABYTE = 1024 * 1024
HUNDRED_MEGABYTES = 100 * MEGABYTE
MOST_MORE_MEMORY = 24 * MEGABYTE

CREDENTIALS = b"Authorization: Bearer demo_key\r\nX-User-Id: ada\r\n"
SEND = b"POST /api/send HTTP/1.1\r\nHost: threadline\r\nContent-Type: application/json\r\n" + CREDENTIALS


@pytest.fixture(autouse=True)
def _nothing_broke(running_demo: RunningDemo) -> Iterator[None]:
    """No test of this module may bring a 500 about, or stop the gateway."""
    yield
    metrics = Caller(running_demo.caller.base_url).get("/metrics").text
    assert 'status="500"' not in metrics
    assert running_demo.caller.get("/api/conversations?limit=1").status == 200


def spoken(demo: RunningDemo, pieces: Iterator[bytes] | list[bytes]) -> bytes:
    """What is answered to raw bytes; whoever closes the connection early is not written to any more."""
    address = ("127.0.0.1", demo.program.port)
    answer = bytearray()
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                connection.settimeout(0.001)
                try:
                    answer += connection.recv(65_536)
                    break
                except TimeoutError:
                    connection.settimeout(PATIENCE)
        except (BrokenPipeError, ConnectionResetError):
            pass
        connection.settimeout(PATIENCE)
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass
    return bytes(answer)


def status_and_body(answer: bytes) -> tuple[int, bytes]:
    """The status of an answer, and its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def _with_length(connection: bytes = b"close") -> Iterator[bytes]:
    yield SEND + b"Connection: %s\r\nContent-Length: %d\r\n\r\n" % (connection, HUNDRED_MEGABYTES)
    for _ in range(100):
        yield b" " * MEGABYTE


def _in_chunks() -> Iterator[bytes]:
    yield SEND + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(100):
        yield b"%x\r\n" % MEGABYTE + b" " * MEGABYTE + b"\r\n"
    yield b"0\r\n\r\n"


@pytest.mark.parametrize("body", [_with_length, _in_chunks])
def test_a_body_of_a_hundred_megabytes_is_refused_without_being_kept(
    running_demo: RunningDemo, body: Callable[[], Iterator[bytes]]
) -> None:
    before = running_demo.program.resident_bytes
    status, told = status_and_body(spoken(running_demo, body()))
    envelope = json.loads(told)
    assert (status, envelope["success"], envelope["errors"][0]["code"]) == (413, False, "PAYLOAD_TOO_LARGE")
    assert running_demo.program.resident_bytes - before < MOST_MORE_MEMORY


def test_a_client_that_sends_all_of_it_whatever_is_answered_costs_no_memory(
    running_demo: RunningDemo,
) -> None:
    before = running_demo.program.resident_bytes
    address = ("127.0.0.1", running_demo.program.port)
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        for piece in _with_length(b"keep-alive"):
            connection.sendall(piece)
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: threadline\r\nConnection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert [status_and_body(b"HTTP/1.1" + one)[0] for one in answers.split(b"HTTP/1.1")[1:]] == [413, 200]
    assert running_demo.program.resident_bytes - before < MOST_MORE_MEMORY


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "1e3", "1.5", "", "%00", "9" * 5_000])
def test_a_limit_that_is_no_count_is_refused(running_demo: RunningDemo, limit: str) -> None:
    for path in ("/api/conversations?", "/api/messages?profileUrl=janesmith&"):
        answer = running_demo.caller.get(f"{path}limit={limit}")
        assert answer.refusal == (400, "VALIDATION_ERROR")


def test_a_limit_beyond_every_page_is_the_longest_page(running_demo: RunningDemo) -> None:
    assert len(running_demo.caller.get("/api/conversations?limit=1000000000").data["conversations"]) == 100


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"message": 5}',
        b'{"message": "a", "profileUrl": {}}',
        b'{"message": "a", "profileUrl": "\\ud800"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"unknown": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    ],
    ids=lambda body: f"{body[:20]!r}-{len(body)}",
)
def test_a_body_that_is_no_send_is_refused(running_demo: RunningDemo, body: bytes) -> None:
    assert running_demo.caller.ask("POST", "/api/send", body).refusal == (400, "VALIDATION_ERROR")


def test_more_headers_than_anybody_needs_are_refused(running_demo: RunningDemo) -> None:
    line = (
        b"GET /api/conversations?limit=1 HTTP/1.1\r\nHost: threadline\r\nConnection: close\r\n" + CREDENTIALS
    )
    before = running_demo.program.resident_bytes
    for flood in (
        b"".join(b"X-Flood-%d: %s\r\n" % (number, b"a" * 100) for number in range(10_000)),
        b"X-Long: " + b"a" * MEGABYTE + b"\r\n",
        b"Cookie: " + b"a=b; " * 100_000 + b"\r\n",
    ):
        assert status_and_body(spoken(running_demo, [line + flood + b"\r\n"]))[0] == 431
    assert running_demo.program.resident_bytes - before < MOST_MORE_MEMORY


def test_headers_that_never_end_are_cut_off(running_demo: RunningDemo) -> None:
    def endless() -> Iterator[bytes]:
        yield b"GET /health HTTP/1.1\r\nHost: threadline\r\nX-Flood: "
        for _ in range(200):
            yield b"a" * MEGABYTE

    before = running_demo.program.resident_bytes
    # Whoever still writes when the connection is closed may lose the answer.
    answer = spoken(running_demo, endless())
    assert not answer or status_and_body(answer)[0] == 431
    assert running_demo.program.resident_bytes - before < MOST_MORE_MEMORY


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00" * 1_000,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 200,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET " + b"/a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        SEND + b"Connection: close\r\nContent-Length: -5\r\n\r\nabc",
        SEND + b"Connection: close\r\nContent-Length: 5, 6\r\n\r\nabcdef",
        SEND + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n",
    ],
    ids=lambda garbage: f"{garbage[:16]!r}-{len(garbage)}",
)
def test_what_is_not_http_is_refused(running_demo: RunningDemo, garbage: bytes) -> None:
    address = ("127.0.0.1", running_demo.program.port)
    with socket.create_connection(address, timeout=PATIENCE) as connection:
        answer = bytearray()
        # Whoever still writes when the connection is closed meets a reset at any of these steps.
        with contextlib.suppress(OSError):
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
        try:
            while piece := connection.recv(65_536):
                answer += piece
        except ConnectionResetError:
            pass
    assert not answer or 400 <= status_and_body(bytes(answer))[0] < 500


def test_a_client_that_goes_away_midway_harms_nobody(running_demo: RunningDemo) -> None:
    address = ("127.0.0.1", running_demo.program.port)
    for said in (
        SEND + b"Content-Length: 1000\r\n\r\n" + b"{",
        SEND + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"GET /api/export/inbox?months=120 HTTP/1.1\r\nHost: a\r\n" + CREDENTIALS + b"\r\n",
    ):
        with socket.create_connection(address, timeout=PATIENCE) as connection:
            connection.sendall(said)
    with pytest.raises(NoAnswer):
        Caller(running_demo.caller.base_url, timeout=0.001).get("/api/export/inbox")
