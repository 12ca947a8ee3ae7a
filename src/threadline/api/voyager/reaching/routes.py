"""The routes of InMail, credits and new group chats."""

from starlette.routing import BaseRoute

from threadline.api.rate_limits import showing_limits
from threadline.api.routing import PlainRoute
from threadline.api.voyager.description import (
    OF_A_BODY,
    OF_AN_ACCOUNT,
    OF_LINKEDIN,
    PREFER,
    USER,
    operation,
)
from threadline.api.voyager.examples import UNKNOWN
from threadline.api.voyager.reaching import examples, groups, inmails, schemas
from threadline.api.voyager.schemas import Sent
from threadline.model.errors import (
    AttachmentNotFound,
    ExperimentalOff,
    GroupTooSmall,
    MessageToSelf,
    NoInMailCredits,
    NotConnected,
    NotDelivered,
    ProfileNotFound,
    SeatRequired,
    SubjectRequired,
)

_OF_A_SEND = (
    *OF_AN_ACCOUNT,
    ProfileNotFound,
    AttachmentNotFound,
    MessageToSelf,
    NotConnected,
    *OF_A_BODY,
    *OF_LINKEDIN,
    NotDelivered,
)

ROUTES: tuple[BaseRoute, ...] = (
    PlainRoute(
        "POST",
        "/api/send-inmail",
        showing_limits(inmails.send_inmail),
        tags=("messaging",),
        described=operation(
            schemas.SentInMail,
            examples.INMAIL_SENT,
            also=((202, UNKNOWN),),
            body=schemas.InMailBody,
            body_example=examples.INMAIL_REQUEST,
            parameters=(USER, PREFER),
            errors=(*_OF_A_SEND, SubjectRequired, NoInMailCredits, SeatRequired, ExperimentalOff),
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
            also=((202, UNKNOWN),),
            body=schemas.GroupBody,
            body_example=examples.GROUP_REQUEST,
            parameters=(USER, PREFER),
            errors=(*_OF_A_SEND, GroupTooSmall),
        ),
    ),
)
