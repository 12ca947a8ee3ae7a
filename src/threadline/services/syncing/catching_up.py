"""Catching up: finding, storing and telling what the live stream did not tell.

After every gap, and at a low rate while the stream stands, as a stream can be silent. LinkedIn says which
conversations changed since the mailbox's sync token (C2), and what changed in each since its own token (M2,
20 conversations in one call by M5). One that has no token yet is read from its newest messages back to where
the last catch-up ended (M1, M3), and has one from then on (contracts/linkedin-wire.md §§4, 5).

Tokens are saved after everything is stored, so a crash in the middle repeats the reading and tells nothing
twice; they are saved one look late (`services.reached`). What changed while it was read is not taken, and its
tokens stay, so that it is read again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog
from msgspec import Struct

from threadline.linkedin.messages import MessageSync
from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.conversations import Conversation
from threadline.model.copies import (
    changed_reactions,
    kept_message,
    was_edited,
    was_recalled,
)
from threadline.model.errors import Refused
from threadline.model.messages import Message
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.records.recording import Recorded, Recorder, Telling
from threadline.services.records.shown import in_order
from threadline.services.sends.outcomes import Outcomes
from threadline.services.syncing.backfilling import Backfilling
from threadline.services.syncing.reached import Reached, Unstored, newest_activity
from threadline.services.syncing.relisting import relist, says_more
from threadline.store import accounts, conversations, messages, positions, receipts, thread_positions
from threadline.store.conversations import History
from threadline.store.database import Database
from threadline.store.positions import Position

_log = structlog.get_logger(__name__)

_BATCH = 20
"""Conversations in one call of M5."""
_SYNC_PAGE = 20
"""A sync answer that holds so many messages may have more behind it."""
_THREAD_PAGE = 40
_DEEPEST_PAGES = 5
"""How many pages of a conversation are read again to find a change of which nothing tells where it is."""
_RECEIPTS_AT_ONCE = 40
"""Of how many changed conversations, the newest, the receipts are read again in one catch-up."""
_TOLD_AT_ONCE = 100


class _Changes(Struct):
    """What the mailbox's sync token says."""

    conversations: dict[str, Conversation]
    deleted: list[str]
    token: str | None
    as_of: int
    cleared: bool = False
    """Whether LinkedIn no longer knew the token."""


class _Read(Struct):
    """What was read of some conversations."""

    messages: list[Message]
    deleted: list[str]
    tokens: dict[str, str]
    as_of: int
    """The account's revision before the first of them was read."""


class CatchingUp:
    """Compares what is stored with what LinkedIn shows now."""

    def __init__(
        self,
        database: Database,
        accounts_service: Accounts,
        recorder: Recorder,
        backfilling: Backfilling,
        outcomes: Outcomes,
        clock: Clock,
        metrics: ServiceMetrics,
    ) -> None:
        """Store what is found through `recorder`."""
        self._database = database
        self._accounts = accounts_service
        self._recorder = recorder
        self._backfilling = backfilling
        self._outcomes = outcomes
        self._clock = clock
        self._metrics = metrics
        self._unstored = Unstored(clock)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def catch_up(self, account: Account) -> None:
        """Store and tell everything that changed since the last time, in order.

        Raises what `Accounts.calling` raises, but for a conversation that LinkedIn refuses: that one is left
        out, and does not keep back the others.
        """
        async with self._turns[account.account_id]:
            position = await positions.of(self._database, account.account_id)
            if position.baseline_at is None:
                await self._begin(account)
            else:
                await self._catch_up(account, position, position.followed_until or position.baseline_at)

    async def _begin(self, account: Account) -> None:
        self._unstored.forget(account.account_id)
        async with self._accounts.calling(account) as client:
            sync = await client.inbox.newest()
        baseline = newest_activity(sync.conversations, self._clock.now())
        await self._backfilling.begin(account, sync_token=sync.sync_token, baseline_at=baseline)
        await self._record(account, sync.conversations, [], None)

    async def _catch_up(self, account: Account, position: Position, reach: int) -> None:
        account_id = account.account_id
        token = position.sync_token
        ripe, latest = self._unstored.ripe(account_id), self._unstored.latest(account_id)
        known: Mapping[str, str] = {}
        if ripe is None and latest is not None:
            token, reach, known = latest.sync_token, latest.followed_until, latest.threads
        changes = await self._changes(account, token, reach)
        held = await self._delete(account, changes)
        # The last messages are told in their turn with the others, so that the order is that of LinkedIn.
        listed = [msgspec.structs.replace(one, last_message=None) for one in changes.conversations.values()]
        before = await conversations.stored(
            self._database, account.account_id, [one.thread_id for one in listed]
        )
        held |= (await self._record(account, listed, [], changes.as_of)).passed_over
        explained = {one.thread_id for one in listed if says_more(before.get(one.thread_id), one)}
        found = await self._read(account, changes.conversations, reach, explained, known)
        held |= await self._tell(account, found)
        await self._read_receipts(account, changes.conversations.values())

        newest = newest_activity(changes.conversations.values(), self._clock.now(), reach)
        tokens = {key: token for one in found for key, token in one.tokens.items() if key not in held}
        if changes.cleared:
            self._unstored.forget(account_id)
            ripe = None
        if (not held and (changes.token, newest) != (token, reach)) or tokens:
            self._unstored.add(
                account_id,
                sync_token=token if held else changes.token,
                followed_until=max(newest, reach),
                threads=tokens,
            )
        if changes.cleared:
            ripe = self._unstored.latest(account_id)
        if ripe is not None:
            await self._store(account_id, ripe)

    async def _store(self, account_id: str, reached: Reached) -> None:
        async with self._database.transaction() as tx:
            await thread_positions.put(tx, account_id, reached.threads)
            await positions.followed(
                tx, account_id, sync_token=reached.sync_token, followed_until=reached.followed_until
            )
        self._unstored.stored(account_id, reached)

    async def _changes(self, account: Account, token: str | None, reach: int) -> _Changes:
        """The conversations that changed since `token`, each as it is shown last."""
        changes = _Changes({}, [], token, await accounts.revision(self._database, account.account_id))
        while True:
            async with self._accounts.calling(account) as client:
                sync = await (client.inbox.since(changes.token) if changes.token else client.inbox.newest())
            for thread_id in sync.deleted_thread_ids:
                changes.conversations.pop(thread_id, None)
            changes.deleted.extend(sync.deleted_thread_ids)
            changes.conversations.update((one.thread_id, one) for one in sync.conversations)
            moved = sync.sync_token is not None and sync.sync_token != changes.token
            changes.token = sync.sync_token or changes.token
            if sync.clear_cache:
                changes.cleared = True
                anew = await relist(self._database, self._accounts, account, reach)
                changes.conversations.update(anew.changed)
                changes.deleted.extend(anew.gone)
            if not (sync.conversations or sync.deleted_thread_ids) or not moved:
                break
        # One that was deleted and came back is there; the messages that are gone are named with its messages.
        changes.deleted = [one for one in changes.deleted if one not in changes.conversations]
        return changes

    async def _delete(self, account: Account, changes: _Changes) -> set[str]:
        """Remove the conversations that are gone; answers those that changed while LinkedIn was asked."""
        if not changes.deleted:
            return set()
        async with self._database.transaction() as tx:
            stored = await conversations.stored(tx, account.account_id, changes.deleted)
            late = {key for key, one in stored.items() if one.changed_revision > changes.as_of}
            gone = [thread_id for thread_id in changes.deleted if thread_id not in late]
            await self._recorder.deleted(tx, account, gone, Telling.BACKFILLED)
        return late

    async def _read(
        self,
        account: Account,
        changed: dict[str, Conversation],
        reach: int,
        explained: set[str],
        known: Mapping[str, str],
    ) -> list[_Read]:
        """What is new or changed in some conversations; known: tokens that are later than the stored ones."""
        found: list[_Read] = []
        tokens = await thread_positions.of(self._database, account.account_id, list(changed))
        tokens |= {thread_id: token for thread_id, token in known.items() if thread_id in changed}
        threads = list(tokens)
        without = [thread_id for thread_id in changed if thread_id not in tokens]
        for start in range(0, len(threads), _BATCH):
            batch = {thread_id: tokens[thread_id] for thread_id in threads[start : start + _BATCH]}
            read, unusable = await self._read_since(account, batch)
            found.append(read)
            without.extend(unusable)
        for thread_id in without:
            try:
                found.append(await self._read_whole(account, thread_id, reach, thread_id in explained))
            except Refused as error:
                await self._leave_for_later(account, thread_id, error)
        return found

    async def _leave_for_later(self, account: Account, thread_id: str, error: Refused) -> None:
        """Say that nothing is certain of a conversation: backfill and readers read it again from the top."""
        _log.warning("conversation refused", account=account.account_id, reason=error.message)
        async with self._database.transaction() as tx:
            await conversations.set_history(tx, account.account_id, thread_id, History(None, False))

    async def _read_since(self, account: Account, tokens: dict[str, str]) -> tuple[_Read, list[str]]:
        """What changed in some conversations since their tokens, and those whose token is of no use."""
        read = _Read([], [], {}, await accounts.revision(self._database, account.account_id))
        unusable: list[str] = []
        while tokens:
            further: dict[str, str] = {}
            for thread_id, sync in (await self._synced(account, tokens)).items():
                if sync.clear_cache:
                    unusable.append(thread_id)
                    continue
                read.messages.extend(sync.messages)
                read.deleted.extend(sync.deleted_message_ids)
                if sync.sync_token is not None:
                    read.tokens[thread_id] = sync.sync_token
                    if len(sync.messages) >= _SYNC_PAGE and sync.sync_token != tokens[thread_id]:
                        further[thread_id] = sync.sync_token
            tokens = further
        return read, unusable

    async def _synced(self, account: Account, tokens: dict[str, str]) -> dict[str, MessageSync]:
        try:
            async with self._accounts.calling(account) as client:
                found = await client.messages.since_batch(tokens)
        except Refused:
            found = {}
        for thread_id in tokens.keys() - found.keys():
            try:
                async with self._accounts.calling(account) as client:
                    found[thread_id] = await client.messages.since(thread_id, tokens[thread_id])
            except Refused as error:
                await self._leave_for_later(account, thread_id, error)
        return found

    async def _read_whole(self, account: Account, thread_id: str, reach: int, explained: bool) -> _Read:
        """The messages of a conversation back to `reach`, and its first token.

        Where nothing that is new tells what changed, further back through what is stored, up to
        `_DEEPEST_PAGES`: an old message may have been edited or reacted to.
        """
        as_of = await accounts.revision(self._database, account.account_id)
        async with self._accounts.calling(account) as client:
            sync = await client.messages.newest(thread_id)
        found = list(sync.messages)
        tokens = {thread_id: sync.sync_token} if sync.sync_token is not None else {}
        explained = explained or await self._differ(account, found)
        pages, whole = 0, False
        while found and len(found) >= _SYNC_PAGE:
            oldest = min(message.delivered_at for message in found)
            if oldest < reach and (explained or pages >= _DEEPEST_PAGES):
                break
            async with self._accounts.calling(account) as client:
                page = await client.messages.before(thread_id, oldest, _THREAD_PAGE)
                seen = {message.message_id for message in found}
                while page.previous_cursor and all(one.message_id in seen for one in page.messages):
                    if not page.messages:
                        break
                    page = await client.messages.earlier(thread_id, page.previous_cursor, _THREAD_PAGE)
            further = [message for message in page.messages if message.message_id not in seen]
            if not further:
                whole = True
                break
            explained = explained or await self._differ(account, further)
            found.extend(further)
            pages += 1
        else:
            whole = True
        gone = await self._gone_before(account, thread_id, found) if whole else []
        return _Read(found, [*sync.deleted_message_ids, *gone], tokens, as_of)

    async def _gone_before(self, account: Account, thread_id: str, shown: Sequence[Message]) -> list[str]:
        """The stored messages that are older than all of a conversation, where LinkedIn has none so old.

        A conversation that was deleted, and in which somebody wrote again, begins anew.
        """
        if not shown:
            return []
        oldest = min(one.delivered_at for one in shown)
        found: list[str] = []
        place = (oldest, "")
        while page := await messages.page(self._database, account.account_id, thread_id, place, _THREAD_PAGE):
            found.extend(one.message_id for one in page)
            place = (page[-1].delivered_at, page[-1].message_id)
        if found:
            async with self._accounts.calling(account) as client:
                further = await client.messages.before(thread_id, oldest - 1, 1)
            if further.messages or further.previous_cursor is not None:
                return []
        return found

    async def _differ(self, account: Account, shown: Sequence[Message]) -> bool:
        """Whether any of some messages is not stored just so."""
        stored = await messages.stored(self._database, account.account_id, [one.message_id for one in shown])
        return any(
            one.message_id not in stored or _says_otherwise(stored[one.message_id].message, one)
            for one in shown
        )

    async def _tell(self, account: Account, found: Iterable[_Read]) -> set[str]:
        """Store and tell what was read, oldest first; answers the conversations to be read again."""
        read = list(found)
        # Each with the revision of its own reading; the earliest of those told together holds for all.
        as_of = {one.message_id: part.as_of for part in read for one in part.messages}
        missed = in_order({one.message_id: one for part in read for one in part.messages}.values())
        held: set[str] = set()
        for start in range(0, len(missed), _TOLD_AT_ONCE):
            some = missed[start : start + _TOLD_AT_ONCE]
            earliest = min(as_of[one.message_id] for one in some)
            held |= (await self._record(account, [], some, earliest)).passed_over
        if deleted := [message_id for part in read for message_id in part.deleted]:
            async with self._database.transaction() as tx:
                await self._recorder.deleted_messages(tx, account, deleted, Telling.BACKFILLED)
        return held

    async def _read_receipts(self, account: Account, changed: Iterable[Conversation]) -> None:
        """Read who has seen what, where an own message is the last and not everybody is known to have."""
        newest_first = sorted(changed, key=lambda one: one.last_activity_at, reverse=True)
        asked = 0
        for one in newest_first:
            if asked == _RECEIPTS_AT_ONCE:
                return
            if not await self._may_be_seen_further(account, one):
                continue
            asked += 1
            try:
                async with self._accounts.calling(account) as client:
                    shown = await client.messages.receipts(one.thread_id)
            except Refused as error:
                _log.warning("receipts refused", account=account.account_id, reason=error.message)
                continue
            async with self._database.transaction() as tx:
                await self._recorder.seen(tx, account, one.thread_id, shown, Telling.BACKFILLED)

    async def _may_be_seen_further(self, account: Account, one: Conversation) -> bool:
        last = one.last_message
        if last is None or not (last.from_me or one.group_chat):
            return False
        known = {
            receipt.person_id: receipt.message_at or 0
            for receipt in await receipts.of_thread(self._database, account.account_id, one.thread_id)
        }
        return any(known.get(person.person_id, 0) < last.delivered_at for person in one.others)

    async def _record(
        self,
        account: Account,
        shown: Sequence[Conversation],
        found: Sequence[Message],
        as_of: int | None,
    ) -> Recorded:
        async with self._database.transaction() as tx:
            recorded = await self._recorder.record(
                tx,
                account,
                Telling.BACKFILLED,
                conversations_shown=shown,
                messages_shown=found,
                as_of=as_of,
            )
        self._metrics.recorded.labels(telling=Telling.BACKFILLED.value).inc(recorded.new_messages)
        for send_id in recorded.settled_sends:
            self._outcomes.settled(send_id)
        return recorded


def _says_otherwise(stored: Message, shown: Message) -> bool:
    after = kept_message(stored, shown)
    return was_edited(stored, after) or was_recalled(stored, after) or changed_reactions(stored, after) != []
