"""Sales Navigator's calls: threads, sending, credits, profiles and presence; only members with a seat.

Contracts: contracts/linkedin-wire.md §11. Where it is silent: a page holds threads older than `pageStartsAt`,
`nextPageStartsAt` is a thread's last activity, messages come newest first, and a first InMail costs a credit
unless the two are connected or the reader has an Open Profile (§6.4).
"""

from __future__ import annotations

from random import Random
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.render import picture
from threadline.sandbox.network.availability import told_presence
from threadline.sandbox.network.inmail import costs_a_credit
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.sales_threads import SEAT, SalesThread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Entity, Record

LONGEST_SUBJECT = 200
LONGEST_BODY = 1_900
_FOLDERS = ("INBOX", "SENT", "ARCHIVED")
_MOST = 40
_MOST_MESSAGES = 100
_PROFILE = "urn:li:fs_salesProfile:"


async def list_threads(call: Call) -> web.Response:
    """`GET /sales-api/salesApiMessagingThreads?q=filter`."""
    query = _query(call)
    folder, at = query.get("filter", ""), query.get("pageStartsAt", "")
    if query.get("q") != "filter" or folder not in _FOLDERS or not at.isascii() or not at.isdigit():
        raise RefusalError(400)
    before, count = int(at[:20]), _number(query, "count", 20, _MOST)
    listed = [
        thread
        for thread in call.world.sales.of(call.owner)
        if thread.stands_in(folder) and thread.last_activity_at < before
    ]
    decoration = _decoration(query, required=True)
    elements = [_thread(call, thread, decoration, 1) for thread in listed[:count]]
    return answer(forms.collection_answer(call.form, elements, count=count), form=call.form)


async def read_thread(call: Call) -> web.Response:
    """`GET /sales-api/salesApiMessagingThreads/<id>`."""
    query = _query(call)
    decoration = _decoration(query, required=True)
    shown = _thread(
        call, _own_thread(call, call.target), decoration, _number(query, "messageCount", 1, _MOST_MESSAGES)
    )
    return answer(forms.entity_answer(call.form, shown), form=call.form)


async def act_on_messages(call: Call) -> web.Response:
    """`POST /sales-api/salesApiMessageActions?action=createMessage`."""
    if _query(call).get("action") != "createMessage":
        raise RefusalError(400)
    asked = (await call.json()).get("createMessageRequest")
    if not isinstance(asked, dict) or not isinstance(asked.get("trackingId"), str):
        raise RefusalError(400)
    recipients, thread_id = asked.get("recipients"), asked.get("threadId")
    if isinstance(thread_id, str) and recipients is None:
        thread: SalesThread | None = _own_thread(call, thread_id)
        other = call.world.people[_own_thread(call, thread_id).other]
    elif isinstance(recipients, list) and len(recipients) == 1 and thread_id is None:
        other = _recipient(call.world, recipients[0])
        thread = call.world.sales.between(call.owner, other.profile_id)
    else:
        raise RefusalError(400)
    subject, text = asked.get("subject"), asked.get("body")
    if not isinstance(text, str) or not isinstance(subject, str | None):
        raise RefusalError(400)
    if not 1 <= len(text) <= LONGEST_BODY or len(subject or "") > LONGEST_SUBJECT:
        raise _invalid()
    if other.gone or other.profile_id == call.owner:
        raise _invalid()
    cost = 0
    if thread is None:
        if not subject:
            raise RefusalError(422, code="SUBJECT_REQUIRED")
        cost = int(costs_a_credit(call.world, call.owner, other.profile_id))
        if cost > call.world.credits[call.owner]:
            raise RefusalError(422, code="INSUFFICIENT_INMAIL_CREDITS")
    elif recipients is not None and not thread.answered:
        raise RefusalError(422, code="NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY")
    written = write(call.world, call.owner, other.profile_id, call.owner, text, subject or None, cost)
    value = {"messageId": written.messages[-1].message_id, "threadId": written.thread_id}
    return answer(forms.action_answer(call.form, value), form=call.form)


async def read_credits(call: Call) -> web.Response:
    """`GET /sales-api/salesApiCredits?q=findCreditGrant&creditGrantType=LSS_INMAIL`."""
    query = _query(call)
    if query.get("q") != "findCreditGrant" or query.get("creditGrantType") != "LSS_INMAIL":
        raise RefusalError(400)
    elements = [{"type": "LSS_INMAIL", "value": call.world.credits[call.owner]}]
    return answer(forms.collection_answer(call.form, elements), form=call.form)


async def read_profile(call: Call) -> web.Response:
    """`GET /sales-api/salesApiProfiles/(profileId:…,authType:…,authToken:…)`."""
    query = _query(call)
    _decoration(query, required=False)
    try:
        key = restli.parse_record(call.target)
    except restli.MalformedError:
        raise RefusalError(400) from None
    if not all(isinstance(key.get(part), str) for part in ("profileId", "authType", "authToken")):
        raise RefusalError(400)
    person = call.world.people.get(str(key["profileId"]))
    if person is None or person.gone:
        raise RefusalError(404)
    return answer(forms.entity_answer(call.form, _profile(call, person)), form=call.form)


async def presence(call: Call) -> web.Response:
    """`GET /sales-api/salesApiMessagingPresenceStatuses?ids=List(…)`."""
    try:
        ids = restli.parse_list(_query(call).get("ids", ""))
    except restli.MalformedError:
        raise RefusalError(400) from None
    results = {str(urn): told_presence(call.world, _recipient(call.world, urn)) for urn in ids}
    record = Record("com.linkedin.restli.common.BatchResponse", statuses={}, results=results, errors={})
    return answer(forms.entity_answer(call.form, record), form=call.form)


def write(
    world: World, owner: str, other: str, author: str, text: str, subject: str | None, cost: int
) -> SalesThread:
    """A message in the thread of a seat's owner with one other, which is made when there is none."""
    thread = world.sales.between(owner, other)
    at = world.clock.stamp()
    thread_id = thread.thread_id if thread else urns.make_thread_id(Random(f"{world.epoch}:sales:{at}"))
    world.change(
        {
            "op": "salesMessage",
            "thread": thread_id,
            "owner": owner,
            "other": other,
            "author": author,
            "id": urns.make_message_id(thread_id, at, at),
            "text": text,
            "subject": subject,
            "cost": cost,
            "at": at,
        }
    )
    written = world.sales.find(owner, thread_id)
    assert written is not None, "a thread that was just written into is there"
    return written


def profile_urn(world: World, person: Person) -> str:
    """A member's Sales profile, with the token by which searches hand it out."""
    token = f"{urns.stable_number(world.seed, 'sales', person.profile_id) % 36**4:04d}"
    return f"{_PROFILE}({person.profile_id},NAME_SEARCH,{token})"


def _query(call: Call) -> dict[str, str]:
    if call.account.seat != SEAT:
        raise RefusalError(403, message="A Sales Navigator seat is needed")
    return restli.split_query(call.raw_query)


def _decoration(query: dict[str, str], *, required: bool) -> str:
    """The fields that are asked for; a list's parentheses must be encoded, a profile's need not be (§11)."""
    raw = query.get("decoration", "")
    if required and (not raw or "(" in raw or ")" in raw):
        raise RefusalError(400)
    return unquote(raw)


def _number(query: dict[str, str], name: str, otherwise: int, most: int) -> int:
    text = query.get(name, str(otherwise))
    if not text.isascii() or not text.isdigit() or int(text[:20]) < 1:
        raise RefusalError(400)
    return min(int(text[:20]), most)


def _own_thread(call: Call, thread_id: str) -> SalesThread:
    thread = call.world.sales.find(call.owner, thread_id)
    if thread is None:
        raise RefusalError(404)
    return thread


def _recipient(world: World, urn: Any) -> Person:
    text = urn if isinstance(urn, str) else ""
    parts = text.removeprefix(_PROFILE).removeprefix("(").removesuffix(")").split(",")
    if not text.startswith(_PROFILE) or len(parts) != 3:
        raise RefusalError(400)
    person = world.people.get(parts[0])
    if person is None:
        raise RefusalError(404)
    return person


def _invalid() -> RefusalError:
    return RefusalError(422, code="MESSAGE_VALIDATION_PLUGIN_ERROR")


def _thread(call: Call, thread: SalesThread, decoration: str, count: int) -> Record:
    people = [call.account.person, call.world.people[thread.other]]
    shown = Record(
        "com.linkedin.sales.messaging.MessagingThread",
        id=thread.thread_id,
        restrictions=[],
        archived=thread.archived,
        unreadMessageCount=thread.unread,
        nextPageStartsAt=thread.last_activity_at,
        totalMessageCount=len(thread.messages),
        messages=[
            Record(
                "com.linkedin.sales.messaging.Message",
                id=message.message_id,
                type="INMAIL",
                contentFlag=None,
                deliveredAt=message.delivered_at,
                lastEditedAt=None,
                subject=message.subject,
                body=message.text,
                footerText=None,
                blockCopy=None,
                attachments=[],
                author=profile_urn(call.world, call.world.people[message.author]),
                systemMessageContent=None,
            )
            for message in reversed(thread.messages[-count:])
        ],
    )
    if "participants*~fs_salesProfile(" not in decoration:
        shown["participants"] = [profile_urn(call.world, person) for person in people]
    elif call.form == forms.NORMALIZED:
        shown["participants"] = [_profile(call, person) for person in people]
    else:
        profiles = {profile_urn(call.world, person): _profile(call, person) for person in people}
        shown["participants"] = list(profiles)
        shown["participantsResolutionResults"] = profiles
    return shown


def _profile(call: Call, person: Person) -> Entity:
    distance = call.world.distance(call.owner, person.profile_id)
    degree = {"SELF": 0, "DISTANCE_1": 1, "DISTANCE_2": 2, "DISTANCE_3": 3}.get(distance, -1)
    first, last = ("LinkedIn", "Member") if person.gone else (person.first_name, person.last_name)
    return Entity(
        "com.linkedin.sales.profile.Profile",
        entityUrn=profile_urn(call.world, person),
        objectUrn=f"urn:li:member:{person.member_number}",
        firstName=first,
        lastName=last,
        fullName=f"{first} {last}",
        headline=None if person.gone else person.headline,
        degree=degree,
        profilePictureDisplayImage=picture(person),
        inmailRestriction="MEMBER_NOT_REACHABLE" if person.gone else "NO_RESTRICTION",
        memberBadges={"premium": person.premium, "openLink": person.open_profile, "jobSeeker": False},
    )
