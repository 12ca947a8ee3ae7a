"""Messages: attributed text, and every kind of content that LinkedIn attaches to one."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from threadline.model.people import Person

TEXT_LIMIT = 8_000
"""The longest text of a message, in characters (contracts/DECISIONS.md 26)."""


class RenderFormat(StrEnum):
    """What became of a message's body (contracts/linkedin-wire.md §5.1)."""

    DEFAULT = "DEFAULT"
    EDITED = "EDITED"
    RECALLED = "RECALLED"
    """Taken back by its sender; the text is empty."""
    SYSTEM = "SYSTEM"
    """Written by LinkedIn: a person joined, a group was renamed."""


class Origin(StrEnum):
    """From where an own message left."""

    API = "api"
    """Through this gateway."""
    ELSEWHERE = "elsewhere"
    """From LinkedIn's own site or app."""


class TextAttribute(Struct, frozen=True, omit_defaults=True):
    """A span of text with a meaning; offsets are kept as they came (contracts/linkedin-wire.md §5.2)."""

    start: int
    length: int
    kind: str
    """`bold`, `hyperlink`, `entity` (a mention), …; any word LinkedIn uses."""
    value: Any = None
    """What the kind carries: `{"url": …}`, `{"urn": …}`, or None."""


class ContentKind(StrEnum):
    """The kinds of content that are understood (contracts/linkedin-wire.md §5.3)."""

    FILE = "file"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    GIF = "gif"
    REPLY = "reply"
    """A quoted message."""
    FORWARD = "forward"
    SHARE = "share"
    """A shared post or another LinkedIn object, by its URN."""
    SPONSORED = "sponsored"
    MEETING = "meeting"
    AWAY = "away"
    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    """A kind that we do not know: kept raw, shown with the message's fallback text."""


class MessageContent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item attached to a message; fields that its kind does not have are None."""

    kind: ContentKind
    wire_kind: str
    """LinkedIn's own word for the kind."""
    urn: str | None = None
    """The asset, the shared post or the quoted message."""
    url: str | None = None
    name: str | None = None
    media_type: str | None = None
    byte_size: int | None = None
    duration: int | None = None
    """Milliseconds, of audio and video."""
    width: int | None = None
    height: int | None = None
    text: str | None = None
    """The words of a quoted or forwarded message."""
    sender_id: str | None = None
    """Who wrote the quoted or forwarded message."""
    sent_at: int | None = None
    """When the quoted or forwarded message was sent; epoch milliseconds, UTC."""
    expires_at: int | None = None
    """When `url` stops working; epoch milliseconds, UTC."""
    raw: Any = None
    """The item as it came, for the kinds that are not fully understood."""


class Reaction(Struct, frozen=True, omit_defaults=True):
    """How often a message got one emoji."""

    emoji: str
    count: int
    first_reacted_at: int | None = None
    viewer_reacted: bool = False


class Receipt(Struct, frozen=True, kw_only=True):
    """A participant has seen a conversation up to a message (contracts/linkedin-wire.md §5.4)."""

    person_id: str
    """The participant's id (`model.urns.participant_id`)."""
    message_id: str
    seen_at: int
    """Epoch milliseconds, UTC."""


class Message(Struct, frozen=True, kw_only=True):
    """One message as one account sees it."""

    message_id: str
    thread_id: str
    sender: Person
    delivered_at: int
    """Epoch milliseconds, UTC."""
    from_me: bool
    text: str = ""
    attributes: tuple[TextAttribute, ...] = ()
    subject: str | None = None
    origin_token: str | None = None
    """On the owner's own messages, the client's token; None on everyone else's."""
    render_format: str = RenderFormat.DEFAULT
    content: tuple[MessageContent, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    fallback_text: str | None = None
    """What LinkedIn shows where a client does not understand the content."""

    @property
    def shown_text(self) -> str:
        """The text, or the fallback where there is none."""
        return self.text or self.fallback_text or ""
