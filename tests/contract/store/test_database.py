"""The `Database` port: transactions, reads and wakes."""

import asyncio
from typing import Any

import pytest

from tests.contract.store.samples import ACCOUNT, NOW
from tests.contract.store.storage import Storage
from threadline.model.access import Tenant
from threadline.store import due, tenants
from threadline.store.database import Database, Transaction, TransactionAborted, Wake

pytestmark = pytest.mark.promise("design.7.one-suite-over-both-stores")

TIME_LIMIT = 20.0


def tenant(tenant_id: str) -> Tenant:
    return Tenant(tenant_id=tenant_id, name=tenant_id, sandbox=False, created_at=NOW)


async def is_stored(database: Database, tenant_id: str) -> bool:
    return await tenants.by_id(database, tenant_id) is not None


async def insert_and_raise(database: Database, tenant_id: str) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant(tenant_id))
        await tx.wake("tidy", tenant_id, NOW)
        raise LookupError("on purpose")


async def insert_and_wait(database: Database, tenant_id: str, inserted: asyncio.Event) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant(tenant_id))
        await tx.wake("tidy", tenant_id, NOW)
        inserted.set()
        await asyncio.Event().wait()


async def test_what_is_committed_is_seen_by_whoever_opens_the_database(
    storage: Storage, database: Database
) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant("new"))
    assert await is_stored(await storage.opened(), "new")


async def test_a_block_that_raises_stores_nothing(database: Database) -> None:
    with pytest.raises(LookupError, match="on purpose"):
        await insert_and_raise(database, "new")
    assert not await is_stored(database, "new")


async def test_a_task_cancelled_within_its_transaction_stores_nothing_and_holds_nobody_up(
    database: Database,
) -> None:
    told: list[Wake] = []
    database.listen(told.append)
    inserted = asyncio.Event()
    task = asyncio.create_task(insert_and_wait(database, "new", inserted))
    await asyncio.wait_for(inserted.wait(), TIME_LIMIT)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with asyncio.timeout(TIME_LIMIT), database.transaction() as tx:
        await tenants.insert(tx, tenant("next"))
    assert [await is_stored(database, name) for name in ("new", "next")] == [False, True]
    assert told == []


async def test_a_task_cancelled_at_any_moment_is_either_stored_and_told_or_neither(
    database: Database,
) -> None:
    told: list[str] = []
    database.listen(lambda wake: told.append(wake.key))

    async def change(name: str) -> None:
        async with database.transaction() as tx:
            await tenants.insert(tx, tenant(name))
            await tx.wake("tidy", name, NOW)

    names = [f"cancelled-{step}" for step in range(28)]
    for step, name in enumerate(names):
        task = asyncio.create_task(change(name))
        # The first is cancelled before it has begun.
        for _ in range(int(1.35**step) - 1):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait_for(asyncio.wait([task]), TIME_LIMIT)
        async with asyncio.timeout(TIME_LIMIT), database.transaction() as tx:
            await tenants.insert(tx, tenant(f"after {name}"))

    await change("not cancelled")
    stored = [name for name in [*names, "not cancelled"] if await is_stored(database, name)]
    assert told == stored
    assert {work.key for work in await due.every(database)} == set(stored)
    assert names[0] not in stored
    assert "not cancelled" in stored


async def test_a_transaction_that_waits_for_its_turn_can_be_cancelled(database: Database) -> None:
    inserted = asyncio.Event()
    holding = asyncio.create_task(insert_and_wait(database, "first", inserted))
    await asyncio.wait_for(inserted.wait(), TIME_LIMIT)
    waiting = asyncio.create_task(insert_and_wait(database, "first", asyncio.Event()))
    for _ in range(50):
        await asyncio.sleep(0)
    waiting.cancel()
    holding.cancel()
    await asyncio.wait_for(asyncio.wait([waiting, holding]), TIME_LIMIT)

    async with asyncio.timeout(TIME_LIMIT), database.transaction() as tx:
        await tenants.insert(tx, tenant("next"))
    assert [await is_stored(database, name) for name in ("first", "next")] == [False, True]


async def test_reads_outside_see_only_what_is_committed_and_reads_inside_see_their_own(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant("new"))
        assert await tenants.by_id(tx, "new") == tenant("new")
        assert await tx.rows("tenants.by_id", tenant_id="new") != []
        assert not await is_stored(database, "new")
    assert await is_stored(database, "new")


async def test_reads_are_answered_while_a_transaction_is_open(database: Database) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant("new"))
        async with asyncio.timeout(TIME_LIMIT):
            assert len(await database.rows("accounts.all")) == 2


async def test_a_change_says_how_many_rows_it_touched(database: Database) -> None:
    async with database.transaction() as tx:
        assert await tx.run("accounts.set_proven", account_id=ACCOUNT, proven_at=NOW) == 1
        assert await tx.run("accounts.set_proven", account_id="nobody", proven_at=NOW) == 0
        assert await tx.run("due.wake", kind="tidy", work_key="k", due_at=NOW, version=1) == 1
        assert await tx.run("due.done", kind="tidy", work_key="k", version=1) == 1


async def test_changing_many_with_no_parameters_changes_nothing(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.run_many("tenants.insert", [])


async def test_wakes_are_told_after_the_commit_and_in_their_order(database: Database) -> None:
    told: list[Wake] = []
    database.listen(told.append)
    async with database.transaction() as tx:
        await tx.wake("send", ACCOUNT, NOW + 9)
        await tx.wake("sync", ACCOUNT, NOW)
        assert told == []
    assert told == [Wake("send", ACCOUNT, NOW + 9), Wake("sync", ACCOUNT, NOW)]


async def test_a_wake_that_is_told_can_be_read(database: Database) -> None:
    rows: list[asyncio.Task[due.DueWork | None]] = []

    def look(wake: Wake) -> None:
        rows.append(asyncio.create_task(due.one(database, wake.kind, wake.key)))

    database.listen(look)
    async with database.transaction() as tx:
        await tx.wake("send", ACCOUNT, NOW)
    found = [await row for row in rows]
    assert [(work.kind, work.key, work.due_at) for work in found if work] == [("send", ACCOUNT, NOW)]


async def test_wakes_of_a_rolled_back_transaction_are_never_told(database: Database) -> None:
    told: list[Wake] = []
    database.listen(told.append)
    with pytest.raises(LookupError):
        await insert_and_raise(database, "new")
    async with database.transaction() as tx:
        await tx.wake("sync", ACCOUNT, NOW)
    assert told == [Wake("sync", ACCOUNT, NOW)]
    assert await due.one(database, "tidy", "new") is None


async def test_a_listener_that_raises_spoils_neither_the_transaction_nor_the_other_listeners(
    database: Database,
) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    told: list[Wake] = []

    def broken(wake: Wake) -> None:
        raise LookupError("on purpose")

    database.listen(broken)
    database.listen(told.append)
    async with asyncio.timeout(TIME_LIMIT), database.transaction() as tx:
        await tx.wake("send", ACCOUNT, NOW)
    assert told == [Wake("send", ACCOUNT, NOW)]
    assert [str(complaint["exception"]) for complaint in complaints] == ["on purpose"]


async def test_a_block_that_goes_on_after_a_failed_statement_stores_nothing(database: Database) -> None:
    told: list[Wake] = []
    database.listen(told.append)

    async def go_on_after_a_failure(tx: Transaction) -> None:
        await tx.wake("send", ACCOUNT, NOW)
        await tenants.insert(tx, tenant("new"))
        with pytest.raises(Exception, match=r"(?i)unique"):
            await tenants.insert(tx, tenant("new"))

    with pytest.raises(TransactionAborted):
        async with database.transaction() as tx:
            await go_on_after_a_failure(tx)
    assert not await is_stored(database, "new")
    assert told == []


async def test_changing_many_is_all_or_nothing(database: Database) -> None:
    rows = [
        {"tenant_id": name, "name": name, "sandbox": 0, "created_at": NOW} for name in ("one", "two", "one")
    ]
    with pytest.raises(Exception, match=r"(?i)unique"):
        async with database.transaction() as tx:
            await tx.run_many("tenants.insert", rows)
    assert not await is_stored(database, "one")


async def test_a_transaction_cannot_be_used_after_its_end(database: Database) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, tenant("new"))
    with pytest.raises(RuntimeError, match="has ended"):
        await tenants.insert(tx, tenant("later"))
    assert not await is_stored(database, "later")


async def test_transactions_at_the_same_time_lose_no_change(database: Database) -> None:
    async def count(name: str) -> None:
        async with database.transaction() as tx:
            await tx.row("accounts.take_sequences", account_id=ACCOUNT, count=1)
            await tenants.insert(tx, tenant(name))

    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*[count(f"tenant {number:02}") for number in range(40)])
        async with database.transaction() as tx:
            row = await tx.row("accounts.take_sequences", account_id=ACCOUNT, count=0)
    assert row is not None
    assert row["event_sequence"] == 40
    assert len(await tenants.every(database)) == 41


async def test_one_transaction_that_fails_spoils_none_beside_it(database: Database) -> None:
    async def change(number: int) -> None:
        async with database.transaction() as tx:
            await tenants.insert(tx, tenant(f"tenant {number}"))
            if number % 3 == 0:
                raise LookupError

    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*[change(number) for number in range(12)], return_exceptions=True)
    assert [await is_stored(database, f"tenant {number}") for number in range(12)] == [
        number % 3 != 0 for number in range(12)
    ]


async def test_a_query_that_does_not_exist_is_a_mistake_that_shows(database: Database) -> None:
    with pytest.raises(KeyError):
        await database.rows("conversations.by_weather")


async def test_a_database_that_is_not_open_says_so_at_once(storage: Storage) -> None:
    database = storage.unopened()

    async def use() -> None:
        with pytest.raises(RuntimeError, match="not open"):
            await database.rows("tenants.all")
        with pytest.raises(RuntimeError, match="not open"):
            async with database.transaction():
                pass

    async with asyncio.timeout(TIME_LIMIT):
        await use()
        await database.open()
        await database.close()
        await use()
        await database.close()


async def test_a_database_can_be_closed_and_opened_again(storage: Storage) -> None:
    database = storage.unopened()
    for name in ("first", "second"):
        await database.open()
        async with database.transaction() as tx:
            await tenants.insert(tx, tenant(name))
        await database.close()
    assert await is_stored(await storage.opened(), "first")
    assert await is_stored(await storage.opened(), "second")


async def test_closing_waits_for_the_transaction_that_is_open(storage: Storage) -> None:
    database = storage.unopened()
    await database.open()
    go_on = asyncio.Event()
    inserted = asyncio.Event()

    async def change() -> None:
        async with database.transaction() as tx:
            await tenants.insert(tx, tenant("new"))
            inserted.set()
            await go_on.wait()

    changing = asyncio.create_task(change())
    await asyncio.wait_for(inserted.wait(), TIME_LIMIT)
    closing = asyncio.create_task(database.close())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not closing.done()
    go_on.set()
    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(changing, closing)
    assert await is_stored(await storage.opened(), "new")
