"""Sends through Sales Navigator: by the conversation's source, settled without a token, never by guess."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.voyager.face import Face, facing
from tests.contract.voyager.reaching import address, credits, inmail, settled, stranger
from threadline.model.events import EventType

pytestmark = pytest.mark.promise("wire.11.sales-navigator")


@pytest.fixture
async def grace(tmp_path: Path) -> AsyncIterator[Face]:
    """The account that has a seat; its Sales Navigator inbox has been read once."""
    async with facing(tmp_path) as made:
        assert (await made.link("grace")).data["sessionValid"]
        rehearsal = made.rehearsal
        account = await rehearsal.account("grace")
        await rehearsal.services.seats.check(account)
        await rehearsal.gateway.sales.catch_up(await rehearsal.account("grace"))
        yield replace(made, user="grace")


async def _threads(face: Face) -> list[Any]:
    found: list[Any] = (await face.sandbox.told("accounts/grace/sales-threads"))["threads"]
    return found


async def _texts(face: Face, text: str) -> list[Any]:
    return [one for thread in await _threads(face) for one in thread["messages"] if one["text"] == text]


async def _calls(face: Face) -> tuple[int, int]:
    told = await face.calls("grace")
    return told.get("salesCreate", 0), told.get("createMessage", 0)


async def test_a_reply_leaves_through_the_inbox_of_its_conversation(grace: Face) -> None:
    thread = (await _threads(grace))[0]["threadId"]
    answer = await grace.send(conversationId=thread, message="A reply by Sales")
    assert answer.status == 200, answer.text
    assert (answer.data["channel"], answer.data["conversationId"]) == ("sales_navigator", thread)
    [arrived] = await _texts(grace, "A reply by Sales")
    shown = (await grace.get(f"/api/conversations/{thread}?limit=1")).data["messages"][0]
    assert (shown["text"], shown["messageId"]) == ("A reply by Sales", arrived["messageId"])
    assert await _calls(grace) == (1, 0)
    await grace.rehearsal.gateway.sales.catch_up(await grace.rehearsal.account("grace"))
    events = await grace.rehearsal.events("grace")
    assert [one.type for one in events if one.thread_id == thread].count(EventType.MESSAGE_SENT) == 1


async def test_a_first_message_through_the_seat_has_a_subject_and_is_stored_whole(grace: Face) -> None:
    person = await stranger(grace, "grace")
    answer = await grace.send(
        profileUrl=address(person), message="By the seat", subject="Hello", channel="sales_navigator"
    )
    assert answer.status == 200, answer.text
    assert (answer.data["phase"], answer.data["subject"]) == ("new", "Hello")
    assert len(await _texts(grace, "By the seat")) == 1
    listed = (await grace.get("/api/conversations?limit=1")).data["conversations"][0]
    assert (listed["conversationId"], listed["source"]) == (answer.data["conversationId"], "sales_navigator")
    shown = (await grace.get(f"/api/conversations/{answer.data['conversationId']}")).data["messages"]
    assert [(one["text"], one["subject"]) for one in shown] == [("By the seat", "Hello")]


async def test_an_inmail_of_the_seat_tells_what_is_left(grace: Face) -> None:
    person = await stranger(grace, "grace")
    before = (await grace.get("/api/inmail/credits")).data["salesNavigator"]
    answer = await inmail(grace, person, channel="sales_navigator", message="A seat's InMail")
    assert answer.status == 200, answer.text
    assert answer.data["creditsLeft"] == before - 1
    assert (answer.data["channel"], answer.data["subject"]) == ("sales_navigator", "A question")


async def test_a_message_to_a_person_never_goes_to_sales_navigator_by_itself(grace: Face) -> None:
    body = {"to": "grace", "text": "By Sales", "subject": "Hello"}
    told = (await grace.sandbox.admin("POST", "people/janesmith/sales-message", body)).json
    await grace.rehearsal.gateway.sales.catch_up(await grace.rehearsal.account("grace"))
    answer = await grace.send(profileUrl=address("janesmith"), message="Here, please")
    assert answer.data["channel"] == "linkedin_inbox"
    assert answer.data["conversationId"] != told["threadId"]
    assert await _calls(grace) == (0, 1)


@pytest.mark.promise("voyager.2.2.errors")
async def test_what_sales_navigator_cannot_carry_is_refused(grace: Face) -> None:
    thread = (await _threads(grace))[0]["threadId"]
    urn = f"urn:li:fsd_profile:{await grace.sandbox.profile_id('janesmith')}"
    for more, field in (
        ({"attachments": ["att_" + "0" * 24]}, "attachments"),
        ({"mentions": [{"start": 0, "length": 1, "urn": urn}]}, "mentions"),
        ({"replyTo": "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDE="}, "replyTo"),
        ({"message": "x" * 1_901}, "message"),
        ({"subject": "x" * 201}, "subject"),
        ({"channel": "linkedin_inbox"}, "channel"),
    ):
        answer = await grace.send(**{"conversationId": thread, "message": "Hello", **more})
        assert answer.refusal == (400, "VALIDATION_ERROR"), (more, answer.text)
        assert answer.error["field"] == field
    person = await stranger(grace, "grace")
    bare = await grace.send(profileUrl=address(person), message="No subject", channel="sales_navigator")
    assert bare.refusal == (400, "SUBJECT_REQUIRED")
    assert "sendId" not in bare.error
    assert await _texts(grace, "No subject") == []


async def _lost(grace: Face, **body: Any) -> Any:
    await grace.rehearsal.fault("lose_answer", account="grace", endpoint="salesCreate", count=1)
    answer = await grace.send(headers={"Prefer": "wait=1"}, **body)
    assert (answer.status, answer.data["status"]) == (202, "unknown"), answer.text
    return answer.data


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_first_message_settles_by_recipient_words_and_time(grace: Face) -> None:
    person = await stranger(grace, "grace")
    before = await credits(grace)
    lost = await _lost(
        grace, profileUrl=address(person), message="Lost by Sales", subject="Hi", channel="sales_navigator"
    )
    found = await settled(grace, lost["sendId"])
    assert found["status"] == "sent", found
    [arrived] = await _texts(grace, "Lost by Sales")
    assert found["messageUrn"].endswith(f"{arrived['messageId']})")
    assert await credits(grace) == before - 1
    assert await _calls(grace) == (1, 0)


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_reply_that_two_messages_could_be_is_left_to_a_person(grace: Face) -> None:
    thread = (await _threads(grace))[0]["threadId"]
    lost = await _lost(grace, conversationId=thread, message="Twice alike")
    # The owner writes the very same words on LinkedIn's own site meanwhile.
    twin = await grace.sandbox.call(
        "POST",
        "/sales-api/salesApiMessageActions?action=createMessage",
        account="grace",
        body={
            "createMessageRequest": {
                "threadId": thread,
                "body": "Twice alike",
                "copyToCrm": False,
                "trackingId": "0123456789abcdef",
            }
        },
    )
    assert twin.status == 200, twin.text
    for _ in range(3):
        assert (await settled(grace, lost["sendId"]))["status"] == "unknown"
    assert len(await _texts(grace, "Twice alike")) == 2
    assert await _calls(grace) == (2, 0)


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_reply_is_found_though_the_inbox_was_read_first(grace: Face) -> None:
    thread = (await _threads(grace))[0]["threadId"]
    lost = await _lost(grace, conversationId=thread, message="Polled first")
    await grace.rehearsal.gateway.sales.catch_up(await grace.rehearsal.account("grace"))
    assert (await settled(grace, lost["sendId"]))["status"] == "sent"
    assert len(await _texts(grace, "Polled first")) == 1
