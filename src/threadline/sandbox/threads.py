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
    """One message; `sender` is a profile id or a company URN, `changed` the world's count when it came."""

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
    changed: int = 0


@dataclass(slots=True)
class View:
    """How one mailbox sees a thread; `changed` is the world's count when it last changed, or 0."""

    categories: list[str]
    read: bool = True
    unread: int = 0
    last_read_at: int | None = None
    state: str | None = None
    disabled: tuple[str, ...] = ()
    conceals_messages: bool = False
    changed: int = 0


@dataclass(slots=True)
class Thread:
    """A conversation. `members` are profile ids and company URNs; messages are made when first looked at."""

    thread_id: str
    kind: str
    members: list[str]
    created_at: int
    last_activity_at: int
    creator: str | None = None
    title: str | None = None
    subject: str | None = None
    views: dict[str, View] = field(default_factory=dict)
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
        """The members but one."""
        return [member for member in self.members if member != owner]

    def add(self, message: Message) -> None:
        """Append a message, which is later than all before it."""
        self.messages.append(message)
        self.last_activity_at = message.delivered_at
