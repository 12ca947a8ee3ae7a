"""Made-up answers about attachments that the OpenAPI document shows."""

from typing import Any, Final

UPLOADED: Final[dict[str, Any]] = {
    "success": True,
    "attachment": {
        "id": "att_5f1c0a9be37d24860c91ab3f",
        "name": "offer.pdf",
        "mediaType": "application/pdf",
        "byteSize": 48213,
        "kind": "file",
        "duration": None,
        "expiresAt": "2026-04-03T09:15:00.000Z",
    },
}
