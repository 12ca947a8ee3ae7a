"""The admin API under /sandbox/: look into any mailbox, make people write, switch faults, move time.

No key is asked for: the server can only be reached from its own machine.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox import admin_faults, admin_presence, admin_sales, urns
from threadline.sandbox.admin_render import told_conversation, told_message, told_person
from threadline.sandbox.calls import answer
from threadline.sandbox.creating import LONGEST_TEXT
from threadline.sandbox.dispatch import SIMULATION
from threadline.sandbox.fields import Fields, InvalidError
from threadline.sandbox.people import Account, Person
from threadline.sandbox.simulation import Simulation
from threadline.sandbox.threads import CATEGORIES, Thread

Handler = Callable[[web.Request], Awaitable[web.Response]]
_LONGEST_OFFSET = 10 * 365 * 86_400_000


def add_routes(application: web.Application) -> None:
    """Put the admin API in front of the simulated one."""
    listed: tuple[tuple[str, str, Handler], ...] = (
        ("GET", "/sandbox/health", health),
        ("GET", "/sandbox/people", list_people),
        ("GET", "/sandbox/people/{who}", show_person),
        ("POST", "/sandbox/people/{who}/write", write_as_person),
        ("POST", "/sandbox/accounts/{name}/write", write_as_account),
        ("GET", "/sandbox/mailboxes/{who}/conversations", list_conversations),
        ("GET", "/sandbox/mailboxes/{who}/conversations/{thread}/messages", list_messages),
        ("GET", "/sandbox/mailboxes/{who}/messages", search_messages),
        ("GET", "/sandbox/mailboxes/{who}/unread", show_unread),
        ("GET", "/sandbox/clock", show_clock),
        ("POST", "/sandbox/clock", set_clock),
        ("GET", "/sandbox/requests", count_requests),
        ("DELETE", "/sandbox/requests", forget_requests),
        ("POST", "/sandbox/reset", reset),
    )
    for method, path, handler in (*listed, *admin_faults.ROUTES, *admin_presence.ROUTES, *admin_sales.ROUTES):
        application.router.add_route(method, path, _guarded(handler))
    application.router.add_route("*", "/sandbox/{rest:.*}", _guarded(_unknown))


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except InvalidError as invalid:
            return answer({"error": str(invalid)}, status=invalid.status)

    return guarded


async def _unknown(request: web.Request) -> web.Response:
    raise InvalidError(
        f"There is no {request.method} {request.path}; docs/sandbox.md lists the admin API.", 404
    )


async def health(request: web.Request) -> web.Response:
    """What runs, and since when its history ends."""
    simulation = request.app[SIMULATION]
    world = simulation.world
    return answer(
        {
            "status": "ok",
            "pid": os.getpid(),
            "seed": world.seed,
            "anchorMs": world.anchor,
            "nowMs": world.clock.now(),
            "people": len(world.people),
            "accounts": {
                account.name: {
                    "vanity": account.person.vanity,
                    "profileId": account.owner,
                    "seat": account.seat,
                    "conversations": len(world.mailbox(account.owner)),
                    "streams": len(simulation.streams.open_of(account.owner)),
                }
                for account in world.accounts.values()
            },
            "kept": simulation.options.keep is not None,
        }
    )


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
    return answer(told_person(request.app[SIMULATION].world, _person(request)))


async def write_as_person(request: web.Request) -> web.Response:
    """A person writes to an account, or to anyone."""
    simulation = request.app[SIMULATION]
    fields = await Fields.of_body(request)
    reader = _find_person(simulation, fields.text("to", 100))
    text = fields.text("text", LONGEST_TEXT)
    thread_id = fields.text("threadId", 200, "")
    fields.end()
    return _write(simulation, _person(request), reader, thread_id, text, None)


async def write_as_account(request: web.Request) -> web.Response:
    """An account's owner writes from another device."""
    simulation = request.app[SIMULATION]
    account = _account(simulation, request.match_info["name"])
    fields = await Fields.of_body(request)
    to = fields.text("to", 200)
    text = fields.text("text", LONGEST_TEXT)
    fields.end()
    token = urns.uuid_of(f"{simulation.world.epoch}:{simulation.world.count}")
    if urns.read_thread(to) is not None:
        return _write(simulation, account.person, None, to, text, token)
    return _write(simulation, account.person, _find_person(simulation, to), "", text, token)


async def list_conversations(request: web.Request) -> web.Response:
    """Any member's mailbox, newest first."""
    world = request.app[SIMULATION].world
    person = _person(request)
    fields = Fields(dict(request.query), "query")
    limit = fields.number("limit", 1, 1000, 20)
    before = fields.number("before", 0, 10**14, 10**14)
    category = fields.choice("category", CATEGORIES, "")
    fields.end()
    threads = [
        thread
        for thread in world.mailbox(person.profile_id)
        if thread.last_activity_at < before
        and (not category or category in thread.view(person.profile_id).categories)
    ]
    shown = threads[:limit]
    more = shown[-1].last_activity_at if len(threads) > len(shown) else None
    told = [told_conversation(world, person.profile_id, thread) for thread in shown]
    return answer({"conversations": told, "nextBefore": more})


async def list_messages(request: web.Request) -> web.Response:
    """Every message of a thread in a member's mailbox, oldest first."""
    simulation = request.app[SIMULATION]
    owner = _person(request).profile_id
    thread = _thread(simulation, owner, request.match_info["thread"])
    told = [told_message(simulation, owner, thread, message) for message in thread.messages]
    return answer({"threadId": thread.thread_id, "messages": told})


async def search_messages(request: web.Request) -> web.Response:
    """Every message in a member's mailbox with exactly this text or this origin token, oldest first."""
    simulation = request.app[SIMULATION]
    owner = _person(request).profile_id
    fields = Fields(dict(request.query), "query")
    text = fields.text("text", LONGEST_TEXT, "")
    token = fields.text("originToken", 100, "")
    fields.end()
    if bool(text) == bool(token):
        raise InvalidError("Give either text or originToken.")
    found = [
        (message.delivered_at, told_message(simulation, owner, thread, message))
        for thread in simulation.world.mailbox(owner)
        for message in thread.messages
        if (message.text == text if text else message.origin_token == token)
    ]
    found.sort(key=lambda each: each[0])
    return answer({"messages": [told for _, told in found]})


async def show_unread(request: web.Request) -> web.Response:
    """The unread count of each unread thread of a mailbox."""
    world = request.app[SIMULATION].world
    owner = _person(request).profile_id
    threads = [thread for thread in world.mailbox(owner) if not thread.view(owner).read]
    return answer({"unread": {thread.thread_id: thread.view(owner).unread for thread in threads}})


async def show_clock(request: web.Request) -> web.Response:
    """The sandbox's time."""
    clock = request.app[SIMULATION].world.clock
    return answer({"nowMs": clock.now(), "offsetMs": clock.offset_ms})


async def set_clock(request: web.Request) -> web.Response:
    """Move the sandbox's time: to a moment, by a step, or to an offset from the machine's time."""
    world = request.app[SIMULATION].world
    fields = await Fields.of_body(request)
    given = [name for name in ("nowMs", "advanceMs", "offsetMs") if fields.has(name)]
    if len(given) != 1:
        raise InvalidError("Give one of nowMs, advanceMs and offsetMs.")
    value = fields.number(given[0], -_LONGEST_OFFSET, 10**13)
    fields.end()
    now, offset = world.clock.now(), world.clock.offset_ms
    moved = {"nowMs": offset + value - now, "advanceMs": offset + value, "offsetMs": value}[given[0]]
    if abs(moved) > _LONGEST_OFFSET:
        raise InvalidError("The clock moves at most ten years from the machine's time.")
    world.set_clock(moved)
    return await show_clock(request)


async def count_requests(request: web.Request) -> web.Response:
    """How many calls each account made to each endpoint."""
    simulation = request.app[SIMULATION]
    fields = Fields(dict(request.query), "query")
    wanted = fields.text("account", 100, "")
    fields.end()
    counted: dict[str, dict[str, int]] = {}
    for (account, endpoint), number in sorted(simulation.calls.items()):
        if wanted in ("", account):
            counted.setdefault(account, {})[endpoint] = number
    return answer({"requests": counted})


async def forget_requests(request: web.Request) -> web.Response:
    """Count from nothing again."""
    simulation = request.app[SIMULATION]
    forgotten = sum(simulation.calls.values())
    simulation.calls.clear()
    return answer({"forgotten": forgotten})


async def reset(request: web.Request) -> web.Response:
    """Go back to the made network."""
    request.app[SIMULATION].reset()
    return await health(request)


def _write(
    simulation: Simulation,
    writer: Person,
    reader: Person | None,
    thread_id: str,
    text: str,
    token: str | None,
) -> web.Response:
    world = simulation.world
    if reader is not None and reader.profile_id == writer.profile_id:
        raise InvalidError("Nobody writes to themselves.")
    if writer.gone or (reader is not None and reader.gone):
        raise InvalidError("A person who is gone neither writes nor reads.", 409)
    if thread_id:
        thread = _thread(simulation, writer.profile_id, thread_id)
        if reader is not None and reader.profile_id not in thread.members:
            raise InvalidError(f"{reader.vanity} is not in that thread.", 409)
    else:
        assert reader is not None, "a write names a thread or a reader"
        thread = world.thread_between(writer.profile_id, [reader.profile_id]) or world.start_thread(
            writer.profile_id, [reader.profile_id], None
        )
    message = simulation.write(thread, writer.profile_id, text, origin_token=token)
    return answer(told_message(simulation, writer.profile_id, thread, message), status=201)


def _find_person(simulation: Simulation, name: str) -> Person:
    person = simulation.world.find_person(name)
    if person is None:
        raise InvalidError(f"There is nobody called {name!r}.", 404)
    return person


def _person(request: web.Request) -> Person:
    return _find_person(request.app[SIMULATION], request.match_info["who"])


def _account(simulation: Simulation, name: str) -> Account:
    account = simulation.world.accounts.get(name)
    if account is None:
        raise InvalidError(
            f"{name!r} is not an account; there are {', '.join(simulation.world.accounts)}.", 404
        )
    return account


def _thread(simulation: Simulation, owner: str, name: str) -> Thread:
    thread = simulation.world.thread_in(owner, urns.read_thread(name))
    if thread is None:
        raise InvalidError(f"There is no thread {name!r} in that mailbox.", 404)
    return thread
