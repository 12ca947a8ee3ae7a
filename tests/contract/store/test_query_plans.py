"""Hot queries read one range of the index that was made for them, and sort nothing."""

import pytest

from tests.contract.store.samples import ACCOUNT, ADA, BOB, NOW, OTHER_ACCOUNT, conversation, message, queued
from tests.contract.store.storage import Storage
from threadline.model.people import Person
from threadline.model.sends import SendState
from threadline.store import conversations, messages, people, receipts, sends
from threadline.store.database import Database
from threadline.store.receipts import StoredReceipt

INDEXES = {
    "conversations.page": "conversations_by_activity",
    "conversations.folder_page": "conversations_by_folder",
    "conversations.with_peer": "conversations_by_peer",
    "conversations.without_history": "conversations_by_activity",
    "messages.page": "messages_by_thread",
    "messages.newest_time": "messages_by_thread",
    "messages.senders": "conversation_participants_by_thread",
    "receipts.of_thread": "receipts_pkey",
    "typing.forget": "typing_pkey",
    "sends.waiting": "sends_open",
    "sends.page": "sends_pkey",
    "sends.page_in_state": "sends_by_state",
    "sends.page_of_batch": "sends_by_batch",
    "messages.newer_from_others": "messages_by_thread",
    "sends.by_token": "sends_by_token",
    "events.after": "events_pkey",
    "due.soonest": "due_work_by_kind",
}
AUTOMATIC = {
    "events_pkey": "sqlite_autoindex_events_1",
    "receipts_pkey": "sqlite_autoindex_receipts_1",
    "typing_pkey": "sqlite_autoindex_typing_1",
    "sends_pkey": "sqlite_autoindex_sends_1",
}
"""How SQLite calls the index of a primary key."""

SORTS = ("USE TEMP B-TREE", "Sort", "Seq Scan", "SCAN messages", "SCAN conversations", "Bitmap")


async def fill(database: Database) -> None:
    """Enough rows that a plan by index is worth its while."""
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, [ADA, BOB])
        for account in (ACCOUNT, OTHER_ACCOUNT):
            await conversations.put(
                tx,
                account,
                [
                    conversation(
                        f"2-{number}", NOW + number, participants=(ADA, Person(person_id=f"p{number}"))
                    )
                    for number in range(300)
                ],
            )
            await messages.put(tx, account, [message(f"2-{n}", f"2-{n % 60}", NOW + n) for n in range(1_200)])
            for number in range(300):
                state = SendState.QUEUED if number % 30 == 0 else SendState.SENT
                await sends.insert(tx, queued(f"s{number}", account_id=account, state=state))
        for number in range(300):
            receipt = StoredReceipt(f"p{number}", "2-m", NOW, NOW)
            await receipts.put(tx, ACCOUNT, f"2-{number % 50}", [receipt])
            await tx.wake("send", f"k{number}", NOW + number)


async def test_hot_queries_use_their_index_and_sort_nothing(storage: Storage, database: Database) -> None:
    await fill(database)
    for query, index in INDEXES.items():
        plan = await storage.plan(query)
        if database.name == "sqlite":
            index = AUTOMATIC.get(index, index)
            assert f"INDEX {index}" in plan, f"{query}: {plan}"
        else:
            assert "Index" in plan, f"{query}: {plan}"
            assert index in plan, f"{query}: {plan}"
        assert not any(word in plan for word in SORTS), f"{query}: {plan}"


@pytest.mark.parametrize(
    "table",
    [
        "conversations",
        "messages",
        "sends",
        "events",
        "people",
        "receipts",
        "typing",
        "thread_positions",
        "deletions",
    ],
)
async def test_the_key_of_an_accounts_table_begins_with_the_account(
    storage: Storage, database: Database, table: str
) -> None:
    if database.name == "sqlite":
        rows = await storage.execute(f"SELECT name FROM pragma_table_info('{table}') WHERE pk = 1")
    else:
        rows = await storage.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a "
            "ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] "
            f"WHERE i.indrelid = '{table}'::regclass AND i.indisprimary"
        )
    assert rows == [("account_id",)]
