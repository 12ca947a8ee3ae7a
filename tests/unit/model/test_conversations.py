"""What LinkedIn's categories, flags and participants mean for a conversation."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.conversations import Conversation, ConversationKind, Folder, folder_of
from threadline.model.people import Person, PersonKind

ADA = Person(person_id="ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx")
BOB = Person(person_id="ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx")
EVE = Person(person_id="ACoAADEMOpeerEve00000xxxxxxxxxxxxxxxxxx")
ACME = Person(person_id="company:1002", kind=PersonKind.ORGANIZATION)
SYSTEM = Person(person_id="urn:li:custom:1", kind=PersonKind.OTHER)

CATEGORIES = (
    "INBOX",
    "PRIMARY_INBOX",
    "SECONDARY_INBOX",
    "INMAIL",
    "ARCHIVE",
    "SPAM",
    "STARRED",
    "MESSAGE_REQUEST_PENDING",
    "JOB",
    "OTHER",
)


def conversation(**changes: Any) -> Conversation:
    fields: dict[str, Any] = {"participants": (ADA, BOB), **changes}
    return Conversation(thread_id="2-dA", owner_id=ADA.person_id, last_activity_at=0, **fields)


@pytest.mark.parametrize(
    ("categories", "folder"),
    [
        # The sets that were seen on real items (contracts/linkedin-wire.md §4).
        ({"INBOX", "PRIMARY_INBOX"}, Folder.PRIMARY),
        ({"INBOX", "PRIMARY_INBOX", "INMAIL"}, Folder.PRIMARY),
        ({"INBOX", "SECONDARY_INBOX", "INMAIL"}, Folder.SECONDARY),
        ({"ARCHIVE", "INMAIL"}, Folder.ARCHIVE),
        ({"INBOX"}, Folder.PRIMARY),
        ({"INBOX", "PRIMARY_INBOX", "STARRED"}, Folder.PRIMARY),
        ({"ARCHIVE", "STARRED"}, Folder.ARCHIVE),
        ({"SPAM"}, Folder.SPAM),
        ({"SPAM", "ARCHIVE"}, Folder.SPAM),
        ({"MESSAGE_REQUEST_PENDING"}, Folder.REQUESTS),
        ({"MESSAGE_REQUEST_PENDING", "INBOX", "SECONDARY_INBOX"}, Folder.REQUESTS),
        ({"STARRED"}, Folder.OTHER),
        ({"JOB"}, Folder.OTHER),
        ({"OTHER"}, Folder.OTHER),
        ({"INMAIL"}, Folder.OTHER),
        ({"NEVER_HEARD_OF"}, Folder.OTHER),
        (set(), Folder.OTHER),
    ],
)
def test_a_set_of_categories_means_one_folder(categories: set[str], folder: Folder) -> None:
    for order in permutations(categories):
        assert folder_of(order) is folder
        assert conversation(categories=order).folder is folder


@given(st.lists(st.sampled_from(CATEGORIES) | st.text(max_size=9)))
def test_any_set_of_categories_means_exactly_one_folder_whatever_its_order(categories: list[str]) -> None:
    folder = folder_of(tuple(categories))
    assert folder_of(tuple(reversed(categories))) is folder
    assert folder_of((*categories, "STARRED", "INMAIL")) is folder


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, ConversationKind.DIRECT),
        ({"title": "A name"}, ConversationKind.DIRECT),
        ({"categories": ("MESSAGE_REQUEST_PENDING",)}, ConversationKind.DIRECT),
        ({"group_chat": True, "participants": (ADA, BOB, EVE)}, ConversationKind.GROUP),
        ({"group_chat": True, "participants": (ADA, BOB)}, ConversationKind.GROUP),
        ({"type_text": "InMail"}, ConversationKind.INMAIL),
        ({"categories": ("INBOX", "PRIMARY_INBOX", "INMAIL")}, ConversationKind.INMAIL),
        ({"categories": ("INBOX", "INMAIL"), "state": "ACCEPTED"}, ConversationKind.INMAIL),
        ({"type_text": "Sponsored"}, ConversationKind.SPONSORED),
        ({"type_text": "LinkedIn Offer", "participants": (ADA, ACME)}, ConversationKind.SPONSORED),
        ({"type_text": "Sponsored", "categories": ("INBOX", "INMAIL")}, ConversationKind.SPONSORED),
        ({"participants": (ADA, ACME)}, ConversationKind.ORGANIZATION),
    ],
)
def test_the_kind_of_a_conversation(changes: dict[str, Any], kind: ConversationKind) -> None:
    assert conversation(**changes).kind is kind


@pytest.mark.parametrize(
    "changes",
    [
        {"group_chat": True},
        {"group_chat": True, "participants": (ADA, BOB, EVE)},
        {"participants": (ADA, BOB, EVE)},
        {"participants": (ADA, ACME)},
        {"participants": (ADA, SYSTEM)},
        {"participants": (ADA,)},
        {"participants": ()},
        {"type_text": "InMail"},
        {"type_text": "Sponsored"},
        {"categories": ("INBOX", "INMAIL")},
    ],
)
def test_only_a_conversation_of_two_members_has_a_direct_peer(changes: dict[str, Any]) -> None:
    assert conversation(**changes).direct_peer is None


@pytest.mark.parametrize("participants", [(ADA, BOB), (BOB, ADA), (BOB,)])
def test_the_direct_peer_is_the_other_member(participants: tuple[Person, ...]) -> None:
    assert conversation(participants=participants).direct_peer == BOB.person_id


def test_the_others_are_everyone_but_the_owner() -> None:
    assert conversation(participants=(EVE, ADA, BOB)).others == (EVE, BOB)


def test_a_conversation_takes_replies_unless_linkedin_disabled_them() -> None:
    assert conversation(disabled_features=("ADD_PARTICIPANT", "REMOVE_PARTICIPANT")).accepts_replies
    assert not conversation(disabled_features=("ADD_PARTICIPANT", "REPLY")).accepts_replies
