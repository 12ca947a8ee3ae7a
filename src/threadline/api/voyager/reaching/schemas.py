"""The JSON of sends, InMails, credits and new group chats."""

from msgspec import UNSET, UnsetType

from threadline.api.voyager.schemas import Data, ErrorItem, MentionBody, Schema
from threadline.model.compositions import Channel


class TermsBody(Schema, kw_only=True):
    """When and on what conditions a message is to leave; what everything that sends takes."""

    draft: bool = False
    send_at: str | int | None = None
    priority: int = 0
    if_last_message_is: str | None = None
    force: bool = False
    idempotency_key: str | None = None


class SendBody(TermsBody, kw_only=True):
    """A message to send: to a person, into a conversation, or both to be checked against each other."""

    message: str = ""
    profile_url: str | None = None
    recipient_urn: str | None = None
    conversation_id: str | None = None
    typing: bool = False
    attachments: tuple[str, ...] = ()
    reply_to: str | None = None
    mentions: tuple[MentionBody, ...] = ()
    channel: Channel = Channel.AUTO
    group_id: str | int | None = None
    subject: str | None = None


class InMailBody(TermsBody, kw_only=True):
    """An InMail to send."""

    profile_url: str
    message: str
    subject: str = ""
    attachments: tuple[str, ...] = ()
    channel: Channel = Channel.AUTO


class GroupBody(TermsBody, kw_only=True):
    """A group chat to open, with its first message."""

    recipients: list[str]
    message: str = ""
    title: str | None = None
    attachments: tuple[str, ...] = ()
    mentions: tuple[MentionBody, ...] = ()
    typing: bool = False


class SentFile(Schema, kw_only=True):
    """A file that a send carries."""

    urn: str
    name: str
    media_type: str
    byte_size: int
    kind: str
    duration: int | UnsetType = UNSET


class Sent(Data, kw_only=True):
    """A send as it stands; `success` only when LinkedIn's id of the message is in hand.

    `credits_left` is told of an InMail, where LinkedIn said it after it was sent.
    """

    method: str | UnsetType = UNSET
    send_id: str
    status: str
    phase: str | None
    channel: str
    conversation_id: str | None
    conversation_urn: str | None
    message_urn: str | None
    message: str
    subject: str | UnsetType = UNSET
    attachments: list[SentFile] | UnsetType = UNSET
    mentions: list[MentionBody] | UnsetType = UNSET
    reply_to: str | UnsetType = UNSET
    group_id: str | UnsetType = UNSET
    recipients: list[str] | UnsetType = UNSET
    title: str | UnsetType = UNSET
    recipient_urn: str | UnsetType = UNSET
    profile_url: str | UnsetType = UNSET
    expected_at: str | UnsetType | None = UNSET
    waits_for: str | UnsetType = UNSET
    send_at: str | UnsetType = UNSET
    priority: int | UnsetType = UNSET
    if_last_message_is: str | UnsetType = UNSET
    idempotency_key: str | UnsetType = UNSET
    batch_id: str | UnsetType = UNSET
    retry_safe: bool | UnsetType = UNSET
    credits_left: int | UnsetType = UNSET
    created_at: str
    settled_at: str | None
    error: ErrorItem | UnsetType = UNSET


class CreditsShown(Data, kw_only=True):
    """The InMail credits that an account has left."""

    credits: int
    next_refresh_at: str | None
    sales_navigator: int | UnsetType = UNSET
