"""InMail: writing to people whom the owner is not connected to, and the credits that it costs.

LinkedIn's compose option decides what an InMail would be (contracts/linkedin-wire.md §§3.4, 6.4, 11); a
credit is never spent where a free message reaches the person. Experimental: contracts/DECISIONS.md 24.
"""

import msgspec
from msgspec import Struct

from threadline.linkedin.credits import Credits
from threadline.model import urns
from threadline.model.accounts import Account
from threadline.model.compositions import Channel
from threadline.model.conversations import ConversationKind
from threadline.model.errors import BadInput, NoInMailCredits, NotConnected, ThreadlineError
from threadline.model.sends import Send, SendState
from threadline.services.accounts import Accounts
from threadline.services.inbox import Inbox
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.locating import PREMIUM_INMAIL, Locating
from threadline.services.sends.outgoing import Outgoing, check
from threadline.services.sends.sending import Sending

_REPLY = "REPLY"
_CONNECTION_MESSAGE = "CONNECTION_MESSAGE"
_FREE = "Write with POST /api/send, which costs nothing."
_CONNECT = "Connect with the person first. A free LinkedIn account has no InMails, and some people take none."


class CreditsLeft(Struct, frozen=True, kw_only=True):
    """The credits of an account, in both of LinkedIn's purses."""

    inbox: Credits
    sales: int | None
    """Of the Sales Navigator seat; None where there is none."""


class InMailSent(Struct, frozen=True):
    """A send, and what it left of the credits."""

    send: Send
    credits_left: int | None
    """None where nothing was spent for certain, or LinkedIn did not say."""


class InMail:
    """Sends InMails, and reads credits."""

    def __init__(
        self, accounts: Accounts, inbox: Inbox, locating: Locating, aiming: Aiming, sending: Sending
    ) -> None:
        """Everything leaves through `sending`."""
        self._accounts = accounts
        self._inbox = inbox
        self._locating = locating
        self._aiming = aiming
        self._sending = sending

    async def send(self, account: Account, wish: Outgoing, wait_seconds: float) -> InMailSent:
        """Send an InMail to the person whom `wish` names by address.

        Where an InMail conversation with them takes replies, it goes there, for free and without its subject.
        Raises what `Sending.send` raises, ExperimentalOff, SubjectRequired, SeatRequired, NoInMailCredits,
        NotConnected, and BadInput where a free message reaches the person; then nothing was accepted.
        """
        wish = msgspec.structs.replace(wish, inmail=True)
        self._aiming.check_experimental("InMail")
        check(wish)
        await self._accounts.client(account)
        person_id = await self._aiming.person(account, wish.profile_url or "", "profileUrl")
        if wish.channel is Channel.SALES_NAVIGATOR:
            outgoing = await self._through_sales(account, wish, person_id)
        else:
            outgoing = await self._through_inbox(account, wish, person_id)
        send = await self._sending.send(account, outgoing, wait_seconds)
        left = await self._left(account, send) if send.state is SendState.SENT else None
        return InMailSent(send, left)

    async def credits(self, account: Account) -> CreditsLeft:
        """What is left, asked of LinkedIn; raises what `Accounts.calling` raises."""
        async with self._accounts.calling(account) as client:
            inbox = await client.credits.read()
        sales: int | None = None
        if account.sales_seat:
            async with self._accounts.calling(account) as client:
                sales = await client.sales.credits()
        return CreditsLeft(inbox=inbox, sales=sales)

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

    async def _left(self, account: Account, send: Send) -> int | None:
        try:
            async with self._accounts.calling(account) as client:
                if send.channel is Channel.SALES_NAVIGATOR:
                    return await client.sales.credits()
                return (await client.credits.read()).available
        except ThreadlineError:
            # The message is sent; how many are left can be asked for again.
            return None


def _check_left(available: int) -> None:
    if available < 1:
        raise NoInMailCredits("The account has no InMail credits left.")
