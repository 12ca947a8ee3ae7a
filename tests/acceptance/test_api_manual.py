"""The lines of docs/api.md run as they are printed, from top to bottom, and do what the page says."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.acceptance.calls import quoted, shell
from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import PATIENCE
from tests.checks.source import ROOT

MANUAL: Final = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
PDF: Final = b"%PDF-1.7\n" + bytes(range(256)) * 20
NOTE: Final = bytes(5_000)

WITHOUT_A_LINE: Final = {
    "POST /api/session": "takes the cookies of a real browser",
    "DELETE /api/session": "ends what every later line needs",
    "POST /api/conversations/{}/mute": "is always refused",
    "HEAD /api/attachments/{}": "is a GET without the file",
}
"""Routes of a tenant that the page shows no line for, and why."""

_SEPARATOR: Final = "\x1e"


@dataclass(frozen=True)
class Followed:
    """What came of following the page, and both sides of it."""

    printed: dict[str, list[Any]]
    """By the heading below which a block stands: the answers that its lines printed."""
    folder: Path
    """Where the lines were run."""
    demo: RunningDemo

    def in_mailbox(self, who: str, text: str) -> list[dict[str, Any]]:
        """The messages with exactly this text in somebody's mailbox at the other side."""
        answer = self.demo.sandbox.get(f"/sandbox/mailboxes/{who}/messages?text={quoted(text)}")
        found: list[dict[str, Any]] = answer.json["messages"]
        return found


def blocks() -> list[tuple[str, str]]:
    """Each block of lines with the heading that it stands below."""
    found: list[tuple[str, str]] = []
    for section in re.split(r"^#+ (?=.*$)", MANUAL, flags=re.MULTILINE):
        heading = section.partition("\n")[0]
        found += [(heading, block) for block in re.findall(r"^```sh\n(.*?)^```$", section, re.M | re.S)]
    return found


def answers(text: str) -> list[Any]:
    """The JSON documents that stand in a text one after another."""
    decoder, found, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        found.append(document)
        rest = rest[end:].strip()
    return found


@pytest.fixture(scope="session")
def followed(running_demo: RunningDemo, tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """Every line of the page, run in one shell by somebody who has the two files at hand."""
    folder = tmp_path_factory.mktemp("manual")
    (folder / "offer.pdf").write_bytes(PDF)
    (folder / "note.m4a").write_bytes(NOTE)
    headings = [heading for heading, _ in blocks()]
    script = f"printf '{_SEPARATOR}'\n".join(block for _, block in blocks())
    assert script.startswith("BASE=http://127.0.0.1:8080 ")
    script = script.replace("http://127.0.0.1:8080", running_demo.caller.base_url)
    done = shell(f"set -xuo pipefail\ncd '{folder}'\n{script}", {}, 3 * PATIENCE)
    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    printed: dict[str, list[Any]] = {}
    for heading, text in zip(headings, done.stdout.split(_SEPARATOR), strict=True):
        printed.setdefault(heading, []).extend(answers(text))
    return Followed(printed, folder, running_demo)


@pytest.mark.promise("main-job.10.manual-lines")
def test_every_line_of_the_page_succeeds(followed: Followed) -> None:
    told = [answer for answered in followed.printed.values() for answer in answered]
    assert len(told) > 40
    assert [answer for answer in told if not answer["success"]] == []


@pytest.mark.promise("main-job.10.manual-lines")
def test_every_route_of_a_tenant_has_its_line(running_demo: RunningDemo) -> None:
    served = {
        f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path)}"
        for path, methods in running_demo.caller.get("/api/openapi.json").json["paths"].items()
        for method in methods
        if not path.startswith("/api/admin/")
    }
    shown = "\n".join(block for _, block in blocks()).replace("\\\n", " ")
    run = {
        f"{method_of(line)} {re.sub(r'[$][A-Z]+|(?<=profile/)janesmith', '{}', target)}"
        for line in shown.splitlines()
        for target in re.findall(r'"\$BASE(/api/[^?"]*)', line)
    }
    assert sorted(served - run) == sorted(WITHOUT_A_LINE)
    assert "/api/profile/me" in shown


def test_what_was_sent_is_at_the_other_side(followed: Followed) -> None:
    [plain] = followed.in_mailbox("janesmith", "Hi Jane, shall we say Tuesday?")
    [quoting] = followed.in_mailbox("janesmith", "Jane Smith, as said")
    assert plain["from"] == quoting["from"] == "ada-demo"
    assert quoting["content"] == ["repliedMessageContent"]
    assert followed.in_mailbox("imani-fellow", "Are you at the meeting?")
    [inmail] = followed.in_mailbox("targetperson", "I would like to ask about the second half.")
    assert inmail["from"] == "grace-demo"
    [answer] = followed.printed["`POST /api/send-inmail`"]
    [credits] = followed.printed["`GET /api/inmail/credits`"]
    assert answer["data"]["creditsLeft"] == credits["data"]["credits"]
    threads = followed.demo.sandbox.get("/sandbox/accounts/grace/sales-threads").text
    assert "Is there a place left?" in threads


@pytest.mark.promise("sends.idempotency", "sends.queue")
def test_a_key_used_twice_sent_one_message_and_what_was_cancelled_did_not_leave(
    followed: Followed,
) -> None:
    first, second = followed.printed["Sending"]
    assert first["data"] == second["data"]
    assert len(followed.in_mailbox("janesmith", "Thank you for your order")) == 1
    [listed] = followed.printed["`GET /api/sends`"]
    # The README's tour, which may have run in the same demo, leaves one in the queue.
    [waiting] = [one for one in listed["data"]["sends"] if "sendAt" in one]
    assert (waiting["waitsFor"], waiting["expectedAt"]) == ("send_at", waiting["sendAt"])
    [changed] = followed.printed["`PATCH /api/sends/{sendId}`"]
    assert changed["data"]["message"] == "Good afternoon, Jane"
    released, cancelled = followed.printed["`POST /api/sends/{sendId}/release`"]
    assert (released["data"]["status"], cancelled["data"]["status"]) == ("queued", "cancelled")
    for text in ("Good morning, Jane", "Good afternoon, Jane", "To be read over"):
        assert followed.in_mailbox("janesmith", text) == []


@pytest.mark.promise("media.upload")
def test_files_go_up_in_both_forms_and_come_down_whole_and_in_part(followed: Followed) -> None:
    [offer] = followed.in_mailbox("janesmith", "Our offer")
    assert offer["content"] == ["file", "audio"]
    assert (followed.folder / "received.pdf").read_bytes() == PDF
    assert (followed.folder / "beginning.part").read_bytes() == PDF[:1024]
    [sent] = followed.printed["`POST /api/attachments`"]
    pdf, voice = sent["data"]["attachments"]
    assert (pdf["name"], pdf["byteSize"], pdf["kind"]) == ("offer.pdf", len(PDF), "file")
    assert (voice["mediaType"], voice["byteSize"], voice["kind"]) == ("audio/mp4", len(NOTE), "voice")


def test_the_message_was_edited_reacted_to_and_taken_back(followed: Followed) -> None:
    answered = followed.printed["`GET /api/messages/{messageUrn}/reactions`"]
    edited, reacted, reactors, unreacted, recalled = (answer["data"] for answer in answered)
    assert (edited["text"], edited["renderFormat"]) == ("See you at eleven", "EDITED")
    assert [one["count"] for one in reacted["reactions"]] == [1]
    assert [one["fullName"] for one in reactors["reactions"][0]["people"]] == ["Ada Demo"]
    assert unreacted["reactions"] == []
    assert (recalled["text"], recalled["renderFormat"]) == ("", "RECALLED")
    thread = quoted(recalled["conversationId"])
    shown = followed.demo.sandbox.get(f"/sandbox/mailboxes/ada/messages?thread={thread}").json["messages"]
    [there] = [one for one in shown if one["messageUrn"] == recalled["messageUrn"]]
    assert there["format"] == "RECALLED"


def test_the_group_was_renamed_left_and_deleted_for_its_owner_alone(followed: Followed) -> None:
    renamed, joined, removed, deleted = (answer["data"] for answer in followed.printed["Group chats"])
    assert renamed["title"] == "Lisbon in June"
    assert "John Doe" in [one["fullName"] for one in joined["participants"]]
    assert "John Doe" not in [one["fullName"] for one in removed["participants"]]
    group = deleted["conversationId"]
    assert followed.demo.caller.get(f"/api/conversations/{quoted(group)}").status == 404
    kept = followed.demo.sandbox.get(f"/sandbox/mailboxes/sarah-chen/messages?thread={quoted(group)}")
    assert "Shall we travel together?" in [one["text"] for one in kept.json["messages"]]


def method_of(line: str) -> str:
    """The method that curl uses for a line."""
    named = re.search(r"-X ([A-Z]+)", line)
    if named is not None:
        return named[1]
    return "POST" if re.search(r" (-d|-F|--data-binary) ", line) else "GET"
