"""The admin API's calls about Sales Navigator: a person writes to a seat, and its threads as they stand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.api.sales import LONGEST_BODY, LONGEST_SUBJECT, write
from threadline.sandbox.network.people import Account, Person
from threadline.sandbox.network.sales_threads import SEAT, SalesThread
from threadline.sandbox.network.world import World


async def write_to_seat(request: web.Request) -> web.Response:
    """A person writes to an account with a seat: into their Sales thread, or a new one with a subject."""
    world = request.app[SIMULATION].world
    person = _person(world, request.match_info["who"])
    fields = await Fields.of_body(request)
    account = _seat(world, fields.text("to", 100))
    text = fields.text("text", LONGEST_BODY)
    subject = fields.text("subject", LONGEST_SUBJECT, "")
    fields.end()
    if person.gone or person.profile_id == account.owner:
        raise InvalidError("Neither who is gone nor the account itself writes to it.", 409)
    if world.sales.between(account.owner, person.profile_id) is None and not subject:
        raise InvalidError("The first message of a thread needs a subject.")
    thread = write(world, account.owner, person.profile_id, person.profile_id, text, subject or None, 0)
    return answer(_told(world, thread), status=201)


async def list_threads(request: web.Request) -> web.Response:
    """Every Sales thread of an account with a seat, newest first, whole."""
    world = request.app[SIMULATION].world
    account = _seat(world, request.match_info["name"])
    return answer({"threads": [_told(world, thread) for thread in world.sales.of(account.owner)]})


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("POST", "/sandbox/people/{who}/sales-message", write_to_seat),
    ("GET", "/sandbox/accounts/{name}/sales-threads", list_threads),
)


def _told(world: World, thread: SalesThread) -> dict[str, Any]:
    return {
        "threadId": thread.thread_id,
        "with": world.people[thread.other].vanity,
        "archived": thread.archived,
        "unread": thread.unread,
        "messages": [
            {
                "messageId": message.message_id,
                "from": world.people[message.author].vanity,
                "subject": message.subject,
                "text": message.text,
                "deliveredAt": message.delivered_at,
            }
            for message in thread.messages
        ],
    }


def _person(world: World, name: str) -> Person:
    person = world.find_person(name)
    if person is None:
        raise InvalidError(f"There is nobody called {name!r}.", 404)
    return person


def _seat(world: World, name: str) -> Account:
    account = world.accounts.get(name)
    if account is None or account.seat != SEAT:
        raise InvalidError(f"{name!r} is not an account with a Sales Navigator seat.", 409)
    return account
