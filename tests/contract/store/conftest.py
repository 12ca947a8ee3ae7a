"""The databases that the contract suite of the store runs over: each test runs on both."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contract.store.samples import ACCOUNT, NOW, OTHER_ACCOUNT, TENANT
from tests.contract.store.storage import PostgresqlStorage, SqliteStorage, Storage
from tests.postgres import PostgresServer
from threadline.model.access import Tenant
from threadline.store import accounts, tenants
from threadline.store.database import Database


@pytest.fixture(scope="session")
def store_dsn(postgres: PostgresServer) -> Iterator[str]:
    """One database for the whole suite, emptied after each test: faster than a fresh one for each."""
    dsn = postgres.create_database()
    yield dsn
    postgres.drop_database(dsn)


@pytest.fixture(params=["sqlite", "postgresql"])
async def storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    """An empty place to keep a database in; whoever opens one there closes it."""
    kept: Storage
    if request.param == "sqlite":
        kept = SqliteStorage(request.getfixturevalue("tmp_path") / "threadline.db")
    else:
        kept = PostgresqlStorage(request.getfixturevalue("store_dsn"))
    yield kept
    await kept.close()


@pytest.fixture
async def database(storage: Storage) -> Database:
    """An open database with one tenant that has two accounts."""
    opened = await storage.opened()
    async with opened.transaction() as tx:
        await tenants.insert(tx, Tenant(tenant_id=TENANT, name="Analytical", sandbox=False, created_at=NOW))
        await accounts.insert(tx, account_id=ACCOUNT, tenant_id=TENANT, user_id="ada", now=NOW)
        await accounts.insert(tx, account_id=OTHER_ACCOUNT, tenant_id=TENANT, user_id="grace", now=NOW + 1)
    return opened
