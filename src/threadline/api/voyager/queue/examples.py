"""Examples of the queue for the OpenAPI document, all made up."""

from typing import Any, Final

from threadline.api.voyager.examples import DRAFT, NEXT, QUEUED, SENT

__all__ = ["CANCELLED", "EDITED", "EDIT_REQUEST", "QUEUED", "RELEASED", "SENDS"]

SENDS: Final[dict[str, Any]] = {
    "success": True,
    "sends": [QUEUED, SENT],
    "open": {"draft": 0, "queued": 1, "sending": 0, "unknown": 0},
    "nextCursor": NEXT,
}

EDIT_REQUEST: Final[dict[str, Any]] = {
    "message": "Shall we say Wednesday?",
    "sendAt": "2026-04-03T09:00:00+02:00",
    "priority": 5,
}

EDITED: Final[dict[str, Any]] = {
    **QUEUED,
    "message": EDIT_REQUEST["message"],
    "expectedAt": "2026-04-03T07:00:00.000Z",
    "waitsFor": "send_at",
    "sendAt": "2026-04-03T07:00:00.000Z",
}

RELEASED: Final[dict[str, Any]] = {
    **DRAFT,
    "status": "queued",
    "expectedAt": DRAFT["sendAt"],
    "waitsFor": "send_at",
}

CANCELLED: Final[dict[str, Any]] = {
    **{name: value for name, value in QUEUED.items() if name not in ("expectedAt", "waitsFor")},
    "status": "cancelled",
    "retrySafe": True,
    "settledAt": "2026-04-02T09:15:20.000Z",
}
