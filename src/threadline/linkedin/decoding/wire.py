"""LinkedIn's objects in the plain nested form, reduced to the fields that are read.

Unknown fields are skipped; every field may be null or absent but for the ids that give an object its sense.
Sources: contracts/linkedin-wire.md §4.1, §4.2, §5.1, §8.2, §8.3.
"""

from typing import Annotated, Any, Generic, TypeVar

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from threadline.linkedin.decoding.reading import LARGEST

NULL = Raw(b"null")

Number = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
"""A whole number that JSON and every database carry exactly; anything beyond is malformed."""


class Plain(Struct, rename="camel", gc=False):
    """Camel case on the wire; without cycles, so the garbage collector need not look at it."""


class Text(Plain):
    """Attributed text; the attributes are read by hand, as their kinds are open."""

    text: str | None = None
    attributes: list[Any] | None = None


class Artifact(Plain):
    """One size of a picture."""

    width: Number | None = None
    file_identifying_url_path_segment: str | None = None


class VectorImage(Plain):
    """A picture in several sizes."""

    root_url: str | None = None
    artifacts: list[Artifact] | None = None


class Member(Plain):
    """A person as a participant."""

    first_name: Text | None = None
    last_name: Text | None = None
    headline: Text | None = None
    distance: str | None = None
    profile_picture: VectorImage | None = None


class Organization(Plain):
    """A company as a participant."""

    name: Text | None = None
    tagline: Text | None = None
    page_url: str | None = None
    logo: VectorImage | None = None


class Custom(Plain):
    """A system-like sender."""

    name: Text | None = None
    image: VectorImage | None = None


class ParticipantType(Plain):
    """Exactly one of these is set, or none."""

    member: Member | None = None
    organization: Organization | None = None
    custom: Custom | None = None


class Participant(Plain):
    """Someone in a conversation."""

    entity_urn: str | None = None
    host_identity_urn: str | None = None
    backend_urn: str | None = None
    participant_type: ParticipantType | None = None


class Reference(Plain):
    """Another object, by its URN."""

    entity_urn: str | None = None


class ReactionSummary(Plain):
    """How often a message got one emoji."""

    emoji: str
    count: Number
    first_reacted_at: Number | None = None
    viewer_reacted: bool | None = None


class Message(Plain):
    """A message; its sender stays undecoded, as the same bytes come with every message of that person."""

    entity_urn: str
    delivered_at: Number
    sender: Raw = NULL
    actor: Raw = NULL
    conversation: Raw = NULL
    backend_conversation_urn: str | None = None
    body: Text | None = None
    subject: str | None = None
    origin_token: str | None = None
    message_body_render_format: str | None = None
    render_content: list[Any] | None = None
    render_content_fallback_text: str | None = None
    reaction_summaries: list[ReactionSummary] | None = None


class MessageList(Plain):
    """The messages inside a conversation: none or the last one."""

    elements: list[Message] | None = None


class DisabledFeature(Plain):
    """Something that cannot be done in a conversation."""

    disabled_feature: str | None = None


class Conversation(Plain):
    """A conversation; its participants stay undecoded, as with `Message.sender`."""

    entity_urn: str
    categories: list[str] | None = None
    conversation_participants: list[Raw] | None = None
    group_chat: bool | None = None
    title: str | None = None
    state: str | None = None
    conversation_type_text: Text | None = None
    created_at: Number | None = None
    last_activity_at: Number | None = None
    last_read_at: Number | None = None
    read: bool | None = None
    unread_count: Number | None = None
    notification_status: str | None = None
    disabled_features: list[DisabledFeature] | None = None
    messages: MessageList | None = None


class Metadata(Plain):
    """What stands beside the elements of a collection."""

    new_sync_token: str | None = None
    deleted_urns: list[Any] | None = None
    should_clear_cache: bool | None = None
    next_cursor: str | None = None
    prev_cursor: str | None = None


Item = TypeVar("Item")
Data = TypeVar("Data")


class Collection(Plain, Generic[Item]):
    """A page of a list."""

    elements: list[Item] | None = None
    metadata: Metadata | None = None


class ErrorExtensions(Plain):
    """The status of one failed part."""

    status: Number | None = None
    code: str | None = None


class PartFailure(Plain):
    """One entry of GraphQL's `errors`."""

    message: str | None = None
    extensions: ErrorExtensions | None = None


class ConversationFields(Plain):
    """The answer fields of `messengerConversations`; one of them is set."""

    messenger_conversations_by_sync_token: Collection[Conversation] | None = None
    messenger_conversations_by_category_query: Collection[Conversation] | None = None
    messenger_conversations_by_recipients: Collection[Conversation] | None = None
    messenger_conversations_by_category: Collection[Conversation] | None = None
    messenger_conversations_by_search_criteria: Collection[Conversation] | None = None
    messenger_conversations_by_id: Conversation | None = None
    messenger_conversations_by_ids: list[Conversation | None] | None = None
    errors: list[PartFailure] | None = None


class MessageFields(Plain):
    """The answer fields of `messengerMessages`; one of them is set."""

    messenger_messages_by_sync_token: Collection[Message] | None = None
    messenger_messages_by_anchor_timestamp: Collection[Message] | None = None
    messenger_messages_by_conversation: Collection[Message] | None = None
    messenger_messages_by_sync_tokens_in_batch: list[Collection[Message] | None] | None = None
    errors: list[PartFailure] | None = None


class ParticipantFields(Plain):
    """The answer field of `messengerMessagingParticipants`."""

    messenger_messaging_participants_by_message_and_emoji: Collection[Participant] | None = None
    errors: list[PartFailure] | None = None


class SeenMessage(Plain):
    """The message that a receipt is about."""

    entity_urn: str | None = None
    conversation: Reference | None = None


class SeenReceipt(Plain):
    """Who has seen a conversation up to which message."""

    seen_at: Number | None = None
    message: SeenMessage | None = None
    seen_by_participant: Participant | None = None


class ReceiptFields(Plain):
    """The answer field of `messengerSeenReceipts`."""

    messenger_seen_receipts_by_conversation: Collection[SeenReceipt] | None = None
    errors: list[PartFailure] | None = None


class Envelope(Plain, Generic[Data]):
    """An answer of messaging GraphQL; `included` betrays the normalized form."""

    data: Data | None = None
    errors: list[PartFailure] | None = None
    included: Raw | UnsetType = UNSET
