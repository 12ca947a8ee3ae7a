"""Who is online, and when the others last were (contracts/linkedin-wire.md §6.6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from threadline.sandbox.network.people import Person
from threadline.sandbox.protocol import urns

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

_HOUR = 3_600_000


@dataclass(frozen=True, slots=True)
class Availability:
    """A person's presence as they chose it; `since` is when they came or went, in epoch milliseconds."""

    online: bool
    since: int


def told_presence(world: World, person: Person) -> dict[str, Any]:
    """How a person's presence is told; whoever has chosen none is always the same."""
    chosen = world.availability.get(person.profile_id)
    if chosen is None:
        number = urns.stable_number(world.seed, "presence", person.profile_id)
        chosen = Availability(not person.gone and number % 3 == 0, world.anchor - number % (48 * _HOUR))
    return {
        "availability": "ONLINE" if chosen.online else "OFFLINE",
        "lastActiveAt": world.clock.now() if chosen.online else chosen.since,
        "instantlyReachable": False,
    }


def set_availability(world: World, change: dict[str, Any]) -> None:
    """A person came or went."""
    world.clock.pass_by(change["at"])
    world.availability[change["person"]] = Availability(change["online"], change["at"])


APPLY: dict[str, Callable[[World, dict[str, Any]], None]] = {"presence": set_availability}
