"""Members who send a file as from a device of their own: the upload and the message in one step."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from threadline.sandbox.api import contents
from threadline.sandbox.network import assets
from threadline.sandbox.network.made_media import picture_size
from threadline.sandbox.network.threads import Message, Thread

if TYPE_CHECKING:
    from threadline.sandbox.living.simulation import Simulation

KINDS = {
    "file": assets.FILE,
    "image": assets.PHOTO,
    "video": assets.VIDEO,
    "voice": assets.VOICE,
}
"""What the admin API calls a file -> `mediaUploadType`."""
_PIECE = 64 * 1024


async def send_file(
    simulation: Simulation,
    thread: Thread,
    sender: str,
    kind: str,
    name: str,
    media_type: str,
    size: int,
    pieces: AsyncIterator[bytes],
    *,
    text: str = "",
    duration: int | None = None,
) -> Message:
    """Send a file into a thread. kind: one of KINDS; size: bytes, as many as `pieces` give.

    Raises media_files.WrongSizeError when they give others, media_files.NotWantedError when the network was
    reset meanwhile.
    """
    world = simulation.world
    asset = assets.register(world, sender, KINDS[kind], name, size)
    received = await simulation.files.receive(asset.asset_id, size, pieces, lambda: simulation.world is world)
    width, height = picture_size(received.head)
    assets.complete(world, asset, media_type, received.sha256, width, height)
    if kind == "image":
        content = contents.picture(asset)
    elif kind == "video":
        content = contents.video(asset, media_type)
    elif kind == "voice":
        content = contents.voice(asset, duration)
    else:
        content = contents.file(asset, name, media_type)
    return simulation.write(thread, sender, text, content=(content,))


async def made_pieces(size: int) -> AsyncIterator[bytes]:
    """As many bytes as asked for, always the same for one size, without holding them all."""
    line = b"Made by the sandbox, line by line, and the same each time. %08d\n"
    block = b"".join(line % number for number in range(_PIECE // len(line % 0)))
    left = size
    while left > 0:
        yield block[:left]
        left -= len(block)


async def whole(body: bytes) -> AsyncIterator[bytes]:
    """A body in one piece."""
    yield body
