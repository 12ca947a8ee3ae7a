"""Conversations and their messages (contracts/voyager.md §§6.3 to 6.6)."""

from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from threadline.api.routing import Encoded
from threadline.api.services import services_of
from threadline.api.voyager import present, queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer, freshness
from threadline.api.voyager.keeping import keep, kept
from threadline.api.voyager.schemas import ConversationItem, Conversations, Marked, Thread
from threadline.model import urns
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.services.inbox import MessagePage

LIST_LIMIT = 20
THREAD_LIMIT = 50
PERSON_LIMIT = 20


async def list_conversations(request: Request) -> Response:
    """A page of a category, newest first."""
    account = await account_of(request, Right.READ)
    return kept(request, account) or await _list_conversations(request, account)


async def _list_conversations(request: Request, account: Account) -> Response:
    query = queries.query_of(request)
    folder, limit = queries.category(query), queries.limit(query, LIST_LIMIT)
    page = await services_of(request).inbox.conversations(account, folder, limit, query.get("nextCursor"))
    data = Conversations(
        # Each stands there as JSON already, of the very schema.
        conversations=cast(
            "list[ConversationItem]", list(map(present.conversation_json, page.conversations))
        ),
        next_cursor=page.next_cursor,
    )
    return keep(request, account, page.freshness, answer(request, data, headers=freshness(page.freshness)))


async def show_conversation(request: Request) -> Response:
    """A page of one conversation's messages, newest first; by any form of its id."""
    account = await account_of(request, Right.READ)
    return kept(request, account) or await _show_conversation(request, account)


async def _show_conversation(request: Request, account: Account) -> Response:
    query = queries.query_of(request)
    page = await services_of(request).inbox.messages(
        account,
        request.path_params["conversation"],
        queries.limit(query, THREAD_LIMIT),
        query.get("nextCursor"),
    )
    return keep(request, account, page.freshness, _thread(request, page))


async def list_messages_with_person(request: Request) -> Response:
    """A page of the newest one-to-one conversation with a person; empty when there is none."""
    account = await account_of(request, Right.READ)
    query = queries.query_of(request)
    page = await services_of(request).inbox.messages_with(
        account,
        queries.profile_address(query),
        queries.limit(query, PERSON_LIMIT),
        query.get("nextCursor"),
    )
    return _thread(request, page)


async def mark_read(request: Request) -> Response:
    """Mark a conversation read, here and at LinkedIn; repeating it is harmless."""
    account = await account_of(request, Right.SEND)
    named = request.path_params["conversation"]
    await services_of(request).inbox.mark_read(account, named)
    return answer(request, Marked(conversation_id=urns.thread_id(named)), message="Marked read")


def _thread(request: Request, page: MessagePage) -> Encoded:
    found = page.conversation
    data = Thread(
        conversation_id=found.thread_id if found else None,
        conversation_urn=urns.conversation_urn(found.owner_id, found.thread_id) if found else None,
        messages=[present.message(found.owner_id, one) for one in page.messages] if found else [],
        next_cursor=page.next_cursor,
    )
    return answer(request, data, headers=freshness(page.freshness))
