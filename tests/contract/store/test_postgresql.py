"""What is PostgreSQL's own: several processes at once, connections that the server cuts, and its restart."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.store.samples import NOW, TENANT
from tests.contract.store.storage import PostgresqlStorage
from tests.postgres import PostgresServer, running_postgres
from threadline.model.access import Tenant
from threadline.model.clock import DrivenClock
from threadline.store import migrations, tenants
from threadline.store.database import Database, DatabaseGone
from threadline.store.postgresql import PostgresqlDatabase

TIME_LIMIT = 20.0
CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)
CONNECTIONS = 4


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[PostgresServer]:
    """A server that these tests may stop: the other one serves the whole session."""
    with running_postgres() as server:
        yield server


@pytest.fixture
async def standing(own_postgres: PostgresServer) -> AsyncIterator[PostgresqlDatabase]:
    """A database on that server, every connection of its pool open."""
    database = PostgresqlDatabase(own_postgres.create_database(), DrivenClock(NOW), connections=CONNECTIONS)
    await database.open()
    met = asyncio.Barrier(CONNECTIONS)

    async def take_one() -> None:
        async with database.transaction():
            await met.wait()

    await asyncio.gather(*[take_one() for _ in range(CONNECTIONS)])
    yield database
    await database.close()


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
        with pytest.raises(DatabaseGone):
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


async def test_the_first_read_and_the_first_transaction_after_a_restart_go_well(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    # The event loop stands still meanwhile, so that no connection has noticed when it is used.
    own_postgres.restart()
    async with asyncio.timeout(TIME_LIMIT):
        assert await tenants.every(standing) == []
    own_postgres.restart()
    async with asyncio.timeout(TIME_LIMIT):
        await insert(standing)
        assert len(await tenants.every(standing)) == 1


async def test_after_a_crash_of_the_server_everything_used_at_once_goes_well(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    own_postgres.kill()
    own_postgres.start()
    async with asyncio.timeout(TIME_LIMIT):
        await asyncio.gather(*[insert(standing, f"t{number}") for number in range(3 * CONNECTIONS)])
        found = await asyncio.gather(*[tenants.every(standing) for _ in range(3 * CONNECTIONS)])
    assert {len(every) for every in found} == {3 * CONNECTIONS}


async def test_a_transaction_that_has_read_is_not_begun_again(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    begun = 0

    async def meet_the_restart() -> None:
        nonlocal begun
        async with standing.transaction() as tx:
            begun += 1
            await tx.rows("tenants.all")
            own_postgres.restart()
            await tx.wake("tidy", "lost", NOW)

    async with asyncio.timeout(TIME_LIMIT):
        with pytest.raises(DatabaseGone):
            await meet_the_restart()
        assert begun == 1
        assert await standing.rows("due.all") == []


async def test_a_commit_that_meets_the_restart_raises_and_is_not_made_again(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    told: list[str] = []
    standing.listen(lambda wake: told.append(wake.key))

    async def meet_the_restart() -> None:
        async with standing.transaction() as tx:
            await tx.wake("tidy", "lost", NOW)
            own_postgres.restart()

    async with asyncio.timeout(TIME_LIMIT):
        with pytest.raises(DatabaseGone):
            await meet_the_restart()
        assert await standing.rows("due.all") == []
    assert told == []


async def test_what_the_block_of_a_transaction_raised_is_told_though_the_connection_went_too(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    async def refuse() -> None:
        async with standing.transaction() as tx:
            await tx.rows("tenants.all")
            own_postgres.restart()
            raise LookupError("nothing to do with the server")

    async with asyncio.timeout(TIME_LIMIT):
        with pytest.raises(LookupError):
            await refuse()
        await insert(standing)


async def test_while_the_server_is_down_uses_fail_at_once_and_once_it_is_back_they_go_well(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    own_postgres.stop()
    try:
        async with asyncio.timeout(TIME_LIMIT):
            for _ in range(2 * CONNECTIONS):
                with pytest.raises(DatabaseGone):
                    await tenants.every(standing)
                with pytest.raises(DatabaseGone):
                    await insert(standing)
    finally:
        own_postgres.start()
    async with asyncio.timeout(TIME_LIMIT):
        await insert(standing)
        assert len(await tenants.every(standing)) == 1


async def test_a_database_is_closed_also_when_its_server_is_gone(
    own_postgres: PostgresServer, standing: PostgresqlDatabase
) -> None:
    own_postgres.stop()
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await standing.close()
    finally:
        own_postgres.start()
