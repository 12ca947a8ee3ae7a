"""The realtime streams: server-sent events to every open connection (contracts/linkedin-wire.md §8)."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from threadline.sandbox.api.calls import Call, encode
from threadline.sandbox.living.faults import STREAM, STREAM_KINDS, Faults, Struck

PERSONAL_TOPICS = [
    "conversationsTopic",
    "conversationDeletesTopic",
    "messagesTopic",
    "messageSeenReceiptsTopic",
    "messageReactionSummariesTopic",
    "typingIndicatorsTopic",
    "replySuggestionTopicV2",
    "tabBadgeUpdateTopic",
    "invitationsTopic",
    "inAppAlertsTopic",
    "socialPermissionsPersonalTopic",
    "jobPostingPersonalTopic",
    "messagingProgressIndicatorTopic",
    "messagingDataSyncTopic",
]
_FRONT = "com.linkedin.realtimefrontend."
# A reader that falls this far behind is cut, as its memory would otherwise grow without end.
_MOST_WAITING = 5000
# How long a reordered event waits for one that overtakes it, in seconds.
_HELD = 0.33
_EVENT = b'data: {"' + _FRONT.encode() + b"DecoratedEvent"
_AT_PUBLISHING = frozenset({"stream_duplicates", "stream_reordered"})
_AT_WRITING = STREAM_KINDS - _AT_PUBLISHING
_SKEW = frozenset({"clock_skew"})
_CLOSE = b"close"
_CUT = b"cut"

Build = Callable[[], dict[str, Any]]


@dataclass(slots=True)
class Stream:
    """One open connection. decorated: whether payloads are the GraphQL ones (§8.3), not the legacy ones.

    account: the account's name. held: events that the fault of reordering keeps back.
    """

    owner: str
    account: str
    connection_id: str
    decorated: bool
    opened_at: int
    frames: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))
    topics: set[str] = field(default_factory=set)
    overrun: bool = False
    held: list[bytes] = field(default_factory=list)

    def put(self, frame: bytes) -> None:
        """Queue a frame; a stream whose reader is too far behind is cut."""
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.overrun = True

    def put_event(self, frame: bytes, struck: Struck) -> None:
        """Queue an event in the way that faults say."""
        for _ in range(2 if "stream_duplicates" in struck else 1):
            if "stream_reordered" in struck and not self.held:
                self.held.append(frame)
                asyncio.get_running_loop().call_later(_HELD, self._let_go)
            else:
                self.put(frame)
                self._let_go()

    def _let_go(self) -> None:
        held, self.held = self.held, []
        for frame in held:
            self.put(frame)


class Streams:
    """All open streams. heartbeat, life: seconds. faults: what strikes their frames."""

    def __init__(self, heartbeat: float, life: float, faults: Faults) -> None:
        self._heartbeat = heartbeat
        self._life = life
        self._faults = faults
        self._open: dict[str, list[Stream]] = {}

    def open_of(self, owner: str) -> list[Stream]:
        """The streams of one mailbox."""
        return list(self._open.get(owner, ()))

    def find(self, connection_id: str, owner: str) -> Stream | None:
        """A mailbox's stream by its connection id."""
        return next((stream for stream in self.open_of(owner) if stream.connection_id == connection_id), None)

    async def serve(self, call: Call) -> web.StreamResponse:
        """Hold the call's connection open and write events to it until its life is over."""
        response = web.StreamResponse(
            headers={"content-type": "text/event-stream", "cache-control": "no-cache"}
        )
        await response.prepare(call.request)
        clock = call.world.clock
        decorated = "x-li-query-map" in call.request.headers
        stream = Stream(call.owner, call.account.name, str(uuid.uuid4()), decorated, clock.now())
        stream.put(
            _frame(
                "ClientConnection",
                id=stream.connection_id,
                personalTopics=PERSONAL_TOPICS,
                leftServerAt=clock.now() + self._skew(stream.account),
                serverProcessingTime=2,
            )
        )
        self._open.setdefault(stream.owner, []).append(stream)
        try:
            with contextlib.suppress(ConnectionError):
                await self._pump(stream, response, call.request)
        finally:
            self._open[stream.owner].remove(stream)
        return response

    async def _pump(self, stream: Stream, response: web.StreamResponse, request: web.Request) -> None:
        loop = asyncio.get_running_loop()
        ends = loop.time() + self._life
        beats = loop.time() + self._heartbeat
        while not stream.overrun:
            now = loop.time()
            if now >= ends:
                return
            try:
                async with asyncio.timeout(min(ends, beats) - now):
                    frame = await stream.frames.get()
            except TimeoutError:
                if loop.time() < beats:
                    return
                frame = _frame("Heartbeat")
                beats = loop.time() + self._heartbeat
            if frame is _CLOSE:
                return
            struck = self._faults.strike(stream.account, STREAM, among=_AT_WRITING)
            if "stream_end" in struck:
                return
            if frame is _CUT or "stream_cut" in struck:
                break
            if _is_lost(frame, struck):
                continue
            await response.write(frame)
        if request.transport is not None:
            request.transport.abort()

    def publish(
        self, owner: str, topic: str, at: int, tracking: str, decorated: Build | None, legacy: Build | None
    ) -> None:
        """Send an event on a personal topic to the streams of `owner`, in the payload that each asked for.

        A payload that is None is not told to the streams that ask for its form.
        """
        streams = self.open_of(owner)
        if not streams:
            return
        struck = self._faults.strike(streams[0].account, STREAM, among=_AT_PUBLISHING)
        built: dict[bool, bytes] = {}
        for stream in streams:
            build = decorated if stream.decorated else legacy
            if build is None:
                continue
            if stream.decorated not in built:
                built[stream.decorated] = _frame(
                    "DecoratedEvent",
                    id=str(uuid.uuid4()),
                    topic=f"urn:li-realtime:{topic}:urn:li-realtime:myself",
                    leftServerAt=at + self._skew(stream.account),
                    publisherTrackingId=tracking,
                    trackingId=uuid.uuid4().hex[:16],
                    payload=build(),
                )
            stream.put_event(built[stream.decorated], struck)

    def publish_subscribed(self, topic: str, at: int, payload: dict[str, Any]) -> None:
        """Send an event on the topic of this URN to every stream that subscribed to it (§8.5)."""
        frame = _frame("DecoratedEvent", id=str(uuid.uuid4()), topic=topic, leftServerAt=at, payload=payload)
        for streams in self._open.values():
            for stream in streams:
                if topic in stream.topics:
                    stream.put(frame)

    def cut(self, owner: str, *, cleanly: bool) -> int:
        """End the streams of one mailbox, by abort or with a proper end. Gives how many."""
        streams = self.open_of(owner)
        for stream in streams:
            stream.put(_CLOSE if cleanly else _CUT)
        return len(streams)

    def close(self) -> None:
        """End all streams properly, as when the server stops."""
        for streams in self._open.values():
            for stream in streams:
                stream.put(_CLOSE)

    def _skew(self, account: str) -> int:
        skew = self._faults.strike(account, STREAM, among=_SKEW).get("clock_skew")
        return skew.parameters["milliseconds"] if skew else 0


def _is_lost(frame: bytes, struck: Struck) -> bool:
    if "stream_silent" in struck:
        return True
    return "stream_eventless" in struck and frame.startswith(_EVENT)


def _frame(kind: str, **fields: Any) -> bytes:
    return b"data: " + encode({_FRONT + kind: fields}) + b"\n\n"
