"""The operator's commands, beside a running gateway and without one, and what they keep to themselves."""

import json
import os
import pty
import re
import stat
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.calls import Caller
from tests.acceptance.processes import (
    PATIENCE,
    THREADLINE,
    Program,
    clean_environment,
    command,
    free_port,
    gateway,
    sandbox,
    settings,
    until,
)

KEY = re.compile(r"^tl_\w{20,}$", re.MULTILINE)
KEY_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Operator:
    """Somebody at the machine of a gateway, which may be running."""

    def __init__(self, folder: Path, network: Program) -> None:
        self.folder = folder
        self.network = Caller(network.base_url)
        self.caller = Caller(f"http://127.0.0.1:{free_port()}")
        self.shown = ""
        """Everything that the commands printed."""
        self._port = int(self.caller.base_url.rpartition(":")[2])
        self._linkedin = network.base_url
        self._running = ExitStack()

    @property
    def environment(self) -> dict[str, str]:
        return settings(self.folder, port=self._port, linkedin_url=self._linkedin)

    def start(self, log_level: str = "info") -> Program:
        """Run the gateway."""
        running = gateway(self.folder, self._linkedin, port=self._port, log_level=log_level)
        return self._running.enter_context(running)

    def stop(self) -> None:
        """End the gateway, if it runs."""
        self._running.close()

    def types(self, *words: str, status: int = 0, **environment: str) -> str:
        """What a command prints, which ends with the given status."""
        done = command(*words, **self.environment | environment)
        self.shown += done.stdout + done.stderr
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def links(self, user: str, *cookies: str, status: int = 0) -> str:
        """What a terminal shows of linking, where the cookies are typed when they are asked for."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [THREADLINE, "accounts", "link", user],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=clean_environment(self.environment),
            start_new_session=True,
        )
        os.close(theirs)
        shown = b""
        try:
            for name, cookie in zip(("li_at", "JSESSIONID"), cookies, strict=True):
                while f"{name}: ".encode() not in shown:
                    shown += os.read(ours, 1_024)
                os.write(ours, f"{cookie}\n".encode())
            while piece := _read(ours):
                shown += piece
            assert process.wait(PATIENCE) == status, shown
        finally:
            process.kill()
            process.wait(PATIENCE)
            os.close(ours)
        self.shown += shown.decode()
        return shown.decode()

    def state(self, key: str, user: str) -> str:
        """The state of a user's account, by the running gateway's API."""
        told = self.caller.by(key=key, user=user).get("/api/session/capabilities").data["state"]
        return str(told)


def _read(terminal: int) -> bytes:
    """What a terminal shows next; nothing once its other side is closed."""
    try:
        return os.read(terminal, 1_024)
    except OSError:
        return b""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with sandbox(tmp_path_factory.mktemp("network")) as program:
        yield program


@pytest.fixture
def operator(tmp_path: Path, network: Program) -> Iterator[Operator]:
    somebody = Operator(tmp_path / "data", network)
    yield somebody
    somebody.stop()


def test_a_key_works_until_it_is_revoked_under_a_running_gateway(operator: Operator) -> None:
    operator.start()
    [key] = KEY.findall(operator.types("keys", "create", "my-program", "--tenant", "acme"))
    [other] = KEY.findall(operator.types("keys", "create", "reader", "--tenant", "acme", "--rights", "read"))
    accounts = "/api/accounts"
    assert operator.caller.by(key=key).get(accounts).status == 200
    listed = operator.types("keys", "list", "--tenant", "acme")
    assert ("my-program" in listed, key in listed) == (True, False)
    [of_my_program] = [line for line in listed.splitlines() if "my-program" in line]
    operator.types("keys", "revoke", KEY_ID.findall(of_my_program)[0], "--tenant", "acme")
    assert operator.caller.by(key=key).get(accounts).refusal == (401, "UNAUTHORIZED")
    assert operator.caller.by(key=other).get(accounts).status == 200
    assert "my-program" not in operator.types("keys", "list", "--tenant", "acme")
    assert "no such key" in operator.types("keys", "revoke", "nothing", "--tenant", "acme", status=2)


def test_keys_and_accounts_can_be_seen_to_while_no_gateway_runs(operator: Operator) -> None:
    [key] = KEY.findall(operator.types("keys", "create", "my-program"))
    assert "demo-grace" not in operator.links("me", "demo-grace", '"ajax:typed-grace"')
    assert "LinkedIn answers as Grace" in operator.types("doctor", THREADLINE_KEY=key)
    operator.start()
    until(lambda: operator.state(key, "me") == "connected")
    operator.stop()
    [line] = [line for line in operator.types("keys", "list").splitlines() if "my-program" in line]
    operator.types("keys", "revoke", KEY_ID.findall(line)[0])
    operator.types("accounts", "unlink", "me")
    operator.start()
    assert operator.caller.by(key=key).get("/api/accounts").refusal == (401, "UNAUTHORIZED")
    assert "unlinked" in operator.types("accounts", "list")


def test_an_account_is_linked_followed_examined_and_unlinked_under_a_running_gateway(
    operator: Operator,
) -> None:
    operator.start()
    [key] = KEY.findall(operator.types("keys", "create", "my-program"))
    assert "Linked me." in operator.links("me", "demo-grace", "ajax:typed-grace")
    until(lambda: operator.state(key, "me") == "connected")
    listed = operator.types("accounts", "list")
    assert ("me" in listed, "connected" in listed, "default" in listed) == (True, True, True)

    examined = operator.types("doctor", THREADLINE_KEY=key)
    assert [line for line in examined.splitlines() if not line.startswith("ok ")] == []
    assert "session default/me: LinkedIn answers as Grace" in examined
    operator.types("accounts", "unlink", "me")
    assert operator.caller.by(key=key, user="me").get("/api/conversations?limit=1").status == 200
    refused = operator.caller.by(key=key, user="me").post(
        "/api/send", profileUrl="janesmith", message="Not now"
    )
    assert refused.refusal == (401, "SESSION_EXPIRED")
    examined = operator.types("doctor", THREADLINE_KEY="tl_wrong", status=1)
    failed = [line.partition(":")[0] for line in examined.splitlines() if line.startswith("FAIL")]
    assert failed == ["FAIL  key", "FAIL  session default/me"]
    assert "is not proven" in operator.links("me", "no-such-session", "ajax:typed-grace", status=2)


def test_doctor_says_what_fails_and_what_to_do(operator: Operator) -> None:
    nowhere = operator.types("doctor", THREADLINE_LINKEDIN_URL="http://127.0.0.1:1", status=1)
    assert "FAIL  LinkedIn: http://127.0.0.1:1 cannot be reached" in nowhere
    assert "THREADLINE_LINKEDIN_URL" in nowhere
    operator.start()
    lost = operator.types("doctor", THREADLINE_PORT=str(free_port()), status=1)
    assert "FAIL  gateway" in lost
    assert "THREADLINE_PORT" in lost
    elsewhere = operator.network.base_url.rpartition(":")[2]
    assert "is not a gateway" in operator.types("keys", "list", THREADLINE_PORT=elsewhere, status=2)


def test_the_openapi_document_is_that_of_the_running_gateway(operator: Operator) -> None:
    document = json.loads(operator.types("openapi"))
    operator.start()
    assert operator.caller.get("/api/openapi.json").json == document
    assert document["openapi"].startswith("3.")
    assert "/api/send" in document["paths"]


def test_no_secret_and_no_message_text_stands_in_any_log_or_output(operator: Operator) -> None:
    program = operator.start(log_level="debug")
    [key] = KEY.findall(operator.types("keys", "create", "my-program"))
    operator.shown = ""
    operator.links("me", "demo-alan", "ajax:typed-alan")
    until(lambda: operator.state(key, "me") == "connected")
    api = operator.caller.by(key=key, user="me")
    jane = "https://www.linkedin.com/in/janesmith/"
    texts = ["What nobody else may read", "Neither may this be read", "Nor what could not be sent"]
    assert api.post("/api/send", profileUrl=jane, message=texts[0]).status == 200
    written = {"to": "alan", "text": texts[1]}
    assert operator.network.ask("POST", "/sandbox/people/janesmith/write", written).status < 300
    until(lambda: texts[1] in api.get(f"/api/messages?profileUrl={jane}").text)
    for kind in ("lose_answer", "server_error"):
        fault = {"account": "alan", "kind": kind, "count": 1, "endpoint": "createMessage"}
        assert operator.network.ask("POST", "/sandbox/faults", fault).status < 300
        api.ask("POST", "/api/send", {"profileUrl": jane, "message": texts[2]}, headers={"Prefer": "wait=1"})
    assert api.ask("POST", "/api/send", b'{"message": "' + texts[2].encode()).status == 400
    assert operator.caller.by(key=key + "x").get("/api/accounts").status == 401
    operator.types("doctor", THREADLINE_KEY=key)
    program.stop()

    token = (operator.folder / "operator.token").read_text().strip()
    master_key = (operator.folder / "master.key").read_text().strip()
    secrets = ["demo-alan", "ajax:typed-alan", key, token, master_key, *texts]
    assert "send did not go well" in program.written
    for where in (program.written, operator.shown):
        assert [secret for secret in secrets if secret in where] == []

    for path in operator.folder.iterdir():
        stored = path.read_bytes()
        assert [secret for secret in secrets[:3] if secret.encode() in stored] == [], path.name
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.suffix == ".log", path.name
