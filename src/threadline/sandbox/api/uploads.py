"""Uploads: where to put a file, its bytes, and whether they have come (contracts/linkedin-wire.md §7)."""

from __future__ import annotations

import re

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.network import assets
from threadline.sandbox.network.addresses import upload_address, upload_token
from threadline.sandbox.network.assets import LARGEST, PHOTO, UPLOAD_TYPES, VIDEO, VOICE, Asset
from threadline.sandbox.network.made_media import picture_size
from threadline.sandbox.network.media_files import NotWantedError, WrongSizeError
from threadline.sandbox.protocol import forms, restli

LONGEST_NAME = 255
PICTURE_TYPES = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
VIDEO_TYPES = frozenset({"video/mp4", "video/quicktime"})
_PIECE = 64 * 1024
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_RECIPES = {
    PHOTO: ("messaging-attachmentPhoto", "messaging-attachment-photo"),
    assets.FILE: ("messaging-attachmentFile", "messaging-attachment-file"),
    VIDEO: ("messaging-attachmentVideo", "messaging-attachment-video"),
    VOICE: ("messaging-voice", "messaging-voice-message"),
}
# What a PUT of such a file must carry besides the usual headers; the older route's clients know of none.
_UPLOAD_HEADERS = {VIDEO: {"media-type-family": "VIDEO"}}


async def register(call: Call) -> web.Response:
    """`POST /voyagerVideoDashMediaUploadMetadata?action=upload`: where to put a file's bytes."""
    asset = await _registered(call, by_older_route=False)
    artifact, recipe = _RECIPES[asset.upload_type]
    urn = f"urn:li:digitalmediaMediaArtifact:({asset.urn},urn:li:digitalmediaMediaArtifactClass:{artifact})"
    address = upload_address(call.world, call.owner, asset)
    value = {
        "urn": asset.urn,
        "type": "SINGLE",
        "singleUploadUrl": f"{address}?ut={upload_token(call.world, asset)}",
        "singleUploadHeaders": dict(_headers(asset)),
        "mediaArtifactUrn": urn,
        "recipes": [f"urn:li:digitalmediaRecipe:{recipe}"],
        "pollingUrl": f"{address}/status",
        "assetRealtimeTopic": None,
    }
    return answer(forms.action_answer(call.form, value), form=call.form)


async def register_by_older_route(call: Call) -> web.Response:
    """`POST /voyagerMediaUploadMetadata?action=upload`, for old clients."""
    asset = await _registered(call, by_older_route=True)
    address = upload_address(call.world, call.owner, asset)
    value = {"urn": asset.urn, "singleUploadUrl": f"{address}?ut={upload_token(call.world, asset)}"}
    return answer(forms.action_answer(call.form, value), form=call.form)


async def receive(call: Call) -> web.Response:
    """`PUT /dms-uploads/<asset>`: the bytes, chunked or not: 201.

    Raises RefusalError: 400 for another size than declared, 409 when a message carries the file already,
    413 beyond 20 MiB, 415 for a picture or a video of another type.
    """
    asset = _own_asset(call)
    if restli.split_query(call.raw_query).get("ut") != upload_token(call.world, asset):
        raise RefusalError(403)
    if not _is_open(call, asset):
        raise RefusalError(409)
    request = call.request
    length = request.content_length
    if length is not None and length > LARGEST:
        raise RefusalError(413, message=f"A file has at most {LARGEST} bytes.")
    if length is not None and length != asset.size:
        raise RefusalError(400, message=f"{asset.size} bytes were declared, not {length}.")
    if any(request.headers.get(name) != value for name, value in _headers(asset).items()):
        raise RefusalError(400, message="The upload's own headers are missing.")
    media_type = _media_type(request.headers.get("content-type", ""))
    if not _takes(asset.upload_type, media_type):
        raise RefusalError(415, message=f"{media_type} is not taken as {asset.upload_type}.")
    try:
        pieces = request.content.iter_chunked(_PIECE)
        received = await call.simulation.files.receive(
            asset.asset_id, asset.size, pieces, lambda: _is_open(call, asset)
        )
    except WrongSizeError as wrong:
        raise RefusalError(400, message=f"The upload is refused: {wrong}.") from None
    except NotWantedError:
        raise RefusalError(409) from None
    width, height = picture_size(received.head)
    assets.complete(call.world, asset, media_type, received.sha256, width, height)
    return web.Response(status=201)


async def show_status(call: Call) -> web.Response:
    """`GET /dms-uploads/<asset>/status`: whether the bytes have come."""
    asset = _own_asset(call)
    state = "AVAILABLE" if asset.complete else "NEW"
    recipe = f"urn:li:digitalmediaRecipe:{_RECIPES[asset.upload_type][1]}"
    return answer({"asset": asset.urn, "status": {recipe: state}, "assetStatus": state})


def _is_open(call: Call, asset: Asset) -> bool:
    """Whether an asset still takes bytes: no message carries it, and no reset has forgotten it."""
    return call.world.assets.get(asset.asset_id) is asset and not asset.attached


def _headers(asset: Asset) -> dict[str, str]:
    return {} if asset.by_older_route else _UPLOAD_HEADERS.get(asset.upload_type, {})


async def _registered(call: Call, *, by_older_route: bool) -> Asset:
    if restli.split_query(call.raw_query).get("action") != "upload":
        raise RefusalError(400)
    body = await call.json()
    upload_type, size, name = body.get("mediaUploadType"), body.get("fileSize"), body.get("filename")
    if upload_type not in UPLOAD_TYPES or type(size) is not int or size < 1:
        raise RefusalError(400)
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise RefusalError(400)
    if size > LARGEST:
        raise RefusalError(413, message=f"A file has at most {LARGEST} bytes.")
    return assets.register(call.world, call.owner, upload_type, name, size, by_older_route=by_older_route)


def _own_asset(call: Call) -> Asset:
    asset = call.world.assets.get(call.target)
    if asset is None:
        raise RefusalError(404)
    if asset.owner != call.owner:
        raise RefusalError(403)
    return asset


def _media_type(given: str) -> str:
    bare = given.partition(";")[0].strip().lower()
    return bare if _MEDIA_TYPE.fullmatch(bare) else "application/octet-stream"


def _takes(upload_type: str, media_type: str) -> bool:
    if upload_type == PHOTO:
        return media_type in PICTURE_TYPES
    if upload_type == VIDEO:
        return media_type in VIDEO_TYPES
    return upload_type != VOICE or media_type.startswith("audio/")
