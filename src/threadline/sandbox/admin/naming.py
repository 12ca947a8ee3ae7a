"""Finding what an admin call names: people, accounts, threads and messages. All raise InvalidError."""

from __future__ import annotations

from aiohttp import web

from threadline.sandbox.admin.fields import InvalidError
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network.people import Account, Person
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.protocol import urns


def find_person(simulation: Simulation, name: str) -> Person:
    """A member by vanity, account name or profile id."""
    person = simulation.world.find_person(name)
    if person is None:
        raise InvalidError(f"There is nobody called {name!r}.", 404)
    return person


def person_of(request: web.Request) -> Person:
    """The member whom the path names."""
    return find_person(request.app[SIMULATION], request.match_info["who"])


def find_account(simulation: Simulation, name: str) -> Account:
    """An account by its name."""
    account = simulation.world.accounts.get(name)
    if account is None:
        listed = list(simulation.world.accounts)[:10]
        raise InvalidError(f"{name!r} is not an account; there are {', '.join(listed)}.", 404)
    return account


def find_thread(simulation: Simulation, owner: str, name: str) -> Thread:
    """A thread of a mailbox by id or URN."""
    thread = simulation.world.thread_in(owner, urns.read_thread(name))
    if thread is None:
        raise InvalidError(f"There is no thread {name!r} in that mailbox.", 404)
    return thread


def find_message(simulation: Simulation, owner: str, name: str) -> tuple[Thread, Message]:
    """A message of a mailbox, by id or URN, and its thread."""
    found = simulation.world.message_in(owner, urns.read_message(name))
    if found is None:
        raise InvalidError(f"There is no message {name!r} in that mailbox.", 404)
    return found
