"""Our types as the main API shows them (contracts/voyager.md §§6 to 8)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

import msgspec
from msgspec import UNSET, Raw, UnsetType

from threadline.api.voyager import schemas
from threadline.model import file_names, urns
from threadline.model.access import ApiKey, Tenant
from threadline.model.accounts import Account, next_action
from threadline.model.attachments import attachment_id
from threadline.model.clock import DAY, SECOND
from threadline.model.conversations import ConversationSummary, Folder
from threadline.model.messages import ContentKind, Message, Reaction, RenderFormat
from threadline.model.people import Distance, Person, PersonKind
from threadline.model.profile_urls import profile_url
from threadline.services.inbox import SeenUpTo

_CATEGORIES = {
    Folder.PRIMARY: "PRIMARY_INBOX",
    Folder.SECONDARY: "SECONDARY_INBOX",
    Folder.ARCHIVE: "ARCHIVED_INBOX",
    Folder.SPAM: "SPAM_INBOX",
    Folder.REQUESTS: "MESSAGE_REQUEST_PENDING",
    # It has no category of its own in the API; INBOX, which holds everything, is where it is listed.
    Folder.OTHER: "INBOX",
}

_DEGREES: dict[str, str] = {
    Distance.FIRST: "1ST",
    Distance.SECOND: "2ND",
    Distance.THIRD: "3RD",
    Distance.OUT: "OUT_OF_NETWORK",
}

_FILES = frozenset(
    {ContentKind.FILE, ContentKind.IMAGE, ContentKind.VIDEO, ContentKind.AUDIO, ContentKind.GIF}
)

_FETCHED = _FILES - {ContentKind.GIF}
"""Files that LinkedIn keeps, and that we fetch; a GIF lies at a stranger's."""

_encode = msgspec.json.Encoder().encode

_LATEST = 253_402_300_799_999
_DAY_SECONDS = DAY // SECOND


# A page holds one in every row: the day is made once, and the rest is arithmetic.
@lru_cache(maxsize=4_096)
def _day(days: int) -> str:
    return datetime.fromtimestamp(days * _DAY_SECONDS, UTC).strftime("%Y-%m-%d")


def time(milliseconds: int) -> str:
    """Epoch milliseconds as `2026-04-02T09:15:00.000Z`; beyond the calendar, its nearest end."""
    seconds, rest = divmod(min(max(milliseconds, 0), _LATEST), SECOND)
    days, second = divmod(seconds, _DAY_SECONDS)
    minute, second = divmod(second, 60)
    hour, minute = divmod(minute, 60)
    return f"{_day(days)}T{hour:02}:{minute:02}:{second:02}.{rest:03}Z"


def time_or_none(milliseconds: int | None) -> str | None:
    """As `time`; None stays None."""
    return None if milliseconds is None else time(milliseconds)


# The same people stand in most rows of most lists.
@lru_cache(maxsize=20_000)
def _address(person_id: str, vanity: str | None) -> str:
    return profile_url(vanity or person_id)


_urn = lru_cache(maxsize=20_000)(urns.participant_urn)


def _address_of(person: Person) -> str | None:
    return _address(person.person_id, person.vanity) if person.kind is PersonKind.MEMBER else person.page_url


def participant(person: Person) -> schemas.Participant:
    """Somebody in a conversation."""
    return schemas.Participant(
        full_name=person.full_name,
        headline=person.headline,
        vanity_name=person.vanity,
        profile_url=_address_of(person),
        urn=_urn(person.person_id),
    )


def participant_now(person: Person, online: bool, last_active_at: int | None) -> schemas.Participant:
    """As `participant`, with whether they are there; last_active_at: epoch milliseconds."""
    item = participant(person)
    item.online = online
    item.last_active_at = UNSET if last_active_at is None else time(last_active_at)
    return item


def those_who_type(
    summary: ConversationSummary, person_ids: Sequence[str]
) -> list[schemas.Participant] | UnsetType:
    """The participants who type; UNSET when nobody does."""
    typing = [participant(person) for person in summary.participants if person.person_id in person_ids]
    return typing or UNSET


@lru_cache(maxsize=4_096)
def _sender(person: Person) -> schemas.Sender:
    return schemas.Sender(
        full_name=person.full_name, urn=_urn(person.person_id), profile_url=_address_of(person)
    )


def conversation(summary: ConversationSummary) -> schemas.ConversationItem:
    """A conversation as a list shows it."""
    return schemas.ConversationItem(
        conversation_id=summary.thread_id,
        conversation_urn=urns.conversation_urn(summary.owner_id, summary.thread_id),
        category=_CATEGORIES[summary.folder],
        kind=summary.kind,
        participants=[participant(person) for person in summary.participants],
        group_chat=summary.group_chat,
        title=UNSET if summary.title is None else summary.title,
        state=summary.state,
        unread_count=summary.unread_count,
        read=summary.read,
        last_message=summary.last_text,
        last_message_from_me=summary.last_from_me,
        last_activity_at=time(summary.last_activity_at),
        source=summary.source,
        categories=list(summary.categories),
        starred=summary.starred,
        muted=summary.muted,
    )


def conversation_now(summary: ConversationSummary, person_ids: Sequence[str]) -> schemas.ConversationItem:
    """As `conversation`, with those who type."""
    item = conversation(summary)
    item.typing = those_who_type(summary, person_ids)
    return item


def message(owner_id: str, shown: Message) -> schemas.MessageItem:
    """A message in the mailbox of `owner_id`; what LinkedIn attached beside files stands under `content`."""
    item = schemas.MessageItem(
        message_urn=urns.message_urn(owner_id, shown.message_id),
        message_id=shown.message_id,
        text=shown.text,
        sent_at=time(shown.delivered_at),
        from_me=shown.from_me,
        sender=_sender(shown.sender),
        attachments=[],
    )
    if shown.content:
        listed = [(one.kind in _FILES, _content(shown, place)) for place, one in enumerate(shown.content)]
        item.attachments = [one for is_file, one in listed if is_file]
        others = [one for is_file, one in listed if not is_file]
        item.content = others or UNSET
    if shown.subject is not None:
        item.subject = shown.subject
    if shown.attributes:
        item.attributes = [
            schemas.AttributeItem(start=one.start, length=one.length, kind=one.kind, value=one.value)
            for one in shown.attributes
        ]
    if shown.reactions:
        item.reactions = [reaction(one) for one in shown.reactions]
    if shown.render_format != RenderFormat.DEFAULT:
        item.render_format = shown.render_format
        item.edited = True if shown.render_format == RenderFormat.EDITED else UNSET
    if shown.fallback_text is not None:
        item.fallback_text = shown.fallback_text
    return item


def reaction(shown: Reaction) -> schemas.ReactionItem:
    """One emoji below a message."""
    first = shown.first_reacted_at
    return schemas.ReactionItem(
        emoji=shown.emoji,
        count=shown.count,
        viewer_reacted=shown.viewer_reacted,
        first_reacted_at=UNSET if first is None else time(first),
    )


def seen(items: Iterable[tuple[schemas.MessageItem, Message]], receipts: Sequence[SeenUpTo]) -> None:
    """Show each receipt once: at the newest own message of a page, newest first, that it covers."""
    left = list(receipts)
    for item, shown in items:
        if not left:
            return
        if not shown.from_me:
            continue
        covering = [one for one in left if one.message_at >= shown.delivered_at]
        left = [one for one in left if one.message_at < shown.delivered_at]
        if covering:
            item.seen_by = [
                schemas.SeenItem(
                    full_name=one.person.full_name, urn=_urn(one.person.person_id), seen_at=time(one.seen_at)
                )
                for one in covering
            ]


# Lists are read far more often than what stands in them changes, and what is equal reads alike.
@lru_cache(maxsize=8_192)
def conversation_json(summary: ConversationSummary) -> Raw:
    """As `conversation`, already JSON."""
    return Raw(_encode(conversation(summary)))


def profile(person: Person) -> schemas.Profile:
    """A person, with the URN that a send accepts as `recipientUrn`."""
    urn = urns.participant_urn(person.person_id)
    return schemas.Profile(
        full_name=person.full_name,
        first_name=person.first_name,
        last_name=person.last_name,
        headline=person.headline,
        location=person.location,
        vanity_name=person.vanity,
        profile_url=person.profile_url,
        urn=urn,
        entity_urn=urn,
        connection_degree=degree(person.distance),
        picture_url=UNSET if person.picture_url is None else person.picture_url,
        premium=UNSET if person.premium is None else person.premium,
    )


def degree(distance: str | None) -> str | None:
    """`1ST`, `2ND`, `3RD` or `OUT_OF_NETWORK`; None for the owner, and for a word that we do not know."""
    return None if distance is None else _DEGREES.get(distance)


def owner(account: Account) -> schemas.Owner | None:
    """The member whose account it is; None until LinkedIn has said who that is."""
    if account.profile_id is None:
        return None
    return schemas.Owner(
        full_name=account.full_name,
        headline=account.headline,
        vanity_name=account.vanity,
        profile_url=profile_url(account.vanity or account.profile_id),
        urn=urns.profile_urn(account.profile_id),
    )


def account(shown: Account, proven_at: int | None, now: int) -> schemas.AccountItem:
    """An account; proven_at: when LinkedIn last answered for it, epoch milliseconds."""
    return schemas.AccountItem(
        user_id=shown.user_id,
        account_id=shown.account_id,
        state=shown.state,
        state_reason=shown.state_reason,
        state_until=time_or_none(shown.state_until),
        next_action=next_action(shown.state),
        profile=owner(shown),
        proven_at=time_or_none(proven_at),
        age_seconds=None if proven_at is None else max(0, now - proven_at) // SECOND,
        caught_up_at=time_or_none(shown.caught_up_at),
        created_at=time(shown.created_at),
    )


def key(shown: ApiKey) -> schemas.KeyItem:
    """A key, without the key itself."""
    return schemas.KeyItem(
        id=shown.key_id,
        name=shown.name,
        prefix=shown.prefix,
        rights=sorted(shown.rights),
        created_at=time(shown.created_at),
        last_used_at=time_or_none(shown.last_used_at),
    )


def new_key(shown: ApiKey, text: str) -> schemas.KeyMade:
    """A new key, with the key itself."""
    return schemas.KeyMade(
        id=shown.key_id,
        name=shown.name,
        key=text,
        prefix=shown.prefix,
        rights=sorted(shown.rights),
        created_at=time(shown.created_at),
    )


def tenant(shown: Tenant) -> schemas.TenantItem:
    """A tenant."""
    return schemas.TenantItem(
        id=shown.tenant_id, name=shown.name, sandbox=shown.sandbox, created_at=time(shown.created_at)
    )


def _content(message: Message, place: int) -> schemas.ContentItem:
    one = message.content[place]
    # What we fetch keeps its address here, though LinkedIn's own expires.
    ours = attachment_id(message.message_id, place) if one.kind in _FETCHED else None
    return schemas.ContentItem(
        kind=one.kind,
        wire_kind=one.wire_kind,
        id=ours,
        urn=one.urn,
        url=f"/api/attachments/{ours}" if ours else one.url,
        # Whoever sent it chose it, and a client may save the file under it.
        name=file_names.cleaned(one.name) if ours and one.name else one.name,
        media_type=one.media_type,
        byte_size=one.byte_size,
        duration=one.duration,
        width=one.width,
        height=one.height,
        text=one.text,
        sender_urn=None if one.sender_id is None else _urn(one.sender_id),
        sent_at=time_or_none(one.sent_at),
        expires_at=None if ours else time_or_none(one.expires_at),
        raw=one.raw,
    )
