"""The people and companies of the network, made from the seed."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

from threadline.sandbox.network import names
from threadline.sandbox.protocol import urns

PEOPLE = 430
# Connected to nobody, and in a LinkedIn group with every account (linkedin_groups.py).
FELLOW = "imani-fellow"


@dataclass(frozen=True, slots=True)
class Person:
    """One member. `gone` people have closed their profile and show as "LinkedIn Member"."""

    profile_id: str
    member_number: int
    vanity: str
    first_name: str
    last_name: str
    headline: str
    language: str
    pronoun: str | None = None
    pictured: bool = True
    premium: bool = False
    open_profile: bool = False
    gone: bool = False
    answers: bool = False

    @property
    def name(self) -> str:
        """First and last name as shown."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Organization:
    """A company page that writes to members, or LinkedIn itself (`system`)."""

    number: int
    name: str
    tagline: str
    industry: str
    system: bool = False

    @property
    def host_urn(self) -> str:
        """The URN that stands for the sender among participants."""
        if self.system:
            return f"urn:li:customParticipant:{self.number}"
        return f"urn:li:fsd_company:{self.number}"


@dataclass(frozen=True, slots=True)
class Account:
    """A member whose session the sandbox accepts: `li_at=demo-<name>`.

    seat: `free`, `premium` or `sales_navigator`.
    """

    name: str
    person: Person
    seat: str
    inmail_credits: int

    @property
    def owner(self) -> str:
        """The profile id, which also names the mailbox."""
        return self.person.profile_id


# Vanity, first name, last name, headline, language: people that documents and tests name.
_WELL_KNOWN = (
    ("ada-demo", "Ada", "Demo", "Engineer at Example", "en"),
    ("grace-demo", "Grace", "Demo", "Head of sales at Example", "en"),
    ("alan-demo", "Alan", "Demo", "Researcher at Example", "en"),
    ("janesmith", "Jane", "Smith", "Platform lead at Acme", "en"),
    ("targetperson", "Taylor", "Person", "Principal engineer at Granite Peak Software", "en"),
    ("sarah-chen", "Sarah", "Chen", "Product designer at Lanternfish Labs", "en"),
    ("john-doe-123", "John", "Doe", "Founder at Paper Boat Studio", "en"),
    ("jane-doe-42", "Jane", "Doe", "Recruiter at Kite & Anchor", "en"),
)
SEATS = {"ada": ("free", 0), "grace": ("sales_navigator", 42), "alan": ("premium", 0)}
_ALWAYS_ANSWERS = frozenset({"janesmith"})
_PLAIN_LETTERS = {ord("ł"): "l", ord("đ"): "d", ord("ı"): "i", ord("ß"): "ss", ord("'"): ""}
_PRONOUNS = (None, None, None, "SHE_HER", "HE_HIM", "THEY_THEM")


def make_people(seed: int) -> list[Person]:
    """All members, the well-known ones first."""
    random = Random(f"{seed}:people")
    people: list[Person] = []
    taken: set[str] = set()
    for vanity, first, last, headline, language in _WELL_KNOWN:
        people.append(
            Person(
                profile_id=urns.make_profile_id(random),
                member_number=1001 + len(people),
                vanity=vanity,
                first_name=first,
                last_name=last,
                headline=headline,
                language=language,
                premium=vanity in ("grace-demo", "alan-demo"),
                answers=vanity in _ALWAYS_ANSWERS,
            )
        )
        taken.add(vanity)
    pools = {
        language: (names.spellings(first), names.spellings(last))
        for language, (first, last) in names.NAMES.items()
    }
    languages = list(names.NAMES)
    weights = [names.MANY.get(language, 2) for language in languages]
    while len(people) < PEOPLE:
        language = random.choices(languages, weights)[0]
        firsts, lasts = pools[language]
        (first, latin_first), (last, latin_last) = random.choice(firsts), random.choice(lasts)
        vanity = _vanity(random, latin_first, latin_last, taken)
        gone = len(people) % 24 == 11
        people.append(
            Person(
                profile_id=urns.make_profile_id(random),
                member_number=1001 + len(people),
                vanity=vanity,
                first_name=first,
                last_name=last,
                headline=f"{random.choice(names.ROLES)} at {random.choice(names.COMPANIES)}",
                language=language,
                pronoun=random.choice(_PRONOUNS),
                pictured=random.random() < 0.8,
                premium=random.random() < 0.15,
                open_profile=not gone and random.random() < 0.15,
                gone=gone,
                answers=not gone and random.random() < 0.5,
            )
        )
    people.append(
        Person(
            profile_id=urns.make_profile_id(random),
            member_number=1001 + len(people),
            vanity=FELLOW,
            first_name="Imani",
            last_name="Fellow",
            headline="Librarian at Tidewater Archive",
            language="en",
        )
    )
    return people


def make_organizations(seed: int) -> list[Organization]:
    """The company pages, and last the one sender that is LinkedIn itself."""
    random = Random(f"{seed}:organizations")
    pages = [
        Organization(90001 + place, name, random.choice(names.TAGLINES), random.choice(names.INDUSTRIES))
        for place, name in enumerate(names.COMPANIES)
    ]
    return [*pages, Organization(90000, "The network's team", "", "", system=True)]


def _vanity(random: Random, first: str, last: str, taken: set[str]) -> str:
    base = f"{_ascii(first)}-{_ascii(last)}"
    vanity = base
    while vanity in taken:
        vanity = f"{base}-{random.getrandbits(20):05x}"
    taken.add(vanity)
    return vanity


def _ascii(name: str) -> str:
    special = name.lower().translate(_PLAIN_LETTERS)
    return unicodedata.normalize("NFKD", special).encode("ascii", "ignore").decode()
