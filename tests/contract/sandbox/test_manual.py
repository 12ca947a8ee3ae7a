"""The commands of docs/sandbox.md are run as they stand."""

import asyncio
import re
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.contract.sandbox.client import PATIENCE, SandboxClient
from threadline.sandbox.admin.acts import ROUTES

MANUAL = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """The blocks that call a running sandbox."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if block.startswith(("S=", "H="))]


@pytest.mark.parametrize("block", commands(), ids=lambda block: block.splitlines()[1][:30])
async def test_every_command_of_the_manual_succeeds(sandbox: SandboxClient, block: str) -> None:
    script = block.replace("http://127.0.0.1:8081", sandbox.base_url).replace("curl -fsS ", "curl ")
    script = "set -euo pipefail\n" + script.replace("curl ", "curl -fsS ")
    process = await asyncio.create_subprocess_exec("bash", "-c", script, stdout=PIPE, stderr=PIPE)
    async with asyncio.timeout(3 * PATIENCE):
        _, errors = await process.communicate()
    assert (process.returncode, errors.decode()) == (0, "")


def test_every_act_of_a_person_has_its_command() -> None:
    told = "\n".join(commands())
    acts = [path.rpartition("/")[2] for _, path, _ in ROUTES]
    assert [act for act in acts if not re.search(rf"/people/[\w-]+/{act}\"", told)] == []
