"""Searching for people (contracts/voyager.md §§3.5, 17)."""

from starlette.requests import Request
from starlette.responses import Response

from threadline.api.services import services_of
from threadline.api.voyager import queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.search import present
from threadline.api.voyager.search.schemas import PeopleFound
from threadline.model.access import Right
from threadline.services.searching import DEFAULT_COUNT

_FROM_LINKEDIN = ((b"x-threadline-source", b"linkedin"),)


async def search_people(request: Request) -> Response:
    """Find first-degree connections by name, headline or company; asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    query = queries.query_of(request)
    count = queries.limit(query, DEFAULT_COUNT)
    found = await services_of(request).searching.people(account, query.get("keywords", ""), count)
    people = [present.person(one) for one in found]
    return answer(request, PeopleFound(people=people, results=people), headers=_FROM_LINKEDIN)
