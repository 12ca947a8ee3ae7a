"""The addresses that attachments are read from: signed, for one message, and dead after a while.

In the network's state an address is `dms:<asset id>`; it is written out anew for each mailbox and each read
(contracts/linkedin-wire.md §7, "Addresses expire").
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from threadline.sandbox.network.assets import URN, Asset
from threadline.sandbox.network.threads import Content, Message
from threadline.sandbox.protocol import urns

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

MEDIA_KEYS = frozenset({"file", "vectorImage", "video", "audio", "externalMedia"})
# An address lives for one to two weeks; reads of the same week give the same one, as a change of an address
# is no change of the message.
WEEK = 7 * 86_400_000
_SCHEME = "dms:"
_PLACES = frozenset({"url", "rootUrl"})


class DeadAddressError(Exception):
    """An address that gives nothing: `status` is 403 (not signed, or too old), 404, or 410 (withdrawn)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def address(asset_id: str) -> str:
    """How an asset's address stands in the network's state."""
    return _SCHEME + asset_id


def written_out(world: World, owner: str, message: Message, content: Content) -> Any:
    """The fields of a content item with its addresses and their ends as a mailbox reads them now."""
    if content.key not in MEDIA_KEYS:
        return content.fields
    return _written(world, owner, message, content.fields)


def asset_of(content: Content) -> str | None:
    """The id of the asset that a content item is about, or None when it is about none."""
    return next(iter(_assets(content.fields)), None) if content.key in MEDIA_KEYS else None


def written_address(world: World, owner: str, message: Message, asset_id: str) -> str:
    """The address of an asset for one mailbox, as the message that carries it gives it now."""
    ends = _ends(world) // 1000
    token = _token(world, asset_id, message.message_id, ends, world.media_generation)
    place = f"{quote(message.message_id, safe='')}&e={ends}&v={world.media_generation}&t={token}"
    return f"http://{_host(world, owner)}/dms/{quote(asset_id, safe='')}?m={place}"


def upload_address(world: World, owner: str, asset: Asset) -> str:
    """The address that an asset's bytes are put to, without its token."""
    return f"http://{_host(world, owner)}/dms-uploads/{asset.asset_id}"


def upload_token(world: World, asset: Asset) -> str:
    """What an upload's address must carry."""
    return _signed(world, f"upload|{asset.asset_id}")


def attach(world: World, message: Message) -> None:
    """Note which uploaded files a message carries."""
    for item in message.content:
        asset = world.assets.get(asset_of(item) or "")
        if asset is not None:
            asset.attached = True


def opened(world: World, owner: str, asset_id: str, query: dict[str, str]) -> Message:
    """The message through which a member reads an asset by an address. Raises DeadAddressError.

    query: the raw values of the address. Its message must be in a thread of the member and still carry the
    asset; the one who sent it may read it from a thread that they have left.
    """
    message_id = unquote(query.get("m", ""))
    ends, generation = _number(query.get("e")), _number(query.get("v"))
    if _token(world, asset_id, message_id, ends, generation) != query.get("t"):
        raise DeadAddressError(403)
    if generation < world.media_generation:
        raise DeadAddressError(410)
    if ends * 1000 <= world.clock.now():
        raise DeadAddressError(403)
    thread = world.threads.get(urns.thread_of_message(message_id) or "")
    message = thread.find(message_id) if thread is not None else None
    asset = world.assets.get(asset_id)
    sent = asset is not None and asset.owner == owner
    if message is None or not (sent or world.message_in(owner, message_id)):
        raise DeadAddressError(403)
    if not any(asset_id in _assets(item.fields) for item in message.content):
        raise DeadAddressError(404)
    return message


def read_asset(text: Any) -> str | None:
    """The asset id in an asset's URN, or None."""
    return text.removeprefix(URN) if isinstance(text, str) and text.startswith(URN) else None


def _host(world: World, owner: str) -> str:
    return world.hosts.get(owner, "127.0.0.1")


def _ends(world: World) -> int:
    return (world.clock.now() // WEEK + 2) * WEEK


def _token(world: World, asset_id: str, message_id: str, ends: int, generation: int) -> str:
    return _signed(world, f"{asset_id}|{message_id}|{ends}|{generation}")


def _signed(world: World, text: str) -> str:
    # The seed signs, not the run: made history reads the same after a reset, addresses included.
    return hashlib.blake2b(f"{world.seed}|{world.anchor}|{text}".encode(), digest_size=16).hexdigest()


def _written(world: World, owner: str, message: Message, value: Any) -> Any:
    if isinstance(value, list):
        return [_written(world, owner, message, item) for item in value]
    if not isinstance(value, dict):
        return value
    written: dict[str, Any] = {}
    for name, item in value.items():
        if name in _PLACES and isinstance(item, str) and item.startswith(_SCHEME):
            written[name] = written_address(world, owner, message, item.removeprefix(_SCHEME))
        elif name == "expiresAt":
            written[name] = _ends(world)
        else:
            written[name] = _written(world, owner, message, item)
    return written


def _assets(value: Any) -> list[str]:
    if isinstance(value, list):
        return [asset_id for item in value for asset_id in _assets(item)]
    if not isinstance(value, dict):
        return []
    found = [
        item.removeprefix(_SCHEME)
        for name, item in value.items()
        if name in _PLACES and isinstance(item, str) and item.startswith(_SCHEME)
    ]
    return [*found, *(asset_id for item in value.values() for asset_id in _assets(item))]


def _number(raw: str | None) -> int:
    return int(raw) if raw is not None and raw.isascii() and raw.isdigit() and len(raw) < 16 else -1
