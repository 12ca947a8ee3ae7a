"""Presence: who is online, kept in memory and asked of LinkedIn only when somebody wants to know.

Whoever was asked about is subscribed to, and the live stream then keeps it true for as long as its connection
stands (contracts/linkedin-wire.md §§6.6, 8.5).
"""

from collections.abc import Sequence

import structlog
from msgspec import Struct

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.linkedin.presence import Presence
from threadline.linkedin.stream_events import PresenceChanged
from threadline.model import profile_urls
from threadline.model.accounts import Account
from threadline.model.clock import MINUTE, Clock
from threadline.model.errors import ThreadlineError
from threadline.services.accounts import Accounts

_log = structlog.get_logger(__name__)

_PAUSE = MINUTE
"""How long after one call for an account the next one may come, and how long an answer counts as fresh."""
_MOST_ASKED = 50
_MOST_KEPT = 500
_STALE_CONNECTION = 412


class _Known(Struct):
    presence: Presence
    read_at: int
    connection_id: str | None
    """The connection that tells of changes; None when none does."""


class Presences:
    """What is known of the presence of people, by account."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        """Ask LinkedIn through `accounts`."""
        self._accounts = accounts
        self._clock = clock
        self._known: dict[str, dict[str, _Known]] = {}
        self._asked_at: dict[str, int] = {}

    async def of(self, account: Account, person_ids: Sequence[str]) -> dict[str, Presence]:
        """The presence of some people by id; of whom nothing can be known now is left out. Never raises.

        LinkedIn is asked at most once a minute for an account.
        """
        members = [person_id for person_id in person_ids if profile_urls.is_profile_id(person_id)]
        try:
            client = await self._accounts.client(account)
            stale = [one for one in members if not self._is_fresh(account, client, one)][:_MOST_ASKED]
            now = self._clock.now()
            if stale and now - self._asked_at.get(account.account_id, now - _PAUSE) >= _PAUSE:
                self._asked_at[account.account_id] = now
                await self._ask(account, stale)
        except ThreadlineError as error:
            _log.info("presence not read", account=account.account_id, reason=error.message)
        known = self._known.get(account.account_id, {})
        return {person_id: known[person_id].presence for person_id in members if person_id in known}

    def changed(self, account_id: str, event: PresenceChanged) -> None:
        """The live stream told that a person came or went."""
        presence = Presence(event.online, event.last_active_at)
        known = self._known.get(account_id, {}).get(event.person_id)
        if known is not None:
            known.presence, known.read_at = presence, self._clock.now()
        else:
            self._keep(account_id, event.person_id, _Known(presence, self._clock.now(), None))

    def forget(self, account_id: str) -> None:
        """An account was linked or changed its state: what was known may be another's view."""
        self._known.pop(account_id, None)
        self._asked_at.pop(account_id, None)

    async def _ask(self, account: Account, person_ids: Sequence[str]) -> None:
        async with self._accounts.calling(account) as client:
            found = await client.presence.statuses(person_ids)
            connection_id = await self._subscribed(client, list(found))
        for person_id, presence in found.items():
            self._keep(account.account_id, person_id, _Known(presence, self._clock.now(), connection_id))

    async def _subscribed(self, client: AccountClient, person_ids: Sequence[str]) -> str | None:
        """The connection that tells of these people from now on; None when none stands."""
        connection_id = client.realtime.connection_id
        if connection_id is None:
            return None
        try:
            await client.presence.subscribe(connection_id, person_ids)
        except Refusal as error:
            if error.status == _STALE_CONNECTION:
                client.realtime.renew()
            return None
        return connection_id

    def _is_fresh(self, account: Account, client: AccountClient, person_id: str) -> bool:
        known = self._known.get(account.account_id, {}).get(person_id)
        if known is None:
            return False
        if known.connection_id is not None and known.connection_id == client.realtime.connection_id:
            return True
        return self._clock.now() - known.read_at < _PAUSE

    def _keep(self, account_id: str, person_id: str, known: _Known) -> None:
        kept = self._known.setdefault(account_id, {})
        kept.pop(person_id, None)
        kept[person_id] = known
        if len(kept) > _MOST_KEPT:
            del kept[next(iter(kept))]
