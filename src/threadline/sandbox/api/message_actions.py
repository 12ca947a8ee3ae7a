"""`POST /voyagerMessagingDashMessengerMessages?action=…`: which actions there are, and who does each (§6)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox.api import creating, message_changes
from threadline.sandbox.api.calls import Call, RefusalError
from threadline.sandbox.protocol import restli

# Action -> who does it; the action's name is also its endpoint's, for faults and counters.
ACTIONS: dict[str, Callable[[Call], Awaitable[web.StreamResponse]]] = {
    "createMessage": creating.create_message,
    "recall": message_changes.recall,
    "reactWithEmoji": message_changes.react,
    "unreactWithEmoji": message_changes.unreact,
}


async def act_on_messages(call: Call) -> web.StreamResponse:
    """Do the action that the query names. Raises RefusalError (400) for one that is not known."""
    action = ACTIONS.get(restli.split_query(call.raw_query).get("action", ""))
    if action is None:
        raise RefusalError(400)
    return await action(call)
