"""Planning an InMail: whether it costs a credit, goes as a reply for free, or may not go at all.

LinkedIn's compose option decides what an InMail would be (contracts/linkedin-wire.md §§3.4, 6.4, 11); a
credit is never spent where a free message reaches the person. Experimental: contracts/DECISIONS.md 24.
"""

import msgspec

from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.compositions import Channel
from threadline.model.conversations import ConversationKind
from threadline.model.errors import BadInput, NoInMailCredits, NotConnected
from threadline.services.accounts import Accounts
from threadline.services.inbox import Inbox
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.locating import PREMIUM_INMAIL, Locating
from threadline.services.sends.outgoing import Outgoing

_REPLY = "REPLY"
_CONNECTION_MESSAGE = "CONNECTION_MESSAGE"
_FREE = "Write with POST /api/send, which costs nothing."
_CONNECT = "Connect with the person first. A free LinkedIn account has no InMails, and some people take none."


class InMailPlanning:
    """Decides how an InMail leaves."""

    def __init__(self, accounts: Accounts, inbox: Inbox, locating: Locating, aiming: Aiming) -> None:
        """Ask LinkedIn through `accounts` and `locating`."""
        self._accounts = accounts
        self._inbox = inbox
        self._locating = locating
        self._aiming = aiming

    async def plan(self, account: Account, wish: Outgoing, person_id: str) -> Outgoing:
        """`wish` as it is to leave: an InMail to the person, or a reply in an InMail conversation.

        Raises SeatRequired, NoInMailCredits, NotConnected, BadInput where a free message reaches the person,
        and what `Accounts.calling` raises.
        """
        if wish.channel is Channel.SALES_NAVIGATOR:
            return await self._through_sales(account, wish, person_id)
        return await self._through_inbox(account, wish, person_id)

    async def _through_inbox(self, account: Account, wish: Outgoing, person_id: str) -> Outgoing:
        option = await self._locating.option(account, person_id)
        inmail = msgspec.structs.replace(wish, profile_url=None, recipient_urn=urns.profile_urn(person_id))
        if option is not None:
            if not option.reachable:
                raise NotConnected(
                    "LinkedIn lets this account write no InMail to the person.", next_step=_CONNECT
                )
            if option.kind == _CONNECTION_MESSAGE:
                raise BadInput("The person is a connection.", field="profileUrl", next_step=_FREE)
            if option.kind == _REPLY and option.existing_thread_id is not None:
                return await self._as_reply(account, wish, option.existing_thread_id)
            if option.kind == PREMIUM_INMAIL and not option.paid_inmail:
                return inmail
        async with self._accounts.calling(account) as client:
            credits = await client.credits.read()
        _check_left(credits.available)
        return inmail

    async def _as_reply(self, account: Account, wish: Outgoing, thread_id: str) -> Outgoing:
        conversation = await self._inbox.conversation(account, thread_id)
        if conversation.kind is not ConversationKind.INMAIL:
            raise BadInput(
                "There is a conversation with the person, in which a message is free.",
                field="profileUrl",
                next_step=_FREE,
            )
        return msgspec.structs.replace(
            wish, profile_url=None, conversation_id=conversation.thread_id, subject=None, inmail=False
        )

    async def _through_sales(self, account: Account, wish: Outgoing, person_id: str) -> Outgoing:
        await self._aiming.check_seat(account)
        async with self._accounts.calling(account) as client:
            profile = await client.sales.profile(person_id)
            credits = await client.sales.credits()
        if not profile.reachable:
            raise NotConnected(
                "Sales Navigator does not let this account write to the person.", next_step=_CONNECT
            )
        if not profile.open_profile:
            _check_left(credits)
        return msgspec.structs.replace(
            wish, profile_url=None, recipient_urn=urns.profile_urn(person_id), inmail=False
        )


def _check_left(available: int) -> None:
    if available < 1:
        raise NoInMailCredits("The account has no InMail credits left.")
