"""A whole mailbox as JSON lines, to be compared with what a client has stored of it.

A line for each conversation, oldest activity first, followed by a line for each of its messages, in order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.api.calls import encode
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.api.render import Renderer
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import forms


async def export_mailbox(request: web.Request) -> web.Response:
    """Every conversation and message of a mailbox; `since` leaves out what is older (epoch milliseconds)."""
    world = request.app[SIMULATION].world
    person = world.find_person(request.match_info["who"])
    if person is None:
        raise InvalidError("There is nobody called that.", 404)
    fields = Fields(dict(request.query), "query")
    since = fields.number("since", 0, 10**14, 0)
    fields.end()
    body = b"".join(encode(line) + b"\n" for line in _lines(world, person.profile_id, since))
    return web.Response(body=body, content_type="application/x-ndjson", charset="utf-8")


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("GET", "/sandbox/mailboxes/{who}/export", export_mailbox),
)
"""(method, path, handler) of each call."""


def _lines(world: World, owner: str, since: int) -> Iterator[dict[str, Any]]:
    render = Renderer(world, owner)
    for thread in reversed(world.mailbox(owner)):
        if thread.last_activity_in(owner) < since:
            continue
        yield _conversation(render, thread)
        for message in thread.messages_in(owner):
            if message.delivered_at >= since:
                yield _message(render, thread, message)


def _conversation(render: Renderer, thread: Thread) -> dict[str, Any]:
    shown = render.conversation(thread, with_messages=False)
    return {
        "conversation": thread.thread_id,
        "categories": sorted(shown["categories"]),
        "read": shown["read"],
        "unreadCount": shown["unreadCount"],
        "title": shown["title"],
        "groupChat": shown["groupChat"],
        "state": shown["state"],
        "notificationStatus": shown["notificationStatus"],
        "lastActivityAt": shown["lastActivityAt"],
        "members": sorted(each["hostIdentityUrn"] for each in shown["conversationParticipants"]),
    }


def _message(render: Renderer, thread: Thread, message: Message) -> dict[str, Any]:
    shown = forms.plain(render.message(thread, message))
    return {
        "message": message.message_id,
        "conversation": thread.thread_id,
        "sender": shown["sender"]["hostIdentityUrn"],
        "deliveredAt": shown["deliveredAt"],
        "text": shown["body"]["text"],
        "attributes": shown["body"]["attributes"],
        "subject": shown["subject"],
        "format": shown["messageBodyRenderFormat"],
        "fallbackText": shown["renderContentFallbackText"],
        "originToken": shown["originToken"],
        "content": shown["renderContent"],
        "reactions": shown["reactionSummaries"],
    }
