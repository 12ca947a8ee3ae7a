"""The legacy REST routes, for old clients (contracts/linkedin-wire.md §§9, 13)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api import contents
from threadline.sandbox.api.bodies import LONGEST_TEXT
from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.creating import send
from threadline.sandbox.legacy import render as legacy_render
from threadline.sandbox.living.opening import open_thread
from threadline.sandbox.network.threads import ARCHIVE, INBOX, REQUEST, Content, Message, Thread
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Record

PAGE = 20
_CREATE = "com.linkedin.voyager.messaging.create.MessageCreate"
_RESPONSE = "com.linkedin.voyager.messaging.create.EventCreateResponse"


async def list_conversations(call: Call) -> web.Response:
    """`GET /messaging/conversations`: the inbox, or by participants, label or search."""
    query = restli.split_query(call.raw_query)
    threads = call.world.mailbox(call.owner)
    kind = query.get("q")
    if kind == "participants":
        threads = _with_participants(call, query.get("recipients", ""))
    elif kind == "systemLabel" and query.get("type") == REQUEST:
        threads = _in_category(call, threads, REQUEST)
    elif kind == "search":
        threads = _search(call, threads, query)
    elif kind is not None:
        raise RefusalError(400)
    else:
        threads = _in_category(call, threads, INBOX)
    before = _time(query.get("createdBefore"))
    if before is not None:
        threads = [thread for thread in threads if thread.last_activity_in(call.owner) < before]
    elements = [legacy_render.conversation(call.world, call.owner, thread) for thread in threads[:PAGE]]
    metadata = Record(
        "com.linkedin.voyager.messaging.ConversationsMetadata",
        unreadCount=call.simulation.unread_conversations(call.owner),
    )
    body = forms.collection_answer(call.form, elements, count=PAGE, metadata=metadata)
    return answer(body, form=call.form)


async def no_conversations(call: Call) -> web.Response:
    """The look-up by participants as the fault `empty_recipient_lookup` makes it: it finds nothing."""
    return answer(forms.collection_answer(call.form, [], count=PAGE), form=call.form)


async def read_conversation(call: Call) -> web.Response:
    """`GET /messaging/conversations/<T>`."""
    found = legacy_render.conversation(call.world, call.owner, thread_of(call, call.target))
    return answer(forms.entity_answer(call.form, found), form=call.form)


async def list_events(call: Call) -> web.Response:
    """`GET /messaging/conversations/<T>/events`: the newest messages, oldest first."""
    thread = thread_of(call, call.target)
    before = _time(restli.split_query(call.raw_query).get("createdBefore"))
    messages = [
        each for each in thread.messages_in(call.owner) if before is None or each.delivered_at < before
    ]
    elements = [legacy_render.event(call.world, call.owner, thread, each) for each in messages[-PAGE:]]
    return answer(forms.collection_answer(call.form, elements, count=PAGE), form=call.form)


async def act_on_events(call: Call) -> web.Response:
    """`POST /messaging/conversations/<T>/events?action=create`: 201."""
    _expect_action(call, "create")
    text, token, files = _event_create(call, await call.json())
    thread = thread_of(call, call.target)
    return _created(call, thread, send(call, thread, text, [], token, content=files))


async def create_conversation(call: Call) -> web.Response:
    """`POST /messaging/conversations?action=create`: a message to people, 201."""
    _expect_action(call, "create")
    create = (await call.json()).get("conversationCreate")
    recipients = create.get("recipients") if isinstance(create, dict) else None
    if not isinstance(create, dict) or not isinstance(recipients, list):
        raise RefusalError(400)
    text, token, files = _event_create(call, create)
    members = [urns.read_member(each) or "" if isinstance(each, str) else "" for each in recipients]
    thread = open_thread(call, members, None)
    return _created(call, thread, send(call, thread, text, [], token, content=files))


def thread_of(call: Call, name: str) -> Thread:
    """The own thread with this id or URN. Raises RefusalError (404)."""
    thread = call.world.thread_in(call.owner, urns.read_thread(name))
    if thread is None:
        raise RefusalError(404)
    return thread


def _with_participants(call: Call, raw: str) -> list[Thread]:
    try:
        listed = restli.parse_list(raw)
    except restli.MalformedError:
        raise RefusalError(400) from None
    members = [urns.read_member(str(each)) or "" for each in listed]
    thread = call.world.thread_between(call.owner, members) if members else None
    return [thread] if thread else []


def _in_category(call: Call, threads: list[Thread], category: str) -> list[Thread]:
    return [thread for thread in threads if category in thread.view(call.owner).categories]


def _search(call: Call, threads: list[Thread], query: dict[str, str]) -> list[Thread]:
    if "folders" in query:
        if query["folders"] != "List(ARCHIVED)":
            raise RefusalError(400)
        return _in_category(call, threads, ARCHIVE)
    try:
        words = str(restli.parse(query.get("keywords", ""))).casefold()
    except restli.MalformedError:
        raise RefusalError(400) from None
    return [
        thread
        for thread in _in_category(call, threads, INBOX)
        if any(words in message.text.casefold() for message in thread.messages_in(call.owner))
    ]


def _time(raw: str | None) -> int | None:
    if raw is None:
        return None
    if not raw.isascii() or not raw.isdigit() or len(raw) > 14:
        raise RefusalError(400)
    return int(raw)


def _expect_action(call: Call, action: str) -> None:
    if restli.split_query(call.raw_query).get("action") != action:
        raise RefusalError(400)


def _event_create(call: Call, holder: dict[str, Any]) -> tuple[str, str | None, list[Content]]:
    event = holder.get("eventCreate")
    value = event.get("value") if isinstance(event, dict) else None
    create = value.get(_CREATE) if isinstance(value, dict) else None
    body = create.get("attributedBody") if isinstance(create, dict) else None
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(event, dict) or not isinstance(create, dict):
        raise RefusalError(400)
    files = contents.read_attachments(call, create.get("attachments"))
    if not isinstance(text, str) or len(text) > LONGEST_TEXT or not (text or files):
        raise RefusalError(400)
    token = event.get("originToken")
    return text, token if isinstance(token, str) else None, files


def _created(call: Call, thread: Thread, message: Message) -> web.Response:
    value = Record(
        _RESPONSE,
        createdAt=message.delivered_at,
        eventUrn=legacy_render.event_urn(thread, message),
        backendEventUrn=f"urn:li:messagingMessage:{message.message_id}",
        conversationUrn=f"urn:li:fs_conversation:{thread.thread_id}",
        backendConversationUrn=f"urn:li:messagingThread:{thread.thread_id}",
    )
    return answer(forms.action_answer(call.form, value), status=201, form=call.form)
