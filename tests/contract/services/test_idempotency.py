"""Idempotency keys: one key is one send, whoever asks again, when, and of which process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.driving import (
    QUEUED,
    Drive,
    aimed,
    calls,
    copies,
    driving,
    quiet_people,
    settles,
    two_gateways,
)
from tests.contract.services.rehearsal import Rehearsal, until
from threadline.model.accounts import AccountState
from threadline.model.clock import DAY, SECOND
from threadline.model.errors import (
    BadInput,
    BudgetReached,
    IdempotencyMismatch,
    ProfileNotFound,
    RateLimited,
    SendInProgress,
)
from threadline.model.pacing import BudgetKind
from threadline.model.rule_changes import RulesChange
from threadline.model.sends import IDEMPOTENCY_KEPT, SendState, Terms
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.sending import Answered

pytestmark = pytest.mark.promise("sends.idempotency")

KEYED = Terms(idempotency_key="key-1")
KEYED_AND_QUEUED = Terms(idempotency_key="key-1", direct=False)


@pytest.fixture(params=["sqlite", "postgresql"])
async def drive(
    request: pytest.FixtureRequest, sandbox: SandboxClient, tmp_path: Path
) -> AsyncIterator[Drive]:
    """A gateway on a driven clock over either database, with Ada and Grace linked."""
    url = request.getfixturevalue("postgres_dsn") if request.param == "postgresql" else None
    async with driving(sandbox, tmp_path, database_url=url, link=("ada", "grace")) as drive:
        yield drive


@pytest.fixture
async def pair(
    sandbox: SandboxClient, tmp_path: Path, postgres_dsn: str
) -> AsyncIterator[tuple[Rehearsal, Rehearsal]]:
    """Two gateways over one PostgreSQL, with Ada linked."""
    async with two_gateways(sandbox, tmp_path, postgres_dsn) as (one, other):
        await one.link()
        yield one, other


async def send(
    gateway: Rehearsal, text: str, vanity: str, terms: Terms, wait: float = 10
) -> Answered | Exception:
    """What a caller is answered, or the error that it meets."""
    try:
        answered: Answered = await gateway.services.sending.send(
            await gateway.account(), aimed(text, vanity), terms, wait
        )
    except SendInProgress as error:
        return error
    return answered


@pytest.mark.parametrize("terms", [KEYED, KEYED_AND_QUEUED], ids=["direct", "queued"])
async def test_the_same_request_again_is_answered_with_the_same_send(
    drive: Drive, sandbox: SandboxClient, terms: Terms
) -> None:
    first = await drive.accept("Once", "sarah-chen", terms, wait=10)
    await drive.settled()
    again = await drive.accept("Once", "sarah-chen", terms, wait=10)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.send.send_id == first.send.send_id
    assert (again.send.state, again.send.message_id is not None) == (SendState.SENT, True)
    assert await calls(sandbox, "createMessage") == 1
    assert await copies(sandbox, "sarah-chen", "Once") == 1


@pytest.mark.promise("sends.idempotency.restart")
async def test_a_key_stands_for_thirty_days_over_restarts_and_is_new_after_them(
    drive: Drive, sandbox: SandboxClient
) -> None:
    first = await drive.accept("Once", "sarah-chen", KEYED, wait=10)
    await drive.to(first.send.created_at + IDEMPOTENCY_KEPT - 1)
    await drive.restart()
    again = await drive.accept("Once", "sarah-chen", KEYED, wait=10)
    assert (again.replayed, again.send.send_id) == (True, first.send.send_id)
    await drive.to(first.send.created_at + IDEMPOTENCY_KEPT)
    new = await drive.accept("Another month", "sarah-chen", KEYED, wait=10)
    assert (new.replayed, new.send.state) == (False, SendState.SENT)
    assert new.send.send_id != first.send.send_id
    await drive.to(drive.clock.now() + DAY)
    assert (await drive.accept("Another month", "sarah-chen", KEYED, wait=10)).replayed
    assert await calls(sandbox, "createMessage") == 2


@pytest.mark.parametrize(
    ("outgoing", "terms"),
    [
        (aimed("Other words", "sarah-chen"), KEYED),
        (aimed("Once", "janesmith"), KEYED),
        (Outgoing(text="Once", profile_url="sarah-chen", typing=True), KEYED),
        (aimed("Once", "sarah-chen"), Terms(idempotency_key="key-1", draft=True, direct=False)),
        (aimed("Once", "sarah-chen"), Terms(idempotency_key="key-1", priority=3)),
    ],
    ids=["words", "person", "typing", "draft", "priority"],
)
async def test_another_request_under_a_key_is_refused_and_names_the_send_that_has_it(
    drive: Drive, sandbox: SandboxClient, outgoing: Outgoing, terms: Terms
) -> None:
    first = await drive.accept("Once", "sarah-chen", KEYED, wait=10)
    with pytest.raises(IdempotencyMismatch) as refused:
        await drive.rehearsal.services.sending.send(await drive.account(), outgoing, terms, 10)
    assert refused.value.details["sendId"] == first.send.send_id
    assert await calls(sandbox, "createMessage") == 1
    assert len(await drive.sends()) == 1


async def test_how_long_a_caller_waits_is_no_part_of_the_request(drive: Drive) -> None:
    first = await drive.accept("Once", "sarah-chen", KEYED_AND_QUEUED)
    again = await drive.accept("Once", "sarah-chen", KEYED, wait=10)
    assert (again.replayed, again.send.send_id) == (True, first.send.send_id)
    assert again.send.state is SendState.SENT


async def test_a_key_belongs_to_its_account(drive: Drive, sandbox: SandboxClient) -> None:
    await drive.accept("Once each", "sarah-chen", KEYED, wait=10)
    other = await drive.accept("Once each", "janesmith", KEYED, name="grace", wait=10)
    assert (other.replayed, other.send.state) == (False, SendState.SENT)
    assert await calls(sandbox, "createMessage", "grace") == 1


async def test_of_many_at_once_with_one_key_one_leaves_and_all_get_its_outcome(
    drive: Drive, sandbox: SandboxClient
) -> None:
    asked = [drive.accept("Once", "sarah-chen", KEYED, wait=10) for _ in range(12)]
    answered = await asyncio.gather(*asked)
    assert len({one.send.send_id for one in answered}) == 1
    assert {one.send.state for one in answered} == {SendState.SENT}
    assert [one.replayed for one in answered].count(False) == 1
    assert await copies(sandbox, "sarah-chen", "Once") == 1


@pytest.mark.promise("sends.idempotency.restart")
async def test_of_many_at_once_over_two_gateways_on_one_database_one_leaves(
    pair: tuple[Rehearsal, Rehearsal], sandbox: SandboxClient
) -> None:
    for round_number in range(5):
        terms = Terms(idempotency_key=f"key {round_number}")
        text = f"Once in round {round_number}"
        asked = [send(pair[number % 2], text, "sarah-chen", terms) for number in range(8)]
        answered = await asyncio.gather(*asked)
        told = [one for one in answered if isinstance(one, Answered)]
        assert len(told) == 8
        assert len({one.send.send_id for one in told}) == 1
        assert {one.send.state for one in told} == {SendState.SENT}
        assert [one.replayed for one in told].count(False) == 1
        assert await copies(sandbox, "sarah-chen", text) == 1
    assert await calls(sandbox, "createMessage") == 5


@pytest.mark.promise("sends.idempotency.restart")
async def test_the_other_gateway_answers_with_what_the_first_one_sent(
    pair: tuple[Rehearsal, Rehearsal], sandbox: SandboxClient
) -> None:
    first = await send(pair[0], "Once", "sarah-chen", KEYED)
    again = await send(pair[1], "Once", "sarah-chen", KEYED)
    assert isinstance(first, Answered)
    assert isinstance(again, Answered)
    assert (again.replayed, again.send) == (True, first.send)
    with pytest.raises(IdempotencyMismatch):
        await send(pair[1], "Other words", "sarah-chen", KEYED)
    assert await calls(sandbox, "createMessage") == 1


async def test_whoever_asks_again_while_it_is_on_its_way_waits_for_its_outcome(
    still_gateway: Rehearsal, sandbox: SandboxClient
) -> None:
    await still_gateway.fault("slow", endpoint="createMessage", delay=1.5, count=1)
    first = asyncio.ensure_future(_answered(still_gateway, KEYED, 10))
    await _on_its_way(still_gateway)
    with pytest.raises(SendInProgress) as refused:
        await _answered(still_gateway, KEYED, 0)
    again = await _answered(still_gateway, KEYED, 10)
    told = await settles(first)
    assert refused.value.details["sendId"] == told.send.send_id == again.send.send_id
    assert (told.send.state, again.send.state) == (SendState.SENT, SendState.SENT)
    assert again.replayed
    assert await calls(sandbox, "createMessage") == 1


async def test_whoever_asks_again_and_does_not_wait_takes_nothing_from_whoever_does(
    drive: Drive, sandbox: SandboxClient
) -> None:
    people = await quiet_people(sandbox, 1)
    await drive.rehearsal.fault("slow", endpoint="createMessage", delay=1.5, count=1)
    before = asyncio.ensure_future(drive.accept("Slowly", people[0], Terms(), wait=30))
    await _on_its_way(drive.rehearsal)
    waiting = asyncio.ensure_future(drive.accept("Once", "sarah-chen", KEYED, wait=30))

    async def accepted() -> bool:
        return len(await drive.sends()) == 2

    await until(accepted)
    again = await drive.accept("Once", "sarah-chen", KEYED, wait=0)
    assert (again.replayed, again.send.state) == (True, SendState.QUEUED)
    assert (await drive.send(again.send.send_id)).direct
    drive.clock.advance(SECOND)
    assert (await settles(waiting)).send.state is SendState.SENT
    assert (await settles(before)).send.state is SendState.SENT


async def test_an_unknown_send_is_shown_as_unknown_to_whoever_asks_again_and_never_repeated(
    drive: Drive, sandbox: SandboxClient
) -> None:
    await drive.rehearsal.fault("lose_answer", count=1)
    first = await drive.accept("Once", "sarah-chen", KEYED, wait=0)
    await _until_unknown(drive, first.send.send_id)
    again = await drive.accept("Once", "sarah-chen", KEYED, wait=0)
    assert (again.replayed, again.send.state) == (True, SendState.UNKNOWN)
    [settled] = await drive.until_over()
    assert settled.state is SendState.SENT
    assert (await drive.accept("Once", "sarah-chen", KEYED, wait=0)).send.state is SendState.SENT
    assert await calls(sandbox, "createMessage") == 1


async def test_a_failure_is_the_answer_of_its_key_too(drive: Drive, sandbox: SandboxClient) -> None:
    first = await drive.accept("Once", "targetperson", KEYED, wait=10)
    again = await drive.accept("Once", "targetperson", KEYED, wait=10)
    assert (first.send.state, first.send.error_code) == (SendState.FAILED, "NOT_CONNECTED")
    assert (again.replayed, again.send) == (True, first.send)
    assert len(await drive.sends()) == 1


async def test_a_cancelled_send_keeps_its_key(drive: Drive, sandbox: SandboxClient) -> None:
    terms = Terms(idempotency_key="key-1", direct=False, send_at=drive.clock.now() + DAY)
    first = await drive.accept("Never", "sarah-chen", terms)
    await drive.rehearsal.services.queue.cancel(await drive.account(), first.send.send_id)
    again = await drive.accept("Never", "sarah-chen", terms)
    assert (again.replayed, again.send.state) == (True, SendState.CANCELLED)
    await drive.forward(2 * DAY)
    assert await calls(sandbox, "createMessage") == 0


async def test_what_was_refused_before_it_was_accepted_leaves_the_key_free(
    drive: Drive, sandbox: SandboxClient
) -> None:
    sending, account = drive.rehearsal.services.sending, await drive.account()
    with pytest.raises(BadInput):
        await sending.send(account, aimed("", "sarah-chen"), KEYED, 10)
    with pytest.raises(ProfileNotFound):
        await sending.send(account, aimed("Once", "nobody-of-that-name"), KEYED, 10)
    await drive.rehearsal.services.budgets.set(account, RulesChange(limits={BudgetKind.MESSAGES: 0}))
    with pytest.raises(BudgetReached):
        await sending.send(account, aimed("Once", "sarah-chen"), KEYED, 10)
    await drive.rehearsal.services.budgets.set(account, RulesChange(limits={BudgetKind.MESSAGES: None}))
    await drive.rehearsal.services.accounts.enter(
        account, AccountState.RATE_LIMITED, "said so", drive.clock.now() + 60 * SECOND
    )
    with pytest.raises(RateLimited):
        await sending.send(account, aimed("Once", "sarah-chen"), KEYED, 10)
    assert await drive.sends() == []
    await drive.to(drive.clock.now() + 60 * SECOND)
    sent = await drive.accept("Other words at last", "sarah-chen", KEYED, wait=10)
    assert (sent.replayed, sent.send.state) == (False, SendState.SENT)
    assert await calls(sandbox, "createMessage") == 1


async def test_two_messages_without_a_key_are_two(drive: Drive, sandbox: SandboxClient) -> None:
    people = await quiet_people(sandbox, 1)
    for terms in (Terms(), Terms(), QUEUED, QUEUED):
        await drive.accept("Still there?", people[0], terms, wait=10)
    await drive.until_over()
    assert await copies(sandbox, people[0], "Still there?") == 4


async def _answered(gateway: Rehearsal, terms: Terms, wait: float) -> Any:
    return await gateway.services.sending.send(
        await gateway.account(), aimed("Once", "sarah-chen"), terms, wait
    )


async def _on_its_way(gateway: Rehearsal) -> None:
    async def called() -> bool:
        return await calls(gateway.sandbox, "createMessage") == 1

    await until(called)


async def _until_unknown(drive: Drive, send_id: str) -> None:
    async def unknown() -> bool:
        return (await drive.send(send_id)).state is SendState.UNKNOWN

    await until(unknown)
