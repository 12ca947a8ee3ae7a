"""Linking accounts, and how they stand (contracts/voyager.md §4)."""

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import Services, services_of
from threadline.api.voyager import present
from threadline.api.voyager.callers import account_of, caller_of, user_id
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.schemas import (
    AccountItem,
    AccountList,
    Capabilities,
    SessionBody,
    SessionLinked,
    SessionUnlinked,
    TenantHealth,
    Usage,
)
from threadline.model.access import Caller, Right
from threadline.model.accounts import PROVEN, STOPPED, Account, Cookie, Session, next_action
from threadline.model.errors import ThreadlineError, UserNotFound
from threadline.services.access import SANDBOX_USER
from threadline.services.linking import Linked

FIRST_USER = "default"
"""Who is meant where a tenant has no user yet and none is named."""

_body = msgspec.json.Decoder(SessionBody)


async def link(request: Request) -> Response:
    """Link a browser session to a user, and say whether LinkedIn accepts it."""
    caller = await caller_of(request, Right.MANAGE)
    body = await json_body(request, _body)
    services = services_of(request)
    user = await _user_to_link(services, caller, user_id(request))
    linked = await services.linking.link(caller.tenant, user, session_of(body))
    return answer(request, linked_session(linked))


async def unlink(request: Request) -> Response:
    """Take the session out; the stored conversations remain."""
    account = await account_of(request, Right.MANAGE)
    services = services_of(request)
    await services.linking.unlink(account)
    return answer(request, unlinked_session(await services.accounts.get(account.account_id)))


async def show_capabilities(request: Request) -> Response:
    """The full readout of a session, after asking LinkedIn; a session that fails is told with 200."""
    account = await account_of(request, Right.READ)
    services = services_of(request)
    error = await probe(services, account)
    seat = error is None and await services.seats.valid(account)
    account = await services.accounts.get(account.account_id)
    data = Capabilities(
        user_id=account.user_id,
        account_id=account.account_id,
        session_valid=error is None,
        session_error=UNSET if error is None else error,
        sales_nav_session_valid=seat,
        paused=account.state in STOPPED,
        state=account.state,
        state_reason=account.state_reason,
        state_until=present.time_or_none(account.state_until),
        next_action=next_action(account.state),
        profile=present.owner(account),
        proven_at=present.time_or_none(services.accounts.proven_at(account)),
        caught_up_at=present.time_or_none(account.caught_up_at),
        usage=Usage(),
    )
    return answer(request, data)


async def show_tenant_health(request: Request) -> Response:
    """How every account of the tenant stands, and how old its proof is; LinkedIn is never asked."""
    caller = await caller_of(request, Right.READ)
    services = services_of(request)
    owned = await services.access.accounts(caller)
    data = TenantHealth(
        tenant=caller.tenant.name,
        healthy=all(account.state in PROVEN for account in owned),
        accounts=_items(services, owned),
    )
    return answer(request, data)


async def list_accounts(request: Request) -> Response:
    """The accounts of the tenant, oldest first."""
    caller = await caller_of(request, Right.READ)
    services = services_of(request)
    owned = await services.access.accounts(caller)
    return answer(request, AccountList(accounts=_items(services, owned)))


async def probe(services: Services, account: Account) -> str | None:
    """Ask LinkedIn whether the session is valid: None when it is, else what is wrong."""
    try:
        await services.people.me(account)
    except ThreadlineError as error:
        return error.message
    return None


def session_of(body: SessionBody) -> Session:
    """The session that a body brings."""
    return Session(
        cookies=tuple(Cookie(one.name, one.value, one.domain) for one in body.cookies),
        user_agent=body.user_agent,
    )


def linked_session(linked: Linked) -> SessionLinked:
    """What linking came to, as it is answered; a failed probe does not fail the call (§4.1)."""
    account = linked.account
    return SessionLinked(
        message="Linked" if linked.error is None else "Kept, and not proven yet",
        user_id=account.user_id,
        account_id=account.account_id,
        cookie_count=linked.cookie_count,
        session_valid=linked.error is None,
        session_error=UNSET if linked.error is None else linked.error,
        state=account.state,
        next_action=next_action(account.state),
    )


def unlinked_session(account: Account) -> SessionUnlinked:
    """An account whose session was taken out, as it is answered."""
    return SessionUnlinked(
        message="Unlinked; what is stored remains",
        user_id=account.user_id,
        state=account.state,
        next_action=next_action(account.state),
    )


async def _user_to_link(services: Services, caller: Caller, named: str | None) -> str:
    """The user whose account it becomes; one that is new is made by linking (contracts/DECISIONS.md 7)."""
    try:
        return (await services.access.account(caller, named)).user_id
    except UserNotFound:
        return named or (SANDBOX_USER if caller.tenant.sandbox else FIRST_USER)


def _items(services: Services, owned: list[Account]) -> list[AccountItem]:
    now = services.clock.now()
    return [present.account(one, services.accounts.proven_at(one), now) for one in owned]
