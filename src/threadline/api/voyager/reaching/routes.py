"""The routes of sends, InMail, credits and new group chats."""

from starlette.routing import BaseRoute

from threadline.api.rate_limits import showing_limits
from threadline.api.routing import PlainRoute
from threadline.api.voyager import sends
from threadline.api.voyager.description import (
    OF_A_SEND,
    OF_AN_ACCOUNT,
    OF_LINKEDIN,
    OF_SENDING,
    SENDING_HEADERS,
    USER,
    operation,
)
from threadline.api.voyager.examples import DRAFT, QUEUED, SEND_REQUEST, SENT, UNKNOWN
from threadline.api.voyager.reaching import examples, groups, inmails, schemas
from threadline.api.voyager.reaching.schemas import SendBody, Sent
from threadline.model.errors import (
    ExperimentalOff,
    GroupTooSmall,
    MessageRecalled,
    NoInMailCredits,
    NotFound,
    RecipientMismatch,
    SeatRequired,
    SubjectRequired,
)

ROUTES: tuple[BaseRoute, ...] = (
    PlainRoute(
        "POST",
        "/api/send",
        showing_limits(sends.send),
        tags=("messaging",),
        described=operation(
            Sent,
            SENT,
            also=((202, QUEUED),),
            body=SendBody,
            body_example=SEND_REQUEST,
            parameters=OF_SENDING,
            headers=SENDING_HEADERS,
            errors=(*OF_A_SEND, NotFound, MessageRecalled, RecipientMismatch, SeatRequired, ExperimentalOff),
        ),
    ),
    PlainRoute(
        "POST",
        "/api/send-inmail",
        showing_limits(inmails.send_inmail),
        tags=("messaging",),
        described=operation(
            Sent,
            examples.INMAIL_SENT,
            also=((202, UNKNOWN),),
            body=schemas.InMailBody,
            body_example=examples.INMAIL_REQUEST,
            parameters=OF_SENDING,
            headers=SENDING_HEADERS,
            errors=(*OF_A_SEND, SubjectRequired, NoInMailCredits, SeatRequired, ExperimentalOff),
        ),
    ),
    PlainRoute(
        "GET",
        "/api/inmail/credits",
        inmails.show_credits,
        tags=("messaging",),
        described=operation(
            schemas.CreditsShown,
            examples.CREDITS,
            parameters=(USER,),
            errors=(*OF_AN_ACCOUNT, *OF_LINKEDIN),
        ),
    ),
    PlainRoute(
        "POST",
        "/api/conversations",
        showing_limits(groups.open_group),
        tags=("messaging",),
        described=operation(
            Sent,
            examples.GROUP_SENT,
            also=((202, DRAFT),),
            body=schemas.GroupBody,
            body_example=examples.GROUP_REQUEST,
            parameters=OF_SENDING,
            headers=SENDING_HEADERS,
            errors=(*OF_A_SEND, GroupTooSmall),
        ),
    ),
)
