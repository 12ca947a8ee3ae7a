"""Finding people: search, the typeahead of the message composer, and the list of connections.

Contracts: contracts/linkedin-wire.md §3.5. What the answers hold besides the profiles is not known, so it is
kept small here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from threadline.sandbox.api import compose
from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.profiles import profile
from threadline.sandbox.network import posts
from threadline.sandbox.network.people import Person
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Entity, Record
from threadline.sandbox.protocol.restli import Value

PAGE = 10
_MOST_CONNECTIONS = 100
_SUGGESTIONS = 10
_ENDINGS = ("ing", "ers", "er", "s")

Variables = dict[str, Value]


async def general_graphql(call: Call) -> web.Response:
    """`GET /graphql?variables=(…)&queryId=…`, the general GraphQL (contracts/linkedin-wire.md §1.1)."""
    query = restli.split_query(call.raw_query)
    try:
        variables = restli.parse_record(query.get("variables", ""))
    except restli.MalformedError:
        raise RefusalError(400) from None
    run = _QUERIES.get(query.get("queryId", "").partition(".")[0])
    if run is None:
        raise RefusalError(400)
    field, value = run(call, variables)
    return answer(forms.graphql_answer(call.form, field, value), form=call.form)


async def list_connections(call: Call) -> web.Response:
    """`GET /relationships/dash/connections?q=search&sortType=RECENTLY_ADDED`: newest first."""
    query = restli.split_query(call.raw_query)
    if query.get("q") != "search":
        raise RefusalError(400)
    start, count = _number(query.get("start", "0")), min(_number(query.get("count", "40")), _MOST_CONNECTIONS)
    connected = sorted(_connections(call), key=lambda person: _connected_at(call, person), reverse=True)
    elements = [
        Entity(
            "com.linkedin.voyager.dash.relationships.Connection",
            entityUrn=f"urn:li:fsd_connection:{person.profile_id}",
            connectedMember=urns.profile_urn(person.profile_id),
            connectedMemberResolutionResult=profile(person),
            createdAt=_connected_at(call, person),
        )
        for person in connected[start : start + count]
    ]
    return answer(forms.collection_answer(call.form, elements, start=start, count=count), form=call.form)


def _search(call: Call, variables: Variables) -> tuple[str, Any]:
    """`voyagerSearchDashClusters`: people whose name, vanity or headline holds every keyword."""
    asked = variables.get("query")
    if not isinstance(asked, dict) or not isinstance(asked.get("keywords"), str):
        raise RefusalError(400)
    filters = _filters(asked.get("queryParameters"))
    if filters.get("resultType") != ["PEOPLE"]:
        raise RefusalError(400)
    start = _number(variables.get("start", "0"))
    people = _connections(call) if filters.get("network") == ["F"] else _everyone(call)
    found = [person for person in people if _matches(person, str(asked["keywords"]))]
    items = [{"item": {"profile": profile(person)}} for person in found[start : start + PAGE]]
    cluster = Record("com.linkedin.voyager.dash.search.SearchClusterViewModel", items=items)
    clusters = forms.collection(
        [cluster] if items else [],
        Record("com.linkedin.voyager.dash.search.SearchClusterMetadata", totalResultCount=len(found)),
    )
    clusters["paging"] = {"start": start, "count": PAGE, "total": len(found)}
    return "searchDashClustersByAll", clusters


def _suggest(call: Call, variables: Variables) -> tuple[str, Any]:
    """`voyagerMessagingDashMessagingTypeahead`: connections whose name begins with the keyword."""
    keyword, kinds = variables.get("keyword"), variables.get("types")
    if not isinstance(keyword, str) or not isinstance(kinds, list) or "CONNECTIONS" not in kinds:
        raise RefusalError(400)
    begun = keyword.casefold()
    found = [
        person
        for person in _connections(call)
        if any(name.casefold().startswith(begun) for name in (person.name, person.last_name))
    ]
    elements = [
        Record(
            "com.linkedin.voyager.dash.messaging.MessagingTypeaheadViewModel",
            target={"profile": profile(person)},
        )
        for person in found[:_SUGGESTIONS]
    ]
    return "messagingDashMessagingTypeaheadByTypeaheadKeyword", forms.collection(elements)


def endpoint_of(name: str) -> str:
    """The name that faults and counters know a query of the general GraphQL by."""
    return _ENDPOINTS.get(name, "search")


_QUERIES: dict[str, Callable[[Call, Variables], tuple[str, Any]]] = {
    "voyagerSearchDashClusters": _search,
    "voyagerMessagingDashMessagingTypeahead": _suggest,
    "voyagerMessagingDashComposeViewContexts": compose.view_context,
    "voyagerFeedDashUpdates": posts.read_post,
}
_ENDPOINTS = {
    "voyagerMessagingDashMessagingTypeahead": "typeahead",
    "voyagerMessagingDashComposeViewContexts": "compose",
    "voyagerFeedDashUpdates": "post",
}


def _everyone(call: Call) -> list[Person]:
    return [
        person for person in call.world.people.values() if not person.gone and person.profile_id != call.owner
    ]


def _connections(call: Call) -> list[Person]:
    return [person for person in _everyone(call) if call.world.connected(call.owner, person.profile_id)]


def _connected_at(call: Call, person: Person) -> int:
    years = urns.stable_number(call.world.seed, "connected", call.owner, person.profile_id)
    return call.world.anchor - years % (730 * 86_400_000)


def _matches(person: Person, keywords: str) -> bool:
    words = f"{person.name} {person.vanity} {person.headline}".casefold().replace("-", " ").split()
    return all(any(word.startswith(_stem(key)) for word in words) for key in keywords.casefold().split())


def _stem(word: str) -> str:
    """A word without a common ending, so that `engineering` finds engineers."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _filters(given: Value | None) -> dict[str, Value]:
    listed = given if isinstance(given, list) else []
    return {
        str(each["key"]): each["value"]
        for each in listed
        if isinstance(each, dict) and "key" in each and "value" in each
    }


def _number(text: Value) -> int:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit():
        raise RefusalError(400)
    return int(text[:9])
