"""A process that sleeps in the middle of a transaction on PostgreSQL does not hold up the others for long."""

import asyncio

import pytest

from tests.contract.store.samples import NOW, TENANT
from threadline.model.access import Tenant
from threadline.model.clock import DrivenClock
from threadline.store import accounts, pacing, tenants
from threadline.store.database import DatabaseGone
from threadline.store.postgresql import PostgresqlDatabase

ACCOUNT = "0123456789abcdef01234567"
TIME_LIMIT = 20.0


async def test_the_locks_of_a_transaction_that_says_nothing_are_let_go(postgres_dsn: str) -> None:
    sleeper = PostgresqlDatabase(postgres_dsn, DrivenClock(NOW), idle_milliseconds=200)
    other = PostgresqlDatabase(postgres_dsn, DrivenClock(NOW))
    await sleeper.open()
    await other.open()
    async with other.transaction() as tx:
        await tenants.insert(tx, Tenant(tenant_id=TENANT, name="x", sandbox=False, created_at=NOW))
        await accounts.insert(tx, account_id=ACCOUNT, tenant_id=TENANT, user_id="ada", now=NOW)
        await pacing.make(tx, ACCOUNT, 1)
    with pytest.raises(DatabaseGone):
        await fall_asleep(sleeper, other)
    assert (await pacing.read(sleeper, ACCOUNT)).openings == 0
    await sleeper.close()
    await other.close()


async def fall_asleep(sleeper: PostgresqlDatabase, other: PostgresqlDatabase) -> None:
    """Take a lock, and say nothing until another has got it; then go on."""
    async with asyncio.timeout(TIME_LIMIT), sleeper.transaction() as tx:
        await pacing.lock(tx, ACCOUNT)
        await pacing.opened(tx, ACCOUNT, slot_at=NOW, opened_at=NOW)
        async with other.transaction() as others:
            await pacing.lock(others, ACCOUNT)
        await pacing.opened(tx, ACCOUNT, slot_at=NOW, opened_at=NOW)
