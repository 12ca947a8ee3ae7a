"""The routes of searches."""

from starlette.routing import BaseRoute

from threadline.api.routing import PlainRoute
from threadline.api.voyager.description import OF_A_READ, USER, in_query, operation
from threadline.api.voyager.search import examples, people, schemas
from threadline.services.searching import DEFAULT_COUNT, KEYWORDS_LIMIT, MOST_FOUND

_KEYWORDS = in_query(
    "keywords",
    "Words of a name, a headline or a company.",
    {"type": "string", "minLength": 1, "maxLength": KEYWORDS_LIMIT},
    required=True,
)
_LIMIT = in_query(
    "limit",
    f"How many, from 1; above {MOST_FOUND} it is brought down to {MOST_FOUND}.",
    {"type": "integer", "minimum": 1, "default": DEFAULT_COUNT},
)

ROUTES: tuple[BaseRoute, ...] = (
    PlainRoute(
        "GET",
        "/api/search/people",
        people.search_people,
        tags=("people",),
        described=operation(
            schemas.PeopleFound, examples.PEOPLE, parameters=(USER, _KEYWORDS, _LIMIT), errors=OF_A_READ
        ),
    ),
)
