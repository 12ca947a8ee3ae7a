"""The revision of an account: grows with every change that a list or a thread can show."""

from collections.abc import Awaitable, Callable

import pytest

from tests.contract.store.samples import ACCOUNT, BOB, NOW, OTHER_ACCOUNT, conversation, message
from threadline.store import accounts, conversations, messages, people, positions
from threadline.store.conversations import History
from threadline.store.database import Database, Transaction
from threadline.store.positions import Position

THREAD = "2-dGhyZWFk"

CHANGES: dict[str, Callable[[Transaction], Awaitable[object]]] = {
    "a conversation": lambda tx: conversations.put(tx, ACCOUNT, [conversation(THREAD)]),
    "a message": lambda tx: messages.put(tx, ACCOUNT, [message("2-bQ", THREAD)]),
    "the last message": lambda tx: conversations.raise_last_message(tx, ACCOUNT, [message("2-bQ", THREAD)]),
    "the read state": lambda tx: conversations.set_read(
        tx, ACCOUNT, THREAD, read=True, unread_count=0, at=NOW
    ),
    "a person": lambda tx: people.put(tx, ACCOUNT, [BOB]),
    "a vanity name": lambda tx: people.set_vanity(tx, ACCOUNT, BOB.person_id, "bob"),
    "how far back it reaches": lambda tx: conversations.set_history(tx, ACCOUNT, THREAD, History(None, True)),
    "how far it is listed": lambda tx: positions.put(tx, ACCOUNT, Position(listed_at=NOW)),
    "a removal": lambda tx: conversations.remove(tx, ACCOUNT, THREAD),
}


async def revision(database: Database, account_id: str) -> int:
    account = await accounts.by_id(database, account_id)
    assert account is not None
    return account.revision


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_each_change_that_a_read_can_show_raises_it(
    database: Database, change: Callable[[Transaction], Awaitable[object]]
) -> None:
    before = await revision(database, ACCOUNT)
    async with database.transaction() as tx:
        await change(tx)
    assert await revision(database, ACCOUNT) == before + 1
    assert await revision(database, OTHER_ACCOUNT) == 0


async def test_a_transaction_raises_it_once_however_much_it_changes(database: Database) -> None:
    before = await revision(database, ACCOUNT)
    async with database.transaction() as tx:
        for change in CHANGES.values():
            await change(tx)
    assert await revision(database, ACCOUNT) == before + 1


async def test_what_no_read_shows_leaves_it_alone(database: Database) -> None:
    async with database.transaction() as tx:
        await accounts.set_proven(tx, ACCOUNT, NOW)
        await tx.wake("outbox", ACCOUNT, NOW)
    assert await revision(database, ACCOUNT) == 0
