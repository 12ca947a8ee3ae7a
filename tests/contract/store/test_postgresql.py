"""What is PostgreSQL's own: several processes at once, and connections that the server cuts."""

import asyncio

import asyncpg
import pytest

from tests.contract.store.samples import NOW, TENANT
from tests.contract.store.storage import PostgresqlStorage
from threadline.model.access import Tenant
from threadline.model.clock import DrivenClock
from threadline.store import migrations, tenants
from threadline.store.database import Database
from threadline.store.postgresql import PostgresqlDatabase

TIME_LIMIT = 20.0
CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


async def insert(database: Database, tenant_id: str = TENANT) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, Tenant(tenant_id=tenant_id, name="x", sandbox=False, created_at=NOW))


async def test_processes_that_start_together_make_the_schema_once(postgres_dsn: str) -> None:
    databases = [PostgresqlDatabase(postgres_dsn, DrivenClock(NOW), connections=1) for _ in range(4)]
    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*[database.open() for database in databases])
        await insert(databases[0])
        assert len(await tenants.every(databases[3])) == 1
        for database in databases:
            await database.close()
    recorded = await PostgresqlStorage(postgres_dsn).execute("SELECT version FROM schema_migrations")
    assert len(recorded) == len(migrations.migrations("postgresql"))


async def test_work_goes_on_after_the_server_cut_every_connection(postgres_dsn: str) -> None:
    storage = PostgresqlStorage(postgres_dsn)
    database = await storage.opened()
    await insert(database, "before")
    await storage.execute(CUT)
    async with asyncio.timeout(TIME_LIMIT):
        await insert(database, "after")
        assert len(await tenants.every(database)) == 2
    await database.close()


async def test_a_connection_cut_within_a_transaction_stores_nothing_and_says_so(postgres_dsn: str) -> None:
    storage = PostgresqlStorage(postgres_dsn)
    database = await storage.opened()
    told: list[str] = []
    database.listen(lambda wake: told.append(wake.key))

    async def lose_the_connection() -> None:
        async with database.transaction() as tx:
            await tx.wake("tidy", "lost", NOW)
            await storage.execute(CUT)

    async with asyncio.timeout(TIME_LIMIT):
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await lose_the_connection()
        await insert(database)
    assert told == []
    assert await database.rows("due.all") == []
    await database.close()


async def test_more_tasks_than_connections_wait_for_their_turn(postgres_dsn: str) -> None:
    database = PostgresqlDatabase(postgres_dsn, DrivenClock(NOW), connections=2)
    await database.open()
    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*[insert(database, f"t{number}") for number in range(30)])
    assert len(await tenants.every(database)) == 30
    await database.close()
