"""Listing a mailbox anew, where LinkedIn has forgotten its sync token and nothing else tells what changed."""

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.conversations import Conversation
from threadline.model.copies import kept_conversation
from threadline.services.accounts import Accounts
from threadline.services.syncing.backfilling import CATEGORIES
from threadline.store import conversations
from threadline.store.conversations import StoredConversation
from threadline.store.database import Database


class Relisted(Struct, frozen=True):
    """How the mailbox differs from what is stored."""

    changed: dict[str, Conversation]
    gone: list[str]


async def relist(database: Database, accounts: Accounts, account: Account, since: int) -> Relisted:
    """Compare every conversation of the mailbox with its stored copy.

    One active since `since` counts as changed whatever its copy says; one that no list shows is gone only
    when LinkedIn does not know its id either, as it may have moved while the lists were read.
    Raises what `Accounts.calling` raises.
    """
    listed: dict[str, Conversation] = {}
    for category in CATEGORIES:
        cursor: str | None = None
        while True:
            async with accounts.calling(account) as client:
                page = await client.inbox.page(category, cursor=cursor)
            listed.update((one.thread_id, one) for one in page.conversations)
            cursor = page.next_cursor
            if cursor is None:
                break
    known = await conversations.of_main_inbox(database, account.account_id)
    stored = await conversations.stored(database, account.account_id, known)
    changed = {
        thread_id: one
        for thread_id, one in listed.items()
        if one.last_activity_at >= since or says_more(stored.get(thread_id), one)
    }
    gone = []
    for thread_id in known:
        if thread_id in listed:
            continue
        async with accounts.calling(account) as client:
            if not await client.inbox.is_there(thread_id):
                gone.append(thread_id)
    return Relisted(changed, gone)


def says_more(stored: StoredConversation | None, shown: Conversation) -> bool:
    """Whether a copy of a conversation itself shows what changed, or that there is a new message."""
    if stored is None or shown.last_activity_at > stored.conversation.last_activity_at:
        return True
    return kept_conversation(stored.conversation, shown) != stored.conversation
