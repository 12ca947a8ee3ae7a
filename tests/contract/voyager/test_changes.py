"""Changes to messages and conversations: done at LinkedIn, seen by the others, stored and told once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing, quoted
from threadline.model import urns
from threadline.model.accounts import AccountState
from threadline.model.events import EventType

JANE = "https://www.linkedin.com/in/janesmith/"
SARAH = "https://www.linkedin.com/in/sarah-chen/"
GRACE = "https://www.linkedin.com/in/grace-demo/"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway that follows Ada and has caught up."""
    async with facing(tmp_path, started=True) as face:
        assert (await face.link()).data["sessionValid"]
        await face.rehearsal.until_state(AccountState.CONNECTED)
        yield face


async def sent(face: Face, text: str = "Hello", to: str = JANE) -> dict[str, Any]:
    """A message of Ada's that has just left."""
    answer = await face.send(profileUrl=to, message=text)
    found: dict[str, Any] = answer.data
    return found


async def in_mailbox(face: Face, vanity: str, message: dict[str, Any]) -> dict[str, Any]:
    """A message that was sent, as it stands in another person's mailbox."""
    thread = quoted(message["conversationId"])
    held = (await face.sandbox.told(f"mailboxes/{vanity}/messages?thread={thread}"))["messages"]
    message_id = urns.message_id(message["messageUrn"])
    found: dict[str, Any] = next(one for one in held if one["messageId"] == message_id)
    return found


async def told(face: Face, kind: EventType) -> list[dict[str, Any]]:
    """What the events of one kind say."""
    return [event.data for event in await face.rehearsal.events() if event.type is kind]


async def heard_of(face: Face, vanity: str) -> None:
    """Wait until the stream has told everything up to now: a message that is written last has arrived."""
    word = f"The last word of {vanity}"
    await face.rehearsal.writes(vanity, word)

    async def arrived() -> bool:
        page = await face.get(f"/api/messages?profileUrl={vanity}&limit=1")
        return any(one["text"] == word for one in page.data["messages"])

    await until(arrived)


async def category(face: Face, thread: str) -> str:
    """Where Ada's list says that a conversation lies."""
    listed = (await face.get("/api/conversations?limit=100")).data["conversations"]
    return next(str(one["category"]) for one in listed if one["conversationId"] == thread)


@pytest.mark.promise("wire.6.edit-and-recall", "voyager.6.8.changes")
async def test_an_edit_is_in_the_other_mailbox_and_told_once(live: Face) -> None:
    first = await sent(live, "Tuesday?")
    message = first["messageUrn"]
    answer = await live.ask("PATCH", f"/api/messages/{quoted(message)}", {"message": "Wednesday?", "new": 1})
    assert answer.data == {
        "success": True,
        "sandbox": True,
        "messageUrn": message,
        "conversationId": await live.sandbox.thread_with("janesmith"),
        "text": "Wednesday?",
        "renderFormat": "EDITED",
    }
    assert (await in_mailbox(live, "janesmith", first))["text"] == "Wednesday?"
    await heard_of(live, "janesmith")
    assert len(await told(live, EventType.MESSAGE_EDITED)) == 1


@pytest.mark.promise("wire.6.edit-and-recall", "voyager.6.8.changes")
async def test_a_recalled_message_is_gone_on_both_sides_and_told_once(live: Face) -> None:
    slip = await sent(live, "A slip")
    message = slip["messageUrn"]
    answer = await live.ask("DELETE", f"/api/messages/{quoted(urns.message_id(message))}")
    assert (answer.data["text"], answer.data["renderFormat"]) == ("", "RECALLED")
    assert (await in_mailbox(live, "janesmith", slip))["text"] == ""
    await heard_of(live, "janesmith")
    page = (await live.get(f"/api/messages?profileUrl={JANE}")).data["messages"]
    [mine] = [one for one in page if one["messageUrn"] == message]
    assert (mine["text"], mine["renderFormat"]) == ("", "RECALLED")
    assert [one["recalled"] for one in await told(live, EventType.MESSAGE_DELETED)] == [True]
    again = await live.ask("DELETE", f"/api/messages/{quoted(message)}")
    assert again.refusal == (422, "MESSAGE_RECALLED")


@pytest.mark.promise("wire.6.reactions", "voyager.6.8.changes")
async def test_a_reaction_is_chosen_listed_and_taken_back(live: Face) -> None:
    message = (await sent(live))["messageUrn"]
    path = f"/api/messages/{quoted(message)}"
    for _ in range(2):
        reacted = await live.ask("POST", f"{path}/react", {"emoji": "🎉"})
        [shown] = reacted.data["reactions"]
        assert (shown["emoji"], shown["count"], shown["viewerReacted"]) == ("🎉", 1, True)
    [listed] = (await live.get(f"{path}/reactions")).data["reactions"]
    assert (listed["emoji"], listed["count"]) == ("🎉", 1)
    assert [one["fullName"] for one in listed["people"]] == ["Ada Demo"]
    await heard_of(live, "janesmith")
    taken = await live.ask("POST", f"{path}/react", {"emoji": "🎉", "react": False})
    assert taken.data["reactions"] == []
    assert (await live.get(f"{path}/reactions")).data["reactions"] == []
    await heard_of(live, "sarah-chen")
    assert [one["added"] for one in await told(live, EventType.MESSAGE_REACTION)] == [True, False]


@pytest.mark.promise("wire.6.typing", "voyager.6.8.changes")
async def test_typing_is_shown_to_the_other_side(live: Face) -> None:
    thread = (await sent(live, to=GRACE))["conversationId"]
    async with live.sandbox.stream("grace") as frames:
        answer = await live.ask("POST", f"/api/conversations/{quoted(thread)}/typing")
        assert answer.data["conversationId"] == thread
        payload = await frames.event("typingIndicatorsTopic")
        assert payload["data"]


@pytest.mark.promise("wire.6.categories", "voyager.6.8.changes")
async def test_a_conversation_is_put_everywhere_and_each_move_is_told_once(live: Face) -> None:
    thread = await live.sandbox.thread_with("janesmith")
    path = f"/api/conversations/{quoted(thread)}"
    for act, place in (
        ("archive", "ARCHIVED_INBOX"),
        ("unarchive", "PRIMARY_INBOX"),
        ("spam", "SPAM_INBOX"),
        ("unspam", "PRIMARY_INBOX"),
    ):
        assert (await live.ask("POST", f"{path}/{act}")).data["conversationId"] == thread
        assert await category(live, thread) == place
    moved = await live.ask("POST", f"{path}/move", {"category": "SECONDARY_INBOX"})
    assert moved.status == 200
    assert await category(live, thread) == "SECONDARY_INBOX"
    for act, starred in (("star", True), ("unstar", False)):
        assert (await live.ask("POST", f"{path}/{act}")).status == 200
        listed = (await live.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
        [theirs] = [one for one in listed if one["threadId"] == thread]
        assert ("STARRED" in theirs["categories"]) is starred
    await heard_of(live, "sarah-chen")
    updates = [
        event
        for event in await live.rehearsal.events()
        if event.type is EventType.CONVERSATION_UPDATED and event.thread_id == thread
    ]
    assert [event.data["changes"] for event in updates] == [["categories"]] * 7


@pytest.mark.promise("wire.6.mark-read", "voyager.6.8.changes")
async def test_conversations_are_marked_unread_and_all_read(live: Face) -> None:
    thread = await live.sandbox.thread_with("janesmith")
    assert (await live.ask("POST", f"/api/conversations/{quoted(thread)}/read")).status == 200
    unread = await live.ask("POST", f"/api/conversations/{quoted(thread)}/unread")
    assert unread.data["conversationId"] == thread
    listed = (await live.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    waiting = [one for one in listed if not one["read"]]
    assert thread in [one["threadId"] for one in waiting]
    everything = await live.ask("POST", "/api/conversations/read-all")
    assert everything.data["marked"] == len(waiting)
    listed = (await live.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    assert all(one["read"] for one in listed)
    mine = (await live.get("/api/conversations?limit=100")).data["conversations"]
    assert {(one["read"], one["unreadCount"]) for one in mine} == {(True, 0)}
    assert (await live.ask("POST", "/api/conversations/read-all")).data["marked"] == 0
    await heard_of(live, "sarah-chen")
    assert len(await told(live, EventType.CONVERSATION_UNREAD)) == 1
    assert len(await told(live, EventType.CONVERSATION_READ)) == len(waiting)


@pytest.mark.promise("wire.6.categories", "voyager.6.8.changes")
async def test_a_deleted_conversation_is_gone_here_and_at_linkedin(live: Face) -> None:
    thread = (await sent(live, to=SARAH))["conversationId"]
    path = f"/api/conversations/{quoted(thread)}"
    assert (await live.ask("DELETE", path)).data["conversationId"] == thread
    assert (await live.get(path)).status == 404
    assert (await live.ask("DELETE", path)).refusal == (404, "CONVERSATION_NOT_FOUND")
    assert (await live.ask("POST", f"{path}/typing")).refusal == (404, "CONVERSATION_NOT_FOUND")
    theirs = await live.sandbox.told("mailboxes/sarah-chen/conversations?limit=1000")
    assert thread in [one["threadId"] for one in theirs["conversations"]]
    await heard_of(live, "janesmith")
    assert len(await told(live, EventType.CONVERSATION_DELETED)) == 1


@pytest.mark.promise("voyager.6.8.changes")
async def test_what_the_stream_tells_before_the_answer_comes_is_told_once(live: Face) -> None:
    message = await sent(live)
    path = f"/api/messages/{quoted(message['messageUrn'])}"
    conversation = f"/api/conversations/{quoted(message['conversationId'])}"
    calls: list[tuple[str, str, Any, str, EventType]] = [
        ("PATCH", path, {"message": "Later"}, "editMessage", EventType.MESSAGE_EDITED),
        ("POST", f"{path}/react", {"emoji": "👍"}, "reactWithEmoji", EventType.MESSAGE_REACTION),
        ("DELETE", path, None, "recall", EventType.MESSAGE_DELETED),
        ("POST", f"{conversation}/star", None, "addCategory", EventType.CONVERSATION_UPDATED),
        ("POST", f"{conversation}/unread", None, "markRead", EventType.CONVERSATION_UNREAD),
        ("DELETE", conversation, None, "deleteConversation", EventType.CONVERSATION_DELETED),
    ]
    for method, target, body, endpoint, kind in calls:
        if kind is EventType.CONVERSATION_UNREAD:
            assert (await live.ask("POST", f"{conversation}/read")).status == 200
        before = len(await told(live, kind))
        await live.rehearsal.fault("slow", delay=0.5, endpoint=endpoint, count=1)
        changing = asyncio.create_task(live.ask(method, target, body))

        async def heard(kind: EventType = kind, before: int = before) -> bool:
            return len(await told(live, kind)) > before

        await until(heard)
        assert not changing.done()
        assert (await changing).status == 200
        assert len(await told(live, kind)) == before + 1


async def group_of(face: Face) -> str:
    """A group chat of Ada, Jane and Grace."""
    opened = await face.sandbox.send(
        "Hello all", to=["janesmith", "grace-demo"], conversationTitle="Planning", token="group"
    )
    thread: str = opened.json["value"]["backendConversationUrn"].rpartition(":")[2]
    return thread


@pytest.mark.promise("wire.6.groups", "voyager.6.8.changes")
async def test_a_group_is_renamed_and_its_members_change(live: Face) -> None:
    thread = await group_of(live)
    path = f"/api/conversations/{quoted(thread)}"
    renamed = await live.ask("PATCH", path, {"title": " Launch week "})
    assert renamed.data["title"] == "Launch week"
    added = await live.ask("POST", f"{path}/participants", {"profileUrls": [SARAH]})
    names = {one["fullName"] for one in added.data["participants"]}
    assert names == {"Jane Smith", "Grace Demo", "Sarah Chen"}
    again = await live.ask("POST", f"{path}/participants", {"profileUrls": [SARAH]})
    assert {one["fullName"] for one in again.data["participants"]} == names
    urn = f"urn:li:fsd_profile:{await live.sandbox.profile_id('janesmith')}"
    removed = await live.ask("DELETE", f"{path}/participants", {"urns": [urn]})
    assert {one["fullName"] for one in removed.data["participants"]} == {"Grace Demo", "Sarah Chen"}
    theirs = (await live.sandbox.told("mailboxes/grace-demo/conversations?limit=1000"))["conversations"]
    [group] = [one for one in theirs if one["threadId"] == thread]
    assert group["title"] == "Launch week"
    assert {one["name"] for one in group["participants"]} == {"Ada Demo", "Grace Demo", "Sarah Chen"}
    await heard_of(live, "sarah-chen")
    changes = [
        event.data["changes"]
        for event in await live.rehearsal.events()
        if event.type is EventType.CONVERSATION_UPDATED and event.thread_id == thread
    ]
    assert changes == [["title"], ["participants"], ["participants"]]


@pytest.mark.promise("wire.5.4.receipts", "voyager.6.8.changes")
async def test_receipts_name_who_has_seen_what(live: Face) -> None:
    message = await sent(live, to=GRACE)
    path = f"/api/conversations/{quoted(message['conversationId'])}/receipts"
    await live.sandbox.mark(message["conversationId"], read=True, account="grace")
    [receipt] = (await live.get(path)).data["receipts"]
    assert receipt["person"]["fullName"] == "Grace Demo"
    assert receipt["messageUrn"] == message["messageUrn"]
    assert receipt["seenAt"].endswith("Z")


@pytest.mark.promise("voyager.6.8.changes")
async def test_a_mention_in_an_edit_names_the_person(live: Face) -> None:
    message = (await sent(live))["messageUrn"]
    jane = f"urn:li:fsd_profile:{await live.sandbox.profile_id('janesmith')}"
    body = {"message": "Jane, hello", "mentions": [{"start": 0, "length": 4, "urn": jane}]}
    assert (await live.ask("PATCH", f"/api/messages/{quoted(message)}", body)).status == 200
    page = (await live.get(f"/api/messages?profileUrl={JANE}")).data["messages"]
    [mine] = [one for one in page if one["messageUrn"] == message]
    [attribute] = mine["attributes"]
    assert (attribute["kind"], attribute["value"]) == ("entity", {"urn": jane})
