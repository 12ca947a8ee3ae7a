"""Files through real processes: 20 MiB pass in constant memory."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import PATIENCE

FILE_SIZE = 20 * 1024 * 1024
ALLOWED = 10 * 1024 * 1024
"""Bytes by which the gateway's process may grow at most: half of the file."""


def begin_peak(pid: int) -> int:
    """Begin the peak of a process's memory anew; answers where it begins, in bytes."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak(pid)


def peak(pid: int) -> int:
    """The most memory that a process has held since, in bytes."""
    found = re.search(r"^VmHWM:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1024


def send(demo: RunningDemo, attachment: str) -> None:
    """Send an uploaded file to Jane."""
    jane = "https://www.linkedin.com/in/janesmith/"
    sent = demo.caller.post("/api/send", profileUrl=jane, message="A file", attachments=[attachment])
    assert sent.data["success"]


@pytest.mark.promise("media.constant-memory", "media.byte-equal")
def test_20_mib_pass_through_a_real_gateway_byte_equal_and_in_constant_memory(
    running_demo: RunningDemo, tmp_path: Path
) -> None:
    big, back, pid = tmp_path / "big.zip", tmp_path / "back.zip", running_demo.program.pid
    with big.open("wb") as file:
        for number in range(FILE_SIZE // 32):
            file.write(hashlib.sha256(number.to_bytes(4, "big")).digest())
    address = f"{running_demo.caller.base_url}/api/attachments"
    allowed = [
        "curl",
        "-sS",
        "--fail-with-body",
        "-H",
        "Authorization: Bearer demo_key",
        "-H",
        "X-User-Id: ada",
    ]

    before = begin_peak(pid)
    told = subprocess.run(
        [*allowed, "-H", "X-File-Name: big.zip", "--data-binary", f"@{big}", address],
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    grown_up = peak(pid) - before
    uploaded = json.loads(told.stdout)["data"]["attachment"]
    assert uploaded["byteSize"] == FILE_SIZE
    send(running_demo, uploaded["id"])

    before = begin_peak(pid)
    subprocess.run([*allowed, "-o", back, f"{address}/{uploaded['id']}"], timeout=PATIENCE, check=True)
    grown_down = peak(pid) - before
    assert back.read_bytes() == big.read_bytes()
    assert max(grown_up, grown_down) < ALLOWED
