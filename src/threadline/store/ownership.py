"""The one owner of an embedded data folder: a lock held while the gateway runs."""

import fcntl
import os
from pathlib import Path


class FolderInUse(Exception):
    """Another process owns the data folder."""


class Ownership:
    """Holds a lock of a data folder until it is let go or the process ends, however it ends."""

    def __init__(self, folder: Path, name: str = "gateway.lock") -> None:
        """Guard `folder`; name: the file that is locked."""
        self._path = folder / name
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock; raises FolderInUse when another process holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise FolderInUse(
                f"The data folder {self._path.parent} is in use by a running gateway. "
                "Stop it, or choose another folder with THREADLINE_DATA_DIR."
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the lock go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
