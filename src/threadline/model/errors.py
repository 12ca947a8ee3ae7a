"""The one tree of errors that a person or a program can meet.

    ThreadlineError
    ├── BadInput                 400  VALIDATION_ERROR
    │   ├── BadCursor            400  INVALID_CURSOR
    │   └── UserIdRequired       400  USER_ID_REQUIRED
    ├── Unauthorized             401  UNAUTHORIZED
    ├── SessionExpired           401  SESSION_EXPIRED
    ├── ForbiddenScope           403  FORBIDDEN_SCOPE
    ├── NotConnected             403  NOT_CONNECTED
    ├── NotFound                 404  NOT_FOUND
    │   ├── UserNotFound         404  USER_NOT_FOUND
    │   └── ProfileNotFound      404  PROFILE_NOT_FOUND
    ├── MethodNotAllowed         405  METHOD_NOT_ALLOWED
    ├── AccountMismatch          409  ACCOUNT_MISMATCH
    ├── RecipientMismatch        409  RECIPIENT_MISMATCH
    ├── PayloadTooLarge          413  PAYLOAD_TOO_LARGE
    ├── UnsupportedMediaType     415  UNSUPPORTED_MEDIA_TYPE
    ├── AccountCheckpoint        423  ACCOUNT_CHECKPOINT
    ├── AccountRestricted        423  ACCOUNT_RESTRICTED
    ├── RateLimited              429  RATE_LIMITED
    ├── InternalError            500  INTERNAL_ERROR
    ├── UpstreamError            502  UPSTREAM_ERROR
    │   ├── Refused              502  REFUSED          LinkedIn said no, with a reason
    │   └── NotDelivered         502  NOT_DELIVERED    proven not to have left
    └── Unavailable              503  UNAVAILABLE

Codes: contracts/DECISIONS.md 3. Every error says what is wrong and what to do next.
"""

from typing import Any, ClassVar


class ThreadlineError(Exception):
    """An error with a stable code, an HTTP status, a plain sentence and a next step."""

    code: ClassVar[str]
    status: ClassVar[int]
    next_step: str = ""

    def __init__(
        self,
        message: str,
        *,
        next_step: str | None = None,
        field: str | None = None,
        retry_after: int | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Say what is wrong.

        field: the input that was wrong. retry_after: seconds until trying again makes sense.
        details: facts that a program can use, e.g. a send's id.
        """
        super().__init__(message)
        self.message = message
        if next_step is not None:
            self.next_step = next_step
        self.field = field
        self.retry_after = retry_after
        self.details = details or {}


class BadInput(ThreadlineError):
    """A field is missing or wrong."""

    code = "VALIDATION_ERROR"
    status = 400
    next_step = "Correct the field that is named and send the request again."


class BadCursor(BadInput):
    """A cursor was changed, cut, or belongs to another list or account."""

    code = "INVALID_CURSOR"
    next_step = "Begin again without nextCursor, and pass on the cursor exactly as it was answered."


class UserIdRequired(BadInput):
    """The tenant has several users and the request names none."""

    code = "USER_ID_REQUIRED"
    next_step = "Name the user in the X-User-Id header."


class Unauthorized(ThreadlineError):
    """The key is missing, malformed, unknown or revoked."""

    code = "UNAUTHORIZED"
    status = 401
    next_step = "Send the header 'Authorization: Bearer <key>' with a key that `threadline keys list` shows."


class SessionExpired(ThreadlineError):
    """LinkedIn no longer accepts the account's session."""

    code = "SESSION_EXPIRED"
    status = 401
    next_step = "Sign in at linkedin.com in a browser and link the account again with POST /api/session."


class ForbiddenScope(ThreadlineError):
    """The key does not have the right for this."""

    code = "FORBIDDEN_SCOPE"
    status = 403
    next_step = "Use a key that has the right named in the message."


class NotConnected(ThreadlineError):
    """The person is neither a connection nor an Open Profile."""

    code = "NOT_CONNECTED"
    status = 403
    next_step = "Connect with the person first, or write an InMail."


class NotFound(ThreadlineError):
    """The thing that was named does not exist, or belongs to someone else."""

    code = "NOT_FOUND"
    status = 404
    next_step = "Check the id or the address."


class UserNotFound(NotFound):
    """`X-User-Id` names nobody in the tenant."""

    code = "USER_NOT_FOUND"
    next_step = "Use a userId of this tenant, or link an account for it with POST /api/session."


class ProfileNotFound(NotFound):
    """The address leads to nobody."""

    code = "PROFILE_NOT_FOUND"
    next_step = "Check the profile's address in a browser."


class MethodNotAllowed(ThreadlineError):
    """The path exists, with another method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405
    next_step = "Look the operation up in /api/openapi.json."


class AccountMismatch(ThreadlineError):
    """The cookies belong to another member than the one linked before."""

    code = "ACCOUNT_MISMATCH"
    status = 409
    next_step = "Link the other member under a userId of its own, or unlink this account first."


class RecipientMismatch(ThreadlineError):
    """The conversation is not with the person that was named."""

    code = "RECIPIENT_MISMATCH"
    status = 409
    next_step = "Name the conversation or the person, or make sure that they belong together."


class PayloadTooLarge(ThreadlineError):
    """The body is larger than is taken."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413
    next_step = "Send a smaller body; the limit is in the message."


class UnsupportedMediaType(ThreadlineError):
    """The body is not JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    next_step = "Send JSON with the header 'Content-Type: application/json'."


class AccountCheckpoint(ThreadlineError):
    """LinkedIn asks the person to confirm something."""

    code = "ACCOUNT_CHECKPOINT"
    status = 423
    next_step = "Open linkedin.com in a browser, confirm what LinkedIn asks, then link the account again."


class AccountRestricted(ThreadlineError):
    """LinkedIn denied the account's requests."""

    code = "ACCOUNT_RESTRICTED"
    status = 423
    next_step = "Leave the account alone, look for a notice at linkedin.com, and send less afterwards."


class RateLimited(ThreadlineError):
    """LinkedIn said that there were too many requests."""

    code = "RATE_LIMITED"
    status = 429
    next_step = "Wait for the seconds in Retry-After; the gateway calls LinkedIn no earlier."


class InternalError(ThreadlineError):
    """A fault of the gateway's own."""

    code = "INTERNAL_ERROR"
    status = 500
    next_step = "Try again; if it happens again, report it with the request id from the log."


class UpstreamError(ThreadlineError):
    """LinkedIn failed or could not be reached."""

    code = "UPSTREAM_ERROR"
    status = 502
    next_step = "Try again later; nothing was changed."


class Refused(UpstreamError):
    """LinkedIn refused this with a reason."""

    code = "REFUSED"
    next_step = "Read the reason; sending the same again will be refused again."


class NotDelivered(UpstreamError):
    """Two fresh readings of the conversation prove that the message did not leave."""

    code = "NOT_DELIVERED"
    next_step = "Send it again; nothing will be doubled."


class Unavailable(ThreadlineError):
    """The gateway cannot do this now."""

    code = "UNAVAILABLE"
    status = 503
    next_step = "Try again in a few seconds."
