"""The admin API's calls that find people and make them write."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.admin.naming import find_account, find_message, find_person, find_thread, person_of
from threadline.sandbox.admin.render import told_message, told_person
from threadline.sandbox.api.bodies import LONGEST_TEXT
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living import rules
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import Content, Thread, quotation
from threadline.sandbox.protocol import urns


async def list_people(request: web.Request) -> web.Response:
    """People whose name, vanity or headline holds `query`."""
    world = request.app[SIMULATION].world
    fields = Fields(dict(request.query), "query")
    limit = fields.number("limit", 1, 1000, 50)
    words = fields.text("query", 200, "").casefold()
    fields.end()
    found = [
        person
        for person in world.people.values()
        if words in f"{person.name} {person.vanity} {person.headline}".casefold()
    ]
    return answer({"total": len(found), "people": [told_person(world, person) for person in found[:limit]]})


async def show_person(request: web.Request) -> web.Response:
    """One person by vanity, account name or profile id."""
    return answer(told_person(request.app[SIMULATION].world, person_of(request)))


async def write_as_person(request: web.Request) -> web.Response:
    """A person writes to an account, to anyone, or into a thread; perhaps as an answer to a message."""
    simulation = request.app[SIMULATION]
    writer = person_of(request)
    fields = await Fields.of_body(request)
    to = fields.text("to", 100, "")
    text = fields.text("text", LONGEST_TEXT)
    named, older = fields.text("thread", 200, ""), fields.text("threadId", 200, "")
    answered = fields.text("replyTo", 300, "")
    fields.end()
    named = named or older
    if not to and not named:
        raise InvalidError("Give to, the person written to, or thread.")
    reader = find_person(simulation, to) if to else None
    thread = thread_for(simulation, writer, reader, named)
    content: tuple[Content, ...] = ()
    if answered:
        original_thread, original = find_message(simulation, writer.profile_id, answered)
        if original_thread is not thread:
            raise InvalidError("replyTo names a message of another thread.", 409)
        content = (quotation(original),)
    return _write(simulation, thread, writer, text, None, content)


async def write_as_account(request: web.Request) -> web.Response:
    """An account's owner writes from another device."""
    simulation = request.app[SIMULATION]
    account = find_account(simulation, request.match_info["name"])
    fields = await Fields.of_body(request)
    to = fields.text("to", 200)
    text = fields.text("text", LONGEST_TEXT)
    fields.end()
    token = urns.uuid_of(f"{simulation.world.epoch}:{simulation.world.count}")
    if urns.read_thread(to) is not None:
        thread = thread_for(simulation, account.person, None, to)
    else:
        thread = thread_for(simulation, account.person, find_person(simulation, to), "")
    return _write(simulation, thread, account.person, text, token)


async def start_group(request: web.Request) -> web.Response:
    """A person starts a group and writes its first message."""
    simulation = request.app[SIMULATION]
    starter = person_of(request)
    fields = await Fields.of_body(request)
    members = [find_person(simulation, name) for name in fields.names("members")]
    title = fields.text("title", rules.LONGEST_TITLE, "")
    text = fields.text("text", LONGEST_TEXT)
    fields.end()
    others = list(dict.fromkeys(each.profile_id for each in members if each is not starter))
    if len(others) < 2:
        raise InvalidError("A group has at least two others.")
    if starter.gone or any(each.gone for each in members):
        raise InvalidError("A person who is gone neither writes nor reads.", 409)
    thread = simulation.world.start_thread(starter.profile_id, others, title or None)
    return _write(simulation, thread, starter, text, None)


def thread_for(simulation: Simulation, writer: Person, reader: Person | None, named: str) -> Thread:
    """The named thread, or the one of two people, which is made when there is none."""
    world = simulation.world
    if reader is not None and reader.profile_id == writer.profile_id:
        raise InvalidError("Nobody writes to themselves.")
    if writer.gone or (reader is not None and reader.gone):
        raise InvalidError("A person who is gone neither writes nor reads.", 409)
    if named:
        thread = find_thread(simulation, writer.profile_id, named)
        if reader is not None and reader.profile_id not in thread.members:
            raise InvalidError(f"{reader.vanity} is not in that thread.", 409)
        if writer.profile_id not in thread.members:
            raise InvalidError(f"{writer.vanity} has left that thread.", 409)
        return thread
    assert reader is not None, "a write names a thread or a reader"
    found = world.thread_between(writer.profile_id, [reader.profile_id], deleted=True)
    return found or world.start_thread(writer.profile_id, [reader.profile_id], None)


def _write(
    simulation: Simulation,
    thread: Thread,
    writer: Person,
    text: str,
    token: str | None,
    content: tuple[Content, ...] = (),
) -> web.Response:
    message = simulation.write(thread, writer.profile_id, text, origin_token=token, content=content)
    return answer(told_message(simulation, writer.profile_id, thread, message), status=201)


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("GET", "/sandbox/people", list_people),
    ("GET", "/sandbox/people/{who}", show_person),
    ("POST", "/sandbox/people/{who}/write", write_as_person),
    ("POST", "/sandbox/people/{who}/groups", start_group),
    ("POST", "/sandbox/accounts/{name}/write", write_as_account),
)
"""(method, path, handler) of each call."""
