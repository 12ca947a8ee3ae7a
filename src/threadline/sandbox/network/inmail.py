"""InMail credits: one is taken for an InMail that costs, and an answer in time gives it back (§6.4).

The form of a send and these rules are ours (contracts/DECISIONS.md 24).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from threadline.sandbox.network.threads import Message, Thread

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

ANSWERED_WITHIN = 90 * 86_400_000
MONTH = 30 * 86_400_000


def costs_a_credit(world: World, sender: str, recipient: str) -> bool:
    """Whether an InMail to a member costs: they are neither connected nor an Open Profile."""
    return not world.connected(sender, recipient) and not world.people[recipient].open_profile


def credits_of(world: World, owner: str) -> int:
    """How many credits a member has."""
    return world.credits.get(owner, 0)


def spend_credit(world: World, owner: str) -> None:
    """Take one credit, for a message that an answer does not pay back."""
    set_credits(world, owner, credits_of(world, owner) - 1)


def set_credits(world: World, owner: str, available: int) -> None:
    """Give a member this many credits."""
    world.change({"op": "credits", "owner": owner, "available": available})


def next_refresh(world: World) -> int:
    """When credits would be given again, in epoch milliseconds."""
    return (world.clock.now() // MONTH + 1) * MONTH


def charge(world: World, thread: Thread) -> None:
    """Take the credit that a new thread costs its starter."""
    thread.paid_by = thread.members[0]
    world.credits[thread.paid_by] -= 1


def settle(world: World, thread: Thread, message: Message) -> None:
    """Give the credit of a thread back when the message is its first answer and came in time."""
    if thread.paid_by is None or message.sender == thread.paid_by:
        return
    if message.delivered_at - thread.created_at <= ANSWERED_WITHIN:
        world.credits[thread.paid_by] += 1
    thread.paid_by = None


def _apply_credits(world: World, change: dict[str, Any]) -> None:
    world.credits[change["owner"]] = change["available"]


APPLY: dict[str, Callable[[World, dict[str, Any]], None]] = {"credits": _apply_credits}
