"""The routes of the queue."""

from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute

from threadline.api.routing import Answering, PlainRoute
from threadline.api.voyager import description
from threadline.api.voyager.description import OF_A_BODY, OF_AN_ACCOUNT, USER, in_query, operation
from threadline.api.voyager.queue import examples, schemas, sends
from threadline.api.voyager.reaching.schemas import Sent
from threadline.api.voyager.schemas import Schema
from threadline.model.errors import (
    BadCursor,
    BadInput,
    NotEditable,
    NotFound,
    SendInProgress,
    ThreadlineError,
)
from threadline.model.sends import SendState

_SEND = description.in_path("send", "`sendId` of the answer of POST /api/send.")
_FILTERS = (
    in_query("status", "Only those in this state.", {"enum": list(SendState)}),
    in_query("batchId", "Only those of this batch."),
    in_query("conversationId", "Only those to this conversation, by id or URN in any form."),
)


def _route(method: str, path: str, answering: Answering, said: dict[str, Any]) -> BaseRoute:
    return PlainRoute(method, path, answering, tags=("queue",), described=said)


def _about_send(
    example: dict[str, Any],
    errors: Sequence[type[ThreadlineError]],
    body: type[Schema] | None = None,
    body_example: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return operation(
        Sent,
        example,
        parameters=(USER, _SEND),
        body=body,
        body_example=body_example,
        errors=(*OF_AN_ACCOUNT, NotFound, *errors),
    )


_TOO_LATE = (SendInProgress, NotEditable)

ROUTES: tuple[BaseRoute, ...] = (
    _route(
        "GET",
        "/api/sends",
        sends.list_sends,
        operation(
            schemas.Sends,
            examples.SENDS,
            parameters=(USER, *_FILTERS, description.limit(sends.LIST_LIMIT), description.CURSOR),
            errors=(*OF_AN_ACCOUNT, BadInput, BadCursor),
        ),
    ),
    _route("GET", "/api/sends/{send}", sends.show_send, _about_send(examples.QUEUED, ())),
    _route(
        "PATCH",
        "/api/sends/{send}",
        sends.edit_send,
        _about_send(examples.EDITED, (*_TOO_LATE, *OF_A_BODY), schemas.SendEditBody, examples.EDIT_REQUEST),
    ),
    _route("DELETE", "/api/sends/{send}", sends.cancel_send, _about_send(examples.CANCELLED, _TOO_LATE)),
    _route(
        "POST", "/api/sends/{send}/release", sends.release_send, _about_send(examples.RELEASED, _TOO_LATE)
    ),
)
