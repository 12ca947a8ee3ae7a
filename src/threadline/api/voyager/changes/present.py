"""Changed messages and conversations as the main API shows them."""

from collections.abc import Sequence

from threadline.api.voyager import present
from threadline.api.voyager.changes import schemas
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.messages import Message
from threadline.services.changes.arranging import Seen
from threadline.services.changes.changing import Reacted


def message_changed(account: Account, message: Message) -> schemas.MessageChanged:
    """A message after it was edited or taken back."""
    return schemas.MessageChanged(
        message_urn=_urn(account, message.message_id),
        conversation_id=message.thread_id,
        text=message.text,
        render_format=message.render_format,
    )


def message_reacted(account: Account, message: Message) -> schemas.MessageReacted:
    """A message's reactions after the owner changed theirs."""
    return schemas.MessageReacted(
        message_urn=_urn(account, message.message_id),
        conversation_id=message.thread_id,
        reactions=[present.reaction(one) for one in message.reactions],
    )


def reactors(account: Account, message: Message, found: Sequence[Reacted]) -> schemas.Reactors:
    """Who reacted to a message."""
    return schemas.Reactors(
        message_urn=_urn(account, message.message_id),
        reactions=[
            schemas.ReactorsItem(
                emoji=one.emoji,
                count=one.count,
                people=[present.participant(person) for person in one.people],
            )
            for one in found
        ],
    )


def group(conversation: Conversation) -> schemas.Group:
    """A group chat; the owner is not named among its participants."""
    return schemas.Group(
        conversation_id=conversation.thread_id,
        title=conversation.title,
        participants=[present.participant(person) for person in conversation.others],
    )


def receipts(account: Account, thread_id: str, seen: Sequence[Seen]) -> schemas.Receipts:
    """Who has seen a conversation."""
    return schemas.Receipts(
        conversation_id=thread_id,
        receipts=[
            schemas.ReceiptItem(
                person=present.participant(one.person),
                message_urn=_urn(account, one.receipt.message_id),
                seen_at=present.time(one.receipt.seen_at),
            )
            for one in seen
        ],
    )


def _urn(account: Account, message_id: str) -> str:
    return urns.message_urn(account.profile_id or "", message_id)
