"""The live stream's bytes cut into frames: our own line splitter, with a stated limit.

A frame is its `data:` lines and an empty line; other lines are skipped (contracts/linkedin-wire.md §8.2).
"""

from threadline.linkedin.errors import ServerTrouble

FRAME_LIMIT = 4 * 1024 * 1024
"""The largest frame that is taken, in bytes."""


class FrameSplitter:
    """Takes bytes as they come and gives whole frames back."""

    def __init__(self, limit: int = FRAME_LIMIT) -> None:
        """limit: the largest frame, in bytes."""
        self._limit = limit
        self._rest = bytearray()
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of each frame that `chunk` completes; its lines are joined by a newline.

        Raises ServerTrouble when a frame grows beyond the limit.
        """
        self._rest += chunk
        frames: list[bytes] = []
        if b"\n" in chunk:
            *lines, rest = bytes(self._rest).split(b"\n")
            self._rest = bytearray(rest)
            for line in lines:
                frame = self._take(line)
                if frame is not None:
                    frames.append(frame)
        self._check(len(self._rest))
        return frames

    def _take(self, line: bytes) -> bytes | None:
        """The frame that `line` completes, or None."""
        if line.endswith(b"\r"):
            line = line[:-1]
        if line.startswith(b"data:"):
            data = line[6:] if line[5:6] == b" " else line[5:]
            self._data.append(data)
            self._size += len(data)
            self._check(0)
        elif not line and self._data:
            frame = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            self._data.clear()
            self._size = 0
            return frame
        return None

    def _check(self, pending: int) -> None:
        if self._size + pending > self._limit:
            raise ServerTrouble(200, f"a frame of the live stream is larger than {self._limit} bytes")
