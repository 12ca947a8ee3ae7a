"""Conversations and their messages (contracts/voyager.md §§6.3 to 6.6)."""

from typing import cast

from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.routing import Encoded
from threadline.api.services import services_of
from threadline.api.voyager import present, queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer, freshness
from threadline.api.voyager.keeping import keep, kept
from threadline.api.voyager.schemas import (
    ConversationItem,
    Conversations,
    Marked,
    Participant,
    Thread,
)
from threadline.model import urns
from threadline.model.access import Right
from threadline.model.accounts import Account
from threadline.model.errors import ConversationNotFound, NotFound
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
    items = [
        present.conversation_now(one, page.typing[one.thread_id])
        if one.thread_id in page.typing
        else present.conversation_json(one)
        for one in page.conversations
    ]
    # Each stands there as JSON already, of the very schema, or as the schema.
    data = Conversations(conversations=cast("list[ConversationItem]", items), next_cursor=page.next_cursor)
    return keep(request, account, page.freshness, answer(request, data, headers=freshness(page.freshness)))


async def show_conversation(request: Request) -> Response:
    """A page of one conversation's messages, newest first; by any form of its id."""
    account = await account_of(request, Right.READ)
    return kept(request, account) or await _show_conversation(request, account)


async def _show_conversation(request: Request, account: Account) -> Response:
    query = queries.query_of(request)
    presence = queries.flag(query, "presence")
    page = await services_of(request).inbox.messages(
        account,
        request.path_params["conversation"],
        queries.limit(query, THREAD_LIMIT),
        query.get("nextCursor"),
    )
    if presence and page.conversation is not None:
        shown = page.conversation.participants
        known = await services_of(request).presences.of(account, [one.person_id for one in shown])
        items = [
            present.participant_now(one, there.online, there.last_active_at)
            if (there := known.get(one.person_id))
            else present.participant(one)
            for one in shown
        ]
        return _thread(request, page, items)
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
    try:
        thread_id = await services_of(request).arranging.mark_read(account, named)
    except ConversationNotFound as error:
        # The code of this call is older than those of the other changes (contracts/DECISIONS.md 3).
        raise NotFound(error.message, field=error.field) from error
    return answer(request, Marked(conversation_id=thread_id), message="Marked read")


def _thread(
    request: Request, page: MessagePage, participants: list[Participant] | UnsetType = UNSET
) -> Encoded:
    found = page.conversation
    items = [present.message(found.owner_id, one) for one in page.messages] if found else []
    present.seen(zip(items, page.messages, strict=True), page.seen)
    data = Thread(
        conversation_id=found.thread_id if found else None,
        conversation_urn=urns.conversation_urn(found.owner_id, found.thread_id) if found else None,
        messages=items,
        next_cursor=page.next_cursor,
        participants=participants,
        typing=present.those_who_type(found, page.typing) if found else UNSET,
    )
    return answer(request, data, headers=freshness(page.freshness))
