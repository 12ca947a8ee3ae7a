"""LinkedIn groups, whose members may write to each other unconnected (linkedin-wire.md §10 [ours])."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from threadline.sandbox.network.people import FELLOW, Account, Person

URN = "urn:li:fsd_group:"
_NAMES = (
    "Distributed Systems Readers",
    "Tidewater Startups",
    "Women in Cartography",
    "Typography & Interfaces",
    "Regional Rail Enthusiasts",
)
_FIRST_NUMBER = 70001
_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class Group:
    """One group. members: profile ids."""

    number: int
    name: str
    members: frozenset[str]

    @property
    def urn(self) -> str:
        """The URN that stands as the context of a message."""
        return f"{URN}{self.number}"


def make_groups(seed: int, people: Iterable[Person], accounts: Iterable[Account]) -> dict[int, Group]:
    """All groups by number.

    The first holds every account and the member whom documents name for it; the last holds no account.
    """
    random = Random(f"{seed}:linkedin-groups")
    listed = list(people)
    owners = {account.owner for account in accounts}
    groups: dict[int, Group] = {}
    for place, name in enumerate(_NAMES):
        members = {
            person.profile_id
            for person in listed
            if random.random() < _SHARE and not person.gone and person.profile_id not in owners
        }
        members.difference_update(person.profile_id for person in listed if person.vanity == "targetperson")
        if place == 0:
            members |= owners | {person.profile_id for person in listed if person.vanity == FELLOW}
        elif place < len(_NAMES) - 1:
            members |= {owner for owner in sorted(owners) if random.random() < 0.5}
        number = _FIRST_NUMBER + place
        groups[number] = Group(number, name, frozenset(members))
    return groups


def read_group(groups: dict[int, Group], urn: object) -> Group | None:
    """The group that a URN names, or None."""
    if not isinstance(urn, str) or not urn.startswith(URN):
        return None
    number = urn.removeprefix(URN)
    return groups.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
