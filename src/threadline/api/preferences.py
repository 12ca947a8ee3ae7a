"""What a caller of any dialect says in headers about a send: how long it waits, and under which key.

Sources: RFC 7240; contracts/DECISIONS.md 3.
"""

import re

from msgspec import Struct
from starlette.requests import Request

from threadline.model.errors import BadInput

DEFAULT_WAIT = 30
LONGEST_WAIT = 60
"""Seconds."""

Headers = tuple[tuple[bytes, bytes], ...]

_WAIT = re.compile(rb"(?:^|[,;\s])wait\s*=\s*\"?([0-9]{1,9})\"?\s*(?:[,;]|$)", re.IGNORECASE)
_RESPOND_ASYNC = re.compile(rb"(?:^|[,;\s])respond-async\s*(?:[,;]|$)", re.IGNORECASE)


class Preference(Struct, frozen=True):
    """How long a caller waits for the outcome of a send."""

    seconds: int = DEFAULT_WAIT
    respond_async: bool = False
    """Whether it does not wait at all, and lets the send take its turn in the queue."""
    asked: bool = False
    """Whether the seconds are the caller's own choice."""

    @classmethod
    def of(cls, request: Request) -> "Preference":
        """What `Prefer` says, else what is usual; who asks for both does not wait."""
        said = b",".join(_values(request, b"prefer"))
        if _RESPOND_ASYNC.search(said):
            return cls(seconds=0, respond_async=True)
        found = _WAIT.search(said)
        return cls() if found is None else cls(min(int(found[1]), LONGEST_WAIT), asked=True)

    def applied(self, *, direct: bool) -> Headers:
        """The header that says what was applied; direct: whether the outcome was waited for."""
        if self.respond_async:
            return ((b"preference-applied", b"respond-async"),)
        if self.asked and direct:
            return ((b"preference-applied", f"wait={self.seconds}".encode()),)
        return ()


def idempotency_key(request: Request, in_body: str | None) -> str | None:
    """The key of a request, from `Idempotency-Key` or the body; raises BadInput where two differ.

    Quotation marks around the header's value are no part of the key.
    """
    given = [_text(value) for value in _values(request, b"idempotency-key")]
    if in_body is not None:
        given.append(in_body)
    if len(set(given)) > 1:
        raise BadInput(
            "The header Idempotency-Key and the field idempotencyKey hold two different keys.",
            field="idempotencyKey",
        )
    return given[0] if given else None


def _values(request: Request, name: bytes) -> list[bytes]:
    return [value.strip() for key, value in request.scope["headers"] if key == name]


def _text(value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
