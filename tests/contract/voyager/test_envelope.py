"""Every answer is the envelope, with the payload under `data`, and the seed's requests run as printed."""

from typing import Any

import pytest

from tests.contract.voyager.face import COOKIES, Face, cookies_of, quoted
from tests.shapes import assert_shape, seed_requests, seed_shape
from threadline.api.routing import PlainRoute
from threadline.api.voyager import DIALECT

pytestmark = pytest.mark.asyncio(loop_scope="module")

JANE = "https://www.linkedin.com/in/janesmith/"
SARAH = "https://www.linkedin.com/in/sarah-chen/"

# Route -> (target, body); the placeholders are filled from what the sandbox holds.
CALLS: dict[tuple[str, str], tuple[str, Any]] = {
    ("GET", "/api/conversations"): ("/api/conversations?limit=3", None),
    ("GET", "/api/conversations/{conversation:path}"): ("/api/conversations/{urn}?limit=2", None),
    ("POST", "/api/conversations/{conversation:path}/read"): ("/api/conversations/{id}/read", None),
    ("GET", "/api/messages"): (f"/api/messages?profileUrl={JANE}&limit=2", None),
    ("POST", "/api/send"): ("/api/send", {"profileUrl": JANE, "message": "In the envelope"}),
    ("GET", "/api/sends"): ("/api/sends?limit=2", None),
    ("GET", "/api/sends/{send}"): ("/api/sends/{send}", None),
    ("GET", "/api/export/inbox"): ("/api/export/inbox?months=1&categories=SPAM_INBOX", None),
    ("GET", "/api/profile/me"): ("/api/profile/me", None),
    ("GET", "/api/profile/{vanity:path}"): ("/api/profile/sarah-chen", None),
    ("GET", "/api/search/people"): ("/api/search/people?keywords=engineering", None),
    ("GET", "/api/relationship"): (f"/api/relationship?profileUrl={JANE}", None),
    ("GET", "/api/budget"): ("/api/budget", None),
    ("PUT", "/api/budget"): ("/api/budget", {"profile": "open"}),
    ("GET", "/api/inmail/credits"): ("/api/inmail/credits", None),
    ("POST", "/api/conversations"): (
        "/api/conversations",
        {"recipients": [JANE, SARAH], "message": "In a group of the envelope"},
    ),
    ("GET", "/api/conversations/{conversation:path}/receipts"): ("/api/conversations/{id}/receipts", None),
    ("POST", "/api/messages/{message:path}/react"): ("/api/messages/{message}/react", {"emoji": "👍"}),
    ("GET", "/api/messages/{message:path}/reactions"): ("/api/messages/{message}/reactions", None),
    ("PATCH", "/api/messages/{message:path}"): ("/api/messages/{message}", {"message": "Edited"}),
    ("DELETE", "/api/messages/{message:path}"): ("/api/messages/{message}", None),
    ("POST", "/api/conversations/read-all"): ("/api/conversations/read-all", None),
    **{
        ("POST", f"/api/conversations/{{conversation:path}}/{act}"): (
            f"/api/conversations/{{group}}/{act}",
            None,
        )
        for act in ("typing", "unread", "archive", "unarchive", "star", "unstar", "spam", "unspam")
    },
    ("POST", "/api/conversations/{conversation:path}/move"): (
        "/api/conversations/{group}/move",
        {"category": "SECONDARY_INBOX"},
    ),
    ("POST", "/api/conversations/{conversation:path}/participants"): (
        "/api/conversations/{group}/participants",
        {"profileUrls": ["https://www.linkedin.com/in/john-doe-123/"]},
    ),
    ("DELETE", "/api/conversations/{conversation:path}/participants"): (
        "/api/conversations/{group}/participants",
        {"profileUrls": ["https://www.linkedin.com/in/john-doe-123/"]},
    ),
    ("PATCH", "/api/conversations/{conversation:path}"): (
        "/api/conversations/{group}",
        {"title": "Enveloped"},
    ),
    ("DELETE", "/api/conversations/{conversation:path}"): ("/api/conversations/{group}", None),
    ("POST", "/api/session"): ("/api/session", {"cookies": COOKIES}),
    ("GET", "/api/session/capabilities"): ("/api/session/capabilities", None),
    ("GET", "/api/health/tenant"): ("/api/health/tenant", None),
    ("GET", "/api/accounts"): ("/api/accounts", None),
    ("POST", "/api/keys"): ("/api/keys", {"name": "ci"}),
    ("GET", "/api/keys"): ("/api/keys", None),
    ("DELETE", "/api/keys/{key}"): ("/api/keys/{key}", None),
    ("DELETE", "/api/session"): ("/api/session", None),
}

# Asked by the operator, and so without the flag of any tenant.
OPERATOR_CALLS: dict[tuple[str, str], tuple[str, Any]] = {
    ("POST", "/api/admin/tenants"): ("/api/admin/tenants", {"name": "acme"}),
    ("POST", "/api/admin/keys"): ("/api/admin/keys", {"tenant": "acme", "name": "ci"}),
    ("GET", "/api/admin/keys"): ("/api/admin/keys?tenant=acme", None),
    ("DELETE", "/api/admin/keys/{key}"): ("/api/admin/keys/{key}?tenant=acme", None),
    ("POST", "/api/admin/accounts"): (
        "/api/admin/accounts",
        {"tenant": "acme", "userId": "grace", "cookies": cookies_of("grace")},
    ),
    ("GET", "/api/admin/accounts"): ("/api/admin/accounts", None),
    ("POST", "/api/admin/accounts/{account}/prove"): ("/api/admin/accounts/{account}/prove", None),
    ("DELETE", "/api/admin/accounts/{account}"): ("/api/admin/accounts/grace?tenant=acme", None),
}


# The first three carry a file, the next two are refused here, the others answer what is not sent; each has
# tests of its own.
ELSEWHERE = {
    ("POST", "/api/attachments"),
    ("GET", "/api/attachments/{attachment}"),
    ("HEAD", "/api/attachments/{attachment}"),
    ("POST", "/api/send-inmail"),
    ("POST", "/api/conversations/{conversation:path}/mute"),
    ("PATCH", "/api/sends/{send}"),
    ("DELETE", "/api/sends/{send}"),
    ("POST", "/api/sends/{send}/release"),
    ("POST", "/api/sends/batch"),
}


async def _placeholders(face: Face) -> dict[str, str]:
    listed = (await face.get("/api/conversations?limit=1")).data["conversations"][0]
    sent = (await face.send(profileUrl=JANE, message="To be followed")).data
    key = (await face.ask("POST", "/api/keys", {"name": "passing"})).data
    made = {"recipients": [JANE, SARAH], "message": "Hello both", "title": "Envelopes"}
    group = (await face.ask("POST", "/api/conversations", made)).data
    return {
        "{urn}": quoted(listed["conversationUrn"]),
        "{id}": quoted(listed["conversationId"]),
        "{send}": sent["sendId"],
        "{key}": key["id"],
        "{message}": quoted(sent["messageUrn"]),
        "{group}": quoted(group["conversationId"]),
    }


def _filled(target: str, placeholders: dict[str, str]) -> str:
    for name, value in placeholders.items():
        target = target.replace(name, value)
    return target


@pytest.mark.promise("voyager.2.1.envelope", "voyager.4.4.tenant-health", "voyager.8.relationship")
async def test_every_route_answers_in_the_envelope_and_says_sandbox_in_both_places(shared: Face) -> None:
    placeholders = await _placeholders(shared)
    for (method, _), (target, body) in CALLS.items():
        answer = await shared.ask(method, _filled(target, placeholders), body)
        assert answer.status in (200, 201), (target, answer.text)
        assert_shape(answer.json, seed_shape("000-envelope"))
        assert set(answer.json) == {"success", "statusCode", "message", "data", "errors", "sandbox"}, target
        assert answer.json["success"] is answer.json["data"]["success"] is True, target
        assert answer.json["sandbox"] is answer.json["data"]["sandbox"] is True, target
        assert answer.json["statusCode"] == answer.status
        assert answer.json["errors"] == []
    assert (await shared.link()).data["sessionValid"]


async def test_the_operators_routes_answer_in_the_envelope_without_the_sandboxs_flag(shared: Face) -> None:
    placeholders: dict[str, str] = {}
    for (method, path), (target, body) in OPERATOR_CALLS.items():
        answer = await shared.operator.ask(method, _filled(target, placeholders), body)
        assert answer.status in (200, 201), (target, answer.text)
        assert set(answer.json) == {"success", "statusCode", "message", "data", "errors"}, target
        assert "sandbox" not in answer.json["data"]
        if path == "/api/admin/keys" and method == "POST":
            placeholders["{key}"] = answer.data["id"]
        if path == "/api/admin/accounts" and method == "GET":
            named = {one["userId"]: one["accountId"] for one in answer.data["accounts"]}
            placeholders["{account}"] = named["grace"]


async def test_no_route_is_left_out_here() -> None:
    described = {
        (method, route.path)
        for route in DIALECT.routes
        if isinstance(route, PlainRoute)
        for method in route.methods or ()
    }
    assert described == {*CALLS, *OPERATOR_CALLS, *ELSEWHERE, ("GET", "/api/openapi.json")}


@pytest.mark.promise("voyager.6.1.send", "main-job.2.seed-lines")
async def test_the_seeds_requests_run_as_printed(shared: Face) -> None:
    fresh = shared.sandbox
    listed = (await shared.get("/api/conversations?limit=20")).data
    conversation = listed["conversations"][0]
    urn = (await fresh.told("people/janesmith"))["profileUrn"]
    filled = {
        "{nextCursor}": quoted(listed["nextCursor"]),
        "{conversationUrn}": quoted(conversation["conversationUrn"]),
        "{conversationId}": quoted(conversation["conversationId"]),
        "{profileUrl}": JANE,
    }
    values = {"profileUrl": JANE, "message": "As the seed says", "recipientUrn": urn}
    # Ada has no credits: tests/contract/voyager/test_inmail.py sends one as grace.
    not_here = {"send-inmail", "create-webhook", "event-feed"}
    for name, request in seed_requests().items():
        if name in not_here:
            continue
        body = {key: values[key] for key in request.body} or None
        answer = await shared.ask(request.method, _filled(request.path, filled), body)
        assert answer.status == 200, (name, answer.text)
        assert_shape(answer.json, seed_shape("000-envelope"))
        if name.startswith("send"):
            assert_shape(answer.data, seed_shape("000-send-answer"))
            assert answer.data["method"] == "api-direct"


async def test_every_answer_carries_a_request_id(shared: Face) -> None:
    first, second = await shared.get("/api/accounts"), await shared.get("/api/nothing")
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


async def test_each_prefix_has_its_own_not_found(shared: Face) -> None:
    ours, nobodys = await shared.get("/api/nothing"), await shared.get("/nothing")
    assert ours.refusal == (404, "NOT_FOUND")
    assert_shape(ours.json, seed_shape("000-envelope"))
    assert nobodys.status == 404
    assert nobodys.json["error"]["code"] == "NOT_FOUND"
