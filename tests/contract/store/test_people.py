"""People as one account knows them, and every name they ever had."""

import msgspec

from tests.contract.store.samples import ACCOUNT, ACME, ADA, BOB, EVE, NOW, OTHER_ACCOUNT
from threadline.model.people import Person, PersonKind
from threadline.store import people
from threadline.store.database import Database

WHOLE = Person(
    person_id=BOB.person_id,
    first_name="Bob",
    last_name="Sample",
    headline="Designer",
    distance="DISTANCE_1",
    member_number=2**53 + 1,
    vanity="bob-sample",
    page_url="https://example.com/bob",
    picture_url="https://media.example/bob.jpg",
    location="Lisbon",
    premium=False,
)


async def put(database: Database, *persons: Person) -> None:
    async with database.transaction() as tx:
        await people.put(tx, ACCOUNT, persons)


async def test_everything_that_is_known_of_a_person_is_kept(database: Database) -> None:
    custom = Person(person_id="urn:li:custom:1", kind=PersonKind.OTHER, first_name="LinkedIn", premium=True)
    await put(database, WHOLE, ACME, custom)
    for person in (WHOLE, ACME, custom):
        assert await people.by_id(database, ACCOUNT, person.person_id) == person
    assert await people.by_id(database, ACCOUNT, EVE.person_id) is None


async def test_what_linkedin_does_not_show_this_time_stays(database: Database) -> None:
    await put(database, WHOLE)
    await put(database, Person(person_id=BOB.person_id))
    assert await people.by_id(database, ACCOUNT, BOB.person_id) == WHOLE


async def test_what_linkedin_shows_anew_replaces_what_was_known(database: Database) -> None:
    await put(database, WHOLE)
    renamed = msgspec.structs.replace(
        WHOLE, first_name="Robert", last_name="", headline="Architect", distance="SELF", premium=True
    )
    await put(database, renamed)
    assert await people.by_id(database, ACCOUNT, BOB.person_id) == renamed


async def test_one_person_shown_twice_at_once_is_stored_as_shown_last(database: Database) -> None:
    await put(database, BOB, msgspec.structs.replace(BOB, first_name="Bobby"))
    person = await people.by_id(database, ACCOUNT, BOB.person_id)
    assert person is not None
    assert person.first_name == "Bobby"


async def test_each_account_knows_its_own_people(database: Database) -> None:
    await put(database, BOB)
    async with database.transaction() as tx:
        await people.put_alias(tx, ACCOUNT, "bob-sample", BOB.person_id)
    assert await people.by_id(database, OTHER_ACCOUNT, BOB.person_id) is None
    assert await people.by_alias(database, OTHER_ACCOUNT, "bob-sample") is None


async def test_a_person_is_found_by_present_and_past_names(database: Database) -> None:
    await put(database, BOB)
    async with database.transaction() as tx:
        await people.set_vanity(tx, ACCOUNT, BOB.person_id, "bob-sample")
        await people.set_vanity(tx, ACCOUNT, BOB.person_id, "robert-sample")
    for alias in ("bob-sample", "robert-sample"):
        person = await people.by_alias(database, ACCOUNT, alias)
        assert person is not None
        assert (person.person_id, person.vanity) == (BOB.person_id, "robert-sample")
    assert await people.by_alias(database, ACCOUNT, "nobody") is None


async def test_a_name_that_moves_to_another_person_follows_and_is_lost_by_the_first(
    database: Database,
) -> None:
    await put(database, BOB, EVE)
    async with database.transaction() as tx:
        await people.set_vanity(tx, ACCOUNT, BOB.person_id, "sample")
        await people.set_vanity(tx, ACCOUNT, EVE.person_id, "sample")
    found = await people.by_alias(database, ACCOUNT, "sample")
    first = await people.by_id(database, ACCOUNT, BOB.person_id)
    assert found is not None
    assert first is not None
    assert (found.person_id, found.vanity, first.vanity) == (EVE.person_id, "sample", None)


async def test_a_name_of_a_person_who_was_never_seen_leads_to_nobody_until_they_are(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await people.put_alias(tx, ACCOUNT, "bob-sample", BOB.person_id)
    assert await people.by_alias(database, ACCOUNT, "bob-sample") is None
    await put(database, BOB)
    assert await people.by_alias(database, ACCOUNT, "bob-sample") == BOB


async def test_vanities_are_told_of_those_who_have_one(database: Database) -> None:
    await put(database, WHOLE, ADA, ACME)
    asked = [BOB.person_id, ADA.person_id, ACME.person_id, EVE.person_id]
    assert await people.vanities(database, ACCOUNT, asked) == {BOB.person_id: "bob-sample"}
    assert await people.vanities(database, ACCOUNT, []) == {}
    assert await people.vanities(database, OTHER_ACCOUNT, asked) == {}


async def test_ids_of_every_spelling_can_be_asked_for_together(database: Database) -> None:
    odd = [
        Person(person_id=odd_id, vanity=f"odd-{number}")
        for number, odd_id in enumerate(["it's", 'a"b', "back\\slash", "{1,2}", "مرحبا", "🦜", "a,b"])
    ]
    await put(database, *odd)
    found = await people.vanities(database, ACCOUNT, [person.person_id for person in odd])
    assert found == {person.person_id: person.vanity for person in odd}


async def test_when_a_profile_was_read_is_kept_beside_the_person(database: Database) -> None:
    await put(database, BOB)
    async with database.transaction() as tx:
        await people.profile_read(tx, ACCOUNT, BOB.person_id, NOW)
    assert await people.by_id(database, ACCOUNT, BOB.person_id) == BOB
