"""Batches: many messages queued by one request, each with its own key and result, or none of them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.contract.voyager.face import Face, Reply, quoted
from tests.contract.voyager.queueing import Queueing, milliseconds, queueing
from tests.contract.voyager.reaching import address, friends, stranger
from tests.hostile import spoiled
from threadline.model.clock import SECOND
from threadline.model.pacing import next_midnight

JANE = "https://www.linkedin.com/in/janesmith/"


@pytest.fixture
async def queued(tmp_path: Path) -> AsyncIterator[Queueing]:
    """A gateway whose queue leaves only when it is let, with Ada linked."""
    async with queueing(tmp_path) as made:
        yield made


async def batch(
    face: Face, sends: Any, *, whole: bool = False, headers: dict[str, str] | None = None
) -> Reply:
    """POST /api/sends/batch; whole: all or nothing."""
    body = {"sends": sends, "allOrNothing": whole}
    return await face.ask("POST", "/api/sends/batch", body, headers=headers)


def hello(vanity: str, **more: Any) -> dict[str, Any]:
    """A message to a person."""
    return {"profileUrl": address(vanity), "message": f"Hello {vanity}", **more}


def iso(moment: int) -> str:
    """Epoch milliseconds as ISO 8601."""
    return datetime.fromtimestamp(moment / SECOND, UTC).isoformat()


async def limit(face: Face, **limits: int) -> None:
    """Set daily limits."""
    assert (await face.ask("PUT", "/api/budget", {"limits": limits})).status == 200


@pytest.mark.promise("sends.batch")
async def test_each_message_leaves_when_the_batch_said_in_the_order_given(queued: Queueing) -> None:
    people = await friends(queued.face, "ada", 12)
    answer = await batch(queued.face, [hello(one) for one in people])
    assert answer.status == 202
    data = answer.data
    assert data["success"] is True
    assert data["counts"] == {"accepted": 12, "replayed": 0, "joined": 0, "refused": 0}
    assert [one["index"] for one in data["results"]] == [*range(12)]
    shown = [milliseconds(one["send"]["expectedAt"]) for one in data["results"]]
    assert all(30 * SECOND <= later - earlier <= 60 * SECOND for earlier, later in pairwise(shown))
    await queued.drained()
    for one, expected, vanity in zip(data["results"], shown, people, strict=True):
        left = await queued.shown(one["send"]["sendId"])
        assert left["status"] == "sent"
        assert abs(milliseconds(left["settledAt"]) - expected) <= SECOND
        assert await queued.copies(vanity, f"Hello {vanity}") == 1


@pytest.mark.promise("sends.batch")
async def test_its_messages_are_listed_by_its_id_and_told_in_the_log_and_linkedin_is_not_asked(
    queued: Queueing,
) -> None:
    before = await queued.face.calls()
    people = await friends(queued.face, "ada", 5)
    data = (await batch(queued.face, [hello(one) for one in people])).data
    assert await queued.face.calls() == before
    listed = await queued.listed(f"?batchId={data['batchId']}")
    ids = [one["send"]["sendId"] for one in data["results"]]
    assert [one["sendId"] for one in listed["sends"]] == ids[::-1]
    told = [one for one in await queued.face.rehearsal.events() if one.type.value == "send.queued"]
    assert [one.data["sendId"] for one in told] == ids


@pytest.mark.promise("sends.batch")
async def test_what_is_wrong_with_one_message_is_told_of_that_one_and_the_others_are_taken(
    queued: Queueing,
) -> None:
    [friend] = await friends(queued.face, "ada", 1)
    answer = await batch(
        queued.face,
        [
            hello(friend),
            {"profileUrl": JANE, "message": 5},
            {"profileUrl": "no such name", "message": "Hello"},
            {"profileUrl": JANE, "message": "Zero \0 within"},
            {"profileUrl": JANE, "message": "", "priority": 1},
            {"message": "To nobody"},
            hello("janesmith", sendAt="yesterday"),
            hello("janesmith", priority=11),
            hello("janesmith", subject="Not an InMail"),
            hello("janesmith", inmail=True),
            hello("ada-demo"),
            "not an object",
            {"conversationId": "2-bm9zdWNo", "message": "Into nothing"},
        ],
    )
    assert answer.status == 202
    assert answer.data["success"] is False
    assert answer.data["counts"]["accepted"] == 1
    refused = [(one["error"]["code"], one["error"]["field"]) for one in answer.data["results"][1:]]
    assert refused == [
        ("VALIDATION_ERROR", "sends[1].message"),
        ("VALIDATION_ERROR", "sends[2].profileUrl"),
        ("VALIDATION_ERROR", "sends[3].message"),
        ("VALIDATION_ERROR", "sends[4].message"),
        ("VALIDATION_ERROR", "sends[5].profileUrl"),
        ("VALIDATION_ERROR", "sends[6].sendAt"),
        ("VALIDATION_ERROR", "sends[7].priority"),
        ("VALIDATION_ERROR", "sends[8].subject"),
        ("SUBJECT_REQUIRED", "sends[9].subject"),
        ("MESSAGE_TO_SELF", "sends[10].profileUrl"),
        ("VALIDATION_ERROR", "sends[11]"),
        ("NOT_FOUND", "sends[12].conversationId"),
    ]
    assert all(one["error"]["nextStep"] for one in answer.data["results"][1:])
    assert len((await queued.listed())["sends"]) == 1


@pytest.mark.promise("sends.batch", "sends.idempotency")
async def test_a_key_stands_for_one_message_within_a_batch_between_batches_and_beside_them(
    queued: Queueing,
) -> None:
    one, other = await friends(queued.face, "ada", 2)
    single = await queued.accepted(one, "By itself", idempotencyKey="first")
    answer = await batch(
        queued.face,
        [
            {"profileUrl": address(one), "message": "By itself", "idempotencyKey": "first"},
            hello(one, idempotencyKey="second"),
            hello(one, idempotencyKey="second"),
            hello(other, idempotencyKey="second"),
        ],
    )
    results = answer.data["results"]
    assert [one["outcome"] for one in results] == ["replayed", "accepted", "replayed", "refused"]
    assert results[0]["send"]["sendId"] == single["sendId"]
    assert results[1]["send"]["sendId"] == results[2]["send"]["sendId"]
    assert results[3]["error"]["code"] == "IDEMPOTENCY_MISMATCH"
    assert results[3]["error"]["sendId"] == results[1]["send"]["sendId"]
    again = await queued.accepted(one, f"Hello {one}", idempotencyKey="second")
    assert again["sendId"] == results[1]["send"]["sendId"]
    assert len((await queued.listed())["sends"]) == 2


@pytest.mark.promise("sends.batch", "sends.idempotency")
async def test_a_whole_batch_repeated_under_one_key_is_the_same_batch(queued: Queueing) -> None:
    people = await friends(queued.face, "ada", 4)
    wanted, key = [hello(one) for one in people], {"Idempotency-Key": "newsletter"}
    first = await batch(queued.face, wanted, headers=key)
    assert "Idempotent-Replayed" not in first.headers
    again = await batch(queued.face, wanted, headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.data["batchId"] == first.data["batchId"]
    assert again.data["counts"]["replayed"] == 4
    sent = [[one["send"] for one in answer.data["results"]] for answer in (first, again)]
    assert sent[0] == sent[1]
    changed = await batch(queued.face, [*wanted[:3], hello(people[3], priority=3)], headers=key)
    assert [one["outcome"] for one in changed.data["results"]] == ["replayed"] * 3 + ["refused"]


@pytest.mark.promise("sends.batch", "sends.joining")
async def test_a_message_that_may_have_left_already_is_joined_unless_it_is_forced(queued: Queueing) -> None:
    await queued.face.rehearsal.fault("lose_answer", count=1)
    headers = {"Prefer": "wait=0"}
    lost = await queued.face.send(profileUrl=JANE, message="Hello janesmith", headers=headers)
    assert lost.data["status"] in ("sending", "unknown")
    await queued.drain()
    assert (await queued.shown(lost.data["sendId"]))["status"] == "unknown"
    answer = await batch(queued.face, [hello("janesmith"), hello("janesmith", force=True)])
    joined, forced = answer.data["results"]
    assert (joined["outcome"], joined["send"]["sendId"]) == ("joined", lost.data["sendId"])
    assert forced["outcome"] == "accepted"
    assert (forced["send"]["expectedAt"], forced["send"]["waitsFor"]) == (None, "unknown_send")


@pytest.mark.promise("sends.batch-whole")
async def test_all_or_nothing_tells_each_thing_that_is_wrong_and_takes_nothing(queued: Queueing) -> None:
    [friend] = await friends(queued.face, "ada", 1)
    answer = await batch(
        queued.face,
        [hello(friend), {"message": "To nobody"}, hello(friend, idempotencyKey="x" * 256)],
        whole=True,
    )
    assert answer.status == 400
    assert [one["field"] for one in answer.json["errors"]] == [
        "sends[1].profileUrl",
        "sends[2].idempotencyKey",
    ]
    assert (await queued.listed())["sends"] == []
    assert not [one for one in await queued.face.rehearsal.events() if one.type.value.startswith("send.")]


@pytest.mark.promise("sends.batch-whole")
async def test_all_or_nothing_is_refused_where_the_messages_left_today_do_not_reach(
    queued: Queueing,
) -> None:
    people = await friends(queued.face, "ada", 8)
    await limit(queued.face, messages=6)
    assert (await queued.face.send(**hello(people[0]))).status == 200
    for one in people[1:3]:
        await queued.accepted(one, "Waits for today")
    tomorrow = iso(next_midnight(queued.clock.now()))
    await queued.accepted(people[3], "Waits for tomorrow", sendAt=tomorrow)
    later, today = hello(people[4], sendAt=tomorrow), [hello(one) for one in people[4:8]]
    short = await batch(queued.face, [later, *today], whole=True)
    assert short.refusal == (429, "BUDGET_REACHED")
    error = short.error
    numbers = {name: error[name] for name in ("kind", "limit", "used", "left", "needed")}
    assert numbers == {"kind": "messages", "limit": 6, "used": 1, "left": 3, "needed": 4}
    assert milliseconds(error["resetsAt"]) == next_midnight(queued.clock.now())
    left = -(-(next_midnight(queued.clock.now()) - queued.clock.now()) // SECOND)
    assert int(short.headers["Retry-After"]) == left
    assert len((await queued.listed())["sends"]) == 4
    enough = await batch(queued.face, [later, *today[:3]], whole=True)
    assert enough.data["counts"]["accepted"] == 4


@pytest.mark.promise("sends.batch-whole")
async def test_all_or_nothing_counts_each_person_with_whom_a_conversation_would_begin(
    queued: Queueing,
) -> None:
    people = await friends(queued.face, "ada", 3)
    await limit(queued.face, newConversations=2)
    short = await batch(queued.face, [hello(one) for one in people], whole=True)
    assert short.refusal == (429, "BUDGET_REACHED")
    assert (short.error["kind"], short.error["needed"], short.error["left"]) == ("new_conversations", 3, 2)
    twice = [hello(one) for one in people[:2]] + [hello(people[0], message="And another")]
    assert (await batch(queued.face, twice, whole=True)).status == 202
    assert (await batch(queued.face, [hello(people[0], message="A third")], whole=True)).status == 202
    assert (await batch(queued.face, [hello(people[2])], whole=True)).error["left"] == 0


@pytest.mark.promise("sends.batch-whole")
async def test_under_the_profile_open_no_budget_refuses_a_batch(queued: Queueing) -> None:
    await limit(queued.face, messages=1)
    assert (await queued.face.ask("PUT", "/api/budget", {"profile": "open"})).status == 200
    people = await friends(queued.face, "ada", 3)
    assert (await batch(queued.face, [hello(one) for one in people], whole=True)).status == 202


@pytest.mark.promise("sends.batch")
async def test_what_is_over_the_budget_is_taken_for_the_next_day(queued: Queueing) -> None:
    people = await friends(queued.face, "ada", 3)
    await limit(queued.face, messages=2)
    data = (await batch(queued.face, [hello(one) for one in people])).data
    midnight = next_midnight(queued.clock.now())
    last = data["results"][2]["send"]
    assert last["waitsFor"] == "budget"
    await queued.drained()
    left = await queued.shown(last["sendId"])
    assert left["status"] == "sent"
    assert milliseconds(left["settledAt"]) >= midnight
    assert abs(milliseconds(left["settledAt"]) - milliseconds(last["expectedAt"])) <= SECOND


@pytest.mark.promise("sends.batch-inmail")
async def test_inmails_without_credits_are_refused_one_by_one_or_all_together(queued: Queueing) -> None:
    assert (await queued.face.link("grace")).data["sessionValid"]
    grace = queued.face.by(key="demo_key", user="grace")
    answer = await queued.face.sandbox.admin("POST", "accounts/grace/credits", {"available": 1})
    assert answer.status == 200, answer.text
    person, friend = await stranger(grace, "grace"), (await friends(grace, "grace", 1))[0]
    asked = {"inmail": True, "subject": "A question"}
    wanted = [hello(person, **asked), hello(friend), hello("targetperson", **asked)]
    whole = await batch(grace, wanted, whole=True)
    assert whole.refusal == (402, "NO_INMAIL_CREDITS")
    assert (whole.error["needed"], whole.error["left"]) == (2, 1)
    data = (await batch(grace, wanted)).data
    assert [one["outcome"] for one in data["results"]] == ["accepted", "accepted", "refused"]
    assert data["results"][2]["error"]["code"] == "NO_INMAIL_CREDITS"
    assert data["results"][0]["send"]["subject"] == "A question"
    third = await batch(grace, [wanted[2]])
    assert third.data["counts"]["refused"] == 1


@pytest.mark.promise("sends.batch-inmail")
async def test_inmails_are_refused_where_experimental_writes_are_off(
    queued: Queueing, monkeypatch: pytest.MonkeyPatch
) -> None:
    aiming = queued.face.rehearsal.gateway.services.batching._aiming
    monkeypatch.setattr(aiming, "_experimental_allowed", False)
    wanted = [hello("janesmith"), hello("targetperson", inmail=True, subject="A question")]
    assert (await batch(queued.face, wanted, whole=True)).refusal == (501, "EXPERIMENTAL_OFF")
    data = (await batch(queued.face, wanted)).data
    assert data["results"][1]["error"]["code"] == "EXPERIMENTAL_OFF"


@pytest.mark.promise("sends.batch")
async def test_a_batch_has_from_one_to_five_hundred_messages(queued: Queueing) -> None:
    for sends in ([], [hello("janesmith", message=f"{number}") for number in range(501)]):
        answer = await batch(queued.face, sends)
        assert answer.refusal == (400, "VALIDATION_ERROR")
        assert answer.error["field"] == "sends"
    full = await batch(
        queued.face, [{"profileUrl": JANE, "message": f"Number {number}"} for number in range(500)]
    )
    assert full.data["counts"]["accepted"] == 500
    ids = [one["send"]["sendId"] for one in full.data["results"]]
    assert ids == sorted(ids)


@pytest.mark.promise("sends.batch")
async def test_an_account_that_a_person_must_mend_takes_no_batch_and_one_that_cools_down_does(
    queued: Queueing,
) -> None:
    await queued.face.rehearsal.fault("rate_limited", count=1)
    assert (await queued.face.get("/api/profile/me")).refusal == (429, "RATE_LIMITED")
    taken = await batch(queued.face, [hello("janesmith")])
    assert taken.data["results"][0]["send"]["waitsFor"] == "account"
    assert (await queued.face.ask("DELETE", "/api/session")).status == 200
    assert (await batch(queued.face, [hello("janesmith")])).refusal == (401, "SESSION_EXPIRED")


@pytest.mark.promise("voyager.2.2.errors")
async def test_nothing_that_a_batch_may_hold_breaks_it(queued: Queueing) -> None:
    whole = {
        "allOrNothing": False,
        "sends": [
            {
                "profileUrl": JANE,
                "message": "Hello",
                "recipientUrn": None,
                "conversationId": None,
                "typing": True,
                "attachments": ["a"],
                "mentions": [{"start": 0, "length": 1, "urn": "urn:li:fsd_profile:ACoAAA"}],
                "channel": "linkedin_inbox",
                "subject": "S",
                "inmail": True,
                "idempotencyKey": "k",
                "sendAt": "2030-01-01T00:00:00Z",
                "priority": 1,
                "draft": True,
                "ifLastMessageIs": "2-YQ==",
                "force": True,
            }
        ],
    }
    for place, body in spoiled(whole):
        answer = await queued.face.ask("POST", "/api/sends/batch", body)
        assert answer.status in (202, 400), (place, answer.text)
    assert (await queued.face.get("/api/sends")).status == 200


async def test_every_answer_of_a_batch_tells_the_limits(queued: Queueing) -> None:
    await limit(queued.face, messages=9)
    for answer in (await batch(queued.face, [hello("janesmith")]), await batch(queued.face, [])):
        assert answer.headers["X-RateLimit-Limit"] == "9"
        assert answer.headers["X-RateLimit-Action"] == "MESSAGE"


@pytest.mark.promise("voyager.3.authentication")
async def test_a_batch_needs_the_right_to_send_and_reaches_no_other_tenant(queued: Queueing) -> None:
    made = await queued.face.ask("POST", "/api/keys", {"name": "reader", "rights": ["read", "budget"]})
    reader = queued.face.by(key=made.data["key"], user="ada")
    assert (await batch(reader, [hello("janesmith")])).refusal == (403, "FORBIDDEN_SCOPE")
    other = await queued.face.tenant("acme")
    assert (await batch(other.by(key=other.key, user="ada"), [hello("janesmith")])).refusal == (
        404,
        "USER_NOT_FOUND",
    )
    data = (await batch(queued.face, [hello("janesmith", idempotencyKey="mine")])).data
    assert (await queued.listed(f"?batchId={quoted(data['batchId'])}"))["sends"]
