"""The product's commands as processes of their own, each waited for with a limit and cleaned up at the end.

Above: the tests of this folder. Below: `tests/acceptance/calls.py`, by which readiness is asked for.
What a process wrote is kept in a file beside its data, and shown when a test fails.
"""

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.acceptance.calls import Caller, NoAnswer

PATIENCE: Final = 30.0
"""Seconds after which a wait for something that must come is given up."""

THREADLINE: Final = Path(sys.executable).with_name("threadline")

_POLL_SECONDS: Final = 0.01
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOWN_CHARACTERS: Final = 6_000
_PORTS: Final = range(20_000, 32_000)
"""Below the ports that outgoing connections take, so that none takes one while its owner is down."""


class Program:
    """A command of ours that runs, or ran."""

    def __init__(
        self,
        arguments: list[str],
        log: Path,
        *,
        base_url: str = "",
        readiness: str = "/health",
        environment: Mapping[str, str] | None = None,
        ignoring: Collection[signal.Signals] = (),
    ) -> None:
        """Start it at once.

        log: the file that takes what it writes, appended to; ignoring: the signals that it is started to
        ignore, as by `nohup` or as what a script puts into the background.
        """
        self.log = log
        self.base_url = base_url
        self._readiness = readiness
        with log.open("ab") as output, _started_with(ignoring):
            self.process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=clean_environment(environment or {}),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.base_url.rpartition(":")[2])

    @property
    def written(self) -> str:
        """What it and its predecessors with the same log wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def ignored(self) -> set[signal.Signals]:
        """Which of the signals that end a program it ignores now."""
        found = re.search(r"^SigIgn:\s+(\w+)$", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        assert found is not None
        return {number for number in _ENDING if int(found[1], 16) >> (number - 1) & 1}

    @property
    def resident_bytes(self) -> int:
        """How much memory it holds."""
        found = re.search(r"^VmRSS:\s+(\d+) kB$", Path(f"/proc/{self.pid}/status").read_text(), re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024

    def until_ready(self) -> None:
        """Wait until it answers; fails when it ends, or does not answer in time."""
        caller = Caller(self.base_url, timeout=2)

        def answers() -> bool:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.written}"
            try:
                return caller.get(self._readiness).status == 200
            except NoAnswer:
                return False

        until(answers)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, and answer its exit status."""
        self.process.send_signal(number)
        return self.ended()

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.ended()

    def ended(self) -> int:
        """Its exit status, once it has ended."""
        return self.process.wait(PATIENCE)


def until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Wait until `condition` holds; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, f"{condition} did not come to hold within {patience} s"
        time.sleep(_POLL_SECONDS)


def free_port() -> int:
    """A port that nobody listens on."""
    while True:
        port = random.choice(_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def clean_environment(added: Mapping[str, str]) -> dict[str, str]:
    """The environment without any setting of ours, and with what is given."""
    ours = ("THREADLINE_", "PORT", "SANDBOX_PORT")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | dict(added)


def settings(folder: Path, **more: object) -> dict[str, str]:
    """The environment of a gateway that keeps its data in `folder`; names as in docs/settings.md."""
    given = {"data_dir": folder, "sandbox_keys": True, "backfill_pause_seconds": 0, **more}
    return {f"THREADLINE_{name.upper()}": str(value) for name, value in given.items()}


def command(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a short command of ours to its end; given: what is typed."""
    return subprocess.run(
        [THREADLINE, *arguments],
        input=given,
        capture_output=True,
        text=True,
        env=clean_environment(environment),
        timeout=PATIENCE,
        start_new_session=True,
    )


@contextmanager
def sandbox(folder: Path, *arguments: str, port: int | None = None) -> Iterator[Program]:
    """A simulated LinkedIn that answers."""
    chosen = port or free_port()
    program = Program(
        [sys.executable, "-m", "threadline.sandbox", "--port", str(chosen), *arguments],
        folder / "sandbox.log",
        base_url=f"http://127.0.0.1:{chosen}",
        readiness="/sandbox/health",
    )
    with _cleaned_up(program):
        program.until_ready()
        yield program


@contextmanager
def gateway(
    folder: Path, linkedin_url: str, *, port: int | None = None, ready: bool = True, **more: object
) -> Iterator[Program]:
    """`threadline serve` on the data in `folder`; more: settings. ready: wait until it answers."""
    chosen = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    program = Program(
        [str(THREADLINE), "serve"],
        folder / "serve.log",
        base_url=f"http://127.0.0.1:{chosen}",
        environment=settings(folder, port=chosen, linkedin_url=linkedin_url, **more),
    )
    with _cleaned_up(program):
        if ready:
            program.until_ready()
        yield program


@contextmanager
def demo(
    folder: Path,
    *arguments: str,
    port: int | None = None,
    sandbox_port: int | None = None,
    ready: bool = True,
    ignoring: Collection[signal.Signals] = (),
    **environment: str,
) -> Iterator[Program]:
    """`threadline demo` on the data in `folder`, and the sandbox that it starts or finds."""
    chosen = port or free_port()
    given = ["--port", str(chosen), "--sandbox-port", str(sandbox_port or free_port())]
    program = Program(
        [str(THREADLINE), "demo", *given, "--data-dir", str(folder), *arguments],
        folder.with_name(f"{folder.name}.log"),
        base_url=f"http://127.0.0.1:{chosen}",
        environment=environment,
        ignoring=ignoring,
    )
    try:
        with _cleaned_up(program):
            if ready:
                program.until_ready()
            yield program
    finally:
        end_sandbox_of(folder)


def sandbox_of(folder: Path) -> int | None:
    """The process id of the sandbox that a demo left running in `folder`, if one runs."""
    try:
        pid = int((folder / "sandbox.pid").read_text())
        started = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    # The number may belong to another program by now.
    return pid if b"threadline.sandbox" in started and bytes(folder) in started else None


def runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def end_sandbox_of(folder: Path) -> None:
    """End the sandbox that a killed demo left running, if it did."""
    pid = sandbox_of(folder)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def _started_with(ignoring: Collection[signal.Signals]) -> Iterator[None]:
    """What is started in the block ignores these signals and no other, however the tests were started."""

    def pass_over(_number: int, _frame: object) -> None:
        """Ignore it without handing that on: what is handled here is at its default after `exec`."""

    before = {number: signal.getsignal(number) for number in _ENDING}
    for number, handler in before.items():
        if number in ignoring:
            signal.signal(number, signal.SIG_IGN)
        elif handler is signal.SIG_IGN:
            signal.signal(number, pass_over)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is not handler:
                signal.signal(number, handler)


@contextmanager
def _cleaned_up(program: Program) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sys.stderr.write(f"--- {program.log.name}\n{program.written[-_SHOWN_CHARACTERS:]}\n")
        raise
    finally:
        if program.process.poll() is None:
            program.kill()
