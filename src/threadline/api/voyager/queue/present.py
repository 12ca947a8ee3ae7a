"""Sends of the queue as the main API shows them."""

from collections.abc import Mapping

from threadline.api.voyager.errors import error_item
from threadline.api.voyager.queue.schemas import OpenSends, Sends
from threadline.api.voyager.reaching import present
from threadline.api.voyager.reaching.schemas import Sent
from threadline.api.voyager.sends import failure
from threadline.model.accounts import Account
from threadline.model.sends import SendState
from threadline.services.sends.queue import Page, Shown


def send(account: Account, shown: Shown, now: int) -> Sent:
    """A send with when it will leave, or with why it failed; now: epoch milliseconds."""
    item = present.send(account, shown.send, shown.expected)
    if shown.send.state is SendState.FAILED:
        item.error = error_item(failure(shown.send, now))
    return item


def page(account: Account, shown: Page, now: int) -> Sends:
    """A page of sends."""
    return Sends(
        sends=[send(account, one, now) for one in shown.sends],
        open=_counted(shown.counted),
        next_cursor=shown.next_cursor,
    )


def _counted(counted: Mapping[SendState, int]) -> OpenSends:
    return OpenSends(
        draft=counted.get(SendState.DRAFT, 0),
        queued=counted.get(SendState.QUEUED, 0),
        sending=counted.get(SendState.SENDING, 0),
        unknown=counted.get(SendState.UNKNOWN, 0),
    )
