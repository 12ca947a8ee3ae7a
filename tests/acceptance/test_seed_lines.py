"""The first seed's curl lines run as printed, with nothing but their placeholders filled.

A demo of its own: what is compared here is changed by what the other tests of the folder send.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.calls import Caller, quoted, shell
from tests.acceptance.processes import PATIENCE, demo, free_port, until
from tests.shapes import assert_shape, seed_curl_lines, seed_requests, seed_shape

JANE = "https://www.linkedin.com/in/janesmith/"
HELLO = "Hi Jane, great connecting with you. Would love to chat about your work at Acme."
AGAIN = "Following up on our conversation..."


class Reader:
    """A person at a terminal who follows the seed's page from top to bottom."""

    def __init__(self, base_url: str, sandbox: Caller) -> None:
        self.sandbox = sandbox
        self.api = Caller(base_url, key="demo_key", user="ada")
        self._environment = {"BASE": base_url, "KEY": "demo_key", "USER": "ada"}
        self._lines = seed_curl_lines()

    def run(self, name: str, **filled: str) -> Any:
        """The `data` that the line of a name is answered with; filled: what its placeholders stand for."""
        line = self._lines[name]
        for placeholder, value in filled.items():
            assert placeholder in line
            line = line.replace(placeholder, value)
        done = shell(line, self._environment, PATIENCE)
        assert done.returncode == 0, done.stdout + done.stderr
        answer = json.loads(done.stdout)
        assert_shape(answer, seed_shape("000-envelope"))
        assert (answer["success"], answer["statusCode"], answer["errors"]) == (True, 200, [])
        return answer["data"]

    def in_mailbox(self, who: str, text: str) -> list[dict[str, Any]]:
        """The messages with exactly this text in somebody's mailbox in the sandbox."""
        answer = self.sandbox.get(f"/sandbox/mailboxes/{who}/messages?text={quoted(text)}")
        found: list[dict[str, Any]] = answer.json["messages"]
        return found

    def texts_with_jane(self) -> list[str]:
        """The newest texts of the conversation with Jane, by our own API."""
        shown = self.api.get(f"/api/messages?profileUrl={JANE}&limit=5").data
        return [message["text"] for message in shown["messages"] if not message["fromMe"]]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    port = free_port()
    with demo(tmp_path / "demo", sandbox_port=port) as program:
        yield Reader(program.base_url, Caller(f"http://127.0.0.1:{port}"))


def test_every_line_of_the_page_is_at_hand() -> None:
    requests = seed_requests()
    lines = seed_curl_lines()
    assert set(lines) < set(requests)
    for name, line in lines.items():
        request = requests[name]
        assert ("-X POST" in line) == (request.method == "POST")
        assert line.count("-H ") == len(request.headers)
        assert [key for key in request.body if f'"{key}": ' not in line] == []


@pytest.mark.promise("main-job.2.seed-lines", "design.8.sandbox-through-the-connector")
def test_the_lines_from_sending_to_exporting_run_as_printed(reader: Reader) -> None:
    before = set(reader.texts_with_jane())
    sent = reader.run("send")
    assert_shape(sent, seed_shape("000-send-answer"))
    assert (sent["success"], sent["method"], sent["status"]) == (True, "api-direct", "sent")

    [in_hers] = reader.in_mailbox("janesmith", HELLO)
    [in_ours] = reader.in_mailbox("ada", HELLO)
    assert in_hers["from"] == "ada-demo"
    assert sent["messageUrn"] == in_ours["messageUrn"] != in_hers["messageUrn"]

    # Jane writes back after a second or two; the stream brings it, and only our own API is asked.
    until(lambda: bool(set(reader.texts_with_jane()) - before), patience=5)
    [answer] = set(reader.texts_with_jane()) - before
    assert reader.in_mailbox("janesmith", answer)

    jane = reader.sandbox.get("/sandbox/people/janesmith").json["profileUrn"]
    again = reader.run("send-with-urn", **{"urn:li:fsd_profile:ABC123": jane})
    assert (again["phase"], again["conversationId"]) == ("cache", sent["conversationId"])
    assert len(reader.in_mailbox("janesmith", AGAIN)) == 1

    primary = reader.run("list-primary")["conversations"]
    assert len(primary) == 20
    assert {one["category"] for one in primary} == {"PRIMARY_INBOX"}
    assert primary[0]["conversationId"] == sent["conversationId"]

    first = reader.run("list-first-page")
    second = reader.run("list-next-page", CURSOR_VALUE=first["nextCursor"])
    ids = [one["conversationId"] for page in (first, second) for one in page["conversations"]]
    assert len(ids) == len(set(ids)) == 40

    thread = reader.run("thread", CONVERSATION_URN=first["conversations"][0]["conversationUrn"])
    assert AGAIN in [message["text"] for message in thread["messages"]]
    with_jane = {one["messageId"] for one in reader.run("messages-with-person")["messages"]}
    # Jane may have answered once more between the two.
    assert {one["messageId"] for one in thread["messages"][:19]} <= with_jane

    [unread, *_] = [one for one in first["conversations"] + second["conversations"] if one["unreadCount"]]
    reader.run("mark-read", CONVERSATION_ID=unread["conversationId"])
    assert unread["conversationId"] not in reader.sandbox.get("/sandbox/mailboxes/ada/unread").json["unread"]

    exported = reader.run("export")["conversations"]
    [with_her] = [one for one in exported if one["conversationId"] == sent["conversationId"]]
    assert {HELLO, AGAIN, answer} <= {message["text"] for message in with_her["messages"]}
