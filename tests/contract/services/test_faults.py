"""Each fault of the sandbox while an account is followed: its state, and nothing lost, nothing doubled.

Sources: contracts/linkedin-wire.md §§8.6, 12.1; docs/linkedin.md says the same as a table.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.comparing import differences
from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing, until
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.model.accounts import AccountState, next_action
from threadline.model.clock import DAY, HOUR, DrivenClock, SystemClock
from threadline.model.events import EventType
from threadline.model.sends import SendState, Terms
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving
from threadline.services.accounts import RESUME
from threadline.services.sends.outgoing import Outgoing

pytestmark = pytest.mark.promise("design.3.nothing-lost", "wire.12.1.statuses", "faults.survived")

DAYS = 20
"""How far back the gateways of the rehearsals store messages."""


@pytest.fixture
async def linked(gateway: Rehearsal) -> Rehearsal:
    """A gateway with Ada linked, caught up and connected."""
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    return gateway


@pytest.fixture
async def lively_sandbox() -> AsyncIterator[SandboxClient]:
    """A network whose streams beat often."""
    async with serving(Options(port=0, heartbeat=0.2, answer_delay_ms=(5, 10))) as base_url:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield SandboxClient(base_url, http)


async def meddle(gateway: Rehearsal, *, seed: int = 1) -> None:
    """People do a hundred random things in Ada's mailbox."""
    asked = {"perSecond": 500, "seconds": 0.2, "seed": seed, "accounts": ["ada"]}
    assert (await gateway.sandbox.admin("POST", "bustle", asked)).status == 201

    async def over() -> bool:
        return not (await gateway.sandbox.told("bustle"))["running"]

    await until(over)


async def until_equal(gateway: Rehearsal) -> None:
    """Wait until the store equals the sandbox's mailbox, and check that nothing was told twice."""
    found = ["not compared yet"]
    database = gateway.settings.data_dir / "threadline.db"

    async def equal() -> bool:
        since = SystemClock().now() - (DAYS - 1) * DAY
        answer = await gateway.sandbox.admin("GET", f"mailboxes/ada/export?since={since}")
        found[:] = differences(database, "ada", answer.text.splitlines(), since)
        return not found

    try:
        await until(equal)
    except TimeoutError:
        raise AssertionError("\n".join(found[:10])) from None
    told = Counter(
        event.data["messageId"]
        for event in await gateway.events()
        if event.type in (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_SENT)
    )
    assert [message_id for message_id, times in told.items() if times > 1] == []


async def cut_stream(gateway: Rehearsal) -> None:
    """Cut Ada's stream."""
    await gateway.sandbox.admin("POST", "streams/ada/cut")


async def calls_made(gateway: Rehearsal) -> dict[str, int]:
    """How often each endpoint was called for Ada."""
    told: dict[str, dict[str, int]] = (await gateway.sandbox.told("requests?account=ada"))["requests"]
    return told.get("ada", {})


async def until_called(gateway: Rehearsal, endpoint: str, times: int) -> None:
    """Wait until an endpoint was called so often."""

    async def called() -> bool:
        return (await calls_made(gateway)).get(endpoint, 0) >= times

    await until(called)


async def states_told(gateway: Rehearsal) -> list[str]:
    """The states that the log tells of, in order; each with its next action."""
    told = [event.data for event in await gateway.events() if event.type is EventType.ACCOUNT_STATE]
    assert all(each["nextAction"] == next_action(AccountState(each["state"])) for each in told)
    return [each["state"] for each in told]


async def texts_sent(gateway: Rehearsal, text: str) -> int:
    """How many messages with this text reached Jane."""
    told = await gateway.sandbox.told(f"mailboxes/janesmith/messages?text={text}")
    return len(told["messages"])


@pytest.mark.parametrize(
    "kind",
    [
        "bad_request",
        "forbidden",
        "refused",
        "not_found",
        "conflict",
        "unprocessable",
        "unknown_page",
        "server_error",
        "bad_gateway",
        "unavailable",
        "gateway_timeout",
        "cut_before",
        "cut_mid_body",
        "partial_failure",
        "null_elements",
        "csrf_changed",
    ],
)
async def test_what_passes_by_itself_is_trouble_that_loses_nothing(linked: Rehearsal, kind: str) -> None:
    await linked.fault(kind)
    await cut_stream(linked)
    await meddle(linked)
    account = await linked.until_state(AccountState.TROUBLE)
    assert account.state_reason
    await linked.heal()
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)
    assert "transient_trouble" in await states_told(linked)


@pytest.mark.promise("wire.1.7.query-fallback")
@pytest.mark.parametrize("variant", ["conversations_since", "messages_since", "messages_before"])
async def test_a_query_whose_id_is_gone_loses_nothing(linked: Rehearsal, variant: str) -> None:
    await linked.fault("rotated_query", queryId=QUERY_IDS[variant][0])
    await cut_stream(linked)
    await meddle(linked)
    await linked.until_state(AccountState.TROUBLE)
    if variant != "messages_since":
        await linked.until_state(AccountState.CONNECTED)
    if variant != "messages_before":
        # No other id of these is known: what they alone tell comes when they are back.
        await linked.heal()
        await cut_stream(linked)
        await linked.until_state(AccountState.TROUBLE)
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)


@pytest.mark.parametrize("kind", ["slow", "trickle"])
async def test_a_linkedin_that_is_too_slow_is_trouble_that_loses_nothing(
    sandbox: SandboxClient, tmp_path: Path, kind: str
) -> None:
    async with rehearsing(sandbox, tmp_path, linkedin_timeout_seconds=1) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        await gateway.fault(kind, delay=60)
        await cut_stream(gateway)
        await meddle(gateway)
        await gateway.until_state(AccountState.TROUBLE)
        await gateway.heal()
        await gateway.until_state(AccountState.CONNECTED)
        await until_equal(gateway)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("unauthorized", AccountState.REJECTED),
        ("login", AccountState.REJECTED),
        ("login_page", AccountState.REJECTED),
        ("li_at_deleted", AccountState.REJECTED),
        ("checkpoint", AccountState.CHECKPOINT),
        ("checkpoint_page", AccountState.CHECKPOINT),
    ],
)
@pytest.mark.promise("design.5.warning-stops")
async def test_where_the_person_must_act_nothing_is_called_until_they_have(
    linked: Rehearsal, kind: str, state: AccountState
) -> None:
    await linked.fault(kind)
    await cut_stream(linked)
    account = await linked.until_state(state)
    assert "POST /api/session" in next_action(account.state)
    assert account.state_until is None
    made = await calls_made(linked)
    await linked.heal()
    await meddle(linked)
    assert await calls_made(linked) == made
    await linked.link()
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)
    assert (await states_told(linked)).count(state.value) == 1


async def test_too_many_requests_pause_the_account_for_as_long_as_linkedin_says(linked: Rehearsal) -> None:
    await linked.fault("rate_limited", retryAfter=1)
    await cut_stream(linked)
    account = await linked.until_state(AccountState.RATE_LIMITED)
    assert account.state_until is not None
    made = await calls_made(linked)
    await meddle(linked)
    await linked.heal()
    assert (await calls_made(linked))["me"] == made["me"]
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)


@pytest.mark.parametrize(
    ("kind", "named", "state", "pause"),
    [
        ("rate_limited", {}, AccountState.RATE_LIMITED, 15 * 60_000),
        ("rate_limited", {"retryAfter": 7200}, AccountState.RATE_LIMITED, 2 * HOUR),
        (
            "rate_limited",
            {"retryAfter": 7200, "retryAfterAsDate": True},
            AccountState.RATE_LIMITED,
            2 * HOUR,
        ),
        ("denied", {}, AccountState.RESTRICTED, 24 * HOUR),
    ],
)
async def test_a_pause_ends_by_itself_at_its_time_and_not_before(
    sandbox: SandboxClient,
    tmp_path: Path,
    kind: str,
    named: dict[str, Any],
    state: AccountState,
    pause: int,
) -> None:
    clock = DrivenClock(SystemClock().now())
    async with rehearsing(sandbox, tmp_path, clock=clock) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        await gateway.fault(kind, **named)
        await cut_stream(gateway)
        account = await gateway.until_state(state)
        assert account.state_until is not None
        assert abs(account.state_until - clock.now() - pause) <= 5_000
        await gateway.heal()
        await meddle(gateway)
        clock.advance(pause - 10_000)
        assert await gateway.services.accounts.resume(account.account_id) == account.state_until
        assert (await gateway.account()).state is state
        clock.advance(20_000)
        async with gateway.gateway.database.transaction() as tx:
            # The engine's timer goes by the machine's time; this is the wake that it would have.
            await tx.wake(RESUME, account.account_id, clock.now())
        await gateway.until_state(AccountState.CONNECTED)
        await until_equal(gateway)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("login", AccountState.REJECTED),
        ("checkpoint", AccountState.CHECKPOINT),
        ("unauthorized", AccountState.REJECTED),
    ],
)
async def test_a_send_that_meets_the_end_of_the_session_has_not_left(
    linked: Rehearsal, kind: str, state: AccountState
) -> None:
    await linked.fault(kind, endpoint="createMessage")
    sent = (
        await linked.services.sending.send(
            await linked.account(), Outgoing(text="Undelivered", profile_url="janesmith"), Terms(), 10
        )
    ).send
    assert (sent.state, sent.retry_safe) == (SendState.FAILED, True)
    assert (await linked.account()).state is state
    assert await texts_sent(linked, "Undelivered") == 0
    await linked.heal()
    await linked.link()
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)
    assert await texts_sent(linked, "Undelivered") == 0


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("lose_answer", {}),
        ("cut_mid_body", {}),
        ("slow", {"delay": 60}),
    ],
)
async def test_a_send_whose_answer_is_lost_is_settled_by_reading_and_never_doubled(
    sandbox: SandboxClient, tmp_path: Path, kind: str, named: dict[str, Any]
) -> None:
    async with rehearsing(sandbox, tmp_path, linkedin_timeout_seconds=1) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        await gateway.fault(kind, endpoint="createMessage", count=1, **named)
        sent = (
            await gateway.services.sending.send(
                await gateway.account(), Outgoing(text="Once", profile_url="janesmith"), Terms(), 5
            )
        ).send

        async def settled() -> bool:
            nonlocal sent
            sent = (await gateway.services.queue.get(await gateway.account(), sent.send_id)).send
            return sent.state is SendState.SENT

        await until(settled)
        assert await texts_sent(gateway, "Once") == 1
        assert (await calls_made(gateway))["createMessage"] == 1
        await until_equal(gateway)


async def test_a_checkpoint_in_the_middle_of_the_backfill_is_gone_on_from(gateway: Rehearsal) -> None:
    await gateway.fault("slow", endpoint="messages", delay=0.05)
    await gateway.link()
    await until_called(gateway, "messages", 3)
    await gateway.fault("checkpoint")
    await gateway.until_state(AccountState.CHECKPOINT)
    read = (await calls_made(gateway))["messages"]
    await gateway.heal()
    await meddle(gateway)
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await until_equal(gateway)
    assert read >= 3
    told = [event.type for event in await gateway.events()]
    assert told.count(EventType.ACCOUNT_CAUGHT_UP) == 1


async def test_refusals_again_and_again_are_not_answered_by_calling_harder(linked: Rehearsal) -> None:
    await linked.fault("forbidden")
    await cut_stream(linked)
    await linked.until_state(AccountState.TROUBLE)
    before = await calls_made(linked)
    await asyncio.sleep(3)
    made = await calls_made(linked)
    assert sum(made.values()) - sum(before.values()) <= 6
    await linked.heal()
    await linked.until_state(AccountState.CONNECTED)


async def test_a_closed_route_is_left_alone_and_a_new_link_tries_it_again(linked: Rehearsal) -> None:
    await linked.fault("retired", endpoint="realtime")
    await cut_stream(linked)
    account = await linked.until_state(AccountState.TROUBLE)
    await until_called(linked, "realtime", 2)
    assert account.state_reason
    await linked.heal()
    await meddle(linked)
    assert (await calls_made(linked))["realtime"] == 2
    await linked.link()
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)


@pytest.mark.promise("wire.8.6.reconnect")
@pytest.mark.parametrize(
    "kind",
    [
        "stale_connection",
        "stream_cut",
        "stream_end",
        "stream_duplicates",
        "stream_reordered",
        "clock_skew",
    ],
)
async def test_a_troubled_stream_loses_nothing(linked: Rehearsal, kind: str) -> None:
    named: dict[str, Any] = {"milliseconds": -2 * HOUR} if kind == "clock_skew" else {}
    await linked.fault(kind, **named)
    if kind == "stale_connection":
        await cut_stream(linked)
    await meddle(linked, seed=2)
    await linked.heal()
    await meddle(linked, seed=3)
    await linked.until_state(AccountState.CONNECTED)
    await until_equal(linked)


@pytest.mark.promise("wire.8.6.reconnect")
@pytest.mark.parametrize("from_the_first_frame", [False, True])
async def test_a_silent_stream_is_lost_after_its_silence_and_hides_nothing(
    lively_sandbox: SandboxClient, tmp_path: Path, from_the_first_frame: bool
) -> None:
    async with rehearsing(lively_sandbox, tmp_path, stream_silence_seconds=1) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        await gateway.fault("stream_silent")
        if from_the_first_frame:
            await cut_stream(gateway)
        await meddle(gateway)
        await gateway.until_state(AccountState.TROUBLE)
        await gateway.heal()
        await gateway.until_state(AccountState.CONNECTED)
        await until_equal(gateway)


@pytest.mark.promise("wire.8.6.reconnect")
async def test_what_a_stream_of_heartbeats_alone_hides_is_found_by_the_periodic_check(
    sandbox: SandboxClient, tmp_path: Path
) -> None:
    async with rehearsing(sandbox, tmp_path, check_seconds=1) as gateway:
        await gateway.link()
        await gateway.until_state(AccountState.CONNECTED)
        await gateway.fault("stream_eventless")
        await meddle(gateway)
        await until_equal(gateway)
        assert "transient_trouble" not in await states_told(gateway)


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_linkedin_whose_clock_is_off_loses_nothing(gateway: Rehearsal, hours: int) -> None:
    answer = await gateway.sandbox.admin("POST", "clock", {"offsetMs": hours * HOUR})
    assert answer.status == 200
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await meddle(gateway, seed=4)
    await cut_stream(gateway)
    await meddle(gateway, seed=5)
    await until_equal(gateway)


async def test_an_account_in_trouble_leaves_the_others_alone(linked: Rehearsal) -> None:
    await linked.link("alan")
    await linked.until_state(AccountState.CONNECTED, "alan")
    before = (await linked.account("alan")).revision
    await linked.fault("server_error")
    await cut_stream(linked)
    await linked.until_state(AccountState.TROUBLE)
    await linked.writes("janesmith", "To the other one", to="alan")

    async def arrived() -> bool:
        return (await linked.account("alan")).revision > before

    await until(arrived)
    assert (await linked.account("alan")).state is AccountState.CONNECTED
