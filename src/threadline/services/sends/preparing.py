"""Preparing: what LinkedIn must be asked before a claimed send can leave: who, where, and whether still.

Sources: contracts/voyager.md §6.1; contracts/linkedin-wire.md §6.4; contracts/DECISIONS.md 5.
"""

import msgspec

from threadline.model.accounts import Account
from threadline.model.compositions import Channel
from threadline.model.errors import BadInput, MessageNotFound
from threadline.model.messages import Message
from threadline.model.sends import Phase, Send
from threadline.services.accounts import Accounts
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.inmail_planning import InMailPlanning
from threadline.services.sends.locating import Locating
from threadline.services.sends.outgoing import Outgoing
from threadline.services.sends.placing import check_newest, newer_message
from threadline.store import messages
from threadline.store.database import Database


class Preparing:
    """Completes sends right before they leave."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        aiming: Aiming,
        locating: Locating,
        planning: InMailPlanning,
    ) -> None:
        """Work over the given parts."""
        self._database = database
        self._accounts = accounts
        self._aiming = aiming
        self._locating = locating
        self._planning = planning

    async def prepare(self, account: Account, send: Send) -> Send:
        """`send` with its recipient and what found its conversation; nothing is stored.

        Raises NewerMessage where something newer than the caller had seen has arrived, and what
        `Aiming.person`, `InMailPlanning.plan`, `Locating.reach` and `Accounts.calling` raise.
        """
        ready = await self._aimed(account, send) if send.unresolved else send
        if ready.phase is None:
            ready = await self._located(account, ready)
        if ready.if_last is not None:
            await self._check_newest(account, ready, ready.if_last)
        return ready

    async def inmail_with(self, account: Account, send: Send) -> str | None:
        """The InMail conversation that is there with the recipient of a refused InMail; None for none."""
        return await self._locating.inmail_with(account, known_recipient(send))

    async def _aimed(self, account: Account, send: Send) -> Send:
        person_id = await self._aiming.person(account, send.target or "", "profileUrl")
        aimed = msgspec.structs.replace(send, recipient_id=person_id)
        if send.phase is not None or send.composition.inmail:
            return aimed
        thread_id = await self._aiming.cached(account, person_id)
        if thread_id is None:
            return aimed
        return msgspec.structs.replace(aimed, thread_id=thread_id, phase=Phase.CACHE)

    async def _located(self, account: Account, send: Send) -> Send:
        if send.composition.inmail:
            return await self._planned(account, send)
        in_group = send.composition.group_id is not None
        found = await self._locating.reach(account, known_recipient(send), ask_option=not in_group)
        return msgspec.structs.replace(send, thread_id=found.thread_id, phase=found.phase)

    async def _planned(self, account: Account, send: Send) -> Send:
        """An InMail as LinkedIn's compose option lets it leave: as one, or as a reply without its subject."""
        wish = Outgoing(text=send.text, subject=send.composition.subject, inmail=True, channel=send.channel)
        plan = await self._planning.plan(account, wish, known_recipient(send))
        if plan.conversation_id is None:
            return msgspec.structs.replace(send, phase=Phase.NEW)
        plain = msgspec.structs.replace(send.composition, inmail=False, subject=None)
        return msgspec.structs.replace(
            send, composition=plain, thread_id=plan.conversation_id, phase=Phase.CACHE
        )

    async def _check_newest(self, account: Account, send: Send, seen_id: str) -> None:
        """Look whether somebody wrote meanwhile: in the store, and at LinkedIn, which may know more."""
        if send.thread_id is None:
            raise MessageNotFound("There is no conversation with this person.", field="ifLastMessageIs")
        await check_newest(self._database, account, seen_id, send.thread_id)
        if send.channel is Channel.SALES_NAVIGATOR:
            # Its threads are read whole, and often enough, by whoever follows that inbox.
            return
        seen = await messages.by_id(self._database, account.account_id, seen_id)
        async with self._accounts.calling(account) as client:
            shown = (await client.messages.newest(send.thread_id)).messages
        newer = [one for one in shown if not one.from_me and seen is not None and _place(one) > _place(seen)]
        if newer:
            raise newer_message(account, max(newer, key=_place).message_id)


def known_recipient(send: Send) -> str:
    """The profile id of the recipient; raises BadInput where there is none."""
    if send.recipient_id is None:
        raise BadInput("The send names neither a person nor a conversation.")
    return send.recipient_id


def _place(message: Message) -> tuple[int, str]:
    return message.delivered_at, message.message_id
