"""What LinkedIn's refusal of a message means for the send (contracts/linkedin-wire.md §§6.2, 6.4, 12.1)."""

from threadline.linkedin.answers import CSRF_CHECK_FAILED, ROUTE_RETIRED
from threadline.linkedin.errors import NoSeat, Refusal
from threadline.model.errors import (
    AccountCheckpoint,
    AccountRestricted,
    ConversationNotFound,
    NotConnected,
    RateLimited,
    Refused,
    SeatRequired,
    SessionExpired,
    ThreadlineError,
    Unavailable,
    UpstreamError,
)
from threadline.model.sends import Send

_NOT_CONNECTED_STATUSES = (403, 422)
_NOT_ABOUT_THE_PERSON = (CSRF_CHECK_FAILED, ROUTE_RETIRED)
_PASSING = (SessionExpired, AccountCheckpoint, AccountRestricted, RateLimited, UpstreamError, Unavailable)

_SECOND_INMAIL = "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY"


def is_for_good(error: ThreadlineError) -> bool:
    """Whether trying again later would meet the same; what passes, or is for the person to end, does not."""
    return isinstance(error.__cause__, Refusal) or not isinstance(error, _PASSING)


def wants_a_reply(error: ThreadlineError) -> bool:
    """Whether LinkedIn takes the message only as a reply in the conversation that is there already."""
    return _code(error) == _SECOND_INMAIL


def told_as(error: ThreadlineError, send: Send) -> ThreadlineError:
    """The refusal of `send` as the error that its caller can act on."""
    cause = error.__cause__
    if not isinstance(cause, Refusal) or not isinstance(error, Refused):
        return error
    if isinstance(cause, NoSeat):
        return SeatRequired("Sales Navigator is not open to this account.")
    if wants_a_reply(error):
        return NotConnected(
            "There is an InMail conversation with this person; name it with conversationId to write there."
        )
    if cause.status in _NOT_CONNECTED_STATUSES and cause.reason_code not in _NOT_ABOUT_THE_PERSON:
        reason = cause.reason or cause.reason_code or f"status {cause.status}"
        return NotConnected(f"LinkedIn does not let this account write to the person: {reason}.")
    if cause.status == 404 and send.thread_id is not None:
        return ConversationNotFound("The conversation is gone at LinkedIn.")
    return error


def _code(error: ThreadlineError) -> str | None:
    return error.__cause__.reason_code if isinstance(error.__cause__, Refusal) else None
