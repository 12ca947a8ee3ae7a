"""The admin API's calls about files, InMail credits and LinkedIn groups (docs/sandbox.md)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.admin.naming import find_account, find_person, person_of
from threadline.sandbox.admin.persons import thread_for
from threadline.sandbox.admin.render import told_message
from threadline.sandbox.api import downloads
from threadline.sandbox.api.bodies import LONGEST_TEXT
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.api.uploads import LONGEST_NAME, PICTURE_TYPES, VIDEO_TYPES
from threadline.sandbox.living import sending_files
from threadline.sandbox.network import addresses, assets, inmail
from threadline.sandbox.network.media_files import NotWantedError

_LONGEST_BASE64 = 3_900_000
_LONGEST_TYPE = 255
_MOST_CREDITS = 100_000
_LONGEST_DURATION = 3_600_000
# Kind -> name and media type when the caller gives none.
_USUAL = {
    "file": ("notes.txt", "text/plain"),
    "image": ("picture.png", "image/png"),
    "video": ("clip.mp4", "video/mp4"),
    "voice": ("voice.mp4", "audio/mp4"),
}
_LINE_END = re.compile(r"[\x00-\x1f\x7f]")


async def send_file(request: web.Request) -> web.Response:
    """A person sends a file: bytes of their own (`base64`), or made ones (`size`)."""
    simulation = request.app[SIMULATION]
    sender = person_of(request)
    fields = await Fields.of_body(request)
    to, named = fields.text("to", 100, ""), fields.text("thread", 200, "")
    kind = fields.choice("kind", frozenset(_USUAL), "file")
    name = fields.text("name", LONGEST_NAME, _USUAL[kind][0])
    media_type = fields.text("mediaType", _LONGEST_TYPE, _USUAL[kind][1])
    text = fields.text("text", LONGEST_TEXT, "")
    duration = fields.number("duration", 1, _LONGEST_DURATION, 0)
    body = _decoded(fields.text("base64", _LONGEST_BASE64, ""))
    size = fields.number("size", 1, assets.LARGEST, 0)
    fields.end()
    if bool(body) == bool(size):
        raise InvalidError("Give either base64, the file's bytes, or size, for made ones.")
    if not to and not named:
        raise InvalidError("Give to, the person written to, or thread.")
    taken = {"image": PICTURE_TYPES, "video": VIDEO_TYPES}.get(kind)
    if taken is not None and media_type not in taken:
        raise InvalidError(f"mediaType of kind {kind} must be one of {', '.join(sorted(taken))}.")
    if _LINE_END.search(media_type):
        raise InvalidError("mediaType must be one line.")
    thread = thread_for(simulation, sender, find_person(simulation, to) if to else None, named)
    try:
        message = await sending_files.send_file(
            simulation,
            thread,
            sender.profile_id,
            kind,
            name,
            media_type,
            size or len(body),
            sending_files.made_pieces(size) if size else sending_files.whole(body),
            text=text,
            duration=duration or None,
        )
    except NotWantedError:
        raise InvalidError("The network was reset meanwhile.", 409) from None
    told = told_message(simulation, sender.profile_id, thread, message)
    asset_id = addresses.asset_of(message.content[0]) or ""
    return answer(told | {"asset": _told_asset(simulation.world.assets[asset_id])}, status=201)


async def list_assets(request: web.Request) -> web.Response:
    """Every uploaded file, newest first."""
    listed = request.app[SIMULATION].world.assets.values()
    return answer({"media": [_told_asset(asset) for asset in reversed(listed)]})


async def read_asset(request: web.Request) -> web.StreamResponse:
    """The bytes of an uploaded or made file, by its id or URN."""
    simulation = request.app[SIMULATION]
    name = request.match_info["asset"]
    found = downloads.shown(simulation.world, simulation.files, name.removeprefix(assets.URN))
    if found is None:
        raise InvalidError(f"There is no file {name!r}, or its bytes have not come.", 404)
    return found


async def expire_addresses(request: web.Request) -> web.Response:
    """Withdraw every address that was given so far; a fresh read of a message gives a fresh one."""
    fields = await Fields.of_body(request)
    fields.end()
    return answer({"generation": assets.expire_addresses(request.app[SIMULATION].world)})


async def show_credits(request: web.Request) -> web.Response:
    """The InMail credits of an account."""
    simulation = request.app[SIMULATION]
    account = find_account(simulation, request.match_info["name"])
    return answer({"account": account.name, "available": inmail.credits_of(simulation.world, account.owner)})


async def set_credits(request: web.Request) -> web.Response:
    """Give an account this many InMail credits."""
    simulation = request.app[SIMULATION]
    account = find_account(simulation, request.match_info["name"])
    fields = await Fields.of_body(request)
    available = fields.number("available", 0, _MOST_CREDITS)
    fields.end()
    inmail.set_credits(simulation.world, account.owner, available)
    return await show_credits(request)


async def list_groups(request: web.Request) -> web.Response:
    """The LinkedIn groups and who is in them."""
    world = request.app[SIMULATION].world
    told = [
        {
            "number": group.number,
            "urn": group.urn,
            "name": group.name,
            "members": sorted(world.people[member].vanity for member in group.members),
        }
        for group in world.linkedin_groups.values()
    ]
    return answer({"groups": told})


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidError("base64 is not Base64.") from None


def _told_asset(asset: assets.Asset) -> dict[str, Any]:
    return {
        "id": asset.asset_id,
        "urn": asset.urn,
        "owner": asset.owner,
        "type": asset.upload_type,
        "name": asset.name,
        "mediaType": asset.media_type,
        "size": asset.size,
        "sha256": asset.sha256,
        "complete": asset.complete,
    }


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.StreamResponse]]], ...] = (
    ("POST", "/sandbox/people/{who}/send-file", send_file),
    ("GET", "/sandbox/media", list_assets),
    ("POST", "/sandbox/media/expire", expire_addresses),
    ("GET", "/sandbox/media/{asset}", read_asset),
    ("GET", "/sandbox/accounts/{name}/credits", show_credits),
    ("POST", "/sandbox/accounts/{name}/credits", set_credits),
    ("GET", "/sandbox/linkedin-groups", list_groups),
)
"""(method, path, handler) of each call."""
