"""Files through real processes: the manual's lines run as printed, and 20 MiB pass in constant memory."""

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.calls import shell
from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import PATIENCE
from tests.checks.source import ROOT

FILE_SIZE = 20 * 1024 * 1024
ALLOWED = 10 * 1024 * 1024
"""Bytes by which the gateway's process may grow at most: half of the file."""


def manual_lines() -> list[str]:
    """The curl lines of the manual's section on attachments, each on one line."""
    section = (ROOT / "docs" / "api.md").read_text().partition("\n## Attachments\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line]


def run(demo: RunningDemo, line: str, **filled: str) -> str:
    """What a line prints."""
    done = shell(line, {**demo.environment, **filled}, PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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


@pytest.mark.promise("media.upload")
def test_the_manuals_lines_run_as_printed(running_demo: RunningDemo, tmp_path: Path) -> None:
    pdf = b"%PDF-1.7\n" + bytes(range(256)) * 20
    (tmp_path / "offer.pdf").write_bytes(pdf)
    (tmp_path / "note.m4a").write_bytes(bytes(5_000))
    raw, form, whole, part = manual_lines()
    here = f"cd '{tmp_path}' && "
    uploaded = json.loads(run(running_demo, here + raw))["data"]["attachment"]
    assert (uploaded["name"], uploaded["byteSize"]) == ("offer.pdf", len(pdf))
    voice = json.loads(run(running_demo, here + form))["data"]["attachment"]
    assert (voice["kind"], voice["duration"], voice["mediaType"]) == ("voice", 4200, "audio/mp4")
    send(running_demo, uploaded["id"])
    (tmp_path / "offer.pdf").unlink()
    run(running_demo, here + whole, ID=uploaded["id"])
    assert (tmp_path / "offer.pdf").read_bytes() == pdf
    run(running_demo, f"{here}{part} > part", ID=uploaded["id"])
    assert (tmp_path / "part").read_bytes() == pdf[:1024]


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
