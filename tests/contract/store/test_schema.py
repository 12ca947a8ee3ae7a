"""The schema: made at the first start, recorded, and never touched by an older version."""

import pytest

from tests.contract.store.samples import NOW
from tests.contract.store.storage import Storage
from threadline.store import migrations, tenants
from threadline.store.database import Database, SchemaTooNew

pytestmark = pytest.mark.promise("design.7.one-suite-over-both-stores")

RECORD = "SELECT version, name, applied_at FROM schema_migrations ORDER BY version"


async def test_each_migration_is_recorded_once_with_its_time(storage: Storage, database: Database) -> None:
    recorded = await storage.execute(RECORD)
    assert recorded == [(step.version, step.name, NOW) for step in migrations.migrations(database.name)]


async def test_opening_again_changes_nothing(storage: Storage, database: Database) -> None:
    before = await storage.execute(RECORD)
    again = await storage.opened()
    assert await storage.execute(RECORD) == before
    assert await tenants.every(again) == await tenants.every(database)


async def test_a_schema_of_a_later_version_is_refused_with_what_to_do(storage: Storage) -> None:
    first = await storage.opened()
    version = len(migrations.migrations(first.name)) + 1
    await storage.execute(
        f"INSERT INTO schema_migrations (version, name, applied_at) VALUES ({version}, 'later', {NOW})"
    )
    refused = storage.unopened()
    with pytest.raises(SchemaTooNew, match=rf"version {version}.*Run the newer Threadline"):
        await refused.open()
    with pytest.raises(RuntimeError, match="not open"):
        await refused.rows("tenants.all")
    assert await tenants.every(first) == []


async def test_a_migration_that_fails_leaves_no_half_of_itself(storage: Storage) -> None:
    await storage.execute("CREATE TABLE due_work (in_the_way INTEGER)")
    refused = storage.unopened()
    with pytest.raises(Exception, match="already exists"):
        await refused.open()
    await storage.execute("DROP TABLE due_work")

    database = await storage.opened()
    assert await tenants.every(database) == []
    assert len(await storage.execute(RECORD)) == len(migrations.migrations(database.name))
