"""Errors in the envelope (contracts/voyager.md §2.2, contracts/DECISIONS.md 3)."""

from msgspec import UNSET
from starlette.responses import Response
from starlette.types import Scope

from threadline.api.voyager.envelope import refusal
from threadline.api.voyager.present import time
from threadline.api.voyager.schemas import ErrorItem
from threadline.model.errors import ThreadlineError, Unauthorized


def error_answer(
    scope: Scope, error: ThreadlineError, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> Response:
    """What is wrong, and what to do next; with Retry-After and WWW-Authenticate where they belong.

    headers: further ones, names in lower case.
    """
    if error.retry_after is not None:
        headers += ((b"retry-after", str(error.retry_after).encode()),)
    if isinstance(error, Unauthorized):
        headers += ((b"www-authenticate", b"Bearer"),)
    return refusal(
        scope, message=error.message, status=error.status, errors=[error_item(error)], headers=headers
    )


def error_item(error: ThreadlineError) -> ErrorItem:
    """One entry of `errors`, with the facts that a program can use."""
    told = error.details
    resets_at = told.get("resetsAt")
    return ErrorItem(
        code=error.code,
        message=error.message,
        field=error.field or UNSET,
        next_step=error.next_step,
        send_id=told.get("sendId", UNSET),
        retry_safe=told.get("retrySafe", UNSET),
        newest_message_urn=told.get("newestMessageUrn", UNSET),
        kind=told.get("kind", UNSET),
        limit=told.get("limit", UNSET),
        used=told.get("used", UNSET),
        left=told.get("left", UNSET),
        needed=told.get("needed", UNSET),
        resets_at=UNSET if resets_at is None else time(resets_at),
        request_id=told.get("requestId", UNSET),
    )
