"""Copies: what holds when LinkedIn shows a message or conversation that is stored, and what changed.

Copies come from the live stream, from readings that a newer event overtook, and from our own changes; so the
rules here must give the same result in whatever order they come, as far as the copies themselves tell it.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from threadline.model.conversations import Conversation, is_muted
from threadline.model.messages import Message, Reaction, RenderFormat
from threadline.model.people import Person


class ReactionChange(Struct, frozen=True):
    """One emoji stands differently at a message."""

    reaction: Reaction
    """As it stands now; a count of 0 means that nobody has it any more."""
    added: bool


def kept_message(stored: Message, shown: Message) -> Message:
    """What is stored of a message from now on.

    A recalled message stays so, without its words and files; an edited one never goes back to the words
    before, so a copy that says so is an older one, and nothing else of it is taken either.
    """
    token = stored.origin_token or shown.origin_token
    if stored.render_format == RenderFormat.RECALLED:
        return stored
    if shown.render_format == RenderFormat.RECALLED:
        return msgspec.structs.replace(recalled(shown), origin_token=token)
    if stored.render_format == RenderFormat.EDITED and shown.render_format == RenderFormat.DEFAULT:
        return msgspec.structs.replace(stored, origin_token=token)
    return msgspec.structs.replace(shown, origin_token=token, subject=shown.subject or stored.subject)


def first_kept(shown: Message) -> Message:
    """What is stored of a message that was not stored before: nothing of what was taken back."""
    return recalled(shown) if shown.render_format == RenderFormat.RECALLED else shown


def recalled(message: Message) -> Message:
    """The message without what was taken back."""
    return msgspec.structs.replace(
        message,
        render_format=RenderFormat.RECALLED,
        text="",
        attributes=(),
        content=(),
        reactions=(),
    )


def same_message(one: Message, other: Message) -> bool:
    """Whether two copies of one message hold the same; what LinkedIn shows of its sender may differ."""
    return msgspec.structs.replace(one, sender=other.sender) == other


def was_edited(before: Message, after: Message) -> bool:
    """Whether the words were changed between two copies.

    Addresses of files expire and are given anew, so files are not compared; a second edit that changes
    nothing but the form of the text is not told apart from LinkedIn's own ways of writing it down.
    """
    if after.render_format == RenderFormat.RECALLED:
        return False
    begun = before.render_format != RenderFormat.EDITED and after.render_format == RenderFormat.EDITED
    return begun or before.text != after.text


def was_recalled(before: Message, after: Message) -> bool:
    """Whether the message was taken back between two copies."""
    return before.render_format != RenderFormat.RECALLED and after.render_format == RenderFormat.RECALLED


def changed_reactions(before: Message, after: Message) -> list[ReactionChange]:
    """Which reactions came and went between two copies; none of a message that was taken back."""
    if after.render_format == RenderFormat.RECALLED:
        return []
    was = {one.emoji: one for one in before.reactions}
    now = {one.emoji: one for one in after.reactions}
    found: list[ReactionChange] = []
    for emoji in dict.fromkeys([*was, *now]):
        old, new = was.get(emoji, Reaction(emoji, 0)), now.get(emoji, Reaction(emoji, 0))
        if (old.count, old.viewer_reacted) != (new.count, new.viewer_reacted):
            found.append(ReactionChange(new, _grew(old, new)))
    return found


def with_reaction(message: Message, reaction: Reaction) -> Message:
    """The message with one emoji as it stands now."""
    others = [one for one in message.reactions if one.emoji != reaction.emoji]
    if any(one.emoji == reaction.emoji for one in message.reactions) and reaction.count > 0:
        reactions: Iterable[Reaction] = (
            reaction if one.emoji == reaction.emoji else one for one in message.reactions
        )
    else:
        reactions = [*others, reaction] if reaction.count > 0 else others
    return msgspec.structs.replace(message, reactions=tuple(reactions))


def kept_conversation(stored: Conversation, shown: Conversation) -> Conversation:
    """What is stored of a conversation from now on.

    A copy from before the newest activity changes neither where it lies nor whether it is read. Both hold
    the others in short form; the vanity names that are known of them stay.
    """
    vanities = {person.person_id: person.vanity for person in stored.participants if person.vanity}
    kept = msgspec.structs.replace(
        shown,
        created_at=shown.created_at or stored.created_at,
        participants=tuple(_named(person, vanities.get(person.person_id)) for person in shown.others),
        categories=shown.categories or stored.categories,
        notification_status=shown.notification_status or stored.notification_status,
        last_message=None,
    )
    if shown.last_activity_at >= stored.last_activity_at:
        return kept
    return msgspec.structs.replace(
        kept,
        categories=stored.categories,
        last_activity_at=stored.last_activity_at,
        last_read_at=stored.last_read_at,
        read=stored.read,
        unread_count=stored.unread_count,
    )


def conversation_changes(before: Conversation, after: Conversation) -> list[str]:
    """What the owner would notice between two copies: title, participants, categories, notifications.

    A conversation that was stored before LinkedIn showed it (`opened_conversation`) has nothing to compare.
    """
    if before.notification_status is None:
        return []
    found: list[str] = []
    if before.title != after.title:
        found.append("title")
    if _ids(before) != _ids(after):
        found.append("participants")
    if set(before.categories) != set(after.categories):
        found.append("categories")
    if is_muted(before.notification_status) != is_muted(after.notification_status):
        found.append("notifications")
    return found


def _grew(old: Reaction, new: Reaction) -> bool:
    return new.count > old.count or (new.count == old.count and new.viewer_reacted)


def _ids(conversation: Conversation) -> set[str]:
    return {person.person_id for person in conversation.others}


def _named(person: Person, vanity: str | None) -> Person:
    return msgspec.structs.replace(person, vanity=vanity) if vanity and not person.vanity else person
