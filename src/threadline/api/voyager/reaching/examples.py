"""Examples of InMails, credits and new group chats for the OpenAPI document, all made up."""

from typing import Any, Final

from threadline.api.voyager.examples import SENT

INMAIL_REQUEST: Final[dict[str, Any]] = {
    "profileUrl": "https://www.linkedin.com/in/noorh/",
    "subject": "Your talk in Lisbon",
    "message": "I heard your talk, and would like to ask about the second half.",
}

INMAIL_SENT: Final[dict[str, Any]] = {
    **SENT,
    "phase": "new",
    "message": INMAIL_REQUEST["message"],
    "subject": INMAIL_REQUEST["subject"],
    "creditsLeft": 41,
}

CREDITS: Final[dict[str, Any]] = {
    "success": True,
    "credits": 42,
    "nextRefreshAt": "2026-05-01T00:00:00.000Z",
    "salesNavigator": 50,
}

GROUP_REQUEST: Final[dict[str, Any]] = {
    "recipients": ["https://www.linkedin.com/in/noorh/", "https://www.linkedin.com/in/sarah-chen/"],
    "title": "Lisbon in May",
    "message": "Shall we travel together?",
}

_MEMBERS = [f"urn:li:fsd_profile:ACoAADEMO{name:x<30}" for name in ("noor", "sarah")]

GROUP_SENT: Final[dict[str, Any]] = {
    **{name: value for name, value in SENT.items() if name != "recipientUrn"},
    "phase": "new",
    "message": GROUP_REQUEST["message"],
    "recipients": _MEMBERS,
    "title": GROUP_REQUEST["title"],
}
