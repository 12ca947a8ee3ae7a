"""The headers that tell an account's daily limit of messages, on every answer of what sends, in any dialect.

Sources: contracts/connectsafely.md (rate limits), seed 002; contracts/DECISIONS.md 4.
"""

from datetime import UTC, datetime
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from threadline.api.routing import Answering
from threadline.api.services import services_of
from threadline.model.accounts import Account
from threadline.model.clock import SECOND
from threadline.model.errors import ThreadlineError

Headers = tuple[tuple[bytes, bytes], ...]

ACTION = "MESSAGE"

_ACCOUNT = "threadline.account"
_HEADERS = "threadline.rate_limit_headers"


def about(request: Request, account: Account) -> Account:
    """Note in the request which account it is about, for the headers of its answer."""
    request.scope[_ACCOUNT] = account
    return account


async def rate_limit_headers(request: Request, account: Account) -> Headers:
    """What the account's owner allows of messages today, and what is used of it; one query."""
    meter = await services_of(request).budgets.meter(account)
    reset = datetime.fromtimestamp(meter.resets_at / SECOND, UTC).isoformat(timespec="milliseconds")
    return (
        (b"x-ratelimit-action", ACTION.encode()),
        (b"x-ratelimit-limit", str(meter.limit).encode()),
        (b"x-ratelimit-used", str(meter.used).encode()),
        (b"x-ratelimit-remaining", str(meter.left).encode()),
        (b"x-ratelimit-reset", reset.replace("+00:00", "Z").encode()),
    )


def showing_limits(answering: Answering) -> Answering:
    """A route's function, with the headers on whatever it answers or raises about a known account."""

    @wraps(answering)
    async def shown(request: Request) -> Response:
        try:
            response = await answering(request)
        except ThreadlineError:
            request.scope[_HEADERS] = await _headers(request)
            raise
        response.raw_headers.extend(await _headers(request))
        return response

    return shown


def add_noted(scope: Scope, response: Response) -> Response:
    """Add to an error's answer the headers that were noted when it was raised."""
    response.raw_headers.extend(scope.get(_HEADERS, ()))
    return response


async def _headers(request: Request) -> Headers:
    account = request.scope.get(_ACCOUNT)
    return () if account is None else await rate_limit_headers(request, account)
