"""What an answer's status, headers and first byte mean, before anything in it is decoded.

The order of the tests is that of contracts/linkedin-wire.md §12.1: checkpoint, logged out, 429 and 999,
404, 400.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from threadline.linkedin.connection import Answer
from threadline.linkedin.errors import (
    CheckpointRequired,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
)

_CHECKPOINT = ("checkpoint", "challenge")
_LOGGED_OUT = ("login", "uas", "authwall")
_TITLE = re.compile(rb"<title[^>]*>([^<]*)<", re.IGNORECASE)
_PAGE_TITLES = (("security verification", "checkpoint"), ("sign in", "login"), ("log in", "login"))
_REASON_LIMIT = 300
_LONGEST_WAIT = 10 * 86_400

CSRF_CHECK_FAILED = "CSRF_CHECK_FAILED"
"""Our reason code for LinkedIn's 403 without one, when the token did not match (§1.2)."""

ROUTE_RETIRED = "ROUTE_RETIRED"
"""Our reason code for a route that answered 410 (§12.1)."""


def failure_in(answer: Answer, *, session_deleted: bool, now: int) -> LinkedInError | None:
    """The error that `answer` means, or None when it is a success with JSON or nothing in it.

    session_deleted: whether its cookies took `li_at` away. now: epoch milliseconds, UTC.
    """
    status, page = answer.status, _page(answer)
    if page in _CHECKPOINT:
        return CheckpointRequired(f"LinkedIn asks the person to confirm something at /{page}")
    if status == 401:
        return SessionEnded("LinkedIn answered 401: the session is not valid", status=401)
    if page in _LOGGED_OUT:
        return SessionEnded(f"LinkedIn sent us to /{page}: the session is signed out")
    if session_deleted and 300 <= status < 500:
        return SessionEnded("LinkedIn deleted the session cookie")
    if status == 429:
        return TooManyRequests(_seconds(answer.headers, now))
    if status == 999:
        return Denied()
    if 400 <= status < 500:
        return Refusal(status, *_reason(answer.body))
    if not 200 <= status < 300:
        return ServerTrouble(status)
    if _is_page(answer.body):
        return ServerTrouble(status, "there is a page where JSON was expected")
    return None


def _page(answer: Answer) -> str | None:
    """The first segment of the page that a redirect leads to, or that came in place of JSON."""
    if 300 <= answer.status < 400:
        return _known_page(answer.headers.get("Location", ""))
    # A page that a failing server puts up proves nothing: a message may have left (contracts/DECISIONS.md 1).
    if not _is_page(answer.body) or 500 <= answer.status < 600:
        return None
    # Redirects are not followed, so a page seldom stands at its own address: its title tells it too.
    return (
        _known_page(answer.headers.get("Content-Location", ""))
        or _known_page(answer.path)
        or _titled_page(answer.body)
    )


def _is_page(body: bytes) -> bool:
    return body.lstrip()[:1] == b"<"


def _known_page(address: str) -> str | None:
    try:
        path = urlsplit(address).path
    except ValueError:
        return None
    segment = path.lstrip("/").partition("/")[0].lower()
    return segment if segment in _CHECKPOINT or segment in _LOGGED_OUT else None


def _is_csrf(body: bytes) -> bool:
    return body[:200].lstrip().lower().startswith(b"csrf check failed")


def _titled_page(body: bytes) -> str | None:
    title = _TITLE.search(body, 0, 16_384)
    words = title[1].decode("utf-8", "replace").lower() if title else ""
    return next((page for part, page in _PAGE_TITLES if part in words), None)


def _seconds(headers: Mapping[str, str], now: int) -> int | None:
    """The seconds of `Retry-After`, at least 1 and at most ten days; None when it names none."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(max(1, int(value[:20])), _LONGEST_WAIT)
    moment = _moment(value)
    if moment is None:
        return None
    # Both dates are LinkedIn's, so its clock may be off without making the wait wrong.
    begun = _moment(headers.get("Date", "")) or now
    return min(max(1, -(-(moment - begun) // 1000)), _LONGEST_WAIT)


def _moment(date: str) -> int | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def _reason(body: bytes) -> tuple[str | None, str | None]:
    """LinkedIn's code and words for a refusal: flat, or under `data` in the normalized form."""
    try:
        said: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return (CSRF_CHECK_FAILED, "CSRF check failed") if _is_csrf(body) else (None, None)
    if isinstance(said, dict) and isinstance(said.get("data"), dict):
        said = said["data"]
    if not isinstance(said, dict):
        return None, None
    code, words = said.get("code"), said.get("message")
    return (
        code if isinstance(code, str) else None,
        words[:_REASON_LIMIT] if isinstance(words, str) else None,
    )
