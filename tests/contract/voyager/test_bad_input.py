"""Bad input answers its documented status and code, says what to do, and changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.contract.voyager.face import Face, quoted
from tests.shapes import assert_shape, seed_shape
from threadline.api.body import LARGEST_BODY
from threadline.model.messages import TEXT_LIMIT

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise("voyager.2.2.errors")]

JANE = "https://www.linkedin.com/in/janesmith/"
NOBODY_URN = "urn:li:fsd_profile:ACoAA" + "x" * 34
NO_THREAD = "2-bm8tc3VjaC10aHJlYWQ="
JSON = {"Content-Type": "application/json"}


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def nothing_changes(shared: Face) -> AsyncIterator[None]:
    """What is stored and what stands in the sandbox's mailboxes is the same afterwards."""
    before = await _standing(shared)
    yield
    assert await _standing(shared) == before


async def _standing(face: Face) -> Any:
    writes = {name: n for name, n in (await face.calls()).items() if name in ("createMessage", "mark")}
    unread = await face.sandbox.told("mailboxes/ada/unread")
    keys = [one["id"] for one in (await face.get("/api/keys")).data["keys"]]
    accounts = (await face.operator.get("/api/admin/accounts")).data["accounts"]
    states = [(one["accountId"], one["state"]) for one in accounts]
    events = [event.event_id for event in await face.rehearsal.events()]
    return writes, unread, keys, states, events


def _told_properly(answer: Any) -> None:
    """The error stands in the envelope, and names the next step."""
    body = answer.json
    assert_shape(body, seed_shape("000-envelope"))
    assert body["success"] is False
    assert body["statusCode"] == answer.status
    assert body["data"] is None
    assert body["message"]
    assert body["errors"][0]["message"]
    assert body["errors"][0]["nextStep"]


@pytest.mark.parametrize("key", [None, "", "tl_wrong", "demo", "Bearer", "\xe9" * 40, "x" * 8_000])
async def test_a_missing_or_wrong_key_is_unauthorized(shared: Face, key: str | None) -> None:
    answer = await shared.by(key=key, user="ada").get("/api/conversations")
    assert answer.refusal == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "sandbox" not in answer.json
    _told_properly(answer)


async def test_another_scheme_than_bearer_is_unauthorized(shared: Face) -> None:
    answer = await shared.by(key=None).ask(
        "GET", "/api/conversations", headers={"Authorization": "Basic ZGVtb19rZXk6"}
    )
    assert answer.refusal == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("user", ["nobody", "x" * 10_000, "ada\xe9", "0" * 24])
async def test_an_unknown_user_is_told_as_such(shared: Face, user: str) -> None:
    answer = await shared.by(key=shared.key, user=user).get("/api/conversations")
    assert answer.refusal == (404, "USER_NOT_FOUND")
    assert answer.error["field"] == "X-User-Id"
    _told_properly(answer)


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "", "1.5", "+5", "5_0", "%D9%A3", "0x10", "1e3"])
@pytest.mark.parametrize("path", ["/api/conversations?", f"/api/messages?profileUrl={JANE}&"])
async def test_a_limit_that_is_no_number_from_one_is_refused(shared: Face, path: str, limit: str) -> None:
    answer = await shared.get(f"{path}limit={limit}")
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == "limit"
    _told_properly(answer)


@pytest.mark.parametrize("limit", ["1000000000", "9" * 3_000])
async def test_a_huge_limit_is_brought_down_to_a_hundred(shared: Face, limit: str) -> None:
    answer = await shared.get(f"/api/conversations?limit={limit}")
    assert len(answer.data["conversations"]) == 100


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("conversations?category=EVERYTHING", "category"),
        ("conversations?category=", "category"),
        ("conversations?category=inbox", "category"),
        ("export/inbox?months=0", "months"),
        ("export/inbox?months=121", "months"),
        ("export/inbox?months=abc", "months"),
        ("export/inbox?categories=INBOX,NOPE", "categories"),
        ("export/inbox?categories=", "categories"),
        ("conversations/2-AAAA?presence=maybe", "presence"),
        ("messages", "profileUrl"),
        ("messages?profileUrl=", "profileUrl"),
        ("messages?profileUrl=https://example.org/in/janesmith", "profileUrl"),
        ("messages?profileUrl=https://www.linkedin.com/company/acme", "profileUrl"),
        ("messages?profileUrl=%00%01%02", "profileUrl"),
        ("relationship?profileUrl=a", "profileUrl"),
        ("relationship", "profileUrl"),
        ("profile/" + "x" * 600, "profile"),
        ("profile/%00abc", "profile"),
        ("conversations/not-an-id", "conversationId"),
        ("conversations/%00", "conversationId"),
        ("conversations/", "conversationId"),
        ("conversations/2-" + "A" * 5_000, "conversationId"),
    ],
)
async def test_a_wrong_parameter_is_named(shared: Face, query: str, field: str) -> None:
    answer = await shared.get(f"/api/{query}")
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == field
    _told_properly(answer)


async def test_an_unknown_category_is_answered_with_the_five(shared: Face) -> None:
    answer = await shared.get("/api/conversations?category=DRAFTS")
    for name in ("INBOX", "PRIMARY_INBOX", "SECONDARY_INBOX", "ARCHIVED_INBOX", "SPAM_INBOX"):
        assert name in answer.error["message"]


async def test_forged_cursors_and_those_of_other_lists_are_refused(shared: Face) -> None:
    real = (await shared.get("/api/conversations?limit=2")).data["nextCursor"]
    changed = real[:-2] + ("AA" if real[-2:] != "AA" else "BB")
    for cursor in ("x", "null", changed, real[:-4], real + "AAAA", "A" * 9_000, "\N{SNOWMAN}", "%00"):
        answer = await shared.get(f"/api/conversations?nextCursor={quoted(cursor)}")
        assert answer.refusal == (400, "INVALID_CURSOR"), cursor[:20]
        _told_properly(answer)
    elsewhere = await shared.get(f"/api/conversations?category=SPAM_INBOX&nextCursor={quoted(real)}")
    assert elsewhere.refusal == (400, "INVALID_CURSOR")
    thread = (await shared.get("/api/conversations?limit=1")).data["conversations"][0]["conversationId"]
    in_thread = await shared.get(f"/api/conversations/{quoted(thread)}?nextCursor={quoted(real)}")
    assert in_thread.refusal == (400, "INVALID_CURSOR")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"profileUrl": JANE}, "message"),
        ({"profileUrl": JANE, "message": ""}, "message"),
        ({"profileUrl": JANE, "message": " \n\t "}, "message"),
        ({"profileUrl": JANE, "message": "x" * (TEXT_LIMIT + 1)}, "message"),
        ({"profileUrl": JANE, "message": "a\0b"}, "message"),
        ({"profileUrl": JANE, "message": 5}, "message"),
        ({"profileUrl": JANE, "message": None}, "message"),
        ({"profileUrl": JANE, "message": ["x"]}, "message"),
        ({"message": "x"}, "profileUrl"),
        ({"message": "x", "profileUrl": ""}, "profileUrl"),
        ({"message": "x", "profileUrl": {"a": 1}}, "profileUrl"),
        ({"message": "x", "profileUrl": "https://example.org/in/janesmith"}, "profileUrl"),
        ({"message": "x", "profileUrl": JANE, "recipientUrn": "urn:li:member:1"}, "recipientUrn"),
        ({"message": "x", "profileUrl": JANE, "recipientUrn": 7}, "recipientUrn"),
        ({"message": "x", "conversationId": "nonsense"}, "conversationId"),
        ({"message": "x", "conversationId": True}, "conversationId"),
    ],
)
async def test_a_wrong_field_of_a_send_is_named(shared: Face, body: dict[str, Any], field: str) -> None:
    answer = await shared.ask("POST", "/api/send", body)
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == field
    _told_properly(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"{",
        b"[]",
        b'"text"',
        b"5",
        b"null",
        b'{"message": "x",}',
        b'{"message": "\xff"}',
        b'{"message": "\\ud800"}',
        b"\xef\xbb\xbf{}",
        b'{"profileUrl": ' + b"[" * 50_000,
        b'{"other": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b"message=x&profileUrl=y",
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_a_body_that_is_no_json_object_is_refused(shared: Face, body: bytes) -> None:
    for path in ("/api/send", "/api/session", "/api/keys"):
        answer = await shared.ask("POST", path, body)
        assert answer.refusal == (400, "VALIDATION_ERROR")
        _told_properly(answer)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "text/xml",
        "application/atom+xml; charset=utf-8",
        "TEXT/HTML",
    ],
)
async def test_a_body_that_is_said_to_be_something_else_is_refused(shared: Face, content_type: str) -> None:
    answer = await shared.ask(
        "POST", "/api/send", {"message": "x", "profileUrl": JANE}, headers={"Content-Type": content_type}
    )
    assert answer.refusal == (415, "UNSUPPORTED_MEDIA_TYPE")
    _told_properly(answer)


@pytest.mark.parametrize("content_type", ["text/plain", "application/vnd.api+json", "nonsense"])
async def test_json_under_another_name_is_read(shared: Face, content_type: str) -> None:
    answer = await shared.ask("POST", "/api/send", {"message": ""}, headers={"Content-Type": content_type})
    assert answer.error["field"] == "message"


async def test_a_body_of_a_hundred_megabytes_is_refused_without_being_read(shared: Face) -> None:
    host, port = shared.base_url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    # Only announced: the answer must not wait for a single byte of it.
    writer.write(b"POST /api/send HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
    async with asyncio.timeout(10):
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
    writer.close()
    await writer.wait_closed()


async def test_a_client_that_sends_all_of_it_reads_the_answer_too(shared: Face) -> None:
    answer = await shared.ask("POST", "/api/send", b"x" * 100_000_000)
    assert answer.refusal == (413, "PAYLOAD_TOO_LARGE")
    _told_properly(answer)


async def test_a_body_without_a_length_is_refused_once_it_is_too_large(shared: Face) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b" " * (LARGEST_BODY // 4)

    answer = await shared.ask("POST", "/api/send", endless())
    assert answer.refusal == (413, "PAYLOAD_TOO_LARGE")
    _told_properly(answer)


async def test_a_body_just_within_the_limit_is_read(shared: Face) -> None:
    body = b'{"message": ""}'.ljust(LARGEST_BODY)
    assert (await shared.ask("POST", "/api/send", body)).refusal == (400, "VALIDATION_ERROR")
    assert (await shared.ask("POST", "/api/send", body + b" ")).refusal == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("method", "target", "code"),
    [
        ("GET", "/api/profile/nobody-of-that-name", "PROFILE_NOT_FOUND"),
        ("GET", "/api/messages?profileUrl=https://www.linkedin.com/in/nobody-at-all", "PROFILE_NOT_FOUND"),
        ("GET", "/api/relationship?profileUrl=nobody-at-all", "PROFILE_NOT_FOUND"),
        ("GET", f"/api/conversations/{quoted(NO_THREAD)}", "NOT_FOUND"),
        ("POST", f"/api/conversations/{quoted(NO_THREAD)}/read", "NOT_FOUND"),
        ("GET", "/api/sends/nonsense", "NOT_FOUND"),
        ("GET", "/api/sends/%00", "NOT_FOUND"),
        ("GET", "/api/sends/019d4d2c-7a10-7c3e-9f21-5b8e6a0c4d77", "NOT_FOUND"),
        ("DELETE", "/api/keys/019d4d2c-7a10-7c3e-9f21-5b8e6a0c4d77", "NOT_FOUND"),
        ("DELETE", "/api/keys/nonsense", "NOT_FOUND"),
        ("GET", "/api/unknown", "NOT_FOUND"),
        ("GET", "/api/conversations/a/b/../../c/%2e%2e/x", "VALIDATION_ERROR"),
    ],
)
async def test_what_does_not_exist_is_not_found(shared: Face, method: str, target: str, code: str) -> None:
    answer = await shared.ask(method, target)
    assert answer.refusal == (400 if code == "VALIDATION_ERROR" else 404, code)
    _told_properly(answer)


async def test_a_send_to_an_unknown_name_is_not_found(shared: Face) -> None:
    answer = await shared.send(profileUrl="https://www.linkedin.com/in/nobody-at-all/", message="x")
    assert answer.refusal == (404, "PROFILE_NOT_FOUND")


async def test_a_send_into_an_unknown_conversation_is_not_found(shared: Face) -> None:
    answer = await shared.send(conversationId=NO_THREAD, message="x")
    assert answer.refusal == (404, "NOT_FOUND")


async def test_a_person_and_a_conversation_that_do_not_belong_together_are_refused(shared: Face) -> None:
    thread = await shared.sandbox.thread_with("janesmith")
    other = "https://www.linkedin.com/in/sarah-chen"
    answer = await shared.send(profileUrl=other, conversationId=thread, message="x")
    assert answer.refusal == (409, "RECIPIENT_MISMATCH")
    _told_properly(answer)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "GET"])
async def test_another_method_is_not_allowed_and_the_right_one_is_named(shared: Face, method: str) -> None:
    answer = await shared.ask(method, "/api/send")
    assert answer.refusal == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "POST"
    _told_properly(answer)


@pytest.mark.parametrize(
    ("cookies", "field"),
    [
        (None, "cookies"),
        ("li_at=x", "cookies"),
        ([], "cookies"),
        ([{"name": "li_at", "value": "x"}], "cookies"),
        ([{"name": "li_at"}], "cookies[0].value"),
        ([{"name": 1, "value": "x"}], "cookies[0].name"),
        ([{"name": "li_at", "value": "a\r\nb"}, {"name": "JSESSIONID", "value": "x"}], "cookies"),
        ([{"name": "li_at", "value": "a\0b"}, {"name": "JSESSIONID", "value": "x"}], "cookies[0].value"),
        ([{"name": "li_at", "value": "x" * 9_000}, {"name": "JSESSIONID", "value": "x"}], "cookies"),
    ],
)
async def test_cookies_that_are_no_session_are_refused(shared: Face, cookies: Any, field: str) -> None:
    answer = await shared.ask("POST", "/api/session", {"cookies": cookies})
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == field
    _told_properly(answer)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "ci", "rights": []}, "rights"),
        ({"name": "ci", "rights": "read"}, "rights"),
        ({"name": "ci", "rights": ["fly"]}, "rights[0]"),
    ],
)
async def test_a_wrong_field_of_a_key_is_named(shared: Face, body: dict[str, Any], field: str) -> None:
    answer = await shared.ask("POST", "/api/keys", body)
    assert answer.refusal == (400, "VALIDATION_ERROR")
    assert answer.error["field"] == field


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/api/admin/accounts"),
        ("GET", "/api/admin/keys?tenant=sandbox"),
        ("POST", "/api/admin/keys"),
        ("POST", "/api/admin/accounts"),
        ("POST", "/api/admin/tenants"),
    ],
)
@pytest.mark.parametrize("key", [None, "demo_key", "", "wrong"])
async def test_nobody_but_the_operator_administers(
    shared: Face, key: str | None, method: str, target: str
) -> None:
    answer = await shared.by(key=key).ask(method, target, {} if method == "POST" else None)
    assert answer.refusal == (401, "UNAUTHORIZED")
    _told_properly(answer)


@pytest.mark.parametrize(
    ("method", "target", "code"),
    [
        ("GET", "/api/admin/keys", "VALIDATION_ERROR"),
        ("GET", "/api/admin/keys?tenant=nobody", "NOT_FOUND"),
        ("GET", "/api/admin/keys?tenant=%00", "NOT_FOUND"),
        ("DELETE", "/api/admin/accounts/ada?tenant=nobody", "NOT_FOUND"),
        ("DELETE", "/api/admin/accounts/nobody?tenant=sandbox", "USER_NOT_FOUND"),
        ("POST", "/api/admin/accounts/000000000000000000000000/prove", "NOT_FOUND"),
        ("POST", "/api/admin/accounts/%00/prove", "NOT_FOUND"),
    ],
)
async def test_the_operators_mistakes_are_told_too(shared: Face, method: str, target: str, code: str) -> None:
    answer = await shared.operator.ask(method, target)
    assert answer.refusal == (400 if code == "VALIDATION_ERROR" else 404, code)
    _told_properly(answer)
