"""The outbox's due work: what lets queued sends leave, and what settles unknown ones."""

from threadline.model.sends import Send
from threadline.store import sends
from threadline.store.database import Transaction

OUTBOX = "outbox"
"""The kind of due work that lets an account's queued sends leave; its key is the account's id."""

SETTLE = "settle"
"""The kind of due work that settles one unknown send; its key is `<account id>:<send id>`."""


def settle_key(send: Send) -> str:
    """The key of the work that settles `send`."""
    return f"{send.account_id}:{send.send_id}"


async def wake_waiting(tx: Transaction, account_id: str, now: int) -> None:
    """Let the account's queued sends leave, if there are any; called whenever one may no longer be held."""
    if await sends.any_queued(tx, account_id):
        await tx.wake(OUTBOX, account_id, now)
