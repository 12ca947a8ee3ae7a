"""The processes that are measured: gateway, sandbox, peer and demo, each ended when its block ends."""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

THREADLINE = Path(sys.executable).with_name("threadline")
"""The command as it was installed beside this Python."""

_STOP_SECONDS = 20
_PORT = re.compile(rb"(?:port |127\.0\.0\.1:)(\d+)")


class ProcessFailed(Exception):
    """A process ended, or said something else than where it listens."""


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of a measured process: this one's without any setting of a gateway, and `given`."""
    ours = {name: value for name, value in os.environ.items() if not _is_setting(name)}
    return {**ours, "PYTHONUNBUFFERED": "1", **given}


def forget_settings() -> None:
    """Take the settings of a gateway out of this process's environment, so that they change no figure."""
    for name in filter(_is_setting, list(os.environ)):
        del os.environ[name]


class Running(NamedTuple):
    """A process that listens."""

    port: int
    pid: int


@contextmanager
def gateway(data_dir: Path, **settings: str) -> Iterator[Running]:
    """`threadline serve` on a free port; settings: by name, as `linkedin_url`."""
    given = {f"THREADLINE_{name.upper()}": value for name, value in settings.items()}
    given |= {"THREADLINE_DATA_DIR": str(data_dir), "THREADLINE_PORT": "0", "THREADLINE_LOG_LEVEL": "warning"}
    process = subprocess.Popen(
        [THREADLINE, "serve"],
        env=environment(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with _ended(process):
        assert process.stderr is not None
        port = _port_in(process.stderr.readline())
        # Nobody reads what it says further, and a full pipe would stop it.
        threading.Thread(target=shutil.copyfileobj, args=(process.stderr, io.BytesIO()), daemon=True).start()
        yield Running(port, process.pid)


@contextmanager
def sandbox(*arguments: str) -> Iterator[int]:
    """The simulated LinkedIn, in memory, on a free port, and the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "threadline.sandbox", "--port", "0", *arguments],
        env=environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with _ended(process):
        assert process.stdout is not None
        yield _port_in(process.stdout.readline())


@contextmanager
def peer(answers: bytes) -> Iterator[int]:
    """The peer of the reads on a free port, and the port; answers: `peer.Answers` as JSON."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.peer"],
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with _ended(process):
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(answers)
        process.stdin.close()
        yield _port_in(process.stdout.readline())


@contextmanager
def demo(data_dir: Path, port: int, sandbox_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`threadline demo`; its standard output tells when it is ready."""
    given = {
        "THREADLINE_DATA_DIR": str(data_dir),
        "THREADLINE_PORT": str(port),
        "SANDBOX_PORT": str(sandbox_port),
    }
    process = subprocess.Popen(
        [THREADLINE, "demo"],
        env=environment(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    with _ended(process):
        yield process


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_setting(name: str) -> bool:
    return name.startswith("THREADLINE_") or name in ("PORT", "SANDBOX_PORT")


def _port_in(line: bytes) -> int:
    found = _PORT.search(line)
    if found is None:
        raise ProcessFailed(line.decode(errors="replace").strip() or "a process ended before it listened")
    return int(found[1])


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
