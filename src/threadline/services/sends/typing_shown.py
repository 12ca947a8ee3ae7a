"""Showing typing before a message leaves, where a caller asks for it (contracts/linkedin-wire.md §6)."""

import asyncio

import structlog

from threadline.model.accounts import Account
from threadline.model.clock import SECOND
from threadline.model.errors import ThreadlineError
from threadline.model.typing import pauses
from threadline.services.accounts import Accounts

_log = structlog.get_logger(__name__)


class TypingShown:
    """Shows typing in conversations; what goes wrong with it never keeps a message back."""

    def __init__(self, accounts: Accounts) -> None:
        """Call LinkedIn through `accounts`."""
        self._accounts = accounts
        self._stopped = asyncio.Event()

    async def show(self, account: Account, thread_id: str, text: str) -> bool:
        """Show typing for as long as `text` needs; False when the process stops meanwhile."""
        for pause in pauses(text):
            if self._stopped.is_set():
                return False
            await self._tell(account, thread_id)
            try:
                async with asyncio.timeout(pause / SECOND):
                    await self._stopped.wait()
            except TimeoutError:
                continue
            return False
        return True

    def stop(self) -> None:
        """Show no more typing, and let go of what waits for it."""
        self._stopped.set()

    async def _tell(self, account: Account, thread_id: str) -> None:
        try:
            async with self._accounts.calling(account) as client:
                await client.changes.typing(thread_id)
        except ThreadlineError as error:
            _log.info("typing was not shown", account=account.account_id, code=error.code)
