"""The JSON of changes: what requests hold, and what answers carry under `data`."""

from msgspec import field

from threadline.api.voyager.schemas import Data, MentionBody, Participant, ReactionItem, Schema


class EditBody(Schema, kw_only=True):
    """The new text of a message."""

    message: str
    mentions: list[MentionBody] = field(default_factory=list)


class ReactBody(Schema, kw_only=True):
    """A reaction to choose, or with `react: false` to take back."""

    emoji: str
    react: bool = True


class MoveBody(Schema, kw_only=True):
    """Where a conversation is to lie."""

    category: str


class RenameBody(Schema, kw_only=True):
    """The new title of a group chat."""

    title: str


class ParticipantsBody(Schema, kw_only=True):
    """People to add to a group chat, or to remove from it: by profile address, by URN, or both."""

    profile_urls: list[str] = field(default_factory=list)
    urns: list[str] = field(default_factory=list)


class MessageChanged(Data, kw_only=True):
    """A message after it was edited or taken back."""

    message_urn: str
    conversation_id: str
    text: str
    render_format: str


class MessageReacted(Data, kw_only=True):
    """The reactions of a message after the owner chose one or took one back."""

    message_urn: str
    conversation_id: str
    reactions: list[ReactionItem]


class ReactorsItem(Schema, kw_only=True):
    """Who chose one emoji."""

    emoji: str
    count: int
    people: list[Participant]


class Reactors(Data, kw_only=True):
    """Who reacted to a message."""

    message_urn: str
    reactions: list[ReactorsItem]


class ConversationChanged(Data, kw_only=True):
    """The conversation that something was done with."""

    conversation_id: str


class AllRead(Data, kw_only=True):
    """How many conversations were marked read."""

    marked: int


class Group(Data, kw_only=True):
    """A group chat after its title or its members changed."""

    conversation_id: str
    title: str | None
    participants: list[Participant]


class ReceiptItem(Schema, kw_only=True):
    """Somebody has seen the conversation up to a message."""

    person: Participant
    message_urn: str
    seen_at: str


class Receipts(Data, kw_only=True):
    """Who of the others has seen a conversation, each up to which message."""

    conversation_id: str
    receipts: list[ReceiptItem]
