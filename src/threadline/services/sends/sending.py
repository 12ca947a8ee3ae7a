"""Sending: letting accepted messages leave exactly once, and answering what became of them.

    accept ─▶ queued ─▶ sending (committed before the call) ─▶ sent | failed | unknown
    on an idle account: accept and claim in one transaction

Every send takes this road (contracts/DECISIONS.md 1 to 6), whatever it carries. No call of createMessage is
ever repeated. `accepting.py` takes a message in, `claiming.py` says which leaves next, `leaving.py` makes the
call; `settling.py` finds out where its answer was lost.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.clock import SECOND, Clock
from threadline.model.errors import SendInProgress
from threadline.model.pacing import Expected, WaitsFor
from threadline.model.sends import FINAL, Send, SendState, Terms
from threadline.services.accounts import Accounts
from threadline.services.sends.accepting import Accepting
from threadline.services.sends.claiming import Claiming
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes
from threadline.services.sends.leaving import RETRY_QUEUED_AFTER, Leaving
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outcomes import Hearing, Outcomes
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.placing import Accepted
from threadline.store import sends
from threadline.store.database import Database

_log = structlog.get_logger(__name__)

_LOOK_AGAIN = 1.0
"""Seconds after which whoever waits reads the row again: another process may have moved it."""


class Answered(Struct, frozen=True, kw_only=True):
    """What a caller is answered."""

    send: Send
    expected: Expected | None = None
    """Of a queued send: when it will leave if nothing changes."""
    replayed: bool = False
    """Whether the key was used before, and this is what became of that request."""


class Sending:
    """Takes sends in, lets them leave, and answers what became of them."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        lanes: Lanes,
        accepting: Accepting,
        claiming: Claiming,
        leaving: Leaving,
        endings: Endings,
        outcomes: Outcomes,
        clock: Clock,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._lanes = lanes
        self._accepting = accepting
        self._claiming = claiming
        self._leaving = leaving
        self._endings = endings
        self._outcomes = outcomes
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def send(
        self,
        account: Account,
        outgoing: Outgoing,
        terms: Terms,
        wait_seconds: float,
        request_hash: str | None = None,
    ) -> Answered:
        """Accept a message, let it leave, and answer how it stands after `wait_seconds` at most.

        What nobody waits for is answered as soon as it is accepted. Raises what `Accepting.accept` raises;
        then nothing was accepted. Raises SendInProgress where the same request is still on its way then.
        """
        accepted = await self._accepting.accept(account, outgoing, terms, request_hash)
        send = accepted.send
        with self._outcomes.heard(send.send_id) as hearing:
            claimed = accepted.fresh and send.state is SendState.SENDING
            if claimed:
                self._start(self._leaving.leave(account, send))
            if not terms.direct or send.state is SendState.DRAFT:
                return await self._answered(accepted, send)
            deadline = self._clock.now() + int(wait_seconds * SECOND)
            if claimed:
                await hearing.wait(min(wait_seconds, _LOOK_AGAIN))
            if _may_leave_by(deadline, await self._expected(send)):
                send = await self._settled(send, hearing, deadline)
        if accepted.replayed and send.state is SendState.SENDING:
            raise SendInProgress(
                "The same request is on its way to LinkedIn now.", details={"sendId": send.send_id}
            )
        # Only whoever had it accepted: others may ask for it while that one still waits.
        if accepted.fresh and send.direct and send.state not in FINAL:
            async with self._database.transaction() as tx:
                await sends.mark_left_alone(tx, send)
        return await self._answered(accepted, send)

    async def earlier(self, account: Account, terms: Terms, request_hash: str) -> Send | None:
        """The send that the caller's key stands for, if any; raises IdempotencyMismatch."""
        return await self._accepting.earlier(account, terms, request_hash)

    async def recover(self) -> None:
        """Put right what a crash left: run once, before the engine starts.

        A send whose task is gone, or cannot be another process's, is queued again when it was not called, and
        unknown when it may have left.
        """
        alone = self._database.name == "sqlite"
        for send in await sends.leaving(self._database):
            account = await self._accounts.get(send.account_id)
            until = self._clock.now() if send.lease is None else send.lease.until
            async with self._database.transaction() as tx:
                if alone or until <= self._clock.now():
                    await self._endings.take_over(tx, account, send)
                    until = self._clock.now()
                await tx.wake(OUTBOX, account.account_id, until)

    async def drain(self, account_id: str) -> int | None:
        """Let an account's queued sends leave, one at a time in order; the handler of `OUTBOX`."""
        account = await self._accounts.get(account_id)
        while True:
            if self._stopping:
                return self._clock.now()
            found = await self._claiming.next(account)
            if not isinstance(found, Send):
                return found
            await asyncio.shield(self._start(self._leaving.leave(account, found)))
            after = await sends.by_id(self._database, account_id, found.send_id)
            # One that was found to go where an unknown send went waits for that, and holds up no other.
            if after is not None and after.state is SendState.QUEUED and after.unresolved == found.unresolved:
                return self._clock.now() + RETRY_QUEUED_AFTER

    def let_go(self) -> None:
        """Answer everybody who waits for a send with its row as it stands, now and from now on."""
        self._outcomes.release()

    async def stop(self, seconds: float | None = None) -> None:
        """Let the calls under way end, within `seconds` if given, and begin no other from the queue."""
        self._stopping = True
        self.let_go()
        self._leaving.stop()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def cut_off(self) -> None:
        """End the calls that still run; the next start settles their rows by reading."""
        late = list(self._under_way)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _answered(self, accepted: Accepted, send: Send) -> Answered:
        return Answered(send=send, expected=await self._expected(send), replayed=accepted.replayed)

    async def _expected(self, send: Send) -> Expected | None:
        """When a queued send will leave; None for any other."""
        if send.state is not SendState.QUEUED:
            return None
        outlook = await self._lanes.seen(self._database, send.account_id)
        # One that was claimed since it was read leaves now.
        return outlook.expected().get(send.send_id, Expected(outlook.now, None))

    async def _settled(self, send: Send, hearing: Hearing, deadline: int) -> Send:
        while True:
            current = await sends.by_id(self._database, send.account_id, send.send_id) or send
            left = (deadline - self._clock.now()) / SECOND
            if current.state in FINAL or left <= 0 or self._outcomes.released:
                return current
            await hearing.wait(min(left, _LOOK_AGAIN))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and task.exception() is not None:
            # Nobody waits for it; the send's lease ends, and another task takes it over.
            _log.error("a send was left as it was", reason=str(task.exception()))


def _may_leave_by(deadline: int, expected: Expected | None) -> bool:
    """Whether waiting until `deadline` may bring an outcome; an unknown send can be settled at any moment."""
    if expected is None or expected.waits_for is WaitsFor.UNKNOWN_SEND:
        return True
    return expected.at is not None and expected.at <= deadline
