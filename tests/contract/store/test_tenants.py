"""Tenants and their keys."""

from tests.contract.store.samples import NOW, TENANT
from threadline.model.access import ALL_RIGHTS, ApiKey, Caller, Right, Tenant
from threadline.store import tenants
from threadline.store.database import Database

SANDBOX = Tenant(tenant_id="tenant-0", name="Sandbox", sandbox=True, created_at=NOW + 7)


def key(key_id: str, **changes: object) -> ApiKey:
    fields = {"rights": ALL_RIGHTS, "created_at": NOW, "name": "laptop", "prefix": "tl_abc", **changes}
    return ApiKey(key_id=key_id, tenant_id=TENANT, **fields)  # type: ignore[arg-type]


async def insert_keys(database: Database, *keys: ApiKey) -> None:
    async with database.transaction() as tx:
        for one in keys:
            await tenants.insert_key(tx, one, f"hash of {one.key_id}")


async def test_tenants_are_listed_oldest_first_and_found_by_id_and_name(database: Database) -> None:
    async with database.transaction() as tx:
        await tenants.insert(tx, SANDBOX)
    first = await tenants.by_id(database, TENANT)
    assert first == Tenant(tenant_id=TENANT, name="Analytical", sandbox=False, created_at=NOW)
    assert await tenants.every(database) == [first, SANDBOX]
    assert await tenants.by_name(database, "Sandbox") == SANDBOX
    assert await tenants.by_id(database, "nobody") is None
    assert await tenants.by_name(database, "sandbox") is None


async def test_of_two_tenants_with_one_name_the_oldest_is_found(database: Database) -> None:
    later = Tenant(tenant_id="a-later", name="Analytical", sandbox=False, created_at=NOW + 1)
    async with database.transaction() as tx:
        await tenants.insert(tx, later)
    found = await tenants.by_name(database, "Analytical")
    assert found is not None
    assert found.tenant_id == TENANT


async def test_the_tenant_of_the_sandbox_is_known_by_its_mark(database: Database) -> None:
    assert await tenants.sandbox(database) is None
    async with database.transaction() as tx:
        await tenants.insert(tx, SANDBOX)
    assert await tenants.sandbox(database) == SANDBOX


async def test_a_key_leads_to_its_tenant_and_its_rights_until_it_is_revoked(database: Database) -> None:
    await insert_keys(database, key("k1", rights=frozenset({Right.READ, Right.SEND})))
    tenant = await tenants.by_id(database, TENANT)
    assert tenant is not None
    assert await tenants.caller(database, "hash of k1") == Caller(
        tenant=tenant, key_id="k1", rights=frozenset({Right.READ, Right.SEND})
    )
    assert await tenants.caller(database, "hash of k2") is None

    async with database.transaction() as tx:
        assert await tenants.revoke_key(tx, TENANT, "k1", NOW + 1)
    assert await tenants.caller(database, "hash of k1") is None
    async with database.transaction() as tx:
        assert not await tenants.revoke_key(tx, TENANT, "k1", NOW + 2)


async def test_a_key_is_revoked_by_nobody_but_its_own_tenant(database: Database) -> None:
    await insert_keys(database, key("k1"))
    async with database.transaction() as tx:
        assert not await tenants.revoke_key(tx, "tenant-2", "k1", NOW)
    assert await tenants.caller(database, "hash of k1") is not None


async def test_keys_are_listed_oldest_first_without_the_revoked_and_with_their_last_use(
    database: Database,
) -> None:
    await insert_keys(database, key("k3", created_at=NOW + 2), key("k1"), key("k2", created_at=NOW + 1))
    async with database.transaction() as tx:
        await tenants.revoke_key(tx, TENANT, "k2", NOW + 5)
        await tenants.key_used(tx, "k1", NOW + 9)
    assert await tenants.keys(database, TENANT) == [
        key("k1", last_used_at=NOW + 9),
        key("k3", created_at=NOW + 2),
    ]
    assert await tenants.keys(database, "tenant-2") == []


async def test_a_key_without_rights_has_none(database: Database) -> None:
    await insert_keys(database, key("k1", rights=frozenset()))
    caller = await tenants.caller(database, "hash of k1")
    assert caller is not None
    assert caller.rights == frozenset()
