"""How a member may be written to: compose option, composer, credits (linkedin-wire.md §§3.4, 6.4)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer, hidden_profile
from threadline.sandbox.network import inmail
from threadline.sandbox.protocol import forms, urns
from threadline.sandbox.protocol.forms import Record
from threadline.sandbox.protocol.restli import Value

_COMPOSE = "urn:li:fsd_composeOption:"
_PACKAGE = "com.linkedin.voyager.dash.messaging.compose."
_TYPES = frozenset({"REPLY", "CONNECTION_MESSAGE", "PREMIUM_INMAIL"})


async def compose_option(call: Call) -> web.Response:
    """`GET /voyagerMessagingDashComposeOptions/<urn>`: how a member may be reached; 403 when not at all."""
    if not (call.target.startswith(_COMPOSE + "(") and call.target.endswith(")")):
        raise RefusalError(400)
    profile_id = call.target[len(_COMPOSE) + 1 : -1].split(",")[0]
    person = call.world.people.get(profile_id)
    if person is None:
        raise RefusalError(404)
    if person.gone or profile_id == call.owner:
        raise hidden_profile()
    context: dict[str, Any] = {
        "recipientUrns": [urns.profile_urn(profile_id)],
        "genericRecipientsUnions": [{"profile": urns.profile_urn(profile_id)}],
        "paidInMail": False,
    }
    thread = call.world.thread_between(call.owner, [profile_id])
    if thread is not None and "REPLY" not in thread.view(call.owner).disabled:
        option = "REPLY"
        context["existingConversationUrn"] = f"urn:li:fsd_conversation:{thread.thread_id}"
    elif call.world.connected(call.owner, profile_id):
        option = "CONNECTION_MESSAGE"
    elif thread is not None and thread.kind == "inmail":
        # A declined InMail takes no reply, and another one is refused (§6.2).
        raise hidden_profile()
    elif person.open_profile or call.account.seat != "free":
        option = "PREMIUM_INMAIL"
        context["paidInMail"] = not person.open_profile
    else:
        raise hidden_profile()
    record = Record(
        _PACKAGE + "ComposeOption",
        entityUrn=call.target,
        composeOptionType=option,
        displayText={"text": "Message"},
        composeNavigationContext=context,
    )
    return answer(forms.entity_answer(call.form, record), form=call.form)


async def credits(call: Call) -> web.Response:
    """`GET /messaging/credits`: InMail credits that are left."""
    value = {
        "available": inmail.credits_of(call.world, call.owner),
        "nextRefreshAt": inmail.next_refresh(call.world),
    }
    return answer(forms.action_answer(call.form, value), form=call.form)


def view_context(call: Call, variables: dict[str, Value]) -> tuple[str, Any]:
    """`voyagerMessagingDashComposeViewContexts`: what the composer shows for people and a type.

    Raises RefusalError (400).
    """
    recipients, kind = variables.get("recipients"), variables.get("type")
    if not isinstance(recipients, list) or not recipients or kind not in _TYPES:
        raise RefusalError(400)
    people = [call.world.people.get(urns.read_member(str(each)) or "") for each in recipients]
    blocked = any(person is None or person.gone for person in people)
    if "contextEntityUrn" in variables:
        thread = call.world.thread_in(call.owner, urns.read_thread(str(variables["contextEntityUrn"])))
        blocked = blocked or thread is None or "REPLY" in thread.disabled_in(call.owner)
    context = Record(
        _PACKAGE + "ComposeViewContext",
        showSubjectField=kind == "PREMIUM_INMAIL",
        showBlockedFooter=blocked,
    )
    return "messagingDashComposeViewContextsByRecipients", forms.collection([context])
