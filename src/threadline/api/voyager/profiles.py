"""People: the own profile, others' profiles, and the relationship (contracts/voyager.md §§7, 8)."""

from starlette.requests import Request
from starlette.responses import Response

from threadline.api.services import services_of
from threadline.api.voyager import present, queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.schemas import RelationshipData
from threadline.model.access import Right

_FROM_LINKEDIN = ((b"x-threadline-source", b"linkedin"),)


async def show_own_profile(request: Request) -> Response:
    """The account's owner, asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    owner = await services_of(request).people.me(account)
    return answer(request, present.profile(owner), headers=_FROM_LINKEDIN)


async def show_profile(request: Request) -> Response:
    """A person by vanity name, profile id, or address; asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    person = await services_of(request).people.profile(account, request.path_params["vanity"])
    return answer(request, present.profile(person), headers=_FROM_LINKEDIN)


async def show_relationship(request: Request) -> Response:
    """Whether a person is connected, invited, or can be invited; asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    address = queries.profile_address(queries.query_of(request))
    found = await services_of(request).people.relationship(account, address)
    data = RelationshipData(
        connected=found.connected,
        pending_invitation_sent=found.pending_invitation_sent,
        pending_invitation_received=found.pending_invitation_received,
        can_connect=found.can_connect,
        connection_degree=present.degree(found.distance),
    )
    return answer(request, data, headers=_FROM_LINKEDIN)
