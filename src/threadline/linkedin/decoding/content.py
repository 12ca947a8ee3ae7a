"""What is attached to a message: one key set per item (contracts/linkedin-wire.md §5.3)."""

from collections.abc import Callable
from typing import Any

from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.model import urns
from threadline.model.messages import ContentKind, MessageContent


def contents_of(items: list[Any]) -> tuple[MessageContent, ...]:
    """Every item that holds something; a kind that is not known is kept raw."""
    return tuple(content for content in map(_content_of, items) if content is not None)


def _content_of(item: Any) -> MessageContent | None:
    if not isinstance(item, dict):
        return MessageContent(kind=ContentKind.UNKNOWN, wire_kind="", raw=item)
    for wire_kind, value in item.items():
        if value is None or wire_kind[:1] in "_$*":
            continue
        read = _READERS.get(wire_kind)
        if read is None or not isinstance(value, dict):
            return MessageContent(kind=ContentKind.UNKNOWN, wire_kind=wire_kind, raw=item)
        return read(wire_kind, value)
    return None


def _file(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.FILE,
        wire_kind=wire_kind,
        urn=text_in(value.get("assetUrn")),
        url=text_in(value.get("url")),
        name=text_in(value.get("name")),
        media_type=text_in(value.get("mediaType")),
        byte_size=number_in(value.get("byteSize")),
    )


def _image(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    artifacts = value.get("artifacts")
    sizes = [size for size in artifacts if isinstance(size, dict)] if isinstance(artifacts, list) else []
    largest = max(sizes, key=lambda size: number_in(size.get("width")) or 0, default={})
    segment = text_in(largest.get("fileIdentifyingUrlPathSegment")) or ""
    return MessageContent(
        kind=ContentKind.IMAGE,
        wire_kind=wire_kind,
        urn=text_in(value.get("digitalmediaAsset")),
        url=(text_in(value.get("rootUrl")) or "") + segment or None,
        width=number_in(largest.get("width")),
        height=number_in(largest.get("height")),
        expires_at=number_in(largest.get("expiresAt")),
    )


def _video(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    stream = part_in(value, "progressiveStreams", 0)
    place = part_in(stream, "streamingLocations", 0)
    return MessageContent(
        kind=ContentKind.VIDEO,
        wire_kind=wire_kind,
        urn=text_in(value.get("media")) or text_in(value.get("entityUrn")),
        url=text_in(part_in(place, "url")),
        media_type=text_in(part_in(stream, "mediaType")),
        byte_size=number_in(part_in(stream, "size")),
        duration=number_in(value.get("duration")),
        width=number_in(part_in(stream, "width")),
        height=number_in(part_in(stream, "height")),
        expires_at=number_in(part_in(place, "expiresAt")),
    )


def _audio(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.AUDIO,
        wire_kind=wire_kind,
        urn=text_in(value.get("assetUrn")),
        url=text_in(value.get("url")),
        byte_size=number_in(value.get("byteSize")),
        duration=number_in(value.get("duration")),
    )


def _gif(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.GIF,
        wire_kind=wire_kind,
        urn=text_in(value.get("entityUrn")),
        name=text_in(value.get("title")),
        url=text_in(part_in(value, "media", "url")) or text_in(part_in(value, "previewMedia", "url")),
        width=number_in(part_in(value, "media", "originalWidth")),
        height=number_in(part_in(value, "media", "originalHeight")),
    )


def _reply(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.REPLY,
        wire_kind=wire_kind,
        urn=text_in(part_in(value, "originalMessage", "entityUrn")),
        text=text_in(value.get("messageBody")),
        sender_id=_sender(value),
        sent_at=number_in(value.get("originalSendAt")),
    )


def _forward(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.FORWARD,
        wire_kind=wire_kind,
        text=text_in(value.get("forwardedBody")),
        sender_id=_sender(value),
        sent_at=number_in(value.get("originalSendAt")),
    )


def _share(wire_kind: str, value: dict[str, Any]) -> MessageContent:
    return MessageContent(
        kind=ContentKind.SHARE,
        wire_kind=wire_kind,
        urn=text_in(value.get("hostUrn")),
        raw={wire_kind: value},
    )


def _kept(kind: ContentKind) -> Callable[[str, dict[str, Any]], MessageContent]:
    """A kind whose sense is known and whose fields are not."""

    def read(wire_kind: str, value: dict[str, Any]) -> MessageContent:
        return MessageContent(kind=kind, wire_kind=wire_kind, raw={wire_kind: value})

    return read


def _sender(value: dict[str, Any]) -> str | None:
    sender = part_in(value, "originalSender")
    urn = text_in(part_in(sender, "hostIdentityUrn")) or text_in(part_in(sender, "entityUrn"))
    return urns.participant_id(urn) if urn else None


_READERS: dict[str, Callable[[str, dict[str, Any]], MessageContent]] = {
    "file": _file,
    "vectorImage": _image,
    "video": _video,
    "audio": _audio,
    "externalMedia": _gif,
    "repliedMessageContent": _reply,
    "forwardedMessageContent": _forward,
    "hostUrnData": _share,
    "messageAdRenderContent": _kept(ContentKind.SPONSORED),
    "conversationAdsMessageContent": _kept(ContentKind.SPONSORED),
    "videoMeeting": _kept(ContentKind.MEETING),
    "awayMessage": _kept(ContentKind.AWAY),
    "unavailableContent": _kept(ContentKind.UNAVAILABLE),
}
