"""InMail: writing to people whom the owner is not connected to, and the credits that it costs.

Source: contracts/voyager.md §6.2. Experimental: contracts/DECISIONS.md 24.
"""

import msgspec
from msgspec import Struct

from threadline.linkedin.credits import Credits
from threadline.model.accounts import Account
from threadline.model.clock import Clock
from threadline.model.compositions import Channel
from threadline.model.errors import ThreadlineError
from threadline.model.sends import Send, SendState, Terms
from threadline.services.accounts import Accounts
from threadline.services.sends.accepting import fingerprint
from threadline.services.sends.aiming import Aiming
from threadline.services.sends.inmail_planning import InMailPlanning
from threadline.services.sends.outgoing import Outgoing, check, check_terms
from threadline.services.sends.sending import Answered, Sending
from threadline.store import sends
from threadline.store.database import Database


class CreditsLeft(Struct, frozen=True, kw_only=True):
    """The credits of an account, in both of LinkedIn's purses."""

    inbox: Credits
    sales: int | None
    """Of the Sales Navigator seat; None where there is none."""


class InMail:
    """Sends InMails, and reads credits."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        aiming: Aiming,
        planning: InMailPlanning,
        sending: Sending,
        clock: Clock,
    ) -> None:
        """Everything leaves through `sending`."""
        self._database = database
        self._accounts = accounts
        self._aiming = aiming
        self._planning = planning
        self._sending = sending
        self._clock = clock

    async def send(self, account: Account, wish: Outgoing, terms: Terms, wait_seconds: float) -> Answered:
        """Send an InMail to the person whom `wish` names by address.

        Where an InMail conversation with them takes replies, it goes there, for free and without its subject.
        Raises what `Sending.send` raises, ExperimentalOff, SubjectRequired, SeatRequired, NoInMailCredits,
        NotConnected, and BadInput where a free message reaches the person; then nothing was accepted.
        """
        wish = msgspec.structs.replace(wish, inmail=True)
        self._aiming.check_experimental("InMail")
        check(wish)
        check_terms(terms, self._clock.now())
        request_hash = fingerprint(wish, terms)
        outgoing = wish
        if await self._sending.earlier(account, terms, request_hash) is None:
            outgoing = await self._planned(account, wish, terms)
        answered = await self._sending.send(account, outgoing, terms, wait_seconds, request_hash)
        if answered.send.state is not SendState.SENT or answered.send.credits_left is not None:
            return answered
        return msgspec.structs.replace(answered, send=await self._with_credits(account, answered.send))

    async def credits(self, account: Account) -> CreditsLeft:
        """What is left, asked of LinkedIn; raises what `Accounts.calling` raises."""
        async with self._accounts.calling(account) as client:
            inbox = await client.credits.read()
        sales: int | None = None
        if account.sales_seat:
            async with self._accounts.calling(account) as client:
                sales = await client.sales.credits()
        return CreditsLeft(inbox=inbox, sales=sales)

    async def _planned(self, account: Account, wish: Outgoing, terms: Terms) -> Outgoing:
        """`wish` as it is to leave; where nobody waits, LinkedIn is asked about that only when it leaves."""
        if terms.direct:
            await self._accounts.client(account)
            person_id = await self._aiming.person(account, wish.profile_url or "", "profileUrl")
            return await self._planning.plan(account, wish, person_id)
        # In Sales Navigator every first message is one.
        return msgspec.structs.replace(wish, inmail=wish.channel is not Channel.SALES_NAVIGATOR)

    async def _with_credits(self, account: Account, send: Send) -> Send:
        try:
            async with self._accounts.calling(account) as client:
                if send.channel is Channel.SALES_NAVIGATOR:
                    left = await client.sales.credits()
                else:
                    left = (await client.credits.read()).available
        except ThreadlineError:
            # The message is sent; how many are left can be asked for again.
            return send
        async with self._database.transaction() as tx:
            await sends.set_credits_left(tx, send, left)
        return msgspec.structs.replace(send, credits_left=left)
