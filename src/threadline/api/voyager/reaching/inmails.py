"""InMail and its credits (contracts/voyager.md §6.2)."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.preferences import Preference
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.reaching import present
from threadline.api.voyager.reaching.schemas import InMailBody
from threadline.api.voyager.sends import outcome
from threadline.api.voyager.terms import asked_terms
from threadline.model.access import Right
from threadline.services.sends.outgoing import Outgoing

_body = msgspec.json.Decoder(InMailBody)


async def send_inmail(request: Request) -> Response:
    """Send an InMail; a credit is spent only where no free message reaches the person."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    wish = Outgoing(
        text=body.message,
        profile_url=body.profile_url,
        subject=body.subject,
        attachment_ids=body.attachments,
        channel=body.channel,
    )
    preference = Preference.of(request)
    terms = asked_terms(request, body, preference)
    answered = await services_of(request).inmail.send(account, wish, terms, preference.seconds)
    return await outcome(request, account, answered, preference.applied(direct=terms.direct))


async def show_credits(request: Request) -> Response:
    """The InMail credits that are left, asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    return answer(request, present.credits(await services_of(request).inmail.credits(account)))
