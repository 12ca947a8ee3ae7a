"""What people of the sandbox change elsewhere shows in lists and threads, and typing not for too long."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing
from threadline.model.accounts import AccountState

SARAH = "sarah-chen"


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Face]:
    """The API of a gateway that follows ada."""
    async with facing(tmp_path, started=True) as face:
        assert (await face.link()).data["sessionValid"]
        await face.rehearsal.until_state(AccountState.CONNECTED)
        yield face


async def _conversation(face: Face, thread_id: str) -> dict[str, Any] | None:
    listed = (await face.get("/api/conversations?limit=100")).data["conversations"]
    return next((one for one in listed if one["conversationId"] == thread_id), None)


async def _messages(face: Face, thread_id: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await face.get(f"/api/conversations/{quote(thread_id, safe='')}")).data[
        "messages"
    ]
    return shown


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_an_edit_a_reaction_and_a_recall_show_in_the_thread(live: Face) -> None:
    told = await live.sandbox.person_does(SARAH, "write", to="ada", text="Helo")
    thread_id, message_id = told["threadId"], told["messageId"]

    async def newest() -> dict[str, Any]:
        return next((one for one in await _messages(live, thread_id) if one["messageId"] == message_id), {})

    async def arrived() -> bool:
        return await newest() != {}

    await until(arrived)
    assert "edited" not in await newest()
    await live.sandbox.person_does(SARAH, "edit", message=message_id, text="Hello")

    async def edited() -> bool:
        one = await newest()
        return (one["text"], one.get("edited"), one.get("renderFormat")) == ("Hello", True, "EDITED")

    await until(edited)
    await live.sandbox.person_does(SARAH, "react", message=message_id, emoji="💡")

    async def reacted() -> bool:
        reactions = (await newest()).get("reactions", [])
        return [(one["emoji"], one["count"], one["viewerReacted"]) for one in reactions] == [("💡", 1, False)]

    await until(reacted)
    await live.sandbox.person_does(SARAH, "recall", message=message_id)

    async def recalled() -> bool:
        one = await newest()
        return (one["text"], one.get("renderFormat")) == ("", "RECALLED") and "reactions" not in one

    await until(recalled)
    shown = await _conversation(live, thread_id)
    assert shown is not None
    assert "Hello" not in (shown["lastMessage"] or "")


@pytest.mark.promise("wire.5.4.receipts", "wire.8.3.changes-shown")
async def test_who_has_seen_what_shows_at_the_newest_own_message_that_they_saw(live: Face) -> None:
    first = (await live.send(profileUrl=SARAH, message="Do you see this?")).data
    await live.sandbox.person_does(SARAH, "read", thread=first["conversationId"])
    await live.send(profileUrl=SARAH, message="And this?")

    async def seen() -> bool:
        return any("seenBy" in one for one in await _messages(live, first["conversationId"]))

    await until(seen)
    shown = [one for one in await _messages(live, first["conversationId"]) if "seenBy" in one]
    assert [one["messageUrn"] for one in shown] == [first["messageUrn"]]
    [person] = shown[0]["seenBy"]
    assert person["fullName"] == "Sarah Chen"
    assert person["seenAt"]


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_who_types_is_shown_until_they_write(live: Face) -> None:
    sent = (await live.send(profileUrl=SARAH, message="Are you there?")).data
    thread_id = sent["conversationId"]

    async def typing() -> list[list[str]]:
        thread = (await live.get(f"/api/conversations/{quote(thread_id, safe='')}")).data
        listed = await _conversation(live, thread_id)
        assert listed is not None
        return [[one["fullName"] for one in shown.get("typing", [])] for shown in (thread, listed)]

    async def types() -> bool:
        return await typing() == [["Sarah Chen"], ["Sarah Chen"]]

    async def writes_no_more() -> bool:
        return await typing() == [[], []]

    assert await writes_no_more()
    await live.sandbox.person_does(SARAH, "type", thread=thread_id)
    await until(types)
    await live.sandbox.person_does(SARAH, "write", thread=thread_id, text="I am")
    await until(writes_no_more)


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_page_that_shows_somebody_typing_is_not_kept(live: Face) -> None:
    sent = (await live.send(profileUrl=SARAH, message="Are you there?")).data
    kept = live.rehearsal.gateway.api.state.kept_answers
    await live.sandbox.person_does(SARAH, "type", thread=sent["conversationId"])

    async def types() -> bool:
        shown = await _conversation(live, sent["conversationId"])
        return shown is not None and "typing" in shown

    await until(types)
    target = f"/api/conversations/{quote(sent['conversationId'], safe='')}"
    account = await live.rehearsal.account()
    assert "typing" in (await live.get(target)).data
    assert kept.get((account.account_id, target, b""), account.revision) is None


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_star_mute_and_source_are_shown(live: Face) -> None:
    told = await live.sandbox.person_does(SARAH, "write", to="ada", text="Look at this")
    thread_id = told["threadId"]

    async def shown(**fields: Any) -> bool:
        one = await _conversation(live, thread_id)
        return one is not None and {name: one[name] for name in fields} == fields

    async def plain() -> bool:
        return await shown(starred=False, muted=False, source="linkedin_inbox")

    async def marked() -> bool:
        return await shown(starred=True, muted=True)

    await until(plain)
    await live.sandbox.person_does("ada", "move", thread=thread_id, category="STARRED")
    await live.sandbox.person_does("ada", "mute", thread=thread_id)
    await until(marked)
    one = await _conversation(live, thread_id)
    assert one is not None
    assert set(one["categories"]) >= {"INBOX", "STARRED"}


@pytest.mark.promise("voyager.6.3.conversations")
async def test_a_message_request_is_listed_by_its_category(live: Face) -> None:
    requests = (await live.get("/api/conversations?category=MESSAGE_REQUEST_PENDING")).data["conversations"]
    assert requests
    assert {(one["category"], one["state"]) for one in requests} == {("MESSAGE_REQUEST_PENDING", "PENDING")}


@pytest.mark.promise("wire.8.3.changes-shown")
async def test_a_deleted_conversation_vanishes(live: Face) -> None:
    told = await live.sandbox.person_does(SARAH, "write", to="ada", text="Soon gone")

    async def listed() -> bool:
        return await _conversation(live, told["threadId"]) is not None

    async def gone() -> bool:
        return not await listed()

    await until(listed)
    await live.sandbox.person_does("ada", "delete", thread=told["threadId"])
    await until(gone)


async def test_presence_is_told_of_the_participants_when_asked_for(live: Face) -> None:
    sent = (await live.send(profileUrl=SARAH, message="Are you there?")).data
    await live.sandbox.person_does(SARAH, "presence", online=True)
    target = f"/api/conversations/{quote(sent['conversationId'], safe='')}"
    assert "participants" not in (await live.get(target)).data
    [person] = (await live.get(f"{target}?presence=true")).data["participants"]
    assert (person["fullName"], person["online"]) == ("Sarah Chen", True)
