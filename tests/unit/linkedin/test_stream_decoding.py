"""Frames of the live stream as events (contracts/linkedin-wire.md §8.2, §8.3)."""

from typing import Any

import msgspec
import pytest

from tests.unit.linkedin.wire_examples import (
    BOB,
    CONVERSATION_URN,
    DELIVERED_AT,
    ME,
    MESSAGE,
    MESSAGE_URN,
    THREAD,
    bob,
    conversation,
    message,
)
from threadline.linkedin.decoding.stream import FrameReader, Greeting
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

FRONT = "com.linkedin.realtimefrontend."


def read(frame: Any, reported: list[str] | None = None) -> RealtimeEvent | Greeting:
    reader = FrameReader(ME, (reported if reported is not None else []).append)
    return reader.read(frame if isinstance(frame, bytes) else msgspec.json.encode(frame))


def decorated(topic: str, key: str, result: Any) -> dict[str, Any]:
    return {
        FRONT + "DecoratedEvent": {
            "id": "66666666-7777-4888-8999-aaaaaaaaaaaa",
            "leftServerAt": 1_790_000_000_123,
            "topic": f"urn:li-realtime:{topic}:urn:li-realtime:myself",
            "trackingId": "\x01\x02",
            "payload": {
                "data": {
                    "_type": "com.linkedin.x",
                    f"doDecorate{key}MessengerRealtimeDecoration": {"_type": "t", "result": result},
                },
                "$metadata": {},
            },
        }
    }


@pytest.mark.promise("wire.8.2.frames")
def test_the_first_frame_and_heartbeats_are_known() -> None:
    assert read({FRONT + "ClientConnection": {"id": "1", "personalTopics": []}}) == Greeting("1")
    assert read({FRONT + "Heartbeat": {}}) == Heartbeat()


@pytest.mark.promise("wire.8.3.decorated-payloads")
@pytest.mark.parametrize("topic", ["messagesTopic", "messagesBroadcastTopic"])
def test_a_message_arrives_with_its_whole_conversation(topic: str) -> None:
    event = read(decorated(topic, "Message", message(conversation=conversation(messages=None))))
    assert isinstance(event, MessageArrived)
    assert (event.message.message_id, event.message.thread_id) == (MESSAGE, THREAD)
    assert event.message.text == "Hello Ada"
    assert event.conversation is not None
    assert [person.person_id for person in event.conversation.participants] == [ME, BOB]


def test_a_message_with_only_the_conversations_urn_arrives_without_it() -> None:
    event = read(decorated("messagesTopic", "Message", message()))
    assert isinstance(event, MessageArrived)
    assert event.message.thread_id == THREAD
    assert event.conversation is None


@pytest.mark.promise("wire.8.3.decorated-payloads")
def test_a_conversation_change_deletion_and_receipt_are_told() -> None:
    changed = read(decorated("conversationsTopic", "Conversation", conversation(read=True)))
    assert isinstance(changed, ConversationChanged)
    assert changed.conversation.read
    gone = decorated("conversationDeletesTopic", "ConversationDelete", {"entityUrn": CONVERSATION_URN})
    assert read(gone) == ConversationDeleted(THREAD)
    receipt = {
        "seenAt": DELIVERED_AT,
        "message": {"entityUrn": MESSAGE_URN},
        "seenByParticipant": bob(),
    }
    assert read(decorated("messageSeenReceiptsTopic", "SeenReceipt", receipt)) == ReceiptSeen(
        None, MESSAGE, BOB, DELIVERED_AT
    )


def test_a_badge_update_is_a_hint_whatever_it_carries() -> None:
    frame = {
        FRONT + "DecoratedEvent": {
            "topic": "urn:li-realtime:tabBadgeUpdateTopic:urn:li-realtime:myself",
            "payload": None,
        }
    }
    assert read(frame) == BadgeHint()


@pytest.mark.promise("wire.8.2.frames")
def test_topics_that_are_not_followed_are_named() -> None:
    assert read(decorated("typingIndicatorsTopic", "TypingIndicator", {})) == Unrecognized(
        "typingIndicatorsTopic"
    )
    assert read({FRONT + "Brandnew": {}}) == Unrecognized("")


@pytest.mark.parametrize(
    "result", [None, {}, 7, "x", {"entityUrn": "urn:x", "deliveredAt": 1}, {"entityUrn": MESSAGE_URN}]
)
def test_a_payload_that_makes_no_sense_is_named_and_counted(result: Any) -> None:
    reported: list[str] = []
    assert read(decorated("messagesTopic", "Message", result), reported) == Unrecognized("messagesTopic")
    assert "messagesTopic" in reported


@pytest.mark.parametrize(
    "payload", [None, [], {"data": None}, {"data": {"other": {"result": {}}}}, {"data": 3}]
)
def test_a_payload_without_its_key_is_named(payload: Any) -> None:
    frame = {FRONT + "DecoratedEvent": {"topic": "urn:li-realtime:conversationsTopic:x", "payload": payload}}
    assert read(frame) == Unrecognized("conversationsTopic")


@pytest.mark.promise("wire.8.2.frames")
@pytest.mark.parametrize("data", [b"", b"not json", b"[1,2]", b'"text"', b'{"a":', b'{"\xff":1}'])
def test_a_frame_that_is_no_json_object_never_fails(data: bytes) -> None:
    assert read(data) == Unrecognized("")
