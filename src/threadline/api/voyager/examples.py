"""Made-up requests and answers that the OpenAPI document shows."""

from typing import Any, Final

_NOOR: Final = "ACoAAB3kP0Qx7TzvYw2mLr5NcHs8JdEfGaUi1Oo"
_ME: Final = "ACoAAA9wVr4LkTn2Xb8ZsQe6PyHd1JmCfGuRi3o"
_THREAD: Final = "2-ZXhhbXBsZS1vbmU="
_THREAD_URN: Final = f"urn:li:msg_conversation:(urn:li:fsd_profile:{_ME},{_THREAD})"
_MESSAGE: Final = "2-MTc3NTEyMTMwMDAwMC1leGFtcGxl"
MESSAGE_URN: Final = f"urn:li:msg_message:(urn:li:fsd_profile:{_ME},{_MESSAGE})"
SEND_ID: Final = "019d4d2c-7a10-7c3e-9f21-5b8e6a0c4d77"
_KEY: Final = "019d4d2c-1b00-7d44-8a10-0c2f4e6a8b99"
_ACCOUNT: Final = "5f1c0a9be37d24860c91ab3f"
_MADE: Final = "2026-04-02T09:00:00.000Z"
_SENT: Final = "2026-04-02T09:15:00.000Z"
NEXT: Final = "b3BhcXVlLWN1cnNvcg"

SEND_REQUEST: Final[dict[str, Any]] = {
    "profileUrl": "https://www.linkedin.com/in/noorh/",
    "message": "Shall we say Tuesday?",
}

SENT: Final[dict[str, Any]] = {
    "success": True,
    "method": "api-direct",
    "sendId": SEND_ID,
    "status": "sent",
    "phase": "cache",
    "channel": "linkedin_inbox",
    "conversationId": _THREAD,
    "conversationUrn": _THREAD_URN,
    "messageUrn": MESSAGE_URN,
    "message": "Shall we say Tuesday?",
    "recipientUrn": f"urn:li:fsd_profile:{_NOOR}",
    "createdAt": _SENT,
    "settledAt": _SENT,
}

UNKNOWN: Final[dict[str, Any]] = {
    "success": False,
    "sendId": SEND_ID,
    "status": "unknown",
    "phase": "cache",
    "channel": "linkedin_inbox",
    "conversationId": _THREAD,
    "conversationUrn": _THREAD_URN,
    "messageUrn": None,
    "message": "Shall we say Tuesday?",
    "recipientUrn": f"urn:li:fsd_profile:{_NOOR}",
    "expectedAt": None,
    "retrySafe": False,
    "createdAt": _SENT,
    "settledAt": None,
}

_WAITING: Final = {**UNKNOWN, "phase": None, "conversationId": None, "conversationUrn": None}

QUEUED: Final[dict[str, Any]] = {
    **_WAITING,
    "status": "queued",
    "expectedAt": "2026-04-02T09:15:41.000Z",
    "waitsFor": "gap",
    "priority": 5,
    "idempotencyKey": "order-4711-thanks",
}

DRAFT: Final[dict[str, Any]] = {**_WAITING, "status": "draft", "sendAt": "2026-04-03T07:00:00.000Z"}

CONVERSATION: Final[dict[str, Any]] = {
    "conversationId": _THREAD,
    "conversationUrn": _THREAD_URN,
    "category": "PRIMARY_INBOX",
    "kind": "direct",
    "participants": [
        {
            "fullName": "Noor Haddad",
            "headline": "Ops lead",
            "vanityName": "noorh",
            "profileUrl": "https://www.linkedin.com/in/noorh",
            "urn": f"urn:li:fsd_profile:{_NOOR}",
        }
    ],
    "groupChat": False,
    "state": None,
    "unreadCount": 1,
    "read": False,
    "lastMessage": "See you Tuesday",
    "lastMessageFromMe": False,
    "lastActivityAt": _SENT,
    "source": "linkedin_inbox",
    "categories": ["INBOX", "PRIMARY_INBOX"],
    "starred": False,
    "muted": False,
}

CONVERSATIONS: Final[dict[str, Any]] = {
    "success": True,
    "conversations": [CONVERSATION],
    "nextCursor": NEXT,
}

MESSAGE: Final[dict[str, Any]] = {
    "messageUrn": MESSAGE_URN,
    "messageId": _MESSAGE,
    "text": "See you Tuesday",
    "sentAt": _SENT,
    "fromMe": False,
    "sender": {
        "fullName": "Noor Haddad",
        "urn": f"urn:li:fsd_profile:{_NOOR}",
        "profileUrl": "https://www.linkedin.com/in/noorh",
    },
    "attachments": [],
}

THREAD: Final[dict[str, Any]] = {
    "success": True,
    "conversationId": _THREAD,
    "conversationUrn": _THREAD_URN,
    "messages": [MESSAGE],
    "nextCursor": None,
}

MARKED: Final[dict[str, Any]] = {"success": True, "conversationId": _THREAD}

EXPORT: Final[dict[str, Any]] = {
    "success": True,
    "months": 3,
    "categories": ["PRIMARY_INBOX"],
    "conversations": [{**CONVERSATION, "messages": [MESSAGE]}],
}

PROFILE: Final[dict[str, Any]] = {
    "success": True,
    "fullName": "Noor Haddad",
    "firstName": "Noor",
    "lastName": "Haddad",
    "headline": "Ops lead",
    "location": "Lisbon, Portugal",
    "vanityName": "noorh",
    "profileUrl": "https://www.linkedin.com/in/noorh",
    "urn": f"urn:li:fsd_profile:{_NOOR}",
    "entityUrn": f"urn:li:fsd_profile:{_NOOR}",
    "connectionDegree": "1ST",
}

RELATIONSHIP: Final[dict[str, Any]] = {
    "success": True,
    "connected": True,
    "pendingInvitationSent": False,
    "pendingInvitationReceived": False,
    "canConnect": True,
    "connectionDegree": "1ST",
}

SESSION_REQUEST: Final[dict[str, Any]] = {
    "cookies": [
        {"name": "li_at", "value": "…", "domain": ".linkedin.com"},
        {"name": "JSESSIONID", "value": '"ajax:123"', "domain": ".linkedin.com"},
    ],
    "userAgent": "Mozilla/5.0 …",
}

SESSION_LINKED: Final[dict[str, Any]] = {
    "success": True,
    "message": "Linked",
    "userId": "ana",
    "accountId": _ACCOUNT,
    "cookieCount": 2,
    "sessionValid": True,
    "state": "connecting",
    "nextAction": "Wait: the session is being checked with LinkedIn.",
}

SESSION_UNLINKED: Final[dict[str, Any]] = {
    "success": True,
    "message": "Unlinked; what is stored remains",
    "userId": "ana",
    "state": "unlinked",
    "nextAction": "Link an account with POST /api/session.",
}

_OWNER: Final[dict[str, Any]] = {
    "fullName": "Ana Example",
    "headline": "Engineer",
    "vanityName": "ana-example",
    "profileUrl": "https://www.linkedin.com/in/ana-example",
    "urn": f"urn:li:fsd_profile:{_ME}",
}

ACCOUNT: Final[dict[str, Any]] = {
    "userId": "ana",
    "accountId": _ACCOUNT,
    "state": "connected",
    "stateReason": None,
    "stateUntil": None,
    "nextAction": "Nothing.",
    "profile": _OWNER,
    "provenAt": _SENT,
    "ageSeconds": 4,
    "caughtUpAt": _MADE,
    "createdAt": _MADE,
}

ACCOUNTS: Final[dict[str, Any]] = {"success": True, "accounts": [ACCOUNT]}

TENANT_HEALTH: Final[dict[str, Any]] = {
    "success": True,
    "tenant": "acme",
    "healthy": True,
    "accounts": [ACCOUNT],
}

CAPABILITIES: Final[dict[str, Any]] = {
    "success": True,
    "userId": "ana",
    "accountId": _ACCOUNT,
    "sessionValid": True,
    "salesNavSessionValid": False,
    "relayConnected": False,
    "paused": False,
    "state": "connected",
    "stateReason": None,
    "stateUntil": None,
    "nextAction": "Nothing.",
    "profile": _OWNER,
    "provenAt": _SENT,
    "caughtUpAt": _MADE,
    "connectionsRequested": 0,
    "usage": {"connectionsRequested": 0},
}

KEY_REQUEST: Final[dict[str, Any]] = {"name": "ci", "rights": ["read", "send"]}

KEY_MADE: Final[dict[str, Any]] = {
    "success": True,
    "id": _KEY,
    "name": "ci",
    "key": "tl_…",
    "prefix": "tl_3fGk2",
    "rights": ["read", "send"],
    "createdAt": _MADE,
}

KEYS: Final[dict[str, Any]] = {
    "success": True,
    "keys": [
        {
            "id": _KEY,
            "name": "ci",
            "prefix": "tl_3fGk2",
            "rights": ["read", "send"],
            "createdAt": _MADE,
            "lastUsedAt": _SENT,
        }
    ],
}

DONE: Final[dict[str, Any]] = {"success": True}

TENANT_REQUEST: Final[dict[str, Any]] = {"name": "acme"}

TENANT_MADE: Final[dict[str, Any]] = {
    "success": True,
    "created": True,
    "tenant": {"id": _KEY, "name": "acme", "sandbox": False, "createdAt": _MADE},
}

OPERATOR_KEY_REQUEST: Final[dict[str, Any]] = {"tenant": "acme", **KEY_REQUEST}

OPERATOR_SESSION_REQUEST: Final[dict[str, Any]] = {"tenant": "acme", "userId": "ana", **SESSION_REQUEST}

OPERATOR_ACCOUNTS: Final[dict[str, Any]] = {
    "success": True,
    "accounts": [{**ACCOUNT, "tenant": "acme", "fullName": "Ana Example"}],
}

PROOF: Final[dict[str, Any]] = {
    "success": True,
    "sessionValid": True,
    "fullName": "Ana Example",
    "state": "connected",
    "nextAction": "Nothing.",
}
