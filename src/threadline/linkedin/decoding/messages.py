"""A message of the wire as a message of the model (contracts/linkedin-wire.md §5.1, §5.2)."""

from typing import Any

import msgspec

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.content import contents_of
from threadline.linkedin.decoding.people import ParticipantReader
from threadline.linkedin.decoding.reading import number_in
from threadline.model import urns
from threadline.model.messages import Message, Reaction, Receipt, RenderFormat, TextAttribute
from threadline.model.people import Person, PersonKind

_REFERENCE = msgspec.json.Decoder(wire.Reference | None)
_UNNAMED_SENDER = Person(person_id="", kind=PersonKind.OTHER)


def message_of(
    item: wire.Message, people: ParticipantReader, *, owner_id: str | None, thread_id: str | None
) -> Message:
    """The message that `item` holds.

    owner_id: the mailbox's owner, where it is known. thread_id: the conversation that was asked for; None
    reads it from the item. Raises urns.NotAnIdentifier or msgspec.ValidationError when `item` makes no sense.
    """
    sender = people.person(item.sender) or people.person(item.actor) or _UNNAMED_SENDER
    owner = owner_id or urns.mailbox_owner(item.entity_urn)
    body = item.body
    return Message(
        message_id=urns.message_id(item.entity_urn),
        thread_id=thread_id or _thread_of(item),
        sender=sender,
        delivered_at=item.delivered_at,
        from_me=sender.person_id == owner,
        text=(body.text or "") if body is not None else "",
        attributes=attributes_of(body.attributes) if body is not None and body.attributes else (),
        subject=item.subject,
        origin_token=item.origin_token,
        render_format=item.message_body_render_format or RenderFormat.DEFAULT,
        content=contents_of(item.render_content) if item.render_content else (),
        reactions=_reactions(item.reaction_summaries) if item.reaction_summaries else (),
        fallback_text=item.render_content_fallback_text,
    )


def receipt_of(item: wire.SeenReceipt) -> Receipt:
    """The receipt that `item` holds; raises urns.NotAnIdentifier or msgspec.ValidationError (§5.4)."""
    reader, message = item.seen_by_participant, item.message
    if reader is None or message is None or item.seen_at is None:
        raise msgspec.ValidationError("a receipt names no reader, no message or no time")
    return Receipt(
        person_id=urns.participant_id(reader.host_identity_urn or reader.entity_urn or ""),
        message_id=urns.message_id(message.entity_urn or ""),
        seen_at=item.seen_at,
    )


def _thread_of(item: wire.Message) -> str:
    conversation = _REFERENCE.decode(item.conversation)
    urn = conversation.entity_urn if conversation is not None else None
    return urns.thread_id(urn or item.backend_conversation_urn or "")


def attributes_of(items: list[Any]) -> tuple[TextAttribute, ...]:
    """The spans of a text; one that makes no sense is left out (§5.2)."""
    return tuple(attribute for attribute in map(_attribute, items) if attribute is not None)


def _attribute(item: Any) -> TextAttribute | None:
    """A span with its one kind that is set; a kind without a value, such as bold, has None."""
    if not isinstance(item, dict):
        return None
    start, length = number_in(item.get("start")), number_in(item.get("length"))
    kinds = item.get("attributeKind") or item.get("attributeKindUnion")
    if start is None or length is None or not isinstance(kinds, dict):
        return None
    for kind, value in kinds.items():
        if value is not None and kind[:1] not in "_$":
            return TextAttribute(start, length, kind, _without_types(value) or None)
    return None


def _without_types(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: part for key, part in value.items() if key[:1] not in "_$"}


def _reactions(items: list[wire.ReactionSummary]) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(item.emoji, item.count, item.first_reacted_at, item.viewer_reacted is True) for item in items
    )
