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
    member,
    message,
)
from threadline.linkedin.decoding.lateness import REMEMBERED, Lateness
from threadline.linkedin.decoding.stream import FrameReader, Greeting
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
    TypingSeen,
    Unrecognized,
)
from threadline.model.clock import MINUTE
from threadline.model.messages import Reaction

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
    assert read(decorated("replySuggestionTopicV2", "ReplySuggestion", {})) == Unrecognized(
        "replySuggestionTopicV2"
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


TYPED = {"typingParticipant": bob(), "conversation": {"entityUrn": CONVERSATION_URN}}


def reacted(count: int, actor: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "reactionAdded": count > 0,
        "actor": actor or bob(),
        "message": {"entityUrn": MESSAGE_URN},
        "reactionSummary": {
            "emoji": "👏",
            "count": count,
            "firstReactedAt": DELIVERED_AT,
            "viewerReacted": False,
        },
    }


def sent(frame: dict[str, Any], at: int) -> bytes:
    """`frame`, as it left the server at a time."""
    frame[FRONT + "DecoratedEvent"]["leftServerAt"] = at
    return msgspec.json.encode(frame)


@pytest.mark.promise("wire.8.3.decorated-payloads")
def test_typing_and_reactions_are_told() -> None:
    assert read(decorated("typingIndicatorsTopic", "TypingIndicator", TYPED)) == TypingSeen(THREAD, BOB)
    topic, key = "messageReactionSummariesTopic", "RealtimeReactionSummary"
    assert read(decorated(topic, key, reacted(2))) == ReactionChanged(
        MESSAGE, BOB, True, Reaction("👏", 2, DELIVERED_AT)
    )


@pytest.mark.promise("wire.8.3.decorated-payloads")
@pytest.mark.parametrize(("availability", "online"), [("ONLINE", True), ("OFFLINE", False)])
def test_the_presence_of_a_person_is_told(availability: str, online: bool) -> None:
    frame = {
        FRONT + "DecoratedEvent": {
            "topic": f"urn:li-realtime:presenceStatusTopic:urn:li:fsd_profile:{BOB}",
            "payload": {"availability": availability, "lastActiveAt": DELIVERED_AT},
        }
    }
    assert read(frame) == PresenceChanged(BOB, online, DELIVERED_AT)


@pytest.mark.parametrize(
    "result",
    [None, {}, {"actor": bob()}, reacted(1) | {"actor": {}}, reacted(1) | {"reactionSummary": {"count": 1}}],
)
def test_a_reaction_that_makes_no_sense_is_named(result: Any) -> None:
    topic = "messageReactionSummariesTopic"
    assert read(decorated(topic, "RealtimeReactionSummary", result)) == Unrecognized(topic)


class Stream:
    """One reader and the frames that come to it."""

    def __init__(self) -> None:
        reported: list[str] = []
        self.reader = FrameReader(ME, reported.append)

    def message(self, at: int, **changes: Any) -> Any:
        return self.reader.read(sent(decorated("messagesTopic", "Message", message(**changes)), at))

    def conversation(self, at: int, **changes: Any) -> Any:
        frame = decorated("conversationsTopic", "Conversation", conversation(**changes))
        return self.reader.read(sent(frame, at))

    def reaction(self, at: int, count: int, actor: dict[str, Any] | None = None) -> Any:
        frame = decorated("messageReactionSummariesTopic", "RealtimeReactionSummary", reacted(count, actor))
        return self.reader.read(sent(frame, at))


NOW = DELIVERED_AT


@pytest.mark.promise("wire.8.3.late-frames")
def test_an_older_frame_about_the_same_thing_is_passed_over() -> None:
    stream = Stream()
    assert isinstance(stream.message(NOW + 2, messageBodyRenderFormat="EDITED"), MessageArrived)
    assert stream.message(NOW + 1) == Outdated("messagesTopic")
    assert isinstance(stream.message(NOW + 2), MessageArrived)
    assert isinstance(stream.conversation(NOW + 2), ConversationChanged)
    assert stream.conversation(NOW + 1) == Outdated("conversationsTopic")
    assert isinstance(
        stream.conversation(NOW + 1, entityUrn=CONVERSATION_URN.replace(THREAD, "2-other")),
        ConversationChanged,
    )


@pytest.mark.promise("wire.8.3.late-frames")
def test_a_message_that_comes_after_later_news_of_its_conversation_comes_without_it() -> None:
    stream = Stream()
    stream.conversation(NOW + 2, read=True)
    arrived = stream.message(NOW + 1, conversation=conversation())
    assert isinstance(arrived, MessageArrived)
    assert arrived.conversation is None


@pytest.mark.promise("wire.8.3.late-frames")
def test_a_late_reaction_of_another_person_is_told_with_the_later_count() -> None:
    stream = Stream()
    other = member(ME, "Ada", "Demo", "SELF")
    stream.reaction(NOW + 2, 2, other)
    late = stream.reaction(NOW + 1, 1)
    assert (late.actor_id, late.added, late.reaction.count) == (BOB, True, 2)
    assert stream.reaction(NOW + 1, 1, other) == Outdated("messageReactionSummariesTopic")


@pytest.mark.promise("wire.8.3.late-frames")
def test_a_message_that_comes_after_its_reactions_has_them() -> None:
    stream = Stream()
    stream.reaction(NOW + 2, 3)
    assert [each.count for each in stream.message(NOW + 1).message.reactions] == [3]
    stream.reaction(NOW + 4, 0)
    assert stream.message(NOW + 3).message.reactions == ()


@pytest.mark.promise("wire.8.3.late-frames")
def test_after_a_clock_that_went_back_frames_count_again() -> None:
    stream = Stream()
    stream.message(NOW)
    assert isinstance(stream.message(NOW - 10 * MINUTE), MessageArrived)
    assert stream.message(NOW - 11 * MINUTE) == Outdated("messagesTopic")


@pytest.mark.promise("wire.8.3.late-frames")
def test_what_is_remembered_of_frames_is_bounded() -> None:
    lateness = Lateness()
    for number in range(3 * REMEMBERED):
        lateness.is_late(f"message {number}", NOW)
        lateness.newest_summary(str(number), Reaction("👏", 1), NOW)
    assert len(lateness._sent_at) == len(lateness._summaries) == REMEMBERED
