"""The admin API's calls that look into anybody's mailbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.admin.naming import find_thread, person_of
from threadline.sandbox.admin.render import told_conversation, told_message
from threadline.sandbox.api.bodies import LONGEST_TEXT
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.network.threads import CATEGORIES, Thread


async def list_conversations(request: web.Request) -> web.Response:
    """Any member's mailbox, newest first."""
    world = request.app[SIMULATION].world
    owner = person_of(request).profile_id
    fields = Fields(dict(request.query), "query")
    limit = fields.number("limit", 1, 1000, 20)
    before = fields.number("before", 0, 10**14, 10**14)
    category = fields.choice("category", CATEGORIES, "")
    fields.end()
    threads = [
        thread
        for thread in world.mailbox(owner)
        if thread.last_activity_in(owner) < before
        and (not category or category in thread.view(owner).categories)
    ]
    shown = threads[:limit]
    more = shown[-1].last_activity_in(owner) if len(threads) > len(shown) else None
    told = [told_conversation(world, owner, thread) for thread in shown]
    return answer({"conversations": told, "nextBefore": more})


async def list_messages(request: web.Request) -> web.Response:
    """Every message of a thread in a member's mailbox, oldest first."""
    simulation = request.app[SIMULATION]
    owner = person_of(request).profile_id
    return _told(request, find_thread(simulation, owner, request.match_info["thread"]), owner)


async def search_messages(request: web.Request) -> web.Response:
    """Every message of a thread, or those of the mailbox with exactly this text or token; oldest first."""
    simulation = request.app[SIMULATION]
    owner = person_of(request).profile_id
    fields = Fields(dict(request.query), "query")
    name = fields.text("thread", 200, "")
    text = fields.text("text", LONGEST_TEXT, "")
    token = fields.text("originToken", 100, "")
    fields.end()
    if sum(map(bool, (name, text, token))) != 1:
        raise InvalidError("Give one of thread, text and originToken.")
    if name:
        return _told(request, find_thread(simulation, owner, name), owner)
    found = [
        (message.delivered_at, told_message(simulation, owner, thread, message))
        for thread in simulation.world.mailbox(owner)
        for message in thread.messages_in(owner)
        if (message.text == text if text else message.origin_token == token)
    ]
    found.sort(key=lambda each: each[0])
    return answer({"messages": [told for _, told in found]})


async def show_unread(request: web.Request) -> web.Response:
    """The unread count of each unread thread of a mailbox."""
    world = request.app[SIMULATION].world
    owner = person_of(request).profile_id
    threads = [thread for thread in world.mailbox(owner) if not thread.view(owner).read]
    return answer({"unread": {thread.thread_id: thread.view(owner).unread for thread in threads}})


def _told(request: web.Request, thread: Thread, owner: str) -> web.Response:
    simulation = request.app[SIMULATION]
    messages = thread.messages_in(owner)
    told = [told_message(simulation, owner, thread, message) for message in messages]
    return answer({"threadId": thread.thread_id, "messages": told})


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("GET", "/sandbox/mailboxes/{who}/conversations", list_conversations),
    ("GET", "/sandbox/mailboxes/{who}/conversations/{thread}/messages", list_messages),
    ("GET", "/sandbox/mailboxes/{who}/messages", search_messages),
    ("GET", "/sandbox/mailboxes/{who}/unread", show_unread),
)
"""(method, path, handler) of each call."""
