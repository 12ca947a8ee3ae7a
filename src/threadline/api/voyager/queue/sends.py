"""What was accepted: listing it, following it, and changing it until it is claimed."""

import uuid

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager import queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.queue import present
from threadline.api.voyager.queue.schemas import SendEditBody
from threadline.api.voyager.terms import new_time
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.errors import BadInput, NotFound
from threadline.model.sends import SendState
from threadline.services.sends.queue import Edit, Shown, Wanted

LIST_LIMIT = 20

_body = msgspec.json.Decoder(SendEditBody)


async def list_sends(request: Request) -> Response:
    """A page of the account's sends, newest first."""
    account = await account_of(request, Right.READ)
    query = queries.query_of(request)
    wanted = Wanted(
        state=_state(query), batch_id=_batch_id(query), conversation_id=query.get("conversationId")
    )
    limit = queries.limit(query, LIST_LIMIT)
    services = services_of(request)
    page = await services.queue.page(account, wanted, limit, query.get("nextCursor"))
    return answer(request, present.page(account, page, services.clock.now()))


async def show_send(request: Request) -> Response:
    """One send as it stands; follows an answer of 202."""
    account = await account_of(request, Right.READ)
    return _answer(request, account, await services_of(request).queue.get(account, _send_id(request)))


async def edit_send(request: Request) -> Response:
    """Change the text, the time or the priority of a send that has not been claimed."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    edit = Edit(text=body.message, send_at=new_time(body.send_at, "sendAt"), priority=body.priority)
    if edit == Edit():
        raise BadInput("Name what to change: message, sendAt or priority.", field="message")
    shown = await services_of(request).queue.edit(account, _send_id(request), edit)
    return _answer(request, account, shown, "Changed")


async def cancel_send(request: Request) -> Response:
    """Take a send back that has not been claimed."""
    account = await account_of(request, Right.SEND)
    shown = await services_of(request).queue.cancel(account, _send_id(request))
    return _answer(request, account, shown, "Cancelled")


async def release_send(request: Request) -> Response:
    """Let a draft leave in its turn."""
    account = await account_of(request, Right.SEND)
    shown = await services_of(request).queue.release(account, _send_id(request))
    return _answer(request, account, shown, "Released")


def _answer(request: Request, account: Account, shown: Shown, message: str = "OK") -> Response:
    now = services_of(request).clock.now()
    return answer(request, present.send(account, shown, now), message=message)


def _state(query: queries.Query) -> SendState | None:
    named = query.get("status")
    if named is None:
        return None
    try:
        return SendState(named)
    except ValueError:
        raise BadInput(
            f"status: {named[:40]!r} is no state of a send; there are {', '.join(SendState)}.", field="status"
        ) from None


def _batch_id(query: queries.Query) -> str | None:
    named = query.get("batchId")
    if named is None:
        return None
    try:
        return str(uuid.UUID(named))
    except ValueError:
        raise BadInput(f"batchId: {named[:40]!r} is no batchId of an answer.", field="batchId") from None


def _send_id(request: Request) -> str:
    named: str = request.path_params["send"]
    try:
        return str(uuid.UUID(named))
    except ValueError:
        raise NotFound("This account has no such send.") from None
