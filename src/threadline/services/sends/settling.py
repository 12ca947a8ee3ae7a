"""Settling unknown sends: reading where the message would be, until it is found or provably absent.

Never a second call: an unknown send leaves that state only by what is read (contracts/DECISIONS.md 2).
"""

from collections.abc import Iterable, Sequence

from threadline.linkedin.connector import AccountClient
from threadline.model.accounts import STOPPED, Account
from threadline.model.clock import SECOND, Clock
from threadline.model.compositions import Channel
from threadline.model.conversations import Conversation
from threadline.model.errors import NotDelivered, Refused, ThreadlineError
from threadline.model.events import Event
from threadline.model.messages import Message
from threadline.model.sends import Send, SendState, Verdict, next_check, verdict_of_absence
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sends.endings import Endings
from threadline.services.sends.matching import CLOCK_MARGIN
from threadline.services.sends.outbox import wake_waiting
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.sales_sends import SalesSends
from threadline.store import events, sends
from threadline.store.database import Database

_STOPPED_PAUSE = 60 * SECOND


class Settling:
    """Reads threads for sends whose answer was lost."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        recorder: Recorder,
        sales_sends: SalesSends,
        endings: Endings,
        outcomes: Outcomes,
        clock: Clock,
        metrics: ServiceMetrics,
    ) -> None:
        """Read through `accounts`, and store what is found through `recorder`."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._sales_sends = sales_sends
        self._endings = endings
        self._outcomes = outcomes
        self._clock = clock
        self._metrics = metrics

    async def settle(self, key: str) -> int | None:
        """Check one unknown send; the handler of `SETTLE`. Answers when to check again, or None."""
        account_id, _, send_id = key.partition(":")
        account = await self._accounts.get(account_id)
        send = await sends.by_id(self._database, account_id, send_id)
        if send is None or send.state is not SendState.UNKNOWN:
            return None
        if account.state in STOPPED and not self._accounts.cooled_down(account):
            return max(account.state_until or 0, self._clock.now() + _STOPPED_PAUSE)
        read_at = self._clock.now()
        try:
            absent = await self._read(account, send)
        except ThreadlineError:
            # Not a fresh view, so it proves nothing.
            return next_check(send.unknown_at or read_at, send.checks, self._clock.now() + _STOPPED_PAUSE)
        current = await sends.by_id(self._database, account_id, send_id)
        if current is None or current.state is not SendState.UNKNOWN:
            self._outcomes.settled(send_id)
            return None
        if absent and verdict_of_absence(send.absent_at, read_at) is Verdict.NOT_DELIVERED:
            await self._fail(account, send)
            return None
        absent_at = send.absent_at
        if absent and absent_at is None:
            absent_at = read_at
        async with self._database.transaction() as tx:
            await sends.mark_checked(tx, send, absent_at=absent_at)
        return next_check(send.unknown_at or read_at, send.checks + 1, self._clock.now())

    async def _read(self, account: Account, send: Send) -> bool:
        """Read and store every place where the message would be; its echo settles the send.

        Answers whether a reading that did not show it proves its absence.
        """
        if send.channel is Channel.SALES_NAVIGATOR:
            return await self._sales_sends.look_for(account, send)
        called = send.called_at or send.created_at
        async with self._accounts.calling(account) as client:
            threads = [send.thread_id] if send.thread_id else await self._candidates(client, send)
            shown: list[Conversation] = []
            found: list[Message] = []
            for thread_id in threads:
                if send.thread_id is None:
                    shown.extend(await client.inbox.by_ids([thread_id]))
                found.extend(await self._since(client, thread_id, called - CLOCK_MARGIN))
        # The others come in their turn by catching up, which takes a known message for proof of those before.
        own = [message for message in found if message.origin_token == send.origin_token]
        await self._store(account, send, shown, own)
        return True

    async def _store(
        self, account: Account, send: Send, shown: Sequence[Conversation], own: Sequence[Message]
    ) -> None:
        async with self._database.transaction() as tx:
            await self._recorder.record(
                tx,
                account,
                Telling.BACKFILLED,
                conversations_shown=shown,
                messages_shown=own,
            )
            current = await sends.by_id(tx, account.account_id, send.send_id)
            if own and current is not None and current.state is SendState.UNKNOWN:
                # Somebody stored the message before, without knowing it for this send's.
                told: list[Event] = []
                await self._recorder.mark_sent(
                    tx,
                    account,
                    current,
                    message_id=own[0].message_id,
                    thread_id=own[0].thread_id,
                    told=told,
                )
                await events.append(tx, told)

    async def _candidates(self, client: AccountClient, send: Send) -> list[str]:
        """The conversations that the send may have opened or reached: by who is in them."""
        shown = [*(await client.inbox.newest()).conversations]
        since = (send.called_at or send.created_at) - CLOCK_MARGIN
        if send.group_members:
            shown.extend(await self._active(client, since))
            members = set(send.group_members)
            # Somebody may have left it since, or joined.
            return _ids(
                one
                for one in shown
                if len(one.others) > 1 and not members.isdisjoint(person.person_id for person in one.others)
            )
        recipient = send.recipient_id or ""
        by_recipient = True
        try:
            shown.extend(await client.inbox.with_recipients([recipient]))
        except Refused:
            by_recipient = False
        # Whether the look-up by recipient finds InMail conversations is not known.
        if send.composition.inmail or not by_recipient:
            shown.extend(await self._active(client, since))
        return _ids(one for one in shown if any(person.person_id == recipient for person in one.participants))

    async def _active(self, client: AccountClient, since: int) -> list[Conversation]:
        """Every conversation of the inbox in which something happened since `since`, and some more."""
        found: list[Conversation] = []
        cursor: str | None = None
        while True:
            page = await client.inbox.page("INBOX", cursor=cursor)
            found.extend(page.conversations)
            oldest = min((one.last_activity_at for one in page.conversations), default=0)
            if page.next_cursor in (None, cursor) or oldest < since:
                return found
            cursor = page.next_cursor

    async def _since(self, client: AccountClient, thread_id: str, since: int) -> list[Message]:
        """The newest messages, whatever our clock says, and all those since `since`."""
        found = [*(await client.messages.newest(thread_id)).messages]
        page = await client.messages.before(thread_id, self._clock.now() + CLOCK_MARGIN)
        found.extend(page.messages)
        while page.messages and page.previous_cursor and page.messages[-1].delivered_at >= since:
            page = await client.messages.earlier(thread_id, page.previous_cursor)
            found.extend(page.messages)
        return found

    async def _fail(self, account: Account, send: Send) -> None:
        error = NotDelivered("Two readings of the conversation, a minute apart, show that it did not leave.")
        async with self._database.transaction() as tx:
            await self._endings.fail(tx, account, send, error)
            await wake_waiting(tx, account.account_id, self._clock.now())
        self._metrics.sends.labels(state=SendState.FAILED.value).inc()
        self._outcomes.settled(send.send_id)


def _ids(shown: Iterable[Conversation]) -> list[str]:
    return list(dict.fromkeys(one.thread_id for one in shown))
