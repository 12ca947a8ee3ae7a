"""Faults that are switched on for an account (contracts/linkedin-wire.md §§12.1, 14)."""

import asyncio
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import (
    GRAPHQL,
    MESSAGING,
    NORMALIZED,
    PATIENCE,
    SandboxClient,
    encoded,
    result,
)
from threadline.sandbox.options import Options

pytestmark = pytest.mark.promise("wire.14.faults")

ME = "/voyager/api/me"


async def switch_on(sandbox: SandboxClient, kind: str, **more: Any) -> Any:
    answer = await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, **more})
    assert answer.status == 201, answer.text
    return answer.json


async def sent_texts(sandbox: SandboxClient, text: str) -> int:
    return len((await sandbox.told(f"mailboxes/sarah-chen/messages?text={encoded(text)}"))["messages"])


async def test_a_lost_answer_is_a_message_that_was_sent(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "lose_answer", count=1)
    async with sandbox.stream() as frames:
        with pytest.raises(aiohttp.ClientError):
            await sandbox.send("Lost", thread_id=thread_id, token="lost-token")
        await frames.event("messagesTopic")
    [found] = (await sandbox.told("mailboxes/sarah-chen/messages?originToken=lost-token"))["messages"]
    assert found["text"] == "Lost"
    assert (await sandbox.send("Heard", thread_id=thread_id)).status == 200


async def test_a_cut_before_acceptance_changes_nothing(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "cut_before", endpoint="createMessage", count=1)
    with pytest.raises(aiohttp.ClientError):
        await sandbox.send("Never", thread_id=thread_id)
    assert await sent_texts(sandbox, "Never") == 0
    assert (await sandbox.send("Then", thread_id=thread_id)).status == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("bad_request", 400),
        ("unauthorized", 401),
        ("refused", 403),
        ("not_found", 404),
        ("conflict", 409),
        ("retired", 410),
        ("unprocessable", 422),
        ("rate_limited", 429),
        ("denied", 999),
        ("server_error", 500),
        ("bad_gateway", 502),
        ("unavailable", 503),
        ("gateway_timeout", 504),
    ],
)
async def test_a_status_fault_answers_its_status_and_nothing_is_sent(
    sandbox: SandboxClient, kind: str, status: int
) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, kind)
    assert (await sandbox.call("GET", ME)).status == status
    assert (await sandbox.send("Refused", thread_id=thread_id)).status == status
    assert (await sandbox.call("GET", "/realtime/connect?rc=1")).status == status
    assert (await sandbox.call("GET", ME, account="grace")).status == 200
    assert await sent_texts(sandbox, "Refused") == 0


async def test_a_checkpoint_redirects_to_a_page_that_is_there(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "checkpoint", count=1)
    answer = await sandbox.call("GET", ME)
    assert answer.status == 302
    assert answer.headers["location"].startswith("/checkpoint/")
    page = await sandbox.call("GET", answer.headers["location"])
    assert page.status == 200
    assert page.text.startswith("<")
    await switch_on(sandbox, "checkpoint_page", count=1)
    assert (await sandbox.call("GET", ME)).text == page.text


async def test_the_login_comes_as_a_redirect_and_as_a_page(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "login", count=1)
    answer = await sandbox.call("GET", ME)
    assert (answer.status, answer.headers["location"].partition("?")[0]) == (302, "/login")
    await switch_on(sandbox, "login_page", count=1)
    page = await sandbox.call("GET", ME)
    assert page.status == 200
    assert "<title>Sign in</title>" in page.text
    await switch_on(sandbox, "unknown_page", count=1)
    assert (await sandbox.call("GET", ME)).text.startswith("<")


async def test_a_stale_connection_is_412_where_a_connection_is_named(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "stale_connection")
    assert (await sandbox.call("GET", "/realtime/connect?rc=1")).status == 412
    assert (await sandbox.call("PUT", "/realtime/realtimeFrontendSubscriptions?ids=List()")).status == 412
    assert (await sandbox.call("GET", ME)).status == 200


async def test_a_422_carries_the_code_and_the_words_asked_for(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "unprocessable", code="SOME_CODE", message="Not now")
    plain = await sandbox.send("x", thread_id=thread_id)
    assert plain.json == {"code": "SOME_CODE", "message": "Not now", "status": 422}
    normalized = await sandbox.send("x", thread_id=thread_id, accept=NORMALIZED)
    assert normalized.json["data"]["code"] == "SOME_CODE"


async def test_a_429_names_its_wait_in_seconds_as_a_date_or_not_at_all(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "rate_limited", count=1, retryAfter=7)
    assert (await sandbox.call("GET", ME)).headers["retry-after"] == "7"
    await switch_on(sandbox, "rate_limited", count=1, retryAfter=3600, retryAfterAsDate=True)
    answer = await sandbox.call("GET", ME)
    waited = parsedate_to_datetime(answer.headers["retry-after"]) - parsedate_to_datetime(
        answer.headers["date"]
    )
    assert 3598 <= waited.total_seconds() <= 3601
    await switch_on(sandbox, "rate_limited", count=1)
    assert "retry-after" not in (await sandbox.call("GET", ME)).headers


async def test_a_changed_csrf_token_comes_as_a_cookie_that_then_works(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "csrf_changed", count=1)
    answer = await sandbox.call("GET", ME)
    assert (answer.status, answer.text) == (403, "CSRF check failed.")
    token = answer.headers["set-cookie"].partition("=")[2].partition(";")[0].strip('"')
    headers = {"cookie": f'li_at=demo-ada; JSESSIONID="{token}"', "csrf-token": token}
    assert (await sandbox.call("GET", ME, headers=headers)).status == 200


async def test_a_slow_call_takes_effect_at_once_and_is_answered_late(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "slow", count=1, delay=600)
    sending = asyncio.create_task(sandbox.send("Already there", thread_id=thread_id))
    async with asyncio.timeout(PATIENCE):
        while await sent_texts(sandbox, "Already there") == 0:
            await asyncio.sleep(0.01)
    assert not sending.done()
    sending.cancel()


async def test_a_trickling_body_comes_whole_in_the_end(sandbox: SandboxClient) -> None:
    whole = await sandbox.call("GET", ME)
    await switch_on(sandbox, "trickle", count=1, delay=0.2)
    assert (await sandbox.call("GET", ME)).text == whole.text


async def test_a_cut_in_the_middle_of_the_body_comes_after_the_effect(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "cut_mid_body", endpoint="createMessage", count=1)
    with pytest.raises(aiohttp.ClientError):
        await sandbox.send("Half an answer", thread_id=thread_id)
    assert await sent_texts(sandbox, "Half an answer") == 1


@pytest.mark.parametrize("accept", [GRAPHQL, NORMALIZED])
async def test_a_partial_failure_has_errors_and_null(sandbox: SandboxClient, accept: str) -> None:
    variables = f"mailboxUrn:{await sandbox.mailbox_urn()}"
    field = "messengerConversationsBySyncToken"
    await switch_on(sandbox, "partial_failure", count=1, status=503)
    answer = await sandbox.query("messengerConversations", variables, accept=accept)
    whole = answer["data"] if accept == NORMALIZED else answer
    assert whole["data"][field] is None
    assert whole["errors"][0]["extensions"] == {"status": 503}
    await switch_on(sandbox, "null_elements", count=1)
    answer = await sandbox.query("messengerConversations", variables, accept=accept)
    whole = answer["data"] if accept == NORMALIZED else answer
    assert whole["data"][field].get("elements", whole["data"][field].get("*elements")) is None
    assert whole["data"][field]["metadata"]["newSyncToken"]
    assert whole["errors"]


async def test_a_clock_that_is_off_moves_dates_and_the_streams_times_only(sandbox: SandboxClient) -> None:
    week = 7 * 86_400_000
    await switch_on(sandbox, "clock_skew", milliseconds=-week)
    answer = await sandbox.call("GET", "/realtime/realtimeFrontendTimestamp")
    now = (await sandbox.told("clock"))["nowMs"]
    assert abs(answer.json["timestamp"] + week - now) < 60_000
    shown = parsedate_to_datetime(answer.headers["date"]).timestamp() * 1000
    assert abs(shown + week - now) < 60_000
    async with sandbox.stream() as frames:
        told = (await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Now"})).json
        message = result(await frames.event("messagesTopic"))
    assert abs(message["deliveredAt"] - now) < 60_000
    assert told["text"] == "Now"


async def test_a_silent_stream_stays_open_and_loses_its_frames(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        assert (await frames.next() or ("",))[0] == "ClientConnection"
        await switch_on(sandbox, "stream_silent", count=2)
        for text in ("Lost", "Heard"):
            await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": text})
        # Each message is a frame of its own, one of its conversation, and one of the badge.
        topics = [(await frames.next() or ("", {}))[1].get("topic", "").split(":")[2] for _ in range(2)]
        assert topics == ["tabBadgeUpdateTopic", "messagesTopic"]


@pytest.mark.parametrize("options", [Options(port=0, heartbeat=0.05)])
async def test_an_eventless_stream_has_heartbeats_alone(sandbox: SandboxClient, options: Options) -> None:
    await switch_on(sandbox, "stream_eventless")
    async with sandbox.stream() as frames:
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Lost"})
        kinds = [(await frames.next() or ("end",))[0] for _ in range(4)]
    assert kinds == ["ClientConnection", "Heartbeat", "Heartbeat", "Heartbeat"]


async def test_events_come_twice_or_in_another_order(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        await switch_on(sandbox, "stream_duplicates", count=1)
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Twice"})
        first, second = [await frames.event("messagesTopic") for _ in range(2)]
        assert first == second
        await frames.event("tabBadgeUpdateTopic")
        await switch_on(sandbox, "stream_reordered", count=1)
        await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Late"})
        topics = [(await frames.next() or ("", {}))[1]["topic"].split(":")[2] for _ in range(2)]
        assert topics == ["conversationsTopic", "messagesTopic"]


async def test_an_event_that_nothing_overtakes_comes_all_the_same(sandbox: SandboxClient) -> None:
    badge = "/voyager/api/voyagerMessagingDashMessagingBadge?action=markAllMessagesAsSeen"
    async with sandbox.stream() as frames:
        await switch_on(sandbox, "stream_reordered")
        assert (await sandbox.call("POST", badge, body={"until": 1})).status == 200
        await frames.event("tabBadgeUpdateTopic")


async def test_a_stream_is_cut_or_ended_at_its_next_frame(sandbox: SandboxClient) -> None:
    for kind in ("stream_end", "stream_cut"):
        async with sandbox.stream() as frames:
            await frames.next()
            await switch_on(sandbox, kind, count=1)
            await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "x"})
            if kind == "stream_end":
                assert await frames.next() is None
            else:
                with pytest.raises(aiohttp.ClientError):
                    await frames.next()


ENCODED_OUTSIDE = "%28mailboxUrn%3Aurn%253Ali%253Afsd_profile%253A{owner}%29"
RAW_INSIDE = "(mailboxUrn:urn:li:fsd_profile:{owner})"


@pytest.mark.promise("wire.14.strictness")
@pytest.mark.parametrize("variables", [ENCODED_OUTSIDE, RAW_INSIDE])
@pytest.mark.parametrize(
    ("options", "status"), [(Options(port=0), 400), (Options(port=0, lenient=True), 200)]
)
async def test_restli_in_another_spelling_is_400_unless_lenient(
    sandbox: SandboxClient, variables: str, status: int
) -> None:
    target = f"{MESSAGING}?queryId=messengerConversations.x&variables="
    target += variables.format(owner=await sandbox.owner())
    assert (await sandbox.call("GET", target)).status == status
    await switch_on(sandbox, "strict_restli", count=1)
    assert (await sandbox.call("GET", target)).status == 400


@pytest.mark.promise("wire.14.strictness")
@pytest.mark.parametrize(
    ("options", "status"), [(Options(port=0), 400), (Options(port=0, lenient=True), 200)]
)
async def test_a_tracking_id_of_another_length_is_400_unless_lenient(
    sandbox: SandboxClient, status: int
) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    assert (await sandbox.send("x", thread_id=thread_id, trackingId="short")).status == status
    await switch_on(sandbox, "strict_tracking_id", count=1)
    assert (await sandbox.send("x", thread_id=thread_id, trackingId="short")).status == 400


async def test_a_deleted_session_cookie_comes_on_the_answer(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "li_at_deleted", count=2)
    answer = await sandbox.call("GET", ME)
    assert answer.status == 200
    assert answer.headers["set-cookie"].startswith('li_at="delete me"')
    stream = await sandbox.call("GET", "/realtime/connect?rc=1")
    assert stream.status == 401
    assert stream.headers["set-cookie"].startswith('li_at="delete me"')
    assert "set-cookie" not in (await sandbox.call("GET", ME)).headers


async def test_the_look_up_by_recipients_finds_nothing(sandbox: SandboxClient) -> None:
    jane = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}")
    await switch_on(sandbox, "empty_recipient_lookup")
    assert (await sandbox.conversations(f"recipients:List({jane})"))["elements"] == []
    assert len((await sandbox.conversations())["elements"]) == 20
    await sandbox.admin("DELETE", "faults?account=ada&kind=empty_recipient_lookup")
    assert len((await sandbox.conversations(f"recipients:List({jane})"))["elements"]) == 1


async def test_a_rotated_query_id_is_404_and_others_are_not(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "rotated_query", queryId="messengerConversations.old")
    variables = f"(mailboxUrn:{await sandbox.mailbox_urn()})"
    for hash_, status in (("old", 404), ("new", 200)):
        target = f"{MESSAGING}?queryId=messengerConversations.{hash_}&variables={variables}"
        assert (await sandbox.call("GET", target)).status == status


async def test_a_fault_is_limited_to_its_endpoint_and_count(sandbox: SandboxClient) -> None:
    fault = await switch_on(sandbox, "rate_limited", endpoint="conversations", count=2)
    assert (fault["endpoint"], fault["count"]) == ("conversations", 2)
    assert (await sandbox.call("GET", ME)).status == 200
    mailbox = await sandbox.mailbox_urn()
    for _ in range(2):
        await sandbox.query("messengerConversations", f"mailboxUrn:{mailbox}", status=429)
    await sandbox.query("messengerConversations", f"mailboxUrn:{mailbox}")
    assert (await sandbox.told("faults"))["faults"] == []


async def test_a_fault_is_limited_to_its_seconds(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "rate_limited", seconds=0.05)
    async with asyncio.timeout(PATIENCE):
        while (await sandbox.call("GET", ME)).status != 200:
            await asyncio.sleep(0.01)


async def test_a_fault_for_everyone_strikes_every_account(sandbox: SandboxClient) -> None:
    await sandbox.admin("POST", "faults", {"account": "*", "kind": "unavailable"})
    for account in ("ada", "grace"):
        assert (await sandbox.call("GET", ME, account=account)).status == 503
    assert (await sandbox.admin("DELETE", "faults")).json == {"removed": 1}
    assert (await sandbox.call("GET", ME)).status == 200


async def test_one_fault_is_switched_off_by_its_id(sandbox: SandboxClient) -> None:
    first = await switch_on(sandbox, "denied")
    await switch_on(sandbox, "forbidden")
    assert (await sandbox.admin("DELETE", f"faults?id={first['id']}")).json == {"removed": 1}
    assert (await sandbox.call("GET", ME)).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"account": "ada"},
        {"account": "nobody", "kind": "denied"},
        {"account": "ada", "kind": "no_such"},
        {"account": "ada", "kind": "denied", "endpoint": "no_such"},
        {"account": "ada", "kind": "denied", "count": 0},
        {"account": "ada", "kind": "denied", "count": "2"},
        {"account": "ada", "kind": "denied", "seconds": -1},
        {"account": "ada", "kind": "denied", "seconds": True},
        {"account": "ada", "kind": "denied", "surprise": 1},
        {"account": "ada", "kind": "rotated_query"},
        {"account": "ada", "kind": "denied", "queryId": "x"},
        {"account": "ada", "kind": "denied", "code": "x"},
        {"account": "ada", "kind": "unprocessable", "retryAfter": 5},
        {"account": "ada", "kind": "rate_limited", "retryAfter": -1},
        {"account": "ada", "kind": "rate_limited", "retryAfter": 5, "retryAfterAsDate": "yes"},
        {"account": "ada", "kind": "slow", "delay": 0},
        {"account": "ada", "kind": "clock_skew"},
        {"account": "ada", "kind": "stream_silent", "endpoint": "me"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_400_with_its_reason(
    sandbox: SandboxClient, body: object
) -> None:
    answer = await sandbox.admin("POST", "faults", body)
    assert answer.status == 400
    assert answer.json["error"]
    assert (await sandbox.told("faults"))["faults"] == []
