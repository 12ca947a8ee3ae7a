"""The terms of a send in the main API: when it leaves, on what conditions, and under which key.

Sources: contracts/DECISIONS.md 1 to 6.
"""

import re
from datetime import UTC, datetime, timedelta

from msgspec import UNSET, UnsetType
from starlette.requests import Request

from threadline.api.preferences import Preference, idempotency_key
from threadline.api.services import services_of
from threadline.api.voyager.reaching.schemas import TermsBody
from threadline.model import urns
from threadline.model.errors import BadInput
from threadline.model.sends import Terms

_EARLIEST = 100_000_000_000
"""Epoch milliseconds in 1973: a smaller number is one of seconds, and would mean now."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)


def asked_terms(request: Request, body: TermsBody, preference: Preference) -> Terms:
    """The terms that a request for one message asks for; raises BadInput."""
    return terms_of(
        body,
        key=idempotency_key(request, body.idempotency_key),
        now=services_of(request).clock.now(),
        waits=not preference.respond_async,
    )


def terms_of(
    body: TermsBody, *, key: str | None, now: int, waits: bool, batch_id: str | None = None
) -> Terms:
    """The terms that a body asks for; raises BadInput.

    key: the idempotency key, wherever it was given. now: epoch milliseconds. waits: whether the caller waits
    for the outcome; nobody waits for a draft, or for what leaves later.
    """
    send_at = None if body.send_at is None else time_of(body.send_at, "sendAt")
    later = send_at is not None and send_at > now
    return Terms(
        direct=waits and not body.draft and not later,
        draft=body.draft,
        send_at=send_at,
        priority=body.priority,
        if_last=_message_id(body.if_last_message_is),
        idempotency_key=key,
        batch_id=batch_id,
        force=body.force,
    )


def time_of(given: str | int, field: str) -> int:
    """A time as epoch milliseconds: from those, or from ISO 8601 with its offset; raises BadInput."""
    if isinstance(given, int):
        if given < _EARLIEST:
            raise BadInput(
                f"{field}: it is in milliseconds since 1970, and {given} is too small.", field=field
            )
        return given
    if _ISO.fullmatch(given) is not None:
        try:
            return (datetime.fromisoformat(given) - _EPOCH) // timedelta(milliseconds=1)
        except ValueError:
            # It has the form of a time, and is none.
            pass
    raise BadInput(
        f"{field}: {given[:40]!r} is no time with an offset, as 2026-04-02T09:15:00Z or "
        "2026-04-02T11:15:00+02:00.",
        field=field,
    )


def new_time(given: str | int | UnsetType | None, field: str) -> int | UnsetType | None:
    """As `time_of`; None takes a time away, and UNSET leaves it as it is."""
    return given if given is None or given is UNSET else time_of(given, field)


def _message_id(named: str | None) -> str | None:
    if named is None:
        return None
    try:
        return urns.message_id(named)
    except urns.NotAnIdentifier as error:
        raise BadInput(f"ifLastMessageIs: {error}.", field="ifLastMessageIs") from None
