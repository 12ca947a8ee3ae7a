"""Writes: marking read, acknowledging delivery, the badge (contracts/linkedin-wire.md §6)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.network.threads import Thread
from threadline.sandbox.protocol import restli, urns


async def mark_conversations(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerConversations?ids=List(…)`: mark read or unread."""
    query = restli.split_query(call.raw_query)
    if "ids" not in query:
        raise RefusalError(400)
    asked = listed_urns(query["ids"])
    entities = (await call.json()).get("entities")
    if not asked or not isinstance(entities, dict) or set(entities) != set(asked):
        raise RefusalError(400)
    reads = {urn: _read_patch(entity) for urn, entity in entities.items()}
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for urn, read in reads.items():
        try:
            thread = own_thread(call, urn)
        except RefusalError as refusal:
            errors[urn] = {"status": refusal.status}
            continue
        call.simulation.mark(thread, call.owner, read=read)
        results[urn] = {"status": 204}
    return answer({"results": results, "errors": errors})


async def acknowledge_delivery(call: Call) -> web.Response:
    """`POST /…MessageDeliveryAcknowledgements?action=sendDeliveryAcknowledgement`: messages have arrived."""
    listed = (await call.json()).get("messageUrns")
    if _action(call) != "sendDeliveryAcknowledgement" or not isinstance(listed, list) or not listed:
        raise RefusalError(400)
    messages = []
    for urn in listed:
        if urns.read_owner(str(urn)) != call.owner:
            raise RefusalError(400)
        messages.append(urns.read_message(str(urn)) or "")
    call.simulation.acknowledged.setdefault(call.owner, set()).update(messages)
    return answer({})


async def act_on_badge(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessagingBadge?action=markAllMessagesAsSeen`."""
    until = (await call.json()).get("until")
    if _action(call) != "markAllMessagesAsSeen" or type(until) is not int:
        raise RefusalError(400)
    call.simulation.badge_seen_until[call.owner] = until
    call.simulation.tell_badge(call.owner)
    return answer({})


def own_thread(call: Call, urn: Any) -> Thread:
    """The thread that a conversation URN of the own mailbox names. Raises RefusalError (400, 403, 404)."""
    owner = urns.read_owner(urn) if isinstance(urn, str) else None
    if owner is None:
        raise RefusalError(400)
    if owner != call.owner:
        raise RefusalError(403)
    thread = call.world.thread_in(call.owner, urns.read_thread(urn))
    if thread is None:
        raise RefusalError(404)
    return thread


def _action(call: Call) -> str | None:
    return restli.split_query(call.raw_query).get("action")


def _read_patch(entity: Any) -> bool:
    patch = entity.get("patch") if isinstance(entity, dict) else None
    settings = patch.get("$set") if isinstance(patch, dict) else None
    read = settings.get("read") if isinstance(settings, dict) else None
    if not isinstance(read, bool):
        raise RefusalError(400)
    return read


def listed_urns(raw: str) -> list[str]:
    """The URNs of an `ids=List(…)`. Raises RefusalError (400)."""
    try:
        return [str(each) for each in restli.parse_list(raw)]
    except restli.MalformedError:
        raise RefusalError(400) from None
