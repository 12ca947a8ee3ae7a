"""The README's one-minute tour runs as it is printed, and the risk stands before its first command."""

import re
from pathlib import Path

import pytest

from tests.acceptance.calls import shell
from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import PATIENCE

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def _blocks(section: str) -> list[str]:
    """The shell blocks below a heading."""
    below = README.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```bash\n(.*?)^```$", below, re.MULTILINE | re.DOTALL)


def test_every_curl_line_of_the_tour_succeeds(running_demo: RunningDemo) -> None:
    blocks = _blocks("One minute")
    assert sum(block.count("curl ") for block in blocks) >= 6
    script = "\n".join(blocks)
    for printed, here in (
        ("http://127.0.0.1:8080", running_demo.caller.base_url),
        ("http://127.0.0.1:8081", running_demo.sandbox.base_url),
    ):
        assert printed in script
        script = script.replace(printed, here)
    done = shell(script, {}, PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"status":"sent"' in done.stdout


@pytest.mark.promise("design.never.no-hiding")
def test_the_risk_stands_before_the_first_command() -> None:
    first_command = README.index("```")
    risk = README.index("LinkedIn's terms forbid unofficial automated access")
    assert risk < first_command
    assert "that risk is the account owner's alone" in README[risk:first_command].replace("\n> ", " ")
