"""Legacy routes that change something: edit, recall, react, typing, members, deletion, patches (§9).

Contracts: contracts/linkedin-wire.md §9; §13 for the statuses that old clients check.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from aiohttp import web

from threadline.sandbox.api.bodies import read_body
from threadline.sandbox.api.calls import Call, RefusalError, answer, done, split_path
from threadline.sandbox.api.conversation_changes import read_members, read_title
from threadline.sandbox.api.profiles import mini_profile
from threadline.sandbox.legacy import routes as legacy
from threadline.sandbox.legacy.routes import thread_of
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Entity

_EVENT = "com.linkedin.voyager.messaging.event.MessageEvent"
_REACTOR = "com.linkedin.voyager.dash.messaging.Reactor"


async def change_conversation(call: Call) -> web.Response:
    """`POST /messaging/conversations/<T>`: a patch of `read`, `muted` or `name`, or new members: 200."""
    thread = thread_of(call, call.target)
    action = restli.split_query(call.raw_query).get("action")
    body = await call.json()
    if action == "changeParticipants":
        _change_members(call, thread, body)
    elif action is None:
        _patch(call, thread, body)
    else:
        raise RefusalError(400)
    return answer({})


async def delete_conversation(call: Call) -> web.Response:
    """`DELETE /messaging/conversations/<T>`."""
    call.simulation.acting.delete(thread_of(call, call.target), call.owner)
    return done()


async def change_event(call: Call) -> web.Response:
    """`POST /messaging/conversations/<T>/events/<M>`: recall and reactions, 204; without action an edit."""
    thread, message = _message_of(call)
    acting = call.simulation.acting
    action = restli.split_query(call.raw_query).get("action")
    if action == "recall":
        acting.recall(thread, message, call.owner)
        return done()
    if action in ("reactWithEmoji", "unreactWithEmoji"):
        emoji = (await call.json()).get("emoji")
        if not isinstance(emoji, str):
            raise RefusalError(400)
        acting.react(thread, message, call.owner, emoji, added=action == "reactWithEmoji")
        return done()
    if action is not None:
        raise RefusalError(400)
    text, attributes = read_body(_edited_body(await call.json()))
    acting.edit(thread, message, call.owner, text, attributes)
    return answer({})


async def act_on_conversations(call: Call) -> web.Response:
    """`POST /messaging/conversations`: a message to people, or `action=typing`."""
    if restli.split_query(call.raw_query).get("action") != "typing":
        return await legacy.create_conversation(call)
    conversation_id = (await call.json()).get("conversationId")
    if not isinstance(conversation_id, str):
        raise RefusalError(400)
    call.simulation.acting.type(thread_of(call, conversation_id), call.owner)
    return done(202)


async def list_reactors(call: Call) -> web.Response:
    """`GET /voyagerMessagingDashReactors?q=messageAndEmoji`: who chose an emoji for a message."""
    query = restli.split_query(call.raw_query)
    if query.get("q") != "messageAndEmoji":
        raise RefusalError(400)
    emoji = unquote(query.get("emoji", ""))
    found = call.world.message_in(call.owner, urns.read_message(unquote(query.get("messageUrn", ""))))
    if found is None:
        raise RefusalError(404)
    people = [person for each in found[1].reactions if each.emoji == emoji for person in each.people]
    elements = [_reactor(call, found[1], emoji, person) for person in people]
    return answer(forms.collection_answer(call.form, elements), form=call.form)


def _reactor(call: Call, message: Message, emoji: str, person: str) -> Entity:
    host = urns.profile_urn(person)
    return Entity(
        _REACTOR,
        entityUrn=f"urn:li:fsd_reactor:({host},urn:li:fsd_message:{message.message_id},{emoji})",
        emoji=emoji,
        messageUrn=f"urn:li:fsd_message:{message.message_id}",
        reactorUrn=host,
        reactor=mini_profile(call.world.people[person]),
    )


def _message_of(call: Call) -> tuple[Thread, Message]:
    thread = thread_of(call, call.target)
    message_id = urns.read_message(split_path(call.request.raw_path)[0][-1])
    found = call.world.message_in(call.owner, message_id)
    if found is None or found[0] is not thread:
        raise RefusalError(404)
    return found


def _edited_body(body: dict[str, Any]) -> Any:
    """The `$set` of the attributed body, which stands deep inside a patch of the event's content."""
    value: Any = body
    for name in ("patch", "eventContent", _EVENT, "attributedBody", "$set"):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _patch(call: Call, thread: Thread, body: dict[str, Any]) -> None:
    patch = body.get("patch")
    settings = patch.get("$set") if isinstance(patch, dict) else None
    if not isinstance(settings, dict) or not settings or not set(settings) <= {"read", "muted", "name"}:
        raise RefusalError(400)
    if not all(isinstance(settings.get(name, False), bool) for name in ("read", "muted")):
        raise RefusalError(400)
    if "name" in settings:
        call.simulation.acting.rename(thread, call.owner, read_title(settings["name"]))
    if "muted" in settings:
        call.simulation.acting.mute(thread, call.owner, muted=settings["muted"])
    if "read" in settings:
        call.simulation.mark(thread, call.owner, read=settings["read"])


def _change_members(call: Call, thread: Thread, body: dict[str, Any]) -> None:
    history = body.get("showHistory", True)
    if not isinstance(history, bool) or not (body.get("addParticipants") or body.get("removeParticipants")):
        raise RefusalError(400)
    acting = call.simulation.acting
    if body.get("addParticipants"):
        acting.add(thread, call.owner, read_members(body["addParticipants"]), history=history)
    if body.get("removeParticipants"):
        acting.remove(thread, call.owner, read_members(body["removeParticipants"]))
