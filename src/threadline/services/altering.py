"""What every change of a conversation goes through: found, changed at LinkedIn, stored and told.

Nothing is stored before LinkedIn said yes; then the change and its event are stored in one transaction, and
the stream's echo of it finds nothing left to tell. After a lost answer the conversation is read again, as
repeating any of these changes does no harm.
"""

from collections.abc import Awaitable, Callable, Sequence

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError, Refusal
from threadline.model.accounts import Account
from threadline.model.conversations import Conversation, InboxSource
from threadline.model.errors import ConversationNotFound, NotFound, NotSupported
from threadline.services.accounts import Accounts
from threadline.services.inbox import Inbox
from threadline.services.recording import Recorder, Telling, lock
from threadline.store import conversations
from threadline.store.database import Database

Call = Callable[[AccountClient], Awaitable[None]]
Alteration = Callable[[Conversation], Conversation]
Judgement = Callable[[Conversation | None], bool]


class Altering:
    """Finds conversations, and carries changes of them out."""

    def __init__(self, database: Database, accounts: Accounts, inbox: Inbox, recorder: Recorder) -> None:
        """Find conversations through `inbox`, call through `accounts`, store through `recorder`."""
        self._database = database
        self._accounts = accounts
        self._inbox = inbox
        self._recorder = recorder

    async def known(self, account: Account, named: str) -> Conversation:
        """A conversation of LinkedIn's own inbox that is stored, or that LinkedIn shows, and then is stored.

        named: by id or URN. Raises BadInput, ConversationNotFound, NotSupported for one of Sales Navigator,
        and what `Accounts.calling` raises.
        """
        try:
            thread_id = (await self._inbox.conversation(account, named)).thread_id
        except NotFound as error:
            raise ConversationNotFound(error.message, field="conversationId") from error
        stored = (await conversations.stored(self._database, account.account_id, [thread_id])).get(thread_id)
        if stored is None:
            raise ConversationNotFound("The conversation is gone.", field="conversationId")
        if stored.conversation.source is InboxSource.SALES_NAVIGATOR:
            raise NotSupported("Sales Navigator has no call, as far as it is known, that does this.")
        return stored.conversation

    async def call(
        self,
        account: Account,
        conversation: Conversation,
        change: Call,
        has_happened: Judgement | None = None,
    ) -> None:
        """Make one change; where its answer is lost, look whether it happened.

        has_happened: judges the conversation as LinkedIn shows it, None when it is gone. Raises
        ConversationNotFound, and what `Accounts.calling` raises.
        """
        async with self._accounts.calling(account) as client:
            try:
                await change(client)
            except LinkedInError as error:
                gone = isinstance(error, Refusal) and error.status == 404
                # What the connection repeated by itself after a cut may meet its own first effect as a 404.
                if (gone or error.may_have_left) and has_happened is not None:
                    shown = await client.inbox.by_ids([conversation.thread_id])
                    if has_happened(shown[0] if shown else None):
                        return
                if gone:
                    raise ConversationNotFound(
                        "The conversation is gone at LinkedIn.", field="conversationId"
                    ) from error
                raise

    async def store(self, account: Account, thread_ids: Sequence[str], altered: Alteration) -> None:
        """Store and tell a change of conversations as they stand now."""
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            stored = await conversations.stored(tx, account.account_id, thread_ids)
            await self._recorder.record(
                tx,
                account,
                Telling.LIVE,
                conversations_shown=[altered(one.conversation) for one in stored.values()],
            )

    async def store_one(
        self, account: Account, conversation: Conversation, altered: Alteration
    ) -> Conversation:
        """As `store`, of one conversation; answers it as it is from now on."""
        await self.store(account, [conversation.thread_id], altered)
        thread_id = conversation.thread_id
        stored = (await conversations.stored(self._database, account.account_id, [thread_id])).get(thread_id)
        return stored.conversation if stored is not None else altered(conversation)
