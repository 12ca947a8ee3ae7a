"""The routes of attachments."""

from typing import Any

from starlette.routing import BaseRoute

from threadline.api.routing import PlainRoute
from threadline.api.voyager import description
from threadline.api.voyager.description import (
    OF_A_READ,
    OF_AN_ACCOUNT,
    OF_LINKEDIN,
    USER,
    in_query,
    operation,
)
from threadline.api.voyager.media import downloads, examples, schemas, uploads
from threadline.model.attachments import FILE_LIMIT, VOICE_LIMIT
from threadline.model.compositions import UploadKind
from threadline.model.errors import (
    AttachmentNotFound,
    BadInput,
    EmptyFile,
    ForbiddenFileType,
    LengthMismatch,
    NotSupported,
    PayloadTooLarge,
    RangeNotSatisfiable,
)

_FILE = {"type": "string", "format": "binary", "maxLength": FILE_LIMIT}
_KINDS = {"enum": [kind.value for kind in UploadKind]}
_DURATION = {"type": "integer", "minimum": 1, "maximum": VOICE_LIMIT}
_BODY = {
    "required": True,
    "content": {
        "application/octet-stream": {"schema": _FILE},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": _FILE, "kind": _KINDS, "duration": _DURATION},
            }
        },
    },
}
_NAME = {
    "name": "X-File-Name",
    "in": "header",
    "required": False,
    "description": "The name of a raw body, in UTF-8 or percent-encoded; a form names its file itself.",
    "schema": {"type": "string"},
    "example": "offer.pdf",
}
_SIZE = {
    "name": "X-File-Size",
    "in": "header",
    "required": False,
    "description": "How many bytes a raw body has; one that has another number is refused.",
    "schema": {"type": "integer"},
}
_RANGE = {
    "name": "Range",
    "in": "header",
    "required": False,
    "description": "One part of the file: `bytes=0-99`, `bytes=100-`, `bytes=-100`.",
    "schema": {"type": "string"},
    "example": "bytes=0-99",
}
_ATTACHMENT = description.in_path(
    "attachment", "The attachment's id: of an upload, or as a message shows it."
)


def _uploaded() -> dict[str, Any]:
    said = operation(
        schemas.Uploaded,
        examples.UPLOADED,
        status=201,
        parameters=(
            USER,
            _NAME,
            _SIZE,
            in_query("kind", "`voice` for a voice note; else it follows from the type.", _KINDS),
            in_query("duration", "Of a voice note, in milliseconds.", _DURATION),
        ),
        errors=(
            *OF_AN_ACCOUNT,
            BadInput,
            EmptyFile,
            LengthMismatch,
            PayloadTooLarge,
            ForbiddenFileType,
            *OF_LINKEDIN,
        ),
    )
    return {**said, "requestBody": _BODY}


def _file(*, head: bool) -> dict[str, Any]:
    errors = (*OF_A_READ, AttachmentNotFound, NotSupported, *(() if head else (RangeNotSatisfiable,)))
    said = operation(
        schemas.Uploaded,
        examples.UPLOADED,
        parameters=(USER, _ATTACHMENT) if head else (USER, _ATTACHMENT, _RANGE),
        errors=errors,
    )
    content: dict[str, Any] = {} if head else {"content": {"application/octet-stream": {"schema": _FILE}}}
    said["responses"]["200"] = {"description": "The file, under its own name and type", **content}
    if not head:
        said["responses"]["206"] = {"description": "The part that was asked for", **content}
    return said


ROUTES: tuple[BaseRoute, ...] = (
    PlainRoute("POST", "/api/attachments", uploads.upload, tags=("messaging",), described=_uploaded()),
    PlainRoute(
        "GET",
        "/api/attachments/{attachment}",
        downloads.download,
        tags=("messaging",),
        described=_file(head=False),
    ),
    PlainRoute(
        "HEAD",
        "/api/attachments/{attachment}",
        downloads.describe,
        tags=("messaging",),
        described=_file(head=True),
    ),
)
