"""Sending, and following a send (contracts/voyager.md §6.1, contracts/DECISIONS.md 1 to 6)."""

import re
import uuid

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.errors import error_of
from threadline.api.identity import header
from threadline.api.services import services_of
from threadline.api.voyager import present
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.schemas import SendBody, SendFailure, Sent
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.errors import NotFound, ThreadlineError
from threadline.model.sends import Send, SendState
from threadline.services.outgoing import Outgoing

DEFAULT_WAIT = 30
LONGEST_WAIT = 60
"""Seconds."""

_body = msgspec.json.Decoder(SendBody)
_WAIT = re.compile(rb"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,9})\"?\s*(?:[,;]|$)", re.IGNORECASE)


async def send(request: Request) -> Response:
    """Send a message, and answer what became of it: 200 only with LinkedIn's id of the message in hand."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    wait = _preferred_wait(request)
    services = services_of(request)
    outgoing = Outgoing(
        text=body.message,
        profile_url=body.profile_url,
        recipient_urn=body.recipient_urn,
        conversation_id=body.conversation_id,
    )
    shown = await services.sending.send(account, outgoing, DEFAULT_WAIT if wait is None else wait)
    if shown.state is SendState.FAILED:
        raise failure(shown)
    if account.profile_id is None:
        # The call itself proved whose account it is.
        account = await services.accounts.get(account.account_id)
    applied = () if wait is None else ((b"preference-applied", f"wait={wait}".encode()),)
    data = present.send(account, shown)
    if data.success:
        return answer(request, data, message="Sent", headers=applied)
    return answer(request, data, status=202, message=_ACCEPTED[shown.state], headers=applied)


async def show_send(request: Request) -> Response:
    """One send as it stands; follows an answer of 202."""
    account = await account_of(request, Right.READ)
    shown = await services_of(request).sending.get(account, _send_id(request))
    return answer(request, present_with_failure(account, shown))


def present_with_failure(account: Account, shown: Send) -> Sent:
    """A send, with the reason when it failed."""
    data = present.send(account, shown)
    if shown.state is SendState.FAILED:
        error = failure(shown)
        data.error = SendFailure(code=error.code, message=error.message, next_step=error.next_step)
    return data


def failure(shown: Send) -> ThreadlineError:
    """The error that a failed send is answered with."""
    return error_of(
        shown.error_code,
        shown.error_message or "The message was not sent.",
        {"sendId": shown.send_id, "retrySafe": bool(shown.retry_safe)},
    )


_ACCEPTED = {
    SendState.DRAFT: "Held as a draft",
    SendState.QUEUED: "Accepted, and not sent yet: follow it with GET /api/sends/{sendId}",
    SendState.SENDING: "On its way: follow it with GET /api/sends/{sendId}",
    SendState.UNKNOWN: (
        "LinkedIn's answer was lost; do not send it again: follow it with GET /api/sends/{sendId}"
    ),
}


def _preferred_wait(request: Request) -> int | None:
    """How many seconds the caller prefers to wait (RFC 7240), None when it does not say."""
    found = _WAIT.search(header(request, b"prefer"))
    return None if found is None else min(int(found[1]), LONGEST_WAIT)


def _send_id(request: Request) -> str:
    named: str = request.path_params["send"]
    try:
        return str(uuid.UUID(named))
    except ValueError:
        raise NotFound("This account has no such send.") from None
