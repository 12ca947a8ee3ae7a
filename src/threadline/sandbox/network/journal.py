"""Changes kept in a file: one JSON line each, appended before the change is applied.

A line is handed to the operating system whole, so that what was answered survives `kill -9`; a last line that
was cut by a crash is dropped. The first line says which network the changes belong to.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

FORMAT = 1


class JournalError(ValueError):
    """The file is not a journal of this network; the text says why."""


class Journal:
    """The open journal of one network. Raises JournalError when the file is something else."""

    def __init__(self, path: Path, seed: int, anchor: int | None, fresh_anchor: int, epoch: str) -> None:
        """Open or begin the journal at `path`.

        seed, anchor: what the caller asks for; a file made with others is refused, and its own anchor is
        taken when `anchor` is None. fresh_anchor, epoch: what a new file begins with.
        """
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            self._load(seed, anchor, fresh_anchor, epoch)
        except JournalError:
            os.close(self._file)
            raise

    def _load(self, seed: int, anchor: int | None, fresh_anchor: int, epoch: str) -> None:
        path = self._path
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise JournalError(
                f"{path} is in use by another sandbox. Stop that one or use another file."
            ) from None
        text = path.read_bytes()
        complete = text[: text.rfind(b"\n") + 1]
        lines = complete.splitlines()
        if lines:
            header = self._read_header(lines[0])
            if header["seed"] != seed:
                raise JournalError(
                    f"{path} was made with seed {header['seed']}, not {seed}. Use that seed or a new file."
                )
            if anchor not in (None, header["anchorMs"]):
                raise JournalError(
                    f"{path} was made with anchor {header['anchorMs']}, not {anchor}. Leave it out."
                )
        elif text:
            raise JournalError(f"{path} is not a journal of the sandbox. Use another file.")
        else:
            header = {"format": FORMAT, "seed": seed, "anchorMs": anchor or fresh_anchor, "epoch": epoch}
        self.anchor: int = header["anchorMs"]
        self.epoch: str = header["epoch"]
        self.changes: list[dict[str, Any]] = [json.loads(line) for line in lines[1:]]
        if len(complete) < len(text):
            os.ftruncate(self._file, len(complete))
        if not lines:
            self.append(header)

    def append(self, change: dict[str, Any]) -> None:
        """Write one change down."""
        line = (
            json.dumps(change, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
            + b"\n"
        )
        written = os.write(self._file, line)
        if written != len(line):
            raise OSError(f"{self._path}: the disk took {written} of {len(line)} bytes")

    def restart(self, epoch: str, seed: int) -> None:
        """Forget all changes and begin anew."""
        os.ftruncate(self._file, 0)
        self.epoch = epoch
        self.changes = []
        self.append({"format": FORMAT, "seed": seed, "anchorMs": self.anchor, "epoch": epoch})

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _read_header(self, line: bytes) -> dict[str, Any]:
        try:
            header = json.loads(line)
        except ValueError:
            header = None
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise JournalError(f"{self._path} is not a journal of the sandbox. Use another file.")
        return header
