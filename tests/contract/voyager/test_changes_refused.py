"""Changes that are refused: each with its own code, nothing sent or stored; and lost answers looked up."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from tests.contract.voyager.face import Face, quoted
from threadline.model import urns
from threadline.model.conversations import InboxSource
from threadline.model.events import EventType
from threadline.model.messages import RenderFormat
from threadline.store import conversations, messages

JANE = "https://www.linkedin.com/in/janesmith/"
GRACE = "https://www.linkedin.com/in/grace-demo/"
NO_THREAD = "2-bm8tc3VjaC10aHJlYWQ="
NO_MESSAGE = "2-bm8tc3VjaC1tZXNzYWdl"
shared_loop = pytest.mark.asyncio(loop_scope="module")

pytestmark = pytest.mark.promise("voyager.6.8.changes")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def thread(shared: Face) -> list[dict[str, Any]]:
    """Ada's thread with Jane, newest first; reading it stores it."""
    found: list[dict[str, Any]] = (await shared.get(f"/api/messages?profileUrl={JANE}&limit=100")).data[
        "messages"
    ]
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def unchanged(shared: Face) -> AsyncIterator[None]:
    """LinkedIn gets no write, and the log no event."""
    before = await _standing(shared)
    yield
    assert await _standing(shared) == before


READS = {"me", "profile", "conversations", "messages", "receipts", "recipients", "graphql", "compose"}


async def _standing(face: Face) -> Any:
    writes = {name: n for name, n in (await face.calls()).items() if name not in READS}
    return writes, [event.event_id for event in await face.rehearsal.events()]


def path_of(message: str) -> str:
    return f"/api/messages/{quoted(message)}"


def change(kind: str, message: str) -> tuple[str, str, Any]:
    """The request that edits, takes back or reacts to a message."""
    return {
        "edit": ("PATCH", path_of(message), {"message": "Another text"}),
        "recall": ("DELETE", path_of(message), None),
        "react": ("POST", f"{path_of(message)}/react", {"emoji": "👍"}),
    }[kind]


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("kind", ["edit", "recall"])
async def test_an_own_message_older_than_an_hour_stays_as_it_is(
    shared: Face, thread: list[dict[str, Any]], kind: str
) -> None:
    old = next(one for one in thread if one["fromMe"] and one.get("renderFormat", "EDITED") == "EDITED")
    answer = await shared.ask(*change(kind, old["messageUrn"]))
    assert answer.refusal == (422, "EDIT_WINDOW_CLOSED")
    assert answer.error["nextStep"]


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("kind", ["edit", "recall"])
async def test_another_persons_message_is_not_the_owners_to_change(
    shared: Face, thread: list[dict[str, Any]], kind: str
) -> None:
    theirs = next(one for one in thread if not one["fromMe"])
    answer = await shared.ask(*change(kind, theirs["messageUrn"]))
    assert answer.refusal == (422, "NOT_YOUR_MESSAGE")


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("kind", ["edit", "recall", "react"])
async def test_a_message_that_the_account_does_not_have_is_not_found(shared: Face, kind: str) -> None:
    assert (await shared.ask(*change(kind, NO_MESSAGE))).refusal == (404, "MESSAGE_NOT_FOUND")
    answer = await shared.ask(*change(kind, "not-an-id"))
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == "messageUrn"


@shared_loop
@pytest.mark.usefixtures("unchanged")
async def test_a_message_of_another_account_is_not_found(shared: Face, thread: list[dict[str, Any]]) -> None:
    grace = shared.by(key="demo_key", user="grace")
    assert (await shared.link("grace")).data["sessionValid"]
    for kind in ("edit", "recall", "react"):
        answer = await grace.ask(*change(kind, thread[0]["messageUrn"]))
        assert answer.refusal == (404, "MESSAGE_NOT_FOUND")
    reactions = await grace.get(f"{path_of(thread[0]['messageUrn'])}/reactions")
    assert reactions.refusal == (404, "MESSAGE_NOT_FOUND")


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("emoji", ["", "a", "👍👍", ":+1:", "👍 ", "x" * 5000])
async def test_what_is_not_one_emoji_is_no_reaction(
    shared: Face, thread: list[dict[str, Any]], emoji: str
) -> None:
    answer = await shared.ask("POST", f"{path_of(thread[0]['messageUrn'])}/react", {"emoji": emoji})
    assert answer.refusal == (400, "INVALID_EMOJI")
    assert answer.error["field"] == "emoji"


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("method", "suffix", "body", "field"),
    [
        ("PATCH", "", {}, "message"),
        ("PATCH", "", {"message": 7}, "message"),
        ("PATCH", "", {"message": "  "}, "message"),
        ("PATCH", "", {"message": "x" * 8001}, "message"),
        ("PATCH", "", {"message": "Hi", "mentions": [{"start": 0, "length": 3, "urn": "x"}]}, "mentions"),
        ("PATCH", "", {"message": "Hi", "mentions": [{"start": 0, "length": 2, "urn": "x"}]}, "mentions"),
        ("PATCH", "", {"message": "Hi", "mentions": "x"}, "mentions"),
        ("POST", "/react", {}, "emoji"),
        ("POST", "/react", {"emoji": None}, "emoji"),
        ("POST", "/react", {"emoji": "👍", "react": "yes"}, "react"),
    ],
)
async def test_a_wrong_field_of_a_change_is_named(
    shared: Face, thread: list[dict[str, Any]], method: str, suffix: str, body: Any, field: str
) -> None:
    answer = await shared.ask(method, path_of(thread[0]["messageUrn"]) + suffix, body)
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"].startswith(field)


CONVERSATION_ACTS: list[tuple[str, str, Any]] = [
    *(
        ("POST", f"/{act}", None)
        for act in ("typing", "unread", "archive", "unarchive", "star", "unstar", "spam", "unspam", "mute")
    ),
    ("POST", "/move", {"category": "PRIMARY_INBOX"}),
    ("PATCH", "", {"title": "Team"}),
    ("DELETE", "", None),
    ("POST", "/participants", {"profileUrls": [JANE]}),
    ("DELETE", "/participants", {"profileUrls": [JANE]}),
    ("GET", "/receipts", None),
]


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("method", "suffix", "body"), CONVERSATION_ACTS)
async def test_a_conversation_that_is_not_there_is_not_found(
    shared: Face, method: str, suffix: str, body: Any
) -> None:
    answer = await shared.ask(method, f"/api/conversations/{quoted(NO_THREAD)}{suffix}", body)
    assert answer.refusal == (404, "CONVERSATION_NOT_FOUND")
    answer = await shared.ask(method, f"/api/conversations/nothing{suffix}", body)
    assert answer.refusal == (400, "VALIDATION_ERROR")


@shared_loop
@pytest.mark.usefixtures("unchanged")
async def test_muting_is_said_to_be_unknown(shared: Face) -> None:
    thread = await shared.sandbox.thread_with("janesmith")
    answer = await shared.ask("POST", f"/api/conversations/{quoted(thread)}/mute")
    assert answer.refusal == (501, "NOT_SUPPORTED")
    assert "protocol" in answer.error["message"]


@shared_loop
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("method", "suffix", "body", "field"),
    [
        ("POST", "/move", {"category": "ATTIC"}, "category"),
        ("POST", "/move", {}, "category"),
        ("PATCH", "", {"title": " "}, "title"),
        ("PATCH", "", {"title": "x" * 301}, "title"),
        ("PATCH", "", {"title": 3}, "title"),
        ("PATCH", "", {"title": "Team"}, "conversationId"),
        ("POST", "/participants", {"profileUrls": [JANE]}, "conversationId"),
        ("POST", "/participants", {"profileUrls": "x"}, "profileUrls"),
        ("POST", "/participants", {"profileUrls": [JANE] * 21}, "profileUrls"),
    ],
)
async def test_a_wrong_field_about_a_conversation_is_named(
    shared: Face, method: str, suffix: str, body: Any, field: str
) -> None:
    thread = await shared.sandbox.thread_with("janesmith")
    answer = await shared.ask(method, f"/api/conversations/{quoted(thread)}{suffix}", body)
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == field


async def group_of(face: Face) -> str:
    """The path of a group chat of Ada, Jane and Grace."""
    opened = await face.sandbox.send("Hello all", to=["janesmith", "grace-demo"], token="group")
    return f"/api/conversations/{quoted(urns.thread_id(opened.json['value']['conversationUrn']))}"


@pytest.mark.parametrize(
    ("method", "people", "refusal"),
    [
        ("DELETE", ["https://www.linkedin.com/in/ada-demo/"], (400, "CANNOT_REMOVE_SELF")),
        ("DELETE", ["https://www.linkedin.com/in/sarah-chen/"], (404, "PROFILE_NOT_FOUND")),
        ("DELETE", [], (400, "VALIDATION_ERROR")),
        ("POST", ["https://www.linkedin.com/in/nobody-of-this-name/"], (404, "PROFILE_NOT_FOUND")),
        ("POST", ["https://www.linkedin.com/in/targetperson/"], (403, "NOT_CONNECTED")),
        ("POST", ["https://example.org/in/x/"], (400, "VALIDATION_ERROR")),
    ],
)
async def test_the_wrong_people_neither_join_nor_leave_a_group(
    face: Face, method: str, people: list[str], refusal: tuple[int, str]
) -> None:
    path = await group_of(face)
    before = await face.rehearsal.events()
    answer = await face.ask(method, f"{path}/participants", {"profileUrls": people})
    assert answer.refusal == refusal
    told = await face.sandbox.told("mailboxes/ada/conversations?limit=1")
    assert len(told["conversations"][0]["participants"]) == 3
    after = await face.rehearsal.events()
    assert EventType.CONVERSATION_UPDATED not in {event.type for event in after[len(before) :]}


async def message_to(face: Face, to: str = JANE) -> str:
    """The URN of a message that has just left."""
    urn: str = (await face.send(profileUrl=to, message="Hello")).data["messageUrn"]
    return urn


@pytest.mark.parametrize(
    ("kind", "fault", "refusal"),
    [
        ("edit", {"kind": "unprocessable", "code": "MESSAGE_TOO_OLD"}, (422, "EDIT_WINDOW_CLOSED")),
        ("recall", {"kind": "unprocessable", "code": "MESSAGE_TOO_OLD"}, (422, "EDIT_WINDOW_CLOSED")),
        ("recall", {"kind": "unprocessable", "code": "MESSAGE_RECALLED"}, (422, "MESSAGE_RECALLED")),
        ("edit", {"kind": "not_found"}, (404, "MESSAGE_NOT_FOUND")),
        ("edit", {"kind": "refused", "message": "Not here"}, (502, "REFUSED")),
        ("react", {"kind": "bad_request"}, (400, "INVALID_EMOJI")),
        ("react", {"kind": "rate_limited"}, (429, "RATE_LIMITED")),
        ("edit", {"kind": "unauthorized"}, (401, "SESSION_EXPIRED")),
        ("recall", {"kind": "cut_before"}, (502, "UPSTREAM_ERROR")),
        ("edit", {"kind": "server_error"}, (502, "UPSTREAM_ERROR")),
        ("react", {"kind": "unavailable"}, (502, "UPSTREAM_ERROR")),
    ],
)
async def test_what_linkedin_refuses_is_answered_so_and_nothing_is_stored(
    face: Face, kind: str, fault: dict[str, Any], refusal: tuple[int, str]
) -> None:
    urn = await message_to(face)
    endpoint = {"edit": "editMessage", "recall": "recall", "react": "reactWithEmoji"}[kind]
    await face.rehearsal.fault(fault.pop("kind"), endpoint=endpoint, count=1, **fault)
    before = [event.event_id for event in await face.rehearsal.events()]
    answer = await face.ask(*change(kind, urn))
    assert answer.refusal == refusal
    types = {EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED, EventType.MESSAGE_REACTION}
    later = [event for event in await face.rehearsal.events() if event.event_id not in before]
    assert not types & {event.type for event in later}
    account = await face.rehearsal.account()
    stored = await messages.by_id(face.rehearsal.gateway.database, account.account_id, urns.message_id(urn))
    assert stored is not None
    assert (stored.text, stored.render_format, stored.reactions) == ("Hello", RenderFormat.DEFAULT, ())


@pytest.mark.parametrize("fault", ["lose_answer", "cut_mid_body"])
@pytest.mark.parametrize(
    ("kind", "endpoint", "told"),
    [
        ("edit", "editMessage", EventType.MESSAGE_EDITED),
        ("recall", "recall", EventType.MESSAGE_DELETED),
        ("react", "reactWithEmoji", EventType.MESSAGE_REACTION),
    ],
)
async def test_a_change_whose_answer_was_lost_is_looked_up_and_told_once(
    face: Face, kind: str, endpoint: str, told: EventType, fault: str
) -> None:
    urn = await message_to(face)
    await face.rehearsal.fault(fault, endpoint=endpoint, count=1)
    answer = await face.ask(*change(kind, urn))
    assert answer.status == 200, answer.text
    assert (await face.calls())[endpoint] == 1
    assert [event.type for event in await face.rehearsal.events()].count(told) == 1


@pytest.mark.parametrize(
    ("method", "suffix", "endpoint"),
    [
        ("POST", "/archive", "addCategory"),
        ("POST", "/star", "addCategory"),
        ("POST", "/unread", "markRead"),
        ("DELETE", "", "deleteConversation"),
    ],
)
async def test_a_lost_answer_about_a_conversation_is_looked_up(
    face: Face, method: str, suffix: str, endpoint: str
) -> None:
    path = f"/api/conversations/{quoted(await face.sandbox.thread_with('janesmith'))}"
    assert (await face.ask("POST", f"{path}/read")).status == 200
    before = len(await face.rehearsal.events())
    await face.rehearsal.fault("lose_answer", endpoint=endpoint, count=1)
    assert (await face.ask(method, path + suffix)).status == 200
    assert len(await face.rehearsal.events()) == before + 1


async def test_typing_whose_answer_was_lost_is_said_to_have_failed(face: Face) -> None:
    path = f"/api/conversations/{quoted(await face.sandbox.thread_with('janesmith'))}/typing"
    await face.rehearsal.fault("lose_answer", endpoint="typing", count=1)
    assert (await face.ask("POST", path)).refusal == (502, "UPSTREAM_ERROR")


async def test_a_recalled_message_takes_no_reaction_and_no_edit(face: Face) -> None:
    urn = await message_to(face)
    assert (await face.ask(*change("recall", urn))).status == 200
    for kind in ("edit", "react"):
        assert (await face.ask(*change(kind, urn))).refusal == (422, "MESSAGE_RECALLED")
    assert (await face.get(f"{path_of(urn)}/reactions")).data["reactions"] == []


async def test_one_that_is_gone_does_not_keep_the_others_unread(face: Face) -> None:
    await face.get("/api/conversations?limit=50")
    thread = await face.sandbox.thread_with("janesmith")
    await face.ask("POST", f"/api/conversations/{quoted(thread)}/unread")
    gone = await face.sandbox.thread_with("sarah-chen")
    await face.ask("POST", f"/api/conversations/{quoted(gone)}/unread")
    await face.sandbox.admin("POST", "people/ada-demo/delete", {"thread": gone})
    listed = (await face.get("/api/conversations?limit=100")).data["conversations"]
    waiting = [one["conversationId"] for one in listed if not one["read"]]
    assert {thread, gone} <= set(waiting)
    answer = await face.ask("POST", "/api/conversations/read-all")
    assert answer.data["marked"] >= 1
    told = await face.sandbox.told("mailboxes/ada/unread")
    assert thread not in str(told)


async def test_a_key_that_may_only_read_changes_nothing(face: Face) -> None:
    urn = await message_to(face)
    made = await face.ask("POST", "/api/keys", {"name": "reader", "rights": ["read"]})
    reader = face.by(key=made.data["key"], user="ada")
    for kind in ("edit", "recall", "react"):
        assert (await reader.ask(*change(kind, urn))).refusal == (403, "FORBIDDEN_SCOPE")
    path = f"/api/conversations/{quoted(await face.sandbox.thread_with('janesmith'))}"
    for suffix in ("/typing", "/unread", "/archive"):
        assert (await reader.ask("POST", path + suffix)).refusal == (403, "FORBIDDEN_SCOPE")
    assert (await reader.get(f"{path_of(urn)}/reactions")).status == 200
    assert (await reader.get(f"{path}/receipts")).status == 200


async def test_a_conversation_of_sales_navigator_has_no_known_calls(face: Face) -> None:
    thread = await face.sandbox.thread_with("janesmith")
    page = (await face.get(f"/api/conversations/{quoted(thread)}?limit=5")).data["messages"]
    account = await face.rehearsal.account()
    database = face.rehearsal.gateway.database
    async with database.transaction() as tx:
        stored = (await conversations.stored(tx, account.account_id, [thread]))[thread].conversation
        message = await messages.by_id(tx, account.account_id, page[0]["messageId"])
        assert message is not None
        await conversations.remove(tx, account.account_id, thread)
        of_sales = msgspec.structs.replace(stored, source=InboxSource.SALES_NAVIGATOR)
        await conversations.put(tx, account.account_id, [of_sales])
        await messages.put(tx, account.account_id, [message])
    calls = await face.calls()
    for method, suffix, body in CONVERSATION_ACTS:
        answer = await face.ask(method, f"/api/conversations/{quoted(thread)}{suffix}", body)
        assert answer.refusal == (501, "NOT_SUPPORTED")
    reaction = await face.ask(*change("react", page[0]["messageUrn"]))
    assert reaction.refusal == (501, "NOT_SUPPORTED")
    assert await face.calls() == calls


async def test_typing_is_not_shown_where_nobody_may_answer(face: Face) -> None:
    listed = (await face.get("/api/conversations?limit=100")).data["conversations"]
    sponsored = next(one["conversationId"] for one in listed if one["kind"] == "sponsored")
    answer = await face.ask("POST", f"/api/conversations/{quoted(sponsored)}/typing")
    assert answer.refusal == (403, "NOT_CONNECTED")
    assert "typing" not in await face.calls()


@pytest.mark.promise("wire.6.5.message-requests")
async def test_accepting_a_message_request_is_said_to_be_unknown(face: Face) -> None:
    told = await face.sandbox.told("mailboxes/ada/conversations?limit=1&category=MESSAGE_REQUEST_PENDING")
    thread = told["conversations"][0]["threadId"]
    path = f"/api/conversations/{quoted(thread)}/move"
    answer = await face.ask("POST", path, {"category": "PRIMARY_INBOX"})
    assert answer.refusal == (501, "NOT_SUPPORTED")
    assert "POST /api/send" in answer.error["nextStep"]
    assert "addCategory" not in await face.calls()
    answered = await face.send(conversationId=thread, message="Yes, gladly")
    assert answered.status == 200
    [listed] = [
        one
        for one in (await face.sandbox.told("mailboxes/ada/conversations?limit=5"))["conversations"]
        if one["threadId"] == thread
    ]
    assert "MESSAGE_REQUEST_PENDING" not in listed["categories"]
