"""Tenants and their keys."""

from threadline.model.access import ApiKey, Caller, Right, Tenant
from threadline.store.database import Reader, Row, Transaction


async def insert(tx: Transaction, tenant: Tenant) -> None:
    """Store a new tenant."""
    await tx.run(
        "tenants.insert",
        tenant_id=tenant.tenant_id,
        name=tenant.name,
        sandbox=int(tenant.sandbox),
        created_at=tenant.created_at,
    )


async def every(reader: Reader) -> list[Tenant]:
    """Every tenant, oldest first."""
    return [_tenant(row) for row in await reader.rows("tenants.all")]


async def by_id(reader: Reader, tenant_id: str) -> Tenant | None:
    """One tenant."""
    row = await reader.row("tenants.by_id", tenant_id=tenant_id)
    return _tenant(row) if row else None


async def by_name(reader: Reader, name: str) -> Tenant | None:
    """The oldest tenant of that name."""
    row = await reader.row("tenants.by_name", name=name)
    return _tenant(row) if row else None


async def sandbox(reader: Reader) -> Tenant | None:
    """The tenant whose accounts live in the simulated LinkedIn."""
    row = await reader.row("tenants.sandbox")
    return _tenant(row) if row else None


async def insert_key(tx: Transaction, key: ApiKey, key_hash: str) -> None:
    """Store a new key by its hash (SHA-256, hexadecimal)."""
    await tx.run(
        "keys.insert",
        key_id=key.key_id,
        tenant_id=key.tenant_id,
        name=key.name,
        prefix=key.prefix,
        key_hash=key_hash,
        rights=" ".join(sorted(key.rights)),
        created_at=key.created_at,
    )


async def keys(reader: Reader, tenant_id: str) -> list[ApiKey]:
    """The keys of a tenant that are not revoked, oldest first."""
    return [
        ApiKey(
            key_id=row["key_id"],
            tenant_id=row["tenant_id"],
            name=row["name"],
            prefix=row["prefix"],
            rights=_rights(row["rights"]),
            created_at=row["created_at"],
            last_used_at=row["last_used_at"],
            revoked_at=row["revoked_at"],
        )
        for row in await reader.rows("keys.of_tenant", tenant_id=tenant_id)
    ]


async def caller(reader: Reader, key_hash: str) -> Caller | None:
    """Who bears the key of that hash; None when it is unknown or revoked."""
    row = await reader.row("keys.by_hash", key_hash=key_hash)
    if row is None:
        return None
    return Caller(tenant=_tenant(row), key_id=row["key_id"], rights=_rights(row["rights"]))


async def key_used(tx: Transaction, key_id: str, now: int) -> None:
    """Store when a key was last used."""
    await tx.run("keys.used", key_id=key_id, last_used_at=now)


async def revoke_key(tx: Transaction, tenant_id: str, key_id: str, now: int) -> bool:
    """End a key of the tenant; whether there was one."""
    return await tx.run("keys.revoke", key_id=key_id, tenant_id=tenant_id, revoked_at=now) > 0


def _tenant(row: Row) -> Tenant:
    return Tenant(
        tenant_id=row["tenant_id"],
        name=row["name"],
        sandbox=bool(row["sandbox"]),
        created_at=row["created_at"],
    )


def _rights(text: str) -> frozenset[Right]:
    return frozenset(Right(word) for word in text.split())
