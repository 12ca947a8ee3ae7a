"""People and organizations that an account meets in its conversations."""

from enum import StrEnum

from msgspec import Struct

from threadline.model import profile_urls


class Distance(StrEnum):
    """How far a member is from the account's owner (contracts/linkedin-wire.md §3.3)."""

    SELF = "SELF"
    FIRST = "DISTANCE_1"
    SECOND = "DISTANCE_2"
    THIRD = "DISTANCE_3"
    OUT = "OUT_OF_NETWORK"


class PersonKind(StrEnum):
    """What stands behind a participant (contracts/linkedin-wire.md §4.2)."""

    MEMBER = "member"
    ORGANIZATION = "organization"
    OTHER = "other"
    """A system-like sender, or a kind that we do not know."""


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member, an organization, or another sender, as LinkedIn shows it to one account."""

    person_id: str
    """The profile id of a member, `company:<n>`, or the URN as it came (`urns.participant_id`)."""
    kind: PersonKind = PersonKind.MEMBER
    first_name: str = ""
    """For organizations and other senders, the whole name."""
    last_name: str = ""
    headline: str | None = None
    distance: str | None = None
    """A `Distance`, or what LinkedIn said when we do not know the word."""
    member_number: int | None = None
    vanity: str | None = None
    """The vanity name; None until a profile is read or a caller names it (contracts/DECISIONS.md 11)."""
    page_url: str | None = None
    """The page of an organization."""
    picture_url: str | None = None
    location: str | None = None
    premium: bool | None = None

    @property
    def full_name(self) -> str:
        """First and last name together."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def profile_url(self) -> str | None:
        """The address of the profile by vanity name if known, else by id; an organization's page."""
        if self.kind is PersonKind.MEMBER:
            return profile_urls.profile_url(self.vanity or self.person_id)
        return self.page_url


class Relationship(Struct, frozen=True, kw_only=True):
    """How the account's owner stands to a member (contracts/voyager.md §8)."""

    connected: bool
    distance: str | None
    pending_invitation_sent: bool
    pending_invitation_received: bool = False
    can_connect: bool = True
    """False where LinkedIn blocks an invitation or one is on its way."""


class ComposeOption(Struct, frozen=True, kw_only=True):
    """How LinkedIn lets the owner write to a member (contracts/linkedin-wire.md §3.4)."""

    kind: str
    """`REPLY`, `CONNECTION_MESSAGE`, `PREMIUM_INMAIL`, or a word that we do not know."""
    paid_inmail: bool = False
    existing_thread_id: str | None = None
    reachable: bool = True
    """False when LinkedIn answered that the member cannot be messaged."""
