"""The Makefile, the continuous run and the requirement files do what the README says of them."""

import os
import re
import subprocess

from tests.checks.source import ROOT

TARGETS = ("demo", "serve", "test", "check", "bench", "requirements", "clean")


def test_make_alone_prints_a_line_of_help_for_every_target() -> None:
    printed = subprocess.run(
        ["make", "-s", "-C", str(ROOT)], capture_output=True, text=True, check=True
    ).stdout
    listed = re.findall(r"^ +make (\w+) +\S.*\.$", printed, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed == phony[0].split()
    assert set(TARGETS) < set(listed)


def test_the_continuous_run_can_be_run_and_calls_the_tests_and_the_checks() -> None:
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert "for target in test check" in run.read_text()


def test_the_runtime_is_the_same_under_test_as_in_use() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^([\w.-]+(?:\[[\w,]+\])?==\S+)", text, re.MULTILINE))

    runtime, development = pins("runtime.txt"), pins("development.txt")
    assert runtime
    assert runtime <= development


def test_every_pinned_requirement_carries_a_hash() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        for entry in re.split(r"\n(?=\S)", path.read_text().strip()):
            assert re.match(r"[\w.-]+(\[[\w,]+\])?==", entry), f"{path.name} pins nothing in {entry[:60]!r}"
            assert "--hash=sha256:" in entry, f"{path.name} has no hash for {entry.split()[0]}"
