"""What the faces are given: the use cases, and what they need to know of the process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request

from threadline.model.clock import Clock
from threadline.services.access import Access
from threadline.services.accounts import Accounts
from threadline.services.budgets import Budgets
from threadline.services.changes.arranging import Arranging
from threadline.services.changes.changing import Changing
from threadline.services.changes.grouping import Grouping
from threadline.services.exporting import Exporting
from threadline.services.inbox import Inbox
from threadline.services.linking import Linking
from threadline.services.media.files import Media
from threadline.services.people import People
from threadline.services.presence import Presences
from threadline.services.sales.seats import Seats
from threadline.services.searching import Searching
from threadline.services.sends.batching import Batching
from threadline.services.sends.inmail import InMail
from threadline.services.sends.queue import Queue
from threadline.services.sends.sending import Sending


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases that the faces call."""

    access: Access
    accounts: Accounts
    linking: Linking
    people: People
    inbox: Inbox
    media: Media
    sending: Sending
    batching: Batching
    queue: Queue
    budgets: Budgets
    changing: Changing
    arranging: Arranging
    grouping: Grouping
    inmail: InMail
    exporting: Exporting
    searching: Searching
    seats: Seats
    presences: Presences
    clock: Clock
    operator_token: str
    """By which the local operator's commands are known; empty lets nobody in."""
    database_ready: Callable[[], Awaitable[bool]]
    """Whether the database answers now."""
    sandbox_runs: bool
    """Whether keys that begin `demo_` reach the sandbox tenant."""


def services_of(request: Request) -> Services:
    """The use cases of the application that serves `request`."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services
