"""The queue as its owner sees it: what waits, when it will leave, and changing it until it is claimed."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec import UNSET, Struct, UnsetType

from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.compositions import Channel
from threadline.model.errors import NotEditable, NotFound, SendInProgress, ThreadlineError
from threadline.model.events import EventType
from threadline.model.pacing import Expected
from threadline.model.sends import Send, SendState, Terms
from threadline.services.cursors import Cursors
from threadline.services.inbox import MOST, thread_of
from threadline.services.sends.composing import check_sales_text
from threadline.services.sends.endings import Endings
from threadline.services.sends.lanes import Lanes
from threadline.services.sends.outbox import OUTBOX
from threadline.services.sends.outcomes import Outcomes
from threadline.services.sends.outgoing import Outgoing, check, check_terms
from threadline.store import sends
from threadline.store.database import Database, Transaction

_MOVABLE = (SendState.DRAFT, SendState.QUEUED)


class Shown(Struct, frozen=True):
    """A send, and when it will leave if nothing changes; None where it does not wait in the queue."""

    send: Send
    expected: Expected | None


class Wanted(Struct, frozen=True, kw_only=True):
    """Which sends are asked for; what is None does not matter."""

    state: SendState | None = None
    batch_id: str | None = None
    conversation_id: str | None = None
    """In any form."""


class Page(Struct, frozen=True, kw_only=True):
    """A page of an account's sends, newest first."""

    sends: Sequence[Shown]
    next_cursor: str | None
    counted: Mapping[SendState, int]
    """How many of the whole account are in each state that they can still leave."""


class Edit(Struct, frozen=True, kw_only=True):
    """What is to be changed of a send that has not been claimed; what is UNSET stays."""

    text: str | UnsetType = UNSET
    send_at: int | UnsetType | None = UNSET
    """Epoch milliseconds; None lets it leave in its turn."""
    priority: int | UnsetType = UNSET


class Queue:
    """Shows and changes what has been accepted."""

    def __init__(
        self,
        database: Database,
        lanes: Lanes,
        endings: Endings,
        outcomes: Outcomes,
        cursors: Cursors,
        clock: Clock,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._lanes = lanes
        self._endings = endings
        self._outcomes = outcomes
        self._cursors = cursors
        self._clock = clock

    async def page(self, account: Account, wanted: Wanted, limit: int, cursor: str | None) -> Page:
        """A page of sends, newest first; raises BadInput for what names no conversation, and BadCursor."""
        thread_id = None if wanted.conversation_id is None else thread_of(wanted.conversation_id)
        limit = min(limit, MOST)
        state = wanted.state.value if wanted.state else ""
        purpose = f"sends:{account.account_id}:{state}:{thread_id or ''}:{wanted.batch_id or ''}"
        found = await sends.page(
            self._database,
            account.account_id,
            before=self._cursors.take(purpose, cursor)[1] if cursor else sends.AFTER_ALL,
            state=wanted.state,
            batch_id=wanted.batch_id,
            thread_id=thread_id,
            count=limit + 1,
        )
        listed = found[:limit]
        more = len(found) > limit
        return Page(
            sends=await self.shown(account, listed),
            next_cursor=self._cursors.give(purpose, (listed[-1].created_at, listed[-1].send_id))
            if more
            else None,
            counted=await sends.counted(self._database, account.account_id),
        )

    async def get(self, account: Account, send_id: str) -> Shown:
        """One send; raises NotFound."""
        send = await sends.by_id(self._database, account.account_id, send_id)
        if send is None:
            raise _unknown()
        return (await self.shown(account, [send]))[0]

    async def shown(self, account: Account, listed: Sequence[Send]) -> list[Shown]:
        """Sends of an account, each with when it will leave."""
        if not any(send.state is SendState.QUEUED for send in listed):
            return [Shown(send, None) for send in listed]
        expected = (await self._lanes.seen(self._database, account.account_id)).expected()
        return [Shown(send, expected.get(send.send_id)) for send in listed]

    async def edit(self, account: Account, send_id: str, edit: Edit) -> Shown:
        """Change a send until it is claimed.

        Raises NotFound, BadInput for what no message can be, SendInProgress and NotEditable.
        """
        async with self._database.transaction() as tx:
            send = await self._movable(tx, account, send_id)
            changed = self._edited(send, edit)
            await sends.edit(tx, changed)
            if changed.state is SendState.QUEUED:
                await tx.wake(OUTBOX, account.account_id, self._clock.now())
        return await self.get(account, send_id)

    async def cancel(self, account: Account, send_id: str) -> Shown:
        """Take a send back until it is claimed; raises NotFound, SendInProgress and NotEditable."""
        async with self._database.transaction() as tx:
            send = await self._movable(tx, account, send_id)
            await sends.cancel(tx, send, self._clock.now())
            await self._endings.tell(tx, account, EventType.SEND_CANCELLED, send, {})
            # Those behind it may leave earlier now.
            await tx.wake(OUTBOX, account.account_id, self._clock.now())
        self._outcomes.settled(send_id)
        return await self.get(account, send_id)

    async def release(self, account: Account, send_id: str) -> Shown:
        """Let a draft leave in its turn; raises NotFound, SendInProgress and NotEditable."""
        async with self._database.transaction() as tx:
            send = await self._movable(tx, account, send_id)
            if send.state is not SendState.DRAFT:
                raise NotEditable(
                    "The send is no draft: it waits for its turn already.",
                    next_step="Follow it with GET /api/sends/{sendId}.",
                )
            ready_at = max(self._clock.now(), send.send_at or 0)
            await sends.release(tx, send, ready_at)
            await self._endings.tell(tx, account, EventType.SEND_QUEUED, send, {})
            await tx.wake(OUTBOX, account.account_id, ready_at)
        return await self.get(account, send_id)

    async def _movable(self, tx: Transaction, account: Account, send_id: str) -> Send:
        """The send, if it has not been claimed; whoever would claim it waits for this transaction."""
        await self._lanes.locked(tx, account.account_id)
        send = await sends.by_id(tx, account.account_id, send_id)
        if send is None:
            raise _unknown()
        if send.state not in _MOVABLE:
            raise _too_late(send)
        return send

    def _edited(self, send: Send, edit: Edit) -> Send:
        if edit.text is not UNSET and edit.text != send.text:
            if send.composition.mentions:
                raise NotEditable(
                    "The send names people in its text, whose places would no longer fit.",
                    next_step="Cancel it, and send the new text with its mentions.",
                )
            check(
                Outgoing(text=edit.text, attachment_ids=tuple(one.name for one in send.composition.uploads))
            )
            if send.channel is Channel.SALES_NAVIGATOR:
                check_sales_text(edit.text)
            composition = msgspec.structs.replace(send.composition, text=edit.text)
            send = msgspec.structs.replace(send, composition=composition)
        if edit.send_at is not UNSET:
            ready_at = max(send.created_at, edit.send_at or 0)
            send = msgspec.structs.replace(send, send_at=edit.send_at, ready_at=ready_at)
        if edit.priority is not UNSET:
            send = msgspec.structs.replace(send, priority=edit.priority)
        check_terms(Terms(priority=send.priority, send_at=send.send_at), self._clock.now())
        return send


def _unknown() -> NotFound:
    return NotFound("This account has no such send.")


def _too_late(send: Send) -> ThreadlineError:
    if send.state is SendState.SENDING:
        return SendInProgress("The send is on its way to LinkedIn now.", details={"sendId": send.send_id})
    return NotEditable(
        f"The send is {send.state.value}: it can no longer be changed or cancelled.",
        next_step="Follow it with GET /api/sends/{sendId}.",
        details={"sendId": send.send_id},
    )
