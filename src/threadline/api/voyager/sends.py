"""Sending (contracts/voyager.md §6.1, contracts/DECISIONS.md 1 to 6)."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.errors import error_of
from threadline.api.preferences import Headers, Preference
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.errors import error_answer
from threadline.api.voyager.reaching import present
from threadline.api.voyager.reaching.schemas import SendBody
from threadline.api.voyager.schemas import MentionBody
from threadline.api.voyager.terms import asked_terms
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.clock import SECOND
from threadline.model.errors import ThreadlineError
from threadline.model.sends import Send, SendState
from threadline.services.sends.outgoing import Outgoing, Span
from threadline.services.sends.sending import Answered

REPLAYED: Headers = ((b"idempotent-replayed", b"true"),)

_body = msgspec.json.Decoder(SendBody)


async def send(request: Request) -> Response:
    """Send a message, and answer what became of it: 200 only with LinkedIn's id of the message in hand."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    outgoing = outgoing_of(body)
    preference = Preference.of(request)
    terms = asked_terms(request, body, preference)
    answered = await services_of(request).sending.send(account, outgoing, terms, preference.seconds)
    return await outcome(request, account, answered, preference.applied(direct=terms.direct))


def outgoing_of(body: SendBody) -> Outgoing:
    """What is to be said, and to whom."""
    return Outgoing(
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


def spans_of(mentions: Sequence[MentionBody]) -> tuple[Span, ...]:
    """Mentions as the services take them."""
    return tuple(Span(one.start, one.length, one.urn) for one in mentions)


async def outcome(request: Request, account: Account, answered: Answered, headers: Headers) -> Response:
    """The answer of a send and its kin (contracts/DECISIONS.md 3); headers: further ones."""
    if answered.replayed:
        headers += REPLAYED
    if answered.send.state is SendState.FAILED:
        now = services_of(request).clock.now()
        return error_answer(request.scope, failure(answered.send, now), headers)
    if account.profile_id is None:
        # The call itself proved whose account it is.
        account = await services_of(request).accounts.get(account.account_id)
    data = present.send(account, answered.send, answered.expected)
    if data.success:
        return answer(request, data, message="Sent", headers=headers)
    return answer(request, data, status=202, message=_ACCEPTED[answered.send.state], headers=headers)


def failure(shown: Send, now: int) -> ThreadlineError:
    """The error that a failed send is answered with, with the facts that were stored when it failed.

    now: epoch milliseconds, from which the time until trying again is counted.
    """
    retry_at = shown.error_details.get("retryAt", 0)
    return error_of(
        shown.error_code,
        shown.error_message or "The message was not sent.",
        {**shown.error_details, "sendId": shown.send_id, "retrySafe": present.may_be_repeated(shown)},
        next_step=shown.error_next_step,
        field=shown.error_details.get("field"),
        retry_after=-(-(retry_at - now) // SECOND) if retry_at > now else None,
    )


_FOLLOW = "follow it with GET /api/sends/{sendId}"

_ACCEPTED = {
    SendState.DRAFT: "Held as a draft: release it with POST /api/sends/{sendId}/release",
    SendState.QUEUED: f"Accepted, and not sent yet: {_FOLLOW}",
    SendState.SENDING: f"On its way: {_FOLLOW}",
    SendState.UNKNOWN: f"LinkedIn's answer was lost; do not send it again: {_FOLLOW}",
    SendState.CANCELLED: "Cancelled before it left",
}
