"""A frame of the live stream as an event (contracts/linkedin-wire.md §8.2, §8.3)."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.conversations import conversation_of, is_full
from threadline.linkedin.decoding.messages import message_of
from threadline.linkedin.decoding.normalized import plain_nested
from threadline.linkedin.decoding.people import ParticipantReader
from threadline.linkedin.decoding.salvage import MalformedReport, salvaged
from threadline.linkedin.stream_events import (
    BadgeHint,
    ConversationChanged,
    ConversationDeleted,
    Heartbeat,
    MessageArrived,
    RealtimeEvent,
    ReceiptSeen,
    Unrecognized,
)
from threadline.model import urns

_Kind = TypeVar("_Kind", bound=Struct)


class Greeting(Struct, frozen=True):
    """The first frame of a connection; the stream stands from here on."""


class _DecoratedEvent(wire.Plain):
    topic: str | None = None
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


class _SeenMessage(wire.Plain):
    entity_urn: str | None = None
    conversation: wire.Reference | None = None


class _SeenReceipt(wire.Plain):
    seen_at: int | None = None
    message: _SeenMessage | None = None
    seen_by_participant: wire.Participant | None = None


_FRAME = msgspec.json.Decoder(_Frame)
_PAYLOAD = msgspec.json.Decoder(_Payload)
_RESULT = msgspec.json.Decoder(_Result)


class FrameReader:
    """Turns the frames of one account's stream into events."""

    def __init__(self, owner_id: str, report: MalformedReport) -> None:
        """owner_id: the mailbox's owner; report: is told of what cannot be understood."""
        self._owner_id = owner_id
        self._report = report

    def read(self, data: bytes) -> RealtimeEvent | Greeting:
        """What the frame `data` tells; Unrecognized when that is nothing we follow."""
        try:
            frame = _FRAME.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._report("Frame")
            return Unrecognized("")
        if frame.event is not None:
            return self._event(frame.event)
        if frame.greeting is not UNSET:
            return Greeting()
        return Heartbeat() if frame.heartbeat is not UNSET else Unrecognized("")

    def _event(self, event: _DecoratedEvent) -> RealtimeEvent:
        topic = _short(event.topic or "")
        if topic == "tabBadgeUpdateTopic":
            return BadgeHint()
        known = _READERS.get(topic)
        if known is None:
            return Unrecognized(topic)
        key, read = known
        try:
            told = read(self, self._result(event.payload, key))
        except (msgspec.ValidationError, urns.NotAnIdentifier):
            told = None
        if told is None:
            self._report(topic)
            return Unrecognized(topic)
        return told

    def _result(self, raw: Raw, key: str) -> Raw:
        payload = _PAYLOAD.decode(raw)
        if payload.included is not UNSET:
            payload = _PAYLOAD.decode(msgspec.json.encode(plain_nested(msgspec.json.decode(raw))))
        return _RESULT.decode((payload.data or {}).get(key, b"{}")).result

    def message(self, raw: Raw) -> RealtimeEvent | None:
        """An arrival, from a Message."""
        item = self._decoded(raw, wire.Message)
        if item is None:
            return None
        people = ParticipantReader(self._report)
        message = message_of(item, people, owner_id=self._owner_id, thread_id=None)
        around = self._decoded(item.conversation, wire.Conversation)
        conversation = None
        if around is not None and is_full(around):
            conversation = conversation_of(around, people, owner_id=self._owner_id)
        return MessageArrived(message, conversation)

    def conversation(self, raw: Raw) -> RealtimeEvent | None:
        """A change, from a Conversation; None when it says nothing but its URN."""
        item = self._decoded(raw, wire.Conversation)
        if item is None or not is_full(item):
            return None
        people = ParticipantReader(self._report)
        return ConversationChanged(conversation_of(item, people, owner_id=self._owner_id))

    def deletion(self, raw: Raw) -> RealtimeEvent | None:
        """A deletion, from a Conversation with at least its URN."""
        item = self._decoded(raw, wire.Reference)
        return ConversationDeleted(urns.thread_id(item.entity_urn or "")) if item is not None else None

    def receipt(self, raw: Raw) -> RealtimeEvent | None:
        """A receipt, from a SeenReceipt."""
        item = self._decoded(raw, _SeenReceipt)
        if item is None or item.message is None or item.seen_by_participant is None:
            return None
        reader = item.seen_by_participant
        around = item.message.conversation
        thread = around.entity_urn if around is not None else None
        return ReceiptSeen(
            thread_id=urns.thread_id(thread) if thread else None,
            message_id=urns.message_id(item.message.entity_urn or ""),
            seen_by=urns.participant_id(reader.host_identity_urn or reader.entity_urn or ""),
            seen_at=item.seen_at,
        )

    def _decoded(self, raw: Raw, kind: type[_Kind]) -> _Kind | None:
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError:
            loose = msgspec.json.decode(raw)
            return salvaged(loose, kind, self._report) if loose is not None else None


_READERS: dict[str, tuple[str, Callable[[FrameReader, Raw], RealtimeEvent | None]]] = {
    "messagesTopic": ("doDecorateMessageMessengerRealtimeDecoration", FrameReader.message),
    "conversationsTopic": ("doDecorateConversationMessengerRealtimeDecoration", FrameReader.conversation),
    "conversationDeletesTopic": (
        "doDecorateConversationDeleteMessengerRealtimeDecoration",
        FrameReader.deletion,
    ),
    "messageSeenReceiptsTopic": ("doDecorateSeenReceiptMessengerRealtimeDecoration", FrameReader.receipt),
}


def _short(topic: str) -> str:
    """`messagesTopic` of `urn:li-realtime:messagesTopic:…`; a broadcast topic is the same by another name."""
    name = topic.removeprefix("urn:li-realtime:").partition(":")[0]
    return name.replace("BroadcastTopic", "Topic")
