"""What a caller wants to send, and what is refused of it before anything is looked up.

Sources: contracts/linkedin-wire.md §§5.2, 6.4, 6.7, 10; contracts/DECISIONS.md 26.
"""

import re

from msgspec import Struct

from threadline.model.clock import DAY
from threadline.model.compositions import Channel, Mention
from threadline.model.errors import BadInput, SubjectRequired
from threadline.model.messages import TEXT_LIMIT
from threadline.model.sends import Terms
from threadline.services.people import profile_id_of

SUBJECT_LIMIT = 200
TITLE_LIMIT = 300
"""Characters (contracts/linkedin-wire.md §§6.7, 11)."""

PRIORITIES = range(-10, 11)
LATEST = 365 * DAY
"""How far ahead a message may be timed; milliseconds."""
KEY_LIMIT = 255

_GROUP = re.compile(r"(?:urn:li:(?:fsd_group|group|fs_group):)?([0-9]{1,18})\Z")


class Span(Struct, frozen=True):
    """A mention as a caller gives it: offsets in Unicode code points, and whom it names."""

    start: int
    length: int
    urn: str


class Outgoing(Struct, frozen=True, kw_only=True):
    """What a caller wants to send: to a person, into a conversation, both as a check, or to a new group."""

    text: str
    profile_url: str | None = None
    recipient_urn: str | None = None
    conversation_id: str | None = None
    group_members: tuple[str, ...] | None = None
    """The people of a group chat to open, each by address, name or URN; None for everything else."""
    title: str | None = None
    """Of the new group chat."""
    subject: str | None = None
    attachment_ids: tuple[str, ...] = ()
    reply_to: str | None = None
    """The message to quote, by id or URN."""
    mentions: tuple[Span, ...] = ()
    channel: Channel = Channel.AUTO
    group_id: str | None = None
    """The LinkedIn group that both belong to, by number or URN."""
    inmail: bool = False
    """Whether it opens an InMail conversation."""
    typing: bool = False
    """Whether to show typing before it leaves, where there is a conversation to show it in."""


def check(outgoing: Outgoing) -> None:
    """Refuse what no message can be, before anything is looked up; raises BadInput and SubjectRequired."""
    if not outgoing.text.strip() and not outgoing.attachment_ids:
        raise BadInput("The message is empty.", field="message")
    if len(outgoing.text) > TEXT_LIMIT:
        raise BadInput(
            f"The message has {len(outgoing.text)} characters; LinkedIn takes {TEXT_LIMIT}.", field="message"
        )
    if outgoing.subject is not None and len(outgoing.subject) > SUBJECT_LIMIT:
        raise BadInput(
            f"The subject has {len(outgoing.subject)} characters; LinkedIn takes {SUBJECT_LIMIT}.",
            field="subject",
        )
    if outgoing.inmail and not (outgoing.subject or "").strip():
        raise SubjectRequired("An InMail needs a subject.", field="subject")
    if outgoing.title is not None and not 0 < len(outgoing.title.strip()) <= TITLE_LIMIT:
        raise BadInput(f"The title has 1 to {TITLE_LIMIT} characters.", field="title")
    if outgoing.reply_to is not None and outgoing.group_members is not None:
        raise BadInput("The first message of a group answers none.", field="replyTo")
    group_number(outgoing.group_id)
    mentions_of(outgoing)


def check_terms(terms: Terms, now: int) -> None:
    """Refuse impossible terms, before anything is looked up; raises BadInput."""
    if terms.priority not in PRIORITIES:
        raise BadInput(
            f"priority: it is from {PRIORITIES[0]} to {PRIORITIES[-1]}; the highest leaves first.",
            field="priority",
        )
    if terms.send_at is not None and terms.send_at > now + LATEST:
        raise BadInput("sendAt: it is more than a year away.", field="sendAt")
    key = terms.idempotency_key
    if key is not None and not (0 < len(key) <= KEY_LIMIT and key.isprintable()):
        raise BadInput(
            f"An idempotency key has 1 to {KEY_LIMIT} printable characters.", field="idempotencyKey"
        )


def group_number(named: str | None) -> str | None:
    """The number of a LinkedIn group, from itself or a URN; raises BadInput."""
    if named is None:
        return None
    found = _GROUP.match(named.strip())
    if found is None:
        raise BadInput("groupId: it is the number of a LinkedIn group, or its URN.", field="groupId")
    return found[1]


def mentions_of(outgoing: Outgoing) -> tuple[Mention, ...]:
    """The mentions, in the order of the text; raises BadInput where they do not fit it."""
    found = sorted(outgoing.mentions, key=lambda one: one.start)
    end = 0
    for one in found:
        if one.length < 1 or one.start < 0 or one.start + one.length > len(outgoing.text):
            raise BadInput(
                f"mentions: {one.start} to {one.start + one.length} is not within the text, "
                f"which has {len(outgoing.text)} characters.",
                field="mentions",
            )
        if one.start < end:
            raise BadInput("mentions: two of them overlap.", field="mentions")
        end = one.start + one.length
    return tuple(Mention(one.start, one.length, profile_id_of(one.urn, "mentions")) for one in found)
