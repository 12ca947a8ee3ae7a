"""Downloads: the bytes of an attachment, whole or in ranges (contracts/linkedin-wire.md §7)."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError
from threadline.sandbox.network.addresses import DeadAddressError, opened
from threadline.sandbox.network.made_media import describe
from threadline.sandbox.network.media_files import MediaFiles
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import restli

_UNSAFE = re.compile(r"[^A-Za-z0-9 ._()-]")
_WHOLE_BODY_FAULTS = frozenset({"cut_mid_body", "trickle"})
# A file is a stranger's: no browser may take it for a page, a script or a part of this server.
_INERT = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cache-control": "private",
}


async def read(call: Call) -> web.StreamResponse:
    """`GET`, `HEAD /dms/<asset>?m=…&e=…`: the bytes, or a range of them.

    Raises RefusalError: the status of DeadAddressError, 404 when the bytes are gone.
    """
    try:
        opened(call.world, call.owner, call.target, restli.split_query(call.raw_query))
    except DeadAddressError as dead:
        raise RefusalError(dead.status) from None
    found = shown(call.world, call.simulation.files, call.target)
    if found is None:
        raise RefusalError(404)
    if call.request.method == "GET" and not _WHOLE_BODY_FAULTS.isdisjoint(call.struck):
        return _in_one_piece(call, found)
    return found


def shown(world: World, files: MediaFiles, asset_id: str) -> web.FileResponse | None:
    """The answer with a file's bytes, or None when they are not there."""
    path = path_of(world, files, asset_id)
    if path is None:
        return None
    described = describe(world, asset_id)
    return web.FileResponse(
        path,
        headers=_INERT
        | {"content-type": described.media_type, "content-disposition": disposition(described.name)},
    )


def _in_one_piece(call: Call, found: web.FileResponse) -> web.Response:
    """The same answer with its body at hand, as the faults that cut or stretch a body need it."""
    path = path_of(call.world, call.simulation.files, call.target)
    assert path is not None, "a file that is shown has a path"
    body = path.read_bytes()
    try:
        asked = call.request.http_range
    except ValueError:
        raise RefusalError(416) from None
    first, end, _ = asked.indices(len(body))
    response = web.Response(body=body[first:end], headers=found.headers)
    if "range" in call.request.headers:
        response.set_status(206)
        response.headers["content-range"] = f"bytes {first}-{end - 1}/{len(body)}"
    return response


def path_of(world: World, files: MediaFiles, asset_id: str) -> Path | None:
    """The file of an asset, or None when it was never uploaded, or not wholly, and is not a made one."""
    asset = world.assets.get(asset_id)
    if asset is not None and not asset.complete:
        return None
    try:
        return files.path_of(asset_id, uploaded=asset is not None)
    except KeyError:
        return None


def disposition(name: str) -> str:
    """A `Content-Disposition` that keeps any name as a name: no quote, slash or line end leaves it."""
    plain = _UNSAFE.sub("_", name).strip(" .") or "file"
    return (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name.encode(errors='replace'), safe='')}"
    )
