"""The live stream, followed at the sandbox (contracts/linkedin-wire.md §8)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

import pytest

from tests.contract.linkedin.rehearsal import (
    PATIENCE,
    SILENCE,
    Observer,
    Rehearsal,
    connector,
    http,
    scripted,
    session,
)
from tests.contract.sandbox.client import SandboxClient
from tests.unit.linkedin.wire_examples import ME
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import (
    CheckpointRequired,
    Denied,
    LinkedInError,
    SessionEnded,
    TooManyRequests,
)
from threadline.linkedin.realtime import (
    ConversationChanged,
    Heartbeat,
    MessageArrived,
    RealtimeEvent,
    ReceiptSeen,
    StreamLost,
    StreamOpened,
)
from threadline.model.compositions import Composition

Kind = TypeVar("Kind")
GREETING = b'data: {"com.linkedin.realtimefrontend.ClientConnection":{"id":"1"}}\n\n'
BEAT = b'data: {"com.linkedin.realtimefrontend.Heartbeat":{}}\n\n'


def streamed(*frames: bytes) -> bytes:
    """A stream that ends cleanly after its frames."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(frame), frame) for frame in frames)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
    return head + b"Connection: close\r\n\r\n" + chunks + b"0\r\n\r\n"


async def following(events: AsyncGenerator[RealtimeEvent, None], kind: type[Kind]) -> Kind:
    """The next event of `kind`; others before it are passed over."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError("the stream ended")


async def first_of(events: AsyncIterator[RealtimeEvent], count: int) -> list[RealtimeEvent]:
    """The first `count` events."""
    found: list[RealtimeEvent] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            found.append(await anext(events))
    return found


@asynccontextmanager
async def stream_of(client: AccountClient) -> AsyncIterator[AsyncGenerator[RealtimeEvent, None]]:
    """The events after the stream was opened for the first time."""
    async with aclosing(client.realtime.follow()) as events:
        assert await following(events, StreamOpened) == StreamOpened(first=True)
        yield events


async def open_streams(sandbox: SandboxClient) -> list[Any]:
    streams: list[Any] = (await sandbox.told("streams"))["streams"]
    return streams


async def until_no_stream_is_open(sandbox: SandboxClient) -> None:
    async with asyncio.timeout(PATIENCE):
        while await open_streams(sandbox):
            await asyncio.sleep(0)


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_a_message_of_another_person_arrives_with_its_conversation(
    ada: AccountClient, sandbox: SandboxClient, observer: Observer
) -> None:
    async with stream_of(ada) as events:
        (stream,) = await open_streams(sandbox)
        assert stream["decorated"] is True
        proven = observer.proven
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Hello over there"})
        arrived = await following(events, MessageArrived)
        assert (arrived.message.text, arrived.message.from_me) == ("Hello over there", False)
        assert arrived.message.thread_id == await sandbox.thread_with("janesmith")
        assert arrived.conversation is not None
        assert arrived.conversation.thread_id == arrived.message.thread_id
        assert len(arrived.conversation.participants) == 2
        assert observer.proven > proven


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_an_own_message_comes_back_with_its_token_and_is_then_seen_and_answered(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    async with stream_of(ada) as events:
        delivered = await ada.messages.create(
            Composition(text="Hello"),
            origin_token="token-1",
            tracking_id="0123456789abcdef",
            thread_id=thread,
        )
        echo = (await following(events, MessageArrived)).message
        assert (echo.message_id, echo.origin_token, echo.from_me) == (delivered.message_id, "token-1", True)
        seen = await following(events, ReceiptSeen)
        assert (seen.message_id, seen.seen_by) == (
            delivered.message_id,
            await sandbox.profile_id("janesmith"),
        )
        assert not (await following(events, MessageArrived)).message.from_me


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_a_read_state_arrives(ada: AccountClient, sandbox: SandboxClient) -> None:
    thread = await sandbox.thread_with("janesmith")
    async with stream_of(ada) as events:
        await ada.inbox.mark_read([thread], False)
        changed = (await following(events, ConversationChanged)).conversation
        assert (changed.thread_id, changed.read) == (thread, False)


@pytest.mark.promise("wire.8.6.reconnect")
async def test_after_a_clean_end_it_goes_on_at_once(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        await sandbox.admin("POST", "streams/ada/cut?clean=true")
        assert await first_of(events, 1) == [StreamOpened(first=False)]
        assert rehearsal.pauses.taken == []
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Still here"})
        assert (await following(events, MessageArrived)).message.text == "Still here"


@pytest.mark.promise("wire.8.6.reconnect")
async def test_after_a_cut_it_waits_and_opens_again(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        await sandbox.admin("POST", "streams/ada/cut")
        lost, opened = await first_of(events, 2)
        assert isinstance(lost, StreamLost)
        assert opened == StreamOpened(first=False)
        assert len(rehearsal.pauses.taken) == 1
        assert 1.5 <= rehearsal.pauses.taken[0] <= 2.5


@pytest.mark.promise("wire.8.5.heartbeat")
async def test_its_own_heartbeat_is_sent_each_minute(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        assert "heartbeat" not in (await sandbox.told("requests"))["requests"]["ada"]
        for beats in (1, 2):
            rehearsal.pauses.let_heartbeat_go()
            async with asyncio.timeout(PATIENCE):
                while rehearsal.counted("calls", endpoint="heartbeat", outcome="ok") < beats:
                    await asyncio.sleep(0)
        assert (await sandbox.told("requests"))["requests"]["ada"]["heartbeat"] == 2
        await events.aclose()


@pytest.mark.promise("wire.8.5.heartbeat")
async def test_a_heartbeat_that_meets_the_end_of_the_session_ends_the_stream(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        await sandbox.admin(
            "POST", "faults", {"account": "ada", "kind": "checkpoint", "endpoint": "heartbeat"}
        )
        rehearsal.pauses.let_heartbeat_go()
        with pytest.raises(CheckpointRequired):
            await following(events, StreamLost)


@pytest.mark.promise("wire.8.5.heartbeat")
@pytest.mark.parametrize("silent", [True, False])
async def test_a_failing_heartbeat_of_another_kind_leaves_the_stream_alone(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, silent: bool
) -> None:
    kind = "cut_before" if silent else "server_error"
    async with stream_of(ada) as events:
        await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, "endpoint": "heartbeat"})
        rehearsal.pauses.let_heartbeat_go()
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Still here"})
        assert (await following(events, MessageArrived)).message.text == "Still here"
        assert rehearsal.pauses.taken == []


@pytest.mark.promise("wire.8.6.reconnect")
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("unauthorized", SessionEnded),
        ("li_at_deleted", SessionEnded),
        ("checkpoint", CheckpointRequired),
        ("checkpoint_page", CheckpointRequired),
        ("rate_limited", TooManyRequests),
        ("denied", Denied),
    ],
)
async def test_what_must_not_be_tried_again_ends_it(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, kind: str, error: type[LinkedInError]
) -> None:
    async with stream_of(ada) as events:
        await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, "endpoint": "realtime"})
        await sandbox.admin("POST", "streams/ada/cut?clean=true")
        with pytest.raises(error):
            await first_of(events, 1)
    assert (await sandbox.told("requests"))["requests"]["ada"]["realtime"] == 2
    assert rehearsal.pauses.taken == []
    assert rehearsal.counted("calls", endpoint="stream", outcome=error.outcome) == 1


async def test_cancelling_closes_the_socket_at_once(ada: AccountClient, sandbox: SandboxClient) -> None:
    opened = asyncio.Event()

    async def follow() -> None:
        async for event in ada.realtime.follow():
            if isinstance(event, StreamOpened):
                opened.set()

    task = asyncio.create_task(follow())
    async with asyncio.timeout(PATIENCE):
        await opened.wait()
        assert len(await open_streams(sandbox)) == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await until_no_stream_is_open(sandbox)


async def test_leaving_the_loop_and_closing_closes_the_socket_too(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    async with stream_of(ada):
        assert len(await open_streams(sandbox)) == 1
    await until_no_stream_is_open(sandbox)


async def scripted_events(answers: list[bytes], count: int, frame_timeout: float = PATIENCE) -> "Followed":
    """The first events at a server that follows a script."""
    async with scripted(answers) as script:
        async with connector(script.base_url, frame_timeout=frame_timeout) as rehearsal:
            client = rehearsal.linkedin.account(session(), Observer(), ME)
            async with aclosing(client.realtime.follow()) as events:
                found = await first_of(events, count)
    return Followed(found, script.requests, rehearsal.pauses.taken)


class Followed:
    """What came of following a script."""

    def __init__(self, events: list[RealtimeEvent], requests: list[bytes], waits: list[float]) -> None:
        self.events = events
        self.waits = waits
        self.sessions = [
            next(line for line in request.split(b"\r\n") if line.lower().startswith(b"x-li-realtime-session"))
            for request in requests
        ]
        self.heads = requests


@pytest.mark.promise("wire.8.1.connect")
async def test_the_session_id_is_kept_over_a_clean_end_and_a_fault() -> None:
    answers = [streamed(GREETING, BEAT), http("503 Bad"), streamed(GREETING, BEAT)]
    followed = await scripted_events(answers, 5)
    kinds = [type(event) for event in followed.events]
    assert kinds == [StreamOpened, Heartbeat, StreamLost, StreamOpened, Heartbeat]
    assert followed.events[3] == StreamOpened(first=False)
    assert len(set(followed.sessions)) == 1


@pytest.mark.promise("wire.8.6.reconnect")
async def test_a_400_takes_a_new_session_id() -> None:
    followed = await scripted_events([http("400 Bad"), streamed(GREETING, BEAT)], 2)
    assert isinstance(followed.events[0], StreamLost)
    assert followed.events[1] == StreamOpened(first=True)
    assert len(set(followed.sessions)) == 2


@pytest.mark.promise("wire.8.6.reconnect")
async def test_waits_grow_with_each_attempt_up_to_a_minute() -> None:
    failures = [http("500 Error")] * 40
    followed = await scripted_events(failures, 40)
    assert len(followed.waits) == 39
    assert all(1.5 * at <= wait <= min(2.5 * at, 60) for at, wait in enumerate(followed.waits[:24], start=1))
    assert max(followed.waits) == 60


async def test_a_stream_that_showed_life_begins_the_waits_anew() -> None:
    answers = [http("503 Bad"), http("503 Bad"), streamed(GREETING, BEAT), http("503 Bad"), SILENCE]
    followed = await scripted_events(answers, 5)
    kinds = [type(event) for event in followed.events]
    assert kinds == [StreamLost, StreamLost, StreamOpened, Heartbeat, StreamLost]
    assert followed.waits[1] >= 3


async def test_a_stream_that_ends_again_and_again_with_nothing_in_it_is_waited_for() -> None:
    followed = await scripted_events([streamed(GREETING)] * 5, 5)
    assert [type(event) for event in followed.events] == [StreamOpened] * 4 + [StreamLost]


@pytest.mark.promise("wire.8.6.reconnect")
async def test_silence_counts_as_a_lost_stream() -> None:
    head = streamed(GREETING).removesuffix(b"0\r\n\r\n")
    async with scripted([head, SILENCE]) as script:
        script.keeps_open = True
        async with connector(script.base_url, frame_timeout=0.2) as rehearsal:
            client = rehearsal.linkedin.account(session(), Observer(), ME)
            async with aclosing(client.realtime.follow()) as events:
                opened, lost = await first_of(events, 2)
    assert opened == StreamOpened(first=True)
    assert isinstance(lost, StreamLost)


async def test_a_redirect_to_anywhere_ends_it() -> None:
    with pytest.raises(SessionEnded):
        await scripted_events([http("302 Found", b"", "Location: /realtime/connect?rc=1")], 1)


async def test_an_answer_that_is_no_stream_is_waited_for() -> None:
    followed = await scripted_events([http("200 OK", b"{}"), SILENCE], 1)
    assert isinstance(followed.events[0], StreamLost)


@pytest.mark.promise("wire.8.1.connect")
async def test_the_headers_ask_for_decorated_payloads() -> None:
    followed = await scripted_events([streamed(GREETING, BEAT)], 1)
    head = followed.heads[0].lower()
    assert head.startswith(b"get /realtime/connect?rc=1 http/1.1\r\n")
    for line in (
        b"accept: text/event-stream",
        b"x-li-accept: application/vnd.linkedin.normalized+json+2.1",
        b"x-li-recipe-accept: application/vnd.linkedin.normalized+json+2.1",
        b"x-li-query-accept: application/graphql",
        b'x-li-query-map: {"topictographqlqueryparams":{"conversationstopic":{"queryid":',
        b'"messagesbroadcasttopic"',
    ):
        assert line in head
