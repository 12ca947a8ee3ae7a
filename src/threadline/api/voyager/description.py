"""The OpenAPI document of the main API: parameters, bodies, answers and errors, with examples."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.routing import Encoded
from threadline.api.voyager import schemas
from threadline.api.voyager.errors import error_item
from threadline.api.voyager.examples import MESSAGE_URN, SEND_ID
from threadline.api.voyager.queries import CATEGORIES, DEFAULT_CATEGORY, DEFAULT_MONTHS, MOST_MONTHS
from threadline.model.errors import (
    AccountCheckpoint,
    AccountRestricted,
    AttachmentNotFound,
    BadInput,
    BudgetReached,
    ForbiddenScope,
    IdempotencyMismatch,
    InternalError,
    MessageNotFound,
    MessageToSelf,
    NewerMessage,
    NotConnected,
    NotDelivered,
    PayloadTooLarge,
    ProfileNotFound,
    QueueFull,
    RateLimited,
    Refused,
    SendInProgress,
    SessionExpired,
    ThreadlineError,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
    UpstreamError,
    UserIdRequired,
    UserNotFound,
)
from threadline.services.inbox import MOST

Document = dict[str, Any]

KEY = "key"
OPERATOR = "operator"

OF_EVERY_CALL: tuple[type[ThreadlineError], ...] = (Unauthorized, ForbiddenScope, InternalError)
OF_AN_ACCOUNT = (*OF_EVERY_CALL, UserIdRequired, UserNotFound)
OF_LINKEDIN: tuple[type[ThreadlineError], ...] = (
    SessionExpired,
    AccountCheckpoint,
    AccountRestricted,
    RateLimited,
    UpstreamError,
    Refused,
    Unavailable,
)
OF_A_READ = (*OF_AN_ACCOUNT, BadInput, *OF_LINKEDIN)
OF_A_BODY: tuple[type[ThreadlineError], ...] = (PayloadTooLarge, UnsupportedMediaType)
OF_A_SEND: tuple[type[ThreadlineError], ...] = (
    *OF_AN_ACCOUNT,
    ProfileNotFound,
    MessageNotFound,
    AttachmentNotFound,
    MessageToSelf,
    NotConnected,
    NewerMessage,
    SendInProgress,
    IdempotencyMismatch,
    *OF_A_BODY,
    *OF_LINKEDIN,
    BudgetReached,
    QueueFull,
    NotDelivered,
)

_SAY_WHEN = frozenset({423, 429, 503})
"""Statuses that may come with `Retry-After`."""

_SCHEMES = {
    KEY: {"type": "http", "scheme": "bearer", "description": "A key of the tenant: `tl_…`, or `demo_…`."},
    OPERATOR: {
        "type": "http",
        "scheme": "bearer",
        "description": "The token from the file operator.token in the gateway's data folder.",
    },
}


def operation(
    answer: type[schemas.Data],
    example: Document,
    *,
    status: int = 200,
    also: Sequence[tuple[int, Document]] = (),
    body: type[schemas.Schema] | None = None,
    body_example: Document | None = None,
    parameters: Sequence[Document] = (),
    errors: Sequence[type[ThreadlineError]] = (),
    headers: Mapping[str, Document] | None = None,
    security: str = KEY,
) -> Document:
    """What the document says of one route.

    also: further statuses of success with an example each. errors: the kinds that it answers. headers: those
    of its answers, whatever their status.
    """
    responses = {
        str(code): {
            "description": "Success",
            "content": {
                "application/json": {
                    "schema": _enveloped(answer),
                    "example": _envelope(code, shown),
                }
            },
        }
        for code, shown in ((status, example), *also)
    }
    if body is not None:
        errors = (*errors, BadInput)
    said: Document = {
        "parameters": list(parameters),
        "responses": {**responses, **_refusals(errors)},
        "security": [{security: []}],
    }
    for response in said["responses"].values() if headers else ():
        response["headers"] = {**(headers or {}), **response.get("headers", {})}
    if body is not None:
        content = {"schema": _reference(body), "example": body_example}
        said["requestBody"] = {"required": True, "content": {"application/json": content}}
    return said


def complete(document: Document) -> None:
    """Add what the routes refer to: schemas and security schemes."""
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(_components())
    components.setdefault("securitySchemes", {}).update(_SCHEMES)


async def show_description(request: Request) -> Response:
    """This document."""
    return Encoded(msgspec.json.encode(request.app.openapi()))


def in_path(name: str, description: str) -> Document:
    """A part of the path."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
    }


def in_query(
    name: str, description: str, schema: Document | None = None, *, required: bool = False
) -> Document:
    """A query parameter."""
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": description,
        "schema": schema or {"type": "string"},
    }


def limit(default: int) -> Document:
    """The parameter `limit`."""
    text = f"How many, from 1; above {MOST} it is brought down to {MOST}."
    return in_query("limit", text, {"type": "integer", "minimum": 1, "default": default})


USER = {
    "name": "X-User-Id",
    "in": "header",
    "required": False,
    "description": (
        "The user of the tenant, by userId or account id. It may be left out in a tenant of one user; "
        "in the sandbox it then means ada."
    ),
    "schema": {"type": "string"},
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": (
        "`wait=N`: how many seconds to wait for the outcome, from 0 to 60; 30 when left out. "
        "`respond-async`: do not wait; the message takes its turn in the queue."
    ),
    "schema": {"type": "string"},
    "example": "wait=10",
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": (
        "1 to 255 printable characters of your choice: the same request under the same key is accepted once, "
        "and answered alike for 30 days. The field `idempotencyKey` of the body says the same."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "example": "order-4711-thanks",
}
OF_SENDING = (USER, PREFER, IDEMPOTENCY_KEY)
"""The parameters of every operation that sends."""

SENDING_HEADERS: Document = {
    "Idempotent-Replayed": {
        "description": "`true` where the key was used before, and this is what became of that request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Preference-Applied": {
        "description": "What of `Prefer` was applied.",
        "schema": {"type": "string"},
    },
    "X-RateLimit-Action": {
        "description": "What the next four count.",
        "schema": {"type": "string", "enum": ["MESSAGE"]},
    },
    "X-RateLimit-Limit": {
        "description": "The account's messages a day, as its owner and the ceiling allow them.",
        "schema": {"type": "integer"},
    },
    "X-RateLimit-Used": {"description": "How many are used today.", "schema": {"type": "integer"}},
    "X-RateLimit-Remaining": {"description": "How many are left today.", "schema": {"type": "integer"}},
    "X-RateLimit-Reset": {
        "description": "When the next day begins: 00:00 UTC.",
        "schema": {"type": "string", "format": "date-time"},
    },
}
_RETRY_AFTER: Document = {
    "Retry-After": {
        "description": "Seconds until trying again makes sense, where they are known.",
        "schema": {"type": "integer"},
    }
}
_FACTS: dict[type[ThreadlineError], Document] = {
    NewerMessage: {"newestMessageUrn": MESSAGE_URN},
    SendInProgress: {"sendId": SEND_ID},
    IdempotencyMismatch: {"sendId": SEND_ID},
    BudgetReached: {"kind": "messages", "limit": 150, "used": 150, "left": 0, "resetsAt": 1_775_174_400_000},
}
"""What the examples of some errors tell beside code, message and next step."""

CURSOR = in_query("nextCursor", "`nextCursor` of the page before, unchanged.")
CATEGORY = in_query("category", "Which list.", {"enum": list(CATEGORIES), "default": DEFAULT_CATEGORY})
CATEGORY_LIST = in_query(
    "categories", "Which lists, separated by commas.", {"type": "string", "default": DEFAULT_CATEGORY}
)
PRESENCE = in_query(
    "presence", "Whether to tell who is online; LinkedIn is asked.", {"type": "boolean", "default": False}
)
MONTHS = in_query(
    "months",
    "How far back, in months of 31 days.",
    {"type": "integer", "minimum": 1, "maximum": MOST_MONTHS, "default": DEFAULT_MONTHS},
)
PROFILE_URL = in_query("profileUrl", "The address of the person's profile.", required=True)
TENANT = in_query("tenant", "The tenant, by name.", required=True)
CONVERSATION = in_path("conversation", "The conversation, by id or URN in any form, percent-encoded.")


def _enveloped(data: type[schemas.Data]) -> Document:
    inner = {"type": "object", "properties": {"data": _reference(data)}}
    return {"allOf": [_reference(schemas.Envelope), inner]}


def _envelope(status: int, data: Document) -> Document:
    return {"success": True, "statusCode": status, "message": "OK", "data": data, "errors": []}


def _refusals(kinds: Sequence[type[ThreadlineError]]) -> Document:
    by_status: dict[int, list[type[ThreadlineError]]] = {}
    for kind in dict.fromkeys(kinds):
        by_status.setdefault(kind.status, []).append(kind)
    return {
        str(status): {
            "description": ", ".join(kind.code for kind in of_status),
            "content": {
                "application/json": {
                    "schema": _reference(schemas.Envelope),
                    "examples": {kind.code: {"value": _refusal(kind)} for kind in of_status},
                }
            },
            **({"headers": _RETRY_AFTER} if status in _SAY_WHEN else {}),
        }
        for status, of_status in sorted(by_status.items())
    }


def _refusal(kind: type[ThreadlineError]) -> Document:
    error = kind((kind.__doc__ or kind.code).strip().partition("\n")[0], details=_FACTS.get(kind))
    return {
        "success": False,
        "statusCode": kind.status,
        "message": error.message,
        "data": None,
        "errors": [msgspec.to_builtins(error_item(error))],
    }


def _reference(kind: type[schemas.Schema]) -> Document:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _components() -> Document:
    kinds = list(_all_below(schemas.Schema))
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    return dict(components)


def _all_below(kind: type[schemas.Schema]) -> Iterator[type[schemas.Schema]]:
    for below in kind.__subclasses__():
        yield below
        yield from _all_below(below)
