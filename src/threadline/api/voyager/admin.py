"""What the operator's own commands ask of a running gateway, across tenants (contracts/voyager.md §3.4).

The bearer is the token in the gateway's data folder, which only the user who runs it can read; ADMIN_SECRET
is not used (contracts/DECISIONS.md 10).
"""

import msgspec
from msgspec import UNSET
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.identity import check_operator
from threadline.api.services import Services, services_of
from threadline.api.voyager import present, queries
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.keys import key_id, rights_of
from threadline.api.voyager.schemas import (
    Done,
    KeyList,
    OperatorAccountItem,
    OperatorAccountList,
    OperatorKeyBody,
    OperatorSessionBody,
    Proof,
    TenantBody,
    TenantMade,
)
from threadline.api.voyager.sessions import linked_session, probe, session_of, unlinked_session
from threadline.model.access import ALL_RIGHTS, Caller, Tenant
from threadline.model.accounts import Account, next_action
from threadline.model.errors import BadInput, NotFound

_tenant_body = msgspec.json.Decoder(TenantBody)
_key_body = msgspec.json.Decoder(OperatorKeyBody)
_session_body = msgspec.json.Decoder(OperatorSessionBody)


async def create_tenant(request: Request) -> Response:
    """Make a tenant; one of that name that is there already is answered as it is."""
    services = _operated(request)
    body = await json_body(request, _tenant_body)
    found = await services.access.tenant_named(body.name.strip())
    made = found or await services.access.create_tenant(body.name)
    data = TenantMade(tenant=present.tenant(made), created=found is None)
    return answer(request, data, status=200 if found else 201, message="OK" if found else "Created")


async def create_key(request: Request) -> Response:
    """Make a key of a tenant, which is made when it is new, and tell the key this once."""
    services = _operated(request)
    body = await json_body(request, _key_body)
    rights = rights_of(body)
    tenant = await _tenant_made(services, body.tenant)
    made, text = await services.access.create_key(tenant.tenant_id, body.name, rights)
    return answer(request, present.new_key(made, text), status=201, message="Created")


async def list_keys(request: Request) -> Response:
    """The keys of a tenant, oldest first."""
    services = _operated(request)
    tenant = await _tenant(services, request)
    found = await services.access.keys(tenant.tenant_id)
    return answer(request, KeyList(keys=[present.key(one) for one in found]))


async def revoke_key(request: Request) -> Response:
    """End a key of a tenant at once."""
    services = _operated(request)
    tenant = await _tenant(services, request)
    await services.access.revoke_key(tenant.tenant_id, key_id(request))
    return answer(request, Done(), message="Revoked")


async def list_accounts(request: Request) -> Response:
    """Every account of the gateway, oldest first."""
    services = _operated(request)
    now = services.clock.now()
    names = {tenant.tenant_id: tenant.name for tenant in await services.access.tenants()}
    items = []
    for account in await services.accounts.every():
        shown = present.account(account, services.accounts.proven_at(account), now)
        items.append(
            OperatorAccountItem(
                **msgspec.structs.asdict(shown), tenant=names[account.tenant_id], full_name=account.full_name
            )
        )
    return answer(request, OperatorAccountList(accounts=items))


async def link_account(request: Request) -> Response:
    """Link a browser session to a user of a tenant; both are made when they are new."""
    services = _operated(request)
    body = await json_body(request, _session_body)
    tenant = await _tenant_made(services, body.tenant)
    linked = await services.linking.link(tenant, body.user_id.strip(), session_of(body))
    return answer(request, linked_session(linked))


async def unlink_account(request: Request) -> Response:
    """Take the session of a user of a tenant out; what is stored remains."""
    services = _operated(request)
    tenant = await _tenant(services, request)
    caller = Caller(tenant=tenant, key_id="operator", rights=ALL_RIGHTS)
    account = await services.access.account(caller, request.path_params["account"])
    await services.linking.unlink(account)
    return answer(request, unlinked_session(await services.accounts.get(account.account_id)))


async def prove_account(request: Request) -> Response:
    """Ask LinkedIn whether an account's session is valid."""
    services = _operated(request)
    account = await _account(services, request.path_params["account"])
    error = await probe(services, account)
    account = await services.accounts.get(account.account_id)
    data = Proof(
        session_valid=error is None,
        session_error=UNSET if error is None else error,
        full_name=account.full_name,
        state=account.state,
        next_action=next_action(account.state),
    )
    return answer(request, data)


def _operated(request: Request) -> Services:
    services = services_of(request)
    check_operator(request, services.operator_token)
    return services


async def _tenant(services: Services, request: Request) -> Tenant:
    name = queries.query_of(request).get("tenant", "").strip()
    if not name:
        raise BadInput("tenant: name it in the query.", field="tenant")
    tenant = await services.access.tenant_named(name) if name.isprintable() else None
    if tenant is None:
        raise NotFound(f"There is no tenant {name[:80]!r}.", field="tenant")
    return tenant


async def _tenant_made(services: Services, name: str) -> Tenant:
    return await services.access.tenant_named(name.strip()) or await services.access.create_tenant(name)


async def _account(services: Services, account_id: str) -> Account:
    if not account_id.isalnum():
        raise NotFound("There is no such account.")
    return await services.accounts.get(account_id)
