"""The queue: what was accepted is listed, followed, changed and taken back until it is claimed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.voyager.face import Face, quoted
from tests.contract.voyager.queueing import ASYNC, Queueing, milliseconds, queueing
from tests.contract.voyager.reaching import address, calls_made, friends, settled
from threadline.api.voyager import present
from threadline.model.clock import SECOND

pytestmark = pytest.mark.promise("sends.queue")

JANE = "https://www.linkedin.com/in/janesmith/"
MINUTE = 60 * SECOND


@pytest.fixture(params=["sqlite", "postgresql"])
async def queue(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Queueing]:
    """Ada's queue, over a clock that stands still; over SQLite, and again over PostgreSQL."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with queueing(tmp_path, database_url=url) as made:
        yield made


async def test_a_cancelled_message_never_leaves(queue: Queueing) -> None:
    data = await queue.accepted("janesmith", "On second thoughts", idempotencyKey="thought")
    answer = await queue.cancel(data["sendId"])
    assert (answer.status, answer.json["message"]) == (200, "Cancelled")
    assert (answer.data["status"], answer.data["success"]) == ("cancelled", False)
    assert answer.data["retrySafe"] is True
    assert answer.data["settledAt"] is not None
    assert "expectedAt" not in answer.data
    await queue.drained()
    assert await queue.shown(data["sendId"]) == answer.data
    assert await queue.copies("janesmith", "On second thoughts") == 0
    assert (await queue.cancel(data["sendId"])).refusal == (422, "NOT_EDITABLE")
    repeated = await queue.face.send(profileUrl=JANE, message="On second thoughts", idempotencyKey="thought")
    assert (repeated.status, repeated.data) == (202, answer.data)
    assert repeated.headers["Idempotent-Replayed"] == "true"


async def test_those_behind_a_cancelled_message_leave_earlier(queue: Queueing) -> None:
    people = await friends(queue.face, "ada", 3)
    first, second, third = [await queue.accepted(vanity, f"Hello {vanity}") for vanity in people]
    await queue.cancel(first["sendId"])
    shown = await queue.shown(second["sendId"])
    assert (milliseconds(shown["expectedAt"]), shown.get("waitsFor")) == (
        milliseconds(second["createdAt"]),
        None,
    )
    assert milliseconds((await queue.shown(third["sendId"]))["expectedAt"]) < milliseconds(
        third["expectedAt"]
    )


async def test_a_changed_message_leaves_as_it_was_changed(queue: Queueing) -> None:
    at = present.time(queue.clock.now() + MINUTE)
    data = await queue.accepted("janesmith", "Thuesday", sendAt=at)
    changed = await queue.change(data["sendId"], message="Tuesday", sendAt=None, priority=3)
    assert (changed.status, changed.data["message"], changed.data["priority"]) == (200, "Tuesday", 3)
    assert "sendAt" not in changed.data
    assert "waitsFor" not in changed.data
    queue.clock.advance(SECOND)
    await queue.drain()
    assert (await queue.shown(data["sendId"]))["status"] == "sent"
    assert await queue.copies("janesmith", "Tuesday") == 1
    assert await queue.copies("janesmith", "Thuesday") == 0


async def test_what_is_left_out_of_a_change_stays(queue: Queueing) -> None:
    at = queue.clock.now() + 30 * MINUTE
    data = await queue.accepted("janesmith", "All of it", sendAt=at, priority=7)
    for change in ({"message": "Most of it"}, {"priority": -2}, {"sendAt": present.time(at + MINUTE)}):
        assert (await queue.change(data["sendId"], **change)).status == 200
    shown = await queue.shown(data["sendId"])
    assert (shown["message"], shown["priority"]) == ("Most of it", -2)
    assert milliseconds(shown["sendAt"]) == milliseconds(shown["expectedAt"]) == at + MINUTE


async def test_a_raised_priority_lets_a_message_leave_before_others(queue: Queueing) -> None:
    first, second = await friends(queue.face, "ada", 2)
    waiting = await queue.accepted(first, "Not so urgent")
    urgent = await queue.accepted(second, "Urgent after all")
    assert urgent["waitsFor"] == "turn"
    queue.clock.advance(SECOND)
    raised = await queue.change(urgent["sendId"], priority=10)
    assert "waitsFor" not in raised.data
    await queue.drain()
    assert (await queue.shown(urgent["sendId"]))["status"] == "sent"
    assert (await queue.shown(waiting["sendId"]))["waitsFor"] == "gap"


async def test_a_draft_is_changed_released_once_and_sent(queue: Queueing) -> None:
    data = (await queue.face.send(profileUrl=JANE, message="A frist draft", draft=True)).data
    assert (await queue.change(data["sendId"], message="A first draft")).data["status"] == "draft"
    assert (await queue.release(data["sendId"])).data["status"] == "queued"
    twice = await queue.release(data["sendId"])
    assert twice.refusal == (422, "NOT_EDITABLE")
    await queue.drained()
    assert await queue.copies("janesmith", "A first draft") == 1
    assert await queue.copies("janesmith", "A frist draft") == 0


async def test_a_timed_draft_leaves_at_its_time_where_it_was_released_before(queue: Queueing) -> None:
    at = queue.clock.now() + 30 * MINUTE
    data = (await queue.face.send(profileUrl=JANE, message="At eight", draft=True, sendAt=at)).data
    released = (await queue.release(data["sendId"])).data
    assert (milliseconds(released["expectedAt"]), released["waitsFor"]) == (at, "send_at")
    await queue.to(at)
    assert await queue.copies("janesmith", "At eight") == 1


async def test_what_is_settled_or_on_its_way_can_no_longer_be_changed(face: Face) -> None:
    sent = (await face.send(profileUrl=JANE, message="So that the conversation is known")).data
    acts = {"PATCH": {"priority": 1}, "DELETE": None, "POST": None}

    async def refusals(send_id: str) -> set[tuple[int, str]]:
        found = set()
        for method, body in acts.items():
            suffix = "/release" if method == "POST" else ""
            answer = await face.ask(method, f"/api/sends/{send_id}{suffix}", body)
            assert answer.error["sendId"] == send_id
            found.add(answer.refusal)
        return found

    assert await refusals(sent["sendId"]) == {(422, "NOT_EDITABLE")}
    await face.rehearsal.fault("slow", endpoint="createMessage", delay=2, count=1)
    leaving = (await face.send(profileUrl=JANE, message="Gone", headers={"Prefer": "wait=0"})).data
    assert leaving["status"] == "sending"
    assert await refusals(leaving["sendId"]) == {(409, "SEND_IN_PROGRESS")}
    await face.rehearsal.services.sending.stop()
    assert (await face.get(f"/api/sends/{leaving['sendId']}")).data["status"] == "sent"


async def test_callers_at_once_cancel_or_release_a_draft_once(queue: Queueing) -> None:
    data = (await queue.face.send(profileUrl=JANE, message="Only one wins", draft=True)).data
    answers = await asyncio.gather(
        *(queue.cancel(data["sendId"]) for _ in range(5)), *(queue.release(data["sendId"]) for _ in range(5))
    )
    done = [answer.json["message"] for answer in answers if answer.status == 200]
    assert sorted(done) in (["Cancelled"], ["Cancelled", "Released"])
    assert {answer.refusal for answer in answers if answer.status != 200} == {(422, "NOT_EDITABLE")}
    await queue.drained()
    assert await queue.copies("janesmith", "Only one wins") == 0


async def test_a_list_shows_every_send_once_newest_first(queue: Queueing) -> None:
    made = [await queue.accepted("janesmith", f"Number {number}") for number in range(7)]
    found: list[Any] = []
    cursors: list[Any] = []
    for _ in range(3):
        cursor = f"&nextCursor={quoted(cursors[-1])}" if cursors else ""
        page = await queue.listed(f"?limit=3{cursor}")
        found += page["sends"]
        cursors.append(page["nextCursor"])
        assert page["open"] == {"draft": 0, "queued": 7, "sending": 0, "unknown": 0}
    assert cursors[-1] is None
    assert [one["sendId"] for one in found] == [one["sendId"] for one in made[::-1]]
    assert [one["message"] for one in found] == [f"Number {number}" for number in range(7)][::-1]


async def test_a_list_is_narrowed_by_state_conversation_and_batch(queue: Queueing) -> None:
    sent = (await queue.face.send(profileUrl=JANE, message="Sent")).data
    queue.clock.advance(1)
    held = (await queue.face.send(profileUrl=JANE, message="Held", draft=True)).data
    queue.clock.advance(1)
    waiting = await queue.accepted((await friends(queue.face, "ada", 3))[-1], "Waiting")
    cancelled = await queue.accepted("sarah-chen", "Not sent")
    await queue.cancel(cancelled["sendId"])
    urn = quoted(sent["conversationUrn"])
    batch = str(uuid4())
    wanted = {
        "": [cancelled, waiting, held, sent],
        "?status=sent": [sent],
        "?status=draft": [held],
        "?status=queued": [waiting],
        "?status=cancelled": [cancelled],
        "?status=failed": [],
        f"?conversationId={urn}": [held, sent],
        f"?conversationId={quoted(sent['conversationId'])}&status=draft": [held],
        f"?batchId={batch}": [],
        f"?batchId={batch}&status=queued&conversationId={urn}": [],
    }
    for query, expected in wanted.items():
        page = await queue.listed(query)
        assert [one["sendId"] for one in page["sends"]] == [one["sendId"] for one in expected], query
        assert page["open"] == {"draft": 1, "queued": 1, "sending": 0, "unknown": 0}


async def test_a_list_says_why_a_message_failed_and_which_may_have_left(face: Face) -> None:
    await face.rehearsal.fault("lose_answer", count=1)
    unknown = (await face.send(profileUrl=JANE, message="Lost", headers={"Prefer": "wait=1"})).data
    await face.rehearsal.fault("refused", endpoint="createMessage", message="No more", count=1)
    refused = await face.send(profileUrl=address("sarah-chen"), message="Refused")
    page = (await face.get("/api/sends")).data
    assert [one["status"] for one in page["sends"]] == ["failed", "unknown"]
    assert page["sends"][0]["error"] == refused.error
    assert page["open"]["unknown"] == 1
    assert (await settled(face, unknown["sendId"]))["status"] == "sent"


@pytest.mark.promise("voyager.3.authentication")
async def test_sends_of_another_account_or_tenant_are_not_there(face: Face) -> None:
    mine = (await face.send(profileUrl=JANE, message="Mine", draft=True)).data["sendId"]
    assert (await face.link("grace")).data["sessionValid"]
    grace = replace(face, user="grace")
    other = await face.tenant("other")
    assert (await replace(other, user="alan").link("alan")).data["sessionValid"]
    alan = replace(other, user="alan")
    missing = str(uuid4())
    for caller, send_id in ((grace, mine), (alan, mine), (face, missing), (face, "nonsense"), (face, "%00")):
        for method, suffix, body in (
            ("GET", "", None),
            ("PATCH", "", {"priority": 1}),
            ("DELETE", "", None),
            ("POST", "/release", None),
        ):
            answer = await caller.ask(method, f"/api/sends/{send_id}{suffix}", body)
            assert answer.refusal == (404, "NOT_FOUND"), (method, send_id)
    assert (await grace.get("/api/sends")).data["sends"] == []
    assert (await face.get(f"/api/sends/{mine}")).data["status"] == "draft"


async def test_a_cursor_belongs_to_its_account_and_filters(face: Face) -> None:
    for number in range(2):
        await face.send(profileUrl=JANE, message=f"Draft {number}", draft=True)
    cursor = (await face.get("/api/sends?limit=1")).data["nextCursor"]
    assert (await face.get(f"/api/sends?limit=1&nextCursor={cursor}")).status == 200
    assert (await face.link("grace")).data["sessionValid"]
    for caller, query in (
        (face, f"status=draft&nextCursor={cursor}"),
        (face, f"nextCursor={cursor[:-1]}"),
        (face, "nextCursor=x"),
        (replace(face, user="grace"), f"nextCursor={cursor}"),
    ):
        assert (await caller.get(f"/api/sends?{query}")).refusal == (400, "INVALID_CURSOR")


@pytest.mark.promise("voyager.2.2.errors")
async def test_a_bad_filter_or_change_is_named_and_changes_nothing(face: Face) -> None:
    made = (await face.send(profileUrl=JANE, message="As it was", draft=True)).data
    for query, field in (
        ("status=lost", "status"),
        ("status=", "status"),
        ("batchId=none", "batchId"),
        ("batchId=%00", "batchId"),
        ("conversationId=none", "conversationId"),
        ("limit=0", "limit"),
        ("limit=ten", "limit"),
    ):
        answer = await face.get(f"/api/sends?{query}")
        assert answer.refusal == (400, "VALIDATION_ERROR"), query
        assert answer.error["field"] == field
    changes: list[tuple[dict[str, Any], str]] = [
        ({}, "message"),
        ({"text": "Unknown fields are no change"}, "message"),
        ({"message": ""}, "message"),
        ({"message": " \n"}, "message"),
        ({"message": "x" * 8_001}, "message"),
        ({"message": "\0"}, "message"),
        ({"message": None}, "message"),
        ({"priority": 11}, "priority"),
        ({"priority": "1"}, "priority"),
        ({"sendAt": "soon"}, "sendAt"),
        ({"sendAt": 5}, "sendAt"),
        ({"sendAt": "2099-01-01T00:00:00Z"}, "sendAt"),
        ({"sendAt": 10**30}, "sendAt"),
    ]
    for body, field in changes:
        answer = await face.ask("PATCH", f"/api/sends/{made['sendId']}", body)
        assert answer.refusal == (400, "VALIDATION_ERROR"), body
        assert answer.error["field"] == field
    assert (await face.get(f"/api/sends/{made['sendId']}")).data == made


async def test_a_text_that_names_people_is_not_changed(face: Face) -> None:
    urn = (await face.get("/api/profile/janesmith")).data["urn"]
    mentions = [{"start": 0, "length": 4, "urn": urn}]
    made = (await face.send(profileUrl=JANE, message="Jane, as said", mentions=mentions, draft=True)).data
    path = f"/api/sends/{made['sendId']}"
    refused = await face.ask("PATCH", path, {"message": "As said, Jane"})
    assert refused.refusal == (422, "NOT_EDITABLE")
    assert (await face.ask("PATCH", path, {"priority": 1})).data["mentions"] == made["mentions"]


async def test_a_key_that_may_only_read_changes_nothing(face: Face) -> None:
    made = (await face.send(profileUrl=JANE, message="To be read", draft=True)).data
    key = (await face.ask("POST", "/api/keys", {"name": "reader", "rights": ["read"]})).data["key"]
    reader = face.by(key=key, user="ada")
    assert (await reader.get("/api/sends")).data["sends"][0]["sendId"] == made["sendId"]
    assert (await reader.get(f"/api/sends/{made['sendId']}")).data["status"] == "draft"
    path = f"/api/sends/{made['sendId']}"
    for method, target, body in (
        ("PATCH", path, {"priority": 1}),
        ("DELETE", path, None),
        ("POST", f"{path}/release", None),
    ):
        assert (await reader.ask(method, target, body)).refusal == (403, "FORBIDDEN_SCOPE")
    assert (await face.get(path)).data == made


async def test_the_queue_is_kept_over_a_restart(queue: Queueing) -> None:
    at = present.time(queue.clock.now() + MINUTE)
    data = await queue.accepted("janesmith", "Kept", sendAt=at)
    await queue.face.rehearsal.restart(started=False)
    account = await queue.face.rehearsal.account()
    shown = await queue.face.rehearsal.services.queue.get(account, data["sendId"])
    assert present.time(shown.expected.at) == data["expectedAt"] == at
    await queue.to(queue.clock.now() + MINUTE)
    assert await queue.copies("janesmith", "Kept") == 1


async def test_a_full_queue_takes_no_more_and_says_so(tmp_path: Path) -> None:
    async with queueing(tmp_path, most_waiting_sends=2) as queue:
        for number in range(2):
            await queue.accepted("janesmith", f"Number {number}")
        full = await queue.face.send(profileUrl=JANE, message="Number 2", headers=ASYNC)
        assert full.refusal == (429, "QUEUE_FULL")
        assert full.error["nextStep"]
        assert (await queue.listed())["open"]["queued"] == 2
        assert await calls_made(queue.face) == 0
