"""A send right after LinkedIn took it: its message and its conversation, until LinkedIn shows them."""

from collections.abc import Iterable

import msgspec

from threadline.linkedin.messages import Delivered
from threadline.model import urns
from threadline.model.compositions import Mention, Quote, Upload, UploadKind
from threadline.model.conversations import Conversation, opened_conversation
from threadline.model.messages import ContentKind, Message, MessageContent, TextAttribute
from threadline.model.people import Person
from threadline.model.sends import Send

_SHOWN_AS = {
    UploadKind.IMAGE: (ContentKind.IMAGE, "file"),
    UploadKind.FILE: (ContentKind.FILE, "file"),
    UploadKind.VIDEO: (ContentKind.VIDEO, "video"),
    UploadKind.VOICE: (ContentKind.AUDIO, "audio"),
}


def message_of(send: Send, delivered: Delivered, owner: Person) -> Message:
    """The message that LinkedIn took, with its mentions, its quote and its files."""
    carried = send.composition
    content = [_file(upload) for upload in carried.uploads]
    if carried.quote is not None:
        content.append(_quote(carried.quote, owner.person_id))
    return Message(
        message_id=delivered.message_id,
        thread_id=delivered.thread_id,
        sender=owner,
        delivered_at=delivered.delivered_at,
        from_me=True,
        text=carried.text,
        attributes=tuple(_mention(mention) for mention in carried.mentions),
        subject=carried.subject,
        origin_token=send.origin_token,
        content=tuple(content),
    )


def conversation_of(
    send: Send, delivered: Delivered, owner_id: str, others: Iterable[Person]
) -> Conversation:
    """The conversation that a send opened, as far as it is known."""
    opened = opened_conversation(delivered.thread_id, owner_id, others, delivered.delivered_at)
    if send.composition.inmail:
        categories = (*opened.categories, "INMAIL")
        return msgspec.structs.replace(opened, categories=categories, type_text="InMail", state="PENDING")
    if send.group_members:
        return msgspec.structs.replace(opened, group_chat=True, title=send.composition.title)
    return opened


def _mention(mention: Mention) -> TextAttribute:
    urn = urns.profile_urn(mention.person_id)
    return TextAttribute(start=mention.start, length=mention.length, kind="entity", value={"urn": urn})


def _quote(quote: Quote, owner_id: str) -> MessageContent:
    return MessageContent(
        kind=ContentKind.REPLY,
        wire_kind="repliedMessageContent",
        urn=urns.message_urn(owner_id, quote.message_id),
        text=quote.text,
        sender_id=quote.sender_id,
        sent_at=quote.sent_at,
    )


def _file(upload: Upload) -> MessageContent:
    kind, wire_kind = _SHOWN_AS[upload.kind]
    return MessageContent(
        kind=kind,
        wire_kind=wire_kind,
        urn=upload.asset_urn,
        name=upload.name,
        media_type=upload.media_type,
        byte_size=upload.byte_size,
        duration=upload.duration,
    )
