"""What a message carries on its way out: words, mentions, a quote, files; a subject, a title, a way."""

from enum import StrEnum

from msgspec import Struct


class Channel(StrEnum):
    """Which of LinkedIn's inboxes a message leaves through."""

    AUTO = "auto"
    """The one that its conversation belongs to; the main inbox for a new one."""
    INBOX = "linkedin_inbox"
    SALES_NAVIGATOR = "sales_navigator"


class UploadKind(StrEnum):
    """How an uploaded file is shown (contracts/linkedin-wire.md §7 `mediaUploadType`)."""

    IMAGE = "image"
    FILE = "file"
    VIDEO = "video"
    VOICE = "voice"


class Upload(Struct, frozen=True, kw_only=True):
    """A file that is at LinkedIn already and can be attached (contracts/linkedin-wire.md §6.3)."""

    asset_urn: str
    kind: UploadKind
    name: str
    media_type: str
    byte_size: int
    duration: int | None = None
    """Milliseconds, of a voice note; None when unknown."""


class Mention(Struct, frozen=True):
    """A span of the text that names a person; offsets count Unicode code points."""

    start: int
    length: int
    person_id: str


class Quote(Struct, frozen=True):
    """The message that a reply quotes."""

    message_id: str
    sender_id: str
    sent_at: int
    """Epoch milliseconds, UTC."""
    text: str


class Composition(Struct, frozen=True, kw_only=True):
    """Everything that one message carries."""

    text: str
    mentions: tuple[Mention, ...] = ()
    quote: Quote | None = None
    uploads: tuple[Upload, ...] = ()
    subject: str | None = None
    """Of an InMail."""
    inmail: bool = False
    """Whether it leaves as an InMail (contracts/linkedin-wire.md §6.4, experimental)."""
    group_id: str | None = None
    """The number of a LinkedIn group that both belong to (contracts/linkedin-wire.md §10, experimental)."""
    title: str | None = None
    """The name of a new group chat."""
