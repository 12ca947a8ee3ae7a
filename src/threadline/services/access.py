"""Who may do what: tenants, keys, and the account that a request is about."""

import hashlib

from threadline.model import randomness as chance
from threadline.model.access import ALL_RIGHTS, ApiKey, Caller, Right, Tenant
from threadline.model.accounts import Account
from threadline.model.clock import MINUTE, SECOND, Clock
from threadline.model.errors import (
    BadInput,
    ForbiddenScope,
    NotFound,
    Unauthorized,
    UserIdRequired,
    UserNotFound,
)
from threadline.model.randomness import Randomness
from threadline.store import accounts, tenants
from threadline.store.database import Database

SANDBOX_USER = "ada"
"""Whom a request to the sandbox tenant means when it names nobody (contracts/DECISIONS.md 9)."""

_KEY_LETTERS = 40
_REMEMBERED_FOR = 5 * SECOND
_USE_STORED_EVERY = MINUTE
_MOST_REMEMBERED = 10_000


class Access:
    """Authenticates keys, and finds the account that a caller means."""

    def __init__(
        self, database: Database, clock: Clock, randomness: Randomness, *, sandbox_runs: bool
    ) -> None:
        """Use `database`; sandbox_runs: whether keys that begin `demo_` reach the sandbox tenant."""
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._sandbox_runs = sandbox_runs
        self._remembered: dict[str, tuple[int, Caller]] = {}
        self._revoked = 0
        self._use_stored: dict[str, int] = {}

    async def authenticate(self, key: str | None) -> Caller:
        """Who bears `key`; raises Unauthorized.

        A key that ended is refused at once by the process that ended it, and by others within 5 seconds.
        """
        if not key:
            raise Unauthorized("The request has no key.")
        now = self._clock.now()
        remembered = self._remembered.get(key)
        if remembered is not None and now - remembered[0] < _REMEMBERED_FOR:
            return remembered[1]
        revoked = self._revoked
        caller = await self._look_up(key)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        if revoked == self._revoked:
            # Else this key may have been ended while it was looked up.
            self._remembered[key] = (now, caller)
        await self._note_use(caller, now)
        return caller

    async def account(self, caller: Caller, user_id: str | None) -> Account:
        """The account of the user that the caller names, or of the tenant's only user.

        Raises UserNotFound and UserIdRequired (contracts/voyager.md §3.2, contracts/DECISIONS.md 9).
        """
        tenant = caller.tenant
        if user_id is None and tenant.sandbox:
            user_id = SANDBOX_USER
        if user_id is not None:
            account = await accounts.by_user(self._database, tenant.tenant_id, user_id)
            if account is None:
                account = await self._by_account_id(tenant, user_id)
            if account is None:
                raise UserNotFound(f"This tenant has no user {user_id[:80]!r}.", field="X-User-Id")
            return account
        owned = await accounts.of_tenant(self._database, tenant.tenant_id)
        if not owned:
            raise UserNotFound("This tenant has no user yet.")
        if len(owned) > 1:
            raise UserIdRequired(
                "This tenant has several users, and the request names none.", field="X-User-Id"
            )
        return owned[0]

    async def accounts(self, caller: Caller) -> list[Account]:
        """Every account of the caller's tenant, oldest first."""
        return await accounts.of_tenant(self._database, caller.tenant.tenant_id)

    async def create_tenant(self, name: str, *, sandbox: bool = False) -> Tenant:
        """A new tenant called `name`."""
        tenant = Tenant(
            tenant_id=chance.time_ordered_id(self._clock.now(), self._randomness),
            name=_checked_name(name),
            sandbox=sandbox,
            created_at=self._clock.now(),
        )
        async with self._database.transaction() as tx:
            await tenants.insert(tx, tenant)
        return tenant

    async def tenants(self) -> list[Tenant]:
        """Every tenant, oldest first."""
        return await tenants.every(self._database)

    async def tenant_named(self, name: str) -> Tenant | None:
        """The oldest tenant called `name`."""
        return await tenants.by_name(self._database, name)

    async def sandbox_tenant(self) -> Tenant:
        """The tenant of the simulated LinkedIn, made at the first call."""
        return await tenants.sandbox(self._database) or await self.create_tenant("sandbox", sandbox=True)

    async def create_key(
        self, tenant_id: str, name: str, rights: frozenset[Right] = ALL_RIGHTS
    ) -> tuple[ApiKey, str]:
        """A new key of a tenant: what is stored of it, and the key itself, told only now."""
        key = "tl_" + chance.letters(_KEY_LETTERS, self._randomness)
        stored = ApiKey(
            key_id=chance.time_ordered_id(self._clock.now(), self._randomness),
            tenant_id=tenant_id,
            name=_checked_name(name),
            prefix=key[:8],
            rights=rights,
            created_at=self._clock.now(),
        )
        async with self._database.transaction() as tx:
            await tenants.insert_key(tx, stored, _hash(key))
        return stored, key

    async def keys(self, tenant_id: str) -> list[ApiKey]:
        """The keys of a tenant, oldest first."""
        return await tenants.keys(self._database, tenant_id)

    async def revoke_key(self, tenant_id: str, key_id: str) -> None:
        """End a key; raises NotFound."""
        async with self._database.transaction() as tx:
            if not await tenants.revoke_key(tx, tenant_id, key_id, self._clock.now()):
                raise NotFound("This tenant has no such key.")
        self._revoked += 1
        self._remembered.clear()

    async def _look_up(self, key: str) -> Caller:
        if key.startswith("demo_"):
            tenant = await tenants.sandbox(self._database) if self._sandbox_runs else None
            if tenant is None:
                raise Unauthorized(
                    "Keys that begin with demo_ work only where the sandbox runs.",
                    next_step="Start the gateway with `threadline demo`, or use a key that begins with tl_.",
                )
            return Caller(tenant=tenant, key_id="demo", rights=ALL_RIGHTS)
        caller = await tenants.caller(self._database, _hash(key))
        if caller is None:
            raise Unauthorized("The key is unknown or was revoked.")
        return caller

    async def _by_account_id(self, tenant: Tenant, account_id: str) -> Account | None:
        account = await accounts.by_id(self._database, account_id)
        return account if account is not None and account.tenant_id == tenant.tenant_id else None

    async def _note_use(self, caller: Caller, now: int) -> None:
        if caller.key_id == "demo" or now - self._use_stored.get(caller.key_id, 0) < _USE_STORED_EVERY:
            return
        self._use_stored[caller.key_id] = now
        async with self._database.transaction() as tx:
            await tenants.key_used(tx, caller.key_id, now)


def require(caller: Caller, right: Right) -> None:
    """Raises ForbiddenScope when the caller's key does not have `right`."""
    if right not in caller.rights:
        raise ForbiddenScope(f"This key does not have the right '{right.value}'.")


def _checked_name(name: str) -> str:
    stripped = name.strip()
    if not 1 <= len(stripped) <= 100 or not stripped.isprintable():
        raise BadInput("A name has 1 to 100 printable characters.", field="name")
    return stripped


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
