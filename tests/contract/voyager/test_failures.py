"""When the gateway itself fails: an answer for the caller, the cause in the log, an honest health."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.contract.voyager.face import Face, facing


async def test_health_is_200_only_while_the_database_answers(tmp_path: Path) -> None:
    async with facing(tmp_path) as face:
        assert (await face.by(key=None).get("/health")).json == {"status": "ok"}
        await face.rehearsal.gateway.database.close()
        assert (await face.by(key=None).get("/health")).status == 503
        await face.rehearsal.gateway.database.open()
        assert (await face.by(key=None).get("/health")).status == 200


@pytest.mark.promise("voyager.2.2.errors")
async def test_a_fault_of_our_own_is_told_by_its_request_id_and_logged_with_its_cause(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise LookupError("a secret detail")

    monkeypatch.setattr(face.rehearsal.services.people, "me", broken)
    with capture_logs() as logged:
        answer = await face.get("/api/profile/me")
    assert answer.refusal == (500, "INTERNAL_ERROR")
    assert answer.error["requestId"] == answer.headers["X-Request-Id"]
    assert "secret" not in answer.text
    [entry] = [one for one in logged if one["event"] == "request failed"]
    assert entry["request"] == answer.error["requestId"]
    assert entry["exc_info"]
    assert (await face.get("/api/accounts")).status == 200


async def test_requests_are_counted_by_route_and_status(face: Face) -> None:
    await face.get("/api/conversations?limit=1")
    await face.get("/api/conversations/2-YQ==")
    await face.get("/no/such/path/at/all")
    await face.ask("PROPFIND", "/api/accounts")
    text = (await face.by(key=None).get("/metrics")).text
    counted = "threadline_http_requests_total"
    assert f'{counted}{{method="GET",route="/api/conversations",status="200"}} 1.0' in text
    route = 'route="/api/conversations/{conversation:path}"'
    assert f'{counted}{{method="GET",{route},status="404"}} 1.0' in text
    assert f'{counted}{{method="GET",route="unmatched",status="404"}} 1.0' in text
    assert f'{counted}{{method="OTHER",route="/api/accounts",status="405"}} 1.0' in text
    assert "no/such" not in text
    assert 'threadline_http_request_seconds_count{method="GET",route="/api/conversations"} 1.0' in text
