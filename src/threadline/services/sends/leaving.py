"""Leaving: one claimed send, from finding its conversation to storing what came of the one call.

    claimed ─▶ located ─▶ typing shown ─▶ called (stored before the call) ─▶ sent | failed | unknown | queued

Until `called_at` is stored nothing can have left. The call is made once; only where LinkedIn provably refused
to open a second InMail conversation, the same message is made a reply in the one that is there.
Sources: contracts/DECISIONS.md 1 and 5; contracts/linkedin-wire.md §§6.1, 6.2, 6.4.
"""

from typing import Any

import msgspec
import structlog

from threadline.linkedin.errors import LinkedInError
from threadline.linkedin.messages import Delivered
from threadline.model.accounts import Account
from threadline.model.clock import SECOND, Clock
from threadline.model.compositions import Channel
from threadline.model.conversations import Conversation
from threadline.model.errors import BadInput, Refused, ThreadlineError
from threadline.model.events import Event, EventType
from threadline.model.messages import Origin
from threadline.model.people import Distance, Person
from threadline.model.sends import Phase, Send, SendState, next_check
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder, Telling, lock
from threadline.services.sends.delivered import conversation_of, message_of
from threadline.services.sends.locating import Locating
from threadline.services.sends.outbox import SETTLE, settle_key, wake_waiting
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.refusals import is_for_good, told_as, wants_a_reply
from threadline.services.sends.sales_sends import SalesSends
from threadline.services.sends.typing_shown import TypingShown
from threadline.store import conversations, events, messages, people, sends
from threadline.store.database import Database, Transaction

_log = structlog.get_logger(__name__)

RETRY_QUEUED_AFTER = 30 * SECOND


class Leaving:
    """Lets claimed sends leave, each exactly once."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        locating: Locating,
        typing_shown: TypingShown,
        recorder: Recorder,
        sales_sends: SalesSends,
        journal: Journal,
        outcomes: Outcomes,
        clock: Clock,
        metrics: ServiceMetrics,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._locating = locating
        self._typing_shown = typing_shown
        self._recorder = recorder
        self._sales_sends = sales_sends
        self._journal = journal
        self._outcomes = outcomes
        self._clock = clock
        self._metrics = metrics

    async def leave(self, account: Account, send: Send) -> None:
        """Make ready, call LinkedIn once, and store what came of it."""
        begun = self._clock.now()
        try:
            called = send if send.called_at is not None else await self._make_ready(account, send)
            if called is None:
                return
            called, delivered = await self._delivered(account, called)
            await self._went_well(account, called, delivered)
            self._metrics.send_seconds.observe((self._clock.now() - begun) / SECOND)
        except ThreadlineError as error:
            await self._went_wrong(account, send, error)
        except Exception:  # noqa: BLE001
            # The outermost step of a send: a row left as `sending` would hold back every later one.
            _log.exception("a send broke", account=account.account_id, send=send.send_id)
            await self._broke(account, send)
        finally:
            self._outcomes.settled(send.send_id)

    async def to_unknown(self, tx: Transaction, account: Account, send: Send, reason: str) -> None:
        """Store that the answer was lost, and that it is to be looked for."""
        now = self._clock.now()
        if await sends.mark_unknown(tx, send, message=reason, now=now):
            await self._tell(tx, account, EventType.SEND_UNKNOWN, send, {"reason": reason})
            await tx.wake(SETTLE, settle_key(send), next_check(now, 0, now))

    def stop(self) -> None:
        """Show no more typing; a send that waits for it is queued again."""
        self._typing_shown.stop()

    async def _make_ready(self, account: Account, send: Send) -> Send | None:
        """Find the conversation, show typing, and store that the call is about to be made."""
        thread_id, phase = send.thread_id, send.phase
        if phase is None:
            person_id = _known(send.recipient_id)
            in_group = send.composition.group_id is not None
            found = await self._locating.reach(account, person_id, ask_option=not in_group)
            thread_id, phase = found.thread_id, found.phase
        in_inbox = send.channel is not Channel.SALES_NAVIGATOR
        if send.typing and thread_id is not None and in_inbox:
            typed = await self._typing_shown.show(account, thread_id, send.text)
            if not typed:
                async with self._database.transaction() as tx:
                    await sends.requeue(tx, send)
                return None
        return await self._mark_called(send, thread_id, phase)

    async def _mark_called(self, send: Send, thread_id: str | None, phase: Phase) -> Send | None:
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if not await sends.mark_called(tx, send, thread_id=thread_id, phase=phase, now=now):
                return None
        return msgspec.structs.replace(send, thread_id=thread_id, phase=phase, called_at=now)

    async def _delivered(self, account: Account, send: Send) -> tuple[Send, Delivered]:
        try:
            return send, await self._call(account, send)
        except Refused as error:
            if not send.composition.inmail or not wants_a_reply(error):
                raise
            reply = await self._as_reply(account, send)
            if reply is None:
                raise
            return reply, await self._call(account, reply)

    async def _as_reply(self, account: Account, send: Send) -> Send | None:
        """The refused InMail as a reply in the conversation that is there; None where there is none."""
        # Only what opens a conversation has a subject.
        plain = msgspec.structs.replace(send.composition, inmail=False, subject=None)
        async with self._database.transaction() as tx:
            await sends.mark_refused(tx, send, plain)
        thread_id = await self._locating.inmail_with(account, _known(send.recipient_id))
        if thread_id is None:
            return None
        reply = msgspec.structs.replace(send, composition=plain)
        return await self._mark_called(reply, thread_id, Phase.PARTICIPANT)

    async def _call(self, account: Account, send: Send) -> Delivered:
        if send.channel is Channel.SALES_NAVIGATOR:
            return await self._sales_sends.create(account, send)
        async with self._accounts.calling(account) as client:
            recipients: tuple[str, ...] = ()
            if send.thread_id is None:
                recipients = send.group_members or (_known(send.recipient_id),)
            return await client.messages.create(
                send.composition,
                origin_token=send.origin_token,
                tracking_id=send.tracking_id,
                thread_id=send.thread_id,
                recipients=recipients,
            )

    async def _went_well(self, account: Account, send: Send, delivered: Delivered) -> None:
        current = await sends.by_id(self._database, account.account_id, send.send_id)
        if current is None or current.state is not SendState.SENT:
            await self._store(account, send, delivered)
        self._metrics.sends.labels(state=SendState.SENT.value).inc()
        self._metrics.phases.labels(phase=(send.phase or Phase.CACHE).value).inc()

    async def _store(self, account: Account, send: Send, delivered: Delivered) -> None:
        """Store the message from the answer, unless the stream's copy came first and settled the send."""
        if send.channel is Channel.SALES_NAVIGATOR:
            await self._sales_sends.store(account, send, delivered)
            return
        owner_id = account.profile_id or ""
        owner = await people.by_id(self._database, account.account_id, owner_id)
        message = message_of(send, delivered, owner or Person(person_id=owner_id, distance=Distance.SELF))
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            if await messages.known(tx, account.account_id, [delivered.message_id]):
                told: list[Event] = []
                await self._recorder.mark_sent(
                    tx,
                    account,
                    send,
                    message_id=delivered.message_id,
                    thread_id=delivered.thread_id,
                    told=told,
                )
                await events.append(tx, told)
                return
            shown: list[Conversation] = []
            if await conversations.by_id(tx, account.account_id, delivered.thread_id) is None:
                others = [
                    await people.by_id(tx, account.account_id, one) or Person(person_id=one)
                    for one in (*send.group_members, send.recipient_id)
                    if one is not None
                ]
                shown = [conversation_of(send, delivered, owner_id, others)]
            await self._recorder.record(
                tx, account, Telling.LIVE, conversations_shown=shown, messages_shown=[message]
            )

    async def _went_wrong(self, account: Account, send: Send, error: ThreadlineError) -> None:
        cause = error.__cause__
        async with self._database.transaction() as tx:
            current = await sends.by_id(tx, account.account_id, send.send_id)
            called = current is not None and current.called_at is not None
            if called and isinstance(cause, LinkedInError) and cause.may_have_left:
                await self.to_unknown(tx, account, send, str(cause))
                state = SendState.UNKNOWN
            elif send.direct or is_for_good(error):
                await self._to_failed(tx, account, send, told_as(error, current or send))
                state = SendState.FAILED
            else:
                await sends.requeue(tx, send)
                state = SendState.QUEUED
            await wake_waiting(tx, account.account_id, self._clock.now())
        self._metrics.sends.labels(state=state.value).inc()
        _log.info(
            "send did not go well",
            account=account.account_id,
            send=send.send_id,
            state=state.value,
            code=error.code,
        )

    async def _broke(self, account: Account, send: Send) -> None:
        async with self._database.transaction() as tx:
            current = await sends.by_id(tx, account.account_id, send.send_id)
            if current is None or current.called_at is None:
                await sends.requeue(tx, send)
            else:
                await self.to_unknown(tx, account, current, "the gateway met a fault of its own")
            await wake_waiting(tx, account.account_id, self._clock.now() + RETRY_QUEUED_AFTER)

    async def _to_failed(self, tx: Transaction, account: Account, send: Send, error: ThreadlineError) -> None:
        failed = await sends.mark_failed(
            tx,
            send,
            code=error.code,
            message=error.message,
            retry_safe=True,
            now=self._clock.now(),
        )
        if failed:
            data = {"code": error.code, "reason": error.message, "retrySafe": True}
            await self._tell(tx, account, EventType.SEND_FAILED, send, data)

    async def _tell(
        self, tx: Transaction, account: Account, kind: EventType, send: Send, data: dict[str, Any]
    ) -> None:
        whole = {"sendId": send.send_id, **data}
        event = self._journal.event(
            account, kind, whole, thread_id=send.thread_id, from_me=True, origin=Origin.API
        )
        await events.append(tx, [event])


def _known(recipient: str | None) -> str:
    if recipient is None:
        raise BadInput("The send names neither a person nor a conversation.")
    return recipient
