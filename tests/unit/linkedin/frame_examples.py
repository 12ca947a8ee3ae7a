"""One frame of the stream for each topic, decorated and legacy (contracts/linkedin-wire.md §8.3, §8.4)."""

from typing import Any

from tests.unit.linkedin.wire_examples import (
    BOB,
    BOB_PARTICIPANT,
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

FRONT = "com.linkedin.realtimefrontend."


def framed(topic: str, payload: Any) -> dict[str, Any]:
    """A DecoratedEvent."""
    return {
        FRONT + "DecoratedEvent": {
            "id": "66666666-7777-4888-8999-aaaaaaaaaaaa",
            "leftServerAt": DELIVERED_AT + 100,
            "topic": f"urn:li-realtime:{topic}:urn:li-realtime:myself",
            "payload": payload,
        }
    }


def _decorated(topic: str, word: str, result: Any) -> dict[str, Any]:
    return framed(topic, {"data": {f"doDecorate{word}MessengerRealtimeDecoration": {"result": result}}})


_MESSAGE_REFERENCE = {"entityUrn": MESSAGE_URN, "conversation": {"entityUrn": CONVERSATION_URN}}
_SMALL_BOB = {
    "com.linkedin.voyager.messaging.MessagingMember": {
        "entityUrn": f"urn:li:fs_messagingMember:({THREAD},{BOB})",
        "miniProfile": {
            "entityUrn": f"urn:li:fs_miniProfile:{BOB}",
            "firstName": "Bob",
            "lastName": "Sample",
            "objectUrn": "urn:li:member:1002",
            "publicIdentifier": "bob-sample",
        },
    }
}
_EVENT = {
    "entityUrn": f"urn:li:fs_event:({THREAD},{MESSAGE})",
    "createdAt": DELIVERED_AT,
    "from": _SMALL_BOB,
    "subtype": "MEMBER_TO_MEMBER",
    "eventContent": {
        "com.linkedin.voyager.messaging.event.MessageEvent": {
            "attributedBody": {"text": "Hello", "attributes": []},
            "attachments": [
                {"name": "a.pdf", "byteSize": 5, "mediaType": "application/pdf", "reference": {}}
            ],
        }
    },
    "reactionSummaries": [
        {"emoji": "👏", "count": 1, "firstReactedAt": DELIVERED_AT, "viewerReacted": False}
    ],
}

FRAMES: dict[str, dict[str, Any]] = {
    "message": _decorated("messagesTopic", "Message", message(conversation=conversation(messages=None))),
    "conversation": _decorated("conversationsTopic", "Conversation", conversation()),
    "deletion": _decorated("conversationDeletesTopic", "ConversationDelete", {"entityUrn": CONVERSATION_URN}),
    "receipt": _decorated(
        "messageSeenReceiptsTopic",
        "SeenReceipt",
        {"seenAt": DELIVERED_AT, "message": _MESSAGE_REFERENCE, "seenByParticipant": bob()},
    ),
    "reaction": _decorated(
        "messageReactionSummariesTopic",
        "RealtimeReactionSummary",
        {
            "reactionAdded": True,
            "actor": {"entityUrn": BOB_PARTICIPANT},
            "message": {"entityUrn": MESSAGE_URN},
            "reactionSummary": {"emoji": "👏", "count": 2, "firstReactedAt": 5, "viewerReacted": False},
        },
    ),
    "typing": _decorated(
        "typingIndicatorsTopic",
        "TypingIndicator",
        {"typingParticipant": bob(), "conversation": {"entityUrn": CONVERSATION_URN}},
    ),
    "presence": {
        FRONT + "DecoratedEvent": {
            "topic": f"urn:li-realtime:presenceStatusTopic:urn:li:fsd_profile:{BOB}",
            "leftServerAt": DELIVERED_AT,
            "payload": {"availability": "ONLINE", "lastActiveAt": DELIVERED_AT},
        }
    },
    "legacy message": framed("messagesTopic", {"event": _EVENT}),
    "legacy conversation": framed(
        "conversationsTopic",
        {
            "conversation": {
                "entityUrn": f"urn:li:fs_conversation:{THREAD}",
                "lastActivityAt": DELIVERED_AT,
                "participants": [_SMALL_BOB],
                "events": [_EVENT],
                "read": False,
                "unreadCount": 1,
                "featureTypes": ["REPLY"],
                "notificationStatus": "ACTIVE",
            }
        },
    ),
    "legacy receipt": framed(
        "messageSeenReceiptsTopic",
        {
            "fromEntity": f"urn:li:fs_miniProfile:{BOB}",
            "seenReceipt": {"eventUrn": f"urn:li:fs_event:({THREAD},{MESSAGE})", "seenAt": DELIVERED_AT},
        },
    ),
    "legacy reaction": framed(
        "messageReactionSummariesTopic",
        {
            "reactionAdded": True,
            "actorMiniProfileUrn": f"urn:li:fs_miniProfile:{BOB}",
            "eventUrn": f"urn:li:fs_event:({THREAD},{MESSAGE})",
            "reactionSummary": {"emoji": "👏", "count": 1, "firstReactedAt": 5, "viewerReacted": False},
        },
    ),
    "legacy typing": framed(
        "typingIndicatorsTopic",
        {
            "fromEntity": f"urn:li:fs_miniProfile:{BOB}",
            "conversation": f"urn:li:fs_conversation:{THREAD}",
        },
    ),
    "greeting": {FRONT + "ClientConnection": {"id": "1", "personalTopics": []}},
    "heartbeat": {FRONT + "Heartbeat": {}},
}
"""By what they tell."""

OWNER = ME
