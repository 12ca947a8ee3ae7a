"""Examples of batches and budgets for the OpenAPI document, all made up."""

from typing import Any, Final

from threadline.api.voyager.examples import QUEUED

_BATCH: Final = "019d4c2e-5b1a-7c3d-9e0f-2a4b6c8d0e1f"

BATCH_REQUEST: Final[dict[str, Any]] = {
    "allOrNothing": False,
    "sends": [
        {
            "profileUrl": "https://www.linkedin.com/in/noorh/",
            "message": "Shall we say Tuesday?",
            "idempotencyKey": "order-4711-thanks",
            "priority": 5,
        },
        {
            "profileUrl": "https://www.linkedin.com/in/sarah-chen/",
            "subject": "Your talk in Lisbon",
            "message": "I heard your talk.",
            "inmail": True,
        },
    ],
}

BATCH: Final[dict[str, Any]] = {
    "success": False,
    "batchId": _BATCH,
    "counts": {"accepted": 1, "replayed": 0, "joined": 0, "refused": 1},
    "results": [
        {"index": 0, "outcome": "accepted", "send": {**QUEUED, "batchId": _BATCH}},
        {
            "index": 1,
            "outcome": "refused",
            "error": {
                "code": "NO_INMAIL_CREDITS",
                "message": "No InMail credits are left for it.",
                "field": "sends[1]",
                "nextStep": (
                    "Wait until LinkedIn grants new credits (GET /api/inmail/credits), or connect first."
                ),
            },
        },
    ],
}

_MIDNIGHT: Final = "2026-04-03T00:00:00.000Z"


def _line(kind: str, limit: int | None, ceiling: int | None, used: int, slot: str | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "limit": limit,
        "ceiling": ceiling,
        "enforced": ceiling is not None,
        "used": used,
        "left": None if limit is None else limit - used,
        "resetsAt": _MIDNIGHT,
        "nextSlotAt": slot,
    }


_SLOT: Final = "2026-04-02T09:16:12.000Z"

BUDGET: Final[dict[str, Any]] = {
    "success": True,
    "profile": "standard",
    "established": True,
    "newUntil": None,
    "resetsAt": _MIDNIGHT,
    "gap": {"leastSeconds": 30.0, "mostSeconds": 60.0, "floorSeconds": 10.0},
    "workingHours": {
        "start": "09:00",
        "end": "17:30",
        "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
        "timeZone": "Europe/Lisbon",
    },
    "waiting": 3,
    "stopped": None,
    "budgets": [
        _line("messages", 150, 300, 41, _SLOT),
        _line("new_conversations", 150, 300, 12, _SLOT),
        {**_line("inmail", 42, None, 0, _SLOT), "readAt": "2026-04-02T09:10:00.000Z"},
        _line("invitation_notes", None, None, 0, None),
        _line("profile_lookups", None, None, 7, None),
    ],
}

BUDGET_REQUEST: Final[dict[str, Any]] = {
    "profile": "careful",
    "limits": {"messages": 100, "newConversations": 40},
    "gap": {"leastSeconds": 45, "mostSeconds": 120},
    "workingHours": {"start": "09:00", "end": "17:30", "timeZone": "Europe/Lisbon"},
}
