"""Accounts: the session of each, its state, and calling LinkedIn in its name.

Every call to LinkedIn goes through `Accounts.calling`, so that one place decides what an answer means for the
account: a 401, a checkpoint or a deleted session cookie stops it, tells the person, and loses nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import structlog

from threadline.linkedin.connector import AccountClient, LinkedIn
from threadline.linkedin.errors import (
    CheckpointRequired,
    ConnectionLost,
    Denied,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
    TooLate,
    TooManyRequests,
    Unreachable,
)
from threadline.model.accounts import (
    COOLING,
    PERSON_MUST_ACT,
    PROVEN,
    STOPPED,
    Account,
    AccountState,
    Session,
    next_action,
)
from threadline.model.clock import HOUR, MINUTE, SECOND, Clock
from threadline.model.errors import (
    AccountCheckpoint,
    AccountMismatch,
    AccountRestricted,
    NotFound,
    RateLimited,
    SessionExpired,
    ThreadlineError,
    Unavailable,
    UpstreamError,
)
from threadline.model.events import EventType
from threadline.model.people import Person
from threadline.services.reasons import refused
from threadline.services.records.journal import Journal
from threadline.services.records.recording import lock
from threadline.services.sends.outbox import wake_waiting
from threadline.store import accounts, events, people
from threadline.store.database import Database, Transaction
from threadline.store.vault import Vault

_log = structlog.get_logger(__name__)

RESUME = "resume"
"""The kind of due work that takes up an account when its stop is over; its key is the account's id."""

_RATE_LIMIT_PAUSE = 15 * MINUTE
_RESTRICTION_PAUSE = 24 * HOUR
_PROOF_STORED_EVERY = 15 * SECOND

_session = msgspec.json.Decoder(Session)


class Accounts:
    """Keeps the sessions and states of accounts, and hands out their clients."""

    def __init__(
        self,
        database: Database,
        linkedin: LinkedIn,
        vault: Vault,
        journal: Journal,
        clock: Clock,
    ) -> None:
        """Work over the given parts; `on_change` is told of every account whose duty may have changed."""
        self._database = database
        self._linkedin = linkedin
        self._vault = vault
        self._journal = journal
        self._clock = clock
        self._clients: dict[str, AccountClient] = {}
        self._proven: dict[str, int] = {}
        self._proof_stored: dict[str, int] = {}
        self._listeners: list[Callable[[str], None]] = []
        self._background: set[asyncio.Task[None]] = set()

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with the id of every account that was linked or changed its state."""
        self._listeners.append(listener)

    async def every(self) -> list[Account]:
        """Every account."""
        return await accounts.every(self._database)

    async def get(self, account_id: str) -> Account:
        """One account; raises NotFound."""
        account = await accounts.by_id(self._database, account_id)
        if account is None:
            raise NotFound("There is no such account.")
        return account

    async def stop(self) -> None:
        """Wait until what is being stored in the background is stored."""
        if self._background:
            await asyncio.wait(self._background)

    async def begin(self) -> None:
        """Say of every account that may be called that it is not proven yet; run once, at the start."""
        for account in await self.every():
            if account.state not in STOPPED:
                await self.enter(account, AccountState.STARTING)

    async def keep(self, account: Account, session: Session, owner: Person | None) -> None:
        """Replace the session as a whole; owner: whose LinkedIn said it is, None when it was not proven.

        Calls under way end on the old session, and the next one uses the new (contracts/voyager.md §4.1).
        """
        sealed = self._vault.seal(msgspec.json.encode(session), account.account_id)
        state = AccountState.STARTING if owner is None else AccountState.CONNECTING
        async with self._database.transaction() as tx:
            await accounts.set_sealed_session(tx, account.account_id, sealed)
            if owner is not None:
                await self._store_owner(tx, account.account_id, owner)
            if account.state not in PROVEN and account.state not in COOLING:
                await self._enter(tx, account, state, None, None)
        client = self._clients.get(account.account_id)
        if client is not None:
            client.replace_session(session)
        if owner is not None:
            self._proven[account.account_id] = self._clock.now()
        self._changed(account.account_id)

    async def drop(self, account: Account, reason: str) -> None:
        """Take the session out."""
        async with self._database.transaction() as tx:
            await accounts.set_sealed_session(tx, account.account_id, None)
            await self._enter(tx, account, AccountState.UNLINKED, reason, None)
        self._clients.pop(account.account_id, None)
        self._changed(account.account_id)

    async def prove(self, account: Account) -> Person:
        """Ask LinkedIn who the owner is; raises what `calling` raises, and AccountMismatch."""
        async with self.calling(account) as client:
            owner = await client.people.me()
        if account.profile_id not in (None, owner.person_id):
            reason = "the session belongs to another member than the one linked before"
            await self.enter(account, AccountState.REJECTED, reason)
            raise AccountMismatch(f"LinkedIn says that {reason}.")
        async with self._database.transaction() as tx:
            await self._store_owner(tx, account.account_id, owner)
        return owner

    @asynccontextmanager
    async def calling(self, account: Account) -> AsyncIterator[AccountClient]:
        """The account's client; what LinkedIn answers in the block sets the account's state.

        Raises SessionExpired, AccountCheckpoint, AccountRestricted, RateLimited, Refused, UpstreamError.
        """
        client = await self.client(account)
        try:
            yield client
        except LinkedInError as error:
            await self.met(account, error)
            raise self.translated(error) from error

    async def client(self, account: Account) -> AccountClient:
        """The account's client; raises what stands in the way when the account is stopped."""
        account = await self.get(account.account_id)
        if account.state in STOPPED and not self.cooled_down(account):
            raise self._stopped(account)
        client = self._clients.get(account.account_id)
        if client is None:
            sealed = await accounts.sealed_session(self._database, account.account_id)
            if sealed is None:
                raise SessionExpired("No LinkedIn session is linked for this user.")
            session = _session.decode(self._vault.open(sealed, account.account_id))
            observer = _Observer(self, account.account_id)
            client = self._linkedin.account(session, observer, account.profile_id)
            self._clients[account.account_id] = client
        return client

    async def met(self, account: Account, error: LinkedInError) -> None:
        """Put the account into the state that an answer of LinkedIn means."""
        now = self._clock.now()
        if isinstance(error, SessionEnded):
            await self.enter(account, AccountState.REJECTED, str(error))
        elif isinstance(error, CheckpointRequired):
            await self.enter(account, AccountState.CHECKPOINT, str(error))
        elif isinstance(error, TooManyRequests):
            pause = _RATE_LIMIT_PAUSE if error.retry_after is None else error.retry_after * SECOND
            await self.enter(account, AccountState.RATE_LIMITED, str(error), now + pause)
        elif isinstance(error, Denied):
            await self.enter(account, AccountState.RESTRICTED, str(error), now + _RESTRICTION_PAUSE)

    async def enter(
        self, account: Account, state: AccountState, reason: str | None = None, until: int | None = None
    ) -> None:
        """Put an account into a state, unless it is in it already, and tell it as an event.

        until: when a stopped state ends by itself. A stopped account leaves its state only when its time is
        over or a session is linked, so that nothing that was under way hides the stop.
        """
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            current = await accounts.by_id(tx, account.account_id)
            if current is None or (current.state, current.state_until) == (state, until):
                return
            stopped = current.state in STOPPED and not self.cooled_down(current)
            if stopped and (state not in STOPPED or current.state in PERSON_MUST_ACT):
                return
            await self._enter(tx, current, state, reason, until)
        _log.info("account state", account=account.account_id, state=state.value, reason=reason, until=until)
        if state in STOPPED:
            self._clients.pop(account.account_id, None)
        if state in STOPPED or current.state in STOPPED:
            self._changed(account.account_id)

    async def resume(self, account_id: str) -> int | None:
        """Take up an account whose stop is over; the handler of `RESUME`."""
        account = await self.get(account_id)
        if account.state not in COOLING or account.state_until is None:
            return None
        if not self.cooled_down(account):
            return account.state_until
        self._changed(account_id)
        return None

    def cooled_down(self, account: Account) -> bool:
        """Whether the time of a stopped state is over."""
        return account.state_until is not None and account.state_until <= self._clock.now()

    def translated(self, error: LinkedInError) -> ThreadlineError:
        """What a caller of the gateway is told about an answer of LinkedIn."""
        match error:
            case SessionEnded():
                return SessionExpired("LinkedIn no longer accepts this account's session.")
            case CheckpointRequired():
                return AccountCheckpoint("LinkedIn asks this account's owner to confirm something.")
            case TooManyRequests():
                seconds = _RATE_LIMIT_PAUSE // SECOND if error.retry_after is None else error.retry_after
                return RateLimited("LinkedIn says that there were too many requests.", retry_after=seconds)
            case Denied():
                return AccountRestricted("LinkedIn denied the request (status 999).")
            case Refusal():
                return refused(error)
            case Unreachable():
                return UpstreamError("LinkedIn could not be reached.")
            case ConnectionLost():
                return UpstreamError("The connection to LinkedIn was lost before its answer came.")
            case TooLate():
                return UpstreamError("The gateway was paused for too long, so nothing was sent.")
            case ServerTrouble():
                return UpstreamError(f"LinkedIn failed: {error!s}.")
            case _:
                return UpstreamError(str(error))

    def proven_at(self, account: Account) -> int | None:
        """When LinkedIn last answered for the account, by this process's memory or the store's."""
        return max(self._proven.get(account.account_id, 0), account.proven_at or 0) or None

    async def store_proof(self, account_id: str) -> None:
        """Store when LinkedIn last answered for the account."""
        proven = self._proven.get(account_id)
        if proven is not None and proven != self._proof_stored.get(account_id):
            self._proof_stored[account_id] = proven
            async with self._database.transaction() as tx:
                await accounts.set_proven(tx, account_id, proven)

    async def _store_owner(self, tx: Transaction, account_id: str, owner: Person) -> None:
        await accounts.set_owner(tx, account_id, owner)
        await people.put(tx, account_id, [owner])
        if owner.vanity:
            await people.set_vanity(tx, account_id, owner.person_id, owner.vanity)

    async def _enter(
        self, tx: Transaction, account: Account, state: AccountState, reason: str | None, until: int | None
    ) -> None:
        await accounts.set_state(tx, account.account_id, state, reason, until)
        data = {
            "state": state.value,
            "before": account.state.value,
            "reason": reason,
            "until": until,
            "nextAction": next_action(state),
        }
        await events.append(tx, [self._journal.event(account, EventType.ACCOUNT_STATE, data)])
        if until is not None:
            await tx.wake(RESUME, account.account_id, until)
        if account.state in STOPPED and state not in STOPPED:
            await wake_waiting(tx, account.account_id, self._clock.now())

    def _stopped(self, account: Account) -> ThreadlineError:
        left = max(1, -(-((account.state_until or 0) - self._clock.now()) // SECOND))
        match account.state:
            case AccountState.CHECKPOINT:
                return AccountCheckpoint("LinkedIn asks this account's owner to confirm something.")
            case AccountState.RESTRICTED:
                return AccountRestricted("LinkedIn denied this account's requests.", retry_after=left)
            case AccountState.RATE_LIMITED:
                return RateLimited("LinkedIn said that there were too many requests.", retry_after=left)
            case AccountState.UNLINKED:
                return SessionExpired("No LinkedIn session is linked for this user.")
            case AccountState.REJECTED:
                return SessionExpired("LinkedIn no longer accepts this account's session.")
            case _:
                return Unavailable("The account is not ready.")

    def _changed(self, account_id: str) -> None:
        for listener in self._listeners:
            listener(account_id)

    def note_proof(self, account_id: str, now: int) -> None:
        """LinkedIn answered for the account at `now`."""
        self._proven[account_id] = now
        if now - self._proof_stored.get(account_id, 0) >= _PROOF_STORED_EVERY:
            self._in_background(self.store_proof(account_id))

    async def store_session(self, account_id: str, session: Session) -> None:
        """Keep the cookies that LinkedIn changed."""
        sealed = self._vault.seal(msgspec.json.encode(session), account_id)
        async with self._database.transaction() as tx:
            await accounts.set_sealed_session(tx, account_id, sealed)

    def note_end(self, account_id: str, reason: str) -> None:
        """LinkedIn ended the session beside a successful answer."""
        self._in_background(self._end(account_id, reason))

    async def _end(self, account_id: str, reason: str) -> None:
        await self.enter(await self.get(account_id), AccountState.REJECTED, reason)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


class _Observer:
    """What the connector tells of one account's session."""

    def __init__(self, owner: Accounts, account_id: str) -> None:
        self._accounts = owner
        self._account_id = account_id

    async def session_changed(self, session: Session) -> None:
        await self._accounts.store_session(self._account_id, session)

    def traffic_proven(self, now: int) -> None:
        self._accounts.note_proof(self._account_id, now)

    def session_ended(self, reason: str) -> None:
        self._accounts.note_end(self._account_id, reason)
