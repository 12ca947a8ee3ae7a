"""What each failure of `createMessage` proves: that nothing was delivered, or that it may have been.

Over real sockets, as that is where it is decided (contracts/DECISIONS.md 1). After each of them the message
was asked for at most once.
"""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.contract.linkedin.certificates import self_signed
from tests.contract.linkedin.held_listener import held_listener
from tests.contract.linkedin.rehearsal import PATIENCE, Observer, connector, http, scripted, session
from tests.contract.linkedin.test_network import DELIVERED, DELIVERED_BODY
from tests.unit.linkedin.wire_examples import ME, THREAD
from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.errors import (
    CheckpointRequired,
    ConnectionLost,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
    Unreachable,
)
from threadline.linkedin.messages import Delivered
from threadline.model.compositions import Composition

pytestmark = pytest.mark.promise("wire.6.1.lost-answer", "wire.12.1.statuses")

SOON = 0.3
"""Seconds that a call may take where it is meant to take too long."""

Serving = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def send(linkedin: LinkedIn, owner_id: str | None = ME) -> Delivered:
    return await linkedin.account(session(), Observer(), owner_id).messages.create(
        Composition(text="Hello Bob"), origin_token="t", tracking_id="0123456789abcdef", thread_id=THREAD
    )


async def failure_of(base_url: str, call_timeout: float = PATIENCE) -> LinkedInError:
    async with connector(base_url, call_timeout=call_timeout) as rehearsal, asyncio.timeout(PATIENCE):
        with pytest.raises(LinkedInError) as failure:
            await send(rehearsal.linkedin)
    assert rehearsal.pauses.taken == []
    assert rehearsal.counted("calls", endpoint="create_message", outcome=failure.value.outcome) == 1
    return failure.value


@asynccontextmanager
async def server(serve: Serving, context: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that does as it is told with each connection; yields host and port."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await serve(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    running = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context)
    try:
        yield "{}:{}".format(*running.sockets[0].getsockname())
    finally:
        running.close()
        await running.wait_closed()


async def close(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Say nothing, read nothing."""


async def say_nothing(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def speak_something_else(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ready\r\n")
    await writer.drain()
    await reader.read()


async def read_the_head(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def read_it_and_reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"}")
    taken: socket.socket = writer.get_extra_info("socket")
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def test_a_refused_connection_and_an_unknown_name_prove_that_nothing_left() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for address in (f"127.0.0.1:{taken.getsockname()[1]}", "threadline.invalid"):
            failure = await failure_of(f"http://{address}")
            assert (type(failure), failure.may_have_left) == (Unreachable, False)


async def test_a_connection_that_is_not_made_in_time_proves_that_nothing_left() -> None:
    with held_listener() as held:
        held.fill()
        failure = await failure_of(f"http://127.0.0.1:{held.port}", SOON)
    assert (type(failure), failure.may_have_left) == (Unreachable, False)


@pytest.mark.parametrize("serve", [close, say_nothing, speak_something_else])
async def test_tls_that_is_not_agreed_on_proves_that_nothing_left(serve: Serving) -> None:
    async with server(serve) as address:
        failure = await failure_of(f"https://{address}", SOON if serve is say_nothing else PATIENCE)
    assert (type(failure), failure.may_have_left) == (Unreachable, False)


async def test_a_certificate_that_nobody_vouches_for_proves_that_nothing_left(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read())

    context, _ = self_signed(tmp_path)
    async with server(listen, context) as address:
        failure = await failure_of(f"https://{address}")
    assert (type(failure), failure.may_have_left) == (Unreachable, False)
    assert b"".join(asked) == b""


@pytest.mark.parametrize("serve", [close, read_the_head, read_it_and_reset, say_nothing])
async def test_a_connection_that_ends_or_falls_silent_once_it_is_made_may_have_taken_it(
    serve: Serving,
) -> None:
    async with server(serve) as address:
        failure = await failure_of(f"http://{address}", SOON if serve is say_nothing else PATIENCE)
    assert (type(failure), failure.may_have_left) == (ConnectionLost, True)


async def test_a_kept_connection_that_is_cut_may_have_taken_it_and_no_other_one_is_tried() -> None:
    asked = 0

    async def deliver_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        answer = http("200 OK", DELIVERED_BODY).replace(b"Connection: close\r\n", b"")
        for said in (answer, b""):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            asked += 1
            writer.write(said)
            await writer.drain()

    async with server(deliver_once) as address, connector(f"http://{address}") as rehearsal:
        assert await send(rehearsal.linkedin) == DELIVERED
        with pytest.raises(ConnectionLost) as failure:
            await send(rehearsal.linkedin)
    assert failure.value.may_have_left
    assert asked == 2


def _redirect(location: str) -> bytes:
    return http("302 Found", b"", f"Location: {location}")


def _named(value: object) -> str | None:
    """An answer in a few words."""
    return value[9:60].split(b"\r")[0].decode() if isinstance(value, bytes) else None


_CHECKPOINT_PAGE = b"<html><title>Security Verification | LinkedIn</title>"
_LOGIN_PAGE = b"<html><title>Sign in | LinkedIn</title>"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http("401 Unauthorized"), SessionEnded),
        (_redirect("/login"), SessionEnded),
        (_redirect("https://www.linkedin.com/uas/login?next=x"), SessionEnded),
        (_redirect("/authwall"), SessionEnded),
        (http("200 OK", _LOGIN_PAGE), SessionEnded),
        (_redirect("/checkpoint/challenge/x"), CheckpointRequired),
        (_redirect("/challenge/x"), CheckpointRequired),
        (http("200 OK", _CHECKPOINT_PAGE), CheckpointRequired),
        (http("429 Too Many Requests"), TooManyRequests),
        (http("429 Too Many Requests", b"<html>slow down"), TooManyRequests),
        (http("999 Request denied", b"<html>"), Denied),
        *(
            (http(f"{status} No", b'{"code":"SOME_CODE"}'), Refusal)
            for status in (400, 403, 404, 409, 410, 413, 422)
        ),
        (http("422 No", b'{"data":{"code":"SUBJECT_REQUIRED","status":422}}'), Refusal),
        (http("403 No", b"CSRF check failed."), Refusal),
        (http("404 No"), Refusal),
    ],
    ids=_named,
)
async def test_a_refusal_proves_that_nothing_was_delivered(answer: bytes, kind: type[LinkedInError]) -> None:
    async with scripted([answer]) as script:
        failure = await failure_of(script.base_url)
    assert (type(failure), failure.may_have_left) == (kind, False)
    assert script.connections == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        *((http(f"{status} Error"), ServerTrouble) for status in (500, 501, 502, 503, 504, 520)),
        (http("503 Unavailable", _LOGIN_PAGE), ServerTrouble),
        (http("502 Bad Gateway", _CHECKPOINT_PAGE), ServerTrouble),
        (_redirect("/feed"), ServerTrouble),
        (http("302 Found"), ServerTrouble),
        (http("204 No Content"), ServerTrouble),
        (http("200 OK"), ServerTrouble),
        (http("200 OK", b"{}"), ServerTrouble),
        (http("200 OK", b"not json"), ServerTrouble),
        (http("200 OK", b"<html><title>Feed</title>"), ServerTrouble),
        (http("200 OK", b'{"value":{"entityUrn":"urn:li:x"}}'), ServerTrouble),
        (http("500 Error", b"", 'Set-Cookie: li_at="delete me"'), ServerTrouble),
        (http("200 OK", DELIVERED_BODY[:-2]), ServerTrouble),
        (http("200 OK", b"[" * 100_000), ServerTrouble),
        (http("200 OK", b'{"value":{"entityUrn":7}}'), ServerTrouble),
        (b"HTTP/1.1 abc\r\n\r\n", ServerTrouble),
        (b"SMTP ready\r\n\r\n", ServerTrouble),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ServerTrouble),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ServerTrouble),
        (http("200 OK", b"not gzip", "Content-Encoding: gzip"), ConnectionLost),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ConnectionLost),
    ],
    ids=_named,
)
async def test_an_answer_that_says_nothing_certain_may_mean_that_it_was_delivered(
    answer: bytes, kind: type[LinkedInError]
) -> None:
    async with scripted([answer]) as script:
        failure = await failure_of(script.base_url)
    assert (type(failure), failure.may_have_left) == (kind, True)
    assert script.connections == 1


@pytest.mark.parametrize("lost", [b"", http("502 Bad Gateway"), http("200 OK", b"{}")])
async def test_a_lost_answer_to_what_is_asked_before_the_message_proves_that_it_did_not_leave(
    lost: bytes,
) -> None:
    async with scripted([lost] * 3) as script, connector(script.base_url) as rehearsal:
        with pytest.raises(Unreachable) as failure:
            await send(rehearsal.linkedin, owner_id=None)
    assert not failure.value.may_have_left
    assert not any(b"createMessage" in request for request in script.requests)
