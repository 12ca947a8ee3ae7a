"""A gateway and a simulated LinkedIn in one process, with both sides in hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.contract.sandbox.client import SandboxClient
from threadline.app import Gateway, build
from threadline.model.accounts import Account, AccountState, Cookie, Session
from threadline.model.clock import Clock
from threadline.model.events import Event
from threadline.services.linking import Linked
from threadline.settings import Settings
from threadline.store import accounts, events

PATIENCE = 20.0
"""Seconds after which a wait for something that must come is given up."""

JANE = "https://www.linkedin.com/in/janesmith/"


def session(name: str = "ada") -> Session:
    """The session of one of the sandbox's accounts."""
    return Session(cookies=(Cookie("li_at", f"demo-{name}"), Cookie("JSESSIONID", f'"ajax:demo-{name}"')))


@dataclass
class Rehearsal:
    """One gateway in front of one sandbox; it can be stopped and started again on the same data."""

    sandbox: SandboxClient
    settings: Settings
    clock: Clock | None
    gateway: Gateway

    @property
    def services(self) -> Any:
        """The use cases."""
        return self.gateway.services

    async def link(self, name: str = "ada") -> Linked:
        """Link one of the sandbox's accounts under its own name."""
        tenant = await self.services.access.sandbox_tenant()
        linked: Linked = await self.services.linking.link(tenant, name, session(name))
        return linked

    async def account(self, name: str = "ada") -> Account:
        """The account as it stands now."""
        tenant = await self.services.access.sandbox_tenant()
        found = await accounts.by_user(self.gateway.database, tenant.tenant_id, name)
        assert found is not None
        return found

    async def events(self, name: str = "ada") -> list[Event]:
        """The account's whole log."""
        account = await self.account(name)
        told = await events.after(self.gateway.database, account.account_id, 0, 100_000)
        return [event for _, event in told]

    async def fault(self, kind: str, account: str = "ada", **more: Any) -> None:
        """Switch a fault on in the sandbox."""
        answer = await self.sandbox.admin("POST", "faults", {"account": account, "kind": kind, **more})
        assert answer.status in (200, 201), answer.text

    async def heal(self) -> None:
        """Switch every fault off."""
        assert (await self.sandbox.admin("DELETE", "faults")).status == 200

    async def writes(self, vanity: str, text: str, to: str = "ada") -> dict[str, Any]:
        """Make a person of the sandbox write to an account."""
        answer = await self.sandbox.admin("POST", f"people/{vanity}/write", {"to": to, "text": text})
        assert answer.status in (200, 201), answer.text
        told: dict[str, Any] = answer.json
        return told

    async def until_state(self, state: AccountState, name: str = "ada") -> Account:
        """Wait until the account is in `state`."""

        async def reached() -> bool:
            return (await self.account(name)).state is state

        await until(reached)
        return await self.account(name)

    async def begin(self) -> None:
        """Open and start the gateway."""
        await self.gateway.open()
        await self.gateway.start()

    async def restart(self, *, started: bool = True) -> None:
        """Stop the gateway and put another one together on the same data."""
        await self.gateway.stop()
        await self.rebuild(started=started)

    async def rebuild(self, *, started: bool = True) -> None:
        """Put another gateway together on the same data."""
        self.gateway = build(self.settings, clock=self.clock)
        await self.gateway.open()
        if started:
            await self.gateway.start()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until `condition` holds; fails after `PATIENCE` seconds."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def rehearsing(
    sandbox: SandboxClient,
    folder: Path,
    *,
    database_url: str | None = None,
    clock: Clock | None = None,
    started: bool = True,
    **more: Any,
) -> AsyncIterator[Rehearsal]:
    """A gateway in front of `sandbox`; started: whether accounts are followed by themselves."""
    settings = Settings(
        data_dir=folder,
        linkedin_url=sandbox.base_url,
        database_url=SecretStr(database_url) if database_url else None,
        sandbox_keys=True,
        **{"backfill_pause_seconds": 0, "backfill_days": 20, **more},
    )
    rehearsal = Rehearsal(sandbox, settings, clock, build(settings, clock=clock))
    await rehearsal.gateway.open()
    if started:
        await rehearsal.gateway.start()
    try:
        yield rehearsal
    finally:
        await rehearsal.gateway.stop()
