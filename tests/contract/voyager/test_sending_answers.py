"""What a caller is told of a send that is accepted and not sent, and of one that may not leave now."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import facing
from tests.contract.voyager.queueing import ASYNC, Queueing, milliseconds, queueing
from tests.contract.voyager.reaching import address, calls_made, friends, standing
from threadline.api.voyager import present
from threadline.model.accounts import AccountState
from threadline.model.clock import DAY, SECOND
from threadline.model.limits import OwnRules
from threadline.model.pacing import Profile, day_of, next_midnight
from threadline.store import budgets, pacing

pytestmark = pytest.mark.promise("sends.answers")

JANE = "https://www.linkedin.com/in/janesmith/"


@pytest.fixture
async def queue(tmp_path: Path) -> AsyncIterator[Queueing]:
    """Ada's queue, over a clock that stands still."""
    async with queueing(tmp_path) as made:
        yield made


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


@pytest.mark.promise("design.5.warning-stops")
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


async def test_a_direct_send_that_a_careful_account_holds_back_is_answered_at_once_as_queued(
    queue: Queueing,
) -> None:
    account_id = (await queue.face.rehearsal.account()).account_id
    async with queue.face.rehearsal.gateway.database.transaction() as tx:
        await pacing.make(tx, account_id, 7)
        await pacing.set_rules(tx, account_id, OwnRules(profile=Profile.CAREFUL))
    first, second = await friends(queue.face, "ada", 2)
    assert (await queue.face.send(profileUrl=address(first), message="At once")).status == 200
    held = await queue.face.send(
        profileUrl=address(second), message="Not so fast", headers={"Prefer": "wait=5"}
    )
    assert (held.status, held.data["status"], held.data["waitsFor"]) == (202, "queued", "gap")
    assert held.headers["Preference-Applied"] == "wait=5"
    expected = milliseconds(held.data["expectedAt"])
    assert 30 * SECOND <= expected - queue.clock.now() <= 60 * SECOND
    await queue.to(expected - 1)
    assert await queue.copies(second, "Not so fast") == 0
    await queue.to(expected)
    assert await queue.copies(second, "Not so fast") == 1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_what_is_queued_leaves_by_itself_and_is_followed_to_sent(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_dsn") if database == "postgresql" else None
    async with facing(tmp_path, started=True, database_url=url) as face:
        await face.link()
        await face.rehearsal.until_state(AccountState.CONNECTED)
        draft = (await face.send(profileUrl=JANE, message="Never released", draft=True)).data
        soon = present.time(face.rehearsal.gateway.services.clock.now() + 300)
        timed = (await face.send(profileUrl=JANE, message="In a moment", sendAt=soon)).data
        assert (draft["status"], timed["status"]) == ("draft", "queued")

        async def sent(send_id: str) -> bool:
            return bool((await face.get(f"/api/sends/{send_id}")).data["status"] == "sent")

        await until(lambda: sent(timed["sendId"]))
        assert (await face.ask("DELETE", f"/api/sends/{draft['sendId']}")).data["status"] == "cancelled"
        assert len(await standing(face, "janesmith", "In a moment")) == 1
        assert await standing(face, "janesmith", "Never released") == []
