"""Hand-made wire JSON with the made-up ids of contracts/linkedin-wire.md §0.3."""

from typing import Any

ME = "ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx"
BOB = "ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx"
THREAD = "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="
MESSAGE = "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDEmMGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="
CONVERSATION_URN = f"urn:li:msg_conversation:(urn:li:fsd_profile:{ME},{THREAD})"
MESSAGE_URN = f"urn:li:msg_message:(urn:li:fsd_profile:{ME},{MESSAGE})"
ME_PARTICIPANT = f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{ME}"
BOB_PARTICIPANT = f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{BOB}"
DELIVERED_AT = 1_790_000_000_000


def member(profile_id: str, first: str, last: str, distance: str) -> dict[str, Any]:
    """A participant who is a person (§4.2)."""
    return {
        "entityUrn": f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{profile_id}",
        "hostIdentityUrn": f"urn:li:fsd_profile:{profile_id}",
        "backendUrn": "urn:li:member:1002",
        "participantType": {
            "member": {
                "firstName": {"text": first, "attributes": []},
                "lastName": {"text": last, "attributes": []},
                "headline": {"text": "Designer", "attributes": []},
                "distance": distance,
                "pronoun": None,
                "profilePicture": {
                    "rootUrl": "https://media.example/bob_",
                    "artifacts": [
                        {"width": 100, "fileIdentifyingUrlPathSegment": "100.jpg"},
                        {"width": 400, "fileIdentifyingUrlPathSegment": "400.jpg"},
                    ],
                },
            },
            "organization": None,
            "custom": None,
        },
        "showPremiumInBug": False,
    }


def ada() -> dict[str, Any]:
    """The owner."""
    return member(ME, "Ada", "Demo", "SELF")


def bob() -> dict[str, Any]:
    """The peer."""
    return member(BOB, "Bob", "Sample", "DISTANCE_1")


def message(**changes: Any) -> dict[str, Any]:
    """A message of Bob's (§5.1), with `changes`."""
    return {
        "_type": "com.linkedin.messenger.Message",
        "entityUrn": MESSAGE_URN,
        "backendUrn": f"urn:li:messagingMessage:{MESSAGE}",
        "backendConversationUrn": f"urn:li:messagingThread:{THREAD}",
        "conversation": {"entityUrn": CONVERSATION_URN},
        "subject": None,
        "body": {"_type": "com.linkedin.pemberly.text.AttributedText", "text": "Hello Ada", "attributes": []},
        "deliveredAt": DELIVERED_AT,
        "actor": {"entityUrn": BOB_PARTICIPANT},
        "sender": bob(),
        "originToken": None,
        "messageBodyRenderFormat": "DEFAULT",
        "renderContent": [],
        "renderContentFallbackText": None,
        "reactionSummaries": [
            {"emoji": "👏", "count": 1, "firstReactedAt": 1_790_000_060_000, "viewerReacted": False}
        ],
        **changes,
    }


def conversation(**changes: Any) -> dict[str, Any]:
    """A conversation with Bob (§4.1), with `changes`."""
    return {
        "_type": "com.linkedin.messenger.Conversation",
        "entityUrn": CONVERSATION_URN,
        "categories": ["INBOX", "PRIMARY_INBOX"],
        "groupChat": False,
        "state": None,
        "title": None,
        "conversationTypeText": None,
        "conversationParticipants": [ada(), bob()],
        "createdAt": 1_789_990_000_000,
        "lastActivityAt": DELIVERED_AT,
        "lastReadAt": 1_789_999_000_000,
        "read": False,
        "unreadCount": 1,
        "notificationStatus": "ACTIVE",
        "disabledFeatures": [{"disabledFeature": "ADD_PARTICIPANT", "reasonText": None}],
        "messages": {"elements": [message()]},
        **changes,
    }


def answer(field: str, elements: list[Any], **metadata: Any) -> dict[str, Any]:
    """An answer of messaging GraphQL in the plain nested form (§1.4)."""
    return {
        "data": {
            "_type": "com.linkedin.0123456789abcdef0123456789abcdef",
            field: {
                "_type": "com.linkedin.restli.common.CollectionResponse",
                "metadata": metadata,
                "elements": elements,
            },
        }
    }


def normalized_conversations() -> dict[str, Any]:
    """What `answer("messengerConversationsBySyncToken", [conversation()], newSyncToken=…)` is, normalized."""
    chat, said = conversation(), message()
    chat["*conversationParticipants"] = [ME_PARTICIPANT, BOB_PARTICIPANT]
    del chat["conversationParticipants"]
    chat["messages"] = {"*elements": [MESSAGE_URN]}
    said["*sender"] = said["*actor"] = BOB_PARTICIPANT
    said["*conversation"] = CONVERSATION_URN
    for key in ("sender", "actor", "conversation"):
        del said[key]
    return {
        "data": {
            "data": {
                "messengerConversationsBySyncToken": {
                    "*elements": [CONVERSATION_URN],
                    "metadata": {"newSyncToken": "c3luYy0x"},
                    "$type": "com.linkedin.restli.common.CollectionResponse",
                }
            }
        },
        "included": [chat, ada(), bob(), said],
    }
