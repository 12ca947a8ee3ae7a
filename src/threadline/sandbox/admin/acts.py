"""The admin API's calls that make a person do what people do besides writing (docs/sandbox.md).

Accounts are people too: they act as from another device.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.admin.naming import find_message, find_person, find_thread, person_of
from threadline.sandbox.admin.render import told_conversation, told_message
from threadline.sandbox.api.bodies import LONGEST_TEXT
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living import rules
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network import categories
from threadline.sandbox.network.threads import Message, Thread

_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class _Actor:
    """Who acts, in which simulation, with which fields."""

    simulation: Simulation
    who: str
    fields: Fields

    def message(self) -> tuple[Thread, Message]:
        return find_message(self.simulation, self.who, self.fields.text("message", _LONGEST_NAME))

    def thread(self) -> Thread:
        return find_thread(self.simulation, self.who, self.fields.text("thread", _LONGEST_NAME))

    def members(self) -> list[str]:
        names = self.fields.names("members")
        return [find_person(self.simulation, name).profile_id for name in names]

    def told(self, thread: Thread, message: Message | None = None) -> web.Response:
        if message is not None:
            return answer(told_message(self.simulation, self.who, thread, message))
        return answer(told_conversation(self.simulation.world, self.who, thread))


async def edit(request: web.Request) -> web.Response:
    """A person gives a message of theirs another text."""
    actor = await _actor(request)
    (thread, message), text = actor.message(), actor.fields.text("text", LONGEST_TEXT)
    actor.fields.end()
    actor.simulation.acting.edit(thread, message, actor.who, text, [])
    return actor.told(thread, message)


async def recall(request: web.Request) -> web.Response:
    """A person takes a message of theirs back from everyone."""
    actor = await _actor(request)
    thread, message = actor.message()
    actor.fields.end()
    actor.simulation.acting.recall(thread, message, actor.who)
    return actor.told(thread, message)


async def react(request: web.Request) -> web.Response:
    """A person chooses an emoji for a message."""
    return await _react(request, added=True)


async def unreact(request: web.Request) -> web.Response:
    """A person takes their emoji back."""
    return await _react(request, added=False)


async def _react(request: web.Request, *, added: bool) -> web.Response:
    actor = await _actor(request)
    (thread, message), emoji = actor.message(), actor.fields.text("emoji", 100)
    actor.fields.end()
    actor.simulation.acting.react(thread, message, actor.who, emoji, added=added)
    return actor.told(thread, message)


async def read(request: web.Request) -> web.Response:
    """A person reads a thread."""
    return await _mark(request, read=True)


async def unread(request: web.Request) -> web.Response:
    """A person marks a thread unread."""
    return await _mark(request, read=False)


async def _mark(request: web.Request, *, read: bool) -> web.Response:
    actor = await _actor(request)
    thread = actor.thread()
    actor.fields.end()
    actor.simulation.mark(thread, actor.who, read=read)
    return actor.told(thread)


async def show_typing(request: web.Request) -> web.Response:
    """A person types in a thread; nothing is kept of it."""
    actor = await _actor(request)
    thread = actor.thread()
    actor.fields.end()
    actor.simulation.acting.type(thread, actor.who)
    return actor.told(thread)


async def leave(request: web.Request) -> web.Response:
    """A person leaves a group."""
    actor = await _actor(request)
    thread = actor.thread()
    actor.fields.end()
    actor.simulation.acting.remove(thread, actor.who, [actor.who])
    return actor.told(thread)


async def add(request: web.Request) -> web.Response:
    """A person brings others into a group."""
    actor = await _actor(request)
    thread, members = actor.thread(), actor.members()
    actor.fields.end()
    actor.simulation.acting.add(thread, actor.who, members)
    return actor.told(thread)


async def remove(request: web.Request) -> web.Response:
    """A person takes others out of a group."""
    actor = await _actor(request)
    thread, members = actor.thread(), actor.members()
    actor.fields.end()
    actor.simulation.acting.remove(thread, actor.who, members)
    return actor.told(thread)


async def rename(request: web.Request) -> web.Response:
    """A person gives a group another name."""
    actor = await _actor(request)
    thread, title = actor.thread(), actor.fields.text("title", rules.LONGEST_TITLE)
    actor.fields.end()
    actor.simulation.acting.rename(thread, actor.who, title)
    return actor.told(thread)


async def move(request: web.Request) -> web.Response:
    """A person puts a thread into a category, or takes it out with `"remove": true`."""
    actor = await _actor(request)
    thread, category = actor.thread(), actor.fields.choice("category", categories.MOVABLE)
    removed = actor.fields.flag("remove")
    actor.fields.end()
    actor.simulation.acting.categorize([thread], actor.who, category, added=not removed)
    return actor.told(thread)


async def mute(request: web.Request) -> web.Response:
    """A person mutes a thread, or no longer with `"remove": true`."""
    actor = await _actor(request)
    thread, removed = actor.thread(), actor.fields.flag("remove")
    actor.fields.end()
    actor.simulation.acting.mute(thread, actor.who, muted=not removed)
    return actor.told(thread)


async def delete(request: web.Request) -> web.Response:
    """A person deletes a thread from their mailbox."""
    actor = await _actor(request)
    thread = actor.thread()
    actor.fields.end()
    actor.simulation.acting.delete(thread, actor.who)
    return answer({"threadId": thread.thread_id, "deleted": True})


async def _actor(request: web.Request) -> _Actor:
    person = person_of(request)
    if person.gone:
        raise InvalidError("A person who is gone neither writes nor reads.", 409)
    return _Actor(request.app[SIMULATION], person.profile_id, await Fields.of_body(request))


_ACTS: dict[str, Callable[[web.Request], Awaitable[web.Response]]] = {
    "edit": edit,
    "recall": recall,
    "react": react,
    "unreact": unreact,
    "read": read,
    "unread": unread,
    "type": show_typing,
    "leave": leave,
    "add": add,
    "remove": remove,
    "rename": rename,
    "move": move,
    "mute": mute,
    "delete": delete,
}
ROUTES = tuple(("POST", f"/sandbox/people/{{who}}/{name}", handler) for name, handler in _ACTS.items())
"""(method, path, handler) of each call."""
