"""LinkedIn's reasons for a refusal, as errors that a caller can act on (contracts/linkedin-wire.md §12.1)."""

from threadline.linkedin.answers import CSRF_CHECK_FAILED, ROUTE_RETIRED
from threadline.linkedin.errors import Refusal
from threadline.model.errors import (
    EditWindowClosed,
    MessageRecalled,
    NoInMailCredits,
    NotConnected,
    NotEditable,
    Refused,
    SubjectRequired,
    ThreadlineError,
)

_BY_CODE: dict[str, tuple[type[ThreadlineError], str]] = {
    "INSUFFICIENT_INMAIL_CREDITS": (NoInMailCredits, "The account has no InMail credits left"),
    "SUBJECT_REQUIRED": (SubjectRequired, "An InMail takes a subject"),
    "NOT_CONNECTED": (NotConnected, "The account is not connected with the person"),
    "MESSAGE_TOO_OLD": (EditWindowClosed, "The message was sent more than 60 minutes ago"),
    "MESSAGE_RECALLED": (MessageRecalled, "The message was taken back"),
    "SYSTEM_MESSAGE": (NotEditable, "LinkedIn's own messages cannot be changed"),
}
_NEXT_STEPS = {
    "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY": (
        "An InMail conversation with this person exists; name it with conversationId."
    ),
    CSRF_CHECK_FAILED: "Try again; if it happens again, link the account again with POST /api/session.",
    ROUTE_RETIRED: "Update the gateway: LinkedIn has changed this call. Until then it cannot be done here.",
}


def refused(refusal: Refusal) -> ThreadlineError:
    """The refusal as an error with a code and a next step; Refused where LinkedIn's code is not known."""
    code = refusal.reason_code or ""
    if code in _BY_CODE:
        kind, otherwise = _BY_CODE[code]
        return kind(_sentence(refusal.reason or otherwise))
    said = refusal.reason or refusal.reason_code or str(refusal.status)
    return Refused(_sentence(f"LinkedIn refused: {said}"), next_step=_NEXT_STEPS.get(code))


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."
