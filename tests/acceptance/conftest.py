"""One demo for every test that changes little; tests that stop, kill or break something start their own."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.acceptance.calls import Caller
from tests.acceptance.processes import Program, demo, free_port, until


@dataclass(frozen=True)
class RunningDemo:
    """A demo with its accounts linked, and both of its sides."""

    program: Program
    caller: Caller
    """The main API, as `ada` of the sandbox tenant."""
    sandbox: Caller
    """The simulated LinkedIn; its admin API stands under /sandbox/."""

    @property
    def environment(self) -> dict[str, str]:
        """What a person exports before the first curl line."""
        return {"BASE": self.caller.base_url, "KEY": "demo_key", "USER": "ada"}


@pytest.fixture(scope="session")
def running_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """`threadline demo`, ready, with the past of its accounts stored."""
    folder, port = tmp_path_factory.mktemp("shared") / "demo", free_port()
    with demo(folder, sandbox_port=port) as program:
        caller = Caller(program.base_url, key="demo_key", user="ada")
        until(lambda: caller.get("/api/session/capabilities").data["state"] == "connected")
        yield RunningDemo(program, caller, Caller(f"http://127.0.0.1:{port}"))
