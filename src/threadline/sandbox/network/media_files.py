"""The bytes of attachments on disk: written and read in pieces, so that a large file costs no memory."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from threadline.sandbox.network.made_media import made_bytes

_HEAD = 32


class WrongSizeError(ValueError):
    """More or fewer bytes came than were declared; nothing of them is kept."""


class NotWantedError(Exception):
    """The asset was attached or forgotten while its bytes came; nothing of them is kept."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came. sha256: hexadecimal. head: the first bytes, which tell what kind of file it is."""

    sha256: str
    head: bytes


class MediaFiles:
    """A folder of files by asset id.

    folder: kept over restarts; without one a temporary folder is made when first needed, and removed at the
    end.
    """

    def __init__(self, folder: Path | None) -> None:
        self._kept = folder
        self._temporary: Path | None = None
        if folder is not None and folder.is_dir():
            for unfinished in folder.glob("*.part-*"):
                unfinished.unlink()

    async def receive(
        self, asset_id: str, size: int, pieces: AsyncIterator[bytes], wanted: Callable[[], bool]
    ) -> Received:
        """Write an asset's bytes, in place of those that it has.

        size: how many must come. wanted: asked when they have come, as much may happen meanwhile.
        Raises WrongSizeError when others come, and stops reading at the first byte too many; NotWantedError.
        """
        path = self._folder() / asset_id
        unfinished = path.with_name(f"{asset_id}.part-{secrets.token_hex(4)}")
        digest, head, count = hashlib.sha256(), b"", 0
        try:
            with unfinished.open("xb") as file:
                async for piece in pieces:
                    count += len(piece)
                    if count > size:
                        raise WrongSizeError(f"more than the declared {size} bytes came")
                    head = head or piece[:_HEAD]
                    digest.update(piece)
                    file.write(piece)
            if count != size:
                raise WrongSizeError(f"{count} of the declared {size} bytes came")
            if not wanted():
                raise NotWantedError(asset_id)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return Received(digest.hexdigest(), head)

    def path_of(self, asset_id: str, *, uploaded: bool) -> Path | None:
        """The file of an asset, or None when it is not there; that of a made one is written when needed.

        Raises KeyError for an asset that was neither uploaded nor made.
        """
        if uploaded:
            path = self._folder() / asset_id
            return path if path.is_file() else None
        body = made_bytes(asset_id)
        path = self._folder() / f"made-{asset_id}"
        if not path.is_file():
            unfinished = path.with_name(f"{path.name}.part-{secrets.token_hex(4)}")
            unfinished.write_bytes(body)
            unfinished.replace(path)
        return path

    def clear(self) -> None:
        """Remove every file."""
        for folder in (self._kept, self._temporary):
            if folder is not None and folder.is_dir():
                for path in folder.iterdir():
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the temporary folder, if there is one."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    def _folder(self) -> Path:
        if self._kept is not None:
            self._kept.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._kept
        if self._temporary is None:
            self._temporary = Path(tempfile.mkdtemp(prefix="threadline-sandbox-"))
        return self._temporary
