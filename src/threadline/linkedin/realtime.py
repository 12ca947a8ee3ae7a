"""The live stream: kept up by the rules of contracts/linkedin-wire.md §8.6.

A clean end is followed by a new connection at once; a failure by a wait that grows; and where LinkedIn says
that the session, the person or the pace is the matter, nothing is tried again.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import suppress

import msgspec

from threadline.linkedin.connection import Stream
from threadline.linkedin.decoding.stream import FrameReader, Greeting
from threadline.linkedin.errors import (
    CheckpointRequired,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
)
from threadline.linkedin.frames import FrameSplitter
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.query_ids import REALTIME_QUERIES, REALTIME_RECIPES
from threadline.linkedin.stream_events import (
    BadgeHint,
    ConversationChanged,
    ConversationDeleted,
    Heartbeat,
    MessageArrived,
    RealtimeEvent,
    ReceiptSeen,
    StreamLost,
    StreamOpened,
    Unrecognized,
)
from threadline.linkedin.transport import GRAPHQL, NORMALIZED, PLAIN, TEXT, Request, Transport
from threadline.model import urns
from threadline.model.randomness import Randomness

__all__ = [
    "BadgeHint",
    "ConversationChanged",
    "ConversationDeleted",
    "Heartbeat",
    "MessageArrived",
    "Realtime",
    "RealtimeEvent",
    "ReceiptSeen",
    "StreamLost",
    "StreamOpened",
    "Unrecognized",
]

HEARTBEAT_EVERY = 60
"""Seconds between our own heartbeats (§8.5)."""

HEARTBEAT_TASK = "linkedin-heartbeats"
"""The name of the task that sends them."""

_WAIT_STEP = 2
_LONGEST_WAIT = 60
_EMPTY_ENDS = 3
_STOPPING = (SessionEnded, CheckpointRequired, TooManyRequests, Denied)
_CLIENT = "voyager-web"
_CLIENT_VERSION = "1.13.40953"


class Realtime:
    """Follows the live stream of one account."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: whose stream it is."""
        self._transport = transport
        self._mailbox = mailbox
        self._beats: _Heartbeats | None = None
        self.connection_id: str | None = None
        """LinkedIn's name of the connection that stands, for subscriptions (§8.5); None when none does."""

    def renew(self) -> None:
        """Leave the connection that stands, and open another at once under a new session id.

        For an answer of 412 to a subscription: LinkedIn no longer knows the connection (§8.6).
        """
        if self._beats is not None:
            self._beats.renew()

    async def follow(self) -> AsyncGenerator[RealtimeEvent, None]:
        """Every event of the live stream, for as long as it is iterated.

        Each connection begins with StreamOpened; each wait for a new one with StreamLost. Raises
        SessionEnded, CheckpointRequired, TooManyRequests or Denied when it must not be tried again.
        Cancelling the task that iterates, or closing the generator, closes the socket at once.
        """
        network = self._transport.network
        reader = FrameReader(await self._mailbox.owner(), self._mailbox.report)
        beats = self._beats = _Heartbeats(self._transport, await self._mailbox.owner())
        beating = asyncio.create_task(beats.run(), name=HEARTBEAT_TASK)
        first = True
        waits = empty_ends = 0
        try:
            while True:
                failure: LinkedInError | None = None
                opened = False
                empty_ends += 1
                try:
                    async with self._transport.stream(_request(beats.session_id)) as stream:
                        beats.stream = stream
                        splitter = FrameSplitter()
                        while chunk := await stream.chunk():
                            for data in splitter.feed(chunk):
                                self._transport.proven()
                                event = reader.read(data)
                                if isinstance(event, Greeting):
                                    self.connection_id = event.connection_id or None
                                if not opened:
                                    opened = True
                                    yield StreamOpened(first)
                                    first = False
                                if isinstance(event, Greeting):
                                    continue
                                waits = empty_ends = 0
                                network.metrics.stream_frames.labels(type(event).__name__).inc()
                                yield event
                except _STOPPING:
                    raise
                except LinkedInError as error:
                    failure = error
                finally:
                    beats.stream = self.connection_id = None
                if beats.failure is not None:
                    raise beats.failure
                if beats.renewing or _is_stale(failure):
                    beats.begin_session()
                    failure = None
                if failure is None:
                    if empty_ends <= _EMPTY_ENDS:
                        continue
                    failure = ServerTrouble(200, "the live stream ends again and again with nothing in it")
                if isinstance(failure, Refusal) and failure.status == 400:
                    beats.begin_session()
                waits += 1
                network.metrics.stream_waits.labels(failure.outcome).inc()
                yield StreamLost(str(failure))
                await network.pause(_wait(waits, network.randomness))
        finally:
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating


class _Heartbeats:
    """Our own heartbeats, sent while the stream stands (§8.5)."""

    def __init__(self, transport: Transport, owner_id: str) -> None:
        self._transport = transport
        self._owner = urns.profile_urn(owner_id)
        self._first = True
        self.session_id = ""
        self.stream: Stream | None = None
        self.failure: LinkedInError | None = None
        self.renewing = False
        self.begin_session()

    def begin_session(self) -> None:
        """Go on under another session id."""
        octets = self._transport.network.randomness.octets(16)
        self.session_id = str(uuid.UUID(bytes=octets, version=4))
        self.renewing = False
        self._first = True

    def renew(self) -> None:
        """Cut the stream, so that it is opened again at once under another session id."""
        if self.stream is not None:
            self.renewing = True
            self.stream.cut()

    async def run(self) -> None:
        """Send one each minute, until one shows that LinkedIn must be left alone."""
        while self.failure is None:
            await self._transport.network.pause(HEARTBEAT_EVERY)
            if self.stream is None:
                continue
            try:
                await self._transport.call(self._request(), lambda _body: None)
            except _STOPPING as error:
                self.failure = error
                if self.stream is not None:
                    self.stream.cut()
            except LinkedInError as error:
                # Counted by the transport; whether the stream stands is seen on the stream itself.
                if _is_stale(error):
                    self.renew()
                continue
            self._first = False

    def _request(self) -> Request:
        return Request(
            endpoint="heartbeat",
            method="POST",
            path="/realtime/realtimeFrontendClientConnectivityTracking?action=sendHeartbeat",
            accept=PLAIN,
            content_type=TEXT,
            body=msgspec.json.encode(
                {
                    "isFirstHeartbeat": self._first,
                    "isLastHeartbeat": False,
                    "realtimeSessionId": self.session_id,
                    "mpName": _CLIENT,
                    "mpVersion": _CLIENT_VERSION,
                    "clientId": _CLIENT,
                    "actorUrn": self._owner,
                    "contextUrns": [self._owner],
                }
            ),
            repeatable=False,
        )


def _request(session_id: str) -> Request:
    """The request for the stream; its headers choose the decorated payloads (§8.1)."""
    return Request(
        endpoint="stream",
        path="/realtime/connect?rc=1",
        accept="text/event-stream",
        headers={
            "x-li-realtime-session": session_id,
            "x-li-accept": NORMALIZED,
            "x-li-recipe-accept": NORMALIZED,
            "x-li-query-accept": GRAPHQL,
            "x-li-query-map": _QUERY_MAP,
            "x-li-recipe-map": _RECIPE_MAP,
        },
        repeatable=False,
    )


def _is_stale(failure: LinkedInError | None) -> bool:
    """Whether LinkedIn no longer knows the connection: 412, answered by a full reconnect (§8.6)."""
    return isinstance(failure, Refusal) and failure.status == 412


def _wait(waits: int, randomness: Randomness) -> float:
    """Seconds before the next attempt: 2 s for each in a row, a quarter more or less, at most 60 s."""
    return min(_WAIT_STEP * waits * (0.75 + randomness.fraction() / 2), _LONGEST_WAIT)


def _both_names(queries: dict[str, str]) -> dict[str, str]:
    broadcast = {topic.replace("Topic", "BroadcastTopic"): query for topic, query in queries.items()}
    return {**queries, **broadcast}


_QUERY_MAP = msgspec.json.encode(
    {
        "topicToGraphQLQueryParams": {
            topic: {"queryId": query_id, "variables": {}, "extensions": {}}
            for topic, query_id in _both_names(REALTIME_QUERIES).items()
        }
    }
).decode()
_RECIPE_MAP = msgspec.json.encode(REALTIME_RECIPES).decode()
