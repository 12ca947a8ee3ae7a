"""Attachments in the shape of the legacy routes and streams (contracts/linkedin-wire.md §9)."""

from __future__ import annotations

from typing import Any

from threadline.sandbox.network.addresses import asset_of, written_address
from threadline.sandbox.network.made_media import describe
from threadline.sandbox.network.threads import Message
from threadline.sandbox.network.world import World

# Voice notes and videos were not attachments on the legacy routes, and their shape there is not known.
_SHOWN = frozenset({"file", "vectorImage"})


def attachments(world: World, owner: str, message: Message) -> list[dict[str, Any]]:
    """The files and pictures of a message as a mailbox reads them now."""
    return [
        _attachment(world, owner, message, asset_id)
        for item in message.content
        if item.key in _SHOWN and (asset_id := asset_of(item)) is not None
    ]


def _attachment(world: World, owner: str, message: Message, asset_id: str) -> dict[str, Any]:
    described = describe(world, asset_id)
    return {
        "id": described.urn,
        "byteSize": described.size,
        "mediaType": described.media_type,
        "name": described.name,
        "reference": {"string": written_address(world, owner, message, asset_id)},
    }
