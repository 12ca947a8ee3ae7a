"""What people of the simulated LinkedIn do is soon shown by the API, through real processes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.acceptance.calls import quoted
from tests.acceptance.conftest import RunningDemo
from tests.acceptance.processes import until

SARAH: Final = "sarah-chen"
"""She answers nobody, so that nothing happens but what is asked for."""

pytestmark = pytest.mark.promise("main-job.9.people-acting")


@dataclass(frozen=True)
class Watcher:
    """Makes people act in one conversation, and looks at it as its owner does."""

    demo: RunningDemo
    conversation_id: str

    def act(self, who: str, what: str, **body: Any) -> Any:
        """Somebody does something in the simulated LinkedIn; answers what it then is."""
        answer = self.demo.sandbox.post(f"/sandbox/people/{who}/{what}", **body)
        assert answer.status < 300, answer.text
        return answer.json

    def shown(self, source: str = "store") -> Any:
        """The conversation's newest messages; source: where they must have come from."""
        answer = self.demo.caller.get(f"/api/conversations/{quoted(self.conversation_id)}?limit=5")
        assert answer.headers["x-threadline-source"] == source
        return answer.data

    def message(self, message_id: str) -> Any:
        """One of its newest messages; an empty one when it is not among them."""
        shown = {one["messageId"]: one for one in self.shown()["messages"]}
        return shown.get(message_id, {"text": None})

    def listed(self) -> Any:
        """The conversation as the inbox lists it; an empty one when it does not."""
        listed = self.demo.caller.get("/api/conversations?limit=5").data["conversations"]
        found = {one["conversationId"]: one for one in listed}
        return found.get(self.conversation_id, {"title": None, "participants": []})

    def members(self) -> set[str]:
        """The full names of the others."""
        return {one["fullName"] for one in self.listed()["participants"]}


@pytest.fixture
def with_sarah(running_demo: RunningDemo) -> Watcher:
    """The conversation of ada and Sarah."""
    shown = running_demo.caller.get(f"/api/messages?profileUrl={SARAH}&limit=1").data
    return Watcher(running_demo, shown["conversationId"])


def written_by_sarah(watcher: Watcher, text: str) -> str:
    """The id of a new message of hers, once it is shown."""
    message_id: str = watcher.act(SARAH, "write", to="ada", text=text)["messageId"]
    until(lambda: watcher.message(message_id)["text"] == text)
    return message_id


def sent_by_ada(watcher: Watcher, text: str) -> str:
    """The id of a new message of ours."""
    watcher.demo.caller.post("/api/send", conversationId=watcher.conversation_id, message=text)
    newest = watcher.shown()["messages"][0]
    assert newest["text"] == text
    message_id: str = newest["messageId"]
    return message_id


def test_typing_is_shown_and_ends_with_the_message(with_sarah: Watcher) -> None:
    with_sarah.act(SARAH, "type", thread=with_sarah.conversation_id)
    until(lambda: [one["fullName"] for one in with_sarah.shown().get("typing", [])] == ["Sarah Chen"])
    written_by_sarah(with_sarah, "This is what I was typing")
    assert "typing" not in with_sarah.shown()


def test_a_reaction_is_shown_and_goes_again(with_sarah: Watcher) -> None:
    message_id = sent_by_ada(with_sarah, "React to this")
    with_sarah.act(SARAH, "react", message=message_id, emoji="👏")
    until(lambda: "reactions" in with_sarah.message(message_id))
    [reaction] = with_sarah.message(message_id)["reactions"]
    assert (reaction["emoji"], reaction["count"], reaction["viewerReacted"]) == ("👏", 1, False)
    with_sarah.act(SARAH, "unreact", message=message_id, emoji="👏")
    until(lambda: "reactions" not in with_sarah.message(message_id))


def test_an_edit_and_then_a_recall_are_shown(with_sarah: Watcher) -> None:
    message_id = written_by_sarah(with_sarah, "Helo Ada")
    with_sarah.act(SARAH, "edit", message=message_id, text="Hello Ada")
    until(lambda: with_sarah.message(message_id)["text"] == "Hello Ada")
    assert with_sarah.message(message_id)["edited"] is True
    with_sarah.act(SARAH, "recall", message=message_id)
    until(lambda: with_sarah.message(message_id).get("renderFormat") == "RECALLED")
    assert with_sarah.message(message_id)["text"] == ""


def test_a_receipt_is_shown_at_the_newest_own_message(with_sarah: Watcher) -> None:
    message_id = sent_by_ada(with_sarah, "Have you seen this?")
    assert "seenBy" not in with_sarah.message(message_id)
    with_sarah.act(SARAH, "read", thread=with_sarah.conversation_id)
    until(lambda: "seenBy" in with_sarah.message(message_id))
    assert [one["fullName"] for one in with_sarah.message(message_id)["seenBy"]] == ["Sarah Chen"]


@pytest.mark.promise("media.strangers-files")
def test_a_file_with_a_hostile_name_is_shown_and_given_out_under_a_safe_one(with_sarah: Watcher) -> None:
    sent = with_sarah.act(
        SARAH,
        "send-file",
        thread=with_sarah.conversation_id,
        kind="file",
        name="../../evil\u202egnp.exe",
        mediaType="text/html",
        base64="PGgxPkhpPC9oMT4=",
        text="Look at this",
    )
    until(lambda: with_sarah.message(sent["messageId"])["text"] == "Look at this")
    [file] = with_sarah.message(sent["messageId"])["attachments"]
    assert file["name"] == "evilgnp.exe"
    given = with_sarah.demo.caller.get(file["url"])
    assert given.text == "<h1>Hi</h1>"
    assert "evilgnp.exe" in given.headers["content-disposition"]
    assert given.headers["content-type"] == "application/octet-stream"


def test_a_groups_changes_are_shown(running_demo: RunningDemo) -> None:
    begun = running_demo.sandbox.post(
        "/sandbox/people/janesmith/groups", members=["ada", SARAH], title="Plans", text="Where to?"
    )
    group = Watcher(running_demo, begun.json["threadId"])
    until(lambda: group.listed()["title"] == "Plans")
    group.shown("linkedin")  # Whether more was written before it came is not known until it is read once.
    changes: tuple[tuple[str, str, dict[str, Any], Callable[[], bool]], ...] = (
        (SARAH, "rename", {"title": "Better plans"}, lambda: group.listed()["title"] == "Better plans"),
        ("janesmith", "add", {"members": ["grace"]}, lambda: "Grace Demo" in group.members()),
        ("janesmith", "remove", {"members": ["grace"]}, lambda: "Grace Demo" not in group.members()),
        (SARAH, "leave", {}, lambda: group.members() == {"Jane Smith"}),
    )
    for who, what, body, is_shown in changes:
        group.act(who, what, thread=group.conversation_id, **body)
        until(is_shown)
    told = {one["text"] for one in group.shown()["messages"] if one.get("renderFormat") == "SYSTEM"}
    assert "Sarah Chen left" in " ".join(told)
