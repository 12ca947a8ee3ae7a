"""Sales Navigator seats: which accounts have one, asked of LinkedIn when an account is linked or followed."""

import structlog

from threadline.linkedin.errors import NoSeat
from threadline.model.accounts import Account
from threadline.model.errors import ThreadlineError
from threadline.services.accounts import Accounts
from threadline.store import accounts
from threadline.store.database import Database

_log = structlog.get_logger(__name__)


class Seats:
    """Finds out who has a seat, and keeps it with the account."""

    def __init__(self, database: Database, accounts_service: Accounts) -> None:
        """Ask LinkedIn through `accounts_service`."""
        self._database = database
        self._accounts = accounts_service

    async def check(self, account: Account) -> bool:
        """Whether the account has a seat now, asked of LinkedIn and stored.

        A 401 or 403 there means none, unless the session itself is gone. Raises what `Accounts.calling`
        raises (contracts/linkedin-wire.md §11).
        """
        async with self._accounts.calling(account) as client:
            try:
                await client.sales.credits()
            except NoSeat as error:
                await self.lost(account, error)
                return False
        await self._store(account, seat=True)
        return True

    async def valid(self, account: Account) -> bool:
        """Whether the account can use Sales Navigator; as stored where LinkedIn cannot be asked."""
        try:
            return await self.check(account)
        except ThreadlineError:
            return (await self._accounts.get(account.account_id)).sales_seat is True

    async def lost(self, account: Account, error: NoSeat) -> None:
        """Sales Navigator was refused: prove the session where the answer might mean that, and store it.

        Raises what `Accounts.prove` raises: then the session is gone, and nothing is known of the seat.
        """
        if error.status == 401:
            await self._accounts.prove(account)
        await self._store(account, seat=False)

    async def _store(self, account: Account, *, seat: bool) -> None:
        if (await self._accounts.get(account.account_id)).sales_seat is seat:
            return
        async with self._database.transaction() as tx:
            await accounts.set_sales_seat(tx, account.account_id, seat)
        _log.info("sales navigator seat", account=account.account_id, seat=seat)
