"""A rehearsal whose clock is driven: moved to each moment at which something is due, the engine let in.

Nothing is called for the account but what its sends need, unless it is to be followed: what is counted in the
sandbox is then what sending asked for.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import Rehearsal, rehearsing, session, until
from threadline.model.accounts import Account
from threadline.model.clock import DrivenClock, SystemClock
from threadline.model.sends import Send, SendState, Terms
from threadline.services.accounts import RESUME
from threadline.services.sends.forgetting import FORGET
from threadline.services.sends.outbox import OUTBOX, SETTLE
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.sending import Answered
from threadline.services.syncing.following import FOLLOW
from threadline.store import due, sends

_NUDGE = "nudge"
_OF_SENDING = frozenset({OUTBOX, SETTLE, RESUME, _NUDGE})
_AWAITED = _OF_SENDING | {FORGET}
_numbers = count()

QUEUED = Terms(direct=False)


def address(vanity: str) -> str:
    """A person's address."""
    return f"https://www.linkedin.com/in/{vanity}/"


def aimed(text: str, to: str) -> Outgoing:
    """A message to a person, by vanity name or URN, or into a conversation, by its id."""
    if to.startswith("urn:"):
        return Outgoing(text=text, recipient_urn=to)
    if to.startswith("2-"):
        return Outgoing(text=text, conversation_id=to)
    return Outgoing(text=text, profile_url=address(to))


@dataclass
class Drive:
    """One gateway, and the clock that it goes by."""

    rehearsal: Rehearsal
    clock: DrivenClock
    _others: dict[str, Account] = field(default_factory=dict)

    async def account(self, name: str = "ada") -> Account:
        """The account as it stands now."""
        other = self._others.get(name)
        if other is None:
            return await self.rehearsal.account(name)
        found: Account = await self.rehearsal.services.accounts.get(other.account_id)
        return found

    async def link_new(self, name: str) -> None:
        """Link an account outside the sandbox's tenant: it counts as new for a week."""
        tenant = await self.rehearsal.services.access.create_tenant("a tenant of its own")
        linked = await self.rehearsal.services.linking.link(tenant, name, session(name))
        self._others[name] = linked.account

    async def accept(
        self, text: str, to: str, terms: Terms = QUEUED, *, name: str = "ada", wait: float = 0
    ) -> Answered:
        """Accept a message to a person, by vanity name or URN, or into a conversation, by its id."""
        account = await self.account(name)
        outgoing = aimed(text, to)
        answered: Answered = await self.rehearsal.services.sending.send(account, outgoing, terms, wait)
        return answered

    async def accept_each(
        self, vanities: Sequence[str], terms: Terms = QUEUED, *, name: str = "ada"
    ) -> list[Answered]:
        """Accept a message of its own to each of several people."""
        return [await self.accept(f"Hello {vanity}", vanity, terms, name=name) for vanity in vanities]

    async def expected(self, name: str = "ada") -> dict[str, int | None]:
        """When each queued send is said to leave, by its id."""
        account = await self.account(name)
        listed = await self.sends(name)
        shown = await self.rehearsal.services.queue.shown(account, listed)
        return {one.send.send_id: one.expected.at for one in shown if one.expected is not None}

    async def sends(self, name: str = "ada") -> list[Send]:
        """Every send of the account, oldest first."""
        account = await self.account(name)
        page = await sends.page(self.rehearsal.gateway.database, account.account_id, count=1_000)
        return page[::-1]

    async def send(self, send_id: str, name: str = "ada") -> Send:
        """One send as it stands now."""
        account = await self.account(name)
        found: Send = (await self.rehearsal.services.queue.get(account, send_id)).send
        return found

    async def to(self, moment: int) -> None:
        """Move the clock to `moment` (epoch milliseconds), and let everything happen that is due by then."""
        self.clock.advance(max(0, moment - self.clock.now()))
        await self.settled()

    async def forward(self, milliseconds: int, *, most: int = 1_000) -> None:
        """Move through every moment of the next `milliseconds` at which something is due."""
        end = self.clock.now() + milliseconds
        for _ in range(most):
            await self.settled()
            moment = await self.next_moment()
            if moment is None or moment > end:
                break
            await self.to(moment)
        await self.to(end)

    async def settled(self) -> None:
        """Wait until nothing is due now, and nothing is on its way."""
        database = self.rehearsal.gateway.database
        async with database.transaction() as tx:
            # The engine's timer goes by the machine's time: this lets it look at the clock.
            await tx.wake(_NUDGE, str(next(_numbers)), self.clock.now())

        async def idle() -> bool:
            now = self.clock.now()
            if any(one.due_at <= now for one in await due.every(database) if one.kind in _AWAITED):
                return False
            return await sends.leaving(database) == []

        await until(idle)

    async def next_moment(self) -> int | None:
        """The soonest time after now at which something of sending is due."""
        listed = await due.every(self.rehearsal.gateway.database)
        later = [one.due_at for one in listed if one.kind in _OF_SENDING and one.due_at > self.clock.now()]
        return min(later, default=None)

    async def until_over(self, name: str = "ada", *, most: int = 1_000) -> list[Send]:
        """Drive the clock from moment to moment until nothing of the account waits; its sends."""
        for _ in range(most):
            await self.settled()
            found = await self.sends(name)
            waiting = (SendState.QUEUED, SendState.SENDING, SendState.UNKNOWN)
            if not any(one.state in waiting for one in found):
                return found
            moment = await self.next_moment()
            assert moment is not None, "something waits, and nothing is due"
            await self.to(moment)
        raise AssertionError(f"after {most} moments something still waits")

    async def restart(self) -> None:
        """Stop the gateway, and start another one on the same data, by the same clock."""
        await self.rehearsal.gateway.stop()
        await self.rehearsal.rebuild(started=False)
        await self.start()

    async def start(self, *, following: bool = False) -> None:
        """Start the engine; following: whether it follows accounts too."""
        gateway = self.rehearsal.gateway

        async def nudged(key: str) -> int | None:
            return None

        async def nobody() -> list[str]:
            return []

        gateway.engine.handle(_NUDGE, nudged)
        if not following:
            gateway.engine.hold(FOLLOW, nobody, gateway.syncing.follow)
        await gateway.start()


@asynccontextmanager
async def driving(
    sandbox: SandboxClient,
    folder: Path,
    *,
    at: int | None = None,
    database_url: str | None = None,
    following: bool = False,
    link: Sequence[str] = ("ada",),
    **more: object,
) -> AsyncIterator[Drive]:
    """A gateway that goes by a clock of its own, from `at` on (epoch milliseconds; now when left out).

    link: the accounts that are linked.
    """
    clock = DrivenClock(SystemClock().now() if at is None else at)
    async with rehearsing(
        sandbox, folder, database_url=database_url, clock=clock, started=False, **more
    ) as rehearsal:
        drive = Drive(rehearsal, clock)
        for name in link:
            await rehearsal.link(name)
        await drive.start(following=following)
        yield drive


@asynccontextmanager
async def two_gateways(
    sandbox: SandboxClient, folder: Path, database_url: str, *, clock: DrivenClock | None = None
) -> AsyncIterator[tuple[Rehearsal, Rehearsal]]:
    """Two gateways over one PostgreSQL, each with a data folder of its own; nothing runs by itself."""
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                rehearsing(
                    sandbox,
                    folder / name,
                    database_url=database_url,
                    clock=clock,
                    started=False,
                    master_key=SecretStr("5a" * 32),
                )
            )
            for name in ("one", "other")
        ]
        yield one, other


async def quiet_people(sandbox: SandboxClient, most: int, name: str = "ada") -> list[str]:
    """Connections of an account who do not answer, by vanity name."""
    listed = (await sandbox.told("people?limit=1000"))["people"]
    found = [
        one["vanity"]
        for one in listed
        if name in one["connectedTo"]
        and not one["answers"]
        and not one["gone"]
        and not one["vanity"].endswith("-demo")
    ]
    assert len(found) >= most
    return found[:most]


async def requests_made(sandbox: SandboxClient, name: str = "ada") -> int:
    """How many calls of any kind were made in the account's name."""
    told = (await sandbox.told(f"requests?account={name}"))["requests"]
    return sum(told.get(name, {}).values())


async def calls(sandbox: SandboxClient, endpoint: str, name: str = "ada") -> int:
    """How often an endpoint was called in the account's name."""
    told = (await sandbox.told(f"requests?account={name}"))["requests"]
    return int(told.get(name, {}).get(endpoint, 0))


async def copies(sandbox: SandboxClient, vanity: str, text: str) -> int:
    """How often the text stands in a person's own mailbox."""
    told = await sandbox.told(f"mailboxes/{vanity}/messages?text={text.replace(' ', '%20')}")
    return len(told["messages"])


async def settles(work: "asyncio.Future[Answered]", patience: float = 20) -> Answered:
    """What the task answers, within a bounded time."""
    async with asyncio.timeout(patience):
        return await work
