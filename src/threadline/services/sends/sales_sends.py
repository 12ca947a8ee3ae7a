"""Sends through Sales Navigator: no token of ours travels, so what became of one is read by words and time.

Sources: contracts/linkedin-wire.md §11 (experimental); contracts/DECISIONS.md 2.
"""

import msgspec

from threadline.linkedin.connector import AccountClient
from threadline.linkedin.decoding.sales import SalesThread
from threadline.linkedin.messages import Delivered
from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.conversations import Conversation
from threadline.model.errors import ThreadlineError
from threadline.model.events import Event
from threadline.model.sends import Send, SendState
from threadline.services.accounts import Accounts
from threadline.services.records.recording import Recorder, Telling
from threadline.services.sales.people import identified
from threadline.services.sends.matching import CLOCK_MARGIN, match
from threadline.store import conversations, events, sales, sends
from threadline.store.conversations import History
from threadline.store.database import Database, Transaction

_MESSAGES = 40


class SalesSends:
    """Makes the one call of a Sales Navigator send, stores it as it is shown, and looks for a lost one."""

    def __init__(self, database: Database, accounts: Accounts, recorder: Recorder, clock: Clock) -> None:
        """Call through `accounts`; store through `recorder`."""
        self._database = database
        self._accounts = accounts
        self._recorder = recorder
        self._clock = clock

    async def create(self, account: Account, send: Send, *, not_after: int) -> Delivered:
        """Send it, once, and not later than `not_after`; raises what `Accounts.calling` raises."""
        async with self._accounts.calling(account) as client:
            taken = await client.sales.create(
                send.text,
                send.composition.subject,
                thread_id=send.thread_id,
                recipient=None if send.thread_id else send.recipient_id,
                tracking_id=send.tracking_id,
                not_after=not_after,
            )
        return Delivered(
            message_id=taken.message_id, thread_id=taken.thread_id, delivered_at=self._clock.now()
        )

    async def store(self, account: Account, send: Send, delivered: Delivered) -> None:
        """Store a delivered message as Sales Navigator shows it, with its time.

        Where it cannot be read back now, the send is settled, and following the inbox brings the message.
        """
        try:
            async with self._accounts.calling(account) as client:
                thread: SalesThread | None = await _whole(client, delivered.thread_id)
        except ThreadlineError:
            thread = None
        async with self._database.transaction() as tx:
            if thread is not None:
                await self._keep(tx, account, send, thread, delivered.message_id, Telling.LIVE)
            await self._settle(tx, account, send, delivered.message_id, delivered.thread_id)

    async def look_for(self, account: Account, send: Send) -> bool:
        """Read where a lost send would be, and settle it when it is certain which message it is.

        Answers whether its absence is certain. Raises what `Accounts.calling` raises.
        """
        async with self._accounts.calling(account) as client:
            threads = [send.thread_id] if send.thread_id else await self._candidates(account, client, send)
            read = [await _whole(client, thread_id) for thread_id in threads]
        listed = [await identified(self._database, account, thread) for thread in read]
        found = [message for thread in listed for message in thread.messages]
        other = {
            one.message_id
            for one in found
            if (settled := await sends.by_message(self._database, account.account_id, one.message_id))
            and settled.send_id != send.send_id
        }
        result = match(send, (one for one in found if one.message_id not in other))
        message = result.message
        if message is not None:
            thread = next(one for one in listed if one.conversation.thread_id == message.thread_id)
            async with self._database.transaction() as tx:
                await self._keep(tx, account, send, thread, message.message_id, Telling.BACKFILLED)
                await self._settle(tx, account, send, message.message_id, message.thread_id)
        return result.absent

    async def _candidates(self, account: Account, client: AccountClient, send: Send) -> list[str]:
        since = (send.called_at or send.created_at) - CLOCK_MARGIN
        shown: list[Conversation] = []
        for folder in ("SENT", "INBOX"):
            before: int | None = None
            while True:
                page = await client.sales.threads(folder, before)
                named = [await identified(self._database, account, thread) for thread in page.threads]
                shown.extend(thread.conversation for thread in named)
                oldest = min((one.conversation.last_activity_at for one in named), default=0)
                if page.next_before in (None, before) or oldest < since:
                    break
                before = page.next_before
        return list(
            dict.fromkeys(
                one.thread_id
                for one in shown
                if one.last_activity_at >= since
                and any(person.person_id == send.recipient_id for person in one.participants)
            )
        )

    async def _keep(
        self,
        tx: Transaction,
        account: Account,
        send: Send,
        thread: SalesThread,
        message_id: str,
        telling: Telling,
    ) -> None:
        """Store the thread: what others wrote meanwhile is told as found later, the send as it was made."""
        thread = await identified(tx, account, thread)
        reached = await sales.position(tx, account.account_id)
        # Before the inbox has been read for the first time, everything in it is the past.
        baseline = reached.baseline_at if reached else thread.conversation.last_activity_at
        others = [one for one in thread.messages if one.message_id != message_id]
        own = [
            msgspec.structs.replace(one, origin_token=send.origin_token)
            for one in thread.messages
            if one.message_id == message_id
        ]
        shown = msgspec.structs.replace(thread.conversation, last_message=None)
        await self._recorder.record(
            tx,
            account,
            Telling.BACKFILLED,
            conversations_shown=[shown],
            messages_shown=others,
            baseline_at=baseline,
        )
        await self._recorder.record(tx, account, telling, messages_shown=own, baseline_at=baseline)
        history = History(thread.messages[-1].delivered_at, complete=True)
        await conversations.set_history(tx, account.account_id, shown.thread_id, history)

    async def _settle(
        self, tx: Transaction, account: Account, send: Send, message_id: str, thread_id: str
    ) -> None:
        """Settle the send where recording did not: the message was stored before it was known for ours."""
        current = await sends.by_id(tx, account.account_id, send.send_id)
        if current is None or current.state not in (SendState.SENDING, SendState.UNKNOWN):
            return
        told: list[Event] = []
        await self._recorder.mark_sent(
            tx, account, current, message_id=message_id, thread_id=thread_id, told=told
        )
        await events.append(tx, told)


async def _whole(client: AccountClient, thread_id: str) -> SalesThread:
    thread = await client.sales.thread(thread_id, _MESSAGES)
    if thread.message_count > len(thread.messages):
        return await client.sales.thread(thread_id, thread.message_count)
    return thread
