"""A crowd of further accounts, each with a small mailbox: for loads of many linked accounts at once."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from threadline.sandbox.network.history import DAY, Plan
from threadline.sandbox.network.people import PEOPLE, Account, Person
from threadline.sandbox.network.threads import INBOX, PRIMARY, Thread, View
from threadline.sandbox.protocol import urns

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

_FRIENDS = 4
_LENGTH = 8
# Connected to everyone in the crowd, besides a few others of each one's own.
_KNOWN = ("janesmith", "sarah-chen")


def admit(world: World, number: int) -> None:
    """Add the accounts `crowd-0001` to `crowd-<number>`: `li_at=demo-crowd-0001` and so on."""
    known = [world.vanities[vanity].profile_id for vanity in _KNOWN]
    others = [
        person.profile_id
        for person in world.people.values()
        if not person.gone and world.account_of(person.profile_id) is None and person.profile_id not in known
    ]
    for place in range(1, number + 1):
        random = Random(f"{world.seed}:crowd:{place}")
        account = _account(random, place)
        friends = [*known, *random.sample(others, _FRIENDS)]
        world.admit(account, frozenset(friends))
        for step, friend in enumerate(friends[: _FRIENDS + 1]):
            world.index(_thread(world, random, account, friend, DAY * (step + 1)))


def _account(random: Random, place: int) -> Account:
    name = f"crowd-{place:04}"
    person = Person(
        profile_id=urns.make_profile_id(random),
        member_number=1001 + 10 * PEOPLE + place,
        vanity=name,
        first_name="Crowd",
        last_name=f"Number {place:04}",
        headline="One of many at Example",
        language="en",
        pictured=False,
    )
    return Account(name, person, "free", 0)


def _thread(world: World, random: Random, account: Account, friend: str, age: int) -> Thread:
    last_at = world.anchor - age - random.randrange(DAY)
    thread = Thread(
        thread_id=urns.make_thread_id(random),
        kind="direct",
        members=[account.owner, friend],
        created_at=last_at - 5 * DAY,
        last_activity_at=last_at,
        views={account.owner: View([INBOX, PRIMARY], last_read_at=last_at)},
    )
    thread.history = Plan(
        key=f"{world.seed}:{thread.thread_id}",
        count=random.randint(1, _LENGTH),
        writers=(account.owner, friend),
        languages=("en",),
        names={member: world.people[member].first_name for member in thread.members},
    )
    return thread
