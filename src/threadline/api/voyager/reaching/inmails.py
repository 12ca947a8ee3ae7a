"""InMail and its credits (contracts/voyager.md §6.2)."""

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.reaching import present
from threadline.api.voyager.reaching.schemas import InMailBody, SentInMail
from threadline.api.voyager.sends import Wait, outcome
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.sends import Send, Terms
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
    wait = Wait.preferred(request)
    answered = await services_of(request).inmail.send(account, wish, Terms(), wait.seconds)

    def shown(account: Account, send: Send) -> SentInMail:
        told = msgspec.structs.asdict(present.send(account, send))
        left = UNSET if send.credits_left is None else send.credits_left
        return SentInMail(**told, credits_left=left)

    return await outcome(request, account, answered.send, wait, shown)


async def show_credits(request: Request) -> Response:
    """The InMail credits that are left, asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    return answer(request, present.credits(await services_of(request).inmail.credits(account)))
