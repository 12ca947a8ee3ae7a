"""Sending: `createMessage` into a thread or to people (contracts/linkedin-wire.md §§6.1 to 6.4, 10)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from threadline.sandbox.api import contents
from threadline.sandbox.api.bodies import read_body
from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.render import attributed
from threadline.sandbox.api.writes import own_thread
from threadline.sandbox.living import opening
from threadline.sandbox.living.rules import LONGEST_TITLE, check_writable
from threadline.sandbox.network.threads import Content, Message, Thread
from threadline.sandbox.protocol import forms, urns
from threadline.sandbox.protocol.forms import Entity


async def create_message(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages?action=createMessage`."""
    body = await call.json()
    message = _checked(call, body)
    urn = message.get("conversationUrn")
    thread = own_thread(call, urn) if urn is not None else None
    items = contents.read_items(call, message.get("renderContentUnions"), thread)
    text, attributes = read_body(message.get("body"), may_be_empty=contents.carries_files(items))
    subject = message.get("subject") or None
    if thread is None:
        thread = _opened(call, body, subject)
    elif subject is not None or any(
        body.get(name) for name in ("hostMessageCreateContent", "contextEntityUrn")
    ):
        raise RefusalError(400, message="An InMail or a message to a group's member begins a conversation.")
    if thread.kind == "inmail" and not thread.messages:
        number = urns.stable_number(thread.thread_id) % 10**9
        items.append(
            Content("hostUrnData", {"type": "PREMIUM_INMAIL", "hostUrn": f"urn:li:premiumInMail:{number}"})
        )
    sent = send(call, thread, text, attributes, message.get("originToken"), subject=subject, content=items)
    value = Entity(
        "com.linkedin.messenger.Message",
        entityUrn=urns.message_urn(call.owner, sent.message_id),
        backendUrn=f"urn:li:messagingMessage:{sent.message_id}",
        conversationUrn=urns.conversation_urn(call.owner, thread.thread_id),
        backendConversationUrn=f"urn:li:messagingThread:{thread.thread_id}",
        senderUrn=urns.participant_urn(urns.profile_urn(call.owner)),
        originToken=sent.origin_token,
        body=attributed(sent.text, sent.attributes),
        deliveredAt=sent.delivered_at,
        renderContentUnions=message.get("renderContentUnions") or [],
    )
    return answer(forms.action_answer(call.form, value), form=call.form)


def send(
    call: Call,
    thread: Thread,
    text: str,
    attributes: list[dict[str, Any]],
    origin_token: str | None,
    *,
    subject: str | None = None,
    content: Iterable[Content] = (),
) -> Message:
    """Write into a thread that can be answered. Raises RefusalError (403)."""
    check_writable(thread, call.owner)
    return call.simulation.write(
        thread,
        call.owner,
        text,
        attributes=attributes,
        origin_token=origin_token or str(uuid.uuid4()),
        subject=subject,
        content=content,
    )


def _checked(call: Call, body: dict[str, Any]) -> dict[str, Any]:
    """The message of a body whose outer fields are right. Raises RefusalError."""
    tracking = body.get("trackingId")
    if call.strict_tracking_id and (not isinstance(tracking, str) or len(tracking) != 16):
        raise RefusalError(400)
    if body.get("mailboxUrn") != urns.profile_urn(call.owner):
        raise RefusalError(403 if isinstance(body.get("mailboxUrn"), str) else 400)
    message = body.get("message")
    if not isinstance(message, dict):
        raise RefusalError(400)
    token = message.get("originToken")
    if token is not None and (not isinstance(token, str) or not 0 < len(token) <= 100):
        raise RefusalError(400)
    return message


def _opened(call: Call, body: dict[str, Any], subject: Any) -> Thread:
    recipients, title = body.get("hostRecipientUrns"), body.get("conversationTitle")
    if not isinstance(recipients, list):
        raise RefusalError(400)
    if title is not None and (not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE):
        raise RefusalError(400)
    members = [(urns.read_member(each) if isinstance(each, str) else None) or "" for each in recipients]
    context = body.get("contextEntityUrn")
    if opening.is_inmail(body.get("hostMessageCreateContent")):
        if title is not None or context is not None:
            raise RefusalError(400)
        return opening.open_inmail(call, members, subject)
    if subject is not None or (context is not None and title is not None):
        raise RefusalError(400, message="Only an InMail has a subject, and only a group chat a title.")
    if context is not None:
        return opening.open_in_group(call, members, context)
    return opening.open_thread(call, members, title)
