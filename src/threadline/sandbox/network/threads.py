"""Threads, their messages, and how each member's mailbox sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

INBOX = "INBOX"
PRIMARY = "PRIMARY_INBOX"
SECONDARY = "SECONDARY_INBOX"
INMAIL = "INMAIL"
ARCHIVE = "ARCHIVE"
SPAM = "SPAM"
STARRED = "STARRED"
REQUEST = "MESSAGE_REQUEST_PENDING"
CATEGORIES = frozenset({INBOX, PRIMARY, SECONDARY, INMAIL, ARCHIVE, SPAM, STARRED, REQUEST, "JOB", "OTHER"})


@dataclass(slots=True)
class Content:
    """One item of `renderContent`: its key and fields (contracts/linkedin-wire.md §5.3).

    A field whose name ends in `_id` is an id that is written as the viewing mailbox's URN.
    """

    key: str
    fields: dict[str, Any]


@dataclass(slots=True)
class Reaction:
    """One emoji on a message and who chose it, first chooser first."""

    emoji: str
    first_at: int
    people: list[str]


@dataclass(slots=True)
class Message:
    """One message; `sender` is a profile id or a company URN.

    subtype: the legacy event's, when it is not the usual one. changed, changed_at: the world's count when it
    came or last changed, and the epoch milliseconds of its edit or recall.
    """

    message_id: str
    sender: str
    text: str
    delivered_at: int
    attributes: list[dict[str, Any]] = field(default_factory=list)
    subject: str | None = None
    origin_token: str | None = None
    render_format: str = "DEFAULT"
    content: list[Content] = field(default_factory=list)
    fallback_text: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    subtype: str | None = None
    changed: int = 0
    changed_at: int | None = None


@dataclass(slots=True)
class View:
    """How one mailbox sees a thread; `changed` is the world's count when it last changed, or 0.

    seen_at: when its owner last read what others wrote; last_read_at also moves when the owner writes.
    deleted: until the next message comes. since, until: epoch milliseconds of the first and the last message
    that it holds, set by deleting, joining without history and leaving. cleared, joined: the world's count
    when its owner deleted the thread, and when they joined it. members, title, receipts (member to seen_at):
    as they were when its owner left.
    """

    categories: list[str]
    read: bool = True
    unread: int = 0
    last_read_at: int | None = None
    seen_at: int | None = None
    state: str | None = None
    disabled: tuple[str, ...] = ()
    conceals_messages: bool = False
    muted: bool = False
    deleted: bool = False
    since: int = 0
    until: int | None = None
    cleared: int = 0
    joined: int = 0
    members: list[str] | None = None
    title: str | None = None
    receipts: dict[str, int] | None = None
    changed: int = 0

    def shows(self, message: Message) -> bool:
        """Whether this mailbox holds a message of the thread."""
        at = message.delivered_at
        return not self.deleted and at >= self.since and (self.until is None or at <= self.until)


@dataclass(slots=True)
class Thread:
    """A conversation; messages are made when first looked at.

    members: profile ids and company URNs. left: profile ids of former members, who keep what they had.
    paid_by: who gets a credit back when this InMail is answered in time.
    """

    thread_id: str
    kind: str
    members: list[str]
    created_at: int
    last_activity_at: int
    creator: str | None = None
    title: str | None = None
    subject: str | None = None
    views: dict[str, View] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    paid_by: str | None = None
    history: Callable[[Thread], list[Message]] | None = None
    _messages: list[Message] | None = None

    @property
    def group_chat(self) -> bool:
        """Whether this is a group conversation."""
        return self.kind == "group"

    @property
    def messages(self) -> list[Message]:
        """All messages, oldest first."""
        if self._messages is None:
            self._messages = self.history(self) if self.history else []
        return self._messages

    def view(self, owner: str) -> View:
        """The view of a member's mailbox: everything read, in the focused inbox, unless told otherwise."""
        view = self.views.get(owner)
        if view is None:
            categories = [INBOX, PRIMARY, INMAIL] if self.kind == "inmail" else [INBOX, PRIMARY]
            view = View(categories, last_read_at=self.last_activity_at)
            self.views[owner] = view
        return view

    def others(self, owner: str) -> list[str]:
        """The members but one, as that one's mailbox knows them."""
        return [member for member in self.members_in(owner) if member != owner]

    def members_in(self, owner: str) -> list[str]:
        """The members as a mailbox knows them: for someone who left, those of that time, themselves too."""
        view = self.views.get(owner)
        return self.members if view is None or view.members is None else view.members

    def title_in(self, owner: str) -> str | None:
        """The name as a mailbox knows it."""
        view = self.views.get(owner)
        return self.title if view is None or view.until is None else view.title

    def messages_in(self, owner: str) -> list[Message]:
        """The messages that a mailbox holds, oldest first."""
        view = self.views.get(owner)
        if view is None or not (view.deleted or view.since or view.until is not None):
            return self.messages
        return [message for message in self.messages if view.shows(message)]

    def last_activity_in(self, owner: str) -> int:
        """When something last happened in a thread as a mailbox knows it."""
        view = self.views.get(owner)
        return self.last_activity_at if view is None or view.until is None else view.until

    def hidden_from(self, owner: str) -> bool:
        """Whether a mailbox does not list the thread because its owner deleted it."""
        view = self.views.get(owner)
        return view is not None and view.deleted

    def audience(self, message: Message) -> list[str]:
        """The present and former members whose mailboxes hold a message."""
        return [member for member in (*self.members, *self.left) if self.view(member).shows(message)]

    def seen_at(self, member: str, viewer: str) -> int:
        """When a member last read what others wrote, as a mailbox knows it: milliseconds, 0 for never."""
        known = self.view(viewer).receipts
        if known is not None:
            return known.get(member, 0)
        view = self.view(member)
        return (view.last_read_at if view.seen_at is None else view.seen_at) or 0

    def seen_by(self, member: str, viewer: str) -> Message | None:
        """The newest message of others that a member has seen and the mailbox of `viewer` holds."""
        seen_at = self.seen_at(member, viewer)
        seen = (each for each in reversed(self.messages_in(viewer)) if each.delivered_at <= seen_at)
        return next((each for each in seen if each.sender != member), None)

    def disabled_in(self, owner: str) -> list[str]:
        """What a mailbox cannot do with the thread (contracts/linkedin-wire.md §4.1)."""
        fixed = () if self.group_chat else ("ADD_PARTICIPANT", "REMOVE_PARTICIPANT")
        return [*fixed, *self.view(owner).disabled]

    def find(self, message_id: str) -> Message | None:
        """A message by its id."""
        return next((each for each in reversed(self.messages) if each.message_id == message_id), None)

    def add(self, message: Message) -> None:
        """Append a message, which is later than all before it."""
        self.messages.append(message)
        self.last_activity_at = message.delivered_at


def quotation(original: Message) -> Content:
    """The content of a message that answers another one."""
    return Content(
        "repliedMessageContent",
        {
            "originalSender_id": original.sender,
            "originalSendAt": original.delivered_at,
            "messageBody": {"text": original.text, "attributes": []},
            "originalMessage_id": original.message_id,
        },
    )
