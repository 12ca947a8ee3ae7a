"""People, relationships and compose options from LinkedIn's objects (contracts/linkedin-wire.md §3)."""

from typing import Any

import pytest

from tests.unit.linkedin.wire_examples import BOB, ME, THREAD
from threadline.linkedin.decoding.people import compose_option_of, me_of, profile_of, relationship_of
from threadline.model.people import ComposeOption, Person, Relationship

MINI = {
    "firstName": "Ada",
    "lastName": "Demo",
    "occupation": "Engineer at Example",
    "publicIdentifier": "ada-demo",
    "entityUrn": f"urn:li:fs_miniProfile:{ME}",
    "dashEntityUrn": f"urn:li:fsd_profile:{ME}",
    "objectUrn": "urn:li:member:1001",
    "picture": {
        "com.linkedin.common.VectorImage": {
            "rootUrl": "https://media.example/ada_",
            "artifacts": [{"width": 100, "fileIdentifyingUrlPathSegment": "100_100.jpg"}],
        }
    },
}


@pytest.mark.promise("wire.3.1.own-profile")
def test_the_owner_is_read_from_me() -> None:
    assert me_of({"plainId": 1001, "premiumSubscriber": True, "miniProfile": MINI}) == Person(
        person_id=ME,
        first_name="Ada",
        last_name="Demo",
        headline="Engineer at Example",
        distance="SELF",
        member_number=1001,
        vanity="ada-demo",
        picture_url="https://media.example/ada_100_100.jpg",
        premium=True,
    )


@pytest.mark.promise("wire.3.1.own-profile")
def test_the_owner_is_read_without_the_newer_urn_or_a_picture() -> None:
    bare = {"entityUrn": f"urn:li:fs_miniProfile:{ME}", "picture": {"strange": 1}}
    assert me_of({"miniProfile": bare}) == Person(person_id=ME, distance="SELF")
    assert me_of({"miniProfile": {"entityUrn": "urn:li:fs_miniProfile:short"}}) is None
    assert me_of({}) is None


@pytest.mark.promise("wire.3.2.profile")
def test_a_profile_is_read_with_its_largest_picture() -> None:
    entity = {
        "entityUrn": f"urn:li:fsd_profile:{BOB}",
        "objectUrn": "urn:li:member:1002",
        "publicIdentifier": "bob-demo",
        "firstName": "Bob",
        "lastName": "Sample",
        "headline": "Designer",
        "premium": False,
        "profilePicture": {
            "displayImageReference": {
                "vectorImage": {
                    "rootUrl": "https://media.example/bob_",
                    "artifacts": [
                        {"width": 800, "fileIdentifyingUrlPathSegment": "800.jpg"},
                        {"width": 100, "fileIdentifyingUrlPathSegment": "100.jpg"},
                    ],
                }
            }
        },
        "geoLocation": {"geo": {"defaultLocalizedName": "Berlin"}},
    }
    assert profile_of(entity) == Person(
        person_id=BOB,
        first_name="Bob",
        last_name="Sample",
        headline="Designer",
        member_number=1002,
        vanity="bob-demo",
        picture_url="https://media.example/bob_800.jpg",
        location="Berlin",
        premium=False,
    )
    assert profile_of({"entityUrn": None}) is None


def apart(invitation: Any, distance: str = "DISTANCE_2") -> dict[str, Any]:
    return {
        "memberRelationshipUnion": {
            "noConnection": {"memberDistance": distance, "invitationUnion": invitation}
        }
    }


@pytest.mark.promise("wire.3.3.relationship")
@pytest.mark.parametrize(
    ("entity", "read"),
    [
        (
            {"memberRelationshipUnion": {"connection": {"entityUrn": "urn:li:fsd_connection:x"}}},
            Relationship(
                connected=True, distance="DISTANCE_1", pending_invitation_sent=False, can_connect=False
            ),
        ),
        (
            apart({"noInvitation": {}}),
            Relationship(connected=False, distance="DISTANCE_2", pending_invitation_sent=False),
        ),
        (
            apart({"invitation": {"invitationState": "PENDING", "invitationType": "SENT"}}, "DISTANCE_3"),
            Relationship(
                connected=False, distance="DISTANCE_3", pending_invitation_sent=True, can_connect=False
            ),
        ),
        (
            apart({"invitation": {"invitationState": "PENDING", "invitationType": "RECEIVED"}}),
            Relationship(
                connected=False,
                distance="DISTANCE_2",
                pending_invitation_sent=False,
                pending_invitation_received=True,
                can_connect=False,
            ),
        ),
        (
            {"memberRelationshipUnion": {"self": {}}},
            Relationship(connected=False, distance="SELF", pending_invitation_sent=False, can_connect=False),
        ),
        ({"memberRelationshipUnion": {"somethingNew": {}}}, None),
        ({}, None),
    ],
)
def test_a_relationship_is_read_in_each_of_its_forms(entity: Any, read: Relationship | None) -> None:
    assert relationship_of(entity) == read


@pytest.mark.promise("wire.3.4.compose-option")
def test_a_compose_option_is_read_with_the_thread_that_exists() -> None:
    entity = {
        "composeOptionType": "REPLY",
        "composeNavigationContext": {
            "paidInMail": False,
            "existingConversationUrn": f"urn:li:fsd_conversation:{THREAD}",
        },
    }
    assert compose_option_of(entity) == ComposeOption(kind="REPLY", existing_thread_id=THREAD)
    paid = {"composeOptionType": "PREMIUM_INMAIL", "composeNavigationContext": {"paidInMail": True}}
    assert compose_option_of(paid) == ComposeOption(kind="PREMIUM_INMAIL", paid_inmail=True)
    assert compose_option_of({"composeOptionType": "CONNECTION_MESSAGE"}) == ComposeOption(
        kind="CONNECTION_MESSAGE"
    )
