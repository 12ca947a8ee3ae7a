"""The terms of a send: when it leaves, on what conditions, and what its caller is told meanwhile."""

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
from threadline.model.clock import DAY, SECOND
from threadline.model.limits import OwnRules
from threadline.model.pacing import Profile, day_of, next_midnight
from threadline.store import budgets, pacing

pytestmark = pytest.mark.promise("sends.terms")

JANE = "https://www.linkedin.com/in/janesmith/"
BOTH = [JANE, address("sarah-chen")]
MINUTE = 60 * SECOND


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queueing]:
    """Ada's queue, over a clock that stands still."""
    async with queueing(tmp_path) as made:
        yield made


@pytest.mark.promise("sends.answers")
async def test_a_message_that_nobody_waits_for_is_queued_at_once_and_leaves(queue: Queueing) -> None:
    answer = await queue.face.send(profileUrl=JANE, message="In its turn", headers=ASYNC)
    assert answer.status == 202
    assert answer.headers["Preference-Applied"] == "respond-async"
    assert answer.json["success"] is True
    assert answer.data["success"] is False
    assert answer.data["status"] == "queued"
    assert answer.data["retrySafe"] is False
    assert milliseconds(answer.data["expectedAt"]) == queue.clock.now()
    assert "waitsFor" not in answer.data
    assert await calls_made(queue.face) == 0
    await queue.drain()
    followed = await queue.shown(answer.data["sendId"])
    assert (followed["status"], followed["success"], followed["method"]) == ("sent", True, "api-direct")
    assert "expectedAt" not in followed
    assert await queue.copies("janesmith", "In its turn") == 1


@pytest.mark.promise("sends.answers")
async def test_what_is_asked_for_asks_linkedin_nothing_until_it_leaves(queue: Queueing) -> None:
    before = await queue.face.calls()
    data = await queue.accepted("janesmith", "Nobody waits")
    assert data["profileUrl"] == "https://www.linkedin.com/in/janesmith"
    assert "recipientUrn" not in data
    assert await queue.face.calls() == before
    await queue.drain()
    followed = await queue.shown(data["sendId"])
    assert followed["recipientUrn"] == (await queue.face.get("/api/profile/janesmith")).data["urn"]
    assert "profileUrl" not in followed


@pytest.mark.promise("sends.answers")
async def test_each_of_several_says_when_it_leaves_and_leaves_then(queue: Queueing) -> None:
    people = await friends(queue.face, "ada", 4)
    told = [await queue.accepted(vanity, f"Hello {vanity}") for vanity in people]
    assert [one.get("waitsFor") for one in told] == [None, "turn", "turn", "turn"]
    await queue.drain()
    listed = (await queue.listed("?status=queued"))["sends"][::-1]
    assert listed[0]["waitsFor"] == "gap"
    assert [one["expectedAt"] for one in listed] == [one["expectedAt"] for one in told[1:]]
    for one in told[1:]:
        expected = milliseconds(one["expectedAt"])
        await queue.to(expected - 1)
        assert (await queue.shown(one["sendId"]))["status"] == "queued"
        await queue.to(expected)
        sent = await queue.shown(one["sendId"])
        assert (sent["status"], milliseconds(sent["settledAt"])) == ("sent", expected)


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


@pytest.mark.promise("sends.answers")
@pytest.mark.parametrize(
    ("asked", "applied", "status"),
    [
        ("respond-async", "respond-async", 202),
        ("Respond-Async; foo=bar", "respond-async", 202),
        ("wait=20, respond-async", "respond-async", 202),
        ("respond-asynchronously", None, 200),
        ("handling=lenient, wait=20", "wait=20", 200),
    ],
)
async def test_a_preference_is_applied_as_far_as_it_is_known(
    queue: Queueing, asked: str, applied: str | None, status: int
) -> None:
    answer = await queue.face.send(profileUrl=JANE, message="A preference", headers={"Prefer": asked})
    assert (answer.status, answer.headers.get("Preference-Applied")) == (status, applied)


@pytest.mark.promise("sends.answers")
async def test_a_direct_send_over_the_days_budget_says_its_numbers_and_when_the_next_day_begins(
    queue: Queueing,
) -> None:
    account = await queue.face.rehearsal.account()
    async with queue.face.rehearsal.gateway.database.transaction() as tx:
        await budgets.charge(tx, account.account_id, day_of(queue.clock.now()), ["messages"], amount=150)
    answer = await queue.face.send(profileUrl=JANE, message="One too many")
    assert answer.refusal == (429, "BUDGET_REACHED")
    told = answer.error
    assert (told["kind"], told["limit"], told["used"], told["left"]) == ("messages", 150, 150, 0)
    midnight = next_midnight(queue.clock.now())
    assert milliseconds(told["resetsAt"]) == midnight
    assert int(answer.headers["Retry-After"]) == -(-(midnight - queue.clock.now()) // SECOND)
    assert (await queue.listed())["sends"] == []
    queued = await queue.accepted("janesmith", "Tomorrow then")
    assert queued["waitsFor"] == "budget"
    assert midnight <= milliseconds(queued["expectedAt"]) <= midnight + DAY
    await queue.to(milliseconds(queued["expectedAt"]))
    assert (await queue.shown(queued["sendId"]))["status"] == "sent"


@pytest.mark.promise("sends.answers", "design.5.warning-stops")
async def test_a_stopped_account_says_until_when_and_what_is_queued_waits_for_it(queue: Queueing) -> None:
    await queue.face.rehearsal.fault("rate_limited", endpoint="createMessage", retryAfter=120, count=1)
    key = {"Idempotency-Key": "too fast"}
    first = await queue.face.send(profileUrl=JANE, message="Too fast", headers=key)
    assert first.refusal == (429, "RATE_LIMITED")
    assert (first.headers["Retry-After"], first.error["retrySafe"]) == ("120", True)
    queue.clock.advance(20 * SECOND)
    again = await queue.face.send(profileUrl=JANE, message="Too fast", headers=key)
    assert (again.refusal, again.error) == (first.refusal, first.error)
    assert (again.headers["Retry-After"], again.headers["Idempotent-Replayed"]) == ("100", "true")
    direct = await queue.face.send(profileUrl=JANE, message="Still too fast")
    assert (direct.refusal, direct.headers["Retry-After"]) == ((429, "RATE_LIMITED"), "100")
    queued = await queue.accepted("janesmith", "When it may")
    assert queued["waitsFor"] == "account"
    until_then = queue.clock.now() + 100 * SECOND
    assert milliseconds(queued["expectedAt"]) == until_then
    await queue.to(until_then - 1)
    assert await queue.copies("janesmith", "When it may") == 0
    await queue.to(until_then)
    assert (await queue.shown(queued["sendId"]))["status"] == "sent"


@pytest.mark.promise("sends.answers")
async def test_a_direct_send_that_a_careful_account_holds_back_is_answered_at_once_as_queued(
    queue: Queueing,
) -> None:
    account_id = (await queue.face.rehearsal.account()).account_id
    async with queue.face.rehearsal.gateway.database.transaction() as tx:
        await pacing.make(tx, account_id, 7)
        await pacing.set_rules(tx, account_id, OwnRules(profile=Profile.CAREFUL))
    first, second = await friends(queue.face, "ada", 2)
    assert (await _to(queue.face, first, "At once")).status == 200
    held = await _to(queue.face, second, "Not so fast", headers={"Prefer": "wait=5"})
    assert (held.status, held.data["status"], held.data["waitsFor"]) == (202, "queued", "gap")
    assert held.headers["Preference-Applied"] == "wait=5"
    expected = milliseconds(held.data["expectedAt"])
    assert 30 * SECOND <= expected - queue.clock.now() <= 60 * SECOND
    await queue.to(expected - 1)
    assert await queue.copies(second, "Not so fast") == 0
    await queue.to(expected)
    assert await queue.copies(second, "Not so fast") == 1


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
