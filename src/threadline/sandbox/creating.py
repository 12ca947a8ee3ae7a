"""Sending: `createMessage` into a thread or to people (contracts/linkedin-wire.md §§6.1, 6.2)."""

from __future__ import annotations

import uuid
from typing import Any

from aiohttp import web

from threadline.sandbox import forms, urns
from threadline.sandbox.calls import Call, RefusalError, answer, hidden_profile, visible_refusal
from threadline.sandbox.forms import Entity
from threadline.sandbox.render import attributed
from threadline.sandbox.threads import INBOX, Message, Thread
from threadline.sandbox.writes import own_thread

LONGEST_TEXT = 8000
LONGEST_TITLE = 300
_NOT_TAKEN = ("hostMessageCreateContent", "contextEntityUrn")
_SUBSEQUENT_INMAIL = "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY"


async def create_message(call: Call) -> web.Response:
    """`POST /voyagerMessagingDashMessengerMessages?action=createMessage` (§§6.1, 6.2)."""
    body = await call.json()
    tracking = body.get("trackingId")
    if call.strict_tracking_id and (not isinstance(tracking, str) or len(tracking) != 16):
        raise RefusalError(400)
    if body.get("mailboxUrn") != urns.profile_urn(call.owner):
        raise RefusalError(403 if isinstance(body.get("mailboxUrn"), str) else 400)
    message = body.get("message")
    if not isinstance(message, dict):
        raise RefusalError(400)
    if (
        any(body.get(name) for name in _NOT_TAKEN)
        or message.get("subject")
        or message.get("renderContentUnions")
    ):
        raise RefusalError(400, message="InMail, group context and attachments are not simulated.")
    text, attributes = _read_body(message.get("body"))
    token = message.get("originToken")
    if token is not None and (not isinstance(token, str) or not 0 < len(token) <= 100):
        raise RefusalError(400)
    urn = message.get("conversationUrn")
    if urn is not None:
        thread = own_thread(call, urn)
    else:
        thread = _thread_with(call, body.get("hostRecipientUrns"), body.get("conversationTitle"))
    sent = send(call, thread, text, attributes, token)
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
        renderContentUnions=[],
    )
    return answer(forms.action_answer(call.form, value), form=call.form)


def send(
    call: Call, thread: Thread, text: str, attributes: list[dict[str, Any]], origin_token: str | None
) -> Message:
    """Write into a thread that can be answered. Raises RefusalError (403)."""
    if "REPLY" in thread.view(call.owner).disabled:
        raise visible_refusal("You can't reply to this conversation")
    token = origin_token or str(uuid.uuid4())
    return call.simulation.write(thread, call.owner, text, attributes=attributes, origin_token=token)


def open_thread(call: Call, recipients: list[str], title: str | None) -> Thread:
    """The thread for a message to people: the existing one-to-one thread, or a new one.

    Raises RefusalError: 400 for nobody or oneself, 403 for someone gone, 422 for someone who is neither
    connected nor an Open Profile, and for a person with whom only an InMail thread exists (§6.2).
    """
    if not recipients or call.owner in recipients or len(set(recipients)) != len(recipients):
        raise RefusalError(400)
    people = [call.world.people.get(each) for each in recipients]
    if any(person is None or person.gone for person in people):
        raise hidden_profile()
    if len(recipients) == 1 and title is None:
        thread = call.world.thread_between(call.owner, recipients)
        if thread is not None and thread.kind == "inmail":
            raise RefusalError(422, code=_SUBSEQUENT_INMAIL)
        if thread is not None and INBOX in thread.view(call.owner).categories:
            return thread
        if thread is not None and thread.kind == "direct":
            return thread
    alone = len(recipients) == 1 and title is None
    for person in people:
        open_to_all = person is not None and alone and person.open_profile
        if person is not None and not open_to_all and not call.world.connected(call.owner, person.profile_id):
            raise RefusalError(422, message="You can only write to your connections.")
    return call.world.start_thread(call.owner, recipients, title)


def _thread_with(call: Call, recipients: Any, title: Any) -> Thread:
    if not isinstance(recipients, list):
        raise RefusalError(400)
    if title is not None and (not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE):
        raise RefusalError(400)
    members = [urns.read_member(each) if isinstance(each, str) else None for each in recipients]
    return open_thread(call, [member or "" for member in members], title)


def _read_body(body: Any) -> tuple[str, list[dict[str, Any]]]:
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
        raise RefusalError(400)
    attributes = body.get("attributes") or []
    if not isinstance(attributes, list):
        raise RefusalError(400)
    return text, [_kept for each in attributes if (_kept := _kept_attribute(each))]


def _kept_attribute(attribute: Any) -> dict[str, Any] | None:
    """A sent attribute as it is read back; only mentions and links survive a send (§5.2)."""
    if not isinstance(attribute, dict) or not isinstance(attribute.get("attributeKindUnion"), dict):
        raise RefusalError(400)
    kind = {
        name: value
        for name, value in attribute["attributeKindUnion"].items()
        if name in ("entity", "hyperlink")
    }
    start, length = attribute.get("start"), attribute.get("length")
    if not isinstance(start, int) or not isinstance(length, int) or start < 0 or length < 0:
        raise RefusalError(400)
    return {"start": start, "length": length, "attributeKind": kind} if kind else None
