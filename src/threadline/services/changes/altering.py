"""What every change of a conversation goes through: found, changed at LinkedIn, stored and told.

Nothing is stored before LinkedIn said yes; then the stream's echo stores the change with its event, or where
none comes, we do, in one transaction (`echoes`). After a lost answer the conversation is read again, as
repeating any of these changes does no harm.
"""

from collections.abc import Awaitable, Callable, Sequence

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import LinkedInError, Refusal
from threadline.model.accounts import Account
from threadline.model.conversations import Conversation, InboxSource
from threadline.model.errors import ConversationNotFound, NotFound, NotSupported
from threadline.services.accounts import Accounts
from threadline.services.changes.echoes import Echoes
from threadline.services.inbox import Inbox
from threadline.services.records.recording import Recorder, Telling, lock
from threadline.store import conversations
from threadline.store.database import Database

Call = Callable[[AccountClient], Awaitable[None]]
Alteration = Callable[[Conversation], Conversation]
Judgement = Callable[[Conversation | None], bool]


class Altering:
    """Finds conversations, and carries changes of them out."""

    def __init__(
        self, database: Database, accounts: Accounts, inbox: Inbox, recorder: Recorder, echoes: Echoes
    ) -> None:
        """Find through `inbox`, call through `accounts`, store through `recorder` what no echo has stored."""
        self._database = database
        self._accounts = accounts
        self._inbox = inbox
        self._recorder = recorder
        self._echoes = echoes

    async def since(self, account: Account) -> int:
        """The moment before a change, for `store`."""
        return await self._echoes.since(account)

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
    ) -> int:
        """Make one change; where its answer is lost, look whether it happened. Answers the moment before it.

        has_happened: judges the conversation as LinkedIn shows it, None when it is gone. Raises
        ConversationNotFound, and what `Accounts.calling` raises.
        """
        since = await self._echoes.since(account)
        async with self._accounts.calling(account) as client:
            try:
                await change(client)
            except LinkedInError as error:
                gone = isinstance(error, Refusal) and error.status == 404
                # What the connection repeated by itself after a cut may meet its own first effect as a 404.
                if (gone or error.may_have_left) and has_happened is not None:
                    shown = await client.inbox.by_ids([conversation.thread_id])
                    if has_happened(shown[0] if shown else None):
                        return since
                if gone:
                    raise ConversationNotFound(
                        "The conversation is gone at LinkedIn.", field="conversationId"
                    ) from error
                raise
        return since

    async def store(
        self,
        account: Account,
        thread_ids: Sequence[str],
        since: int,
        altered: Alteration,
        stands: Callable[[Conversation], bool],
    ) -> None:
        """Store and tell a change of conversations as they stand now, unless the stream did so already.

        since: the moment before the change. stands: whether a conversation as it is stored has it.
        """
        untold = await self._echoes.of_conversations(account, thread_ids, since, stands)
        if not untold:
            return
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            stored = await conversations.stored(tx, account.account_id, untold)
            await self._recorder.record(
                tx,
                account,
                Telling.LIVE,
                conversations_shown=[altered(one.conversation) for one in stored.values()],
            )

    async def delete(self, account: Account, thread_id: str, since: int) -> None:
        """Remove a conversation and tell it, unless the stream did so already."""
        untold = await self._echoes.of_conversations(account, [thread_id], since, lambda _: False)
        if untold:
            async with self._database.transaction() as tx:
                await self._recorder.deleted(tx, account, untold, Telling.LIVE)
