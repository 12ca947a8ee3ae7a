"""Changing conversations: typing, categories, deletion, name and members (contracts/linkedin-wire.md §6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from threadline.sandbox.api import writes
from threadline.sandbox.api.calls import Call, RefusalError, done
from threadline.sandbox.api.writes import listed_urns, own_thread
from threadline.sandbox.living.rules import LONGEST_TITLE
from threadline.sandbox.network import categories
from threadline.sandbox.network.threads import Thread
from threadline.sandbox.protocol import restli, urns

MOST_AT_ONCE = 20


async def act_on_conversations(call: Call) -> web.StreamResponse:
    """`POST /voyagerMessagingDashMessengerConversations`: the action that is named, or marking by `ids`."""
    action = restli.split_query(call.raw_query).get("action")
    if action is None:
        return await writes.mark_conversations(call)
    if action not in ACTIONS:
        raise RefusalError(400)
    return await ACTIONS[action](call)


async def rename(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerConversations/<conversation URN>` with a patch of `title`."""
    thread = own_thread(call, call.target)
    patch = (await call.json()).get("patch")
    settings = patch.get("$set") if isinstance(patch, dict) else None
    if not isinstance(settings, dict) or set(settings) != {"title"}:
        raise RefusalError(400)
    call.simulation.acting.rename(thread, call.owner, read_title(settings["title"]))
    return done()


async def delete_one(call: Call) -> web.Response:
    """`DELETE /voyagerMessagingDashMessengerConversations/<conversation URN>`."""
    call.simulation.acting.delete(own_thread(call, call.target), call.owner)
    return done()


async def delete_several(call: Call) -> web.Response:
    """`DELETE /voyagerMessagingDashMessengerConversations?ids=List(…)`."""
    threads = _threads(call, listed_urns(restli.split_query(call.raw_query).get("ids", "")))
    for thread in threads:
        call.simulation.acting.delete(thread, call.owner)
    return done()


def read_title(title: Any) -> str:
    """The name of a group. Raises RefusalError (400)."""
    if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise RefusalError(400)
    return title


def read_members(listed: Any) -> list[str]:
    """The profile ids of people named by id or URN. Raises RefusalError (400)."""
    if not isinstance(listed, list) or not listed:
        raise RefusalError(400)
    members = [urns.read_member(each) if isinstance(each, str) else None for each in listed]
    found = [member for member in members if member is not None]
    if len(found) != len(members):
        raise RefusalError(400)
    return found


async def _type(call: Call) -> web.Response:
    thread = own_thread(call, (await call.json()).get("conversationUrn"))
    call.simulation.acting.type(thread, call.owner)
    return done(202)


async def _add_category(call: Call) -> web.Response:
    return await _categorize(call, added=True)


async def _remove_category(call: Call) -> web.Response:
    return await _categorize(call, added=False)


async def _categorize(call: Call, *, added: bool) -> web.Response:
    body = await call.json()
    category = body.get("category")
    if category not in categories.MOVABLE:
        raise RefusalError(400)
    threads = _threads(call, body.get("conversationUrns"))
    call.simulation.acting.categorize(threads, call.owner, category, added=added)
    return done()


async def _add_participants(call: Call) -> web.Response:
    body = await call.json()
    members = read_members(body.get("participants"))
    thread = own_thread(call, body.get("conversationUrn"))
    call.simulation.acting.add(thread, call.owner, members)
    return done()


async def _remove_participants(call: Call) -> web.Response:
    body = await call.json()
    members = read_members(body.get("participants"))
    thread = own_thread(call, body.get("conversationUrn"))
    call.simulation.acting.remove(thread, call.owner, members)
    return done()


def _threads(call: Call, listed: Any) -> list[Thread]:
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_AT_ONCE:
        raise RefusalError(400)
    return list({thread.thread_id: thread for thread in (own_thread(call, urn) for urn in listed)}.values())


# Action -> who does it; the action's name is also its endpoint's, for faults and counters.
ACTIONS: dict[str, Callable[[Call], Awaitable[web.StreamResponse]]] = {
    "typing": _type,
    "addCategory": _add_category,
    "removeCategory": _remove_category,
    "addParticipants": _add_participants,
    "removeParticipants": _remove_participants,
}
