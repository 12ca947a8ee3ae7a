"""The entrance: one `LinkedIn` per process, one `AccountClient` per linked account."""

import asyncio
from collections.abc import Mapping, Sequence

from threadline.linkedin.changes import Changes
from threadline.linkedin.connection import Connection
from threadline.linkedin.credits import InMailCredits
from threadline.linkedin.inbox import Inbox
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.media import Media
from threadline.linkedin.messages import Messages
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.pause import Pause
from threadline.linkedin.people import People
from threadline.linkedin.presence import PresenceStatuses
from threadline.linkedin.queries import QueryTable
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.linkedin.realtime import Realtime
from threadline.linkedin.sales import Sales
from threadline.linkedin.search import Search
from threadline.linkedin.transport import Network, SessionObserver, Transport
from threadline.model.accounts import Session
from threadline.model.clock import Clock
from threadline.model.randomness import Randomness

__all__ = ["AccountClient", "LinkedIn", "SessionObserver"]


class LinkedIn:
    """LinkedIn as this process reaches it."""

    def __init__(
        self,
        base_url: str,
        *,
        clock: Clock,
        randomness: Randomness,
        metrics: ConnectorMetrics,
        call_timeout: float = 20,
        frame_timeout: float = 45,
        pause: Pause = asyncio.sleep,
        query_ids: Mapping[str, Sequence[str]] = QUERY_IDS,
    ) -> None:
        """base_url: `https://www.linkedin.com`, or the sandbox's address.

        call_timeout: seconds for a whole call; frame_timeout: seconds of silence after which the live stream
        counts as lost; pause: how it waits between attempts; query_ids: the known ids of stored queries.
        """
        self._connection = Connection(base_url, call_timeout=call_timeout, frame_timeout=frame_timeout)
        self._network = Network(
            connection=self._connection,
            clock=clock,
            randomness=randomness,
            metrics=metrics,
            queries=QueryTable(metrics, query_ids),
            pause=pause,
        )

    async def open(self) -> None:
        """Make ready for calls."""
        await self._connection.open()

    async def close(self) -> None:
        """Close every connection; streams that are still followed end with ConnectionLost."""
        await self._connection.close()

    def account(
        self, session: Session, observer: SessionObserver, owner_id: str | None = None
    ) -> "AccountClient":
        """The calls of one account.

        observer: is told when LinkedIn changes or ends the session. owner_id: the profile id of its owner;
        when None it is asked of LinkedIn with the first call that needs it.
        """
        return AccountClient(self._network, session, observer, owner_id)


class AccountClient:
    """LinkedIn as one account sees it."""

    def __init__(
        self, network: Network, session: Session, observer: SessionObserver, owner_id: str | None
    ) -> None:
        """Made by `LinkedIn.account`."""
        self._transport = Transport(network, session, observer)
        self._mailbox = Mailbox(owner_id, network.metrics)
        self.people = People(self._transport, self._mailbox)
        self._mailbox.asked_through(self.people.me)
        self.inbox = Inbox(self._transport, self._mailbox)
        self.messages = Messages(self._transport, self._mailbox)
        self.changes = Changes(self._transport, self._mailbox)
        self.credits = InMailCredits(self._transport)
        self.media = Media(self._transport)
        self.sales = Sales(self._transport, self._mailbox)
        self.search = Search(self._transport)
        self.presence = PresenceStatuses(self._transport)
        self.realtime = Realtime(self._transport, self._mailbox)

    @property
    def owner_id(self) -> str | None:
        """The owner's profile id, None until it is known."""
        return self._mailbox.owner_id

    def replace_session(self, session: Session) -> None:
        """Go on with another session of the same person."""
        self._transport.replace_session(session)
