"""What a message carries besides its text, as clients send it (contracts/linkedin-wire.md §6.3).

It is read back in another form than it was sent in (§5.3): a picture goes out as a file and comes back as an
image, a quoted message as the message that it names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from threadline.sandbox.api.calls import Call, RefusalError
from threadline.sandbox.api.uploads import LONGEST_NAME, PICTURE_TYPES, VIDEO_TYPES
from threadline.sandbox.network import addresses, assets
from threadline.sandbox.network.assets import Asset
from threadline.sandbox.network.threads import Content, Thread, quotation
from threadline.sandbox.protocol import urns

_MOST = 20
_QUOTE = "repliedMessageContent"
_LONGEST_TYPE = 255


def read_items(call: Call, raw: Any, thread: Thread | None) -> list[Content]:
    """The `renderContentUnions` of a send. thread: the one it goes into, None when it is yet to be found.

    Raises RefusalError (400) for items that are not known, files that are not there, not wholly there or
    another's, and for a quoted message that is not in the thread.
    """
    if raw is None:
        return []
    if not isinstance(raw, list) or len(raw) > _MOST:
        raise RefusalError(400)
    items = [_read_item(call, each, thread) for each in raw]
    if sum(item.key == _QUOTE for item in items) > 1:
        raise RefusalError(400, message="A message answers one other.")
    return items


def read_attachments(call: Call, raw: Any) -> list[Content]:
    """The `attachments` of a send by the legacy routes (§9). Raises RefusalError (400) as read_items does."""
    if raw is None:
        return []
    if not isinstance(raw, list) or len(raw) > _MOST or not all(isinstance(each, dict) for each in raw):
        raise RefusalError(400)
    return [_read_file(call, each | {"assetUrn": each.get("id")}) for each in raw]


def carries_files(items: list[Content]) -> bool:
    """Whether there is something to see in a message without text."""
    return any(item.key != _QUOTE for item in items)


def picture(asset: Asset) -> Content:
    """A picture as it is read back."""
    artifact = {
        "width": asset.width,
        "height": asset.height,
        "expiresAt": 0,
        "fileIdentifyingUrlPathSegment": "",
    }
    address = addresses.address(asset.asset_id)
    return Content(
        "vectorImage", {"rootUrl": address, "artifacts": [artifact], "digitalmediaAsset": asset.urn}
    )


def file(asset: Asset, name: str, media_type: str) -> Content:
    """Any other file as it is read back."""
    return Content(
        "file",
        {
            "assetUrn": asset.urn,
            "byteSize": asset.size,
            "mediaType": media_type,
            "name": name,
            "url": addresses.address(asset.asset_id),
        },
    )


def voice(asset: Asset, duration: int | None) -> Content:
    """A voice note as it is read back. duration: milliseconds, None when not told."""
    return Content("audio", {"url": addresses.address(asset.asset_id), "duration": duration})


def video(asset: Asset, media_type: str) -> Content:
    """A video as it is read back; nobody has looked into it, so its length and measures are not known."""
    stream = {
        "mediaType": media_type,
        "size": asset.size,
        "bitRate": 0,
        "width": 0,
        "height": 0,
        "streamingLocations": [{"url": addresses.address(asset.asset_id), "expiresAt": 0}],
    }
    return Content(
        "video",
        {
            "media": asset.urn,
            "entityUrn": asset.urn,
            "duration": None,
            "aspectRatio": None,
            "thumbnail": None,
            "progressiveStreams": [stream],
            "adaptiveStreams": [],
            "provider": "ALT_PROVIDER",
        },
    )


def _read_item(call: Call, raw: Any, thread: Thread | None) -> Content:
    given = {key: value for key, value in raw.items() if value is not None} if isinstance(raw, dict) else {}
    if len(given) != 1:
        raise RefusalError(400)
    [(key, fields)] = given.items()
    if not isinstance(fields, dict):
        raise RefusalError(400)
    if key == _QUOTE:
        return _read_quote(call, fields, thread)
    read = _READ.get(key)
    if read is None:
        raise RefusalError(400, message=f"{str(key)[:50]} cannot be sent.")
    return read(call, fields)


def _read_file(call: Call, fields: dict[str, Any]) -> Content:
    asset = _own(call, fields.get("assetUrn"), assets.FILE, assets.PHOTO)
    name, media_type = fields.get("name"), fields.get("mediaType")
    if fields.get("byteSize") != asset.size or type(fields.get("byteSize")) is not int:
        raise RefusalError(400, message="byteSize is not the size of the uploaded file.")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise RefusalError(400)
    if not isinstance(media_type, str) or not 0 < len(media_type) <= _LONGEST_TYPE:
        raise RefusalError(400)
    return picture(asset) if media_type in PICTURE_TYPES else file(asset, name, media_type)


def _read_voice(call: Call, fields: dict[str, Any]) -> Content:
    asset = _own(call, fields.get("assetUrn"), assets.VOICE)
    duration = fields.get("duration")
    if fields.get("byteSize") != asset.size or type(fields.get("byteSize")) is not int:
        raise RefusalError(400, message="byteSize is not the size of the uploaded file.")
    if duration is not None and (type(duration) is not int or duration < 0):
        raise RefusalError(400)
    return voice(asset, duration)


def _read_video(call: Call, fields: dict[str, Any]) -> Content:
    asset = _own(call, fields.get("media"), assets.VIDEO)
    streams = fields.get("progressiveStreams")
    stream = streams[0] if isinstance(streams, list) and len(streams) == 1 else None
    if not isinstance(stream, dict) or stream.get("size") != asset.size:
        raise RefusalError(400, message="The stream's size is not the size of the uploaded file.")
    if stream.get("mediaType") not in VIDEO_TYPES:
        raise RefusalError(400)
    return video(asset, stream["mediaType"])


def _read_quote(call: Call, fields: dict[str, Any], thread: Thread | None) -> Content:
    """The quoted message as it is now; its sender and time must be told rightly."""
    urn = fields.get("originalMessageUrn")
    if not isinstance(urn, str) or urns.read_owner(urn) != call.owner:
        raise RefusalError(400)
    found = call.world.message_in(call.owner, urns.read_message(urn))
    if found is None or found[0] is not thread:
        raise RefusalError(400, message="The quoted message is not in the conversation.")
    original = found[1]
    host = urns.profile_urn(original.sender) if original.sender in call.world.people else original.sender
    if fields.get("originalSenderUrn") != urns.participant_urn(host):
        raise RefusalError(400, message="originalSenderUrn is not who wrote the quoted message.")
    if fields.get("originalSendAt") != original.delivered_at:
        raise RefusalError(400, message="originalSendAt is not when the quoted message was sent.")
    return quotation(original)


def _own(call: Call, urn: Any, *upload_types: str) -> Asset:
    asset = call.world.assets.get(addresses.read_asset(urn) or "")
    if asset is None or asset.owner != call.owner or asset.upload_type not in upload_types:
        raise RefusalError(400, message="No such upload.")
    if not asset.complete:
        raise RefusalError(400, message="The upload is not complete.")
    return asset


_READ: dict[str, Callable[[Call, dict[str, Any]], Content]] = {
    "file": _read_file,
    "audio": _read_voice,
    "video": _read_video,
}
