"""The network of one seed and anchor: who is connected to whom, and every thread before the anchor.

Only outlines are made here, so that the server answers at once; a thread writes its history when looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from threadline.sandbox.network import names, phrases
from threadline.sandbox.network.history import DAY, Plan
from threadline.sandbox.network.people import (
    FELLOW,
    SEATS,
    Account,
    Organization,
    Person,
    make_organizations,
    make_people,
)
from threadline.sandbox.network.threads import (
    ARCHIVE,
    INBOX,
    INMAIL,
    PRIMARY,
    REQUEST,
    SECONDARY,
    SPAM,
    STARRED,
    Thread,
    View,
)
from threadline.sandbox.protocol import urns

YEARS = 730 * DAY
_READ_ONLY = ("REPLY",)
# Recipes spread over an account's most recent conversations, so that each is met within a few pages.
_SHOWN = [
    "file",
    "image",
    "video",
    "audio",
    "gif",
    "replied",
    "forwarded",
    "post",
    "meeting",
    "away",
    "unavailable",
    "unknown",
    "edited",
    "recalled",
    "empty",
    "very_long",
    "hard",
    "mention",
    "reacted",
    "hard",
    "hard",
]
# Account -> vanity -> (days since the last message, messages) of threads with people worth knowing.
_STORIES = {
    "ada": {"janesmith": (2.0, 14), "sarah-chen": (0.4, 640), "john-doe-123": (190.0, 5)},
    "grace": {"janesmith": (9.0, 8), "john-doe-123": (0.7, 620), "sarah-chen": (40.0, 6)},
    "alan": {"janesmith": (30.0, 4), "jane-doe-42": (1.1, 610), "sarah-chen": (3.0, 9)},
}
_COUNTS = {
    "direct": 250,
    "group": 60,
    "inmail": 50,
    "sponsored": 20,
    "company": 18,
    "request": 18,
    "spam": 15,
}


@dataclass(slots=True)
class Network:
    """Everything that is made: members, companies, accounts, connections and threads."""

    people: list[Person]
    organizations: list[Organization]
    accounts: dict[str, Account]
    connections: dict[str, frozenset[str]] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)


def make_network(seed: int, anchor: int) -> Network:
    """The network of `seed`, with history over the two years up to `anchor` (epoch milliseconds)."""
    people = make_people(seed)
    by_vanity = {person.vanity: person for person in people}
    accounts = {
        name: Account(name, by_vanity[f"{name}-demo"], seat, credits)
        for name, (seat, credits) in SEATS.items()
    }
    network = Network(people, make_organizations(seed), accounts)
    maker = _Maker(network, seed, anchor)
    for account in accounts.values():
        network.connections[account.owner] = maker.connections(account)
    for account in accounts.values():
        maker.fill(account)
    maker.share()
    return network


class _Maker:
    def __init__(self, network: Network, seed: int, anchor: int) -> None:
        self.network = network
        self.seed = seed
        self.anchor = anchor
        self.people = {person.profile_id: person for person in network.people}
        self.owners = frozenset(account.owner for account in network.accounts.values())
        self.strangers = [person for person in network.people if person.vanity in ("targetperson", FELLOW)]
        self.taken_times: set[int] = set()
        self.random = Random(f"{seed}:threads")

    def connections(self, account: Account) -> frozenset[str]:
        """Profile ids of an account's first-degree connections."""
        random = Random(f"{self.seed}:connections:{account.name}")
        connected = set(self.owners - {account.owner})
        for place, person in enumerate(self.network.people):
            if place >= len(_FIXED_PLACES) and random.random() < 0.66:
                connected.add(person.profile_id)
        connected.update(self.network.people[place].profile_id for place in _FIXED_PLACES if place > 2)
        connected.difference_update(person.profile_id for person in self.strangers)
        connected.discard(account.owner)
        return frozenset(connected)

    def fill(self, account: Account) -> None:
        """Make one account's threads."""
        random = self.random = Random(f"{self.seed}:threads:{account.name}")
        connected = self.network.connections[account.owner]
        known = {person.vanity: person.profile_id for person in self.network.people[: len(_FIXED_PLACES)]}
        stories = _STORIES[account.name]
        special = list(_SHOWN)
        for vanity, (days, count) in stories.items():
            thread = self._direct(account, known[vanity], int(days * DAY) + random.randrange(DAY // 4), count)
            thread.view(account.owner).categories = [INBOX, PRIMARY]
        made = [person for person in self.network.people if person not in self.strangers]
        others = [person.profile_id for person in made[len(_FIXED_PLACES) - 1 :]]
        friends = [profile_id for profile_id in others if profile_id in connected]
        strangers = [profile_id for profile_id in others if profile_id not in connected]
        random.shuffle(friends)
        random.shuffle(strangers)
        reachable_strangers = [each for each in strangers if not self.people[each].gone]
        for place in range(_COUNTS["direct"] - len(stories)):
            recipe = (special.pop(),) if special and place % 3 == 0 else ()
            age = int(DAY * (1 + place / 3) + random.randrange(DAY)) if recipe else self._age()
            self._direct(account, friends[place % len(friends)], age, self._length(), recipe)
        for _ in range(_COUNTS["group"]):
            self._group(account, random.sample(friends, random.randint(2, 7)))
        for _ in range(_COUNTS["inmail"]):
            self._inmail(account, reachable_strangers.pop())
        for _ in range(_COUNTS["request"]):
            self._request(account, reachable_strangers.pop())
        for _ in range(_COUNTS["spam"]):
            self._spam(account, reachable_strangers.pop())
        for _ in range(_COUNTS["sponsored"]):
            self._sponsored(account)
        for _ in range(_COUNTS["company"]):
            self._company(account)
        self._system(account)
        self._hide_messages(account)

    def share(self) -> None:
        """Threads that the accounts have with each other."""
        self.random = Random(f"{self.seed}:threads:shared")
        ada, grace, alan = self.network.accounts.values()
        for first, second, days, count in ((ada, grace, 1, 24), (ada, alan, 6, 11), (grace, alan, 20, 9)):
            self._direct(first, second.owner, days * DAY + self.random.randrange(DAY), count)
        friends = sorted(self.network.connections[ada.owner] - self.owners)
        for members, title in (
            ([grace.owner, alan.owner], "Demo trio"),
            ([grace.owner, *self.random.sample(friends, 3)], "Ada, Grace & friends"),
        ):
            self._group(ada, members, title)

    def _age(self) -> int:
        return int(YEARS * 0.97 * self.random.random() ** 2) + self.random.randrange(60_000, DAY // 2)

    def _length(self) -> int:
        draw = self.random.random()
        if draw < 0.15:
            return 1
        return self.random.randint(2, 14) if draw < 0.93 else self.random.randint(15, 90)

    def _thread(self, kind: str, account: Account, members: Iterable[str], age: int, count: int) -> Thread:
        last_at = self.anchor - age
        while last_at in self.taken_times:
            last_at -= 1
        self.taken_times.add(last_at)
        span = self.random.randrange(DAY // 24, 40 * DAY) if count < 200 else 300 * DAY
        first_at = min(max(last_at - span, self.anchor - YEARS), last_at - count) if count > 1 else last_at
        thread = Thread(
            thread_id=urns.make_thread_id(self.random),
            kind=kind,
            members=[account.owner, *members],
            created_at=first_at,
            last_activity_at=last_at,
        )
        self.network.threads.append(thread)
        return thread

    def _plan(
        self,
        thread: Thread,
        count: int,
        *,
        view: View,
        unread: int = 0,
        writers: list[str] | None = None,
        lines: tuple[str, ...] = (),
        opener: str | None = None,
        special: tuple[str, ...] = (),
    ) -> None:
        owner = thread.members[0]
        writers = writers or list(thread.members)
        talkers = [self.people[member] for member in thread.members if member in self.people]
        languages = ["en", *(person.language for person in talkers if person.profile_id != owner)]
        unread = min(unread, count)
        view.unread = unread
        view.read = unread == 0
        view.last_read_at = thread.last_activity_at if unread == 0 else max(thread.created_at - 1, 0)
        thread.views[owner] = view
        silent = frozenset({owner}) if unread else frozenset()
        if unread == count:
            opener = opener or next(writer for writer in writers if writer != owner)
        thread.history = Plan(
            key=f"{self.seed}:{thread.thread_id}",
            count=count,
            writers=tuple(writers),
            languages=tuple(languages),
            names={person.profile_id: person.first_name for person in talkers},
            tail=unread,
            silent=silent,
            lines=lines,
            opener=opener,
            special=special,
        )

    def _unread(self, age: int) -> int:
        chance = 0.3 if age < 30 * DAY else 0.06
        return self.random.randint(1, 4) if self.random.random() < chance else 0

    def _direct(
        self, account: Account, other: str, age: int, count: int, special: tuple[str, ...] = ()
    ) -> Thread:
        thread = self._thread("direct", account, [other], age, count)
        draw = self.random.random()
        view = View([INBOX, PRIMARY])
        if special == ("mention",):
            thread.title = "About the plan"
        if self.people[other].gone:
            view.disabled = _READ_ONLY
        if not special and other not in self.owners:
            if draw < 0.12:
                view.categories = [ARCHIVE]
            elif draw < 0.18:
                view.categories = [INBOX, PRIMARY, STARRED]
            elif draw < 0.24:
                view.categories = [INBOX, SECONDARY]
        writers = [account.owner, other]
        if special and special[0] in ("recalled", "system", "edited"):
            writers = [other, account.owner]
        self._plan(thread, count, view=view, unread=self._unread(age), writers=writers, special=special)
        return thread

    def _group(self, account: Account, members: list[str], title: str | None = None) -> None:
        count = self.random.randint(3, 60)
        age = self._age()
        thread = self._thread("group", account, members, age, count)
        untitled = self.random.random() < 0.25
        thread.title = title or (None if untitled else self.random.choice(names.GROUP_TITLES))
        thread.creator = self.random.choice(thread.members)
        special = ("hard", "system", "mention", "reacted") if self.random.random() < 0.4 and count > 8 else ()
        categories = [ARCHIVE] if self.random.random() < 0.1 and title is None else [INBOX, PRIMARY]
        self._plan(thread, count, view=View(categories), unread=self._unread(age), special=special)

    def _inmail(self, account: Account, other: str) -> None:
        draw = self.random.random()
        state = "PENDING" if draw < 0.4 else "ACCEPTED" if draw < 0.8 else "DECLINED"
        count = self.random.randint(2, 8) if state == "ACCEPTED" else 1
        mine = account.seat == "sales_navigator" and self.random.random() < 0.5
        age = self._age()
        thread = self._thread("inmail", account, [other], age, count)
        thread.subject = self.random.choice(phrases.INMAIL_SUBJECTS)
        tab = PRIMARY if self.random.random() < 0.6 else SECONDARY
        view = View([INBOX, tab, INMAIL], state=state)
        if state != "PENDING" and self.random.random() < 0.2:
            view.categories = [ARCHIVE, INMAIL]
        opener = account.owner if mine else other
        if state == "DECLINED":
            view.disabled = _READ_ONLY
        self._plan(
            thread,
            count,
            view=view,
            unread=0 if mine or state != "PENDING" else self.random.randint(0, 1),
            writers=[opener] if count == 1 else None,
            lines=phrases.INMAIL_OPENINGS,
            opener=opener,
            special=("sales_inmail" if mine else "premium_inmail",) if count == 1 else (),
        )

    def _request(self, account: Account, other: str) -> None:
        count = self.random.randint(1, 2)
        thread = self._thread("request", account, [other], self._age() // 4, count)
        view = View([REQUEST], state="PENDING", disabled=("UPDATE_MESSAGE_REQUEST_STATE",))
        if self.random.random() < 0.3:
            view.disabled = ("UPDATE_MESSAGE_REQUEST_STATE", "REPLY")
        self._plan(
            thread, count, view=view, unread=count, writers=[other], lines=phrases.REQUEST_LINES, opener=other
        )

    def _spam(self, account: Account, other: str) -> None:
        count = self.random.randint(1, 3)
        thread = self._thread("spam", account, [other], self._age(), count)
        unread = self.random.choice((0, count))
        self._plan(
            thread,
            count,
            view=View([SPAM]),
            unread=unread,
            writers=[other],
            lines=phrases.SPAM_LINES,
            opener=other,
        )

    def _sponsored(self, account: Account) -> None:
        page = self.random.choice(self.network.organizations[:-1]).host_urn
        age = self._age()
        thread = self._thread("sponsored", account, [page], age, 1)
        thread.subject = "An offer for you" if self.random.random() < 0.5 else None
        recipe = "advertisement" if self.random.random() < 0.5 else "conversation_advertisement"
        view = View([INBOX, SECONDARY, INMAIL], disabled=_READ_ONLY)
        unread = self.random.randint(0, 1)
        self._plan(
            thread,
            1,
            view=view,
            unread=unread,
            writers=[page],
            lines=phrases.SPONSORED,
            opener=page,
            special=(recipe,),
        )

    def _company(self, account: Account) -> None:
        page = self.random.choice(self.network.organizations[:-1]).host_urn
        count = self.random.randint(1, 5)
        age = self._age()
        thread = self._thread("company", account, [page], age, count)
        writers = [page] if count < 3 else None
        view = View([INBOX, SECONDARY])
        self._plan(
            thread,
            count,
            view=view,
            unread=self._unread(age),
            writers=writers,
            lines=phrases.COMPANY_LINES,
            opener=page,
        )

    def _system(self, account: Account) -> None:
        team = self.network.organizations[-1].host_urn
        thread = self._thread("company", account, [team], self._age(), 2)
        view = View([INBOX, SECONDARY], disabled=_READ_ONLY)
        self._plan(thread, 2, view=view, writers=[team], lines=phrases.SYSTEM_LINES, opener=team)

    def _hide_messages(self, account: Account) -> None:
        """Two listed items come without a `messages` key, as in captures (contracts/linkedin-wire.md §4)."""
        mine = [
            thread
            for thread in self.network.threads
            if thread.members[0] == account.owner and INBOX in thread.view(account.owner).categories
        ]
        for thread in mine[40:42]:
            thread.view(account.owner).conceals_messages = True


# The people whom documents name come first in the list of people (people.make_people).
_FIXED_PLACES = range(8)
