"""The terms of a send: when it leaves, and on what conditions."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing
from tests.contract.voyager.queueing import ASYNC, Queueing, milliseconds, queueing
from tests.contract.voyager.reaching import address, calls_made, friends, inmail, standing, stranger
from threadline.api.voyager import present
from threadline.model import urns
from threadline.model.accounts import AccountState
from threadline.model.clock import SECOND

pytestmark = pytest.mark.promise("sends.terms")

JANE = "https://www.linkedin.com/in/janesmith/"
BOTH = [JANE, address("sarah-chen")]
MINUTE = 60 * SECOND


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queueing]:
    """Ada's queue, over a clock that stands still."""
    async with queueing(tmp_path) as made:
        yield made


async def test_a_draft_waits_until_it_is_released(queue: Queueing) -> None:
    answer = await queue.face.send(profileUrl=JANE, message="A draft", draft=True)
    assert (answer.status, answer.data["status"]) == (202, "draft")
    assert answer.data["expectedAt"] is None
    assert "waitsFor" not in answer.data
    await queue.drained()
    assert await queue.copies("janesmith", "A draft") == 0
    released = await queue.release(answer.data["sendId"])
    assert (released.status, released.data["status"]) == (200, "queued")
    assert milliseconds(released.data["expectedAt"]) == queue.clock.now()
    await queue.drain()
    assert (await queue.shown(answer.data["sendId"]))["status"] == "sent"
    assert await queue.copies("janesmith", "A draft") == 1


@pytest.mark.parametrize("form", ["ISO", "offset", "epoch"])
async def test_a_timed_message_leaves_at_its_time(queue: Queueing, form: str) -> None:
    at = queue.clock.now() // SECOND * SECOND + 90 * MINUTE
    iso = present.time(at)
    forms = {"ISO": iso, "offset": present.time(at + 60 * MINUTE).replace("Z", "+01:00"), "epoch": at}
    answer = await queue.face.send(profileUrl=JANE, message="Later today", sendAt=forms[form])
    assert (answer.status, answer.data["status"]) == (202, "queued")
    assert answer.data["sendAt"] == answer.data["expectedAt"] == iso
    assert answer.data["waitsFor"] == "send_at"
    await queue.to(at - 1)
    assert await queue.copies("janesmith", "Later today") == 0
    await queue.to(at)
    assert await queue.copies("janesmith", "Later today") == 1


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", 1_577_836_800_000])
async def test_a_time_in_the_past_means_now(queue: Queueing, at: Any) -> None:
    answer = await queue.face.send(profileUrl=JANE, message="Overdue", sendAt=at)
    assert (answer.status, answer.data["status"]) == (200, "sent")
    assert answer.data["sendAt"] == "2020-01-01T00:00:00.000Z"


async def test_a_time_that_has_passed_since_is_the_same_request(queue: Queueing) -> None:
    at = present.time(queue.clock.now() + MINUTE)
    key = {"Idempotency-Key": "timed"}
    first = await queue.face.send(profileUrl=JANE, message="In a minute", sendAt=at, headers=key)
    await queue.to(queue.clock.now() + 2 * MINUTE)
    again = await queue.face.send(profileUrl=JANE, message="In a minute", sendAt=at, headers=key)
    assert (again.status, again.data["sendId"]) == (200, first.data["sendId"])
    assert again.headers["Idempotent-Replayed"] == "true"


async def test_the_higher_priority_leaves_first_and_the_older_of_equals(queue: Queueing) -> None:
    people = await friends(queue.face, "ada", 4)
    asked = dict(zip(people, (-3, 0, 5, 0), strict=True))
    told = {
        vanity: await queue.accepted(vanity, f"Hello {vanity}", priority=priority)
        for vanity, priority in asked.items()
    }
    assert [one.get("priority") for one in told.values()] == [-3, None, 5, None]
    queue.clock.advance(SECOND)
    await queue.drained()
    left = {vanity: (await queue.shown(one["sendId"]))["settledAt"] for vanity, one in told.items()}
    assert sorted(left, key=lambda vanity: str(left[vanity])) == [people[2], people[1], people[3], people[0]]


async def _newest(face: Face, vanity: str = "janesmith") -> Any:
    return (await face.get(f"/api/messages?profileUrl={address(vanity)}&limit=1")).data["messages"][0]


async def test_a_message_is_refused_where_something_newer_is_stored(tmp_path: Path) -> None:
    async with facing(tmp_path, started=True) as face:
        await face.link()
        await face.rehearsal.until_state(AccountState.CONNECTED)
        seen = (await _newest(face))["messageUrn"]
        await face.rehearsal.writes("janesmith", "Wait a moment")

        async def arrived() -> bool:
            return bool((await _newest(face))["text"] == "Wait a moment")

        await until(arrived)
        refused = await face.send(profileUrl=JANE, message="As I said", ifLastMessageIs=seen)
        assert refused.refusal == (409, "NEWER_MESSAGE")
        newest = (await _newest(face))["messageUrn"]
        assert refused.error["newestMessageUrn"] == newest
        assert refused.error["field"] == "ifLastMessageIs"
        assert "sendId" not in refused.error
        assert (await face.get("/api/sends")).data["sends"] == []
        assert await calls_made(face) == 0
        sent = await face.send(profileUrl=JANE, message="I see", ifLastMessageIs=newest)
        assert (sent.status, sent.data["ifLastMessageIs"]) == (200, newest)


async def test_a_message_is_refused_where_only_linkedin_has_something_newer(face: Face) -> None:
    silent = await _silent(face)
    seen = (await _newest(face, silent))["messageUrn"]
    # The owner's own messages are no news to the owner.
    for text in ("Read", "Read so far"):
        assert (await _to(face, silent, text, ifLastMessageIs=seen)).status == 200
    told = await face.rehearsal.writes(silent, "Wait a moment")
    before = await calls_made(face)
    key = {"Idempotency-Key": "as I said"}
    first, again = [await _to(face, silent, "As I said", headers=key, ifLastMessageIs=seen) for _ in range(2)]
    assert first.refusal == (409, "NEWER_MESSAGE")
    assert first.error["retrySafe"] is True
    assert urns.message_id(first.error["newestMessageUrn"]) == told["messageId"]
    assert (again.refusal, again.error) == (first.refusal, first.error)
    assert again.headers["Idempotent-Replayed"] == "true"
    followed = (await face.get(f"/api/sends/{first.error['sendId']}")).data
    assert (followed["status"], followed["error"]) == ("failed", first.error)
    assert await calls_made(face) == before


async def _silent(face: Face) -> str:
    """The vanity name of a connection with a conversation who never answers by herself."""
    told = await face.sandbox.told("people?limit=1000")
    return next(
        str(one["vanity"])
        for one in told["people"]
        if "ada" in one["connectedTo"] and not one["gone"] and not one["answers"] and one["threads"]["ada"]
    )


async def _to(face: Face, vanity: str, text: str, headers: Any = None, **more: Any) -> Any:
    return await face.send(profileUrl=address(vanity), message=text, headers=headers, **more)


async def test_a_queued_message_looks_again_when_it_leaves(queue: Queueing) -> None:
    seen = (await _newest(queue.face))["messageUrn"]
    data = await queue.accepted("janesmith", "Unless you wrote", ifLastMessageIs=seen)
    await queue.face.rehearsal.writes("janesmith", "I did")
    await queue.drained()
    followed = await queue.shown(data["sendId"])
    assert (followed["status"], followed["error"]["code"]) == ("failed", "NEWER_MESSAGE")
    assert followed["error"]["field"] == "ifLastMessageIs"
    assert await queue.copies("janesmith", "Unless you wrote") == 0


async def test_an_inmail_and_a_group_take_the_same_terms(tmp_path: Path) -> None:
    async with queueing(tmp_path) as queue:
        assert (await queue.face.link("grace")).data["sessionValid"]
        grace = replace(queue.face, user="grace")
        person = await stranger(grace, "grace")
        later = await inmail(
            grace, person, sendAt=present.time(queue.clock.now() + MINUTE), message="By mail"
        )
        assert (later.status, later.data["status"], later.data["waitsFor"]) == (202, "queued", "send_at")
        assert later.data["subject"] == "A question"
        group = {"recipients": BOTH, "message": "A group to be", "draft": True, "priority": 2}
        held = await queue.face.ask("POST", "/api/conversations", group)
        assert (held.status, held.data["status"], held.data["priority"]) == (202, "draft", 2)
        assert await calls_made(grace) == await calls_made(queue.face) == 0
        assert (await queue.release(held.data["sendId"])).status == 200
        queue.clock.advance(2 * MINUTE)
        await queue.drained()
        account = await grace.rehearsal.account("grace")
        await grace.rehearsal.services.sending.drain(account.account_id)
        sent = (await grace.get(f"/api/sends/{later.data['sendId']}")).data
        assert sent["status"] == "sent", sent
        assert len(await standing(grace, person, "By mail")) == 1
        assert await queue.copies("janesmith", "A group to be") == 1


@pytest.mark.promise("voyager.2.2.errors")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("draft", "yes"),
        ("draft", 1),
        ("draft", None),
        ("force", "true"),
        ("priority", 11),
        ("priority", -11),
        ("priority", 1.5),
        ("priority", "5"),
        ("priority", True),
        ("sendAt", "tomorrow"),
        ("sendAt", ""),
        ("sendAt", "2026-04-02"),
        ("sendAt", "2026-04-02T09:15:00"),
        ("sendAt", "2026-04-02 09:15:00Z"),
        ("sendAt", "2026-02-30T09:15:00Z"),
        ("sendAt", "2026-04-02T09:15:00+25:00"),
        ("sendAt", 1_775_121_300),
        ("sendAt", -1),
        ("sendAt", 1.5),
        ("sendAt", True),
        ("sendAt", "9999-12-31T23:59:59Z"),
        ("sendAt", 10**30),
        ("ifLastMessageIs", ""),
        ("ifLastMessageIs", "urn:li:msg_message:nothing"),
        ("ifLastMessageIs", 5),
        ("idempotencyKey", ""),
        ("idempotencyKey", 5),
    ],
)
@pytest.mark.parametrize("path", ["/api/send", "/api/send-inmail", "/api/conversations"])
@pytest.mark.asyncio(loop_scope="module")
async def test_a_term_that_is_none_is_named_and_nothing_is_stored(
    shared: Face, path: str, field: str, value: Any
) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/api/send": {"profileUrl": JANE, "message": "Bad terms"},
        "/api/send-inmail": {"profileUrl": JANE, "message": "Bad terms", "subject": "Hello"},
        "/api/conversations": {"recipients": BOTH, "message": "Bad terms"},
    }
    answer = await shared.ask("POST", path, {**bodies[path], field: value})
    assert answer.refusal == (400, "VALIDATION_ERROR"), answer.text
    assert answer.error["field"] == field
    assert answer.error["nextStep"]
    assert (await shared.get("/api/sends")).data["sends"] == []
    assert await calls_made(shared) == 0


async def test_a_message_that_is_in_no_conversation_with_them_is_not_the_last(face: Face) -> None:
    await _newest(face)
    other = await _newest(face, "sarah-chen")
    answer = await face.send(profileUrl=JANE, message="Astray", ifLastMessageIs=other["messageUrn"])
    assert answer.refusal == (404, "MESSAGE_NOT_FOUND")
    assert answer.error["field"] == "ifLastMessageIs"
    assert await calls_made(face) == 0


async def test_an_inmail_through_sales_navigator_waits_its_turn_as_well(queue: Queueing) -> None:
    assert (await queue.face.link("grace")).data["sessionValid"]
    grace = replace(queue.face, user="grace")
    person = await stranger(grace, "grace")
    body = {"profileUrl": address(person), "subject": "Hello", "message": "Later"}
    body["channel"] = "sales_navigator"
    queued = await grace.ask("POST", "/api/send-inmail", body, headers=ASYNC)
    assert (queued.status, queued.data["channel"]) == (202, "sales_navigator")
    account = await grace.rehearsal.account("grace")
    await grace.rehearsal.services.sending.drain(account.account_id)
    sent = (await grace.get(f"/api/sends/{queued.data['sendId']}")).data
    assert (sent["status"], sent["subject"]) == ("sent", "Hello")
    seen = sent["messageUrn"]
    reply = await grace.send(conversationId=sent["conversationId"], message="And so on", ifLastMessageIs=seen)
    assert reply.status == 200, reply.text
