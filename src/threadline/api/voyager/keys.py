"""The tenant's own keys (contracts/voyager.md §3.3)."""

import uuid

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager import present
from threadline.api.voyager.callers import caller_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.schemas import Done, KeyBody, KeyList
from threadline.model.access import ALL_RIGHTS, Right
from threadline.model.errors import BadInput, NotFound

_body = msgspec.json.Decoder(KeyBody)


async def create_key(request: Request) -> Response:
    """Make a key of the tenant, and tell it this once."""
    caller = await caller_of(request, Right.MANAGE)
    body = await json_body(request, _body)
    made, text = await services_of(request).access.create_key(
        caller.tenant.tenant_id, body.name, rights_of(body)
    )
    return answer(request, present.new_key(made, text), status=201, message="Created")


async def list_keys(request: Request) -> Response:
    """The keys of the tenant, oldest first, without the keys themselves."""
    caller = await caller_of(request, Right.MANAGE)
    found = await services_of(request).access.keys(caller.tenant.tenant_id)
    return answer(request, KeyList(keys=[present.key(one) for one in found]))


async def revoke_key(request: Request) -> Response:
    """End a key at once."""
    caller = await caller_of(request, Right.MANAGE)
    await services_of(request).access.revoke_key(caller.tenant.tenant_id, key_id(request))
    return answer(request, Done(), message="Revoked")


def rights_of(body: KeyBody) -> frozenset[Right]:
    """The rights that a body asks for: all of them when it names none."""
    if body.rights is None:
        return ALL_RIGHTS
    if not body.rights:
        raise BadInput("rights: name at least one, or leave it out for all.", field="rights")
    return frozenset(body.rights)


def key_id(request: Request) -> str:
    """The key that the path names; raises NotFound for what cannot be one."""
    try:
        return str(uuid.UUID(request.path_params["key"]))
    except ValueError:
        raise NotFound("This tenant has no such key.") from None
