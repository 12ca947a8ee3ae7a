"""Opening a group chat, by the road of a send (contracts/linkedin-wire.md §6.2)."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.preferences import Preference
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.reaching.schemas import GroupBody
from threadline.api.voyager.sends import outcome, spans_of
from threadline.api.voyager.terms import asked_terms
from threadline.model.access import Right
from threadline.services.sends.outgoing import Outgoing

_body = msgspec.json.Decoder(GroupBody)


async def open_group(request: Request) -> Response:
    """Open a group chat with its first message, and answer what became of it, as a send does."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    outgoing = Outgoing(
        text=body.message,
        group_members=tuple(body.recipients),
        title=body.title,
        attachment_ids=body.attachments,
        mentions=spans_of(body.mentions),
        typing=body.typing,
    )
    preference = Preference.of(request)
    terms = asked_terms(request, body, preference)
    answered = await services_of(request).sending.send(account, outgoing, terms, preference.seconds)
    return await outcome(request, account, answered, preference.applied(direct=terms.direct))
