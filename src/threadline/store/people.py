"""People as one account knows them, and every name they ever had."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from threadline.model.people import Person, PersonKind
from threadline.store.database import Reader, Row, Transaction


async def put(tx: Transaction, account_id: str, people: Iterable[Person]) -> None:
    """Store what LinkedIn showed of some people; what it did not show this time stays."""
    await tx.run_many("people.put", [_parameters(account_id, person) for person in people])


async def by_id(reader: Reader, account_id: str, person_id: str) -> Person | None:
    """One person."""
    row = await reader.row("people.by_id", account_id=account_id, person_id=person_id)
    return person_of(row) if row else None


async def by_alias(reader: Reader, account_id: str, alias: str) -> Person | None:
    """One person by a vanity name, present or past."""
    row = await reader.row("people.by_alias", account_id=account_id, alias=alias)
    return person_of(row) if row else None


async def named(reader: Reader, account_id: str, names: Sequence[str]) -> dict[str, str]:
    """The profile ids of those known by some names, each a vanity name, present or past, or a profile id."""
    if not names:
        return {}
    rows = await reader.rows("people.named", account_id=account_id, ids=msgspec.json.encode(names).decode())
    return {row["name"]: row["person_id"] for row in rows}


async def vanities(reader: Reader, account_id: str, person_ids: Sequence[str]) -> Mapping[str, str]:
    """The vanity names known of some people."""
    rows = await reader.rows(
        "people.vanities", account_id=account_id, ids=msgspec.json.encode(person_ids).decode()
    )
    return {row["person_id"]: row["vanity"] for row in rows}


async def put_alias(tx: Transaction, account_id: str, alias: str, person_id: str) -> None:
    """Store a name by which a person is known; it may have belonged to another."""
    await tx.run("people.put_alias", account_id=account_id, alias=alias, person_id=person_id)


async def set_vanity(tx: Transaction, account_id: str, person_id: str, vanity: str) -> None:
    """Store the vanity name that a person bears now; nobody else bears it any more."""
    await tx.run("people.forget_vanity", account_id=account_id, vanity=vanity, person_id=person_id)
    await tx.run("people.set_vanity", account_id=account_id, vanity=vanity, person_id=person_id)
    await put_alias(tx, account_id, vanity, person_id)


async def profile_read(tx: Transaction, account_id: str, person_id: str, now: int) -> None:
    """Store when a person's profile was last read."""
    await tx.run("people.profile_read", account_id=account_id, person_id=person_id, profile_read_at=now)


def person_of(row: Row) -> Person:
    """The person of a row that holds the columns of `people`."""
    return Person(
        person_id=row["person_id"],
        kind=PersonKind(row["kind"]),
        first_name=row["first_name"],
        last_name=row["last_name"],
        headline=row["headline"],
        distance=row["distance"],
        member_number=row["member_number"],
        vanity=row["vanity"],
        page_url=row["page_url"],
        picture_url=row["picture_url"],
        location=row["location"],
        premium=None if row["premium"] is None else bool(row["premium"]),
    )


def _parameters(account_id: str, person: Person) -> dict[str, object]:
    return {
        "account_id": account_id,
        "person_id": person.person_id,
        "kind": person.kind.value,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "headline": person.headline,
        "distance": person.distance,
        "member_number": person.member_number,
        "vanity": person.vanity,
        "page_url": person.page_url,
        "picture_url": person.picture_url,
        "location": person.location,
        "premium": None if person.premium is None else int(person.premium),
    }
