"""Recording what LinkedIn shows: one way in for the live stream, catch-up, backfill, sends and read-through.

In one transaction: people, conversations and messages are stored, what is new is told as events, and an own
message that carries the token of an unsettled send settles it. A message is told once, because it is told in
the transaction that first stores it: whoever stores it, and however it was found.

What is later than the account's baseline is stored only by those who store all of it in order: the live
stream, catch-up, and reading a thread downwards. A list shows the last message of a conversation, which does
not prove that those before it are known; where it is later, it is shown, and not yet stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import msgspec
from msgspec import Struct

from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.conversations import Conversation
from threadline.model.events import Event, EventType
from threadline.model.messages import Message, Origin
from threadline.model.people import Person
from threadline.model.sends import Send, SendState
from threadline.services.journal import Journal
from threadline.services.outbox import wake_waiting
from threadline.store import conversations, events, messages, people, positions, sends
from threadline.store.conversations import Known
from threadline.store.database import Transaction


class Telling(Enum):
    """How what is found new is told."""

    LIVE = "live"
    BACKFILLED = "backfilled"
    """Missed when it happened, found now; the past, up to the account's baseline, is not told at all."""


class Recorded(Struct, frozen=True):
    """What a recording found."""

    new_messages: int
    settled_sends: tuple[str, ...]
    """Ids of the sends that an own message settled; tell those who wait after the commit."""


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
    ) -> Recorded:
        """Store conversations and messages as they are shown now.

        Every message's conversation must be shown with it or be stored already.
        """
        await lock(tx, account.account_id)
        baseline = (await positions.of(tx, account.account_id)).baseline_at
        told: list[Event] = []
        shown, changes = await self._put_conversations(tx, account, conversations_shown, telling)
        told.extend(one for one in changes if _is_news(telling, one.occurred_at, baseline))
        by_id = {message.message_id: message for message in messages_shown}
        last = [one.last_message for one in shown if one.last_message]
        past = [one for one in last if baseline is None or one.delivered_at <= baseline]
        by_id = {one.message_id: one for one in past} | by_id
        listed = sorted(by_id.values(), key=lambda message: (message.delivered_at, message.message_id))
        seen = {one.message_id: one for one in last} | by_id
        await people.put(
            tx, account.account_id, {one.sender.person_id: one.sender for one in seen.values()}.values()
        )
        await conversations.raise_last_message(
            tx, account.account_id, sorted(seen.values(), key=lambda one: (one.delivered_at, one.message_id))
        )
        if not listed:
            await events.append(tx, told)
            return Recorded(0, ())
        known = await messages.known(tx, account.account_id, list(by_id))
        await messages.put(tx, account.account_id, listed)
        fresh = [message for message in listed if message.message_id not in known]
        settled = await self._settle_sends(tx, account, fresh, told)
        news = [
            one
            for one in fresh
            if one.origin_token in settled or _is_news(telling, one.delivered_at, baseline)
        ]
        if telling is Telling.LIVE:
            await self._count_unread(tx, account, news, {one.thread_id for one in shown})
        told.extend(self._told(account, message, settled, telling) for message in news)
        await events.append(tx, told)
        return Recorded(len(fresh), tuple(send.send_id for send in settled.values()))

    async def _put_conversations(
        self,
        tx: Transaction,
        account: Account,
        shown: Sequence[Conversation],
        telling: Telling,
    ) -> tuple[list[Conversation], list[Event]]:
        if not shown:
            return [], []
        changes: list[Event] = []
        newest = {one.thread_id: one for one in sorted(shown, key=lambda one: one.last_activity_at)}
        known = await conversations.known(tx, account.account_id, list(newest))
        everyone = {person.person_id: person for one in newest.values() for person in one.participants}
        names = await people.vanities(tx, account.account_id, list(everyone))
        named = [_with_vanities(one, names) for one in newest.values()]
        await people.put(tx, account.account_id, everyone.values())
        await conversations.put(tx, account.account_id, named)
        for one in named:
            before = known.get(one.thread_id)
            if before is not None:
                gone = {person.person_id for person in before.participants} - {
                    person.person_id for person in one.participants
                }
                if gone:
                    await conversations.remove_participants(tx, account.account_id, one.thread_id, gone)
            changes.extend(self._told_of_conversation(account, one, before, telling))
        return named, changes

    def _told_of_conversation(
        self, account: Account, one: Conversation, before: Known | None, telling: Telling
    ) -> Iterable[Event]:
        backfilled = telling is Telling.BACKFILLED
        if before is None:
            yield self._journal.event(
                account,
                EventType.CONVERSATION_CREATED,
                {"kind": one.kind.value, "participants": [person.person_id for person in one.others]},
                thread_id=one.thread_id,
                occurred_at=one.created_at or one.last_activity_at,
                backfilled=backfilled,
            )
        elif one.read and not before.read and one.last_activity_at >= before.last_activity_at:
            yield self._journal.event(
                account,
                EventType.CONVERSATION_READ,
                {},
                thread_id=one.thread_id,
                occurred_at=one.last_read_at,
                from_me=True,
                backfilled=backfilled,
            )

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

    async def _count_unread(
        self, tx: Transaction, account: Account, fresh: Iterable[Message], counted_threads: set[str]
    ) -> None:
        counts: dict[str, int] = {}
        for message in fresh:
            if not message.from_me and message.thread_id not in counted_threads:
                counts[message.thread_id] = counts.get(message.thread_id, 0) + 1
        for thread_id, count in counts.items():
            await conversations.add_unread(tx, account.account_id, thread_id, count)

    def _told(self, account: Account, message: Message, settled: dict[str, Send], telling: Telling) -> Event:
        data: dict[str, object] = {
            "messageId": message.message_id,
            "senderId": message.sender.person_id,
            "senderName": message.sender.full_name,
        }
        origin: Origin | None = None
        if message.from_me:
            send = settled.get(message.origin_token or "")
            origin = Origin.API if send else Origin.ELSEWHERE
            if send:
                data["sendId"] = send.send_id
        return self._journal.event(
            account,
            EventType.MESSAGE_SENT if message.from_me else EventType.MESSAGE_RECEIVED,
            data,
            thread_id=message.thread_id,
            occurred_at=message.delivered_at,
            from_me=message.from_me,
            origin=origin,
            backfilled=telling is Telling.BACKFILLED,
        )


async def lock(tx: Transaction, account_id: str) -> None:
    """Make other recordings of the account wait for this transaction, so that a message is new only once."""
    await tx.row("accounts.lock", account_id=account_id)


def _is_news(telling: Telling, occurred_at: int, baseline: int | None) -> bool:
    """Whether what happened at a time is told; an account without a baseline has only a past yet.

    The stream also shows old messages that were edited or reacted to: they are not news.
    """
    if baseline is None:
        return telling is Telling.LIVE
    return occurred_at >= baseline if telling is Telling.LIVE else occurred_at > baseline


def _with_vanities(conversation: Conversation, names: Mapping[str, str]) -> Conversation:
    if not any(person.person_id in names for person in conversation.participants):
        return conversation
    return msgspec.structs.replace(
        conversation,
        participants=tuple(
            _named(person, names.get(person.person_id)) for person in conversation.participants
        ),
    )


def _named(person: Person, vanity: str | None) -> Person:
    return msgspec.structs.replace(person, vanity=vanity) if vanity and not person.vanity else person
