"""Linking: a person's own browser session, proven with LinkedIn before it is trusted."""

import asyncio

from msgspec import Struct

from threadline.linkedin.connector import LinkedIn
from threadline.linkedin.errors import CheckpointRequired, LinkedInError, SessionEnded
from threadline.model import randomness as chance
from threadline.model.access import Tenant
from threadline.model.accounts import PROVEN, Account, AccountState, Session
from threadline.model.clock import Clock
from threadline.model.errors import AccountMismatch, BadInput
from threadline.model.people import Person
from threadline.model.randomness import Randomness
from threadline.services.accounts import Accounts
from threadline.store import accounts
from threadline.store.database import Database

PROBE_SECONDS = 12
"""How long linking waits for LinkedIn (contracts/voyager.md §4.1)."""

_USER_ID_LIMIT = 64
_MOST_COOKIES = 100
_LONGEST_COOKIE = 8_192
_LONGEST_AGENT = 512


class Linked(Struct, frozen=True):
    """What linking a session came to."""

    account: Account
    cookie_count: int
    error: str | None
    """Why the session is not valid; None when LinkedIn accepted it."""


class Linking:
    """Links and unlinks the sessions of users."""

    def __init__(
        self,
        database: Database,
        linkedin: LinkedIn,
        accounts_service: Accounts,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        """Prove sessions with `linkedin`, and hand them to `accounts_service`."""
        self._database = database
        self._linkedin = linkedin
        self._accounts = accounts_service
        self._clock = clock
        self._randomness = randomness

    async def ensure(self, tenant: Tenant, user_id: str) -> Account:
        """The account of a user, made unlinked when the user is new (contracts/DECISIONS.md 7)."""
        if not 1 <= len(user_id) <= _USER_ID_LIMIT or not user_id.isprintable() or user_id != user_id.strip():
            raise BadInput("A userId has 1 to 64 printable characters.", field="X-User-Id")
        account = await accounts.by_user(self._database, tenant.tenant_id, user_id)
        if account is not None:
            return account
        account_id = chance.account_id(self._randomness)
        async with self._database.transaction() as tx:
            await accounts.insert(
                tx,
                account_id=account_id,
                tenant_id=tenant.tenant_id,
                user_id=user_id,
                now=self._clock.now(),
            )
        return await self._accounts.get(account_id)

    async def link(self, tenant: Tenant, user_id: str, session: Session) -> Linked:
        """Link a browser session to a user, proving it with LinkedIn first.

        A session that LinkedIn refuses does not replace one that works. One that could not be tried is kept
        and tried again. Raises BadInput, and AccountMismatch when the cookies are another member's.
        """
        _check(session)
        account = await self.ensure(tenant, user_id)
        observer = _CandidateObserver(session)
        candidate = self._linkedin.account(session, observer)
        owner: Person | None = None
        error: LinkedInError | TimeoutError | None = None
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                owner = await candidate.people.me()
        except (LinkedInError, TimeoutError) as failure:
            error = failure
        if owner is not None and account.profile_id not in (None, owner.person_id):
            raise AccountMismatch("These cookies belong to another member than the one linked before.")
        refused = isinstance(error, SessionEnded | CheckpointRequired)
        if not (refused and account.state in PROVEN):
            await self._accounts.keep(account, observer.session, owner)
            linked = await self._accounts.get(account.account_id)
            if isinstance(error, LinkedInError):
                await self._accounts.met(linked, error)
            if error is not None and not refused:
                await self._accounts.enter(linked, AccountState.TROUBLE, _described(error))
        return Linked(
            account=await self._accounts.get(account.account_id),
            cookie_count=len(session.cookies),
            error=_described(error) if error else None,
        )

    async def unlink(self, account: Account) -> None:
        """Take the session out; what is stored remains."""
        await self._accounts.drop(account, "unlinked by its owner")


class _CandidateObserver:
    """Follows the changes of a session that is not trusted yet."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def session_changed(self, session: Session) -> None:
        self.session = session

    def traffic_proven(self, now: int) -> None:
        """The proof is the answer itself."""

    def session_ended(self, reason: str) -> None:
        """The next call fails with the same reason."""


def _check(session: Session) -> None:
    by_name = {cookie.name: cookie.value for cookie in session.cookies}
    for name in ("li_at", "JSESSIONID"):
        if not by_name.get(name, "").strip('"'):
            raise BadInput(
                f"The cookie {name} is missing.",
                field="cookies",
                next_step="Copy li_at and JSESSIONID from a browser that is signed in at linkedin.com.",
            )
    if len(session.cookies) > _MOST_COOKIES:
        raise BadInput(f"A browser session has at most {_MOST_COOKIES} cookies.", field="cookies")
    for cookie in session.cookies:
        if not _sendable(cookie.name + cookie.value, _LONGEST_COOKIE) or ";" in cookie.value:
            raise BadInput(
                f"The cookie {cookie.name[:40]!r} is not one that a browser would send.", field="cookies"
            )
    if session.user_agent is not None and not _sendable(session.user_agent, _LONGEST_AGENT):
        raise BadInput(
            f"The user agent has up to {_LONGEST_AGENT} printable ASCII characters.", field="userAgent"
        )


def _sendable(text: str, limit: int) -> bool:
    return len(text) <= limit and text.isascii() and text.isprintable()


def _described(error: BaseException) -> str:
    return "LinkedIn did not answer in time" if isinstance(error, TimeoutError) else str(error)
