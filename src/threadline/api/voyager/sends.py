"""Sending, and following a send (contracts/voyager.md §6.1, contracts/DECISIONS.md 1 to 6)."""

import re
import uuid
from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.errors import error_of
from threadline.api.identity import header
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.reaching import present
from threadline.api.voyager.schemas import MentionBody, SendBody, SendFailure, Sent
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.errors import NotFound, ThreadlineError
from threadline.model.sends import Send, SendState, Terms
from threadline.services.sends.outgoing import Outgoing, Span

DEFAULT_WAIT = 30
LONGEST_WAIT = 60
"""Seconds."""

_body = msgspec.json.Decoder(SendBody)
_WAIT = re.compile(rb"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,9})\"?\s*(?:[,;]|$)", re.IGNORECASE)


async def send(request: Request) -> Response:
    """Send a message, and answer what became of it: 200 only with LinkedIn's id of the message in hand."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    outgoing = Outgoing(
        text=body.message,
        profile_url=body.profile_url,
        recipient_urn=body.recipient_urn,
        conversation_id=body.conversation_id,
        typing=body.typing,
        attachment_ids=body.attachments,
        reply_to=body.reply_to,
        mentions=spans_of(body.mentions),
        channel=body.channel,
        group_id=None if body.group_id is None else str(body.group_id),
        subject=body.subject,
    )
    wait = Wait.preferred(request)
    answered = await services_of(request).sending.send(account, outgoing, Terms(), wait.seconds)
    return await outcome(request, account, answered.send, wait)


class Wait(Struct, frozen=True):
    """How long a caller waits for the outcome of a send."""

    seconds: int
    applied: bool
    """Whether it is the caller's own preference."""

    @classmethod
    def preferred(cls, request: Request) -> "Wait":
        """What the caller prefers (RFC 7240), else what is usual."""
        found = _WAIT.search(header(request, b"prefer"))
        return cls(DEFAULT_WAIT, False) if found is None else cls(min(int(found[1]), LONGEST_WAIT), True)


async def outcome(
    request: Request,
    account: Account,
    shown: Send,
    wait: Wait,
    present_as: Callable[[Account, Send], Sent] = present.send,
) -> Response:
    """The answer of a send and its kin (contracts/DECISIONS.md 3); raises why it failed."""
    if shown.state is SendState.FAILED:
        raise failure(shown)
    if account.profile_id is None:
        # The call itself proved whose account it is.
        account = await services_of(request).accounts.get(account.account_id)
    applied = ((b"preference-applied", f"wait={wait.seconds}".encode()),) if wait.applied else ()
    data = present_as(account, shown)
    if data.success:
        return answer(request, data, message="Sent", headers=applied)
    return answer(request, data, status=202, message=_ACCEPTED[shown.state], headers=applied)


def spans_of(mentions: Sequence[MentionBody]) -> tuple[Span, ...]:
    """Mentions as the services take them."""
    return tuple(Span(one.start, one.length, one.urn) for one in mentions)


async def show_send(request: Request) -> Response:
    """One send as it stands; follows an answer of 202."""
    account = await account_of(request, Right.READ)
    shown = await services_of(request).queue.get(account, _send_id(request))
    return answer(request, present_with_failure(account, shown.send))


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


def _send_id(request: Request) -> str:
    named: str = request.path_params["send"]
    try:
        return str(uuid.UUID(named))
    except ValueError:
        raise NotFound("This account has no such send.") from None
