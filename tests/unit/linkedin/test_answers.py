"""What statuses, redirects and pages mean: the table of contracts/linkedin-wire.md §12.1."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from threadline.linkedin.answers import failure_in
from threadline.linkedin.connection import Answer
from threadline.linkedin.errors import (
    CheckpointRequired,
    ConnectionLost,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
    Unreachable,
)

NOW = 1_790_000_000_000
PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head></html>"


def failure(
    status: int,
    body: bytes = b"",
    *,
    path: str = "/voyager/api/me",
    deleted: bool = False,
    headers: dict[str, str] | None = None,
) -> LinkedInError | None:
    answer = Answer(status, path, CIMultiDictProxy(CIMultiDict(headers or {})), body)
    return failure_in(answer, session_deleted=deleted, now=NOW)


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize(
    ("status", "location", "kind"),
    [
        (302, "/checkpoint/challenge/x", CheckpointRequired),
        (303, "https://www.linkedin.com/checkpoint/lg/x?y=1", CheckpointRequired),
        (302, "/challenge/x", CheckpointRequired),
        (302, "/login", SessionEnded),
        (303, "https://www.linkedin.com/uas/login?session_redirect=%2Fcheckpoint%2F", SessionEnded),
        (302, "/authwall?trk=x", SessionEnded),
        (302, "/voyager/api/me", ServerTrouble),
        (302, "", ServerTrouble),
        (302, "http://[bad", ServerTrouble),
    ],
)
def test_a_redirect_is_judged_by_its_address(status: int, location: str, kind: type[LinkedInError]) -> None:
    assert type(failure(status, headers={"Location": location})) is kind


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Refusal),
        (401, SessionEnded),
        (403, Refusal),
        (404, Refusal),
        (409, Refusal),
        (410, Refusal),
        (412, Refusal),
        (422, Refusal),
        (429, TooManyRequests),
        (500, ServerTrouble),
        (502, ServerTrouble),
        (503, ServerTrouble),
        (504, ServerTrouble),
        (999, Denied),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[LinkedInError]) -> None:
    error = failure(status, b'{"status":%d}' % status)
    assert type(error) is kind
    assert getattr(error, "status", status) == status


def test_a_success_with_json_or_nothing_is_no_failure() -> None:
    assert failure(200, b'{"data":{}}') is None
    assert failure(202) is None
    assert failure(200, b"{}", deleted=True) is None


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize(
    ("body", "headers", "path", "kind"),
    [
        (PAGE % b"Anything", {}, "/checkpoint/challenge/x", CheckpointRequired),
        (PAGE % b"Anything", {"Content-Location": "/checkpoint/x"}, "/voyager/api/me", CheckpointRequired),
        (PAGE % b"Anything", {"Content-Location": "/login"}, "/voyager/api/me", SessionEnded),
        (PAGE % b"Security Verification | LinkedIn", {}, "/voyager/api/me", CheckpointRequired),
        (PAGE % b"LinkedIn Login, Sign in | LinkedIn", {}, "/voyager/api/me", SessionEnded),
        (PAGE % b"Feed", {}, "/voyager/api/me", ServerTrouble),
        (b"  \n<html>", {}, "/voyager/api/me", ServerTrouble),
    ],
)
def test_a_page_in_place_of_json_is_judged_by_what_it_is(
    body: bytes, headers: dict[str, str], path: str, kind: type[LinkedInError]
) -> None:
    assert type(failure(200, body, path=path, headers=headers)) is kind


@pytest.mark.promise("wire.12.1.statuses")
def test_a_checkpoint_comes_before_everything_else() -> None:
    assert type(failure(302, headers={"Location": "/checkpoint/x"}, deleted=True)) is CheckpointRequired
    assert (
        type(failure(403, PAGE % b"x", headers={"Content-Location": "/checkpoint/x"})) is CheckpointRequired
    )
    assert type(failure(429, PAGE % b"x", path="/checkpoint/x")) is CheckpointRequired


@pytest.mark.promise("wire.12.1.statuses")
def test_a_deleted_session_comes_before_the_status_of_a_refusal() -> None:
    for status in (302, 403, 404, 429):
        assert type(failure(status, deleted=True)) is SessionEnded


def test_a_server_error_stays_one_when_the_session_was_deleted_with_it() -> None:
    error = failure(500, deleted=True)
    assert type(error) is ServerTrouble
    assert error.may_have_left


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_stays_one_whatever_page_it_shows(status: int) -> None:
    for title in (b"Sign in", b"Security verification"):
        error = failure(status, PAGE % title)
        assert type(error) is ServerTrouble
        assert error.may_have_left


@pytest.mark.promise("wire.6.2.new-conversation")
@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        (b"", None, None),
        (b'{"status":400}', None, None),
        (b"CSRF check failed.", "CSRF_CHECK_FAILED", "CSRF check failed"),
        (b"[1]", None, None),
        (
            b'{"exceptionClass":"x","message":"This profile can\'t be accessed","status":403}',
            None,
            "This profile can't be accessed",
        ),
        (
            b'{"data":{"code":"NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY","status":422},"included":[]}',
            "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY",
            None,
        ),
        (b'{"code":"X","message":"words","status":422}', "X", "words"),
    ],
)
def test_a_refusal_keeps_linkedins_code_and_words(body: bytes, code: str | None, reason: str | None) -> None:
    error = failure(422, body)
    assert isinstance(error, Refusal)
    assert (error.status, error.reason_code, error.reason) == (422, code, reason)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 1),
        ("0", 1),
        ("9" * 30, 864_000),
        ("soon", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(header: str, seconds: int | None) -> None:
    error = failure(429, headers={"Retry-After": header})
    assert isinstance(error, TooManyRequests)
    assert error.retry_after == seconds


def test_a_date_is_read_by_the_clock_that_wrote_it() -> None:
    headers = {"Retry-After": "Mon, 21 Sep 2026 16:00:30 GMT", "Date": "Mon, 21 Sep 2026 16:00:00 GMT"}
    error = failure(429, headers=headers)
    assert isinstance(error, TooManyRequests)
    assert error.retry_after == 30


def test_only_trouble_and_a_lost_connection_leave_a_send_unknown() -> None:
    errors: list[LinkedInError] = [
        SessionEnded(""),
        CheckpointRequired(""),
        TooManyRequests(),
        Denied(),
        Refusal(422),
        ServerTrouble(500),
        Unreachable(""),
        ConnectionLost(""),
    ]
    assert {type(error) for error in errors if error.may_have_left} == {ServerTrouble, ConnectionLost}
    assert len({error.outcome for error in errors}) == len(errors)
