"""Conversations, their categories and folders, and the short form that an inbox list shows."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from threadline.model.messages import Message
from threadline.model.people import Distance, Person, PersonKind


class Folder(StrEnum):
    """Where a conversation lies; always exactly one (contracts/linkedin-wire.md §4)."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    ARCHIVE = "archive"
    SPAM = "spam"
    REQUESTS = "requests"
    """A message request that waits for an answer."""
    OTHER = "other"
    """None of the categories that we know."""


_FOLDER_BY_CATEGORY = (
    ("SPAM", Folder.SPAM),
    ("ARCHIVE", Folder.ARCHIVE),
    ("MESSAGE_REQUEST_PENDING", Folder.REQUESTS),
    ("SECONDARY_INBOX", Folder.SECONDARY),
    ("PRIMARY_INBOX", Folder.PRIMARY),
    ("INBOX", Folder.PRIMARY),
)


def folder_of(categories: tuple[str, ...]) -> Folder:
    """The one folder that LinkedIn's set of categories means."""
    for category, folder in _FOLDER_BY_CATEGORY:
        if category in categories:
            return folder
    return Folder.OTHER


class ConversationKind(StrEnum):
    """What sort of conversation it is."""

    DIRECT = "direct"
    """One to one, between members."""
    GROUP = "group"
    INMAIL = "inmail"
    SPONSORED = "sponsored"
    ORGANIZATION = "organization"
    """With a company's page."""


class InboxSource(StrEnum):
    """The inbox that a conversation belongs to."""

    LINKEDIN = "linkedin_inbox"
    SALES_NAVIGATOR = "sales_navigator"


def is_muted(notification_status: str | None) -> bool:
    """Whether the owner is told nothing of new messages (contracts/linkedin-wire.md §4.1, [conflict])."""
    return notification_status in ("MUTE", "MUTED")


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation as one account sees it, with at most its last message."""

    thread_id: str
    owner_id: str
    """The profile id of the mailbox's owner."""
    categories: tuple[str, ...] = ()
    participants: tuple[Person, ...] = ()
    """Everyone in it, the owner included."""
    group_chat: bool = False
    title: str | None = None
    state: str | None = None
    """`PENDING`, `ACCEPTED`, `DECLINED` for InMail and message requests, else None."""
    type_text: str | None = None
    """`InMail`, `Sponsored`, `LinkedIn Offer`, or None."""
    created_at: int | None = None
    last_activity_at: int
    """Epoch milliseconds, UTC."""
    last_read_at: int | None = None
    read: bool = True
    unread_count: int = 0
    notification_status: str | None = None
    disabled_features: tuple[str, ...] = ()
    last_message: Message | None = None
    source: InboxSource = InboxSource.LINKEDIN

    @property
    def folder(self) -> Folder:
        """Where it lies."""
        return folder_of(self.categories)

    @property
    def others(self) -> tuple[Person, ...]:
        """The participants but for the owner."""
        return tuple(person for person in self.participants if person.person_id != self.owner_id)

    @property
    def kind(self) -> ConversationKind:
        """What sort of conversation it is."""
        if self.group_chat:
            return ConversationKind.GROUP
        if self.type_text in ("Sponsored", "LinkedIn Offer"):
            return ConversationKind.SPONSORED
        if "INMAIL" in self.categories or self.type_text == "InMail":
            return ConversationKind.INMAIL
        if any(person.kind is PersonKind.ORGANIZATION for person in self.others):
            return ConversationKind.ORGANIZATION
        return ConversationKind.DIRECT

    @property
    def accepts_replies(self) -> bool:
        """Whether LinkedIn lets the owner write in it."""
        return "REPLY" not in self.disabled_features

    @property
    def direct_peer(self) -> str | None:
        """The one other member of a one-to-one conversation, by id; None for every other kind."""
        if self.kind is not ConversationKind.DIRECT or len(self.others) != 1:
            return None
        if self.source is not InboxSource.LINKEDIN:
            # A send goes there by its id only (contracts/DECISIONS.md 5).
            return None
        peer = self.others[0]
        return peer.person_id if peer.kind is PersonKind.MEMBER else None


def opened_conversation(thread_id: str, owner_id: str, others: Iterable[Person], at: int) -> Conversation:
    """A conversation of which nothing is known but who is in it, until LinkedIn shows the rest.

    at: when its only known message was delivered; epoch milliseconds, UTC.
    """
    owner = Person(person_id=owner_id, distance=Distance.SELF)
    return Conversation(
        thread_id=thread_id,
        owner_id=owner_id,
        categories=("INBOX", "PRIMARY_INBOX"),
        participants=(owner, *(person for person in others if person.person_id != owner_id)),
        created_at=at,
        last_activity_at=at,
    )


class ConversationSummary(Struct, frozen=True, kw_only=True):
    """One row of an inbox list, read from the store without looking anything up."""

    thread_id: str
    owner_id: str
    folder: Folder
    kind: ConversationKind
    categories: tuple[str, ...]
    participants: tuple[Person, ...]
    """The others, in short form."""
    group_chat: bool
    title: str | None
    state: str | None
    created_at: int | None
    last_activity_at: int
    read: bool
    unread_count: int
    accepts_replies: bool
    last_text: str | None
    """The last message's text, or its fallback; None when none is known."""
    last_message_id: str | None
    last_from_me: bool | None
    last_sender_id: str | None
    source: InboxSource = InboxSource.LINKEDIN
    muted: bool = False

    @property
    def starred(self) -> bool:
        """Whether the owner starred it."""
        return "STARRED" in self.categories
