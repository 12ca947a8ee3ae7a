"""The one owner of a data folder."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from threadline.store.ownership import FolderInUse, Ownership

OWNER = """
import sys
from pathlib import Path
from threadline.store.ownership import Ownership
ownership = Ownership(Path(sys.argv[1]))
ownership.take()
print("taken", flush=True)
sys.stdin.read()
"""


@contextmanager
def owning_process(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that owns `folder` until its input ends."""
    command = [sys.executable, "-c", OWNER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process


def test_a_folder_is_refused_while_another_process_owns_it_and_the_refusal_says_what_to_do(
    tmp_path: Path,
) -> None:
    with owning_process(tmp_path), pytest.raises(FolderInUse, match=r"in use.*THREADLINE_DATA_DIR"):
        Ownership(tmp_path).take()
    ownership = Ownership(tmp_path)
    ownership.take()
    ownership.release()


def test_a_refused_process_leaves_the_owner_its_lock(tmp_path: Path) -> None:
    with owning_process(tmp_path):
        for _ in range(3):
            refused = Ownership(tmp_path)
            with pytest.raises(FolderInUse):
                refused.take()
            refused.release()


def test_an_owner_that_is_killed_leaves_the_folder_free(tmp_path: Path) -> None:
    with owning_process(tmp_path) as owner:
        os.kill(owner.pid, signal.SIGKILL)
        owner.wait(20)
        ownership = Ownership(tmp_path)
        ownership.take()
        ownership.release()


def test_one_process_does_not_own_a_folder_twice(tmp_path: Path) -> None:
    first = Ownership(tmp_path)
    first.take()
    with pytest.raises(FolderInUse):
        Ownership(tmp_path).take()
    first.release()
    first.release()
    again = Ownership(tmp_path)
    again.take()
    again.release()


def test_a_program_started_by_the_owner_does_not_keep_the_folder(tmp_path: Path) -> None:
    ownership = Ownership(tmp_path)
    ownership.take()
    command = [sys.executable, "-c", "import sys; print('up', flush=True); sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        ownership.release()
        other = Ownership(tmp_path)
        other.take()
        other.release()


def test_the_lock_makes_the_folder_and_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    ownership = Ownership(folder)
    ownership.take()
    ownership.release()
    (lock,) = folder.iterdir()
    assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_two_folders_have_two_owners(tmp_path: Path) -> None:
    owners = [Ownership(tmp_path / name) for name in ("one", "two")]
    for owner in owners:
        owner.take()
    for owner in owners:
        owner.release()
