"""Receipts, typing, tokens of conversations, deletions: what hangs on conversations and messages."""

from collections.abc import Awaitable, Callable

import pytest

from tests.contract.store.samples import (
    ACCOUNT,
    ADA,
    BOB,
    EVE,
    NOW,
    OTHER_ACCOUNT,
    conversation,
    message,
)
from threadline.store import (
    accounts,
    conversations,
    deletions,
    messages,
    receipts,
    thread_positions,
    typing,
)
from threadline.store.database import Database, Transaction
from threadline.store.receipts import StoredReceipt, goes_further

THREAD = "2-dA"


def receipt(person_id: str, message_id: str, at: int) -> StoredReceipt:
    return StoredReceipt(person_id, message_id, at, at + 5)


async def test_each_person_has_one_receipt_in_a_conversation(database: Database) -> None:
    async with database.transaction() as tx:
        await receipts.put(tx, ACCOUNT, THREAD, [receipt("p1", "2-a", NOW), receipt("p2", "2-a", NOW)])
        await receipts.put(tx, ACCOUNT, THREAD, [receipt("p1", "2-b", NOW + 1)])
        await receipts.put(tx, OTHER_ACCOUNT, THREAD, [receipt("p3", "2-a", NOW)])
    found = await receipts.of_thread(database, ACCOUNT, THREAD)
    assert found == [receipt("p1", "2-b", NOW + 1), receipt("p2", "2-a", NOW)]
    assert await receipts.of_thread(database, ACCOUNT, "2-dB") == []


def test_a_receipt_goes_further_by_when_it_was_seen_and_then_by_the_message() -> None:
    first = StoredReceipt("p", "2-a", NOW, NOW + 9)
    assert goes_further(first, StoredReceipt("p", "2-b", NOW - 5, NOW + 10))
    assert goes_further(first, StoredReceipt("p", "2-b", NOW + 1, NOW + 9))
    assert not goes_further(first, first)
    assert not goes_further(first, StoredReceipt("p", "2-b", NOW + 1, NOW + 8))
    assert not goes_further(first, StoredReceipt("p", "2-b", None, NOW + 9))


async def test_who_types_is_told_until_the_time_is_over(database: Database) -> None:
    async with database.transaction() as tx:
        await typing.put(tx, ACCOUNT, THREAD, "p1", until=NOW + 10)
        await typing.put(tx, ACCOUNT, THREAD, "p2", until=NOW + 5)
        await typing.put(tx, ACCOUNT, THREAD, "p2", until=NOW + 20)
        await typing.put(tx, ACCOUNT, "2-dB", "p3", until=NOW + 10)
        await typing.put(tx, OTHER_ACCOUNT, THREAD, "p4", until=NOW + 10)
    asked = [THREAD, "2-dC"]
    assert await typing.active(database, ACCOUNT, asked, NOW) == {THREAD: ["p1", "p2"]}
    assert await typing.active(database, ACCOUNT, asked, NOW + 10) == {THREAD: ["p2"]}
    assert await typing.active(database, ACCOUNT, [], NOW) == {}
    async with database.transaction() as tx:
        await typing.stop(tx, ACCOUNT, THREAD, "p2")
        await typing.forget(tx, ACCOUNT, NOW + 10)
    assert await typing.active(database, ACCOUNT, [THREAD, "2-dB"], NOW) == {}
    assert await typing.active(database, OTHER_ACCOUNT, asked, NOW) == {THREAD: ["p4"]}


async def test_a_conversation_has_one_token(database: Database) -> None:
    async with database.transaction() as tx:
        await thread_positions.put(tx, ACCOUNT, {THREAD: "one", "2-dB": "two"})
        await thread_positions.put(tx, ACCOUNT, {THREAD: "three"})
    assert await thread_positions.of(database, ACCOUNT, [THREAD, "2-dC"]) == {THREAD: "three"}
    assert await thread_positions.of(database, OTHER_ACCOUNT, [THREAD]) == {}
    assert await thread_positions.of(database, ACCOUNT, []) == {}


async def test_what_was_deleted_after_a_revision_is_told(database: Database) -> None:
    async with database.transaction() as tx:
        await deletions.put(tx, ACCOUNT, [THREAD])
    before = await accounts.revision(database, ACCOUNT)
    async with database.transaction() as tx:
        await deletions.put(tx, ACCOUNT, ["2-bQ"])
    asked = [THREAD, "2-bQ", "2-bX"]
    assert await deletions.since(database, ACCOUNT, before - 1, asked) == {THREAD, "2-bQ"}
    assert await deletions.since(database, ACCOUNT, before, asked) == {"2-bQ"}
    assert await deletions.since(database, ACCOUNT, before + 1, asked) == set()
    assert await deletions.since(database, ACCOUNT, 0, []) == set()


async def test_a_row_carries_the_revision_of_its_last_change(database: Database) -> None:
    async with database.transaction() as tx:
        await conversations.put(tx, ACCOUNT, [conversation(THREAD)])
        await messages.put(tx, ACCOUNT, [message("2-bQ", THREAD)])
    first = await accounts.revision(database, ACCOUNT)
    assert await _revisions(database) == (first, first)

    async def changed(change: Callable[[Transaction], Awaitable[None]]) -> tuple[int, int]:
        async with database.transaction() as tx:
            await change(tx)
        assert await accounts.revision(database, ACCOUNT) > first
        return await _revisions(database)

    edited = message("2-bQ", THREAD, text="anew")
    assert (await changed(lambda tx: messages.put(tx, ACCOUNT, [edited])))[1] == first + 1
    assert (await changed(lambda tx: conversations.add_unread(tx, ACCOUNT, THREAD, 1)))[0] == first + 2


async def test_removing_the_last_message_shows_the_one_before_and_then_none(database: Database) -> None:
    older, newer = (
        message("2-a", THREAD, NOW - 1, fallback_text="a voice", text=""),
        message("2-b", THREAD, NOW),
    )
    async with database.transaction() as tx:
        await conversations.put(tx, ACCOUNT, [conversation(THREAD)])
        await messages.put(tx, ACCOUNT, [older, newer])
        await conversations.raise_last_message(tx, ACCOUNT, [older, newer])

    async def last_after_removing(message_id: str) -> tuple[str | None, str | None]:
        async with database.transaction() as tx:
            await messages.remove(tx, ACCOUNT, message_id)
            await conversations.show_newest(tx, ACCOUNT, THREAD, message_id)
        shown = await conversations.by_id(database, ACCOUNT, THREAD)
        assert shown is not None
        assert shown.last_activity_at == NOW
        return shown.last_message_id, shown.last_text

    assert await last_after_removing("2-b") == ("2-a", "a voice")
    assert await last_after_removing("2-a") == (None, None)


async def test_nothing_hangs_on_a_conversation_that_is_gone(database: Database) -> None:
    async with database.transaction() as tx:
        await conversations.put(tx, ACCOUNT, [conversation(THREAD, participants=(ADA, BOB, EVE))])
        await receipts.put(tx, ACCOUNT, THREAD, [receipt(BOB.person_id, "2-a", NOW)])
        await typing.put(tx, ACCOUNT, THREAD, EVE.person_id, until=NOW + 10)
        await thread_positions.put(tx, ACCOUNT, {THREAD: "one"})
        await conversations.remove(tx, ACCOUNT, THREAD)
    assert await receipts.of_thread(database, ACCOUNT, THREAD) == []
    assert await typing.active(database, ACCOUNT, [THREAD], NOW) == {}
    assert await thread_positions.of(database, ACCOUNT, [THREAD]) == {}


@pytest.mark.parametrize("seat", [True, False])
async def test_whether_there_is_a_seat_is_unknown_until_it_is_stored(database: Database, seat: bool) -> None:
    account = await accounts.by_id(database, ACCOUNT)
    assert account is not None
    assert account.sales_seat is None
    async with database.transaction() as tx:
        await accounts.set_sales_seat(tx, ACCOUNT, seat)
    account = await accounts.by_id(database, ACCOUNT)
    assert account is not None
    assert account.sales_seat is seat


async def _revisions(database: Database) -> tuple[int, int]:
    conversation_row = (await conversations.stored(database, ACCOUNT, [THREAD]))[THREAD]
    message_row = (await messages.stored(database, ACCOUNT, ["2-bQ"]))["2-bQ"]
    return conversation_row.changed_revision, message_row.changed_revision
