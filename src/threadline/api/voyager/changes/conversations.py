"""Typing, marking, sorting and deleting conversations, and who has seen them."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.routing import Answering
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.changes import present
from threadline.api.voyager.changes.schemas import AllRead, ConversationChanged, MoveBody
from threadline.api.voyager.envelope import answer
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.errors import BadInput
from threadline.services.changes.arranging import Arrangement, Arranging

PLACES = {
    "PRIMARY_INBOX": Arrangement.TO_PRIMARY,
    "SECONDARY_INBOX": Arrangement.TO_SECONDARY,
    "ARCHIVED_INBOX": Arrangement.ARCHIVE,
    "SPAM_INBOX": Arrangement.SPAM,
}
"""Where a conversation can be moved, by the names of the categories."""

_move = msgspec.json.Decoder(MoveBody)


async def typing(request: Request) -> Response:
    """Show the others for some seconds that the owner is typing."""
    return await _done(request, "Typing is shown", Arranging.typing)


async def mark_unread(request: Request) -> Response:
    """Mark a conversation unread, here and at LinkedIn."""
    return await _done(request, "Marked unread", Arranging.mark_unread)


async def mark_all_read(request: Request) -> Response:
    """Mark every unread conversation read, here and at LinkedIn, 20 in a call."""
    account = await account_of(request, Right.SEND)
    marked = await services_of(request).arranging.mark_all_read(account)
    return answer(request, AllRead(marked=marked), message="Marked read")


async def move(request: Request) -> Response:
    """Move a conversation to another category."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _move)
    place = PLACES.get(body.category)
    if place is None:
        raise BadInput(f"category: a conversation can be moved to {', '.join(PLACES)}.", field="category")
    thread_id = await services_of(request).arranging.arrange(account, _named(request), place)
    return answer(request, ConversationChanged(conversation_id=thread_id), message="Moved")


async def delete(request: Request) -> Response:
    """Delete a conversation from the owner's mailbox, and here; the others keep theirs."""
    return await _done(request, "Deleted", Arranging.delete)


async def mute(request: Request) -> Response:
    """Always refused: LinkedIn's current call that mutes is not known."""
    account = await account_of(request, Right.SEND)
    await services_of(request).arranging.mute(account, _named(request))
    raise AssertionError("muting is always refused")


async def list_receipts(request: Request) -> Response:
    """Who of the others has seen the conversation, and up to which message; asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    thread_id, seen = await services_of(request).arranging.receipts(account, _named(request))
    return answer(request, present.receipts(account, thread_id, seen))


def arranging(arrangement: Arrangement, name: str, does: str, said: str) -> Answering:
    """The function of a route that archives, stars or the like."""

    async def arrange(request: Request) -> Response:
        async def change(arranging: Arranging, account: Account, named: str) -> str:
            return await arranging.arrange(account, named, arrangement)

        return await _done(request, said, change)

    arrange.__name__ = name
    arrange.__doc__ = does
    return arrange


_Change = Callable[[Arranging, Account, str], Coroutine[Any, Any, str]]


async def _done(request: Request, said: str, change: _Change) -> Response:
    account = await account_of(request, Right.SEND)
    thread_id = await change(services_of(request).arranging, account, _named(request))
    return answer(request, ConversationChanged(conversation_id=thread_id), message=said)


def _named(request: Request) -> str:
    named: str = request.path_params["conversation"]
    return named
