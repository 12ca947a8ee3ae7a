"""The bytes of attachments that made history holds: small real files, always the same for one asset."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import pi, sin
from typing import TYPE_CHECKING

from threadline.sandbox.network.assets import URN

if TYPE_CHECKING:
    from threadline.sandbox.network.world import World

# Sizes that history.py tells of its files and videos.
FILE_SIZE = 48_213
VIDEO_SIZE = 912_345
_WIDTH, _HEIGHT = 800, 600
_GIF_WIDTH, _GIF_HEIGHT = 320, 240
_VOICE_SECONDS = 4.2
_RATE = 8000


@dataclass(frozen=True, slots=True)
class Described:
    """What a file is called, its type and its size in bytes."""

    urn: str
    name: str
    media_type: str
    size: int


def describe(world: World, asset_id: str) -> Described:
    """What is known about an uploaded or a made file. Raises KeyError for one that is neither."""
    asset = world.assets.get(asset_id)
    if asset is not None and asset.media_type is not None:
        return Described(asset.urn, asset.name, asset.media_type, asset.size)
    kind, _ = _split(asset_id)
    name, media_type, _ = _MADE[kind]
    return Described(URN + asset_id, name, media_type, len(made_bytes(asset_id)))


@lru_cache(maxsize=8)
def made_bytes(asset_id: str) -> bytes:
    """The bytes of a made file. Raises KeyError for an asset that is not one."""
    kind, number = _split(asset_id)
    return _MADE[kind][2](number)


def picture_size(head: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or GIF from its first 24 bytes, or zeros."""
    if head.startswith(b"\x89PNG\r\n\x1a\n") and len(head) >= 24:
        width, height = struct.unpack(">II", head[16:24])
        return int(width), int(height)
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) >= 10:
        width, height = struct.unpack("<HH", head[6:10])
        return int(width), int(height)
    return 0, 0


def _split(asset_id: str) -> tuple[str, int]:
    kind = asset_id.rstrip("0123456789")
    digits = asset_id[len(kind) :]
    if kind not in _MADE or not digits.isascii() or not 0 < len(digits) < 12:
        raise KeyError(asset_id)
    return kind, int(digits)


def _picture(number: int) -> bytes:
    red, green = number % 256, number // 256 % 256
    line = b"\0" + b"".join(bytes((red, green, column * 255 // _WIDTH)) for column in range(_WIDTH))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    body = zlib.compress(line * _HEIGHT, 9)
    chunks = ((b"IHDR", header), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _document(number: int) -> bytes:
    text = f"BT /F1 18 Tf 72 720 Td (Made notes, number {number}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    made = b"%PDF-1.4\n"
    places = []
    for place, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (place, body)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%010d\n%%%%EOF\n"
    filling = FILE_SIZE - len(made) - len(table) - len(tail % 0) - 2
    made += b"%" + b"." * filling + b"\n"
    return made + table + tail % len(made)


def _video(number: int) -> bytes:
    """The frame of an MP4 file; what is in it plays nowhere."""
    kind = struct.pack(">I", 24) + b"ftypisom\0\0\2\0isommp42"
    filling = struct.pack(">Q", number) * ((VIDEO_SIZE - len(kind)) // 8 + 1)
    size = VIDEO_SIZE - len(kind)
    return kind + struct.pack(">I", size) + b"mdat" + filling[: size - 8]


def _voice(number: int) -> bytes:
    tone = 220 + number % 220
    count = int(_RATE * _VOICE_SECONDS)
    samples = bytes(128 + int(80 * sin(2 * pi * tone * place / _RATE)) for place in range(count))
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + count, b"WAVE", b"fmt ", 16, 1, 1, _RATE, _RATE, 1, 8)
    return head + struct.pack("<4sI", b"data", count) + samples


def _wave(number: int) -> bytes:
    """A GIF without compression: its codes are colours, and a clear code comes before they grow longer."""
    palette = b"".join(bytes((shade * 2, number % 256, 255 - shade * 2)) for shade in range(128))
    head = struct.pack("<6sHHBBB", b"GIF89a", _GIF_WIDTH, _GIF_HEIGHT, 0xE6, 0, 0) + palette
    image = struct.pack("<BHHHHB", 0x2C, 0, 0, _GIF_WIDTH, _GIF_HEIGHT, 0) + b"\x07"
    pixels = bytes(column * 128 // _GIF_WIDTH for column in range(_GIF_WIDTH)) * _GIF_HEIGHT
    codes = b"".join(b"\x80" + pixels[place : place + 120] for place in range(0, len(pixels), 120)) + b"\x81"
    blocks = [codes[place : place + 255] for place in range(0, len(codes), 255)]
    return head + image + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0;"


# Beginning of an asset's id -> name, type, bytes by the id's number.
_MADE: dict[str, tuple[str, str, Callable[[int], bytes]]] = {
    "FILE": ("notes – März.pdf", "application/pdf", _document),
    "IMG": ("picture.png", "image/png", _picture),
    "VID": ("clip.mp4", "video/mp4", _video),
    "VOICE": ("voice.wav", "audio/wav", _voice),
    "WAVE": ("wave.gif", "image/gif", _wave),
}
