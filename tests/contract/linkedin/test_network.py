"""What a failure of the network proves, and what leaves on the wire."""

import asyncio
import json

import pytest

from tests.contract.linkedin.rehearsal import PATIENCE, SILENCE, Observer, connector, http, scripted, session
from tests.unit.linkedin.wire_examples import BOB, CONVERSATION_URN, ME, MESSAGE, MESSAGE_URN, THREAD
from threadline.linkedin.connection import ANSWER_LIMIT
from threadline.linkedin.connector import AccountClient, LinkedIn
from threadline.linkedin.errors import (
    ConnectionLost,
    Refusal,
    ServerTrouble,
    SessionEnded,
)
from threadline.linkedin.messages import Delivered
from threadline.model.accounts import Cookie, Session
from threadline.model.compositions import Composition

TOKEN = "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012"
TRACKING = "0123456789abcdef"
ME_BODY = json.dumps({"miniProfile": {"entityUrn": f"urn:li:fs_miniProfile:{ME}"}}).encode()
DELIVERED_BODY = json.dumps(
    {
        "value": {
            "entityUrn": MESSAGE_URN,
            "conversationUrn": CONVERSATION_URN,
            "deliveredAt": 1_790_000_200_000,
        }
    }
).encode()
DELIVERED = Delivered(message_id=MESSAGE, thread_id=THREAD, delivered_at=1_790_000_200_000)


def account(linkedin: LinkedIn, observer: Observer | None = None) -> AccountClient:
    return linkedin.account(session(), observer or Observer(), ME)


async def send(client: AccountClient) -> Delivered:
    return await client.messages.create(
        Composition(text="Hello Bob"), origin_token=TOKEN, tracking_id=TRACKING, thread_id=THREAD
    )


@pytest.mark.promise("wire.6.1.lost-answer")
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + DELIVERED_BODY,
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"val',
        SILENCE,
    ],
    ids=["no answer", "half a head", "a short body", "a cut chunk", "silence"],
)
async def test_a_send_whose_answer_is_lost_may_have_left_and_is_not_repeated(answer: bytes) -> None:
    async with scripted([answer]) as script, connector(script.base_url, call_timeout=0.3) as rehearsal:
        with pytest.raises(ConnectionLost) as failure:
            await send(account(rehearsal.linkedin))
    assert failure.value.may_have_left
    assert len(script.requests) == 1


@pytest.mark.promise("wire.12.1.statuses")
@pytest.mark.parametrize("first", [b"", http("502 Bad"), http("503 Bad"), http("504 Bad")])
async def test_a_read_is_repeated_once_after_a_short_wait(first: bytes) -> None:
    async with scripted([first, http("200 OK", ME_BODY)]) as script, connector(script.base_url) as rehearsal:
        client = rehearsal.linkedin.account(session(), Observer())
        assert (await client.people.me()).person_id == ME
    # aiohttp itself may ask once more on a connection that was cut without an answer.
    assert len(script.requests) == 2
    assert all(0 < pause <= 1 for pause in rehearsal.pauses.taken)


async def test_a_read_is_not_repeated_a_second_time() -> None:
    async with scripted([http("503 Bad")] * 3) as script, connector(script.base_url) as rehearsal:
        with pytest.raises(ServerTrouble):
            await account(rehearsal.linkedin).people.me()
    assert len(script.requests) == 2


async def test_an_answer_beyond_the_limit_is_trouble() -> None:
    body = b'{"a":"' + b"x" * ANSWER_LIMIT + b'"}'
    async with scripted([http("200 OK", body)]) as script, connector(script.base_url) as rehearsal:
        with pytest.raises(ServerTrouble, match="larger than"):
            await account(rehearsal.linkedin).people.me()


@pytest.mark.promise("wire.1.4.three-forms")
@pytest.mark.promise("wire.6.1.create-message")
async def test_a_send_leaves_with_exactly_the_headers_and_body_of_the_protocol() -> None:
    async with scripted([http("200 OK", DELIVERED_BODY)]) as script, connector(script.base_url) as rehearsal:
        assert await send(account(rehearsal.linkedin)) == DELIVERED
    head, _, body = script.requests[0].partition(b"\r\n\r\n")
    line, *fields = head.decode().split("\r\n")
    assert line == ("POST /voyager/api/voyagerMessagingDashMessengerMessages?action=createMessage HTTP/1.1")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in fields)}
    assert headers["cookie"] == 'li_at=demo-ada; JSESSIONID="ajax:1"'
    assert headers["csrf-token"] == "ajax:1"
    assert headers["x-restli-protocol-version"] == "2.0.0"
    assert headers["content-type"] == "text/plain;charset=UTF-8"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"].startswith("Threadline/")
    assert json.loads(body) == {
        "message": {
            "body": {"attributes": [], "text": "Hello Bob"},
            "renderContentUnions": [],
            "conversationUrn": CONVERSATION_URN,
            "originToken": TOKEN,
        },
        "mailboxUrn": f"urn:li:fsd_profile:{ME}",
        "trackingId": TRACKING,
        "dedupeByClientGeneratedToken": False,
    }


async def test_a_new_group_names_its_people_and_title_and_no_conversation() -> None:
    async with scripted([http("200 OK", DELIVERED_BODY)]) as script, connector(script.base_url) as rehearsal:
        await account(rehearsal.linkedin).messages.create(
            Composition(text="Hi", title="Team"), origin_token=TOKEN, tracking_id=TRACKING, recipients=[BOB]
        )
    body = json.loads(script.requests[0].partition(b"\r\n\r\n")[2])
    assert body["hostRecipientUrns"] == [f"urn:li:fsd_profile:{BOB}"]
    assert body["conversationTitle"] == "Team"
    assert "conversationUrn" not in body["message"]


@pytest.mark.promise("wire.1.4.three-forms")
async def test_the_normalized_answer_to_a_send_is_understood() -> None:
    value = {"entityUrn": MESSAGE_URN, "conversationUrn": CONVERSATION_URN, "deliveredAt": 1_790_000_200_000}
    body = json.dumps({"data": {"*value": MESSAGE_URN}, "included": [value]}).encode()
    async with scripted([http("200 OK", body)]) as script, connector(script.base_url) as rehearsal:
        assert await send(account(rehearsal.linkedin)) == DELIVERED


async def test_a_message_goes_either_into_a_conversation_or_to_people() -> None:
    async with connector("http://127.0.0.1:9") as rehearsal:
        messages = account(rehearsal.linkedin).messages
        with pytest.raises(ValueError, match="either"):
            await messages.create(Composition(text="x"), origin_token=TOKEN, tracking_id=TRACKING)
        with pytest.raises(ValueError, match="either"):
            await messages.create(
                Composition(text="x"),
                origin_token=TOKEN,
                tracking_id=TRACKING,
                thread_id=THREAD,
                recipients=[BOB],
            )


async def test_the_persons_own_user_agent_is_sent_when_there_is_one() -> None:
    async with scripted([http("200 OK", ME_BODY)]) as script, connector(script.base_url) as rehearsal:
        mine = Session(cookies=session().cookies, user_agent="Browser/1")
        await rehearsal.linkedin.account(mine, Observer()).people.me()
    assert b"\r\nuser-agent: Browser/1\r\n" in script.requests[0].lower().replace(b"browser", b"Browser")


@pytest.mark.promise("wire.1.6.encoding")
async def test_a_query_leaves_byte_for_byte_as_it_was_written() -> None:
    body = b'{"data":{"messengerMessagesBySyncToken":{"elements":[],"metadata":{"newSyncToken":"t"}}}}'
    async with scripted([http("200 OK", body)]) as script, connector(script.base_url) as rehearsal:
        sync = await account(rehearsal.linkedin).messages.newest(THREAD)
    assert (sync.messages, sync.sync_token, sync.clear_cache) == ([], "t", False)
    assert script.requests[0].split(b" ")[1] == (
        b"/voyager/api/voyagerMessagingGraphQL/graphql"
        b"?queryId=messengerMessages.5846eeb71c981f11e0134cb6626cc314"
        b"&variables=(conversationUrn:urn%3Ali%3Amsg_conversation%3A%28urn%3Ali%3Afsd_profile%3A"
        b"ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx%2C"
        b"2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg%3D%3D%29)"
    )


@pytest.mark.promise("wire.1.2.session")
async def test_changed_cookies_are_handed_over_and_sent_with_the_next_call() -> None:
    first = http(
        "200 OK",
        ME_BODY,
        'Set-Cookie: JSESSIONID="ajax:2"; Domain=.www.linkedin.com',
        "Set-Cookie: lidc=a; Domain=.linkedin.com",
    )
    observer = Observer()
    async with scripted([first, http("200 OK", ME_BODY)]) as script, connector(script.base_url) as rehearsal:
        people = account(rehearsal.linkedin, observer).people
        await people.me()
        assert observer.sessions == [
            Session(
                cookies=(
                    Cookie("li_at", "demo-ada"),
                    Cookie("JSESSIONID", '"ajax:2"', ".www.linkedin.com"),
                    Cookie("lidc", "a"),
                )
            )
        ]
        await people.me()
    assert b'cookie: li_at=demo-ada; jsessionid="ajax:2"; lidc=a\r\n' in script.requests[1].lower()
    assert b"csrf-token: ajax:2\r\n" in script.requests[1].lower()
    assert len(observer.sessions) == 1


@pytest.mark.promise("wire.1.2.session")
async def test_cookies_of_a_refusal_are_kept_too() -> None:
    observer = Observer()
    refused = http("404 No", b"", "Set-Cookie: lidc=b")
    async with scripted([refused]) as script, connector(script.base_url) as rehearsal:
        with pytest.raises(Refusal):
            await account(rehearsal.linkedin, observer).people.relationship(BOB)
    assert [cookie.name for cookie in observer.sessions[0].cookies] == ["li_at", "JSESSIONID", "lidc"]


async def test_a_delivered_message_stays_delivered_when_the_session_ended_with_it() -> None:
    ends = http("200 OK", DELIVERED_BODY, 'Set-Cookie: li_at="delete me"; Path=/')
    observer = Observer()
    async with scripted([ends]) as script, connector(script.base_url) as rehearsal:
        client = account(rehearsal.linkedin, observer)
        assert await send(client) == DELIVERED
        assert len(observer.ended) == 1
        with pytest.raises(SessionEnded):
            await client.people.me()
        assert len(script.requests) == 1


async def test_a_deleted_session_ends_a_call_that_failed_anyway() -> None:
    ends = http("302 Found", b"", "Location: /", "Set-Cookie: li_at=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    observer = Observer()
    async with scripted([ends]) as script, connector(script.base_url) as rehearsal:
        with pytest.raises(SessionEnded):
            await account(rehearsal.linkedin, observer).people.me()
    assert observer.proven == 0


async def test_an_answer_to_the_session_before_does_not_change_the_one_now() -> None:
    observer = Observer()
    old_answer = http("200 OK", ME_BODY, 'Set-Cookie: li_at="delete me"', "Set-Cookie: lidc=old")
    async with scripted([old_answer, http("200 OK", ME_BODY)]) as script:
        script.released = asyncio.Event()
        async with connector(script.base_url) as rehearsal, asyncio.timeout(PATIENCE):
            client = account(rehearsal.linkedin, observer)
            older = asyncio.create_task(client.people.me())
            await script.arrived.wait()
            client.replace_session(session("grace"))
            script.released.set()
            await older
            await client.people.me()
    assert (observer.ended, observer.sessions) == ([], [])
    assert b'cookie: li_at=demo-grace; jsessionid="ajax:1"\r\n' in script.requests[1].lower()


async def test_a_replaced_session_takes_the_end_of_the_one_before_back() -> None:
    ends = http("200 OK", ME_BODY, 'Set-Cookie: li_at="delete me"')
    async with scripted([ends, http("200 OK", ME_BODY)]) as script, connector(script.base_url) as rehearsal:
        client = account(rehearsal.linkedin)
        await client.people.me()
        with pytest.raises(SessionEnded):
            await client.people.me()
        client.replace_session(session("grace"))
        assert (await client.people.me()).person_id == ME


async def test_a_session_without_its_cookie_ends_before_any_call() -> None:
    async with scripted([]) as script, connector(script.base_url) as rehearsal:
        client = rehearsal.linkedin.account(Session(cookies=()), Observer())
        with pytest.raises(SessionEnded, match="li_at"):
            await client.people.me()
    assert script.requests == []


@pytest.mark.promise("wire.4.conversation-lists")
@pytest.mark.parametrize(
    "refusal",
    [http("400 Bad", b'{"status":400}'), http("404 No"), http("200 OK", b'{"data":{"other":null}}')],
    ids=["400", "404", "another field"],
)
async def test_a_query_for_several_things_that_is_not_taken_is_asked_once_and_no_more(refusal: bytes) -> None:
    one = b'{"data":{"messengerConversationsById":null},"errors":[{"extensions":{"status":404}}]}'
    gone = http("200 OK", one)
    synced = http("200 OK", b'{"data":{"messengerMessagesBySyncToken":{"elements":[]}}}')
    answers = [refusal, gone, gone, gone, gone, refusal, synced, synced]
    async with scripted(answers) as script, connector(script.base_url) as rehearsal:
        client = account(rehearsal.linkedin)
        for _ in range(2):
            assert await client.inbox.by_ids([THREAD, "2-other"]) == []
        for _ in range(2):
            assert set(await client.messages.since_batch({THREAD: "t"})) == {THREAD}
    assert script.answers == []
