"""Sending: accepting a message, and letting it leave exactly once.

    accept ─▶ queued ─▶ sending (committed before the call) ─▶ sent | failed | unknown
    on an idle account: accept and claim in one transaction

Every send takes this road (contracts/DECISIONS.md 1 to 6). Nothing here repeats a call to createMessage.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec
import structlog
from msgspec import Struct

from threadline.linkedin.errors import LinkedInError, Refusal
from threadline.linkedin.messages import Delivered
from threadline.model import randomness as chance
from threadline.model.accounts import STOPPED, Account
from threadline.model.clock import SECOND, Clock
from threadline.model.compositions import Composition
from threadline.model.conversations import Conversation, opened_conversation
from threadline.model.errors import (
    BadInput,
    NotConnected,
    NotFound,
    RecipientMismatch,
    SessionExpired,
    ThreadlineError,
)
from threadline.model.events import EventType
from threadline.model.messages import TEXT_LIMIT, Message, Origin
from threadline.model.people import Distance, Person
from threadline.model.randomness import Randomness
from threadline.model.sends import FINAL, Phase, Send, SendState, first_to_leave, next_check
from threadline.services.accounts import Accounts
from threadline.services.inbox import Inbox
from threadline.services.journal import Journal
from threadline.services.locating import Locating
from threadline.services.metrics import ServiceMetrics
from threadline.services.outbox import OUTBOX, SETTLE, settle_key, wake_waiting
from threadline.services.outcomes import Outcomes
from threadline.services.people import People, named_by, profile_id_of
from threadline.services.recording import Recorder, Telling, lock
from threadline.store import conversations, events, messages, people, sends
from threadline.store.database import Database, Transaction

_log = structlog.get_logger(__name__)

_RETRY_QUEUED_AFTER = 30 * SECOND
_NOT_CONNECTED_STATUSES = (403, 422)


class Outgoing(Struct, frozen=True, kw_only=True):
    """What a caller wants to send: to a person, into a conversation, or both to be checked."""

    text: str
    profile_url: str | None = None
    recipient_urn: str | None = None
    conversation_id: str | None = None


class Sending:
    """Accepts sends, lets them leave, and answers what became of them."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        people_service: People,
        inbox: Inbox,
        locating: Locating,
        recorder: Recorder,
        journal: Journal,
        outcomes: Outcomes,
        clock: Clock,
        randomness: Randomness,
        metrics: ServiceMetrics,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._people = people_service
        self._inbox = inbox
        self._locating = locating
        self._recorder = recorder
        self._journal = journal
        self._outcomes = outcomes
        self._clock = clock
        self._randomness = randomness
        self._metrics = metrics
        self._leaving: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def send(self, account: Account, outgoing: Outgoing, wait_seconds: float) -> Send:
        """Accept a message, let it leave, and answer its row as it stands after `wait_seconds` at most.

        Raises BadInput, ProfileNotFound, RecipientMismatch, NotConnected, NotFound, and what stands in the
        way when the account is stopped; then nothing was accepted.
        """
        _check_text(outgoing.text)
        await self._accounts.client(account)
        if account.profile_id is None:
            raise SessionExpired("LinkedIn has not accepted this account's session yet.")
        recipient, thread_id, phase = await self._aim(account, outgoing)
        send = await self._accept(account, outgoing.text, recipient, thread_id, phase)
        if send.state is SendState.SENDING:
            self._start(self._leave(account, send))
        return await self._settled(send, wait_seconds)

    async def get(self, account: Account, send_id: str) -> Send:
        """One send; raises NotFound."""
        send = await sends.by_id(self._database, account.account_id, send_id)
        if send is None:
            raise NotFound("This account has no such send.")
        return send

    async def recover(self) -> None:
        """Put right what a crash left: run once, before the engine starts.

        A send that was claimed and not called is queued again; one that may have left is unknown.
        """
        for account_id in await sends.busy_accounts(self._database):
            account = await self._accounts.get(account_id)
            for send in await sends.open_sends(self._database, account_id):
                if send.state is not SendState.SENDING:
                    continue
                async with self._database.transaction() as tx:
                    if send.called_at is None:
                        await sends.requeue(tx, send)
                    else:
                        await self._to_unknown(tx, account, send, "the gateway stopped during the call")
            async with self._database.transaction() as tx:
                await tx.wake(OUTBOX, account_id, self._clock.now())

    async def drain(self, account_id: str) -> int | None:
        """Let an account's queued sends leave, one at a time in order; the handler of `OUTBOX`."""
        while True:
            send = first_to_leave(await sends.open_sends(self._database, account_id))
            if send is None:
                return None
            account = await self._accounts.get(account_id)
            if account.state in STOPPED:
                # Once the stop is over, or a person has acted, following the account wakes the outbox.
                return None
            if self._stopping:
                return self._clock.now()
            async with self._database.transaction() as tx:
                now = self._clock.now()
                if not await sends.claim(tx, send, now):
                    continue
            leaving = self._start(self._leave(account, await self.get(account, send.send_id)))
            await asyncio.shield(leaving)
            if (await self.get(account, send.send_id)).state is SendState.QUEUED:
                return self._clock.now() + _RETRY_QUEUED_AFTER

    def let_go(self) -> None:
        """Answer everybody who waits for a send with its row as it stands, now and from now on."""
        self._outcomes.release()

    async def stop(self, seconds: float | None = None) -> None:
        """Let the calls under way end, within `seconds` if given, and begin no other from the queue."""
        self._stopping = True
        self.let_go()
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=seconds)

    async def cut_off(self) -> None:
        """End the calls that still run; the next start settles their rows by reading."""
        late = list(self._leaving)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _aim(self, account: Account, outgoing: Outgoing) -> tuple[str | None, str | None, Phase | None]:
        """The recipient, the conversation, and the phase that found it, as far as the store knows them."""
        recipient: str | None = None
        if outgoing.recipient_urn:
            recipient = profile_id_of(outgoing.recipient_urn, "recipientUrn")
            await self._check_same(account, outgoing.profile_url, recipient)
        elif outgoing.profile_url:
            recipient = (await self._people.find(account, outgoing.profile_url)).person_id
        if recipient is not None and recipient == account.profile_id:
            raise BadInput("The recipient is the account's own owner.", field="profileUrl")
        if outgoing.conversation_id:
            conversation = await self._inbox.conversation(account, outgoing.conversation_id)
            members = {person.person_id for person in conversation.participants}
            if recipient is not None and recipient not in members:
                raise RecipientMismatch("The person named does not take part in the conversation named.")
            if not conversation.accepts_replies:
                raise NotConnected("LinkedIn takes no replies in this conversation.")
            only = next(iter(members)) if len(members) == 1 else None
            return recipient or only, conversation.thread_id, Phase.CACHE
        if recipient is None:
            raise BadInput(
                "Name the recipient with profileUrl or recipientUrn, or a conversation with conversationId.",
                field="profileUrl",
            )
        for thread_id, accepts_replies in await conversations.with_peer(
            self._database, account.account_id, recipient
        ):
            if accepts_replies:
                return recipient, thread_id, Phase.CACHE
        return recipient, None, None

    async def _check_same(self, account: Account, profile_url: str | None, recipient: str) -> None:
        if not profile_url:
            return
        named = await self._people.known(account, named_by(profile_url, "profileUrl"))
        if named is not None and named.person_id != recipient:
            raise RecipientMismatch("profileUrl and recipientUrn name two different people.")

    async def _accept(
        self,
        account: Account,
        text: str,
        recipient: str | None,
        thread_id: str | None,
        phase: Phase | None,
    ) -> Send:
        async with self._database.transaction() as tx:
            # The time is taken under the lock and after every waiting send, so that it tells the order.
            await lock(tx, account.account_id)
            waiting = await sends.open_sends(tx, account.account_id)
            now = max(self._clock.now(), *(other.created_at + 1 for other in waiting), 0)
            send = Send(
                account_id=account.account_id,
                send_id=chance.time_ordered_id(now, self._randomness),
                state=SendState.QUEUED,
                text=text,
                recipient_id=recipient,
                thread_id=thread_id,
                phase=phase,
                origin_token=chance.origin_token(self._randomness),
                tracking_id=chance.tracking_id(self._randomness),
                direct=True,
                created_at=now,
            )
            if first_to_leave([*waiting, send]) is send:
                send = msgspec.structs.replace(
                    send,
                    state=SendState.SENDING,
                    claimed_at=now,
                    called_at=now if thread_id else None,
                )
            await sends.insert(tx, send)
            if send.state is SendState.QUEUED:
                data = {"sendId": send.send_id}
                event = self._journal.event(account, EventType.SEND_QUEUED, data, thread_id=thread_id)
                await events.append(tx, [event])
                await tx.wake(OUTBOX, account.account_id, now)
        return send

    async def _settled(self, send: Send, wait_seconds: float) -> Send:
        deadline = self._clock.now() + int(wait_seconds * SECOND)
        while True:
            current = await sends.by_id(self._database, send.account_id, send.send_id) or send
            left = deadline - self._clock.now()
            if current.state in FINAL or left <= 0 or self._outcomes.released:
                return current
            await self._outcomes.wait(send.send_id, left / SECOND)

    async def _leave(self, account: Account, send: Send) -> None:
        """Find the conversation of a claimed send, call LinkedIn once, and store what came of it."""
        begun = self._clock.now()
        try:
            called = send if send.called_at is not None else await self._locate(account, send)
            if called is None:
                return
            async with self._accounts.calling(account) as client:
                delivered = await client.messages.create(
                    Composition(text=called.text),
                    origin_token=called.origin_token,
                    tracking_id=called.tracking_id,
                    thread_id=called.thread_id,
                    recipients=() if called.thread_id else (_known(called.recipient_id),),
                )
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

    async def _broke(self, account: Account, send: Send) -> None:
        current = await self.get(account, send.send_id)
        async with self._database.transaction() as tx:
            if current.called_at is None:
                await sends.requeue(tx, current)
            else:
                await self._to_unknown(tx, account, current, "the gateway met a fault of its own")
            await wake_waiting(tx, account.account_id, self._clock.now() + _RETRY_QUEUED_AFTER)

    async def _locate(self, account: Account, send: Send) -> Send | None:
        """Find the conversation, and store before the call that it is about to be made."""
        thread_id, phase = send.thread_id, send.phase or Phase.CACHE
        if thread_id is None:
            found = await self._locating.find(account, _known(send.recipient_id))
            thread_id, phase = found.thread_id, found.phase
        now = self._clock.now()
        async with self._database.transaction() as tx:
            if not await sends.mark_called(tx, send, thread_id=thread_id, phase=phase, now=now):
                return None
        return msgspec.structs.replace(send, thread_id=thread_id, phase=phase, called_at=now)

    async def _went_well(self, account: Account, send: Send, delivered: Delivered) -> None:
        if (await self.get(account, send.send_id)).state is not SendState.SENT:
            await self._store_delivered(account, send, delivered)
        self._metrics.sends.labels(state=SendState.SENT.value).inc()
        self._metrics.phases.labels(phase=(send.phase or Phase.CACHE).value).inc()

    async def _store_delivered(self, account: Account, send: Send, delivered: Delivered) -> None:
        """Store the message from the answer, unless the stream's copy comes first and settles the send."""
        owner = await people.by_id(self._database, account.account_id, account.profile_id or "")
        message = Message(
            message_id=delivered.message_id,
            thread_id=delivered.thread_id,
            sender=owner or Person(person_id=account.profile_id or "", distance=Distance.SELF),
            delivered_at=delivered.delivered_at,
            from_me=True,
            text=send.text,
            origin_token=send.origin_token,
        )
        async with self._database.transaction() as tx:
            await lock(tx, account.account_id)
            if await messages.known(tx, account.account_id, [delivered.message_id]):
                return
            shown: list[Conversation] = []
            if await conversations.by_id(tx, account.account_id, delivered.thread_id) is None:
                shown = [await self._opened(tx, account, send, delivered)]
            await self._recorder.record(
                tx, account, Telling.LIVE, conversations_shown=shown, messages_shown=[message]
            )

    async def _opened(
        self, tx: Transaction, account: Account, send: Send, delivered: Delivered
    ) -> Conversation:
        """A conversation that this send opened, as far as it is known."""
        others: list[Person] = []
        if send.recipient_id is not None:
            known = await people.by_id(tx, account.account_id, send.recipient_id)
            others.append(known or Person(person_id=send.recipient_id))
        owner_id = account.profile_id or ""
        return opened_conversation(delivered.thread_id, owner_id, others, delivered.delivered_at)

    async def _went_wrong(self, account: Account, send: Send, error: ThreadlineError) -> None:
        cause = error.__cause__
        current = await self.get(account, send.send_id)
        called = current.called_at is not None
        async with self._database.transaction() as tx:
            if called and isinstance(cause, LinkedInError) and cause.may_have_left:
                await self._to_unknown(tx, account, send, str(cause))
                state = SendState.UNKNOWN
            elif send.direct or isinstance(cause, Refusal):
                await self._to_failed(tx, account, send, _told_as(error, cause))
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

    async def _to_unknown(self, tx: Transaction, account: Account, send: Send, reason: str) -> None:
        now = self._clock.now()
        if await sends.mark_unknown(tx, send, message=reason, now=now):
            await self._tell(tx, account, EventType.SEND_UNKNOWN, send, {"reason": reason})
            await tx.wake(SETTLE, settle_key(send), next_check(now, 0, now))

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
        await events.append(
            tx,
            [
                self._journal.event(
                    account, kind, whole, thread_id=send.thread_id, from_me=True, origin=Origin.API
                )
            ],
        )

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        return task


def _check_text(text: str) -> None:
    if not text.strip():
        raise BadInput("The message is empty.", field="message")
    if len(text) > TEXT_LIMIT:
        raise BadInput(
            f"The message has {len(text)} characters; LinkedIn takes {TEXT_LIMIT}.", field="message"
        )


def _told_as(error: ThreadlineError, cause: BaseException | None) -> ThreadlineError:
    """LinkedIn's refusal to let the owner write to this person, told as what it is."""
    if isinstance(cause, Refusal) and cause.status in _NOT_CONNECTED_STATUSES:
        reason = cause.reason or cause.reason_code or f"status {cause.status}"
        return NotConnected(f"LinkedIn does not let this account write to the person: {reason}.")
    return error


def _known(recipient: str | None) -> str:
    if recipient is None:
        raise BadInput("The send names neither a person nor a conversation.")
    return recipient
