"""Reading: lists, threads, one person's messages; paging; marking; nothing is changed by looking."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing, quoted
from threadline.model.accounts import AccountState

JANE = "https://www.linkedin.com/in/janesmith/"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\Z")
CATEGORIES = [
    "PRIMARY_INBOX",
    "SECONDARY_INBOX",
    "ARCHIVED_INBOX",
    "SPAM_INBOX",
    "MESSAGE_REQUEST_PENDING",
]


@pytest.mark.promise("voyager.6.3.conversations")
async def test_a_list_shows_what_the_mailbox_holds_newest_first(face: Face) -> None:
    answer = await face.get("/api/conversations")
    listed = answer.data["conversations"]
    told = (await face.sandbox.told("mailboxes/ada/conversations?limit=20"))["conversations"]
    assert [one["conversationId"] for one in listed] == [one["threadId"] for one in told]
    for item, truth in zip(listed, told, strict=True):
        assert item["conversationUrn"] == truth["conversationUrn"]
        assert item["unreadCount"] == truth["unreadCount"]
        assert item["read"] == truth["read"]
        assert item["groupChat"] == truth["groupChat"]
        assert TIME.match(item["lastActivityAt"])
        moment = datetime.fromisoformat(item["lastActivityAt"]).timestamp() * 1000
        assert round(moment) == truth["lastActivityAt"]
        names = {one["name"] for one in truth["participants"]} - {"Ada Demo"}
        assert {one["fullName"] for one in item["participants"]} == names
        for person in item["participants"]:
            assert person["profileUrl"] is None or person["profileUrl"].startswith(
                "https://www.linkedin.com/"
            )
    assert TIME.match(answer.headers["X-Threadline-Synced-At"])


@pytest.mark.promise("voyager.6.3.conversations")
@pytest.mark.parametrize("category", CATEGORIES)
async def test_a_category_holds_only_its_own(face: Face, category: str) -> None:
    listed = (await face.get(f"/api/conversations?category={category}&limit=50")).data["conversations"]
    assert listed
    assert {one["category"] for one in listed} == {category}


@pytest.mark.promise("voyager.6.3.conversations", "main-job.5.paging")
async def test_paging_meets_every_conversation_once_while_messages_arrive(tmp_path: Path) -> None:
    async with facing(tmp_path, started=True) as face:
        assert (await face.link()).data["sessionValid"]
        await face.rehearsal.until_state(AccountState.CONNECTED)
        told = await face.sandbox.told("mailboxes/ada/conversations?limit=1000")
        everything = [one["threadId"] for one in told["conversations"]]
        old = [one["threadId"] for one in told["conversations"] if one["kind"] == "direct"][-5:]
        met: list[str] = []
        risen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = (await face.get(f"/api/conversations?limit=7&nextCursor={quoted(cursor)}")).data
            met += [one["conversationId"] for one in page["conversations"]]
            cursor = page["nextCursor"]
            if len(met) in (70, 140, 210):
                # One that was not met yet, and one that was, rise to the top.
                for thread in (old.pop(), met[len(met) // 2]):
                    await _rise(face, thread)
                    risen.append(thread)
        assert len(met) == len(set(met))
        assert set(everything) - set(met) == set(risen) - set(met)
        assert len(set(risen) - set(met)) == 3
        assert len(everything) >= 400


async def _rise(face: Face, thread: str) -> None:
    """Make a message arrive in a conversation, and wait until the list shows it on top."""
    answer = await face.sandbox.admin("POST", "accounts/ada/write", {"to": thread, "text": "Up again"})
    assert answer.status == 201

    async def on_top() -> bool:
        listed = (await face.get("/api/conversations?limit=1")).data["conversations"]
        return bool(listed[0]["conversationId"] == thread)

    await until(on_top)


@pytest.mark.promise("voyager.6.4.conversation")
async def test_a_thread_is_the_same_by_every_form_of_its_id(face: Face) -> None:
    item = (await face.get("/api/conversations?limit=1&category=PRIMARY_INBOX")).data["conversations"][0]
    thread, urn = item["conversationId"], item["conversationUrn"]
    first = (await face.get(f"/api/conversations/{quoted(thread)}?limit=3")).data
    assert first["conversationId"] == thread
    for form in (thread, urn, quoted(urn), quoted(f"urn:li:fsd_conversation:{thread}")):
        assert (await face.get(f"/api/conversations/{form}?limit=3")).data == first


@pytest.mark.promise("voyager.6.4.conversation")
async def test_a_thread_pages_to_its_beginning_newest_first(face: Face) -> None:
    told = (await face.sandbox.told("mailboxes/ada/conversations?limit=100"))["conversations"]
    longest = max(told, key=lambda one: one["messageCount"])
    path = f"mailboxes/ada/conversations/{quoted(longest['threadId'])}/messages"
    truth = (await face.sandbox.told(path))["messages"]
    shown = []
    target = f"/api/conversations/{quoted(longest['threadId'])}?limit=7"
    base = target
    while target:
        page = (await face.get(target)).data
        shown += page["messages"]
        target = f"{base}&nextCursor={quoted(page['nextCursor'])}" if page["nextCursor"] else ""
    assert [one["messageId"] for one in shown] == [one["messageId"] for one in reversed(truth)]
    for item, message in zip(shown, reversed(truth), strict=True):
        assert item["messageUrn"] == message["messageUrn"]
        assert item["text"] == message["text"]
        assert item["fromMe"] is (message["from"] == "ada-demo")
        assert TIME.match(item["sentAt"])
        assert item.get("subject") == message["subject"]
        assert len(item["attachments"]) + len(item.get("content", [])) == len(message["content"])


@pytest.mark.promise("voyager.6.5.messages-with-a-person", "voyager.7.profiles")
async def test_messages_with_a_person_are_those_of_the_thread_with_them(face: Face) -> None:
    by_person = (await face.get(f"/api/messages?profileUrl={JANE}&limit=3")).data
    assert by_person["conversationId"] == await face.sandbox.thread_with("janesmith")
    thread = quoted(by_person["conversationId"])
    assert (await face.get(f"/api/conversations/{thread}?limit=3")).data == by_person
    for form in ("janesmith", quoted(JANE), "https://de.linkedin.com/in/JaneSmith?trk=x"):
        assert (await face.get(f"/api/messages?profileUrl={form}&limit=3")).data == by_person
    more = (
        await face.get(f"/api/messages?profileUrl={JANE}&nextCursor={quoted(by_person['nextCursor'])}")
    ).data
    assert not {one["messageId"] for one in more["messages"]} & {
        one["messageId"] for one in by_person["messages"]
    }


@pytest.mark.promise("voyager.6.5.messages-with-a-person")
async def test_a_person_without_a_thread_has_an_empty_list(face: Face) -> None:
    told = await face.sandbox.told("people?limit=1000")
    nobody = next(
        one["vanity"]
        for one in told["people"]
        if not one["threads"].get("ada", ["owner"]) and not one["gone"]
    )
    answer = await face.get(f"/api/messages?profileUrl=https://www.linkedin.com/in/{nobody}")
    assert answer.status == 200
    assert answer.data["messages"] == []
    assert answer.data["conversationId"] is None
    assert answer.data["nextCursor"] is None


@pytest.mark.promise("voyager.6.6.mark-read", "design.4.reading-changes-nothing", "main-job.6.unread-counts")
async def test_only_marking_marks_read(face: Face) -> None:
    unread = (await face.sandbox.told("mailboxes/ada/unread"))["unread"]
    shown = await _read_states(face)
    thread = next(one for one, (count, _) in shown.items() if count)
    for target in (
        f"/api/conversations/{quoted(thread)}",
        f"/api/messages?profileUrl={JANE}",
        "/api/profile/janesmith",
        "/api/export/inbox?months=1",
        "/api/session/capabilities",
    ):
        assert (await face.get(target)).status == 200
    assert (await face.sandbox.told("mailboxes/ada/unread"))["unread"] == unread
    assert await _read_states(face) == shown
    for _ in range(2):
        marked = await face.ask("POST", f"/api/conversations/{quoted(thread)}/read")
        assert marked.data["success"] is True
        assert marked.data["conversationId"] == thread
    del unread[thread]
    assert (await face.sandbox.told("mailboxes/ada/unread"))["unread"] == unread
    assert await _read_states(face) == shown | {thread: (0, True)}


async def _read_states(face: Face) -> dict[str, tuple[int, bool]]:
    listed = (await face.get("/api/conversations?limit=100")).data["conversations"]
    return {one["conversationId"]: (one["unreadCount"], one["read"]) for one in listed}


async def test_an_answer_says_where_it_came_from(face: Face) -> None:
    first = await face.get("/api/conversations?limit=5")
    assert first.headers["X-Threadline-Source"] == "linkedin"
    second = await face.get("/api/conversations?limit=5")
    assert second.headers["X-Threadline-Source"] == "store"


@pytest.mark.promise("voyager.7.profiles")
async def test_a_profile_shows_the_urn_that_a_send_accepts(face: Face) -> None:
    shown = (await face.get("/api/profile/janesmith")).data
    told = await face.sandbox.told("people/janesmith")
    assert (shown["fullName"], shown["firstName"], shown["lastName"]) == ("Jane Smith", "Jane", "Smith")
    assert shown["urn"] == shown["entityUrn"] == told["profileUrn"]
    assert shown["profileUrl"] == "https://www.linkedin.com/in/janesmith"
    # LinkedIn's profile does not tell the distance; a conversation with the person does.
    assert (await face.get(f"/api/messages?profileUrl={JANE}")).status == 200
    assert (await face.get("/api/profile/janesmith")).data["connectionDegree"] == "1ST"
    for form in (told["profileId"], quoted(JANE), "JANESMITH"):
        assert (await face.get(f"/api/profile/{form}")).data["urn"] == told["profileUrn"]
    own = (await face.get("/api/profile/me")).data
    assert (own["vanityName"], own["connectionDegree"]) == ("ada-demo", None)


@pytest.mark.promise("voyager.8.relationship")
async def test_a_relationship_tells_connections_from_strangers(face: Face) -> None:
    told = (await face.sandbox.told("people?limit=1000"))["people"]
    stranger = next(
        one
        for one in told
        if "ada" not in one["connectedTo"] and not one["gone"] and one["vanity"] != "ada-demo"
    )
    jane = (await face.get(f"/api/relationship?profileUrl={JANE}")).data
    assert (jane["connected"], jane["connectionDegree"]) == (True, "1ST")
    other = (await face.get(f"/api/relationship?profileUrl={stranger['vanity']}")).data
    assert other["connected"] is False
    assert other["connectionDegree"] in ("2ND", "3RD")
