"""Participants, profiles, relationships and compose options.

Sources: contracts/linkedin-wire.md §3, §4.2.
"""

from typing import Any

import msgspec
from msgspec import Raw

from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.decoding.salvage import MalformedReport, stripped
from threadline.model import urns
from threadline.model.people import ComposeOption, Distance, Person, PersonKind, Relationship

_PARTICIPANT = msgspec.json.Decoder(wire.Participant)
_NOBODY = Person(person_id="", kind=PersonKind.OTHER)
_NULL = bytes(wire.NULL)
_LONGEST_VANITY = 300


class ParticipantReader:
    """Decodes the participants of one answer, each spelling of a person only once."""

    def __init__(self, report: MalformedReport) -> None:
        """report: is told of parts that cannot be understood."""
        self._report = report
        self._known: dict[bytes, Person] = {_NULL: _NOBODY}

    def person(self, raw: Raw) -> Person | None:
        """The person that `raw` holds; None for null, or when not even an URN can be read."""
        key = bytes(raw)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._decoded(raw)
        return known if known.person_id else None

    def _decoded(self, raw: Raw) -> Person:
        try:
            return person_of(_PARTICIPANT.decode(raw))
        except msgspec.ValidationError:
            loose = msgspec.json.decode(raw)
        if not isinstance(loose, dict):
            self._report(wire.Participant.__name__)
            return _NOBODY
        return person_of(msgspec.convert(stripped(loose, wire.Participant, self._report), wire.Participant))


def person_of(participant: wire.Participant) -> Person:
    """The person behind `participant`; one without any URN has an empty id."""
    urn = participant.host_identity_urn or participant.entity_urn or ""
    person_id = urns.participant_id(urn)
    kind = participant.participant_type or wire.ParticipantType()
    if kind.member is not None:
        member = kind.member
        return Person(
            person_id=person_id,
            first_name=_text(member.first_name) or "",
            last_name=_text(member.last_name) or "",
            headline=_text(member.headline),
            distance=member.distance,
            member_number=urns.member_number(participant.backend_urn),
            picture_url=_picture(member.profile_picture),
        )
    if kind.organization is not None:
        organization = kind.organization
        return Person(
            person_id=person_id,
            kind=PersonKind.ORGANIZATION,
            first_name=_text(organization.name) or "",
            headline=_text(organization.tagline),
            page_url=organization.page_url,
            picture_url=_picture(organization.logo),
        )
    custom = kind.custom or wire.Custom()
    return Person(
        person_id=person_id,
        kind=PersonKind.OTHER if kind.custom is not None else _kind_of(person_id),
        first_name=_text(custom.name) or "",
        member_number=urns.member_number(participant.backend_urn),
        picture_url=_picture(custom.image),
    )


def me_of(answer: dict[str, Any]) -> Person | None:
    """The account's owner from `/me` in the plain form, or None when it holds no profile id (§3.1)."""
    small = answer.get("miniProfile")
    person = small_profile_of(small) if isinstance(small, dict) else None
    if person is None:
        return None
    number, premium = number_in(answer.get("plainId")), answer.get("premiumSubscriber")
    return msgspec.structs.replace(
        person,
        distance=Distance.SELF,
        member_number=person.member_number or number,
        premium=premium if isinstance(premium, bool) else None,
    )


def small_profile_of(small: dict[str, Any]) -> Person | None:
    """The person in a `miniProfile`, or None when it holds no profile id (§3.1, §8.4)."""
    person_id = _profile_id(small.get("dashEntityUrn")) or _profile_id(small.get("entityUrn"))
    if person_id is None:
        return None
    picture = small.get("picture")
    if isinstance(picture, dict):
        picture = picture.get("com.linkedin.common.VectorImage", picture)
    return Person(
        person_id=person_id,
        first_name=text_in(small.get("firstName")) or "",
        last_name=text_in(small.get("lastName")) or "",
        headline=text_in(small.get("occupation")),
        member_number=urns.member_number(text_in(small.get("objectUrn"))),
        vanity=_vanity(small.get("publicIdentifier")),
        picture_url=picture_in(picture),
    )


def profile_of(entity: dict[str, Any]) -> Person | None:
    """A profile in the plain nested form, or None when it holds no profile id (§3.2)."""
    person_id = _profile_id(entity.get("entityUrn"))
    if person_id is None:
        return None
    premium = entity.get("premium")
    return Person(
        person_id=person_id,
        first_name=text_in(entity.get("firstName")) or "",
        last_name=text_in(entity.get("lastName")) or "",
        headline=text_in(entity.get("headline")),
        member_number=urns.member_number(text_in(entity.get("objectUrn"))),
        vanity=_vanity(entity.get("publicIdentifier")),
        picture_url=picture_in(
            part_in(entity, "profilePicture", "displayImageReference", "vectorImage")
            or part_in(entity, "profilePicture", "displayImageReferenceResolutionResult", "vectorImage")
        ),
        location=text_in(entity.get("locationName"))
        or text_in(part_in(entity, "geoLocation", "geo", "defaultLocalizedName")),
        premium=premium if isinstance(premium, bool) else None,
    )


def relationship_of(entity: dict[str, Any]) -> Relationship | None:
    """How the owner stands to a member, or None when the union is none that we know (§3.3)."""
    union = entity.get("memberRelationshipUnion") or entity.get("memberRelationship")
    if not isinstance(union, dict):
        return None
    if union.get("connection") is not None:
        return Relationship(
            connected=True, distance=Distance.FIRST, pending_invitation_sent=False, can_connect=False
        )
    if union.get("self") is not None:
        return Relationship(
            connected=False, distance=Distance.SELF, pending_invitation_sent=False, can_connect=False
        )
    apart = union.get("noConnection")
    if not isinstance(apart, dict):
        return None
    invitation = part_in(apart, "invitationUnion", "invitation")
    open_to_invitation = part_in(apart, "invitationUnion", "noInvitation") is not None
    pending = isinstance(invitation, dict) and invitation.get("invitationState") in (None, "PENDING")
    received = pending and invitation.get("invitationType") == "RECEIVED"
    distance = text_in(apart.get("memberDistance"))
    return Relationship(
        connected=False,
        distance=distance,
        pending_invitation_sent=pending and not received,
        pending_invitation_received=received,
        can_connect=open_to_invitation and distance != Distance.SELF,
    )


def compose_option_of(entity: dict[str, Any]) -> ComposeOption:
    """How LinkedIn lets the owner write to a member (§3.4)."""
    context = entity.get("composeNavigationContext")
    context = context if isinstance(context, dict) else {}
    existing = context.get("existingConversationUrn") or part_in(context, "existingConversation", "entityUrn")
    try:
        thread = urns.thread_id(existing) if isinstance(existing, str) else None
    except urns.NotAnIdentifier:
        thread = None
    return ComposeOption(
        kind=text_in(entity.get("composeOptionType")) or "",
        paid_inmail=context.get("paidInMail") is True,
        existing_thread_id=thread,
    )


def _vanity(value: Any) -> str | None:
    """The name of a profile's address; None for what is longer than any, and would fit no index."""
    name = text_in(value)
    return name if name and len(name) <= _LONGEST_VANITY else None


def _profile_id(urn: Any) -> str | None:
    try:
        return urns.profile_id(urn) if isinstance(urn, str) else None
    except urns.NotAnIdentifier:
        return None


def _kind_of(person_id: str) -> PersonKind:
    if person_id.startswith("company:"):
        return PersonKind.ORGANIZATION
    return PersonKind.MEMBER if person_id.startswith("ACoAA") else PersonKind.OTHER


def _text(text: wire.Text | None) -> str | None:
    return text.text if text is not None else None


def _picture(image: wire.VectorImage | None) -> str | None:
    """The address of the largest size."""
    if image is None or not image.artifacts:
        return image.root_url if image is not None and image.artifacts is None else None
    largest = max(image.artifacts, key=lambda artifact: artifact.width or 0)
    return (image.root_url or "") + (largest.file_identifying_url_path_segment or "") or None


def picture_in(image: Any) -> str | None:
    """The address of the largest size of a picture in open JSON, or None."""
    try:
        return _picture(msgspec.convert(image, wire.VectorImage | None))
    except msgspec.ValidationError:
        return None
