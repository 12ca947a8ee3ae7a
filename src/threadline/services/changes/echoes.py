"""Waiting for the live stream to tell of the owner's own change.

The stream may lag behind LinkedIn's answers. What it still has to tell was sent before the change, so that a
change stored at once would be turned back by it, and told, until its own echo comes. The stream's order is
LinkedIn's: where it is followed, it is left to store the change, and only where it says nothing, we do.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.messages import Message
from threadline.store import accounts, conversations, messages
from threadline.store.database import Database

_PAUSES = (0.01,) * 10 + (0.02,) * 20 + (0.05,) * 30
"""Seconds between two looks; two seconds together, which an echo takes only when something is wrong."""

_Look = Callable[[bool], Awaitable[list[str]]]


class Echoes:
    """Looks whether the stream has stored what the owner changed."""

    def __init__(self, database: Database, follows: Callable[[str], bool]) -> None:
        """Look in `database`; follows: whether the stream of an account, by id, is followed now."""
        self._database = database
        self._follows = follows

    async def since(self, account: Account) -> int:
        """The moment before a change, to be handed in after it: the account's revision."""
        return await accounts.revision(self._database, account.account_id)

    async def of_message(
        self, account: Account, message_id: str, since: int, stands: Callable[[Message], bool]
    ) -> bool:
        """Whether the stream has told of a change of a message: it stands, or something later does.

        stands: judges the message as it is stored.
        """

        async def look(final: bool) -> list[str]:
            found = await messages.stored(self._database, account.account_id, [message_id])
            return [
                one
                for one, stored in found.items()
                if not stands(stored.message) and not (final and stored.changed_revision > since)
            ]

        return not await self._untold(account, look)

    async def of_conversations(
        self,
        account: Account,
        thread_ids: Sequence[str],
        since: int,
        stands: Callable[[Conversation], bool],
    ) -> list[str]:
        """Those of some conversations of whose change the stream has told nothing; as `of_message`."""

        async def look(final: bool) -> list[str]:
            found = await conversations.stored(self._database, account.account_id, thread_ids)
            return [
                one
                for one, stored in found.items()
                if not stands(stored.conversation) and not (final and stored.changed_revision > since)
            ]

        return await self._untold(account, look)

    async def _untold(self, account: Account, look: _Look) -> list[str]:
        """What is untold, after two seconds at most where a stream is followed."""
        followed = self._follows(account.account_id)
        if followed:
            for pause in _PAUSES:
                if not await look(False):
                    return []
                await asyncio.sleep(pause)
        return await look(followed)
