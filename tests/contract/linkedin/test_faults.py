"""The connector's answer to each fault of the sandbox (linkedin-wire.md §12.1, docs/linkedin.md)."""

import asyncio

import pytest

from tests.contract.linkedin.rehearsal import PATIENCE, Observer, Rehearsal, connector, session
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import (
    CheckpointRequired,
    ConnectionLost,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooManyRequests,
)
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.model.clock import HOUR, DrivenClock, SystemClock
from threadline.model.compositions import Composition

pytestmark = pytest.mark.promise("wire.12.1.statuses", "faults.answered")


async def fault(sandbox: SandboxClient, kind: str, **more: object) -> None:
    answer = await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, **more})
    assert answer.status == 201, answer.text


async def calls_made(sandbox: SandboxClient) -> dict[str, int]:
    told: dict[str, dict[str, int]] = (await sandbox.told("requests"))["requests"]
    return told.get("ada", {})


async def send(client: AccountClient, thread_id: str) -> None:
    await client.messages.create(
        Composition(text="x"), origin_token="t", tracking_id="0123456789abcdef", thread_id=thread_id
    )


@pytest.mark.parametrize(
    ("kind", "error", "calls_of_a_read"),
    [
        ("unauthorized", SessionEnded, 1),
        ("login", SessionEnded, 1),
        ("login_page", SessionEnded, 1),
        ("checkpoint", CheckpointRequired, 1),
        ("checkpoint_page", CheckpointRequired, 1),
        ("rate_limited", TooManyRequests, 1),
        ("denied", Denied, 1),
        ("bad_request", Refusal, 1),
        ("forbidden", Refusal, 1),
        ("refused", Refusal, 1),
        ("not_found", Refusal, 1),
        ("conflict", Refusal, 1),
        ("retired", Refusal, 1),
        ("unprocessable", Refusal, 1),
        ("unknown_page", ServerTrouble, 1),
        ("server_error", ServerTrouble, 1),
        ("bad_gateway", ServerTrouble, 2),
        ("unavailable", ServerTrouble, 2),
        ("gateway_timeout", ServerTrouble, 2),
        ("cut_mid_body", ConnectionLost, 2),
    ],
)
async def test_each_fault_is_its_error_for_a_read_and_for_a_send_that_is_called_once(
    ada: AccountClient,
    sandbox: SandboxClient,
    rehearsal: Rehearsal,
    observer: Observer,
    kind: str,
    error: type[LinkedInError],
    calls_of_a_read: int,
) -> None:
    thread = await sandbox.thread_with("janesmith")
    await ada.people.me()
    proven = observer.proven
    await fault(sandbox, kind)
    await sandbox.admin("DELETE", "requests")
    with pytest.raises(error):
        await ada.people.me()
    assert await calls_made(sandbox) == {"me": calls_of_a_read}
    await sandbox.admin("DELETE", "requests")
    with pytest.raises(error) as failure:
        await send(ada, thread)
    assert failure.value.may_have_left is (error in (ServerTrouble, ConnectionLost))
    assert await calls_made(sandbox) == {"createMessage": 1}
    assert observer.proven == proven
    assert rehearsal.counted("calls", endpoint="create_message", outcome=error.outcome) == 1
    await sandbox.admin("DELETE", "faults")
    if error is not Refusal or kind != "retired":
        assert (await ada.people.me()).vanity == "ada-demo"


@pytest.mark.parametrize("kind", ["cut_before", "lose_answer"])
async def test_a_send_without_an_answer_may_have_left(
    ada: AccountClient, sandbox: SandboxClient, kind: str
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    await ada.people.me()
    await fault(sandbox, kind, endpoint="createMessage")
    with pytest.raises(ConnectionLost) as failure:
        await send(ada, thread)
    assert failure.value.may_have_left
    assert (await calls_made(sandbox))["createMessage"] == 1


async def test_a_token_that_changed_under_a_read_is_tried_once_more(
    ada: AccountClient, sandbox: SandboxClient, observer: Observer
) -> None:
    await fault(sandbox, "csrf_changed", count=1)
    assert (await ada.people.me()).vanity == "ada-demo"
    assert (await calls_made(sandbox))["me"] == 2
    assert observer.sessions[-1].cookies[-1].name == "JSESSIONID"
    await fault(sandbox, "csrf_changed")
    with pytest.raises(Refusal) as refusal:
        await ada.people.me()
    assert refusal.value.reason_code == "CSRF_CHECK_FAILED"
    assert (await calls_made(sandbox))["me"] == 4


async def test_a_send_refused_for_its_token_is_not_made_again_and_the_next_one_leaves(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    await fault(sandbox, "csrf_changed", count=1, endpoint="createMessage")
    with pytest.raises(Refusal):
        await send(ada, thread)
    await send(ada, thread)
    assert (await calls_made(sandbox))["createMessage"] == 2


async def test_a_refusal_keeps_linkedins_code_and_words(ada: AccountClient, sandbox: SandboxClient) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    await fault(sandbox, "unprocessable", count=1, code="SOME_CODE", message="Not now")
    with pytest.raises(Refusal) as refusal:
        await send(ada, thread)
    failure = refusal.value
    assert (failure.status, failure.reason_code, failure.reason) == (422, "SOME_CODE", "Not now")
    await fault(sandbox, "refused", count=1, message="Nobody may")
    with pytest.raises(Refusal) as refusal:
        await send(ada, thread)
    assert (refusal.value.status, refusal.value.reason) == (403, "Nobody may")


async def test_a_route_that_is_retired_is_left_alone_for_an_hour(sandbox: SandboxClient) -> None:
    clock = DrivenClock(SystemClock().now())
    async with connector(sandbox.base_url, clock=clock) as rehearsal:
        client = rehearsal.linkedin.account(session(), Observer())
        thread = await sandbox.thread_with("sarah-chen")
        await fault(sandbox, "retired", endpoint="createMessage", count=1)
        for _ in range(3):
            with pytest.raises(Refusal) as refusal:
                await send(client, thread)
            assert (refusal.value.status, refusal.value.reason_code) == (410, "ROUTE_RETIRED")
        assert (await calls_made(sandbox))["createMessage"] == 1
        assert (await client.inbox.newest()).conversations
        clock.advance(HOUR)
        await send(client, thread)


async def test_a_session_that_is_linked_anew_tries_retired_routes_again(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    await fault(sandbox, "retired", endpoint="me", count=1)
    for _ in range(2):
        with pytest.raises(Refusal):
            await ada.people.me()
    ada.replace_session(session())
    assert (await ada.people.me()).vanity == "ada-demo"


@pytest.mark.promise("wire.1.7.query-fallback")
@pytest.mark.parametrize("kind", ["rotated_query", "retired"])
async def test_a_query_id_that_is_gone_gives_way_to_another_one(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, kind: str
) -> None:
    preferred = QUERY_IDS["conversations_newest"][0]
    if kind == "rotated_query":
        await fault(sandbox, kind, queryId=preferred)
    else:
        await fault(sandbox, kind, endpoint="conversations", count=1)
    assert len((await ada.inbox.newest()).conversations) == 20
    assert rehearsal.counted("query_fallbacks", variant="conversations_newest") == 1
    assert len((await ada.inbox.newest()).conversations) == 20
    assert (await calls_made(sandbox))["conversations"] == 3


@pytest.mark.parametrize(
    ("named", "seconds"),
    [
        ({}, None),
        ({"retryAfter": 30}, 30),
        ({"retryAfter": 0}, 1),
        ({"retryAfter": 600, "retryAfterAsDate": True}, 600),
    ],
)
async def test_a_wait_is_read_as_seconds_or_a_date(
    ada: AccountClient, sandbox: SandboxClient, named: dict[str, object], seconds: int | None
) -> None:
    await fault(sandbox, "rate_limited", **named)
    with pytest.raises(TooManyRequests) as failure:
        await ada.people.me()
    if seconds is None or failure.value.retry_after is None:
        assert failure.value.retry_after is seconds
    else:
        assert abs(failure.value.retry_after - seconds) <= 1


@pytest.mark.parametrize("kind", ["slow", "trickle"])
async def test_a_call_that_takes_too_long_is_a_lost_connection(sandbox: SandboxClient, kind: str) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    async with connector(sandbox.base_url, call_timeout=0.5) as rehearsal:
        client = rehearsal.linkedin.account(session(), Observer())
        await client.people.me()
        await fault(sandbox, kind, delay=60)
        with pytest.raises(ConnectionLost):
            await client.people.me()
        with pytest.raises(ConnectionLost) as failure:
            await send(client, thread)
        assert failure.value.may_have_left
        made = await calls_made(sandbox)
        assert (made["me"], made["createMessage"]) == (3, 1)


async def test_a_call_that_is_slow_within_its_time_is_answered(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    for kind in ("slow", "trickle"):
        await fault(sandbox, kind, delay=0.1, count=1)
        assert (await ada.people.me()).vanity == "ada-demo"


@pytest.mark.parametrize("kind", ["partial_failure", "null_elements"])
@pytest.mark.parametrize(("status", "error"), [(500, ServerTrouble), (403, Refusal)])
async def test_a_query_that_fails_in_part_is_not_read_as_empty(
    ada: AccountClient, sandbox: SandboxClient, kind: str, status: int, error: type[LinkedInError]
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    token = (await ada.inbox.newest()).sync_token
    assert token is not None
    await fault(sandbox, kind, status=status)
    for read in (ada.inbox.newest(), ada.inbox.since(token), ada.messages.newest(thread)):
        with pytest.raises(error):
            await read


async def test_a_session_cookie_that_is_deleted_ends_the_session_and_keeps_the_answer(
    ada: AccountClient, sandbox: SandboxClient, observer: Observer
) -> None:
    await fault(sandbox, "li_at_deleted", count=1)
    assert (await ada.people.me()).vanity == "ada-demo"
    assert len(observer.ended) == 1
    with pytest.raises(SessionEnded):
        await ada.people.me()
    assert await calls_made(sandbox) == {"me": 1}


async def test_a_clock_that_is_off_changes_nothing_that_is_read(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    before = await ada.inbox.newest()
    await fault(sandbox, "clock_skew", milliseconds=-30 * 86_400_000)
    assert (await ada.inbox.newest()).conversations == before.conversations
    await fault(sandbox, "rate_limited", retryAfter=60, retryAfterAsDate=True, count=1)
    with pytest.raises(TooManyRequests) as failure:
        await ada.people.me()
    assert failure.value.retry_after in (59, 60, 61)


async def test_a_connection_that_is_not_made_has_left_nothing(sandbox: SandboxClient) -> None:
    async with connector("http://127.0.0.1:9") as rehearsal, asyncio.timeout(PATIENCE):
        client = rehearsal.linkedin.account(session(), Observer(), await sandbox.owner())
        with pytest.raises(LinkedInError) as failure:
            await send(client, await sandbox.thread_with("sarah-chen"))
    assert not failure.value.may_have_left
