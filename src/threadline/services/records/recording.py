"""Recording what LinkedIn shows: one way in for the live stream, catch-up, backfill, sends and read-through.

In one transaction: people, conversations and messages are stored, what is new or changed is told as events,
and an own message that carries the token of an unsettled send settles it. Everything is told once, because it
is told in the transaction that first stores it: whoever stores it, and however it was found.

What is later than the account's baseline is stored only by those who store all of it in order: the live
stream, catch-up, and reading a thread downwards. A list shows the last message of a conversation, which does
not prove that those before it are known; where it is later, it is shown, and not yet stored.

A reading takes time, and what changed meanwhile is newer than what it shows: who reads notes the account's
revision before asking LinkedIn (`as_of`), and what changed after it is left as it is (docs/decisions/0013).
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.clock import SECOND, Clock
from threadline.model.conversations import Conversation
from threadline.model.copies import ReactionChange, changed_reactions, with_reaction
from threadline.model.events import Event, EventType
from threadline.model.messages import Message, Origin, Reaction, Receipt, RenderFormat
from threadline.model.sends import Send, SendState
from threadline.services.records.journal import Journal
from threadline.services.records.shown import Shown, in_order, with_vanities
from threadline.services.records.telling import Teller, Telling, is_news
from threadline.services.sends.outbox import wake_waiting
from threadline.store import conversations, deletions, events, messages, people, receipts, sends, typing
from threadline.store.database import Transaction
from threadline.store.receipts import StoredReceipt, goes_further

__all__ = ["TYPING_SHOWN", "Recorded", "Recorder", "Telling", "lock"]

TYPING_SHOWN = 10 * SECOND
"""How long somebody is shown as typing after LinkedIn said so (contracts/linkedin-wire.md §6)."""


class Recorded(Struct, frozen=True):
    """What a recording found."""

    new_messages: int
    settled_sends: tuple[str, ...]
    """Ids of the sends that an own message settled; tell those who wait after the commit."""
    passed_over: frozenset[str] = frozenset()
    """Conversations of which something was not taken, because it changed while LinkedIn was read."""


class Recorder:
    """Stores what LinkedIn shows, inside a transaction of the caller's."""

    def __init__(self, clock: Clock, journal: Journal) -> None:
        """Take times from `clock`, and events from `journal`."""
        self._clock = clock
        self._journal = journal

    async def record(
        self,
        tx: Transaction,
        account: Account,
        telling: Telling,
        *,
        conversations_shown: Sequence[Conversation] = (),
        messages_shown: Iterable[Message] = (),
        as_of: int | None = None,
        baseline_at: int | None = None,
    ) -> Recorded:
        """Store conversations and messages as they are shown now.

        Every message's conversation must be shown with it or be stored already. as_of: the account's revision
        before LinkedIn was asked (`store.accounts.revision`); None where nothing newer can be known.
        baseline_at: where the past of another inbox ends, in place of the account's baseline.
        """
        baseline = await lock(tx, account.account_id)
        if baseline_at is not None:
            baseline = baseline_at
        teller = Teller(self._journal, account, telling)
        told: list[Event] = []
        shown = await Shown.of(tx, account, conversations_shown, messages_shown, as_of)
        new, changes = await self._put_conversations(tx, account, shown, teller)
        for one in new:
            event = teller.of_new_conversation(one)
            if is_news(telling, event.occurred_at, baseline):
                told.append(event)

        fresh = shown.new_messages(baseline)
        changed = shown.changed_messages()
        await people.put(tx, account.account_id, shown.people_learnt())
        await messages.put(tx, account.account_id, [*fresh, *(after for _, after in changed)])
        await conversations.raise_last_message(
            tx, account.account_id, in_order([*shown.unstored(), *(after for _, after in changed)])
        )
        settled = await self._settle_sends(tx, account, fresh, told)
        if any(not one.from_me for one in fresh):
            # What waits for the gap to them may be a reply now, which does not wait.
            await wake_waiting(tx, account.account_id, self._clock.now())
        news = [
            one
            for one in fresh
            if one.origin_token in settled or is_news(telling, one.delivered_at, baseline)
        ]
        for thread_id, count in shown.uncounted(news).items():
            await conversations.add_unread(tx, account.account_id, thread_id, count)
        told.extend(teller.of_message(one, settled) for one in news)
        if telling is Telling.LIVE:
            await self._stop_typing(tx, account, fresh)
            told.extend(event for one in fresh if one not in news for event in teller.of_late_change(one))
        if telling is Telling.LIVE or baseline is not None:
            told.extend(changes)
            told.extend(event for before, after in changed for event in teller.of_change(before, after))
        await events.append(tx, told)
        return Recorded(
            len(fresh), tuple(send.send_id for send in settled.values()), frozenset(shown.passed_over)
        )

    async def _put_conversations(
        self, tx: Transaction, account: Account, shown: Shown, teller: Teller
    ) -> tuple[list[Conversation], list[Event]]:
        """Store the conversations that are new or changed; answers the new ones, and the events of others."""
        new = shown.new_conversations()
        if new:
            names = await people.vanities(
                tx, account.account_id, [person.person_id for one in new for person in one.participants]
            )
            new = [with_vanities(one, names) for one in new]
            await conversations.put(tx, account.account_id, new)
        changes: list[Event] = []
        for before, now in shown.changed_conversations():
            was = {person.person_id for person in before.others}
            came = {person.person_id for person in now.others} - was
            left = was - {person.person_id for person in now.others}
            names = await people.vanities(tx, account.account_id, list(came)) if came else {}
            after = with_vanities(now, names)
            await conversations.put(
                tx, account.account_id, [after], [(after.thread_id, person_id) for person_id in came]
            )
            if left:
                await conversations.remove_participants(tx, account.account_id, after.thread_id, left)
            changes.extend(teller.of_changed_conversation(before, after))
        return new, changes

    async def _settle_sends(
        self, tx: Transaction, account: Account, fresh: Sequence[Message], told: list[Event]
    ) -> dict[str, Send]:
        """The sends that own messages carry the tokens of, by token; unsettled ones become sent."""
        settled: dict[str, Send] = {}
        for message in fresh:
            if not message.from_me or message.origin_token is None:
                continue
            send = await sends.by_token(tx, account.account_id, message.origin_token)
            if send is None:
                continue
            settled[message.origin_token] = send
            if send.state in (SendState.SENDING, SendState.UNKNOWN):
                await self.mark_sent(
                    tx, account, send, message_id=message.message_id, thread_id=message.thread_id, told=told
                )
        return settled

    async def mark_sent(
        self,
        tx: Transaction,
        account: Account,
        send: Send,
        *,
        message_id: str,
        thread_id: str,
        told: list[Event],
    ) -> bool:
        """Settle a send with LinkedIn's message id, adding the event to `told`; False when it was settled."""
        now = self._clock.now()
        if not await sends.mark_sent(tx, send, message_id=message_id, thread_id=thread_id, now=now):
            return False
        await wake_waiting(tx, account.account_id, now)
        told.append(
            self._journal.event(
                account,
                EventType.SEND_SENT,
                {"sendId": send.send_id, "messageId": message_id},
                thread_id=thread_id,
                from_me=True,
                origin=Origin.API,
            )
        )
        return True

    async def _stop_typing(self, tx: Transaction, account: Account, fresh: Iterable[Message]) -> None:
        for message in fresh:
            if not message.from_me:
                await typing.stop(tx, account.account_id, message.thread_id, message.sender.person_id)

    async def reacted(
        self,
        tx: Transaction,
        account: Account,
        message_id: str,
        reaction: Reaction,
        actor_id: str | None,
        added: bool,
        telling: Telling,
    ) -> bool:
        """Store how one emoji stands at a message; False when it stood so, or the message is not stored.

        reaction: a count of 0 takes it away; actor_id: who reacted, None when that is not known.
        """
        await lock(tx, account.account_id)
        stored = (await messages.stored(tx, account.account_id, [message_id])).get(message_id)
        if stored is None or stored.message.render_format == RenderFormat.RECALLED:
            return False
        after = with_reaction(stored.message, reaction)
        if not changed_reactions(stored.message, after):
            return False
        await messages.put(tx, account.account_id, [after])
        teller = Teller(self._journal, account, telling)
        await events.append(tx, [teller.of_reaction(after, ReactionChange(reaction, added), actor_id)])
        return True

    async def seen(
        self,
        tx: Transaction,
        account: Account,
        thread_id: str,
        shown: Iterable[Receipt],
        telling: Telling,
    ) -> int:
        """Store how far others have seen a conversation; answers for how many of them that went further."""
        baseline = await lock(tx, account.account_id)
        listed = [one for one in shown if one.person_id != account.profile_id]
        if not listed:
            return 0
        known = {one.person_id: one for one in await receipts.of_thread(tx, account.account_id, thread_id)}
        named = await messages.stored(tx, account.account_id, [one.message_id for one in listed])
        teller = Teller(self._journal, account, telling)
        told: list[Event] = []
        for one in sorted(listed, key=lambda receipt: receipt.seen_at):
            message = named.get(one.message_id)
            now = StoredReceipt(
                one.person_id, one.message_id, message.message.delivered_at if message else None, one.seen_at
            )
            before = known.get(one.person_id)
            if before is not None and not goes_further(before, now):
                continue
            known[one.person_id] = now
            await receipts.put(tx, account.account_id, thread_id, [now])
            further = before is None or before.message_id != now.message_id
            if further and is_news(telling, one.seen_at, baseline):
                told.append(teller.of_receipt(thread_id, one))
        await events.append(tx, told)
        return len(told)

    async def typed(self, tx: Transaction, account: Account, thread_id: str, person_id: str) -> None:
        """Store that somebody types, for ten seconds; no event is told of it (contracts/DECISIONS.md 17)."""
        if person_id == account.profile_id:
            return
        now = self._clock.now()
        await typing.forget(tx, account.account_id, now)
        await typing.put(tx, account.account_id, thread_id, person_id, until=now + TYPING_SHOWN)

    async def deleted(
        self, tx: Transaction, account: Account, thread_ids: Sequence[str], telling: Telling
    ) -> list[str]:
        """Remove conversations that were deleted at LinkedIn; answers those that were stored.

        Their events and sends stay (docs/decisions/0013).
        """
        baseline = await lock(tx, account.account_id)
        stored = await conversations.stored(tx, account.account_id, thread_ids)
        gone = [thread_id for thread_id in dict.fromkeys(thread_ids) if thread_id in stored]
        for thread_id in gone:
            await conversations.remove(tx, account.account_id, thread_id)
        await deletions.put(tx, account.account_id, gone)
        if telling is Telling.LIVE or baseline is not None:
            teller = Teller(self._journal, account, telling)
            await events.append(tx, [teller.of_deleted_conversation(thread_id) for thread_id in gone])
        return gone

    async def deleted_messages(
        self, tx: Transaction, account: Account, message_ids: Sequence[str], telling: Telling
    ) -> list[str]:
        """Remove messages that were deleted from the owner's mailbox; answers those that were stored."""
        baseline = await lock(tx, account.account_id)
        gone = [one.message for one in (await messages.stored(tx, account.account_id, message_ids)).values()]
        for message in gone:
            await messages.remove(tx, account.account_id, message.message_id)
            await conversations.show_newest(tx, account.account_id, message.thread_id, message.message_id)
        await deletions.put(tx, account.account_id, [message.message_id for message in gone])
        if telling is Telling.LIVE or baseline is not None:
            teller = Teller(self._journal, account, telling)
            await events.append(
                tx, [teller.of_deletion(message, recalled=False) for message in in_order(gone)]
            )
        return [message.message_id for message in gone]


async def lock(tx: Transaction, account_id: str) -> int | None:
    """Make other recordings of the account wait for this transaction, so that everything is new only once.

    Answers the account's baseline: what is later than it is told.
    """
    row = await tx.row("accounts.lock", account_id=account_id)
    if row is None:
        await tx.row("accounts.lock_alone", account_id=account_id)
        row = await tx.row("accounts.lock", account_id=account_id)
    return row["baseline_at"] if row else None
