"""Files through the connector: up in a stream, down in a stream, and nowhere but to LinkedIn."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.contract.linkedin.rehearsal import PATIENCE, Observer, Script, connector, http, scripted, session
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import (
    ConnectionLost,
    ForeignAddress,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
)
from threadline.linkedin.media import Ticket
from threadline.model.attachments import ByteRange
from threadline.model.compositions import UploadKind

OWNER = "ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def registered(url: str, **more: object) -> bytes:
    """LinkedIn's word that it takes a file (contracts/linkedin-wire.md §7)."""
    value = {"urn": "urn:li:digitalmediaAsset:DEMO1", "type": "SINGLE", "singleUploadUrl": url, **more}
    answer = {"data": {"value": value, "$type": "com.linkedin.restli.common.ActionResponse"}, "included": []}
    return http("200 OK", json.dumps(answer).encode(), "Content-Type: application/json")


@asynccontextmanager
async def account(script: Script, observer: Observer | None = None) -> AsyncIterator[AccountClient]:
    async with connector(script.base_url) as made:
        yield made.linkedin.account(session(), observer or Observer(), OWNER)


def head_of(request: bytes) -> str:
    return request.partition(b"\r\n\r\n")[0].decode().lower()


@pytest.mark.promise("wire.7.media")
async def test_a_file_is_registered_and_put_as_the_reference_says() -> None:
    async with scripted([http("201 Created")]) as script:
        url = f"{script.base_url}/dms-uploads/demo1?ut=x%2Fy"
        script.answers.insert(
            0, registered(url, singleUploadHeaders={"media-type-family": "FILE", "Cookie": "a=b"})
        )
        async with account(script) as client:
            ticket = await client.media.register(UploadKind.FILE, "cv.pdf", 11)
            await client.media.put(ticket, pieces(b"%PDF-", b"1.7", b"\n\r\n"), "application/pdf", 11)
    registering, putting = script.requests
    assert registering.startswith(
        b"POST /voyager/api/voyagerVideoDashMediaUploadMetadata?action=upload HTTP/1.1"
    )
    assert "accept: application/vnd.linkedin.normalized+json+2.1" in head_of(registering)
    assert "content-type: application/json; charset=utf-8" in head_of(registering)
    assert json.loads(registering.partition(b"\r\n\r\n")[2]) == {
        "mediaUploadType": "MESSAGING_FILE_ATTACHMENT",
        "fileSize": 11,
        "filename": "cv.pdf",
    }
    assert putting.startswith(b"PUT /dms-uploads/demo1?ut=x%2Fy HTTP/1.1")
    said = head_of(putting)
    assert "content-length: 11" in said
    assert "transfer-encoding" not in said
    assert "content-type: application/pdf" in said
    assert "media-type-family: file" in said
    assert "csrf-token: ajax:1" in said
    assert 'cookie: li_at=demo-ada; jsessionid="ajax:1"' in said
    assert "a=b" not in said
    assert putting.partition(b"\r\n\r\n")[2] == b"%PDF-1.7\n\r\n"


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (UploadKind.IMAGE, "MESSAGING_PHOTO_ATTACHMENT"),
        (UploadKind.VIDEO, "MESSAGING_VIDEO_ATTACHMENT"),
        (UploadKind.VOICE, "VOICE_MESSAGE"),
    ],
)
async def test_each_kind_is_registered_under_its_own_name(kind: UploadKind, named: str) -> None:
    async with scripted([registered("https://www.linkedin.com/dms-uploads/1")]) as script:
        async with account(script) as client:
            ticket = await client.media.register(kind, "x", 1)
    assert json.loads(script.requests[0].partition(b"\r\n\r\n")[2])["mediaUploadType"] == named
    assert ticket.asset_urn == "urn:li:digitalmediaAsset:DEMO1"


async def test_an_answer_without_a_place_to_upload_to_is_trouble() -> None:
    async with scripted([http("200 OK", b'{"data":{"value":{"urn":"urn:x"}},"included":[]}')]) as script:
        async with account(script) as client:
            with pytest.raises(ServerTrouble):
                await client.media.register(UploadKind.FILE, "x", 1)


async def test_a_file_is_never_put_to_another_host() -> None:
    async with scripted([]) as script, scripted([]) as other:
        async with account(script) as client:
            ticket = Ticket(asset_urn="urn:x", url=f"{other.base_url}/dms-uploads/1", headers={})
            with pytest.raises(ForeignAddress):
                await client.media.put(ticket, pieces(b"secret"), "text/plain", 6)
    assert not other.requests


@pytest.mark.promise("wire.7.media")
async def test_a_file_is_opened_in_part_with_the_cookies_and_as_it_is() -> None:
    part = http(
        "206 Partial Content",
        b"34567",
        "Content-Type: application/pdf",
        "Content-Range: bytes 3-7/20",
        "Content-Disposition: attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf",
    )
    async with scripted([part]) as script:
        async with account(script) as client:
            async with client.media.open(f"{script.base_url}/dms/1?e=9%2B", ByteRange(3, 7)) as file:
                assert b"".join([chunk async for chunk in file.chunks()]) == b"34567"
                assert (file.first, file.length, file.size, file.partial) == (3, 5, 20, True)
                assert (file.name, file.media_type, file.encoding) == ("résumé.pdf", "application/pdf", None)
    said = head_of(script.requests[0])
    assert said.startswith("get /dms/1?e=9%2b http/1.1")
    assert "range: bytes=3-7" in said
    assert "accept-encoding: identity" in said
    assert "cookie: li_at=demo-ada" in said


async def test_a_head_tells_what_a_file_is_without_its_bytes() -> None:
    answer = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n"
    )
    async with scripted([answer]) as script:
        async with account(script) as client:
            async with client.media.open(f"{script.base_url}/dms/1", head=True) as file:
                assert (file.size, file.media_type) == (4096, "image/png")
    assert script.requests[0].startswith(b"HEAD /dms/1 ")


@pytest.mark.promise("wire.7.media")
async def test_cookies_follow_no_redirect_to_another_host() -> None:
    async with scripted([]) as other:
        away = http("302 Found", b"", f"Location: {other.base_url}/steal")
        async with scripted([away]) as script:
            async with account(script) as client:
                with pytest.raises(ForeignAddress):
                    async with client.media.open(f"{script.base_url}/dms/1"):
                        pass
    assert not other.requests


async def test_a_redirect_that_stays_at_linkedin_leads_to_the_file() -> None:
    async with scripted([http("302 Found", b"", "Location: /dms/2"), http("200 OK", b"bytes")]) as script:
        async with account(script) as client:
            async with client.media.open(f"{script.base_url}/dms/1") as file:
                assert [chunk async for chunk in file.chunks()] == [b"bytes"]
    assert script.requests[1].startswith(b"GET /dms/2 ")


async def test_redirects_that_do_not_end_are_given_up() -> None:
    async with scripted([http("302 Found", b"", "Location: /dms/1")] * 9) as script:
        async with account(script) as client:
            with pytest.raises(Refusal):
                async with client.media.open(f"{script.base_url}/dms/1"):
                    pass
    assert len(script.requests) == 4


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http("401 Unauthorized"), SessionEnded),
        (http("302 Found", b"", "Location: /login"), SessionEnded),
        (http("403 Forbidden"), Refusal),
        (http("404 Not Found"), Refusal),
        (http("410 Gone"), Refusal),
        (http("416 Range Not Satisfiable"), Refusal),
        (http("429 Too Many Requests"), TooManyRequests),
        (http("503 Service Unavailable"), ServerTrouble),
        (http("304 Not Modified"), ServerTrouble),
    ],
)
async def test_what_an_answer_means_is_the_same_for_files_as_for_calls(
    answer: bytes, failure: type[LinkedInError]
) -> None:
    async with scripted([answer]) as script:
        async with account(script) as client:
            with pytest.raises(failure) as met:
                async with client.media.open(f"{script.base_url}/dms/1"):
                    pass
    if isinstance(met.value, Refusal):
        assert str(met.value.status).encode() in answer


async def test_a_strangers_page_is_a_file_and_no_sign_of_a_login() -> None:
    page = b"<html><head><title>Sign In | LinkedIn</title></head></html>"
    observer = Observer()
    async with scripted([http("200 OK", page, "Content-Type: text/html")]) as script:
        async with account(script, observer) as client:
            async with client.media.open(f"{script.base_url}/dms/1") as file:
                assert b"".join([chunk async for chunk in file.chunks()]) == page
    assert not observer.ended


async def test_a_cookie_that_a_file_brings_is_kept_and_one_that_it_takes_ends_the_session() -> None:
    observer = Observer()
    fresh = http("200 OK", b"x", "Set-Cookie: lidc=new; Path=/")
    deleted = http("200 OK", b"x", 'Set-Cookie: li_at="delete me"; Path=/')
    async with scripted([fresh, deleted]) as script:
        async with account(script, observer) as client:
            for _ in range(2):
                async with client.media.open(f"{script.base_url}/dms/1") as file:
                    assert [chunk async for chunk in file.chunks()] == [b"x"]
            with pytest.raises(SessionEnded):
                async with client.media.open(f"{script.base_url}/dms/1"):
                    pass
    assert "lidc" in {cookie.name for cookie in observer.sessions[0].cookies}
    assert observer.ended


async def test_a_file_that_ends_early_is_not_taken_for_whole() -> None:
    async with scripted([http("200 OK", b"0123456789").removesuffix(b"56789")]) as script:
        async with account(script) as client:
            async with client.media.open(f"{script.base_url}/dms/1") as file:
                with pytest.raises(ConnectionLost):
                    [chunk async for chunk in file.chunks()]


async def test_a_reader_that_leaves_closes_the_connection() -> None:
    async with scripted([http("200 OK", b"x" * 100).removesuffix(b"x" * 50)]) as script:
        script.keeps_open = True
        async with asyncio.timeout(PATIENCE):
            async with account(script) as client:
                async with client.media.open(f"{script.base_url}/dms/1") as file:
                    async for _ in file.chunks():
                        break
    # The server only ends once its client has closed the connection.
