"""The simulated API's routes: which calls exist, what faults and counters name them, and who answers them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from threadline.sandbox.api import (
    compose,
    connectivity,
    conversation_changes,
    downloads,
    message_actions,
    message_changes,
    messaging,
    presence,
    profiles,
    sales,
    search,
    uploads,
    writes,
)
from threadline.sandbox.api.calls import Call
from threadline.sandbox.api.queries import endpoint_of
from threadline.sandbox.legacy import changes as legacy_changes
from threadline.sandbox.legacy import routes as legacy
from threadline.sandbox.protocol import restli

Handler = Callable[[Call], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Route:
    """One call.

    endpoint: its name for faults and counters. handler: who answers it. csrf: whether it needs the token.
    """

    endpoint: str
    handler: Handler
    csrf: bool = True


API = ("voyager", "api")
ANY = "*"
_IDENTITY = (*API, "identity", "dash", "profiles")
_MESSAGES = (*API, "voyagerMessagingDashMessengerMessages")
_CONVERSATIONS = (*API, "voyagerMessagingDashMessengerConversations")
_ACKNOWLEDGEMENTS = (*API, "voyagerMessagingDashMessengerMessageDeliveryAcknowledgements")
_GRAPHQL = (*API, "voyagerMessagingGraphQL", "graphql")
_LEGACY = (*API, "messaging", "conversations")
_UPLOAD = (*API, "voyagerVideoDashMediaUploadMetadata")
_OLDER_UPLOAD = (*API, "voyagerMediaUploadMetadata")
_SALES = ("sales-api",)
_SALES_THREADS = (*_SALES, "salesApiMessagingThreads")

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
    ("GET", (*API, "voyagerMessagingDashComposeOptions", ANY)): Route("compose", compose.compose_option),
    ("GET", (*API, "messaging", "credits")): Route("credits", compose.credits),
    ("GET", _GRAPHQL): Route("graphql", messaging.graphql),
    ("POST", _MESSAGES): Route("createMessage", message_actions.act_on_messages),
    ("POST", (*_MESSAGES, ANY)): Route("editMessage", message_changes.edit),
    ("POST", _CONVERSATIONS): Route("markRead", conversation_changes.act_on_conversations),
    ("DELETE", _CONVERSATIONS): Route("deleteConversation", conversation_changes.delete_several),
    ("POST", (*_CONVERSATIONS, ANY)): Route("renameConversation", conversation_changes.rename),
    ("DELETE", (*_CONVERSATIONS, ANY)): Route("deleteConversation", conversation_changes.delete_one),
    ("POST", _ACKNOWLEDGEMENTS): Route("acknowledge", writes.acknowledge_delivery),
    ("POST", (*API, "voyagerMessagingDashMessagingBadge")): Route("badge", writes.act_on_badge),
    ("GET", (*API, "graphql")): Route("search", search.general_graphql),
    ("GET", (*API, "relationships", "dash", "connections")): Route("connections", search.list_connections),
    ("GET", (*API, "messaging", "dash", "presenceStatuses")): Route("presence", presence.statuses),
    ("GET", (*API, "messaging", "presenceStatuses")): Route("presence", presence.legacy_statuses),
    ("GET", _SALES_THREADS): Route("salesThreads", sales.list_threads),
    ("GET", (*_SALES_THREADS, ANY)): Route("salesThread", sales.read_thread),
    ("POST", (*_SALES, "salesApiMessageActions")): Route("salesCreate", sales.act_on_messages),
    ("GET", (*_SALES, "salesApiCredits")): Route("salesCredits", sales.read_credits),
    ("GET", (*_SALES, "salesApiProfiles", ANY)): Route("salesProfile", sales.read_profile),
    ("GET", (*_SALES, "salesApiMessagingPresenceStatuses")): Route("salesPresence", sales.presence),
    ("GET", ("realtime", "connect")): Route("realtime", connectivity.connect),
    ("POST", ("realtime", "realtimeFrontendClientConnectivityTracking")): Route(
        "heartbeat", connectivity.heartbeat
    ),
    ("GET", ("realtime", "realtimeFrontendTimestamp")): Route("timestamp", connectivity.timestamp),
    ("PUT", ("realtime", "realtimeFrontendSubscriptions")): Route("subscriptions", connectivity.subscribe),
    ("DELETE", ("realtime", "realtimeFrontendSubscriptions")): Route(
        "subscriptions", connectivity.unsubscribe
    ),
    ("POST", _UPLOAD): Route("upload", uploads.register),
    ("POST", _OLDER_UPLOAD): Route("legacyUpload", uploads.register_by_older_route),
    ("PUT", ("dms-uploads", ANY)): Route("uploadBytes", uploads.receive),
    ("GET", ("dms-uploads", ANY, "status")): Route("uploadStatus", uploads.show_status),
    ("GET", ("dms", ANY)): Route("media", downloads.read, csrf=False),
    ("HEAD", ("dms", ANY)): Route("media", downloads.read, csrf=False),
    ("GET", _LEGACY): Route("legacyConversations", legacy.list_conversations),
    ("POST", _LEGACY): Route("legacyCreate", legacy_changes.act_on_conversations),
    ("GET", (*_LEGACY, ANY)): Route("legacyConversation", legacy.read_conversation),
    ("POST", (*_LEGACY, ANY)): Route("legacyMarkRead", legacy_changes.change_conversation),
    ("DELETE", (*_LEGACY, ANY)): Route("legacyDelete", legacy_changes.delete_conversation),
    ("POST", (*_LEGACY, ANY, "events", ANY)): Route("legacyChange", legacy_changes.change_event),
    ("GET", (*API, "voyagerMessagingDashReactors")): Route("legacyReactors", legacy_changes.list_reactors),
    ("GET", (*_LEGACY, ANY, "events")): Route("legacyEvents", legacy.list_events),
    ("POST", (*_LEGACY, ANY, "events")): Route("legacySend", legacy.act_on_events),
}
ENDPOINTS = frozenset(
    {route.endpoint for route in ROUTES.values()}
    | set(message_actions.ACTIONS)
    | set(conversation_changes.ACTIONS)
    | {
        "recipients",
        "conversations",
        "messages",
        "receipts",
        "legacyRecipients",
        "typeahead",
        "post",
        "unknown",
    }
)
# First segments of the simulated API's paths; everything else is a web page.
ROOTS = frozenset(path[0] for _, path in ROUTES)
# (method, number of segments, places of the variable ones) of the routes that have any.
_VARIABLE = frozenset(
    (method, len(path), tuple(place for place, segment in enumerate(path) if segment == ANY))
    for method, path in ROUTES
    if ANY in path
)


def find(method: str, segments: list[str]) -> tuple[Route, str] | None:
    """The route of a call and its first variable segment ("" when it has none)."""
    route = ROUTES.get((method, tuple(segments)))
    if route is not None:
        return route, ""
    for known_method, length, places in _VARIABLE:
        if known_method == method and length == len(segments):
            path = tuple(ANY if place in places else segment for place, segment in enumerate(segments))
            route = ROUTES.get((method, path))
            if route is not None:
                return route, segments[places[0]]
    return None


def endpoint_name(route: Route, raw_query: str) -> tuple[str, str]:
    """The name of a call for faults and counters, and its query id when it has one."""
    query = restli.split_query(raw_query)
    if route.endpoint == "graphql":
        query_id = query.get("queryId", "")
        by_recipients = "recipients:" in query.get("variables", "")
        return endpoint_of(query_id.partition(".")[0], by_recipients=by_recipients), query_id
    if route.endpoint == "search":
        query_id = query.get("queryId", "")
        return search.endpoint_of(query_id.partition(".")[0]), query_id
    if route.endpoint == "markRead" and query.get("action") in conversation_changes.ACTIONS:
        return query["action"], ""
    if route.endpoint == "createMessage" and query.get("action") in message_actions.ACTIONS:
        return query["action"], ""
    if route.endpoint == "legacyConversations" and query.get("q") == "participants":
        return "legacyRecipients", ""
    return route.endpoint, ""
