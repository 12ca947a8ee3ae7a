"""The simulated API's routes: which calls exist, what faults and counters name them, and who answers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from threadline.sandbox import connectivity, legacy, message_actions, messaging, profiles, restli, writes
from threadline.sandbox.calls import Call
from threadline.sandbox.queries import endpoint_of

Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call. endpoint: its name for faults and counters; handler: who answers it."""

    endpoint: str
    handler: Handler


API = ("voyager", "api")
ANY = "*"
_IDENTITY = (*API, "identity", "dash", "profiles")
_MESSAGES = (*API, "voyagerMessagingDashMessengerMessages")
_CONVERSATIONS = (*API, "voyagerMessagingDashMessengerConversations")
_ACKNOWLEDGEMENTS = (*API, "voyagerMessagingDashMessengerMessageDeliveryAcknowledgements")
_GRAPHQL = (*API, "voyagerMessagingGraphQL", "graphql")
_LEGACY = (*API, "messaging", "conversations")

# (method, path) -> route; `*` stands for one variable segment.
ROUTES: dict[tuple[str, tuple[str, ...]], Route] = {
    ("GET", (*API, "me")): Route("me", profiles.me),
    ("GET", _IDENTITY): Route("profile", profiles.find_profile),
    ("GET", (*_IDENTITY, ANY)): Route("profile", profiles.read_profile),
    ("GET", (*API, "identity", "profiles", ANY, "profileView")): Route("retired", profiles.retired),
    ("GET", (*API, "identity", "profiles", ANY, "networkinfo")): Route("retired", profiles.retired),
    ("GET", (*API, "voyagerRelationshipsDashMemberRelationships", ANY)): Route(
        "relationship", profiles.relationship
    ),
    ("GET", (*API, "voyagerMessagingDashComposeOptions", ANY)): Route("compose", profiles.compose_option),
    ("GET", (*API, "messaging", "credits")): Route("credits", profiles.credits),
    ("GET", _GRAPHQL): Route("graphql", messaging.graphql),
    ("POST", _MESSAGES): Route("createMessage", message_actions.act_on_messages),
    ("POST", _CONVERSATIONS): Route("markRead", writes.act_on_conversations),
    ("POST", _ACKNOWLEDGEMENTS): Route("acknowledge", writes.acknowledge_delivery),
    ("POST", (*API, "voyagerMessagingDashMessagingBadge")): Route("badge", writes.act_on_badge),
    ("GET", ("realtime", "connect")): Route("realtime", connectivity.connect),
    ("POST", ("realtime", "realtimeFrontendClientConnectivityTracking")): Route(
        "heartbeat", connectivity.heartbeat
    ),
    ("GET", ("realtime", "realtimeFrontendTimestamp")): Route("timestamp", connectivity.timestamp),
    ("PUT", ("realtime", "realtimeFrontendSubscriptions")): Route("subscriptions", connectivity.subscribe),
    ("DELETE", ("realtime", "realtimeFrontendSubscriptions")): Route(
        "subscriptions", connectivity.unsubscribe
    ),
    ("GET", _LEGACY): Route("legacyConversations", legacy.list_conversations),
    ("POST", _LEGACY): Route("legacyCreate", legacy.act_on_conversations),
    ("GET", (*_LEGACY, ANY)): Route("legacyConversation", legacy.read_conversation),
    ("POST", (*_LEGACY, ANY)): Route("legacyMarkRead", legacy.patch_conversation),
    ("GET", (*_LEGACY, ANY, "events")): Route("legacyEvents", legacy.list_events),
    ("POST", (*_LEGACY, ANY, "events")): Route("legacySend", legacy.act_on_events),
}
ENDPOINTS = frozenset(
    {route.endpoint for route in ROUTES.values()}
    | set(message_actions.ACTIONS)
    | {"recipients", "conversations", "messages", "receipts", "legacyRecipients", "unknown"}
)
# First segments of the simulated API's paths; everything else is a web page.
ROOTS = frozenset(path[0] for _, path in ROUTES)
# (method, number of segments, place of the variable one) of the routes that have one.
_VARIABLE = frozenset((method, len(path), path.index(ANY)) for method, path in ROUTES if ANY in path)


def find(method: str, segments: list[str]) -> tuple[Route, str] | None:
    """The route of a call and its variable segment ("" when it has none)."""
    route = ROUTES.get((method, tuple(segments)))
    if route is not None:
        return route, ""
    for known_method, length, place in _VARIABLE:
        if known_method == method and length == len(segments):
            path = (*segments[:place], ANY, *segments[place + 1 :])
            route = ROUTES.get((method, path))
            if route is not None:
                return route, segments[place]
    return None


def endpoint_name(route: Route, raw_query: str) -> tuple[str, str]:
    """The name of a call for faults and counters, and its query id when it has one."""
    query = restli.split_query(raw_query)
    if route.endpoint == "graphql":
        query_id = query.get("queryId", "")
        by_recipients = "recipients:" in query.get("variables", "")
        return endpoint_of(query_id.partition(".")[0], by_recipients=by_recipients), query_id
    if route.endpoint == "createMessage" and query.get("action") in message_actions.ACTIONS:
        return query["action"], ""
    if route.endpoint == "legacyConversations" and query.get("q") == "participants":
        return "legacyRecipients", ""
    return route.endpoint, ""
