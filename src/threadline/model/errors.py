"""The one tree of errors that a person or a program can meet.

    ThreadlineError
    ├── BadInput                 400  VALIDATION_ERROR
    │   ├── BadCursor            400  INVALID_CURSOR
    │   ├── UserIdRequired       400  USER_ID_REQUIRED
    │   ├── InvalidEmoji         400  INVALID_EMOJI
    │   ├── EmptyFile            400  EMPTY_FILE
    │   ├── LengthMismatch       400  LENGTH_MISMATCH
    │   ├── SubjectRequired      400  SUBJECT_REQUIRED
    │   ├── GroupTooSmall        400  GROUP_TOO_SMALL
    │   ├── CannotRemoveSelf     400  CANNOT_REMOVE_SELF
    │   └── MessageToSelf        400  MESSAGE_TO_SELF
    ├── Unauthorized             401  UNAUTHORIZED
    ├── SessionExpired           401  SESSION_EXPIRED
    ├── NoInMailCredits          402  NO_INMAIL_CREDITS
    ├── ForbiddenScope           403  FORBIDDEN_SCOPE
    ├── NotConnected             403  NOT_CONNECTED
    ├── SeatRequired             403  SEAT_REQUIRED
    ├── NotFound                 404  NOT_FOUND
    │   ├── UserNotFound         404  USER_NOT_FOUND
    │   ├── ProfileNotFound      404  PROFILE_NOT_FOUND
    │   ├── ConversationNotFound 404  CONVERSATION_NOT_FOUND
    │   ├── MessageNotFound      404  MESSAGE_NOT_FOUND
    │   └── AttachmentNotFound   404  ATTACHMENT_NOT_FOUND
    ├── MethodNotAllowed         405  METHOD_NOT_ALLOWED
    ├── AccountMismatch          409  ACCOUNT_MISMATCH
    ├── RecipientMismatch        409  RECIPIENT_MISMATCH
    ├── NewerMessage             409  NEWER_MESSAGE
    ├── SendInProgress           409  SEND_IN_PROGRESS
    ├── PayloadTooLarge          413  PAYLOAD_TOO_LARGE
    ├── UnsupportedMediaType     415  UNSUPPORTED_MEDIA_TYPE
    │   └── ForbiddenFileType    415  FORBIDDEN_FILE_TYPE
    ├── RangeNotSatisfiable      416  RANGE_NOT_SATISFIABLE
    ├── IdempotencyMismatch      422  IDEMPOTENCY_MISMATCH
    ├── NotEditable              422  NOT_EDITABLE
    │   ├── EditWindowClosed     422  EDIT_WINDOW_CLOSED
    │   ├── NotYourMessage       422  NOT_YOUR_MESSAGE
    │   └── MessageRecalled      422  MESSAGE_RECALLED
    ├── AccountCheckpoint        423  ACCOUNT_CHECKPOINT
    ├── AccountRestricted        423  ACCOUNT_RESTRICTED
    ├── RateLimited              429  RATE_LIMITED     LinkedIn's limit
    ├── BudgetReached            429  BUDGET_REACHED   the owner's limit
    ├── QueueFull                429  QUEUE_FULL
    ├── InternalError            500  INTERNAL_ERROR
    ├── NotSupported             501  NOT_SUPPORTED
    │   └── ExperimentalOff      501  EXPERIMENTAL_OFF
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


class InvalidEmoji(BadInput):
    """What was given to react with is not one emoji."""

    code = "INVALID_EMOJI"
    next_step = "Send exactly one emoji, e.g. 👍."


class EmptyFile(BadInput):
    """The file that was uploaded has no bytes."""

    code = "EMPTY_FILE"
    next_step = "Upload a file that is not empty."


class LengthMismatch(BadInput):
    """The file that was uploaded is not as long as was declared."""

    code = "LENGTH_MISMATCH"
    next_step = "Upload the whole file again, with its true length."


class SubjectRequired(BadInput):
    """An InMail was asked for without a subject."""

    code = "SUBJECT_REQUIRED"
    next_step = "Add a subject."


class GroupTooSmall(BadInput):
    """A group chat was asked for with fewer than two other people."""

    code = "GROUP_TOO_SMALL"
    next_step = "Name at least two other people, or write to the one person with POST /api/send."


class CannotRemoveSelf(BadInput):
    """The account's owner was named among those to remove from a group chat."""

    code = "CANNOT_REMOVE_SELF"
    next_step = "Leave the group at linkedin.com; the gateway only removes others."


class MessageToSelf(BadInput):
    """The recipient is the account's own owner."""

    code = "MESSAGE_TO_SELF"
    next_step = "Name another person."


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


class NoInMailCredits(ThreadlineError):
    """The account has no InMail credits left."""

    code = "NO_INMAIL_CREDITS"
    status = 402
    next_step = "Wait until LinkedIn grants new credits (GET /api/inmail/credits), or connect first."


class ForbiddenScope(ThreadlineError):
    """The key does not have the right for this."""

    code = "FORBIDDEN_SCOPE"
    status = 403
    next_step = "Use a key that has the right named in the message."


class NotConnected(ThreadlineError):
    """The person is neither a connection nor an Open Profile."""

    code = "NOT_CONNECTED"
    status = 403
    next_step = (
        "Connect with the person first, or write an InMail (POST /api/send-inmail); a conversation that is "
        "there already is written to by its conversationId."
    )


class SeatRequired(ThreadlineError):
    """The channel asked for needs a seat that the account does not have."""

    code = "SEAT_REQUIRED"
    status = 403
    next_step = "Leave channel out, or link the account with the cookies of its Sales Navigator seat."


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


class ConversationNotFound(NotFound):
    """The conversation does not exist, is gone, or belongs to someone else."""

    code = "CONVERSATION_NOT_FOUND"
    next_step = "Look the conversation up with GET /api/conversations."


class MessageNotFound(NotFound):
    """The message does not exist, was deleted, or belongs to someone else."""

    code = "MESSAGE_NOT_FOUND"
    next_step = "Look the message up in its conversation."


class AttachmentNotFound(NotFound):
    """The attachment does not exist, has expired, or belongs to someone else."""

    code = "ATTACHMENT_NOT_FOUND"
    next_step = "Upload the file again, or take the id from the message that carries it."


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


class NewerMessage(ThreadlineError):
    """Something has arrived in the conversation that the caller had not seen when it wrote."""

    code = "NEWER_MESSAGE"
    status = 409
    next_step = "Read the conversation, and send again with ifLastMessageIs of what stands there now."


class SendInProgress(ThreadlineError):
    """The same request is on its way to LinkedIn at this moment."""

    code = "SEND_IN_PROGRESS"
    status = 409
    next_step = "Do not send it again; follow it with GET /api/sends/{sendId}."


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


class ForbiddenFileType(UnsupportedMediaType):
    """LinkedIn takes no files of this type in messages."""

    code = "FORBIDDEN_FILE_TYPE"
    next_step = "Send a file of another type, e.g. in a .zip archive or as a .pdf."


class RangeNotSatisfiable(ThreadlineError):
    """The range asked for lies outside of the file."""

    code = "RANGE_NOT_SATISFIABLE"
    status = 416
    next_step = "Ask for a range within the file's length, or leave the Range header out."


class IdempotencyMismatch(ThreadlineError):
    """The idempotency key was used before, with another request."""

    code = "IDEMPOTENCY_MISMATCH"
    status = 422
    next_step = "Use a new key for another message; repeat a request with its key exactly as it was."


class NotEditable(ThreadlineError):
    """The message cannot be changed."""

    code = "NOT_EDITABLE"
    status = 422
    next_step = "Send a new message instead."


class EditWindowClosed(NotEditable):
    """More than 60 minutes have passed since the message was sent."""

    code = "EDIT_WINDOW_CLOSED"
    next_step = "LinkedIn lets a message be changed for 60 minutes only; send a new one instead."


class NotYourMessage(NotEditable):
    """The message was written by somebody else."""

    code = "NOT_YOUR_MESSAGE"
    next_step = "Only messages of the account's owner can be changed."


class MessageRecalled(NotEditable):
    """The message was taken back by its sender."""

    code = "MESSAGE_RECALLED"
    next_step = "Nothing can be done with it any more; send a new message instead."


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


class BudgetReached(ThreadlineError):
    """The account's own limit for a kind of action is reached in this window."""

    code = "BUDGET_REACHED"
    status = 429
    next_step = (
        "Wait for the next window, or queue it with 'Prefer: respond-async', which lets it leave then; "
        "GET /api/budget shows the limits."
    )


class QueueFull(ThreadlineError):
    """As many sends of the account wait as may wait."""

    code = "QUEUE_FULL"
    status = 429
    next_step = "Wait until some have left (GET /api/sends?status=queued), or cancel some."


class InternalError(ThreadlineError):
    """A fault of the gateway's own."""

    code = "INTERNAL_ERROR"
    status = 500
    next_step = "Try again; if it happens again, report it with the request id from the log."


class NotSupported(ThreadlineError):
    """LinkedIn's protocol, as far as it is known, has no way to do this."""

    code = "NOT_SUPPORTED"
    status = 501
    next_step = "Do it at linkedin.com; the gateway shows the result."


class ExperimentalOff(NotSupported):
    """The write is experimental, and off towards the live LinkedIn."""

    code = "EXPERIMENTAL_OFF"
    next_step = "Try it on the sandbox, or turn it on with THREADLINE_EXPERIMENTAL_WRITES=true."


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
