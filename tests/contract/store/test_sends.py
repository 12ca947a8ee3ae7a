"""Sends: each move is made once, and only from where it is allowed."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tests.contract.store.samples import ACCOUNT, NOW, OTHER_ACCOUNT, queued
from threadline.model.compositions import Composition
from threadline.model.errors import Refused
from threadline.model.sends import LEASE, Lease, Phase, Send, SendState, may_move
from threadline.store import sends
from threadline.store.database import Database, Transaction

Move = Callable[[Transaction, Send], Awaitable[bool]]


LEASED = Lease("lease of the claim", NOW + 1 + LEASE)


async def claim(tx: Transaction, send: Send) -> bool:
    return await _claimed(tx, send) is not None


async def _claimed(tx: Transaction, send: Send) -> Send | None:
    return await sends.claim(
        tx,
        send.account_id,
        send.send_id,
        lease=LEASED,
        day="2026-09-21",
        kinds=("messages", "new_conversations"),
        now=NOW + 1,
    )


async def requeue(tx: Transaction, send: Send) -> bool:
    return await sends.requeue(tx, send)


async def mark_sent(tx: Transaction, send: Send) -> bool:
    return await sends.mark_sent(tx, send, message_id="2-bQ", thread_id="2-dA", now=NOW + 3)


async def mark_failed(tx: Transaction, send: Send) -> bool:
    return await sends.mark_failed(tx, send, Refused("no"), retry_safe=True, now=NOW + 4)


async def mark_unknown(tx: Transaction, send: Send) -> bool:
    return await sends.mark_unknown(tx, send, message="the answer was lost", now=NOW + 5)


MOVES: dict[SendState, Move] = {
    SendState.SENDING: claim,
    SendState.QUEUED: requeue,
    SendState.SENT: mark_sent,
    SendState.FAILED: mark_failed,
    SendState.UNKNOWN: mark_unknown,
}
"""What brings a send into a state."""


async def insert(database: Database, *accepted: Send) -> None:
    async with database.transaction() as tx:
        for send in accepted:
            await sends.insert(tx, send)


async def stored(database: Database, send_id: str = "s1") -> Send:
    send = await sends.by_id(database, ACCOUNT, send_id)
    assert send is not None
    return send


async def test_a_send_is_kept_as_it_was_accepted(database: Database) -> None:
    bare = queued("s1")
    claimed = queued(
        "s2",
        state=SendState.SENDING,
        recipient_id=None,
        thread_id="2-dA",
        phase=Phase.CACHE,
        direct=False,
        claimed_at=NOW,
        called_at=NOW,
    )
    await insert(database, bare, claimed)
    assert await stored(database, "s1") == bare
    assert await stored(database, "s2") == claimed
    assert await sends.by_id(database, OTHER_ACCOUNT, "s1") is None


@pytest.mark.parametrize("before", SendState)
async def test_a_send_moves_only_as_the_table_of_moves_allows(database: Database, before: SendState) -> None:
    for after, move in MOVES.items():
        # Each in an account of its own: one send of an account is on its way at a time.
        account_id = f"account of {after}"
        await insert(database, queued("s1", state=before, account_id=account_id))
        send = await sends.by_id(database, account_id, "s1")
        assert send is not None
        async with database.transaction() as tx:
            moved = await move(tx, send)
        # Nothing here releases a draft: queueing again is for what was claimed.
        allowed = may_move(before, after) and before is not SendState.DRAFT
        assert moved is allowed, f"{before} to {after}"
        changed = await sends.by_id(database, account_id, "s1")
        assert changed is not None
        assert changed.state is (after if moved else before)
        if not moved:
            assert changed == send


async def test_of_many_who_claim_a_send_at_once_one_gets_it(database: Database) -> None:
    await insert(database, queued("s1"))
    send = await stored(database)

    async def try_to_claim() -> bool:
        async with database.transaction() as tx:
            return await claim(tx, send)

    async with asyncio.timeout(20):
        assert sorted(await asyncio.gather(*[try_to_claim() for _ in range(8)])) == [False] * 7 + [True]


async def test_the_road_of_a_send_that_arrives(database: Database) -> None:
    await insert(database, queued("s1"))
    send = await stored(database)
    async with database.transaction() as tx:
        claimed = await _claimed(tx, send)
        assert claimed is not None
        located = msgspec.structs.replace(claimed, thread_id="2-dA", phase=Phase.SCAN, charged=("messages",))
        assert await sends.mark_called(tx, located, now=NOW + 2, until=NOW + 9)
    called = await stored(database)
    assert (called.claimed_at, called.called_at) == (NOW + 1, NOW + 2)
    assert (called.lease, called.charged_on) == (Lease(LEASED.token, NOW + 9), "2026-09-21")
    assert called.charged == ("messages",)
    assert (called.thread_id, called.phase) == ("2-dA", Phase.SCAN)
    async with database.transaction() as tx:
        assert await mark_sent(tx, send)
    assert await stored(database) == msgspec.structs.replace(
        called, state=SendState.SENT, message_id="2-bQ", settled_at=NOW + 3, lease=None
    )


async def test_a_send_that_provably_did_not_leave_waits_again_as_if_never_claimed(database: Database) -> None:
    await insert(database, queued("s1"))
    send = await stored(database)
    async with database.transaction() as tx:
        claimed = await _claimed(tx, send)
        assert claimed is not None
        await sends.mark_called(
            tx, msgspec.structs.replace(claimed, phase=Phase.NEW), now=NOW + 2, until=NOW + 9
        )
        assert await requeue(tx, claimed)
    again = await stored(database)
    assert (again.state, again.claimed_at, again.called_at) == (SendState.QUEUED, None, None)
    assert (again.lease, again.charged_on, again.charged) == (None, None, ())
    async with database.transaction() as tx:
        assert await claim(tx, send)


async def test_a_send_is_marked_as_called_only_while_it_is_claimed(database: Database) -> None:
    for number, state in enumerate(SendState):
        send = queued(f"s{number}", state=state, thread_id="2-dA", phase=Phase.NEW, lease=LEASED)
        await insert(database, send)
        async with database.transaction() as tx:
            called = await sends.mark_called(tx, send, now=NOW, until=NOW + 9)
        assert called is (state is SendState.SENDING)


@pytest.mark.promise("design.1.accepted-once")
async def test_a_refused_inmail_that_a_crash_interrupts_is_located_again_and_opens_nothing_by_itself(
    database: Database,
) -> None:
    inmail = queued(
        "s1", composition=Composition(text="Hi", subject="A question", inmail=True), phase=Phase.NEW
    )
    async with database.transaction() as tx:
        await sends.insert(tx, inmail)
        claimed = await _claimed(tx, inmail)
        assert claimed is not None
        await sends.mark_called(tx, claimed, now=NOW, until=NOW + 9)
        assert await sends.mark_refused(tx, claimed, Composition(text="Hi"))
        assert await sends.requeue(tx, claimed)
    waiting = await sends.by_id(database, ACCOUNT, "s1")
    assert waiting is not None
    # With the phase of the InMail it would leave as an ordinary message in a new conversation.
    assert (waiting.state, waiting.phase, waiting.called_at) == (SendState.QUEUED, None, None)


async def test_an_unknown_send_that_is_found_forgets_its_trouble(database: Database) -> None:
    await insert(database, queued("s1", state=SendState.SENDING))
    send = await stored(database)
    async with database.transaction() as tx:
        assert await mark_unknown(tx, send)
    unknown = await stored(database)
    assert (unknown.unknown_at, unknown.error_message) == (NOW + 5, "the answer was lost")
    async with database.transaction() as tx:
        assert await mark_sent(tx, send)
    found = await stored(database)
    assert (found.state, found.message_id, found.error_message) == (SendState.SENT, "2-bQ", None)


async def test_a_failed_send_keeps_why_and_whether_it_may_be_sent_again(database: Database) -> None:
    for number, retry_safe in enumerate((True, False)):
        send = queued(f"s{number}", state=SendState.SENDING, lease=Lease(f"{number}", NOW))
        await insert(database, send)
        async with database.transaction() as tx:
            await sends.mark_failed(tx, send, Refused("no"), retry_safe=retry_safe, now=NOW)
        failed = await stored(database, send.send_id)
        assert (failed.error_code, failed.error_message) == ("REFUSED", "no")
        assert (failed.retry_safe, failed.settled_at) == (retry_safe, NOW)


async def test_readings_that_do_not_show_an_unknown_send_are_counted(database: Database) -> None:
    send = queued("s1", state=SendState.UNKNOWN)
    await insert(database, send, queued("s2", state=SendState.SENT))
    async with database.transaction() as tx:
        await sends.mark_checked(tx, send, absent_at=NOW + 5)
        await sends.mark_checked(tx, send, absent_at=NOW + 5)
        await sends.mark_checked(tx, queued("s2"), absent_at=NOW + 5)
    checked = await stored(database)
    assert (checked.checks, checked.absent_at) == (2, NOW + 5)
    assert (await stored(database, "s2")).checks == 0


async def test_a_send_is_found_by_the_token_of_its_echo(database: Database) -> None:
    await insert(database, queued("s1"), queued("s2"))
    found = await sends.by_token(database, ACCOUNT, "token-s2")
    assert found is not None
    assert found.send_id == "s2"
    assert await sends.by_token(database, ACCOUNT, "token-s3") is None
    assert await sends.by_token(database, OTHER_ACCOUNT, "token-s2") is None


async def test_a_token_serves_one_send(database: Database) -> None:
    await insert(database, queued("s1"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await insert(database, queued("s2", origin_token="token-s1"))
    assert await sends.by_id(database, ACCOUNT, "s2") is None


async def test_open_sends_are_those_not_settled_oldest_first(database: Database) -> None:
    await insert(
        database,
        *[
            queued(f"s-{state}", state=state, created_at=NOW - number)
            for number, state in enumerate(SendState)
        ],
        queued("s-a", created_at=NOW - 1),
        queued("s-other", account_id=OTHER_ACCOUNT, state=SendState.SENT),
    )
    assert [send.send_id for send in await sends.open_sends(database, ACCOUNT)] == [
        "s-unknown",
        "s-sending",
        "s-a",
        "s-queued",
    ]
    assert await sends.open_sends(database, OTHER_ACCOUNT) == []
    assert [send.send_id for send in await sends.leaving(database)] == ["s-sending"]


async def test_no_more_than_one_send_of_an_account_is_ever_on_its_way(database: Database) -> None:
    await insert(database, queued("s1", state=SendState.SENDING), queued("s2"))
    async with database.transaction() as tx:
        assert not await claim(tx, queued("s2"))
    with pytest.raises(Exception, match=r"(?i)unique"):
        await insert(database, queued("s3", state=SendState.SENDING))


async def test_whoever_lost_the_lease_of_a_send_moves_it_no_more(database: Database) -> None:
    await insert(database, queued("s1", state=SendState.SENDING))
    late = msgspec.structs.replace(await stored(database), lease=Lease("another", NOW))
    async with database.transaction() as tx:
        assert not await sends.renew(tx, late, NOW + 99)
        assert not await sends.mark_aimed(tx, late)
        assert not await sends.mark_called(tx, late, now=NOW, until=NOW + 9)
        assert not await sends.mark_refused(tx, late, Composition(text="Else"))
        assert not await requeue(tx, late)
        assert not await mark_failed(tx, late)
        assert not await mark_unknown(tx, late)
    assert await stored(database) == queued("s1", state=SendState.SENDING)
