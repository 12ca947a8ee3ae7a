"""A real PostgreSQL server for the tests: started in about a second, with a fresh database for whoever asks.

Above: `tests/conftest.py`, which starts one server per session when the first test asks for it.
Below: `tests/postgres_installation.py` (the binaries), `tests/postgres_keeper.py` (cleans up after a kill).
"""

import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from tests.postgres_installation import Installation, PostgresUnavailable, install

TIME_LIMIT: Final = 30.0
"""Seconds that a start or a stop may take."""

KEEPER: Final = Path(__file__).with_name("postgres_keeper.py")

INITDB_OPTIONS: Final = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-data-checksums",
    "--no-sync",
    "--no-instructions",
)

SETTINGS: Final = {
    # What is committed must outlive a crash of the server, not of the machine: the page cache is enough.
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "TimeZone": "UTC",
}

DURABLE: Final = {"fsync": "on", "full_page_writes": "on"}
"""What a server needs besides whose commits are to cost what they cost in earnest."""

STILL_HELD: Final = "is still in use"
"""What the server's log says when a killed predecessor's children have not ended yet."""


class PostgresServer:
    """One server on a port of its own on 127.0.0.1; whoever connects from there is trusted."""

    def __init__(self, installation: Installation, *, durable: bool = False) -> None:
        self.port: Final = _free_port()
        self.folder: Final = installation.folder
        self._installation = installation
        self._settings = {**SETTINGS, **(DURABLE if durable else {})}
        self._data = installation.make_folder("data")
        self._log = installation.folder / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        installation.run("initdb", "-D", str(self._data), *INITDB_OPTIONS)

    def dsn(self, database: str = "postgres") -> str:
        """The URL of a database, as `asyncpg.connect` takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def create_database(self, template: str = "template1") -> str:
        """Make a fresh database and return its URL.

        Args:
            template: the name of the database to copy; nobody may be connected to it.
        """
        name = f"threadline_{next(self._numbers)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.dsn(name)

    def drop_database(self, dsn: str) -> None:
        """Drop the database of this URL, cutting whoever is connected to it."""
        self._execute(f'DROP DATABASE "{database_name(dsn)}" WITH (FORCE)')

    def start(self) -> None:
        """Start on the data already there and return when connections are accepted.

        Raises:
            PostgresUnavailable: it ended, or was not ready within TIME_LIMIT; the message holds its log.
        """
        deadline = time.monotonic() + TIME_LIMIT
        while not self._comes_up(deadline):
            log = self._log.read_text(errors="replace")[-2000:]
            if STILL_HELD not in log or time.monotonic() > deadline:
                self.kill()
                raise PostgresUnavailable(f"postgres did not start\n{log}")

    def stop(self) -> None:
        """Cut every connection and end in good order; the data stays. Harmless when it is not running."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End at once, as a crash would; `start` brings it back with what was committed."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop, then start on the same port."""
        self.stop()
        self.start()

    def _comes_up(self, deadline: float) -> bool:
        self._log.write_bytes(b"")
        settings = {**self._settings, "port": str(self.port), "unix_socket_directories": str(self._data)}
        options = [f"--{name}={value}" for name, value in settings.items()]
        process = self._installation.spawn("postgres", "-D", str(self._data), *options, log=self._log)
        self._process = process
        while process.poll() is None and time.monotonic() < deadline:
            if self._reports_ready(process.pid):
                return True
            time.sleep(0.01)
        return False

    def _reports_ready(self, pid: int) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(number)
            process.wait(TIME_LIMIT)

    def _execute(self, statement: str) -> None:
        self._installation.run(
            "psql", "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-c", statement, self.dsn()
        )


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Install, start and in the end remove a server; it goes with the tests even when they are killed.

    Args:
        durable: whether what it commits is synced to the disk, which only measurements need.
    """
    installation = install()
    keeper = _spawn_keeper(installation.folder)
    try:
        server = PostgresServer(installation, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(installation.folder, ignore_errors=True)
        keeper.communicate(timeout=TIME_LIMIT)


def database_name(dsn: str) -> str:
    """The name of the database in a URL that `PostgresServer` gave out."""
    return dsn.rpartition("/")[2].partition("?")[0]


def _spawn_keeper(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", str(KEEPER), str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
