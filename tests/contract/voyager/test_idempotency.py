"""Idempotency: the same request under the same key is accepted once, and answered alike."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.voyager.face import Face, facing, served
from tests.contract.voyager.reaching import address, calls_made, credits, friends, standing, stranger

pytestmark = pytest.mark.promise("sends.idempotency")

JANE = "https://www.linkedin.com/in/janesmith/"
NO_WAIT = {"Prefer": "wait=0"}


def _key(name: str, **more: str) -> dict[str, str]:
    return {"Idempotency-Key": name, **more}


@pytest.fixture(params=["sqlite", "postgresql"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway with Ada linked, over SQLite, and again over PostgreSQL."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with facing(tmp_path, database_url=url) as made:
        assert (await made.link()).data["sessionValid"]
        yield made


async def _to_jane(face: Face, text: str, headers: Mapping[str, str] | None = None, **more: Any) -> Any:
    return await face.send(profileUrl=JANE, message=text, headers=headers, **more)


@pytest.mark.promise("design.1.accepted-once")
async def test_a_repeat_under_the_same_key_is_the_same_send(face: Face) -> None:
    first = await _to_jane(face, "Once only", _key("a key"))
    again = await _to_jane(face, "Once only", _key("a key"))
    assert (first.status, again.status) == (200, 200)
    assert first.data == again.data
    assert first.data["idempotencyKey"] == "a key"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(await standing(face, "janesmith", "Once only")) == 1


@pytest.mark.promise("sends.idempotency.restart")
async def test_a_repeat_after_a_restart_is_the_same_send(either: Face) -> None:
    first = await _to_jane(either, "Before the restart", _key("kept"))
    assert first.status == 200, first.text
    await either.rehearsal.restart(started=False)
    async with served(either.rehearsal, either.http) as again:
        repeated = await _to_jane(again, "Before the restart", _key("kept"))
        assert (repeated.status, repeated.data) == (200, first.data)
        assert repeated.headers["Idempotent-Replayed"] == "true"
        other = await _to_jane(again, "Something else", _key("kept"))
        assert other.refusal == (422, "IDEMPOTENCY_MISMATCH")
    assert len(await standing(either, "janesmith", "Before the restart")) == 1


async def test_callers_at_once_under_one_key_send_one_message(either: Face) -> None:
    answers = await asyncio.gather(*(_to_jane(either, "Ten callers", _key("one")) for _ in range(10)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.data["sendId"] for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers].count("true") == 9
    assert len(await standing(either, "janesmith", "Ten callers")) == await calls_made(either) == 1


async def test_another_request_under_a_used_key_is_refused_and_nothing_is_sent(face: Face) -> None:
    first = (await _to_jane(face, "The first", _key("used"))).data
    others: list[tuple[str, dict[str, Any]]] = [
        ("/api/send", {"profileUrl": JANE, "message": "The second"}),
        ("/api/send", {"profileUrl": address("sarah-chen"), "message": "The first"}),
        ("/api/send", {"profileUrl": JANE, "message": "The first", "draft": True}),
        ("/api/send", {"profileUrl": JANE, "message": "The first", "priority": 1}),
        ("/api/send", {"profileUrl": JANE, "message": "The first", "sendAt": "2020-01-01T00:00:00Z"}),
        ("/api/send-inmail", {"profileUrl": JANE, "message": "The first", "subject": "Hello"}),
        ("/api/conversations", {"recipients": [JANE, address("sarah-chen")], "message": "The first"}),
    ]
    before = await calls_made(face)
    for path, body in others:
        answer = await face.ask("POST", path, body, headers=_key("used"))
        assert answer.refusal == (422, "IDEMPOTENCY_MISMATCH"), (path, body)
        assert answer.error["sendId"] == first["sendId"]
        assert "Idempotent-Replayed" not in answer.headers
    assert await calls_made(face) == before
    assert len((await face.get("/api/sends")).data["sends"]) == 1


async def test_how_long_a_caller_waits_is_no_part_of_the_request(face: Face) -> None:
    first = (await _to_jane(face, "Waited for", _key("patient"))).data
    for preference in ("wait=1", "respond-async"):
        again = await _to_jane(face, "Waited for", _key("patient", Prefer=preference))
        assert (again.status, again.data) == (200, first)


async def test_without_a_key_two_requests_are_two_messages(face: Face) -> None:
    first, second = [(await _to_jane(face, "A follow-up")).data for _ in range(2)]
    assert first["sendId"] != second["sendId"]
    assert len(await standing(face, "janesmith", "A follow-up")) == 2


async def test_the_header_and_the_field_of_the_body_say_the_same(face: Face) -> None:
    first = (await _to_jane(face, "By header", _key("same"))).data
    for headers, more in (
        (None, {"idempotencyKey": "same"}),
        (_key("same"), {"idempotencyKey": "same"}),
        (_key('"same"'), {}),
    ):
        again = await _to_jane(face, "By header", headers, **more)
        assert again.data == first
        assert again.headers["Idempotent-Replayed"] == "true"
    two = await _to_jane(face, "By header", _key("same"), idempotencyKey="other")
    assert two.refusal == (400, "VALIDATION_ERROR")
    assert two.error["field"] == "idempotencyKey"


@pytest.mark.parametrize("key", ["k" * 255, "schlüssel-ключ-🔑", "a b/c?d=e&f"])
async def test_a_key_is_any_text_that_can_be_read(face: Face, key: str) -> None:
    first = await _to_jane(face, "Any text", idempotencyKey=key)
    again = await _to_jane(face, "Any text", _key(key))
    assert again.data == first.data
    assert first.data["idempotencyKey"] == key


@pytest.mark.parametrize("key", ["", "k" * 256, "two\nlines", "\ttab"])
async def test_a_key_that_cannot_be_kept_is_refused(face: Face, key: str) -> None:
    answer = await _to_jane(face, "A bad key", idempotencyKey=key)
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == "idempotencyKey"
    if "\n" not in key and key.strip() == key:
        in_header = await _to_jane(face, "A bad key", _key(key))
        assert in_header.refusal == (400, "VALIDATION_ERROR")
    assert await calls_made(face) == 0


async def test_a_repeat_while_the_first_is_on_its_way_waits_and_then_says_so(face: Face) -> None:
    await _to_jane(face, "So that the conversation is known")
    await face.rehearsal.fault("slow", endpoint="createMessage", delay=2, count=1)
    first = await _to_jane(face, "Under way", _key("slow", **NO_WAIT))
    assert (first.status, first.data["status"]) == (202, "sending")
    again = await _to_jane(face, "Under way", _key("slow", **NO_WAIT))
    assert again.refusal == (409, "SEND_IN_PROGRESS")
    assert again.error["sendId"] == first.data["sendId"]
    patient = await _to_jane(face, "Under way", _key("slow"))
    assert (patient.status, patient.data["sendId"]) == (200, first.data["sendId"])
    assert patient.headers["Idempotent-Replayed"] == "true"
    assert len(await standing(face, "janesmith", "Under way")) == 1


async def test_a_failure_is_answered_again_as_it_was(face: Face) -> None:
    vanity = await stranger(face, "ada")
    first, again = [
        await face.send(profileUrl=address(vanity), message="To a stranger", headers=_key("refused"))
        for _ in range(2)
    ]
    assert first.refusal == again.refusal == (403, "NOT_CONNECTED")
    assert first.error == again.error
    assert first.error["sendId"]
    assert first.error["retrySafe"] is True
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    followed = (await face.get(f"/api/sends/{first.error['sendId']}")).data
    assert followed["error"] == first.error


async def test_what_was_never_accepted_leaves_its_key_free(face: Face) -> None:
    refused = await face.send(
        profileUrl=address("nobody-of-that-name"), message="To nobody", headers=_key("free")
    )
    assert refused.refusal == (404, "PROFILE_NOT_FOUND")
    assert "sendId" not in refused.error
    assert (await _to_jane(face, "To somebody", _key("free"))).status == 200


async def test_one_key_in_two_accounts_is_two_keys(face: Face) -> None:
    assert (await face.link("grace")).data["sessionValid"]
    grace = replace(face, user="grace")
    [friend] = await friends(face, "grace", 1)
    first = await _to_jane(face, "From Ada", _key("shared"))
    second = await grace.send(profileUrl=address(friend), message="From Grace", headers=_key("shared"))
    assert (first.status, second.status) == (200, 200)
    assert "Idempotent-Replayed" not in second.headers


async def test_an_inmail_and_a_group_are_sent_once_for_each_key(face: Face) -> None:
    assert (await face.link("grace")).data["sessionValid"]
    grace = replace(face, user="grace")
    person = await stranger(grace, "grace")
    inmail = {"profileUrl": address(person), "subject": "A question", "message": "One credit"}
    before = await credits(grace)
    first, again = [
        await grace.ask("POST", "/api/send-inmail", inmail, headers=_key("inmail")) for _ in range(2)
    ]
    assert (first.status, again.status) == (200, 200), again.text
    assert first.data == again.data
    assert first.data["creditsLeft"] == before - 1 == await credits(grace)
    assert len(await standing(grace, person, "One credit")) == 1
    group = {"recipients": [JANE, address("sarah-chen")], "message": "One group"}
    made, repeated = [
        await face.ask("POST", "/api/conversations", group, headers=_key("group")) for _ in range(2)
    ]
    assert made.data == repeated.data
    assert repeated.headers["Idempotent-Replayed"] == "true"
    assert len(await standing(face, "janesmith", "One group")) == 1


@pytest.mark.promise("sends.joining")
async def test_a_repeat_without_a_key_joins_the_send_that_may_have_left(face: Face) -> None:
    await face.rehearsal.fault("lose_answer", count=1)
    lost = await _to_jane(face, "Lost on its way", NO_WAIT)
    async with asyncio.timeout(20):
        while (await face.get(f"/api/sends/{lost.data['sendId']}")).data["status"] != "unknown":
            await asyncio.sleep(0.02)
    joined = await _to_jane(face, "Lost on its way", NO_WAIT)
    assert (joined.status, joined.data["status"]) == (202, "unknown")
    assert joined.data["sendId"] == lost.data["sendId"]
    assert joined.data["retrySafe"] is False
    assert await calls_made(face) == 1
    forced = await _to_jane(face, "Lost on its way", {"Prefer": "respond-async"}, force=True)
    assert forced.data["sendId"] != lost.data["sendId"]
    assert (forced.data["status"], forced.data["expectedAt"]) == ("queued", None)
    assert forced.data["waitsFor"] == "unknown_send"
    under_key = await _to_jane(face, "Lost on its way", _key("its own", Prefer="respond-async"))
    assert under_key.data["sendId"] not in (lost.data["sendId"], forced.data["sendId"])
    assert await calls_made(face) == 1
