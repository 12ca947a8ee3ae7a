"""Sending: accepting a message, and letting it leave exactly once.

    accept ─▶ queued ─▶ sending (committed before the call) ─▶ sent | failed | unknown
    on an idle account: accept and claim in one transaction

Every send takes this road (contracts/DECISIONS.md 1 to 6), whatever it carries. No call of createMessage is
ever repeated. `leaving.py` makes the call; `settling.py` finds out where its answer was lost.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec

from threadline.model import randomness as chance
from threadline.model.accounts import STOPPED, Account
from threadline.model.clock import SECOND, Clock
from threadline.model.compositions import Composition
from threadline.model.errors import NotFound, SessionExpired
from threadline.model.events import EventType
from threadline.model.randomness import Randomness
from threadline.model.sends import FINAL, Send, SendState, first_to_leave
from threadline.services.accounts import Accounts
from threadline.services.records.journal import Journal
from threadline.services.records.recording import lock
from threadline.services.sends.aiming import Aim, Aiming
from threadline.services.sends.composing import Composing
from threadline.services.sends.leaving import RETRY_QUEUED_AFTER, Leaving
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.outgoing import Outgoing, check
from threadline.store import attachments, events, sends
from threadline.store.database import Database


class Sending:
    """Accepts sends, lets them leave, and answers what became of them."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        aiming: Aiming,
        composing: Composing,
        leaving: Leaving,
        journal: Journal,
        outcomes: Outcomes,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._aiming = aiming
        self._composing = composing
        self._leaving = leaving
        self._journal = journal
        self._outcomes = outcomes
        self._clock = clock
        self._randomness = randomness
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def send(self, account: Account, outgoing: Outgoing, wait_seconds: float) -> Send:
        """Accept a message, let it leave, and answer its row as it stands after `wait_seconds` at most.

        Raises what `check`, `Aiming.aim` and `Composing.compose` raise, and what stands in the way when the
        account is stopped; then nothing was accepted.
        """
        check(outgoing)
        await self._accounts.client(account)
        if account.profile_id is None:
            raise SessionExpired("LinkedIn has not accepted this account's session yet.")
        aim = await self._aiming.aim(account, outgoing)
        composition = await self._composing.compose(account, outgoing, aim)
        send = await self._accept(account, composition, aim, typing=outgoing.typing)
        if send.state is SendState.SENDING:
            self._start(self._leaving.leave(account, send))
        return await self._settled(send, wait_seconds)

    async def get(self, account: Account, send_id: str) -> Send:
        """One send; raises NotFound."""
        send = await sends.by_id(self._database, account.account_id, send_id)
        if send is None:
            raise NotFound("This account has no such send.")
        return send

    async def recover(self) -> None:
        """Put right what a crash left: run once, before the engine starts.

        A send that was claimed and not called is queued again; one that may have left is unknown.
        """
        for account_id in await sends.busy_accounts(self._database):
            account = await self._accounts.get(account_id)
            for send in await sends.open_sends(self._database, account_id):
                if send.state is not SendState.SENDING:
                    continue
                async with self._database.transaction() as tx:
                    if send.called_at is None:
                        await sends.requeue(tx, send)
                    else:
                        await self._leaving.to_unknown(
                            tx, account, send, "the gateway stopped during the call"
                        )
            async with self._database.transaction() as tx:
                await tx.wake(OUTBOX, account_id, self._clock.now())

    async def drain(self, account_id: str) -> int | None:
        """Let an account's queued sends leave, one at a time in order; the handler of `OUTBOX`."""
        while True:
            send = first_to_leave(await sends.open_sends(self._database, account_id))
            if send is None:
                return None
            account = await self._accounts.get(account_id)
            if account.state in STOPPED:
                # Once the stop is over, or a person has acted, following the account wakes the outbox.
                return None
            if self._stopping:
                return self._clock.now()
            async with self._database.transaction() as tx:
                now = self._clock.now()
                if not await sends.claim(tx, send, now):
                    continue
            claimed = await self.get(account, send.send_id)
            await asyncio.shield(self._start(self._leaving.leave(account, claimed)))
            if (await self.get(account, send.send_id)).state is SendState.QUEUED:
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

    async def _accept(self, account: Account, composition: Composition, aim: Aim, *, typing: bool) -> Send:
        async with self._database.transaction() as tx:
            # The time is taken under the lock and after every waiting send, so that it tells the order.
            await lock(tx, account.account_id)
            waiting = await sends.open_sends(tx, account.account_id)
            now = max(self._clock.now(), *(other.created_at + 1 for other in waiting), 0)
            send = Send(
                account_id=account.account_id,
                send_id=chance.time_ordered_id(now, self._randomness),
                state=SendState.QUEUED,
                composition=composition,
                channel=aim.channel,
                recipient_id=aim.recipient_id,
                group_members=aim.group_members,
                thread_id=aim.thread_id,
                phase=aim.phase,
                origin_token=chance.origin_token(self._randomness),
                tracking_id=chance.tracking_id(self._randomness),
                direct=True,
                typing=typing,
                created_at=now,
            )
            if first_to_leave([*waiting, send]) is send:
                ready = aim.phase is not None and not typing
                send = msgspec.structs.replace(
                    send,
                    state=SendState.SENDING,
                    claimed_at=now,
                    called_at=now if ready else None,
                )
            await sends.insert(tx, send)
            files = [upload.asset_urn for upload in composition.uploads]
            await attachments.attach(tx, account.account_id, send.send_id, files)
            if send.state is SendState.QUEUED:
                data = {"sendId": send.send_id}
                event = self._journal.event(account, EventType.SEND_QUEUED, data, thread_id=aim.thread_id)
                await events.append(tx, [event])
                await tx.wake(OUTBOX, account.account_id, now)
        return send

    async def _settled(self, send: Send, wait_seconds: float) -> Send:
        deadline = self._clock.now() + int(wait_seconds * SECOND)
        while True:
            current = await sends.by_id(self._database, send.account_id, send.send_id) or send
            left = deadline - self._clock.now()
            if current.state in FINAL or left <= 0 or self._outcomes.released:
                return current
            await self._outcomes.wait(send.send_id, left / SECOND)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task
