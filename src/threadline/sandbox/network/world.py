"""The state of the network: made history plus every change since, each change a plain dict.

A change is applied the same way when it happens and when a journal is replayed: both end in one state.
Each touched view of a mailbox takes a number of its own from `count`; sync tokens are built on that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from threadline.sandbox.network.appliers import APPLY, Change
from threadline.sandbox.network.assets import Asset
from threadline.sandbox.network.availability import Availability
from threadline.sandbox.network.clock import Clock
from threadline.sandbox.network.crowd import admit as admit_crowd
from threadline.sandbox.network.linkedin_groups import make_groups
from threadline.sandbox.network.network import make_network
from threadline.sandbox.network.people import Account, Organization, Person
from threadline.sandbox.network.sales_threads import SalesThreads
from threadline.sandbox.network.threads import Content, Message, Thread
from threadline.sandbox.protocol import urns


class World:
    """All members, threads and mailboxes, and what was changed since they were made.

    keep: called with each change before it is applied; a journal's append, or nothing.
    crowd: how many accounts there are besides the usual ones.
    """

    def __init__(
        self,
        seed: int,
        anchor: int,
        epoch: str,
        keep: Callable[[Change], None] | None = None,
        crowd: int = 0,
    ) -> None:
        network = make_network(seed, anchor)
        self.seed = seed
        self.anchor = anchor
        self.epoch = epoch
        self.count = 0
        self.clock = Clock()
        self.clock.pass_by(anchor)
        if self.clock.now() < anchor:
            self.clock.offset_ms = anchor - self.clock.now()
        self.accounts: dict[str, Account] = network.accounts
        self.people: dict[str, Person] = {person.profile_id: person for person in network.people}
        self.vanities: dict[str, Person] = {person.vanity: person for person in network.people}
        self.organizations: dict[str, Organization] = {page.host_urn: page for page in network.organizations}
        self.credits = {account.owner: account.inmail_credits for account in network.accounts.values()}
        self.linkedin_groups = make_groups(seed, network.people, network.accounts.values())
        self.sales = SalesThreads(seed, anchor, network.accounts.values(), network.people)
        self.availability: dict[str, Availability] = {}
        self.assets: dict[str, Asset] = {}
        self.media_generation = 0
        # Owner -> host and port by which their client reaches this server, for the addresses it is given.
        self.hosts: dict[str, str] = {}
        self.threads: dict[str, Thread] = {}
        self._connections = network.connections
        self._mailboxes: dict[str, list[Thread]] = {}
        self._keep = keep
        self._owners = {account.owner: account for account in self.accounts.values()}
        for thread in network.threads:
            self.index(thread)
        admit_crowd(self, crowd)

    # People

    def account_of(self, owner: str) -> Account | None:
        """The account whose mailbox `owner` is, if it is one."""
        return self._owners.get(owner)

    def admit(self, account: Account, connections: frozenset[str]) -> None:
        """Add an account and its owner. connections: profile ids."""
        self.accounts[account.name] = self._owners[account.owner] = account
        self.people[account.owner] = self.vanities[account.person.vanity] = account.person
        self.credits[account.owner] = account.inmail_credits
        self._connections[account.owner] = connections

    def find_person(self, name: str) -> Person | None:
        """A member by account name, vanity name, profile id or profile URN."""
        if name in self.accounts:
            return self.accounts[name].person
        return self.vanities.get(name) or self.people.get(urns.read_member(name) or "")

    def connected(self, first: str, second: str) -> bool:
        """Whether two members are first-degree connections; of two made people, always."""
        if first in self._connections:
            return second in self._connections[first]
        if second in self._connections:
            return first in self._connections[second]
        return True

    def distance(self, viewer: str, member: str) -> str:
        """How far `member` is from `viewer`, in LinkedIn's word (contracts/linkedin-wire.md §3.3)."""
        if viewer == member:
            return "SELF"
        if self.people[member].gone:
            return "OUT_OF_NETWORK"
        if self.connected(viewer, member):
            return "DISTANCE_1"
        return "DISTANCE_3" if urns.stable_number(self.seed, viewer, member) % 3 == 0 else "DISTANCE_2"

    # Mailboxes

    def mailbox(self, owner: str) -> list[Thread]:
        """All threads of a mailbox, newest activity first."""
        return [thread for thread in self.every_thread(owner) if not thread.hidden_from(owner)]

    def every_thread(self, owner: str) -> list[Thread]:
        """The threads of a mailbox and those that its owner deleted, newest activity first."""
        threads = self._mailboxes.get(owner, [])
        threads.sort(key=lambda thread: thread.last_activity_in(owner), reverse=True)
        return list(threads)

    def thread_in(self, owner: str, thread_id: str | None) -> Thread | None:
        """A thread, when `owner` is or was one of its members and has not deleted it."""
        thread = self.threads.get(thread_id or "")
        if thread is None or thread.hidden_from(owner):
            return None
        return thread if owner in thread.members or owner in thread.left else None

    def message_in(self, owner: str, message_id: str | None) -> tuple[Thread, Message] | None:
        """A message and its thread, when the mailbox of `owner` holds it."""
        thread = self.thread_in(owner, urns.thread_of_message(message_id or ""))
        message = thread.find(message_id or "") if thread is not None else None
        if thread is None or message is None or not thread.view(owner).shows(message):
            return None
        return thread, message

    def thread_between(self, owner: str, members: Iterable[str], *, deleted: bool = False) -> Thread | None:
        """The newest thread of exactly `owner` and `members`; one-to-one conversations before InMail.

        deleted: also one that `owner` deleted, which the next message brings back.
        """
        wanted = {owner, *members}
        listed = self.every_thread(owner) if deleted else self.mailbox(owner)
        found = [thread for thread in listed if set(thread.members) == wanted]
        if len(wanted) == 2:
            found = [thread for thread in found if not thread.group_chat]
        return next((thread for thread in found if thread.kind != "inmail"), found[0] if found else None)

    # Changes

    def change(self, change: Change) -> None:
        """Keep a change, then apply it."""
        if self._keep is not None:
            self._keep(change)
        self.apply(change)

    def apply(self, change: Change) -> None:
        """Apply a change that is already kept, as when a journal is replayed."""
        APPLY[change["op"]](self, change)

    def start_thread(
        self,
        starter: str,
        others: list[str],
        title: str | None,
        *,
        kind: str | None = None,
        subject: str | None = None,
        paid: bool = False,
    ) -> Thread:
        """A new conversation: a group when it has several others or a title, unless `kind` says otherwise.

        paid: it is an InMail that costs its starter a credit.
        """
        at = self.clock.stamp()
        thread_id = urns.make_thread_id(Random(f"{self.epoch}:{at}"))
        group = len(others) > 1 or title is not None
        usual = "group" if group else "direct" if self.connected(starter, others[0]) else "request"
        self.change(
            {
                "op": "thread",
                "id": thread_id,
                "kind": kind or usual,
                "members": [starter, *others],
                "title": title,
                "subject": subject,
                "paid": paid,
                "at": at,
            }
        )
        return self.threads[thread_id]

    def write(
        self,
        thread: Thread,
        sender: str,
        text: str,
        *,
        attributes: list[dict[str, Any]] | None = None,
        origin_token: str | None = None,
        answers: str | None = None,
        subject: str | None = None,
        content: Iterable[Content] = (),
    ) -> Message:
        """A new message. answers: the id of the message that a made person answers with it."""
        at = self.clock.stamp()
        message_id = urns.make_message_id(thread.thread_id, at, self.count)
        self.change(
            {
                "op": "message",
                "thread": thread.thread_id,
                "id": message_id,
                "sender": sender,
                "text": text,
                "attributes": attributes or [],
                "originToken": origin_token,
                "answers": answers,
                "subject": subject,
                "content": [{"key": item.key, "fields": item.fields} for item in content],
                "at": at,
            }
        )
        return thread.messages[-1]

    def mark(self, thread: Thread, owner: str, *, read: bool) -> bool:
        """Mark a thread read or unread in one mailbox; False when it was so already."""
        if thread.view(owner).read is read:
            return False
        at = self.clock.stamp()
        self.change({"op": "read", "thread": thread.thread_id, "owner": owner, "read": read, "at": at})
        return True

    def set_clock(self, offset_ms: int) -> None:
        """Move sandbox time to the machine's time plus `offset_ms`."""
        self.change({"op": "clock", "offsetMs": offset_ms})

    def index(self, thread: Thread) -> None:
        """Put a thread into the mailboxes of its members."""
        self.threads[thread.thread_id] = thread
        for member in thread.members:
            self.index_for(member, thread)

    def index_for(self, member: str, thread: Thread) -> None:
        """Put a thread into one mailbox."""
        self._mailboxes.setdefault(member, []).append(thread)
