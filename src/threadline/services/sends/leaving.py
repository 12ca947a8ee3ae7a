"""Leaving: one claimed send, from finding its conversation to storing what came of the one call.

    claimed ─▶ located ─▶ typing shown ─▶ called (stored before the call) ─▶ sent | failed | unknown | queued

Until `called_at` is stored nothing can have left. The call is made once; only where LinkedIn provably refused
to open a second InMail conversation, the same message is made a reply in the one that is there.
Sources: contracts/DECISIONS.md 1 and 5; contracts/linkedin-wire.md §§6.1, 6.2, 6.4.
"""

import msgspec
import structlog
from msgspec import Struct

from threadline.linkedin.errors import LinkedInError
from threadline.linkedin.messages import Delivered
from threadline.model.accounts import Account
from threadline.model.clock import SECOND, Clock
from threadline.model.compositions import Channel
from threadline.model.conversations import Conversation
from threadline.model.errors import Refused, ThreadlineError, UpstreamError
from threadline.model.events import Event
from threadline.model.pacing import BudgetKind
from threadline.model.people import Distance, Person
from threadline.model.sends import CALL_WINDOW, LEASE, Phase, Send, SendState
from threadline.services.accounts import Accounts
from threadline.services.metrics import ServiceMetrics
from threadline.services.records.recording import Recorder, Telling, lock
from threadline.services.sends.delivered import conversation_of, message_of
from threadline.services.sends.endings import Endings
from threadline.services.sends.leases import Leases
from threadline.services.sends.outbox import wake_waiting
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.preparing import Preparing, known_recipient
from threadline.services.sends.refusals import is_for_good, told_as, wants_a_reply
from threadline.services.sends.sales_sends import SalesSends
from threadline.services.sends.typing_shown import TypingShown
from threadline.store import budgets, conversations, events, messages, people, sends
from threadline.store.database import Database, Transaction

_log = structlog.get_logger(__name__)

RETRY_QUEUED_AFTER = 30 * SECOND


class _Left(Struct, frozen=True):
    """A send as it was called, and LinkedIn's word that it was delivered."""

    send: Send
    delivered: Delivered


class Leaving:
    """Lets claimed sends leave, each exactly once."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        preparing: Preparing,
        typing_shown: TypingShown,
        recorder: Recorder,
        sales_sends: SalesSends,
        endings: Endings,
        leases: Leases,
        outcomes: Outcomes,
        clock: Clock,
        metrics: ServiceMetrics,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._preparing = preparing
        self._typing_shown = typing_shown
        self._recorder = recorder
        self._sales_sends = sales_sends
        self._endings = endings
        self._leases = leases
        self._outcomes = outcomes
        self._clock = clock
        self._metrics = metrics

    async def leave(self, account: Account, send: Send) -> None:
        """Make ready, call LinkedIn once, and store what came of it."""
        begun = self._clock.now()
        left: _Left | None = None
        try:
            async with self._leases.kept(send):
                left = await self._leave(account, send)
                if left is not None:
                    await self._went_well(account, left)
                    self._metrics.send_seconds.observe((self._clock.now() - begun) / SECOND)
        except Exception:  # noqa: BLE001
            # The outermost step of a send: a row left as `sending` would hold back every later one.
            _log.exception("a send broke", account=account.account_id, send=send.send_id)
            await self._broke(account, send, left)
        finally:
            self._outcomes.settled(send.send_id)

    def stop(self) -> None:
        """Show no more typing; a send that waits for it is queued again."""
        self._typing_shown.stop()

    async def _leave(self, account: Account, send: Send) -> _Left | None:
        """Make the call; None where it did not go well, or is not to be made now."""
        try:
            called = send if send.called_at is not None else await self._make_ready(account, send)
            return None if called is None else await self._delivered(account, called)
        except ThreadlineError as error:
            await self._went_wrong(account, send, error)
            return None

    async def _make_ready(self, account: Account, send: Send) -> Send | None:
        """Find out where it goes, show typing, and store that the call is about to be made.

        None where it does not leave now: it waits again, or another task has taken it over.
        """
        ready = await self._preparing.prepare(account, send)
        if ready.recipient_id != send.recipient_id:
            held = await self._held(ready)
            async with self._database.transaction() as tx:
                if not await sends.mark_aimed(tx, ready):
                    return None
                if held:
                    await self._endings.requeue(tx, ready)
                    return None
        in_inbox = ready.channel is not Channel.SALES_NAVIGATOR
        if ready.typing and ready.thread_id is not None and in_inbox:
            typed = await self._typing_shown.show(account, ready.thread_id, ready.text)
            if not typed:
                async with self._database.transaction() as tx:
                    await self._endings.requeue(tx, ready)
                return None
        return await self._mark_called(ready)

    async def _held(self, send: Send) -> bool:
        """Whether an unknown send to the same people or conversation holds it back."""
        unknown = await sends.in_state(self._database, send.account_id, SendState.UNKNOWN)
        return any(one.aims & send.aims for one in unknown)

    async def _mark_called(self, send: Send) -> Send | None:
        """Store that LinkedIn is about to be called for `send`; None when it was taken over."""
        now = self._clock.now()
        saved = _saved(send)
        charged = tuple(kind for kind in send.charged if kind not in saved)
        called = msgspec.structs.replace(send, called_at=now, charged=charged)
        async with self._database.transaction() as tx:
            if not await sends.mark_called(tx, called, now=now, until=now + LEASE):
                return None
            if saved and send.charged_on is not None:
                await budgets.charge(tx, send.account_id, send.charged_on, saved, amount=-1)
        return called

    async def _delivered(self, account: Account, send: Send) -> _Left:
        try:
            return _Left(send, await self._call(account, send))
        except Refused as error:
            if not send.composition.inmail or not wants_a_reply(error):
                raise
            reply = await self._as_reply(account, send)
            if reply is None:
                raise
            return _Left(reply, await self._call(account, reply))

    async def _as_reply(self, account: Account, send: Send) -> Send | None:
        """The refused InMail as a reply in the conversation that is there; None where there is none."""
        # Only what opens a conversation has a subject.
        plain = msgspec.structs.replace(send.composition, inmail=False, subject=None)
        async with self._database.transaction() as tx:
            await sends.mark_refused(tx, send, plain)
        thread_id = await self._preparing.inmail_with(account, send)
        if thread_id is None:
            return None
        reply = msgspec.structs.replace(send, composition=plain, thread_id=thread_id, phase=Phase.PARTICIPANT)
        return await self._mark_called(reply)

    async def _call(self, account: Account, send: Send) -> Delivered:
        not_after = (send.called_at or 0) + CALL_WINDOW
        if send.channel is Channel.SALES_NAVIGATOR:
            return await self._sales_sends.create(account, send, not_after=not_after)
        async with self._accounts.calling(account) as client:
            recipients: tuple[str, ...] = ()
            if send.thread_id is None:
                recipients = send.group_members or (known_recipient(send),)
            return await client.messages.create(
                send.composition,
                origin_token=send.origin_token,
                tracking_id=send.tracking_id,
                thread_id=send.thread_id,
                recipients=recipients,
                not_after=not_after,
            )

    async def _went_well(self, account: Account, left: _Left) -> None:
        send = left.send
        current = await sends.by_id(self._database, account.account_id, send.send_id)
        if current is None or current.state is not SendState.SENT:
            await self._store(account, send, left.delivered)
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
                await self._keep_id(tx, account, _Left(send, delivered))
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
            current = await self._current(tx, send)
            if current.called_at is not None and isinstance(cause, LinkedInError) and cause.may_have_left:
                moved = await self._endings.to_unknown(tx, account, current, str(cause))
                state = SendState.UNKNOWN
            elif current.direct or is_for_good(error):
                moved = await self._endings.fail(tx, account, current, told_as(error, current))
                state = SendState.FAILED
            else:
                state = SendState.QUEUED
                if isinstance(error, UpstreamError):
                    # The account is well: one that keeps failing must not hold back all others.
                    again = self._clock.now() + RETRY_QUEUED_AFTER
                    moved = await self._endings.put_off(tx, current, again)
                else:
                    moved = await self._endings.requeue(tx, current)
            await wake_waiting(tx, account.account_id, self._clock.now())
        if moved:
            self._metrics.sends.labels(state=state.value).inc()
        _log.info(
            "send did not go well",
            account=account.account_id,
            send=send.send_id,
            state=state.value if moved else "taken over",
            code=error.code,
        )

    async def _keep_id(self, tx: Transaction, account: Account, left: _Left) -> None:
        told: list[Event] = []
        await self._recorder.mark_sent(
            tx,
            account,
            left.send,
            message_id=left.delivered.message_id,
            thread_id=left.delivered.thread_id,
            told=told,
        )
        await events.append(tx, told)

    async def _broke(self, account: Account, send: Send, left: _Left | None) -> None:
        """Put right what can be; where the database fails too, whoever finds the lease ended does."""
        async with self._database.transaction() as tx:
            current = await self._current(tx, send)
            if left is not None:
                # It was delivered; following the account brings the message itself.
                await self._keep_id(tx, account, left)
            elif current.called_at is None:
                await self._endings.requeue(tx, current)
            else:
                await self._endings.to_unknown(tx, account, current, "the gateway met a fault of its own")
            await wake_waiting(tx, account.account_id, self._clock.now() + RETRY_QUEUED_AFTER)

    async def _current(self, tx: Transaction, send: Send) -> Send:
        """The send as its row stands, with the lease that this task was given."""
        current = await sends.by_id(tx, send.account_id, send.send_id)
        return msgspec.structs.replace(current or send, state=SendState.SENDING, lease=send.lease)


def _saved(send: Send) -> list[str]:
    """The budgets that a send was charged to, and does not use as it is about to leave."""
    unused = {
        BudgetKind.NEW_CONVERSATIONS.value: send.thread_id is not None,
        BudgetKind.INMAIL.value: not sends.costs_inmail(send),
    }
    return [kind for kind in send.charged if unused.get(kind, False)]
