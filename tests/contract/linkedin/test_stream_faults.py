"""The live stream under each fault of the sandbox (contracts/linkedin-wire.md §8.6; docs/linkedin.md)."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.contract.linkedin.rehearsal import (
    PATIENCE,
    Observer,
    Rehearsal,
    connector,
    http,
    scripted,
    session,
)
from tests.contract.linkedin.test_faults import calls_made, fault
from tests.contract.linkedin.test_realtime import (
    BEAT,
    GREETING,
    first_of,
    following,
    scripted_events,
    stream_of,
    streamed,
)
from tests.contract.sandbox.client import SandboxClient
from tests.unit.linkedin.wire_examples import ME
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import SessionEnded
from threadline.linkedin.realtime import Heartbeat, MessageArrived, StreamLost, StreamOpened
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

pytestmark = pytest.mark.promise("wire.8.6.reconnect", "faults.answered")


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxClient]:
    """A network whose streams beat often."""
    options = Options(port=0, answer_delay_ms=(5, 10), heartbeat=0.1)
    async with serving(options) as base_url:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http_session:
            yield SandboxClient(base_url, http_session)


async def write(sandbox: SandboxClient, text: str) -> None:
    answer = await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": text})
    assert answer.status == 201, answer.text


@pytest.mark.promise("wire.12.1.statuses")
async def test_a_412_is_answered_by_a_new_connection_at_once_under_a_new_session_id() -> None:
    followed = await scripted_events(
        [streamed(GREETING, BEAT), http("412 Stale"), streamed(GREETING, BEAT)], 4
    )
    assert [type(event) for event in followed.events] == [StreamOpened, Heartbeat, StreamOpened, Heartbeat]
    assert followed.waits == []
    assert len(set(followed.sessions)) == 2
    assert followed.sessions[0] == followed.sessions[1]


async def test_a_412_again_and_again_is_waited_for() -> None:
    followed = await scripted_events([http("412 Stale")] * 5, 1)
    assert isinstance(followed.events[0], StreamLost)
    assert len(followed.heads) == 4


@pytest.mark.promise("wire.12.1.statuses")
async def test_a_412_to_the_heartbeat_renews_the_stream(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, "stale_connection", endpoint="heartbeat", count=1)
        rehearsal.pauses.let_heartbeat_go()
        assert await following(events, StreamOpened) == StreamOpened(first=False)
        assert rehearsal.pauses.taken == []
        await write(sandbox, "On the new one")
        assert (await following(events, MessageArrived)).message.text == "On the new one"


async def test_a_stream_that_is_renewed_has_another_connection(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    async with stream_of(ada) as events:
        before = ada.realtime.connection_id
        [stream] = (await sandbox.told("streams"))["streams"]
        assert before == stream["connectionId"]
        ada.realtime.renew()
        assert await following(events, StreamOpened) == StreamOpened(first=False)
        assert ada.realtime.connection_id not in (None, before)


@pytest.mark.promise("wire.8.5.heartbeat")
async def test_a_minute_passes_between_two_heartbeats_of_ours(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada):
        for beats in (1, 2, 3):
            rehearsal.pauses.let_heartbeat_go()
            async with asyncio.timeout(PATIENCE):
                while (await calls_made(sandbox)).get("heartbeat", 0) < beats:
                    await asyncio.sleep(0)
    assert set(rehearsal.pauses.between_heartbeats) == {60}


async def test_a_silent_stream_counts_as_lost_and_is_opened_again(sandbox: SandboxClient) -> None:
    async with connector(sandbox.base_url, frame_timeout=0.5) as rehearsal:
        ada = rehearsal.linkedin.account(session(), Observer())
        async with stream_of(ada) as events:
            await fault(sandbox, "stream_silent")
            assert isinstance(await following(events, StreamLost), StreamLost)
            await sandbox.admin("DELETE", "faults")
            assert await following(events, StreamOpened) == StreamOpened(first=False)


async def test_a_stream_with_heartbeats_alone_stands_and_proves_the_session(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, observer: Observer
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, "stream_eventless")
        await write(sandbox, "Not heard")
        proven = observer.proven
        beats = await first_of(events, 3)
        assert all(isinstance(event, Heartbeat) for event in beats)
        assert observer.proven >= proven + 3
        assert rehearsal.pauses.taken == []


async def test_a_message_that_comes_twice_is_told_once_at_least_and_never_torn(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, "stream_duplicates")
        await write(sandbox, "First")
        await sandbox.admin("DELETE", "faults")
        await write(sandbox, "Second")
        texts = [(await following(events, MessageArrived)).message.text]
        while texts[-1] != "Second":
            texts.append((await following(events, MessageArrived)).message.text)
        assert set(texts) == {"First", "Second"}


async def test_events_out_of_order_all_arrive(ada: AccountClient, sandbox: SandboxClient) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, "stream_reordered")
        for text in ("One", "Two", "Three"):
            await write(sandbox, text)
        texts = {(await following(events, MessageArrived)).message.text for _ in range(3)}
        assert texts == {"One", "Two", "Three"}


async def test_a_stream_that_is_cut_or_ended_between_frames_is_opened_again(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, "stream_end", count=1)
        assert await following(events, StreamOpened) == StreamOpened(first=False)
        assert rehearsal.pauses.taken == []
        await fault(sandbox, "stream_cut", count=1)
        assert isinstance(await following(events, StreamLost), StreamLost)
        assert await following(events, StreamOpened) == StreamOpened(first=False)


async def test_a_stream_that_opens_slowly_opens(ada: AccountClient, sandbox: SandboxClient) -> None:
    await fault(sandbox, "slow", endpoint="realtime", delay=0.2, count=1)
    async with stream_of(ada):
        assert len((await sandbox.told("streams"))["streams"]) == 1


async def test_a_stream_whose_clock_is_off_tells_what_happens(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    async with stream_of(ada) as events:
        for days in (0, -30, 30, -30):
            await sandbox.admin("DELETE", "faults")
            await fault(sandbox, "clock_skew", milliseconds=days * 86_400_000)
            await write(sandbox, f"With the clock off by {days}")
            assert (await following(events, MessageArrived)).message.text.endswith(f" {days}")


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize("kind", ["login", "login_page", "unauthorized"])
async def test_a_stream_that_is_signed_out_is_not_tried_again(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, kind: str
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, kind, endpoint="realtime")
        await sandbox.admin("POST", "streams/ada/cut?clean=true")
        with pytest.raises(SessionEnded):
            await following(events, StreamLost)
    assert (await calls_made(sandbox))["realtime"] == 2
    assert rehearsal.pauses.taken == []


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize("kind", ["forbidden", "not_found", "server_error", "unavailable", "unknown_page"])
async def test_a_stream_that_is_refused_otherwise_is_tried_with_growing_waits(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, kind: str
) -> None:
    async with stream_of(ada) as events:
        await fault(sandbox, kind, endpoint="realtime", count=3)
        await sandbox.admin("POST", "streams/ada/cut?clean=true")
        for _ in range(3):
            assert isinstance(await following(events, StreamLost), StreamLost)
        assert await following(events, StreamOpened) == StreamOpened(first=False)
    assert rehearsal.pauses.taken == sorted(rehearsal.pauses.taken)


@pytest.mark.promise("wire.12.1.statuses")
async def test_a_stream_route_that_is_retired_is_not_called_again() -> None:
    async with scripted([http("410 Gone")]) as script, connector(script.base_url) as rehearsal:
        client = rehearsal.linkedin.account(session(), Observer(), ME)
        events = client.realtime.follow()
        found = await first_of(events, 4)
        await events.aclose()
    assert all(isinstance(event, StreamLost) for event in found)
    assert len(script.requests) == 1
