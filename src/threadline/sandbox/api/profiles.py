"""Reads about people: the own profile, profiles by name or id, relationship (linkedin-wire.md §3)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.api.render import picture
from threadline.sandbox.network.people import Person
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Entity, Record, Reference

_RELATIONSHIP = "urn:li:fsd_memberRelationship:"


async def me(call: Call) -> web.Response:
    """`GET /me`."""
    person = call.account.person
    record = Record(
        "com.linkedin.voyager.common.Me",
        plainId=person.member_number,
        premiumSubscriber=person.premium,
        miniProfile=mini_profile(person),
        publicContactInfo={},
    )
    return answer(forms.entity_answer(call.form, record), form=call.form)


async def find_profile(call: Call) -> web.Response:
    """`GET /identity/dash/profiles?q=memberIdentity`: by vanity name or profile id; nobody when gone."""
    query = restli.split_query(call.raw_query)
    if query.get("q") != "memberIdentity" or not query.get("memberIdentity"):
        raise RefusalError(400)
    name = _decoded(query["memberIdentity"])
    person = call.world.vanities.get(name) or call.world.people.get(name)
    elements = [profile(person)] if person and not person.gone else []
    return answer(forms.collection_answer(call.form, elements), form=call.form)


async def read_profile(call: Call) -> web.Response:
    """`GET /identity/dash/profiles/<urn>`."""
    person = call.world.people.get(urns.read_member(call.target) or "")
    if person is None or person.gone:
        raise RefusalError(404)
    return answer(forms.entity_answer(call.form, profile(person)), form=call.form)


async def retired(call: Call) -> web.Response:
    """Routes that LinkedIn has closed: 410."""
    raise RefusalError(410)


async def relationship(call: Call) -> web.Response:
    """`GET /voyagerRelationshipsDashMemberRelationships/<urn>`."""
    person = call.world.people.get(call.target.removeprefix(_RELATIONSHIP))
    if person is None or person.gone:
        raise RefusalError(404)
    record = Record(
        "com.linkedin.voyager.dash.relationships.MemberRelationship",
        entityUrn=_RELATIONSHIP + person.profile_id,
        memberRelationshipUnion=_relationship_union(call, person),
    )
    return answer(forms.entity_answer(call.form, record), form=call.form)


def mini_profile(person: Person) -> Entity:
    """A member in the old, small shape."""
    first, last = ("LinkedIn", "Member") if person.gone else (person.first_name, person.last_name)
    entity = Entity(
        "com.linkedin.voyager.identity.shared.MiniProfile",
        firstName=first,
        lastName=last,
        occupation="" if person.gone else person.headline,
        publicIdentifier="UNKNOWN" if person.gone else person.vanity,
        memorialized=False,
        trackingId="AAAAAAAAAAAAAAAAAAAAAA==",
        entityUrn=f"urn:li:fs_miniProfile:{person.profile_id}",
        dashEntityUrn=urns.profile_urn(person.profile_id),
        objectUrn=f"urn:li:member:{person.member_number}",
    )
    image = picture(person)
    if image is not None:
        entity["picture"] = forms.Union(Record("com.linkedin.common.VectorImage", **image))
    return entity


def profile(person: Person) -> Entity:
    """A member's profile."""
    image = picture(person)
    return Entity(
        "com.linkedin.voyager.dash.identity.profile.Profile",
        entityUrn=urns.profile_urn(person.profile_id),
        objectUrn=f"urn:li:member:{person.member_number}",
        publicIdentifier=person.vanity,
        firstName=person.first_name,
        lastName=person.last_name,
        headline=person.headline,
        premium=person.premium,
        profilePicture={"displayImageReference": {"vectorImage": image}} if image else None,
    )


def _relationship_union(call: Call, person: Person) -> dict[str, Any]:
    distance = call.world.distance(call.owner, person.profile_id)
    if distance == "DISTANCE_1":
        connection = Reference(
            "com.linkedin.voyager.dash.relationships.Connection",
            entityUrn=f"urn:li:fsd_connection:{person.profile_id}",
        )
        return {"connection": connection}
    union: dict[str, Any] = {"noInvitation": {}}
    if (
        urns.stable_number(call.world.seed, "invited", call.owner, person.profile_id) % 10 == 0
        and distance != "SELF"
    ):
        union = {
            "invitation": Entity(
                "com.linkedin.voyager.dash.relationships.invitation.Invitation",
                entityUrn=f"urn:li:fsd_invitation:7{person.member_number:012d}",
                invitationState="PENDING",
                invitationType="SENT" if person.member_number % 2 else "RECEIVED",
            )
        }
    return {"noConnection": {"memberDistance": distance, "invitationUnion": union}}


def _decoded(raw: str) -> str:
    try:
        value = restli.parse(raw)
    except restli.MalformedError:
        raise RefusalError(400) from None
    if not isinstance(value, str):
        raise RefusalError(400)
    return value
