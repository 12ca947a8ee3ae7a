"""Errors in the envelope (contracts/voyager.md §2.2, contracts/DECISIONS.md 3)."""

from msgspec import UNSET
from starlette.responses import Response
from starlette.types import Scope

from threadline.api.voyager.envelope import refusal
from threadline.api.voyager.schemas import ErrorItem
from threadline.model.errors import ThreadlineError, Unauthorized


def error_answer(scope: Scope, error: ThreadlineError) -> Response:
    """What is wrong, and what to do next; with Retry-After and WWW-Authenticate where they belong."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    if error.retry_after is not None:
        headers += ((b"retry-after", str(error.retry_after).encode()),)
    if isinstance(error, Unauthorized):
        headers += ((b"www-authenticate", b"Bearer"),)
    return refusal(
        scope, message=error.message, status=error.status, errors=[error_item(error)], headers=headers
    )


def error_item(error: ThreadlineError) -> ErrorItem:
    """One entry of `errors`."""
    return ErrorItem(
        code=error.code,
        message=error.message,
        field=error.field or UNSET,
        next_step=error.next_step,
        send_id=error.details.get("sendId", UNSET),
        retry_safe=error.details.get("retrySafe", UNSET),
        request_id=error.details.get("requestId", UNSET),
    )
