"""Sales Navigator's own threads: InMails between a member with a seat and one other, apart from the inbox.

They stand in no mailbox: only the seat's side sees them, and reads and writes them through `sales.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from threadline.sandbox.network import phrases
from threadline.sandbox.network.inmail import ANSWERED_WITHIN
from threadline.sandbox.network.people import Account, Person
from threadline.sandbox.protocol import urns

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

SEAT = "sales_navigator"
MADE = 64
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class SalesMessage:
    """One message; `author` is a profile id."""

    message_id: str
    author: str
    text: str
    delivered_at: int
    subject: str | None = None


@dataclass(slots=True)
class SalesThread:
    """A thread of a seat's owner with one other member, by profile ids; messages oldest first.

    paid: whether it cost a credit that an answer would still give back.
    """

    thread_id: str
    owner: str
    other: str
    archived: bool = False
    unread: int = 0
    paid: bool = False
    messages: list[SalesMessage] = field(default_factory=list)

    @property
    def last_activity_at(self) -> int:
        """When its last message was delivered."""
        return self.messages[-1].delivered_at

    @property
    def answered(self) -> bool:
        """Whether the other has written."""
        return any(message.author == self.other for message in self.messages)

    def stands_in(self, folder: str) -> bool:
        """Whether `INBOX`, `SENT` or `ARCHIVED` lists it."""
        if folder == "ARCHIVED":
            return self.archived
        if folder == "INBOX":
            return not self.archived and self.answered
        return any(message.author == self.owner for message in self.messages)


class SalesThreads:
    """Every Sales Navigator thread."""

    def __init__(self, seed: int, anchor: int, accounts: Iterable[Account], people: list[Person]) -> None:
        """Make the threads of each seat, with history up to `anchor` (epoch milliseconds)."""
        self._threads: dict[str, SalesThread] = {}
        for account in accounts:
            if account.seat == SEAT:
                for thread in _made(seed, anchor, account, people):
                    self._threads[thread.thread_id] = thread

    def of(self, owner: str) -> list[SalesThread]:
        """The threads of one seat, newest activity first."""
        mine = [thread for thread in self._threads.values() if thread.owner == owner]
        return sorted(mine, key=lambda thread: thread.last_activity_at, reverse=True)

    def find(self, owner: str, thread_id: str) -> SalesThread | None:
        """One thread of a seat."""
        thread = self._threads.get(thread_id)
        return thread if thread is not None and thread.owner == owner else None

    def between(self, owner: str, other: str) -> SalesThread | None:
        """The newest thread of a seat's owner with one member."""
        return next((thread for thread in self.of(owner) if thread.other == other), None)

    def put(self, thread: SalesThread) -> None:
        """Take in a new thread."""
        self._threads[thread.thread_id] = thread


def add_message(world: World, change: dict[str, Any]) -> None:
    """A message in a thread, which begins with it when it is the first; an answer gives its credit back."""
    owner, author = change["owner"], change["author"]
    thread = world.sales.find(owner, change["thread"])
    if thread is None:
        thread = SalesThread(change["thread"], owner, change["other"], paid=change["cost"] > 0)
        world.sales.put(thread)
        world.credits[owner] -= change["cost"]
    world.clock.pass_by(change["at"])
    if author == thread.other and thread.paid:
        thread.paid = False
        if change["at"] - thread.messages[0].delivered_at <= ANSWERED_WITHIN:
            world.credits[owner] += 1
    thread.messages.append(
        SalesMessage(change["id"], author, change["text"], change["at"], change["subject"])
    )
    thread.archived = False
    thread.unread = 0 if author == owner else thread.unread + 1


APPLY: dict[str, Callable[[World, dict[str, Any]], None]] = {"salesMessage": add_message}


def _made(seed: int, anchor: int, account: Account, people: list[Person]) -> list[SalesThread]:
    random = Random(f"{seed}:sales:{account.name}")
    known = {person.vanity: person for person in people}
    others = [known["sarah-chen"]]
    rest = [person for person in people[8:] if not person.gone]
    random.shuffle(rest)
    others += rest[: MADE - len(others)]
    threads = []
    for place, other in enumerate(others):
        thread = SalesThread(urns.make_thread_id(random), account.owner, other.profile_id)
        thread.archived = place % 9 == 8
        _fill(
            random, thread, account.person, other, anchor - (place + 1) * _DAY - random.randrange(_DAY // 2)
        )
        threads.append(thread)
    return threads


def _fill(random: Random, thread: SalesThread, owner: Person, other: Person, last_at: int) -> None:
    count = random.choice((1, 1, 2, 3, 5, 12))
    opener, listener = (owner, other) if random.random() < 0.7 else (other, owner)
    subject = random.choice(phrases.INMAIL_SUBJECTS)
    at = last_at - (count - 1) * 3_600_000
    for place in range(count):
        first = place == 0
        author = opener if place % 2 == 0 else listener
        text = random.choice(phrases.INMAIL_OPENINGS if first else phrases.PHRASES["en"])
        thread.messages.append(
            SalesMessage(
                message_id=urns.make_message_id(thread.thread_id, at, random.randrange(100_000)),
                author=author.profile_id,
                text=text.replace("{name}", listener.first_name),
                delivered_at=at,
                subject=subject if first else None,
            )
        )
        at += 3_600_000
    if thread.messages[-1].author == thread.other and random.random() < 0.3:
        thread.unread = 1
