"""A conversation of the wire as a conversation of the model (contracts/linkedin-wire.md §4.1)."""

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.messages import message_of
from threadline.linkedin.decoding.people import ParticipantReader
from threadline.linkedin.decoding.reading import count_in
from threadline.model import urns
from threadline.model.conversations import Conversation
from threadline.model.messages import Message


def conversation_of(item: wire.Conversation, people: ParticipantReader, *, owner_id: str) -> Conversation:
    """The conversation that `item` holds.

    owner_id: whose mailbox it is, where the URN does not say. Raises urns.NotAnIdentifier or
    msgspec.ValidationError when `item` makes no sense.
    """
    owner = urns.mailbox_owner(item.entity_urn) or owner_id
    thread = urns.thread_id(item.entity_urn)
    participants = [people.person(raw) for raw in item.conversation_participants or ()]
    last = _last_message(item, people, owner, thread)
    activity = item.last_activity_at or (last.delivered_at if last is not None else item.created_at)
    return Conversation(
        thread_id=thread,
        owner_id=owner,
        categories=tuple(item.categories or ()),
        participants=tuple(person for person in participants if person is not None),
        group_chat=item.group_chat is True,
        title=item.title,
        state=item.state,
        type_text=item.conversation_type_text.text if item.conversation_type_text is not None else None,
        created_at=item.created_at,
        last_activity_at=activity or 0,
        last_read_at=item.last_read_at,
        read=item.read is not False,
        unread_count=count_in(item.unread_count),
        notification_status=item.notification_status,
        disabled_features=tuple(
            feature.disabled_feature for feature in item.disabled_features or () if feature.disabled_feature
        ),
        last_message=last,
    )


def is_full(item: wire.Conversation) -> bool:
    """Whether `item` says more than which conversation it is."""
    return bool(item.conversation_participants) and item.last_activity_at is not None


def _last_message(
    item: wire.Conversation, people: ParticipantReader, owner: str, thread: str
) -> Message | None:
    elements = item.messages.elements if item.messages is not None else None
    if not elements:
        return None
    newest = max(elements, key=lambda element: element.delivered_at)
    return message_of(newest, people, owner_id=owner, thread_id=thread)
