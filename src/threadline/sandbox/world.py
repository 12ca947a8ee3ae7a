"""The state of the network: made history plus every change since, each change a plain dict.

A change is applied the same way when it happens and when a journal is replayed: both end in one state.
Each touched view of a mailbox takes a number of its own from `count`; sync tokens are built on that order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from threadline.sandbox import urns
from threadline.sandbox.clock import Clock
from threadline.sandbox.network import make_network
from threadline.sandbox.people import Account, Organization, Person
from threadline.sandbox.threads import ARCHIVE, INBOX, INMAIL, PRIMARY, REQUEST, SPAM, Message, Thread, View

Change = dict[str, Any]


class World:
    """All members, threads and mailboxes, and what was changed since they were made.

    keep: called with each change before it is applied; a journal's append, or nothing.
    """

    def __init__(
        self, seed: int, anchor: int, epoch: str, keep: Callable[[Change], None] | None = None
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
        self.threads: dict[str, Thread] = {}
        self._connections = network.connections
        self._mailboxes: dict[str, list[Thread]] = {}
        self._keep = keep
        for thread in network.threads:
            self._index(thread)

    # People

    def account_of(self, owner: str) -> Account | None:
        """The account whose mailbox `owner` is, if it is one."""
        return next((account for account in self.accounts.values() if account.owner == owner), None)

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
        threads = self._mailboxes.get(owner, [])
        threads.sort(key=lambda thread: thread.last_activity_at, reverse=True)
        return list(threads)

    def thread_in(self, owner: str, thread_id: str | None) -> Thread | None:
        """A thread, when `owner` is one of its members."""
        thread = self.threads.get(thread_id or "")
        return thread if thread is not None and owner in thread.members else None

    def thread_between(self, owner: str, members: Iterable[str]) -> Thread | None:
        """The newest thread of exactly `owner` and `members`; one-to-one conversations before InMail."""
        wanted = {owner, *members}
        found = [thread for thread in self.mailbox(owner) if set(thread.members) == wanted]
        return next((thread for thread in found if thread.kind != "inmail"), found[0] if found else None)

    # Changes

    def change(self, change: Change) -> None:
        """Keep a change, then apply it."""
        if self._keep is not None:
            self._keep(change)
        self.apply(change)

    def apply(self, change: Change) -> None:
        """Apply a change that is already kept, as when a journal is replayed."""
        _APPLY[change["op"]](self, change)

    def start_thread(self, starter: str, others: list[str], title: str | None) -> Thread:
        """A new conversation: a group when it has several others or a title."""
        at = self.clock.stamp()
        thread_id = urns.make_thread_id(Random(f"{self.epoch}:{at}"))
        group = len(others) > 1 or title is not None
        kind = "group" if group else "direct" if self.connected(starter, others[0]) else "request"
        self.change(
            {
                "op": "thread",
                "id": thread_id,
                "kind": kind,
                "members": [starter, *others],
                "title": title,
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

    def _index(self, thread: Thread) -> None:
        self.threads[thread.thread_id] = thread
        for member in thread.members:
            self._mailboxes.setdefault(member, []).append(thread)

    def _touch(self, view: View) -> int:
        self.count += 1
        view.changed = self.count
        view.conceals_messages = False
        return self.count

    def _apply_thread(self, change: Change) -> None:
        members = change["members"]
        thread = Thread(
            thread_id=change["id"],
            kind=change["kind"],
            members=members,
            created_at=change["at"],
            last_activity_at=change["at"],
            creator=members[0],
            title=change["title"],
        )
        if thread.kind == "request":
            for other in members[1:]:
                thread.views[other] = View(
                    [REQUEST], state="PENDING", disabled=("UPDATE_MESSAGE_REQUEST_STATE",)
                )
        self.clock.pass_by(change["at"])
        self._index(thread)

    def _apply_message(self, change: Change) -> None:
        thread = self.threads[change["thread"]]
        message = Message(
            message_id=change["id"],
            sender=change["sender"],
            text=change["text"],
            delivered_at=change["at"],
            attributes=change["attributes"],
            origin_token=change["originToken"],
        )
        thread.add(message)
        self.clock.pass_by(change["at"])
        for member in thread.members:
            if member not in self.people:
                continue
            view = thread.view(member)
            if member == message.sender:
                view.read, view.unread, view.last_read_at = True, 0, message.delivered_at
            else:
                view.read, view.unread = False, view.unread + 1
            _settle_categories(thread, view, own=member == message.sender)
            message.changed = self._touch(view)

    def _apply_read(self, change: Change) -> None:
        view = self.threads[change["thread"]].view(change["owner"])
        self.clock.pass_by(change["at"])
        view.read = change["read"]
        if view.read:
            view.unread, view.last_read_at = 0, change["at"]
        else:
            view.unread = max(view.unread, 1)
        self._touch(view)

    def _apply_clock(self, change: Change) -> None:
        self.clock.offset_ms = change["offsetMs"]


_APPLY: dict[str, Callable[[World, Change], None]] = {
    "thread": World._apply_thread,
    "message": World._apply_message,
    "read": World._apply_read,
    "clock": World._apply_clock,
}


def _settle_categories(thread: Thread, view: View, *, own: bool) -> None:
    """A message brings an archived thread back, and an own one accepts a message request or an InMail."""
    if own and view.state == "PENDING" and thread.messages[0].sender != thread.messages[-1].sender:
        view.state = "ACCEPTED"
        view.disabled = ()
    elif not own and view.state == "PENDING" and thread.kind == "inmail" and len(thread.messages) > 1:
        first, last = thread.messages[0].sender, thread.messages[-1].sender
        view.state = "ACCEPTED" if first != last else view.state
    if own and REQUEST in view.categories:
        view.categories = [INBOX, PRIMARY]
    elif ARCHIVE in view.categories:
        view.categories = [INBOX, PRIMARY, INMAIL] if INMAIL in view.categories else [INBOX, PRIMARY]
    elif own and SPAM in view.categories:
        view.categories = [INBOX, PRIMARY]
