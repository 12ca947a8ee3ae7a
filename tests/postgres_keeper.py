"""Stops a test's PostgreSQL and removes its folder when the tests die without doing so.

Run as a process of its own by `tests/postgres.py`, with the folder as its argument. It waits for the end of
its standard input, which comes when the tests close it or are killed, and cleans up what they left.
"""

import os
import shutil
import signal
import sys
import time
from pathlib import Path

STOP_LIMIT = 10.0
"""Seconds given to the server before its folder is removed under it."""


def main() -> None:
    """Wait for the end of the tests, then leave nothing of the server behind."""
    folder = Path(sys.argv[1])
    sys.stdin.buffer.read()
    stop(folder / "data" / "postmaster.pid")
    shutil.rmtree(folder, ignore_errors=True)


def stop(pid_file: Path) -> None:
    """End the server whose pid file this is, if there is one, without ceremony: its data is about to go."""
    try:
        pid = int(pid_file.read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
    except (FileNotFoundError, IndexError, ProcessLookupError):
        return
    deadline = time.monotonic() + STOP_LIMIT
    while pid_file.exists() and time.monotonic() < deadline:
        time.sleep(0.02)


if __name__ == "__main__":
    main()
