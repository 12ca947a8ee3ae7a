"""Linking accounts, how they stand, and what stops them."""

import pytest

from tests.contract.voyager.face import COOKIES, Face, cookies_of, quoted
from threadline.model.accounts import AccountState

JANE = "https://www.linkedin.com/in/janesmith/"


@pytest.mark.promise("voyager.4.1.session")
async def test_linking_a_new_user_makes_it_and_says_that_linkedin_accepts_the_session(
    empty_face: Face,
) -> None:
    grace = empty_face.by(key="demo_key", user="a new one")
    linked = await grace.ask(
        "POST",
        "/api/session",
        {"cookies": cookies_of("grace"), "userAgent": "Mozilla/5.0", "proxyCountry": "gb", "other": [1]},
    )
    assert linked.status == 200
    assert linked.data["userId"] == "a new one"
    assert linked.data["cookieCount"] == 2
    assert linked.data["sessionValid"] is True
    assert "sessionError" not in linked.data
    assert (await grace.get("/api/profile/me")).data["fullName"] == "Grace Demo"


@pytest.mark.promise("voyager.4.1.session")
async def test_a_session_that_linkedin_refuses_is_answered_with_200_and_the_reason(empty_face: Face) -> None:
    cookies = [{**COOKIES[0], "value": "stale"}, COOKIES[1]]
    linked = await empty_face.ask("POST", "/api/session", {"cookies": cookies})
    assert linked.status == 200
    assert linked.data["sessionValid"] is False
    assert linked.data["sessionError"]
    assert linked.data["state"] == AccountState.REJECTED
    assert "POST /api/session" in linked.data["nextAction"]
    assert (await empty_face.send(profileUrl=JANE, message="x")).refusal == (401, "SESSION_EXPIRED")
    assert (await empty_face.calls()).get("createMessage", 0) == 0


@pytest.mark.promise("voyager.4.1.session")
async def test_cookies_of_another_member_replace_nothing(face: Face) -> None:
    answer = await face.ask("POST", "/api/session", {"cookies": cookies_of("grace")})
    assert answer.refusal == (409, "ACCOUNT_MISMATCH")
    assert answer.error["nextStep"]
    assert (await face.get("/api/profile/me")).data["fullName"] == "Ada Demo"


async def test_unlinking_takes_the_session_out_and_keeps_what_is_stored(face: Face) -> None:
    thread = (await face.get("/api/conversations?limit=1")).data["conversations"][0]["conversationId"]
    assert (await face.ask("DELETE", "/api/session")).data["state"] == AccountState.UNLINKED
    assert (await face.get("/api/profile/me")).refusal == (401, "SESSION_EXPIRED")
    assert (await face.get("/api/conversations?limit=1")).data["conversations"][0]["conversationId"] == thread
    assert (await face.link()).data["sessionValid"]
    assert (await face.get("/api/profile/me")).status == 200


@pytest.mark.promise("voyager.4.3.capabilities", "design.6.connected-means-proven")
async def test_capabilities_ask_linkedin_and_tell_a_dead_session_with_200(face: Face) -> None:
    before = (await face.calls()).get("me", 0)
    told = (await face.get("/api/session/capabilities")).data
    assert (await face.calls())["me"] == before + 1
    assert told["sessionValid"] is True
    assert told["connectionsRequested"] == told["usage"]["connectionsRequested"] == 0
    assert told["profile"]["vanityName"] == "ada-demo"
    assert told["provenAt"] is not None
    await face.rehearsal.fault("unauthorized")
    told = (await face.get("/api/session/capabilities")).data
    assert told["sessionValid"] is False
    assert told["sessionError"]
    assert told["paused"] is True
    assert told["state"] == AccountState.REJECTED
    assert "Sign in" in told["nextAction"]


@pytest.mark.promise("voyager.4.4.tenant-health", "design.6.connected-means-proven")
async def test_the_tenants_health_is_told_without_asking_linkedin(face: Face) -> None:
    before = await face.calls()
    told = (await face.get("/api/health/tenant")).data
    assert await face.calls() == before
    [account] = told["accounts"]
    assert account["userId"] == "ada"
    assert account["provenAt"] is not None
    assert account["ageSeconds"] >= 0
    assert account["nextAction"]
    await face.rehearsal.fault("checkpoint")
    assert (await face.get("/api/profile/me")).refusal == (423, "ACCOUNT_CHECKPOINT")
    told = (await face.get("/api/health/tenant")).data
    assert told["healthy"] is False
    assert told["accounts"][0]["state"] == AccountState.CHECKPOINT
    assert "confirm" in told["accounts"][0]["nextAction"]


@pytest.mark.promise("voyager.2.2.errors", "design.5.warning-stops")
@pytest.mark.parametrize(
    ("fault", "refusal", "state"),
    [
        ("unauthorized", (401, "SESSION_EXPIRED"), AccountState.REJECTED),
        ("checkpoint", (423, "ACCOUNT_CHECKPOINT"), AccountState.CHECKPOINT),
        ("rate_limited", (429, "RATE_LIMITED"), AccountState.RATE_LIMITED),
        ("denied", (423, "ACCOUNT_RESTRICTED"), AccountState.RESTRICTED),
    ],
)
async def test_a_warning_of_linkedin_stops_the_account_and_loses_nothing(
    face: Face, fault: str, refusal: tuple[int, str], state: AccountState
) -> None:
    listed = (await face.get("/api/conversations?limit=5")).data["conversations"]
    thread = quoted(listed[0]["conversationId"])
    messages = (await face.get(f"/api/conversations/{thread}?limit=1")).data["messages"]
    await face.rehearsal.fault(fault)
    assert (await face.get("/api/profile/sarah-chen")).refusal == refusal
    await face.rehearsal.heal()
    calls = await face.calls()
    again = await face.get("/api/profile/sarah-chen")
    assert again.refusal == refusal
    assert again.error["nextStep"]
    assert ("Retry-After" in again.headers) is (fault in ("rate_limited", "denied"))
    assert (await face.send(profileUrl=JANE, message="x")).refusal == refusal
    assert await face.calls() == calls
    assert (await face.get("/api/accounts")).data["accounts"][0]["state"] == state
    assert (await face.get("/api/conversations?limit=5")).data["conversations"] == listed
    assert (await face.get(f"/api/conversations/{thread}?limit=1")).data["messages"] == messages


@pytest.mark.promise("voyager.2.2.errors")
@pytest.mark.parametrize("fault", ["server_error", "unavailable", "cut_before"])
async def test_trouble_at_linkedin_is_a_bad_gateway(face: Face, fault: str) -> None:
    await face.rehearsal.fault(fault)
    answer = await face.get("/api/profile/sarah-chen")
    assert answer.refusal == (502, "UPSTREAM_ERROR")
    assert answer.json["sandbox"] is True
