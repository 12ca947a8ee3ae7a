"""The body of `createMessage`, from what a message carries.

Sources: contracts/linkedin-wire.md §5.2 (attributes on send), §6.1 to §6.4, §10.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from threadline.model import urns
from threadline.model.compositions import Composition, Mention, Quote, Upload, UploadKind

_PREMIUM_INMAIL: dict[str, Any] = {
    "com.linkedin.voyager.dash.messaging.MessageCreateContent": {
        "messageCreateContentUnion": {"premiumInMail": {}}
    }
}


def creation_body(
    composition: Composition,
    *,
    owner_id: str,
    origin_token: str,
    tracking_id: str,
    thread_id: str | None,
    recipients: Sequence[str],
) -> bytes:
    """The JSON of one `createMessage`: into `thread_id`, or to `recipients` (profile ids) for a new one.

    owner_id: the sender's profile id. Whether it opens an InMail or a Groups conversation, and the title of a
    group chat, are said only where a conversation is opened.
    """
    message: dict[str, Any] = {
        "body": text_body(composition.text, composition.mentions),
        "renderContentUnions": _render_content(composition, owner_id),
    }
    if composition.subject is not None:
        message["subject"] = composition.subject
    if thread_id is not None:
        message["conversationUrn"] = urns.conversation_urn(owner_id, thread_id)
    message["originToken"] = origin_token
    creation: dict[str, Any] = {
        "message": message,
        "mailboxUrn": urns.profile_urn(owner_id),
        "trackingId": tracking_id,
        "dedupeByClientGeneratedToken": False,
    }
    if thread_id is None:
        creation["hostRecipientUrns"] = [urns.profile_urn(profile_id) for profile_id in recipients]
        if composition.title is not None:
            creation["conversationTitle"] = composition.title
        if composition.inmail:
            creation["hostMessageCreateContent"] = _PREMIUM_INMAIL
        if composition.group_id is not None:
            creation["contextEntityUrn"] = f"urn:li:fsd_group:{composition.group_id}"
    return msgspec.json.encode(creation)


def text_body(text: str, mentions: Sequence[Mention]) -> dict[str, Any]:
    """Attributed text as it is sent (§5.2): `attributeKindUnion`, offsets in code points."""
    attributes = [
        {
            "start": mention.start,
            "length": mention.length,
            "attributeKindUnion": {"entity": {"urn": urns.profile_urn(mention.person_id)}},
        }
        for mention in mentions
    ]
    return {"attributes": attributes, "text": text}


def _render_content(composition: Composition, owner_id: str) -> list[dict[str, Any]]:
    items = [_uploaded(upload) for upload in composition.uploads]
    if composition.quote is not None:
        items.append({"repliedMessageContent": _quoted(composition.quote, owner_id)})
    return items


def _uploaded(upload: Upload) -> dict[str, Any]:
    """An image leaves as a file too; LinkedIn shows it as an image by its media type (§6.3)."""
    if upload.kind is UploadKind.VOICE:
        voice: dict[str, Any] = {"assetUrn": upload.asset_urn, "byteSize": upload.byte_size}
        if upload.duration is not None:
            voice["duration"] = upload.duration
        return {"audio": voice}
    if upload.kind is UploadKind.VIDEO:
        stream = {
            "bitRate": 0,
            "height": 0,
            "width": 0,
            "mediaType": upload.media_type,
            "size": upload.byte_size,
            "streamingLocations": [{"url": _blob_address(upload)}],
        }
        return {
            "video": {
                "media": upload.asset_urn,
                "trackingId": upload.asset_urn,
                "thumbnail": {"artifacts": [{"width": 0, "height": 0}], "rootUrl": ""},
                "progressiveStreams": [stream],
            }
        }
    return {
        "file": {
            "assetUrn": upload.asset_urn,
            "byteSize": upload.byte_size,
            "mediaType": upload.media_type,
            "name": upload.name,
            "url": _blob_address(upload),
        }
    }


def _quoted(quote: Quote, owner_id: str) -> dict[str, Any]:
    sender = urns.participant_urn(quote.sender_id)
    return {
        "originalSenderUrn": f"urn:li:msg_messagingParticipant:{sender}",
        "originalSendAt": quote.sent_at,
        "originalMessageUrn": urns.message_urn(owner_id, quote.message_id),
        "messageBody": {"text": quote.text, "attributes": []},
    }


def _blob_address(upload: Upload) -> str:
    """What a browser would call its own copy of the file; LinkedIn is reported to want one (§6.3)."""
    return f"blob:https://www.linkedin.com/{uuid.uuid5(uuid.NAMESPACE_URL, upload.asset_urn)}"
