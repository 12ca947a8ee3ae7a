"""InMail: a credit is spent exactly once, and only where nothing free reaches the person."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing
from tests.contract.voyager.files import PDF, uploaded
from tests.contract.voyager.reaching import (
    address,
    calls_made,
    credits,
    inmail,
    settled,
    standing,
    stranger,
)

pytestmark = pytest.mark.promise("voyager.6.2.send-inmail")


@pytest.fixture
async def grace(tmp_path: Path) -> AsyncIterator[Face]:
    """The account that has credits and a seat."""
    async with facing(tmp_path) as made:
        assert (await made.link("grace")).data["sessionValid"]
        yield replace(made, user="grace")


@pytest.mark.promise("wire.6.4.inmail")
async def test_an_inmail_to_a_stranger_arrives_with_its_subject_and_costs_one_credit(grace: Face) -> None:
    person = await stranger(grace, "grace")
    before = await credits(grace)
    answer = await inmail(grace, person, message="One question")
    assert answer.status == 200, answer.text
    assert answer.data["subject"] == "A question"
    assert answer.data["creditsLeft"] == before - 1 == await credits(grace)
    [arrived] = await standing(grace, person, "One question")
    assert arrived["subject"] == "A question"
    thread = (await grace.get(f"/api/conversations/{answer.data['conversationId']}")).data
    assert thread["messages"][0]["subject"] == "A question"
    followed = (await grace.get(f"/api/sends/{answer.data['sendId']}")).data
    assert (followed["status"], followed["subject"]) == ("sent", "A question")


@pytest.mark.promise("wire.6.4.inmail")
async def test_an_inmail_to_an_open_profile_is_free(grace: Face) -> None:
    person = await stranger(grace, "grace", open_profile=True)
    before = await credits(grace)
    answer = await inmail(grace, person)
    assert answer.status == 200, answer.text
    assert answer.data["creditsLeft"] == before


@pytest.mark.parametrize("trouble", [None, "forbidden", "server_error", "not_found"])
async def test_an_open_profile_is_written_to_for_free_without_an_inmail(
    grace: Face, trouble: str | None
) -> None:
    person = await stranger(grace, "grace", open_profile=True)
    before = await credits(grace)
    if trouble is not None:
        # What LinkedIn says of the compose option decides only where it can be understood.
        await grace.rehearsal.fault(trouble, account="grace", endpoint="compose")
    answer = await grace.send(profileUrl=address(person), message="You are open")
    assert answer.status == 200, answer.text
    assert len(await standing(grace, person, "You are open")) == 1
    assert await credits(grace) == before


@pytest.mark.promise("voyager.2.2.errors")
async def test_without_credits_nothing_is_called_and_nothing_is_stored(grace: Face) -> None:
    person = await stranger(grace, "grace")
    await grace.sandbox.admin("POST", "accounts/grace/credits", {"available": 0})
    answer = await inmail(grace, person)
    assert answer.refusal == (402, "NO_INMAIL_CREDITS")
    assert "sendId" not in answer.error
    assert await calls_made(grace) == 0


async def test_two_inmails_at_once_spend_the_last_credit_once(tmp_path: Path) -> None:
    async with facing(tmp_path, started=True) as made:
        assert (await made.link("grace")).data["sessionValid"]
        grace = replace(made, user="grace")
        told = await grace.sandbox.told("people?limit=1000")
        first, second = [
            str(one["vanity"])
            for one in told["people"]
            if "grace" not in one["connectedTo"]
            and not (one["openProfile"] or one["gone"] or one["answers"])
            and not one["threads"].get("grace", ["of oneself"])
        ][:2]
        await grace.sandbox.admin("POST", "accounts/grace/credits", {"available": 1})
        answers = await asyncio.gather(inmail(grace, first), inmail(grace, second))
        assert sorted(answer.status for answer in answers) == [200, 402]
        assert await credits(grace) == 0


async def test_credits_that_vanish_on_the_way_are_told_with_the_sends_id(grace: Face) -> None:
    person = await stranger(grace, "grace")
    await grace.rehearsal.fault(
        "unprocessable",
        account="grace",
        endpoint="createMessage",
        code="INSUFFICIENT_INMAIL_CREDITS",
        count=1,
    )
    answer = await inmail(grace, person)
    assert answer.refusal == (402, "NO_INMAIL_CREDITS")
    assert answer.error["retrySafe"] is True
    assert answer.error["sendId"]


@pytest.mark.promise("voyager.2.2.errors")
@pytest.mark.parametrize("subject", ["", "  "])
async def test_an_inmail_without_a_subject_is_refused(grace: Face, subject: str) -> None:
    answer = await inmail(grace, "targetperson", subject=subject)
    assert answer.refusal == (400, "SUBJECT_REQUIRED")
    assert (await inmail(grace, "targetperson", subject="x" * 201)).error["field"] == "subject"
    assert await calls_made(grace) == 0


async def test_a_connection_is_not_charged_for_and_told_of_the_free_way(grace: Face) -> None:
    before = await credits(grace)
    answer = await inmail(grace, "janesmith")
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert "POST /api/send" in answer.error["nextStep"]
    assert await credits(grace) == before
    assert await calls_made(grace) == 0


async def test_a_second_inmail_becomes_a_reply_in_the_first_ones_conversation(grace: Face) -> None:
    person = await stranger(grace, "grace")
    first = (await inmail(grace, person, message="The first")).data
    left = await credits(grace)
    second = await inmail(grace, person, message="The second")
    assert second.status == 200, second.text
    assert second.data["conversationId"] == first["conversationId"]
    assert await credits(grace) == left
    assert len(await standing(grace, person, "The second")) == 1


async def test_an_inmail_conversation_is_written_to_only_when_it_is_named(grace: Face) -> None:
    person = await stranger(grace, "grace")
    thread = (await inmail(grace, person)).data["conversationId"]
    calls = await calls_made(grace)
    by_person = await grace.send(profileUrl=address(person), message="Once more")
    assert by_person.refusal == (403, "NOT_CONNECTED")
    assert thread in by_person.error["message"]
    assert await calls_made(grace) == calls
    by_id = await grace.send(conversationId=thread, message="Once more")
    assert (by_id.status, by_id.data["conversationId"]) == (200, thread)
    assert await credits(grace) == 41


async def test_linkedins_word_that_a_conversation_exists_leads_into_it(grace: Face) -> None:
    person = await stranger(grace, "grace")
    first = (await inmail(grace, person, message="The first")).data
    await grace.rehearsal.fault("server_error", account="grace", endpoint="compose", count=5)
    second = await inmail(grace, person, message="The second")
    assert second.status == 200, second.text
    assert second.data["conversationId"] == first["conversationId"]
    assert "subject" not in second.data
    assert len(await standing(grace, person, "The second")) == 1


@pytest.mark.promise("voyager.2.2.errors")
async def test_oneself_is_no_recipient(grace: Face) -> None:
    assert (await inmail(grace, "grace-demo")).refusal == (400, "MESSAGE_TO_SELF")
    sent = await grace.send(profileUrl=address("grace-demo"), message="Note to self")
    assert sent.refusal == (400, "MESSAGE_TO_SELF")
    assert await calls_made(grace) == 0


async def test_an_inmail_carries_files(grace: Face) -> None:
    person = await stranger(grace, "grace")
    file = await uploaded(grace, PDF, "offer.pdf", "application/pdf")
    answer = await inmail(grace, person, message="With a file", attachments=[file])
    assert answer.status == 200, answer.text
    assert [one["name"] for one in answer.data["attachments"]] == ["offer.pdf"]


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_of_an_inmail_settles_and_costs_one_credit(grace: Face) -> None:
    person = await stranger(grace, "grace")
    before = await credits(grace)
    await grace.rehearsal.fault("lose_answer", account="grace", count=1)
    lost = await grace.ask(
        "POST",
        "/api/send-inmail",
        {"profileUrl": address(person), "subject": "A question", "message": "Lost InMail"},
        headers={"Prefer": "wait=1"},
    )
    assert (lost.status, lost.data["status"]) == (202, "unknown")
    found = await settled(grace, lost.data["sendId"])
    assert (found["status"], found["subject"]) == ("sent", "A question")
    assert await credits(grace) == before - 1
    assert await calls_made(grace) == 1
    assert len(await standing(grace, person, "Lost InMail")) == 1


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_running_gateway_settles_a_lost_inmail_by_itself(tmp_path: Path) -> None:
    async with facing(tmp_path, started=True) as made:
        assert (await made.link("grace")).data["sessionValid"]
        grace = replace(made, user="grace")
        person, before = await stranger(grace, "grace"), await credits(grace)
        await grace.rehearsal.fault("lose_answer", account="grace", count=1)
        answer = await inmail(grace, person, message="By itself")

        async def sent() -> bool:
            told = (await grace.get(f"/api/sends/{answer.data['sendId']}")).data
            return bool(told["status"] == "sent")

        await until(sent)
        assert await calls_made(grace) == 1
        assert await credits(grace) == before - 1
        assert len(await standing(grace, person, "By itself")) == 1


@pytest.mark.promise("voyager.2.2.errors")
async def test_experimental_writes_are_off_towards_the_live_linkedin(grace: Face) -> None:
    aiming = grace.rehearsal.gateway.sending._accepting._aiming
    aiming._experimental_allowed = False
    assert (await inmail(grace, "targetperson")).refusal == (501, "EXPERIMENTAL_OFF")
    in_group = await grace.send(profileUrl=address("imani-fellow"), message="x", groupId=70001)
    assert in_group.refusal == (501, "EXPERIMENTAL_OFF")
    assert await calls_made(grace) == 0


@pytest.mark.promise("voyager.2.2.errors")
async def test_a_channel_without_its_seat_is_refused(grace: Face) -> None:
    ada = replace(grace, user="ada")
    assert (await ada.link("ada")).data["sessionValid"]
    for answer in (
        await inmail(ada, "targetperson", channel="sales_navigator"),
        await ada.send(profileUrl=address("janesmith"), message="x", channel="sales_navigator"),
    ):
        assert answer.refusal == (403, "SEAT_REQUIRED")
    wrong = await ada.send(profileUrl=address("janesmith"), message="x", channel="pigeon")
    assert (wrong.refusal, wrong.error["field"]) == ((400, "VALIDATION_ERROR"), "channel")
