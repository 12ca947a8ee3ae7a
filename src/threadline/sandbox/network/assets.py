"""Uploaded files as the network's state knows them; media_files.py has their bytes (linkedin-wire.md §7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

PHOTO = "MESSAGING_PHOTO_ATTACHMENT"
FILE = "MESSAGING_FILE_ATTACHMENT"
VIDEO = "MESSAGING_VIDEO_ATTACHMENT"
VOICE = "VOICE_MESSAGE"
UPLOAD_TYPES = frozenset({PHOTO, FILE, VIDEO, VOICE})
LARGEST = 20 * 1024 * 1024
URN = "urn:li:digitalmediaAsset:"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(slots=True)
class Asset:
    """One uploaded file: what its uploader declared, and what came.

    size: bytes, as declared. media_type, sha256: None until the bytes have come. width, height: pixels of a
    picture, 0 when not known. by_older_route: registered by the older upload route. attached: a message
    carries it.
    """

    asset_id: str
    owner: str
    upload_type: str
    name: str
    size: int
    registered_at: int
    by_older_route: bool = False
    media_type: str | None = None
    sha256: str | None = None
    width: int = 0
    height: int = 0
    attached: bool = False

    @property
    def urn(self) -> str:
        """The URN that messages name it by."""
        return URN + self.asset_id

    @property
    def complete(self) -> bool:
        """Whether its bytes have come."""
        return self.media_type is not None


def register(
    world: World, owner: str, upload_type: str, name: str, size: int, *, by_older_route: bool = False
) -> Asset:
    """Announce a file whose bytes will come. size: bytes."""
    at = world.clock.stamp()
    random = Random(f"{world.epoch}:asset:{at}")
    asset_id = "D4E06AQ" + "".join(random.choices(_LETTERS, k=16))
    world.change(
        {
            "op": "asset",
            "id": asset_id,
            "owner": owner,
            "type": upload_type,
            "name": name,
            "size": size,
            "older": by_older_route,
            "at": at,
        }
    )
    return world.assets[asset_id]


def complete(world: World, asset: Asset, media_type: str, sha256: str, width: int, height: int) -> None:
    """Note that a file's bytes have come."""
    world.change(
        {
            "op": "asset_stored",
            "id": asset.asset_id,
            "mediaType": media_type,
            "sha256": sha256,
            "width": width,
            "height": height,
        }
    )


def expire_addresses(world: World) -> int:
    """Make every address that was given so far worthless. Gives the number of the generation that begins."""
    world.change({"op": "media_expired"})
    return world.media_generation


def _apply_asset(world: World, change: dict[str, Any]) -> None:
    world.clock.pass_by(change["at"])
    world.assets[change["id"]] = Asset(
        asset_id=change["id"],
        owner=change["owner"],
        upload_type=change["type"],
        name=change["name"],
        size=change["size"],
        registered_at=change["at"],
        by_older_route=change["older"],
    )


def _apply_stored(world: World, change: dict[str, Any]) -> None:
    asset = world.assets[change["id"]]
    asset.media_type, asset.sha256 = change["mediaType"], change["sha256"]
    asset.width, asset.height = change["width"], change["height"]


def _apply_expired(world: World, change: dict[str, Any]) -> None:
    world.media_generation += 1


APPLY: dict[str, Callable[[World, dict[str, Any]], None]] = {
    "asset": _apply_asset,
    "asset_stored": _apply_stored,
    "media_expired": _apply_expired,
}
