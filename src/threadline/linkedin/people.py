"""People: the account's owner, profiles, relationships, and how one may write to someone.

Source: contracts/linkedin-wire.md §3.
"""

from typing import Any
from urllib.parse import quote

import msgspec

from threadline.linkedin.answers import CSRF_CHECK_FAILED
from threadline.linkedin.decoding import people as decoding
from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.reading import part_in
from threadline.linkedin.errors import Refusal
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.query_ids import PROFILE_DECORATIONS
from threadline.linkedin.transport import NORMALIZED, PLAIN, Request, Transport
from threadline.model.people import ComposeOption, Person, Relationship

UNREACHABLE = ComposeOption(kind="UNREACHABLE", reachable=False)
"""What a refusal with 403 means; the word is ours, LinkedIn gives none."""


class People:
    """Reads people as one account sees them."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: is given the owner's id by `me`."""
        self._transport = transport
        self._mailbox = mailbox

    async def me(self) -> Person:
        """The account's owner; from then on the account client knows its `owner_id` (§3.1)."""
        request = Request(endpoint="me", path="/voyager/api/me", accept=PLAIN)
        person = await self._transport.call(request, _read_me)
        self._mailbox.owner_id = person.person_id
        return person

    async def profile(self, name: str) -> Person | None:
        """The person behind a vanity name or profile id, None when there is nobody (§3.2)."""
        identity = quote(name, safe="")
        for decoration in PROFILE_DECORATIONS:
            suffix = "" if decoration is None else f"&decorationId={decoration}"
            request = Request(
                endpoint="profile",
                path=f"/voyager/api/identity/dash/profiles?q=memberIdentity&memberIdentity={identity}{suffix}",
                accept=NORMALIZED,
            )
            try:
                return await self._transport.call(request, _read_profile)
            except Refusal as error:
                if error.status == 404:
                    return None
                # A decoration that LinkedIn has retired is a malformed request to it.
                if error.status != 400 or decoration is None:
                    raise
        return None

    async def relationship(self, profile_id: str) -> Relationship:
        """How the account's owner stands to the member (§3.3). Raises ServerTrouble on an unknown form."""
        urn = quote(f"urn:li:fsd_memberRelationship:{profile_id}", safe="")
        request = Request(
            endpoint="relationship",
            path=f"/voyager/api/voyagerRelationshipsDashMemberRelationships/{urn}",
            accept=NORMALIZED,
        )
        return await self._transport.call(request, _read_relationship)

    async def compose_option(self, profile_id: str) -> ComposeOption:
        """How LinkedIn lets the owner write to the member; a refusal with 403 means not at all (§3.4)."""
        urn = quote(f"urn:li:fsd_composeOption:({profile_id},NONE,EMPTY_CONTEXT_ENTITY_URN)", safe="")
        request = Request(
            endpoint="compose_option",
            path=f"/voyager/api/voyagerMessagingDashComposeOptions/{urn}",
            accept=NORMALIZED,
        )
        try:
            return await self._transport.call(request, _read_compose_option)
        except Refusal as error:
            if error.status == 403 and error.reason_code != CSRF_CHECK_FAILED:
                return UNREACHABLE
            raise


def _data_of(body: bytes) -> Any:
    """The object of a REST answer: under `data` in the normalized form, else the answer itself."""
    answer = msgspec.json.decode(body)
    return part_in(plain_nested(answer), "data") if is_normalized(answer) else answer


def _read_me(body: bytes) -> Person:
    answer = _data_of(body)
    person = decoding.me_of(answer) if isinstance(answer, dict) else None
    if person is None:
        raise msgspec.ValidationError("there is no profile id in it")
    return person


def _read_profile(body: bytes) -> Person | None:
    answer = _data_of(body)
    elements = part_in(answer, "elements")
    if elements is None and isinstance(answer, dict) and "entityUrn" in answer:
        elements = [answer]
    if not isinstance(elements, list):
        raise msgspec.ValidationError("there are no elements in it")
    found = (decoding.profile_of(element) for element in elements if isinstance(element, dict))
    return next((person for person in found if person is not None), None)


def _read_relationship(body: bytes) -> Relationship:
    answer = _data_of(body)
    relationship = decoding.relationship_of(answer) if isinstance(answer, dict) else None
    if relationship is None:
        raise msgspec.ValidationError("there is no known relationship in it")
    return relationship


def _read_compose_option(body: bytes) -> ComposeOption:
    answer = _data_of(body)
    if not isinstance(answer, dict) or not answer:
        raise msgspec.ValidationError("it is not an object")
    return decoding.compose_option_of(answer)
