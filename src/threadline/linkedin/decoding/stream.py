"""A frame of the live stream as an event (contracts/linkedin-wire.md §8.2 to §8.4)."""

from typing import Any

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from threadline.linkedin.decoding import decorated, legacy, wire
from threadline.linkedin.decoding.decorated import DecoratedReader
from threadline.linkedin.decoding.lateness import Lateness
from threadline.linkedin.decoding.normalized import plain_nested
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.decoding.salvage import MalformedReport
from threadline.linkedin.stream_events import (
    BadgeHint,
    ConversationChanged,
    ConversationDeleted,
    Heartbeat,
    MessageArrived,
    Outdated,
    PresenceChanged,
    ReactionChanged,
    RealtimeEvent,
    ReceiptSeen,
    Unrecognized,
)
from threadline.model import urns

_TOPIC = "urn:li-realtime:"


class Greeting(Struct, frozen=True):
    """The first frame of a connection; the stream stands from here on."""

    connection_id: str = ""
    """By which subscriptions name the connection."""


class _DecoratedEvent(wire.Plain):
    topic: str | None = None
    left_server_at: Any = None
    payload: Raw = wire.NULL


class _Frame(Struct, gc=False):
    greeting: Raw | UnsetType = field(default=UNSET, name="com.linkedin.realtimefrontend.ClientConnection")
    heartbeat: Raw | UnsetType = field(default=UNSET, name="com.linkedin.realtimefrontend.Heartbeat")
    event: _DecoratedEvent | None = field(default=None, name="com.linkedin.realtimefrontend.DecoratedEvent")


class _Payload(wire.Plain):
    data: dict[str, Raw] | None = None
    included: Raw | UnsetType = UNSET


class _Result(wire.Plain):
    result: Raw = wire.NULL


_FRAME = msgspec.json.Decoder(_Frame)
_PAYLOAD = msgspec.json.Decoder(_Payload)
_RESULT = msgspec.json.Decoder(_Result)


class FrameReader:
    """Turns the frames of one account's stream into events, across its reconnects."""

    def __init__(self, owner_id: str, report: MalformedReport) -> None:
        """owner_id: the mailbox's owner; report: is told of what cannot be understood."""
        self._owner_id = owner_id
        self._report = report
        self._decorated = DecoratedReader(owner_id, report)
        self._lateness = Lateness()

    def read(self, data: bytes) -> RealtimeEvent | Greeting:
        """What the frame `data` tells; Unrecognized when that is nothing we follow, Outdated when late."""
        try:
            return self._read(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            # Its parts are decoded one by one, so each may turn out later not to be JSON at all.
            self._report("Frame")
            return Unrecognized("")

    def _read(self, data: bytes) -> RealtimeEvent | Greeting:
        frame = _FRAME.decode(data)
        if frame.event is not None:
            return self._event(frame.event)
        if frame.greeting is not UNSET:
            return Greeting(text_in(part_in(msgspec.json.decode(frame.greeting), "id")) or "")
        return Heartbeat() if frame.heartbeat is not UNSET else Unrecognized("")

    def _event(self, event: _DecoratedEvent) -> RealtimeEvent:
        topic, subject = _parts(event.topic or "")
        if topic == "tabBadgeUpdateTopic":
            return BadgeHint()
        try:
            told = self._told(topic, subject, event.payload)
        except (msgspec.ValidationError, urns.NotAnIdentifier):
            told = None
        if told is not None:
            return self._in_time(told, topic, number_in(event.left_server_at))
        if topic in decorated.READERS or topic == _PRESENCE:
            self._report(topic)
        return Unrecognized(topic)

    def _told(self, topic: str, subject: str, raw: Raw) -> RealtimeEvent | None:
        if topic == _PRESENCE:
            return _presence(subject, msgspec.json.decode(raw))
        if topic not in decorated.READERS:
            return None
        payload = _PAYLOAD.decode(raw)
        if payload.included is not UNSET:
            payload = _PAYLOAD.decode(msgspec.json.encode(plain_nested(msgspec.json.decode(raw))))
        if payload.data is None and topic in legacy.READERS:
            return legacy.READERS[topic](msgspec.json.decode(raw), self._owner_id)
        word, read = decorated.READERS[topic]
        result = (payload.data or {}).get(f"doDecorate{word}MessengerRealtimeDecoration", b"{}")
        return read(self._decorated, _RESULT.decode(result).result)

    def _in_time(self, told: RealtimeEvent, topic: str, sent_at: int | None) -> RealtimeEvent:
        """`told`, without what LinkedIn has outdated by a frame that it sent later and that came earlier."""
        late = self._lateness
        match told:
            case MessageArrived(message, conversation):
                if conversation is not None and late.is_late(_conversation(message.thread_id), sent_at):
                    conversation = None
                if late.is_late(f"message {message.message_id}", sent_at):
                    return Outdated(topic)
                reactions = late.with_newest_summaries(message.message_id, message.reactions, sent_at)
                return MessageArrived(msgspec.structs.replace(message, reactions=reactions), conversation)
            case ConversationChanged(conversation):
                outdated = late.is_late(_conversation(conversation.thread_id), sent_at)
            case ConversationDeleted(thread_id):
                outdated = late.is_late(_conversation(thread_id), sent_at)
            case ReceiptSeen(message_id=message_id, seen_by=seen_by):
                outdated = late.is_late(f"receipt {message_id} {seen_by}", sent_at)
            case ReactionChanged(message_id, actor_id, added, reaction):
                if late.is_late(f"reaction {message_id} {actor_id} {reaction.emoji}", sent_at):
                    return Outdated(topic)
                newest = late.newest_summary(message_id, reaction, sent_at)
                return ReactionChanged(message_id, actor_id, added, newest)
            case PresenceChanged(person_id):
                outdated = late.is_late(f"presence {person_id}", sent_at)
            case _:
                outdated = False
        return Outdated(topic) if outdated else told


_PRESENCE = "presenceStatusTopic"


def _presence(subject: str, payload: Any) -> RealtimeEvent | None:
    """Whether the person that the topic names is online."""
    availability = text_in(part_in(payload, "availability"))
    if availability is None:
        return None
    return PresenceChanged(
        person_id=urns.profile_id(subject),
        online=availability == "ONLINE",
        last_active_at=number_in(part_in(payload, "lastActiveAt")),
    )


def _conversation(thread_id: str) -> str:
    return f"conversation {thread_id}"


def _parts(topic: str) -> tuple[str, str]:
    """`messagesTopic` and what it is about, of `urn:li-realtime:messagesTopic:…`.

    A broadcast topic is the same by another name.
    """
    name, _, subject = topic.removeprefix(_TOPIC).partition(":")
    return name.replace("BroadcastTopic", "Topic"), subject
