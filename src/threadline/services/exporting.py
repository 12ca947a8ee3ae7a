"""Exporting an inbox: conversation by conversation, in constant memory."""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.clock import DAY, Clock
from threadline.model.conversations import ConversationSummary, Folder
from threadline.model.messages import Message
from threadline.services.inbox import MOST, Inbox

DAYS_A_MONTH = 31
"""A month of the rolling window, rounded up so that nothing at its edge is left out."""


class ExportedConversation(Struct, frozen=True):
    """One conversation of an export; its messages are read as they are written."""

    conversation: ConversationSummary
    messages: AsyncIterator[Message]
    """Newest first, back to the beginning of the window."""


class Exporting:
    """Reads everything of a window of time."""

    def __init__(self, inbox: Inbox, clock: Clock) -> None:
        """Read through `inbox`."""
        self._inbox = inbox
        self._clock = clock

    async def conversations(
        self, account: Account, months: int, folders: Sequence[Folder | None]
    ) -> AsyncIterator[ExportedConversation]:
        """Every conversation active in the last `months`, with the messages of that time.

        folders: which folders; None among them means everything. A conversation comes once. Raises what
        `Inbox` raises, also in the middle (contracts/DECISIONS.md 14).
        """
        since = self._clock.now() - months * DAYS_A_MONTH * DAY
        asked: Sequence[Folder | None] = [None] if None in folders else list(dict.fromkeys(folders))
        for folder in asked:
            cursor: str | None = None
            while True:
                page = await self._inbox.conversations(account, folder, MOST, cursor)
                for conversation in page.conversations:
                    if conversation.last_activity_at >= since:
                        yield ExportedConversation(conversation, self._messages(account, conversation, since))
                cursor = page.next_cursor
                ended = not page.conversations or page.conversations[-1].last_activity_at < since
                if cursor is None or ended:
                    break

    async def _messages(
        self, account: Account, conversation: ConversationSummary, since: int
    ) -> AsyncIterator[Message]:
        cursor: str | None = None
        while True:
            page = await self._inbox.messages(account, conversation.thread_id, MOST, cursor)
            for message in page.messages:
                if message.delivered_at < since:
                    return
                yield message
            cursor = page.next_cursor
            if cursor is None:
                return
