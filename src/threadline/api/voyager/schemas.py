"""The JSON of the main API: what requests hold, and what answers carry under `data`.

Names are written in camel case. A field that is UNSET is left out; None is printed as null.
Sources: contracts/voyager.md §§3 to 8, seed 000.
"""

from typing import Any

from msgspec import UNSET, Struct, UnsetType

from threadline.model.access import Right


class Schema(Struct, rename="camel", gc=False):
    """The way names are written."""


class CookieBody(Schema, kw_only=True):
    """One cookie of a browser session, its value as it stands in the browser."""

    name: str
    value: str
    domain: str = ".linkedin.com"


class SessionBody(Schema, kw_only=True):
    """A browser session to link."""

    cookies: list[CookieBody]
    user_agent: str | None = None


class MentionBody(Schema, kw_only=True):
    """A span of the text that names a person; offsets count Unicode code points."""

    start: int
    length: int
    urn: str


class KeyBody(Schema, kw_only=True):
    """A key to make."""

    name: str
    rights: list[Right] | None = None


class OperatorKeyBody(KeyBody, kw_only=True):
    """A key to make for any tenant."""

    tenant: str


class OperatorSessionBody(SessionBody, kw_only=True):
    """A browser session to link to a user of any tenant."""

    tenant: str
    user_id: str


class TenantBody(Schema, kw_only=True):
    """A tenant to make."""

    name: str


class Data(Schema, kw_only=True):
    """What stands under `data`: `success` is repeated there, and so is the sandbox's flag."""

    success: bool = True
    sandbox: bool | UnsetType = UNSET


class ErrorItem(Schema, kw_only=True):
    """One entry of `errors`."""

    code: str
    message: str
    field: str | UnsetType = UNSET
    next_step: str
    send_id: str | UnsetType = UNSET
    retry_safe: bool | UnsetType = UNSET
    newest_message_urn: str | UnsetType = UNSET
    kind: str | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    used: int | UnsetType = UNSET
    left: int | UnsetType = UNSET
    needed: int | UnsetType = UNSET
    resets_at: str | UnsetType = UNSET
    request_id: str | UnsetType = UNSET


class Envelope(Schema, kw_only=True):
    """The five keys of every answer; `sandbox` only where the tenant is the sandbox's."""

    success: bool
    status_code: int
    message: str
    data: Any
    errors: list[ErrorItem]
    sandbox: bool | UnsetType = UNSET


class Participant(Schema, kw_only=True):
    """Somebody in a conversation, in short form; presence only where it was asked for and is known."""

    full_name: str
    headline: str | None
    vanity_name: str | None
    profile_url: str | None
    urn: str
    online: bool | UnsetType = UNSET
    last_active_at: str | UnsetType = UNSET


class ConversationItem(Schema, kw_only=True):
    """A conversation as a list shows it."""

    conversation_id: str
    conversation_urn: str
    category: str
    kind: str
    participants: list[Participant]
    group_chat: bool
    title: str | UnsetType = UNSET
    state: str | None
    unread_count: int
    read: bool
    last_message: str | None
    last_message_from_me: bool | None
    last_activity_at: str
    source: str
    categories: list[str]
    starred: bool
    muted: bool
    typing: list[Participant] | UnsetType = UNSET


class Conversations(Data, kw_only=True):
    """A page of conversations, newest first."""

    conversations: list[ConversationItem]
    next_cursor: str | None


class Sender(Schema, kw_only=True):
    """Who wrote a message."""

    full_name: str
    urn: str
    profile_url: str | None


class ContentItem(Schema, kw_only=True, omit_defaults=True):
    """Something attached to a message; fields that its kind does not have are left out."""

    kind: str
    wire_kind: str
    id: str | None = None
    urn: str | None = None
    url: str | None = None
    name: str | None = None
    media_type: str | None = None
    byte_size: int | None = None
    duration: int | None = None
    width: int | None = None
    height: int | None = None
    text: str | None = None
    sender_urn: str | None = None
    sent_at: str | None = None
    expires_at: str | None = None
    raw: Any = None


class AttributeItem(Schema, kw_only=True, omit_defaults=True):
    """A span of a message's text with a meaning; offsets as LinkedIn gave them."""

    start: int
    length: int
    kind: str
    value: Any = None


class ReactionItem(Schema, kw_only=True):
    """How often a message got one emoji."""

    emoji: str
    count: int
    viewer_reacted: bool
    first_reacted_at: str | UnsetType = UNSET


class SeenItem(Schema, kw_only=True):
    """Somebody who has seen the conversation up to a message."""

    full_name: str
    urn: str
    seen_at: str


class MessageItem(Schema, kw_only=True):
    """One message."""

    message_urn: str
    message_id: str
    text: str
    sent_at: str
    from_me: bool
    sender: Sender
    attachments: list[ContentItem]
    subject: str | UnsetType = UNSET
    attributes: list[AttributeItem] | UnsetType = UNSET
    content: list[ContentItem] | UnsetType = UNSET
    reactions: list[ReactionItem] | UnsetType = UNSET
    edited: bool | UnsetType = UNSET
    seen_by: list[SeenItem] | UnsetType = UNSET
    render_format: str | UnsetType = UNSET
    fallback_text: str | UnsetType = UNSET


class Thread(Data, kw_only=True):
    """A page of one conversation's messages, newest first."""

    conversation_id: str | None
    conversation_urn: str | None
    messages: list[MessageItem]
    next_cursor: str | None
    participants: list[Participant] | UnsetType = UNSET
    typing: list[Participant] | UnsetType = UNSET


class ExportedConversation(ConversationItem, kw_only=True):
    """A conversation with its messages of the window, newest first."""

    messages: list[MessageItem]


class Export(Data, kw_only=True):
    """An inbox as far back as was asked; written piece by piece by `export.py`."""

    months: int
    categories: list[str]
    conversations: list[ExportedConversation]


class Marked(Data, kw_only=True):
    """A conversation that was marked read."""

    conversation_id: str


class Profile(Data, kw_only=True):
    """A person."""

    full_name: str
    first_name: str
    last_name: str
    headline: str | None
    location: str | None
    vanity_name: str | None
    profile_url: str | None
    urn: str
    entity_urn: str
    connection_degree: str | None
    picture_url: str | UnsetType = UNSET
    premium: bool | UnsetType = UNSET


class RelationshipData(Data, kw_only=True):
    """How the account's owner stands to a person."""

    connected: bool
    pending_invitation_sent: bool
    pending_invitation_received: bool
    can_connect: bool
    connection_degree: str | None


class Owner(Schema, kw_only=True):
    """The member whose account it is."""

    full_name: str | None
    headline: str | None
    vanity_name: str | None
    profile_url: str
    urn: str


class AccountItem(Schema, kw_only=True):
    """One linked account, and the one thing to do about its state."""

    user_id: str
    account_id: str
    state: str
    state_reason: str | None
    state_until: str | None
    next_action: str
    profile: Owner | None
    proven_at: str | None
    age_seconds: int | None
    caught_up_at: str | None
    created_at: str


class AccountList(Data, kw_only=True):
    """The accounts of a tenant."""

    accounts: list[AccountItem]


class TenantHealth(Data, kw_only=True):
    """The accounts of a tenant, told without asking LinkedIn."""

    tenant: str
    healthy: bool
    accounts: list[AccountItem]


class SessionLinked(Data, kw_only=True):
    """What linking a session came to."""

    message: str
    user_id: str
    account_id: str
    cookie_count: int
    session_valid: bool
    session_error: str | UnsetType = UNSET
    state: str
    next_action: str


class SessionUnlinked(Data, kw_only=True):
    """An account whose session was taken out."""

    message: str
    user_id: str
    state: str
    next_action: str


class Usage(Schema, kw_only=True):
    """What was counted."""

    connections_requested: int = 0


class Capabilities(Data, kw_only=True):
    """The full readout of a session, after asking LinkedIn."""

    user_id: str
    account_id: str
    session_valid: bool
    session_error: str | UnsetType = UNSET
    sales_nav_session_valid: bool = False
    relay_connected: bool = False
    paused: bool
    state: str
    state_reason: str | None
    state_until: str | None
    next_action: str
    profile: Owner | None
    proven_at: str | None
    caught_up_at: str | None
    connections_requested: int = 0
    usage: Usage


class KeyItem(Schema, kw_only=True):
    """A key, without the key itself."""

    id: str
    name: str
    prefix: str
    rights: list[str]
    created_at: str
    last_used_at: str | None


class KeyList(Data, kw_only=True):
    """The keys of a tenant that are not revoked."""

    keys: list[KeyItem]


class KeyMade(Data, kw_only=True):
    """A new key; `key` is told only here."""

    id: str
    name: str
    key: str
    prefix: str
    rights: list[str]
    created_at: str


class Done(Data, kw_only=True):
    """It is done, and there is nothing more to tell."""


class TenantItem(Schema, kw_only=True):
    """One tenant."""

    id: str
    name: str
    sandbox: bool
    created_at: str


class TenantMade(Data, kw_only=True):
    """A tenant that was made, or was there already."""

    tenant: TenantItem
    created: bool


class OperatorAccountItem(AccountItem, kw_only=True):
    """One account of any tenant."""

    tenant: str
    full_name: str | None


class Proof(Data, kw_only=True):
    """What LinkedIn said to an account's session."""

    session_valid: bool
    session_error: str | UnsetType = UNSET
    full_name: str | None
    state: str
    next_action: str


class OperatorAccountList(Data, kw_only=True):
    """Every account of the gateway."""

    accounts: list[OperatorAccountItem]
