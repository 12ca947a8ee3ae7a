"""Made-up requests and answers about changes that the OpenAPI document shows."""

from typing import Any, Final

_NOOR: Final = "ACoAAB3kP0Qx7TzvYw2mLr5NcHs8JdEfGaUi1Oo"
_ME: Final = "ACoAAA9wVr4LkTn2Xb8ZsQe6PyHd1JmCfGuRi3o"
_THREAD: Final = "2-ZXhhbXBsZS1vbmU="
_MESSAGE_URN: Final = f"urn:li:msg_message:(urn:li:fsd_profile:{_ME},2-MTc3NTEyMTMwMDAwMC1leGFtcGxl)"
_PERSON: Final[dict[str, Any]] = {
    "fullName": "Noor Haddad",
    "headline": "Ops lead",
    "vanityName": "noorh",
    "profileUrl": "https://www.linkedin.com/in/noorh",
    "urn": f"urn:li:fsd_profile:{_NOOR}",
}

EDIT_REQUEST: Final[dict[str, Any]] = {"message": "Shall we say Wednesday?"}
EDITED: Final[dict[str, Any]] = {
    "success": True,
    "messageUrn": _MESSAGE_URN,
    "conversationId": _THREAD,
    "text": "Shall we say Wednesday?",
    "renderFormat": "EDITED",
}
RECALLED: Final[dict[str, Any]] = {**EDITED, "text": "", "renderFormat": "RECALLED"}

REACT_REQUEST: Final[dict[str, Any]] = {"emoji": "👍", "react": True}
REACTED: Final[dict[str, Any]] = {
    "success": True,
    "messageUrn": _MESSAGE_URN,
    "conversationId": _THREAD,
    "reactions": [{"emoji": "👍", "count": 1, "viewerReacted": True}],
}
REACTORS: Final[dict[str, Any]] = {
    "success": True,
    "messageUrn": _MESSAGE_URN,
    "reactions": [{"emoji": "👍", "count": 1, "people": [_PERSON]}],
}

CHANGED: Final[dict[str, Any]] = {"success": True, "conversationId": _THREAD}
ALL_READ: Final[dict[str, Any]] = {"success": True, "marked": 7}
MOVE_REQUEST: Final[dict[str, Any]] = {"category": "SECONDARY_INBOX"}
RENAME_REQUEST: Final[dict[str, Any]] = {"title": "Launch week"}
PARTICIPANTS_REQUEST: Final[dict[str, Any]] = {"profileUrls": ["https://www.linkedin.com/in/noorh/"]}
GROUP: Final[dict[str, Any]] = {
    "success": True,
    "conversationId": _THREAD,
    "title": "Launch week",
    "participants": [_PERSON],
}
RECEIPTS: Final[dict[str, Any]] = {
    "success": True,
    "conversationId": _THREAD,
    "receipts": [{"person": _PERSON, "messageUrn": _MESSAGE_URN, "seenAt": "2026-04-02T09:16:00.000Z"}],
}
