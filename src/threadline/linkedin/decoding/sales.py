"""Sales Navigator's threads, messages and profiles (contracts/linkedin-wire.md §11)."""

from typing import Any

from msgspec import Struct

from threadline.linkedin.decoding.people import picture_in
from threadline.linkedin.decoding.reading import count_in, number_in, part_in, text_in
from threadline.linkedin.decoding.salvage import MalformedReport
from threadline.model import urns
from threadline.model.conversations import Conversation, InboxSource
from threadline.model.messages import ContentKind, Message, MessageContent, RenderFormat
from threadline.model.people import Distance, Person

PROFILE_PREFIX = "urn:li:fs_salesProfile:"
_DISTANCES = {0: Distance.SELF, 1: Distance.FIRST, 2: Distance.SECOND, 3: Distance.THIRD}


class SalesProfile(Struct, frozen=True, kw_only=True):
    """A member as Sales Navigator shows them."""

    urn: str
    """What a message is addressed to; it carries the token that LinkedIn gave for the member."""
    person: Person
    reachable: bool
    """Whether LinkedIn puts no restriction on an InMail to them."""
    open_profile: bool
    """Whether an InMail to them is free."""


class SalesThread(Struct, frozen=True, kw_only=True):
    """A thread with the messages that came with it, newest first."""

    conversation: Conversation
    messages: list[Message]
    message_count: int
    """How many messages it has in all."""
    starts_at: int | None
    """Where the next page of the list would begin after it; epoch milliseconds, UTC."""
    addresses: dict[str, str]
    """The Sales profile URN of each participant, by person id."""


def profile_of(entity: Any) -> SalesProfile | None:
    """A Sales profile in the plain nested form, or None when it has no URN of one."""
    urn = text_in(part_in(entity, "entityUrn")) or ""
    person_id = person_id_of(urn)
    if person_id is None:
        return None
    first, last = text_in(entity.get("firstName")), text_in(entity.get("lastName"))
    degree = number_in(entity.get("degree"))
    return SalesProfile(
        urn=urn,
        person=Person(
            person_id=person_id,
            first_name=first if first is not None else text_in(entity.get("fullName")) or "",
            last_name=last or "",
            headline=text_in(entity.get("headline")),
            distance=_DISTANCES.get(degree) if degree is not None else None,
            member_number=urns.member_number(text_in(entity.get("objectUrn"))),
            picture_url=picture_in(entity.get("profilePictureDisplayImage")),
        ),
        reachable=text_in(entity.get("inmailRestriction")) in (None, "NO_RESTRICTION"),
        open_profile=part_in(entity, "memberBadges", "openLink") is True,
    )


def person_id_of(urn: str) -> str | None:
    """The id of the member in a Sales profile URN: a profile id where it is one, else as it came."""
    inner = urn.removeprefix(PROFILE_PREFIX)
    if inner == urn or not (inner.startswith("(") and inner.endswith(")")):
        return None
    return inner[1:-1].partition(",")[0] or None


def thread_of(item: Any, owner_id: str, report: MalformedReport) -> SalesThread | None:
    """A thread in the plain nested form; None, with a report, when it has no id or no message."""
    people = _participants(item)
    try:
        thread_id = urns.thread_id(text_in(part_in(item, "id")) or "")
    except urns.NotAnIdentifier:
        report("SalesThread")
        return None
    listed = part_in(item, "messages")
    messages = [
        message
        for message in (
            _message_of(each, thread_id, owner_id, people, report)
            for each in (listed if isinstance(listed, list) else ())
        )
        if message is not None
    ]
    messages.sort(key=lambda message: (message.delivered_at, message.message_id), reverse=True)
    if not messages:
        report("SalesThread")
        return None
    unread = count_in(item.get("unreadMessageCount"))
    archived = item.get("archived") is True
    return SalesThread(
        conversation=Conversation(
            thread_id=thread_id,
            owner_id=owner_id,
            categories=("ARCHIVE", "INMAIL") if archived else ("INBOX", "PRIMARY_INBOX", "INMAIL"),
            participants=tuple(profile.person for profile in people.values()),
            type_text="InMail",
            last_activity_at=messages[0].delivered_at,
            read=unread == 0,
            unread_count=unread,
            last_message=messages[0],
            source=InboxSource.SALES_NAVIGATOR,
        ),
        messages=messages,
        message_count=number_in(item.get("totalMessageCount")) or len(messages),
        starts_at=number_in(item.get("nextPageStartsAt")),
        addresses={profile.person.person_id: profile.urn for profile in people.values()},
    )


def _participants(item: Any) -> dict[str, SalesProfile]:
    """The participants by URN: resolved beside the thread, inside it, or by URN alone."""
    resolved = part_in(item, "participantsResolutionResults")
    listed = part_in(item, "participants")
    found: dict[str, SalesProfile] = {}
    for each in listed if isinstance(listed, list) else ():
        urn = each if isinstance(each, str) else text_in(part_in(each, "entityUrn")) or ""
        entity = part_in(resolved, urn) if isinstance(each, str) else each
        # An unresolved one, and a resolved one that does not repeat its URN, are known by the URN given.
        profile = profile_of({**(entity if isinstance(entity, dict) else {}), "entityUrn": urn})
        if profile is not None:
            found[urn] = profile
    return found


def _message_of(
    item: Any, thread_id: str, owner_id: str, people: dict[str, SalesProfile], report: MalformedReport
) -> Message | None:
    message_id, delivered_at = text_in(part_in(item, "id")), number_in(part_in(item, "deliveredAt"))
    author = part_in(item, "author")
    author_urn = author if isinstance(author, str) else text_in(part_in(author, "entityUrn")) or ""
    known = people.get(author_urn)
    sender_id = known.person.person_id if known is not None else person_id_of(author_urn)
    if message_id is None or delivered_at is None or sender_id is None:
        report("SalesMessage")
        return None
    system = text_in(item.get("type")) == "SYSTEM_MESSAGE"
    edited = number_in(item.get("lastEditedAt")) is not None
    attachments = item.get("attachments")
    return Message(
        message_id=message_id_of(message_id),
        thread_id=thread_id,
        sender=known.person if known is not None else Person(person_id=sender_id),
        delivered_at=delivered_at,
        from_me=sender_id == owner_id,
        text=text_in(item.get("body")) or "",
        subject=text_in(item.get("subject")) or None,
        render_format=RenderFormat.SYSTEM
        if system
        else RenderFormat.EDITED
        if edited
        else RenderFormat.DEFAULT,
        content=tuple(
            MessageContent(kind=ContentKind.UNKNOWN, wire_kind="salesAttachment", raw=each)
            for each in (attachments if isinstance(attachments, list) else ())
        ),
        fallback_text=text_in(item.get("systemMessageContent")),
    )


def message_id_of(text: str) -> str:
    """The bare id of a Sales message, whatever its spelling."""
    try:
        return urns.message_id(text)
    except urns.NotAnIdentifier:
        return text.replace("\x00", "\ufffd")
