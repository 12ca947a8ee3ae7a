"""Budgets over the API: what is shown, what its owner may set, and what happens when one is reached."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.voyager.face import Face, Reply, cookies_of
from tests.contract.voyager.queueing import Queueing, milliseconds, queueing
from tests.contract.voyager.reaching import address, friends, inmail, stranger
from tests.hostile import spoiled
from threadline.model.clock import DAY, HOUR, MINUTE, SECOND
from threadline.model.pacing import next_midnight

JANE = "https://www.linkedin.com/in/janesmith/"
HOURS = {"start": "09:00", "end": "17:30", "timeZone": "Europe/Lisbon"}


@pytest.fixture
async def queued(tmp_path: Path) -> AsyncIterator[Queueing]:
    """A gateway whose queue leaves only when it is let, with Ada linked."""
    async with queueing(tmp_path) as made:
        yield made


async def shown(face: Face) -> Any:
    """GET /api/budget."""
    return (await face.get("/api/budget")).data


async def line(face: Face, kind: str) -> Any:
    """One kind of budget."""
    return next(one for one in (await shown(face))["budgets"] if one["kind"] == kind)


async def change(face: Face, **changes: Any) -> Reply:
    """PUT /api/budget."""
    return await face.ask("PUT", "/api/budget", changes)


async def limit(face: Face, **limits: int | None) -> None:
    """Set daily limits."""
    answer = await change(face, limits=limits)
    assert answer.status == 200, answer.text


@pytest.mark.promise("sends.budget-shown", "design.5.budgets")
async def test_an_account_starts_out_careful_enough_and_everything_is_told(queued: Queueing) -> None:
    data = await shown(queued.face)
    midnight = next_midnight(queued.clock.now())
    assert (data["profile"], data["established"], data["newUntil"]) == ("standard", True, None)
    assert data["gap"] == {"leastSeconds": 30, "mostSeconds": 60, "floorSeconds": 10}
    assert (data["workingHours"], data["waiting"], data["stopped"]) == (None, 0, None)
    assert milliseconds(data["resetsAt"]) == midnight
    by_kind = {one["kind"]: one for one in data["budgets"]}
    assert [*by_kind] == ["messages", "new_conversations", "inmail", "invitation_notes", "profile_lookups"]
    for kind in ("messages", "new_conversations"):
        one = by_kind[kind]
        assert (one["limit"], one["ceiling"], one["used"], one["left"]) == (150, 300, 0, 150)
        assert one["enforced"] is True
        assert milliseconds(one["nextSlotAt"]) == queued.clock.now()
    for kind in ("invitation_notes", "profile_lookups"):
        one = by_kind[kind]
        assert (one["limit"], one["left"], one["nextSlotAt"], one["enforced"]) == (None, None, None, False)
    assert all(milliseconds(one["resetsAt"]) == midnight for one in by_kind.values())


@pytest.mark.promise("sends.budget-shown")
async def test_the_next_slot_is_when_one_more_message_would_leave(queued: Queueing) -> None:
    people = await friends(queued.face, "ada", 4)
    for one in people[:3]:
        await queued.accepted(one, "Hello")
    told = (await line(queued.face, "messages"))["nextSlotAt"]
    assert (await shown(queued.face))["waiting"] == 3
    more = await queued.accepted(people[3], "Hello")
    assert abs(milliseconds(more["expectedAt"]) - milliseconds(told)) <= 10


@pytest.mark.promise("sends.budget-shown")
async def test_what_is_changed_is_merged_over_what_is_set_and_null_is_the_default_again(
    queued: Queueing,
) -> None:
    face = queued.face
    assert (await change(face, profile="careful", limits={"messages": 40})).data["profile"] == "careful"
    await limit(face, newConversations=7)
    after = (await change(face, gap={"leastSeconds": 45}, workingHours=HOURS)).data
    assert after["profile"] == "careful"
    assert after["gap"] == {"leastSeconds": 45, "mostSeconds": 60, "floorSeconds": 10}
    assert [one["limit"] for one in after["budgets"][:2]] == [40, 7]
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert after["workingHours"] == {**HOURS, "days": weekdays}
    after = (await change(face, workingHours={"end": "24:00", "days": [7, "Monday", 1]})).data
    assert after["workingHours"] == {**HOURS, "end": "24:00", "days": ["monday", "sunday"]}
    assert (await change(face)).data == await shown(face)
    after = (await change(face, workingHours=None, gap=None, limits={"messages": None})).data
    assert (after["workingHours"], after["gap"]["leastSeconds"]) == (None, 30)
    assert [one["limit"] for one in after["budgets"][:2]] == [150, 7]


@pytest.mark.promise("sends.budget-shown")
async def test_nothing_passes_a_ceiling_and_the_refusal_names_it_and_its_setting(tmp_path: Path) -> None:
    ceilings = {"most_messages_a_day": 99, "most_new_conversations_a_day": 20, "least_gap_seconds": 12.5}
    async with queueing(tmp_path, **ceilings) as queued:
        before = await shown(queued.face)
        assert [one["limit"] for one in before["budgets"][:2]] == [99, 20]
        for changes, field, number, setting in (
            ({"limits": {"messages": 100}}, "limits.messages", "99", "MOST_MESSAGES_A_DAY"),
            (
                {"profile": "open", "limits": {"newConversations": 10**30}},
                "limits.newConversations",
                "20",
                "MOST_NEW_CONVERSATIONS_A_DAY",
            ),
            ({"gap": {"leastSeconds": 12.4}}, "gap.leastSeconds", "12.5", "LEAST_GAP_SECONDS"),
        ):
            answer = await change(queued.face, **changes)
            assert answer.refusal == (400, "VALIDATION_ERROR")
            assert answer.error["field"] == field
            assert number in answer.error["message"]
            assert f"THREADLINE_{setting}" in answer.error["nextStep"]
        assert await shown(queued.face) == before
        assert (await change(queued.face, limits={"messages": 99}, gap={"leastSeconds": 12.5})).status == 200


@pytest.mark.promise("sends.budget-shown")
async def test_rules_that_make_no_sense_are_refused_and_change_nothing(queued: Queueing) -> None:
    before = await shown(queued.face)
    for changes, field in (
        ({"profile": "reckless"}, "profile"),
        ({"profile": None}, "profile"),
        ({"limits": {"messages": -1}}, "limits.messages"),
        ({"limits": {"messages": 1.5}}, "limits[...]"),
        ({"limits": {"inmail": 5}}, "limits.inmail"),
        ({"gap": {"leastSeconds": 61}}, "gap.mostSeconds"),
        ({"gap": {"leastSeconds": 50, "mostSeconds": 40}}, "gap.mostSeconds"),
        ({"gap": {"mostSeconds": 86_401}}, "gap.mostSeconds"),
        ({"gap": {"leastSeconds": -1}}, "gap.leastSeconds"),
        ({"gap": {"leastSeconds": 1e308}}, "gap.leastSeconds"),
        ({"workingHours": {"start": "09:00"}}, "workingHours.end"),
        ({"workingHours": {**HOURS, "end": "09:00"}}, "workingHours"),
        ({"workingHours": {**HOURS, "start": "22:00", "end": "06:00"}}, "workingHours"),
        ({"workingHours": {**HOURS, "start": "24:30"}}, "workingHours.start"),
        ({"workingHours": {**HOURS, "start": "9"}}, "workingHours.start"),
        ({"workingHours": {**HOURS, "days": []}}, "workingHours"),
        ({"workingHours": {**HOURS, "days": ["someday"]}}, "workingHours.days"),
        ({"workingHours": {**HOURS, "days": [0]}}, "workingHours.days"),
        ({"workingHours": {**HOURS, "timeZone": "Mars/Olympus"}}, "workingHours.timeZone"),
        ({"workingHours": {**HOURS, "timeZone": "../../etc/passwd"}}, "workingHours.timeZone"),
    ):
        answer = await change(queued.face, **changes, limitsToo=1)
        assert answer.refusal == (400, "VALIDATION_ERROR"), (changes, answer.text)
        assert answer.error["field"] == field, changes
    assert await shown(queued.face) == before


@pytest.mark.promise("voyager.2.2.errors")
async def test_nothing_that_a_change_may_hold_breaks_it(queued: Queueing) -> None:
    whole = {
        "profile": "careful",
        "limits": {"messages": 40, "newConversations": 7},
        "gap": {"leastSeconds": 45, "mostSeconds": 90},
        "workingHours": {**HOURS, "days": ["monday", 2]},
    }
    for place, body in spoiled(whole):
        answer = await queued.face.ask("PUT", "/api/budget", body)
        assert answer.status in (200, 400), (place, answer.text)
        assert (await queued.face.get("/api/budget")).status == 200, place


@pytest.mark.promise("voyager.3.authentication")
async def test_only_a_key_with_the_right_changes_a_budget_and_no_other_tenant_reaches_it(
    queued: Queueing,
) -> None:
    face = queued.face
    made = await face.ask("POST", "/api/keys", {"name": "ci", "rights": ["read", "send", "manage"]})
    plain = face.by(key=made.data["key"], user="ada")
    assert (await plain.get("/api/budget")).status == 200
    refused = await change(plain, profile="open")
    assert refused.refusal == (403, "FORBIDDEN_SCOPE")
    assert "budget" in refused.error["message"]
    made = await face.ask("POST", "/api/keys", {"name": "owner", "rights": ["budget"]})
    owner = face.by(key=made.data["key"], user="ada")
    assert (await change(owner, profile="careful")).status == 200
    assert (await owner.get("/api/budget")).refusal == (403, "FORBIDDEN_SCOPE")
    other = await face.tenant("acme")
    for user in ("ada", (await face.rehearsal.account()).account_id):
        stranger = other.by(key=other.key, user=user)
        assert (await stranger.get("/api/budget")).refusal == (404, "USER_NOT_FOUND")
        assert (await change(stranger, profile="open")).refusal == (404, "USER_NOT_FOUND")
    assert (await shown(face))["profile"] == "careful"


@pytest.mark.promise("sends.budget-kept", "sends.budget-headers")
async def test_a_direct_send_over_the_budget_is_refused_with_its_numbers_and_nothing_is_kept(
    queued: Queueing,
) -> None:
    face = queued.face
    await limit(face, messages=2)
    for number in range(2):
        answer = await face.send(profileUrl=JANE, message=f"Number {number}")
        assert answer.status == 200
        assert answer.headers["X-RateLimit-Remaining"] == str(1 - number)
    midnight = next_midnight(queued.clock.now())
    for refused in (
        await face.send(profileUrl=JANE, message="One more"),
        await face.ask(
            "POST", "/api/conversations", {"recipients": [JANE, address("sarah-chen")], "message": "Both"}
        ),
    ):
        assert refused.refusal == (429, "BUDGET_REACHED")
        error = refused.error
        assert (error["kind"], error["limit"], error["used"], error["left"]) == ("messages", 2, 2, 0)
        assert milliseconds(error["resetsAt"]) == midnight
        assert int(refused.headers["Retry-After"]) == -(-(midnight - queued.clock.now()) // SECOND)
        assert refused.headers["X-RateLimit-Limit"] == refused.headers["X-RateLimit-Used"] == "2"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert milliseconds(refused.headers["X-RateLimit-Reset"]) == midnight
    assert len((await queued.listed())["sends"]) == 2
    waiting = await queued.accepted("janesmith", "It can wait")
    assert (waiting["waitsFor"], milliseconds(waiting["expectedAt"]) >= midnight) == ("budget", True)
    await queued.to(midnight - 1)
    assert (await queued.shown(waiting["sendId"]))["status"] == "queued"
    await queued.to(midnight)
    assert (await queued.shown(waiting["sendId"]))["status"] == "sent"
    fresh = await face.send(profileUrl=JANE, message="The next day")
    assert (fresh.status, fresh.headers["X-RateLimit-Used"]) == (200, "2")


@pytest.mark.promise("sends.budget-kept")
async def test_an_inmail_counts_as_a_message_too(queued: Queueing) -> None:
    assert (await queued.face.link("grace")).data["sessionValid"]
    grace = queued.face.by(key="demo_key", user="grace")
    person = await stranger(grace, "grace")
    await limit(grace, messages=1)
    assert (await inmail(grace, person)).status == 200
    by_kind = {one["kind"]: one["used"] for one in (await shown(grace))["budgets"]}
    assert (by_kind["messages"], by_kind["new_conversations"], by_kind["inmail"]) == (1, 1, 1)
    assert (await inmail(grace, "targetperson")).refusal == (429, "BUDGET_REACHED")


@pytest.mark.promise("sends.budget-kept")
async def test_under_the_profile_open_everything_is_counted_and_nothing_is_held(queued: Queueing) -> None:
    face = queued.face
    assert (await change(face, profile="open", limits={"messages": 1})).status == 200
    sent = [await face.send(profileUrl=JANE, message=f"Number {number}") for number in range(3)]
    assert {one.status for one in sent} == {200}
    headers = sent[2].headers
    assert (headers["X-RateLimit-Limit"], headers["X-RateLimit-Used"]) == ("1", "3")
    one = await line(face, "messages")
    assert (one["enforced"], one["used"], one["left"]) == (False, 3, 0)
    people = await friends(face, "ada", 3)
    times = {(await queued.accepted(each, "At once"))["expectedAt"] for each in people}
    assert all(milliseconds(time) <= queued.clock.now() + SECOND for time in times)


@pytest.mark.promise("sends.budget-kept")
async def test_under_the_profile_careful_a_direct_send_that_must_wait_is_queued(queued: Queueing) -> None:
    face, (one, other) = queued.face, await friends(queued.face, "ada", 2)
    assert (await change(face, profile="careful")).status == 200
    assert (await face.send(profileUrl=address(one), message="First")).status == 200
    waits = await face.send(profileUrl=address(other), message="Second", headers={"Prefer": "wait=1"})
    assert (waits.status, waits.data["status"], waits.data["waitsFor"]) == (202, "queued", "gap")
    gap = milliseconds(waits.data["expectedAt"]) - queued.clock.now()
    assert 29 * SECOND <= gap <= 60 * SECOND
    await limit(face, messages=1)
    refused = await face.send(profileUrl=JANE, message="Third", headers={"Prefer": "wait=1"})
    assert refused.refusal == (429, "BUDGET_REACHED")


@pytest.mark.promise("sends.budget-shown")
async def test_a_change_is_seen_at_once_in_the_times_of_what_waits(queued: Queueing) -> None:
    people = await friends(queued.face, "ada", 3)
    waiting = [await queued.accepted(one, "Hello") for one in people]
    await change(queued.face, gap={"leastSeconds": 600, "mostSeconds": 600})
    slower = milliseconds((await queued.shown(waiting[2]["sendId"]))["expectedAt"])
    assert slower - queued.clock.now() >= 1_200 * SECOND
    await change(queued.face, profile="open")
    sooner = await queued.shown(waiting[2]["sendId"])
    assert milliseconds(sooner["expectedAt"]) <= queued.clock.now() + SECOND


@pytest.mark.promise("sends.budget-shown")
async def test_inmail_credits_are_linkedins_and_asked_for_at_most_every_ten_minutes(
    queued: Queueing,
) -> None:
    face = queued.face

    async def asked() -> int:
        return (await face.calls()).get("credits", 0)

    await face.sandbox.admin("POST", "accounts/ada/credits", {"available": 7})
    before = await asked()
    first = await line(face, "inmail")
    assert (first["limit"], first["left"], first["used"]) == (7, 7, 0)
    assert milliseconds(first["readAt"]) == queued.clock.now()
    await face.sandbox.admin("POST", "accounts/ada/credits", {"available": 0})
    assert (await line(face, "inmail"))["left"] == 7
    assert await asked() == before + 1
    queued.clock.advance(10 * MINUTE)
    after = await line(face, "inmail")
    assert (after["left"], after["nextSlotAt"]) == (0, None)
    assert await asked() == before + 2


@pytest.mark.promise("sends.budget-shown", "sends.stops")
async def test_a_stopped_account_says_so_and_is_not_asked_for_credits(queued: Queueing) -> None:
    face = queued.face
    await face.rehearsal.fault("rate_limited", count=1, retryAfter=3_600)
    assert (await face.get("/api/profile/me")).refusal == (429, "RATE_LIMITED")
    before = await face.calls()
    data = await shown(face)
    assert data["stopped"]["state"] == "rate_limited"
    assert milliseconds(data["stopped"]["until"]) == queued.clock.now() + HOUR
    by_kind = {one["kind"]: one for one in data["budgets"]}
    assert milliseconds(by_kind["messages"]["nextSlotAt"]) == queued.clock.now() + HOUR
    assert (by_kind["inmail"]["limit"], by_kind["inmail"]["left"]) == (None, None)
    assert await face.calls() == before
    assert (await face.ask("DELETE", "/api/session")).status == 200
    data = await shown(face)
    assert data["stopped"] == {"state": "unlinked", "until": None}
    assert {one["nextSlotAt"] for one in data["budgets"]} == {None}


@pytest.mark.promise("sends.first-week", "sends.budget-shown")
async def test_a_newly_linked_account_has_fifty_a_day_and_says_until_when(queued: Queueing) -> None:
    other = await queued.face.tenant("acme")
    grace = other.by(key=other.key, user="me")
    linked_at = queued.clock.now()
    answer = await grace.ask("POST", "/api/session", {"cookies": cookies_of("grace")})
    assert answer.data["sessionValid"]
    data = await shown(grace)
    assert (data["established"], milliseconds(data["newUntil"])) == (False, linked_at + 7 * DAY)
    assert data["budgets"][0]["limit"] == 50
    assert (await change(grace, limits={"messages": 120})).data["budgets"][0]["limit"] == 50
    queued.clock.advance(7 * DAY)
    data = await shown(grace)
    assert (data["established"], data["newUntil"]) == (True, None)
    assert data["budgets"][0]["limit"] == 120


@pytest.mark.promise("sends.budget-headers")
async def test_whatever_sends_tells_the_limits_and_what_names_no_account_does_not(queued: Queueing) -> None:
    face = queued.face
    for answer in (
        await face.send(profileUrl=JANE, message="Hello"),
        await face.send(profileUrl=JANE, message=""),
        await face.send(profileUrl=JANE, message="Hello", headers={"Prefer": "respond-async"}),
        await inmail(face, "targetperson"),
        await face.ask("POST", "/api/conversations", {"recipients": [], "message": "Hello"}),
        await face.ask("POST", "/api/send", b"not JSON"),
    ):
        assert answer.headers["X-RateLimit-Action"] == "MESSAGE", answer.text
        assert answer.headers["X-RateLimit-Limit"] == "150"
        assert answer.headers["X-RateLimit-Used"] == "1"
        assert answer.headers["X-RateLimit-Remaining"] == "149"
        midnight = next_midnight(queued.clock.now())
        assert milliseconds(answer.headers["X-RateLimit-Reset"]) == midnight
    nobody = face.by(key="demo_key", user="nobody")
    for answer in (await nobody.send(message="Hello"), await face.get("/api/conversations?limit=1")):
        assert not [name for name in answer.headers if name.lower().startswith("x-ratelimit")]


@pytest.mark.promise("sends.budget-shown")
async def test_profile_look_ups_are_counted_found_or_not_and_what_is_stored_is_not(queued: Queueing) -> None:
    face = queued.face
    assert (await line(face, "profile_lookups"))["used"] == 0
    assert (await face.get("/api/profile/sarah-chen")).status == 200
    assert (await face.get("/api/profile/nobody-of-that-name")).refusal == (404, "PROFILE_NOT_FOUND")
    assert (await line(face, "profile_lookups"))["used"] == 2
    assert (await face.send(profileUrl=address("sarah-chen"), message="Known by now")).status == 200
    assert (await line(face, "profile_lookups"))["used"] == 2
