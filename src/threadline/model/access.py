"""Who may use the gateway: tenants, their users, and their keys."""

from enum import StrEnum

from msgspec import Struct


class Right(StrEnum):
    """What a key may do."""

    READ = "read"
    """Read conversations, messages, profiles, states."""
    SEND = "send"
    """Send messages and mark conversations."""
    BUDGET = "budget"
    """Change an account's pacing profile, limits and working hours."""
    MANAGE = "manage"
    """Link accounts; create, list and revoke keys of the tenant."""


ALL_RIGHTS = frozenset(Right)


class Tenant(Struct, frozen=True, kw_only=True):
    """One organization; it owns users, and each user is one LinkedIn account."""

    tenant_id: str
    name: str
    sandbox: bool
    """Whether its accounts live in the simulated LinkedIn, and any `demo_…` key reaches it."""
    created_at: int


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key of a tenant; the key itself is shown once and never stored."""

    key_id: str
    tenant_id: str
    name: str
    prefix: str
    """The first characters, by which its owner knows it again."""
    rights: frozenset[Right]
    created_at: int
    last_used_at: int | None = None
    revoked_at: int | None = None


class Caller(Struct, frozen=True, kw_only=True):
    """Who is asking: a tenant, by one of its keys."""

    tenant: Tenant
    key_id: str
    rights: frozenset[Right]
