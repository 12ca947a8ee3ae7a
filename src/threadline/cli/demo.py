"""`threadline demo`: a gateway beside a simulated LinkedIn, with three accounts linked."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from threadline.store.ownership import FolderInUse, Ownership

ACCOUNTS = ("ada", "grace", "alan")
_PATIENCE_SECONDS = 20
_POLL_SECONDS = 0.02
_PID_FILE = "sandbox.pid"
_LOCK = "demo.lock"

_BANNER = """
Threadline is ready on http://127.0.0.1:{port}, beside a simulated LinkedIn on http://127.0.0.1:{sandbox_port}.
Linked accounts: ada (the default), grace, alan. Everything in it is made up, and nothing leaves this machine.

  export BASE=http://127.0.0.1:{port} KEY=demo_key USER=ada

  # the inbox
  curl -H "Authorization: Bearer $KEY" -H "X-User-Id: $USER" "$BASE/api/conversations?limit=5"

  # write to Jane, who answers within seconds
  curl -X POST "$BASE/api/send" -H "Authorization: Bearer $KEY" -H "X-User-Id: $USER" \\
    -H "Content-Type: application/json" \\
    -d '{{"profileUrl": "https://www.linkedin.com/in/janesmith/", "message": "Hello Jane"}}'

  # the conversation with her
  curl -H "Authorization: Bearer $KEY" -H "X-User-Id: $USER" \\
    "$BASE/api/messages?profileUrl=https://www.linkedin.com/in/janesmith/&limit=5"

Data: {folder} (begin anew with --fresh). Stop with Ctrl-C.
"""


@dataclass(frozen=True)
class Demo:
    """What a demo is asked for."""

    port: int
    sandbox_port: int
    folder: Path
    fresh: bool


def run(demo: Demo) -> None:
    """Run until SIGTERM, or SIGINT unless that is ignored; ends with status 2 when it cannot start."""
    # Until the gateway takes its signals over, SIGTERM too must end the sandbox that is started here.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _take_folder(demo.folder)
    # The sandbox starts at once, in a process of its own, while this one still imports.
    running, ours = _running_sandbox(demo.sandbox_port), _left_running(demo)
    if demo.fresh:
        if running is not None and running == ours:
            _end(running)
            running = None
        _empty(demo.folder)
    try:
        with _signals_held_back():
            if running is None:
                running = ours = _start_sandbox(demo)
        _run_gateway(demo)
    finally:
        if running is not None and running == ours:
            _end(running)
            (demo.folder / _PID_FILE).unlink(missing_ok=True)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let SIGINT and SIGTERM strike only after the block, when what it started is known and can be ended."""
    came: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, lambda one, _: came.append(one)) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def _take_folder(folder: Path) -> None:
    """Hold the folder until this process ends; no demo and no gateway may be running on it."""
    gateway = Ownership(folder)
    try:
        Ownership(folder, _LOCK).take()
        gateway.take()
    except FolderInUse as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2) from None
    except OSError as error:
        sys.stderr.write(f"{folder} cannot be used: {error.strerror}. Choose another with --data-dir.\n")
        raise SystemExit(2) from None
    gateway.release()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.endswith(".lock"):
            path.unlink()


def _run_gateway(demo: Demo) -> None:
    from threadline.cli import demo_gateway

    demo_gateway.run(demo)


def banner(demo: Demo, port: int) -> str:
    """What a person sees when everything is ready."""
    return _BANNER.format(port=port, sandbox_port=demo.sandbox_port, folder=demo.folder)


def _start_sandbox(demo: Demo) -> int:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", demo.sandbox_port)) == 0:
            sys.stderr.write(
                f"Port {demo.sandbox_port} is taken by another program. "
                "Stop it, or choose another port with SANDBOX_PORT.\n"
            )
            raise SystemExit(2)
    log = (demo.folder / "sandbox.log").open("ab")
    # A gateway that dies leaves the network running, and the next demo finds it again.
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "threadline.sandbox",
            "--port",
            str(demo.sandbox_port),
            "--keep",
            str(demo.folder / "sandbox.journal"),
        ],
        stdout=log,
        stderr=log,
        stdin=subprocess.DEVNULL,
        # Ctrl-C is for the gateway, which ends the sandbox when it needs it no longer.
        process_group=0,
    )
    log.close()
    (demo.folder / _PID_FILE).write_text(f"{process.pid}\n", encoding="ascii")
    return process.pid


def _left_running(demo: Demo) -> int | None:
    """The process id of the sandbox that the last demo of this folder started, if it did not end it."""
    try:
        return int((demo.folder / _PID_FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return None


def _running_sandbox(port: int) -> int | None:
    """The process id of the sandbox that answers on `port`, if one does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sandbox/health", timeout=2) as answer:
            health = msgspec.json.decode(answer.read())
    except (urllib.error.URLError, msgspec.DecodeError, OSError):
        return None
    pid = health.get("pid") if isinstance(health, dict) else None
    return pid if isinstance(pid, int) else None


async def sandbox_answers(port: int) -> bool:
    """Whether the sandbox answers, waiting for it as long as it may take to start."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if await asyncio.to_thread(_running_sandbox, port) is not None:
            return True
        await asyncio.sleep(_POLL_SECONDS)
    return False


def _end(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0] == pid:
                return
        except ChildProcessError:
            if not Path(f"/proc/{pid}").exists():
                return
        time.sleep(_POLL_SECONDS)
