"""The realtime host's calls: connect, the client's heartbeat, the clock, subscriptions.

Contracts: contracts/linkedin-wire.md §§8.1, 8.5.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.striking import seen_now
from threadline.sandbox.living.realtime import Stream
from threadline.sandbox.protocol import restli


async def connect(call: Call) -> web.StreamResponse:
    """`GET /realtime/connect`: hold a stream open."""
    return await call.simulation.streams.serve(call)


async def heartbeat(call: Call) -> web.Response:
    """`POST /realtime/realtimeFrontendClientConnectivityTracking?action=sendHeartbeat`."""
    body = await call.json()
    if restli.split_query(call.raw_query).get("action") != "sendHeartbeat":
        raise RefusalError(400)
    if not isinstance(body.get("realtimeSessionId"), str):
        raise RefusalError(400)
    call.simulation.heartbeats[call.account.name] = call.world.clock.now()
    return answer({})


async def timestamp(call: Call) -> web.Response:
    """`GET /realtime/realtimeFrontendTimestamp`."""
    return answer({"timestamp": seen_now(call.struck, call.world.clock.now())})


async def subscribe(call: Call) -> web.Response:
    """`PUT /realtime/realtimeFrontendSubscriptions?ids=List((topic:…,clientConnectionId:…),…)`."""
    results: dict[str, Any] = {}
    for stream, topic, key in _subscriptions(call):
        stream.topics.add(topic)
        results[key] = {"status": 200}
    return answer({"results": results, "errors": {}})


async def unsubscribe(call: Call) -> web.Response:
    """`DELETE /realtime/realtimeFrontendSubscriptions?ids=List(…)`."""
    results: dict[str, Any] = {}
    for stream, topic, key in _subscriptions(call):
        stream.topics.discard(topic)
        results[key] = {"status": 200}
    return answer({"results": results, "errors": {}})


def _subscriptions(call: Call) -> list[tuple[Stream, str, str]]:
    try:
        ids = restli.parse_list(restli.split_query(call.raw_query).get("ids", ""))
    except restli.MalformedError:
        raise RefusalError(400) from None
    found = []
    for each in ids:
        topic = each.get("topic") if isinstance(each, dict) else None
        connection_id = each.get("clientConnectionId") if isinstance(each, dict) else None
        if not isinstance(topic, str) or not isinstance(connection_id, str):
            raise RefusalError(400)
        stream = call.simulation.streams.find(connection_id, call.owner)
        if stream is None:
            raise RefusalError(412)
        found.append((stream, topic, f"(topic:{quote(topic, safe='')},clientConnectionId:{connection_id})"))
    return found
