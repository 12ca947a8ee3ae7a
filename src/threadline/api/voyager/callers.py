"""Who calls the main API: the key picks the tenant, `X-User-Id` the user in it (contracts/voyager.md §3)."""

from starlette.requests import Request

from threadline.api.identity import bearer, header
from threadline.api.rate_limits import about
from threadline.api.services import services_of
from threadline.api.voyager.envelope import SANDBOX
from threadline.model.access import Caller, Right
from threadline.model.accounts import Account
from threadline.services.access import require


async def caller_of(request: Request, right: Right) -> Caller:
    """Who bears the key; raises Unauthorized, and ForbiddenScope without `right`."""
    caller = await services_of(request).access.authenticate(bearer(request))
    if caller.tenant.sandbox:
        request.scope[SANDBOX] = True
    require(caller, right)
    return caller


async def account_of(request: Request, right: Right) -> Account:
    """The account that the request is about; raises as `caller_of`, and UserNotFound, UserIdRequired."""
    caller = await caller_of(request, right)
    return about(request, await services_of(request).access.account(caller, user_id(request)))


def user_id(request: Request) -> str | None:
    """The user that `X-User-Id` names; an empty one names nobody."""
    value = header(request, b"x-user-id")
    try:
        return value.decode().strip() or None
    except UnicodeDecodeError:
        return value.decode("latin-1").strip() or None
