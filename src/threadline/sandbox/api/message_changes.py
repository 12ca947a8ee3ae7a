"""Changing a message: edit, recall, react and take a reaction back (contracts/linkedin-wire.md §6)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api.bodies import read_body
from threadline.sandbox.api.calls import Call, RefusalError, done
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.protocol import urns


async def edit(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages/<message URN>` with a patch of `body`."""
    thread, message = _own_message(call, call.target)
    patch = (await call.json()).get("patch")
    settings = patch.get("$set") if isinstance(patch, dict) else None
    if not isinstance(settings, dict) or set(settings) != {"body"}:
        raise RefusalError(400)
    text, attributes = read_body(settings["body"])
    call.simulation.acting.edit(thread, message, call.owner, text, attributes)
    return done()


async def recall(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages?action=recall`: 204."""
    thread, message = _own_message(call, (await call.json()).get("messageUrn"))
    call.simulation.acting.recall(thread, message, call.owner)
    return done()


async def react(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages?action=reactWithEmoji`: 204."""
    return await _react(call, added=True)


async def unreact(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages?action=unreactWithEmoji`: 204."""
    return await _react(call, added=False)


async def _react(call: Call, *, added: bool) -> web.Response:
    body = await call.json()
    emoji = body.get("emoji")
    if not isinstance(emoji, str):
        raise RefusalError(400)
    thread, message = _own_message(call, body.get("messageUrn"))
    call.simulation.acting.react(thread, message, call.owner, emoji, added=added)
    return done()


def _own_message(call: Call, urn: Any) -> tuple[Thread, Message]:
    """The message that a URN of the own mailbox names. Raises RefusalError (400, 403, 404)."""
    owner = urns.read_owner(urn) if isinstance(urn, str) else None
    if owner is None:
        raise RefusalError(400)
    if owner != call.owner:
        raise RefusalError(403)
    found = call.world.message_in(call.owner, urns.read_message(urn))
    if found is None:
        raise RefusalError(404)
    return found
