"""Stopping in good order, starting again, and saying plainly why a start is not possible."""

import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.calls import Answer, Caller, NoAnswer
from tests.acceptance.processes import (
    Program,
    command,
    demo,
    free_port,
    gateway,
    runs,
    sandbox,
    sandbox_of,
    settings,
    until,
)

A_FEW_SECONDS = 5.0
LINKING = {
    "cookies": [{"name": "li_at", "value": "demo-ada"}, {"name": "JSESSIONID", "value": '"ajax:demo-ada"'}]
}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Program]:
    """A simulated LinkedIn that a test may freeze."""
    with sandbox(tmp_path) as program:
        yield program
        program.process.send_signal(signal.SIGCONT)


def stopped(program: Program, number: signal.Signals = signal.SIGTERM) -> int:
    """The exit status, which must come within a few seconds."""
    program.process.send_signal(number)
    return program.process.wait(A_FEW_SECONDS)


def linked(program: Program) -> Caller:
    """The main API as `ada`, linked and caught up."""
    caller = Caller(program.base_url, key="demo_key", user="ada")
    assert caller.ask("POST", "/api/session", LINKING).data["sessionValid"]
    until(lambda: caller.get("/api/session/capabilities").data["state"] == "connected")
    return caller


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_gateway_stops_with_a_slow_reader_and_a_slow_send_and_starts_again(
    network: Program, tmp_path: Path
) -> None:
    folder, port = tmp_path / "data", free_port()
    with gateway(folder, network.base_url, port=port, stop_seconds=1) as program:
        caller = linked(program)
        # So that her name is known, and the send itself is what waits.
        assert caller.get("/api/profile/janesmith").status == 200
        with socket.create_connection(("127.0.0.1", port)) as reader:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            reader.sendall(
                b"GET /api/export/inbox?months=120 HTTP/1.1\r\nHost: threadline\r\n"
                b"Authorization: Bearer demo_key\r\nX-User-Id: ada\r\n\r\n"
            )
            assert reader.recv(64)
            network.process.send_signal(signal.SIGSTOP)
            answers: list[Answer | NoAnswer] = []
            sender = threading.Thread(target=lambda: answers.append(_sent(caller)))
            sender.start()
            until(lambda: _states(folder) == ["sending"])
            assert stopped(program) == 0
        sender.join(A_FEW_SECONDS)
        assert is_free(port)
        [answer] = answers
        # Whoever waited was told that it is on its way, or was cut off; never that it failed.
        assert isinstance(answer, NoAnswer) or answer.status in {202, 503}, answer
    network.process.send_signal(signal.SIGCONT)
    with gateway(folder, network.base_url, port=port) as program:
        # The call had left: it is found by reading, and not made again.
        until(lambda: _states(folder) == ["sent"])
        assert "Traceback" not in program.written
        assert stopped(program) == 0
    told = Caller(network.base_url).get("/sandbox/mailboxes/janesmith/messages?text=Slow").json["messages"]
    assert len(told) == 1


def _sent(caller: Caller) -> Answer | NoAnswer:
    try:
        return caller.post("/api/send", profileUrl="https://www.linkedin.com/in/janesmith/", message="Slow")
    except NoAnswer as cut:
        return cut


def _states(folder: Path) -> list[str]:
    """The states of every send in the store."""
    with sqlite3.connect(f"file:{folder}/threadline.db?mode=ro", uri=True) as database:
        found = [str(state) for (state,) in database.execute("SELECT state FROM sends")]
    database.close()
    return found


def test_a_demo_stops_with_its_sandbox_and_starts_again_on_what_it_kept_or_anew(tmp_path: Path) -> None:
    folder, port, sandbox_port = tmp_path / "demo", free_port(), free_port()
    network = Caller(f"http://127.0.0.1:{sandbox_port}")
    with demo(folder, port=port, sandbox_port=sandbox_port) as program:
        caller = Caller(program.base_url, key="demo_key", user="ada")
        sent = caller.post("/api/send", profileUrl="janesmith", message="Keep me").data
        assert stopped(program, signal.SIGINT) == 0
        assert is_free(port)
        assert is_free(sandbox_port)
        assert sandbox_of(folder) is None
    with demo(folder, port=port, sandbox_port=sandbox_port) as program:
        kept = caller.get(f"/api/conversations/{sent['conversationId']}").data["messages"]
        assert [one["text"] for one in kept if one["messageUrn"] == sent["messageUrn"]] == ["Keep me"]
        assert len(network.get("/sandbox/mailboxes/ada/messages?text=Keep%20me").json["messages"]) == 1
        assert stopped(program, signal.SIGTERM) == 0
    with demo(folder, "--fresh", port=port, sandbox_port=sandbox_port) as program:
        shown = caller.get("/api/messages?profileUrl=janesmith").data["messages"]
        assert "Keep me" not in [one["text"] for one in shown]
        assert network.get("/sandbox/mailboxes/ada/messages?text=Keep%20me").json["messages"] == []
        assert stopped(program, signal.SIGHUP) == 0
        assert "Traceback" not in program.written


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_demo_that_is_stopped_while_it_starts_leaves_nothing_running(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder, sandbox_port = tmp_path / "demo", free_port()
    with demo(folder, sandbox_port=sandbox_port, ready=False) as program:
        until(lambda: _first_line(folder / "sandbox.pid").isdigit())
        network = int(_first_line(folder / "sandbox.pid"))
        stopped(program, number)
        until(lambda: not runs(network))
        assert is_free(sandbox_port)
        assert "Traceback" not in program.written


def test_a_demo_that_was_started_to_ignore_ctrl_c_and_hangups_goes_on_until_sigterm(tmp_path: Path) -> None:
    ignoring = {signal.SIGINT, signal.SIGHUP}
    with demo(tmp_path / "demo", ignoring=ignoring) as program:
        assert program.ignored == ignoring
        for number in ignoring:
            program.process.send_signal(number)
        assert Caller(program.base_url).get("/health").status == 200
        assert stopped(program, signal.SIGTERM) == 0


def _first_line(path: Path) -> str:
    """The first line of a file that may not be there yet."""
    try:
        return path.read_text().partition("\n")[0]
    except FileNotFoundError:
        return ""


def test_a_demo_finds_the_sandbox_of_one_that_was_killed(tmp_path: Path) -> None:
    folder, port, sandbox_port = tmp_path / "demo", free_port(), free_port()
    with demo(folder, port=port, sandbox_port=sandbox_port) as program:
        left = sandbox_of(folder)
        program.kill()
        assert left is not None
        assert sandbox_of(folder) == left
        with demo(folder, port=port, sandbox_port=sandbox_port) as second:
            assert sandbox_of(folder) == left
            assert stopped(second) == 0
        assert sandbox_of(folder) is None


def test_a_second_demo_on_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    folder, port, sandbox_port = tmp_path / "demo", free_port(), free_port()
    with demo(folder, port=port, sandbox_port=sandbox_port) as program:
        caller = Caller(program.base_url, key="demo_key", user="ada")
        for ports in ([port, sandbox_port], [free_port(), free_port()]):
            for more in ([], ["--fresh"]):
                chosen = ["--port", str(ports[0]), "--sandbox-port", str(ports[1])]
                refused = command("demo", *chosen, "--data-dir", str(folder), *more)
                said(refused, "in use by a running gateway")
        assert caller.post("/api/send", profileUrl="janesmith", message="Unharmed").status == 200
        assert stopped(program) == 0


def said(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """A command that could not start said why in a sentence or two, and ended with status 2."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert [word for word in words if word not in done.stderr] == []


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        said(command("serve", **settings(folder, port=port)), f"127.0.0.1:{port}", "THREADLINE_PORT")
        others = ["--data-dir", str(folder)]
        said(command("demo", "--port", str(port), "--sandbox-port", str(free_port()), *others), str(port))
        assert sandbox_of(folder) is None
        said(
            command("demo", "--port", str(free_port()), "--sandbox-port", str(port), *others), "SANDBOX_PORT"
        )
        said(command("sandbox", "--port", str(port)), str(port))


def test_a_folder_in_use_is_named(tmp_path: Path) -> None:
    with gateway(tmp_path / "data", "http://127.0.0.1:1"):
        refused = command("serve", **settings(tmp_path / "data", port=free_port()))
        said(refused, str(tmp_path / "data"), "THREADLINE_DATA_DIR")


def test_a_schema_of_a_newer_version_is_refused_by_every_command(tmp_path: Path) -> None:
    environment = settings(tmp_path / "data", port=free_port())
    assert command("accounts", "list", **environment).returncode == 0
    with sqlite3.connect(tmp_path / "data" / "threadline.db") as database:
        database.execute("INSERT INTO schema_migrations VALUES (99, 'later', 0)")
    database.close()
    for words in (["serve"], ["keys", "list"]):
        said(command(*words, **environment), "schema version 99")
    assert "schema version 99" in command("doctor", **environment).stdout


def test_every_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    wrong = {
        "port": "abc",
        "linkedin_url": "www.linkedin.com",
        "database_url": "mysql://localhost/threadline",
        "log_level": "loud",
        "backfill_days": "-1",
    }
    environment = settings(tmp_path / "data", **wrong)
    for words in (["serve"], ["accounts", "list"]):
        refused = command(*words, **environment)
        assert (refused.returncode, refused.stdout) == (2, "")
        named = [line.partition(":")[0] for line in refused.stderr.splitlines()]
        assert sorted(named) == sorted(f"THREADLINE_{name.upper()}" for name in wrong)
    examined = command("doctor", **environment)
    assert (examined.returncode, examined.stderr) == (1, "")
    assert [name for name in wrong if f"THREADLINE_{name.upper()}: " not in examined.stdout] == []


def test_a_master_key_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    short = settings(tmp_path / "data", master_key="abc")
    for words in (["serve"], ["keys", "list"]):
        said(command(*words, **short), "THREADLINE_MASTER_KEY", "64 hexadecimal characters")
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "master.key").write_text("spoilt")
    said(command("serve", **settings(tmp_path / "spoilt")), "master key", "master.key")


def test_a_database_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "threadline.db").write_bytes(b"not a database" * 1_000)
    spoilt = settings(tmp_path / "data", port=free_port())
    url = "postgresql://somebody:secret-word@127.0.0.1:1/threadline"
    unreachable = settings(tmp_path / "other", port=free_port(), database_url=url)
    for words in (["serve"], ["accounts", "list"]):
        said(command(*words, **spoilt), "not a database", "THREADLINE_DATA_DIR")
        refused = command(*words, **unreachable)
        said(refused, "THREADLINE_DATABASE_URL")
        assert "secret-word" not in refused.stderr
    (tmp_path / "file").write_text("in the way")
    said(command("serve", **settings(tmp_path / "file", port=free_port())), str(tmp_path / "file"))
    assert os.listdir(tmp_path / "data") != []
