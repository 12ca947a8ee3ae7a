"""The five keys around every answer (contracts/voyager.md §2.1, seed 000)."""

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.types import Scope

from threadline.api.routing import Encoded
from threadline.api.voyager import present
from threadline.api.voyager.schemas import Data, Envelope, ErrorItem
from threadline.services.inbox import Freshness

SANDBOX = "threadline.sandbox"
"""Where a request's scope says that its tenant is the sandbox's."""

_encode = msgspec.json.Encoder().encode


def answer(
    request: Request,
    data: Data,
    *,
    message: str = "OK",
    status: int = 200,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> Encoded:
    """A success: `data` in the envelope, both flagged where the tenant is the sandbox's (§3.5)."""
    sandbox = in_sandbox(request.scope)
    if sandbox:
        data.sandbox = True
    whole = Envelope(
        success=True,
        status_code=status,
        message=message,
        data=data,
        errors=[],
        sandbox=True if sandbox else UNSET,
    )
    return Encoded(_encode(whole), status, headers)


def refusal(
    scope: Scope,
    *,
    message: str,
    status: int,
    errors: list[ErrorItem],
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> Encoded:
    """A failure: no data, and what is wrong."""
    whole = Envelope(
        success=False,
        status_code=status,
        message=message,
        data=None,
        errors=errors,
        sandbox=True if in_sandbox(scope) else UNSET,
    )
    return Encoded(_encode(whole), status, headers)


def in_sandbox(scope: Scope) -> bool:
    """Whether the request's tenant is known to be the sandbox's."""
    return bool(scope.get(SANDBOX))


def freshness(of: Freshness) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that say where a read came from, and when LinkedIn last proved it."""
    source = (b"x-threadline-source", of.source.encode())
    if of.synced_at is None:
        return (source,)
    return (source, (b"x-threadline-synced-at", present.time(of.synced_at).encode()))
