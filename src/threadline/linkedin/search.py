"""Finding people: search among first-degree connections, the composer's suggestions, all connections.

Source: contracts/linkedin-wire.md §3.5. What the answers hold beside the profiles is not known, so only the
profiles are read, in the order in which they come.
"""

import msgspec

from threadline.linkedin import restli
from threadline.linkedin.decoding.normalized import is_normalized
from threadline.linkedin.decoding.people import profile_of
from threadline.linkedin.decoding.reading import text_in
from threadline.linkedin.query_ids import CONNECTIONS_DECORATION
from threadline.linkedin.transport import GENERAL_GRAPHQL, NORMALIZED, Request, Transport
from threadline.model.people import Distance, Person

MOST_CONNECTIONS = 40
"""How many connections are asked for at once."""
_PROFILE = "com.linkedin.voyager.dash.identity.profile.Profile"


class Search:
    """Finds people as one account sees them."""

    def __init__(self, transport: Transport) -> None:
        """Search through `transport`."""
        self._transport = transport

    async def people(self, keywords: str, count: int = 10) -> list[Person]:
        """At most `count` first-degree connections that `keywords` are found of, best first."""
        found: dict[str, Person] = {}
        while len(found) < count:
            page = await self._transport.query(
                "people_search",
                _criteria(keywords, len(found)),
                _connected,
                path=GENERAL_GRAPHQL,
                accept=NORMALIZED,
            )
            before = len(found)
            found.update((person.person_id, person) for person in page)
            if len(found) == before:
                break
        return list(found.values())[:count]

    async def typeahead(self, keyword: str) -> list[Person]:
        """Whom LinkedIn's message composer suggests for the beginning of a name."""
        variables: dict[str, restli.Value] = {"keyword": keyword, "types": ["CONNECTIONS", "COWORKERS"]}
        return await self._transport.query(
            "typeahead", variables, _profiles, path=GENERAL_GRAPHQL, accept=NORMALIZED
        )

    async def connections(self, start: int = 0, count: int = MOST_CONNECTIONS) -> list[Person]:
        """First-degree connections from the `start`-th on, most recent first; an empty page is the end."""
        request = Request(
            endpoint="connections",
            path=(
                f"/voyager/api/relationships/dash/connections?decorationId={CONNECTIONS_DECORATION}"
                f"&count={count}&q=search&sortType=RECENTLY_ADDED&start={start}"
            ),
            accept=NORMALIZED,
        )
        return await self._transport.call(request, _connected)


def _criteria(keywords: str, start: int) -> dict[str, restli.Value]:
    return {
        "start": start,
        "origin": "GLOBAL_SEARCH_HEADER",
        "query": {
            "keywords": keywords,
            "flagshipSearchIntent": "SEARCH_SRP",
            "queryParameters": [
                {"key": "network", "value": ["F"]},
                {"key": "resultType", "value": ["PEOPLE"]},
            ],
            "includeFiltersInResponse": False,
        },
    }


def _connected(body: bytes) -> list[Person]:
    """The people of an answer that holds first-degree connections only."""
    return [msgspec.structs.replace(person, distance=Distance.FIRST) for person in _profiles(body)]


def _profiles(body: bytes) -> list[Person]:
    """The people in `included`."""
    answer = msgspec.json.decode(body)
    if not is_normalized(answer):
        raise msgspec.ValidationError("it is not in the normalized form")
    entities = [entity for entity in answer["included"] if isinstance(entity, dict)]
    found = (profile_of(entity) for entity in entities if text_in(entity.get("$type")) == _PROFILE)
    return [person for person in found if person is not None]
