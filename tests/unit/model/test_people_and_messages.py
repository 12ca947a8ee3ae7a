"""What is shown of people and messages."""

from threadline.model.clock import DrivenClock, SystemClock
from threadline.model.messages import Message
from threadline.model.people import Person, PersonKind

BOB = "ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx"


def message(text: str, fallback: str | None) -> Message:
    return Message(
        message_id="2-bQ",
        thread_id="2-dA",
        sender=Person(person_id=BOB),
        delivered_at=0,
        from_me=False,
        text=text,
        fallback_text=fallback,
    )


def test_a_message_shows_its_text_or_else_what_linkedin_gives_in_its_place() -> None:
    assert message("Hello", "a message").shown_text == "Hello"
    assert message("", "Bob sent a file").shown_text == "Bob sent a file"
    assert message("", None).shown_text == ""


def test_a_full_name_has_no_blank_where_a_part_is_missing() -> None:
    assert Person(person_id=BOB, first_name="Bob", last_name="Sample").full_name == "Bob Sample"
    assert Person(person_id="company:1", first_name="Acme").full_name == "Acme"
    assert Person(person_id=BOB, last_name="Sample").full_name == "Sample"
    assert Person(person_id=BOB).full_name == ""


def test_a_profile_is_addressed_by_vanity_name_once_it_is_known() -> None:
    assert Person(person_id=BOB).profile_url == f"https://www.linkedin.com/in/{BOB}"
    assert Person(person_id=BOB, vanity="bob").profile_url == "https://www.linkedin.com/in/bob"


def test_an_organization_is_addressed_by_its_page_if_it_has_one() -> None:
    acme = Person(person_id="company:1", kind=PersonKind.ORGANIZATION, page_url="https://example.com/acme")
    assert acme.profile_url == "https://example.com/acme"
    assert Person(person_id="urn:li:custom:1", kind=PersonKind.OTHER).profile_url is None


def test_a_driven_clock_moves_only_when_told() -> None:
    clock = DrivenClock(1_000)
    assert (clock.now(), clock.now()) == (1_000, 1_000)
    clock.advance(5)
    assert clock.now() == 1_005


def test_the_system_clock_tells_milliseconds_and_goes_forward() -> None:
    clock = SystemClock()
    first = clock.now()
    assert 1_700_000_000_000 < first <= clock.now() < 5_000_000_000_000
