"""Conversations and messages from LinkedIn's bytes (contracts/linkedin-wire.md §1.4, §4, §5)."""

from typing import Any

import msgspec
import pytest

from tests.unit.linkedin.wire_examples import (
    BOB,
    BOB_PARTICIPANT,
    DELIVERED_AT,
    ME,
    MESSAGE,
    MESSAGE_URN,
    THREAD,
    ada,
    answer,
    bob,
    conversation,
    message,
    normalized_conversations,
)
from threadline.linkedin.decoding import wire
from threadline.linkedin.decoding.conversations import conversation_of
from threadline.linkedin.decoding.graphql import CONVERSATIONS, MESSAGES, Page, each
from threadline.linkedin.decoding.messages import message_of
from threadline.linkedin.errors import Refusal, ServerTrouble
from threadline.linkedin.inbox import deleted_ids
from threadline.model.conversations import Conversation, ConversationKind, Folder
from threadline.model.messages import Message, Reaction, TextAttribute
from threadline.model.people import Person, PersonKind

SYNC = "messenger_conversations_by_sync_token"
SYNC_FIELD = "messengerConversationsBySyncToken"
BOB_PERSON = Person(
    person_id=BOB,
    first_name="Bob",
    last_name="Sample",
    headline="Designer",
    distance="DISTANCE_1",
    member_number=1002,
    picture_url="https://media.example/bob_400.jpg",
)
HELLO = Message(
    message_id=MESSAGE,
    thread_id=THREAD,
    sender=BOB_PERSON,
    delivered_at=DELIVERED_AT,
    from_me=False,
    text="Hello Ada",
    reactions=(Reaction("👏", 1, 1_790_000_060_000),),
)


class Reported(list[str]):
    """The parts that were left out."""

    def __call__(self, kind: str) -> None:
        self.append(kind)


def conversations(document: Any, reported: Reported) -> tuple[list[Conversation], Page[wire.Conversation]]:
    page = CONVERSATIONS.read(msgspec.json.encode(document), SYNC, reported)
    return each(page.items, lambda item, people: conversation_of(item, people, owner_id=ME), reported), page


def messages(items: list[Any], reported: Reported) -> list[Message]:
    body = msgspec.json.encode(answer("messengerMessagesBySyncToken", items))
    page = MESSAGES.read(body, "messenger_messages_by_sync_token", reported)
    return each(
        page.items,
        lambda item, people: message_of(item, people, owner_id=ME, thread_id=None),
        reported,
    )


def one_message(**changes: Any) -> Message:
    reported = Reported()
    (read,) = messages([message(**changes)], reported)
    assert reported == []
    return read


def one_conversation(**changes: Any) -> Conversation:
    reported = Reported()
    (read,), _ = conversations(answer(SYNC_FIELD, [conversation(**changes)]), reported)
    assert reported == []
    return read


@pytest.mark.promise("wire.5.1.message")
@pytest.mark.promise("wire.4.1.conversation", "wire.4.2.participants")
def test_a_conversation_is_read_with_everyone_in_it_and_its_last_message() -> None:
    read = one_conversation()
    assert read == Conversation(
        thread_id=THREAD,
        owner_id=ME,
        categories=("INBOX", "PRIMARY_INBOX"),
        participants=(
            Person(
                person_id=ME,
                first_name="Ada",
                last_name="Demo",
                headline="Designer",
                distance="SELF",
                member_number=1002,
                picture_url="https://media.example/bob_400.jpg",
            ),
            BOB_PERSON,
        ),
        created_at=1_789_990_000_000,
        last_activity_at=DELIVERED_AT,
        last_read_at=1_789_999_000_000,
        read=False,
        unread_count=1,
        notification_status="ACTIVE",
        disabled_features=("ADD_PARTICIPANT",),
        last_message=HELLO,
    )
    assert read.folder is Folder.PRIMARY
    assert read.direct_peer == BOB


@pytest.mark.promise("wire.1.4.three-forms")
def test_the_normalized_form_gives_the_same_as_the_plain_nested_one() -> None:
    plain, plain_page = conversations(
        answer(SYNC_FIELD, [conversation()], newSyncToken="c3luYy0x"), Reported()
    )
    normalized, normalized_page = conversations(normalized_conversations(), Reported())
    assert normalized == plain
    assert normalized_page.metadata == plain_page.metadata
    assert plain_page.metadata.new_sync_token == "c3luYy0x"


def test_a_reference_to_what_is_not_included_is_its_urn() -> None:
    document = normalized_conversations()
    document["included"] = [
        entity for entity in document["included"] if entity["entityUrn"] != BOB_PARTICIPANT
    ]
    (read,), _ = conversations(document, Reported())
    assert read.participants[1] == Person(person_id=BOB, kind=PersonKind.MEMBER)
    assert read.last_message is not None
    assert read.last_message.sender.person_id == BOB


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": None},
        {"messages": {"elements": []}},
        {"messages": {}},
    ],
)
def test_a_conversation_without_messages_keeps_its_activity(changes: dict[str, Any]) -> None:
    read = one_conversation(**changes)
    assert read.last_message is None
    assert read.last_activity_at == DELIVERED_AT


@pytest.mark.promise("wire.4.1.conversation")
def test_a_conversation_with_nothing_but_its_urn_is_read() -> None:
    (read,), _ = conversations(
        answer(SYNC_FIELD, [{"entityUrn": conversation()["entityUrn"], "categories": None}]), Reported()
    )
    assert (read.thread_id, read.owner_id, read.last_activity_at, read.read) == (THREAD, ME, 0, True)


@pytest.mark.promise("wire.4.2.participants")
@pytest.mark.promise("wire.4.1.conversation")
def test_kinds_are_told_by_group_type_text_category_and_participant() -> None:
    company = {
        "entityUrn": "urn:li:msg_messagingParticipant:urn:li:fsd_company:77",
        "hostIdentityUrn": "urn:li:fsd_company:77",
        "participantType": {
            "organization": {"name": {"text": "Acme"}, "pageUrl": "https://example.org/acme"}
        },
    }
    assert one_conversation(groupChat=True, title="Team").kind is ConversationKind.GROUP
    assert one_conversation(conversationTypeText={"text": "Sponsored"}).kind is ConversationKind.SPONSORED
    assert one_conversation(categories=["INBOX", "INMAIL"]).kind is ConversationKind.INMAIL
    with_company = one_conversation(conversationParticipants=[ada(), company])
    assert with_company.kind is ConversationKind.ORGANIZATION
    assert with_company.others == (
        Person(
            person_id="company:77",
            kind=PersonKind.ORGANIZATION,
            first_name="Acme",
            page_url="https://example.org/acme",
        ),
    )


@pytest.mark.promise("wire.4.2.participants")
def test_a_system_like_sender_keeps_its_name_and_urn() -> None:
    custom = {
        "entityUrn": "urn:li:msg_messagingParticipant:urn:li:fsd_bot:1",
        "participantType": {"member": None, "custom": {"name": {"text": "LinkedIn"}, "image": None}},
    }
    sender = one_message(sender=custom).sender
    assert sender == Person(person_id="urn:li:fsd_bot:1", kind=PersonKind.OTHER, first_name="LinkedIn")


@pytest.mark.promise("wire.4.2.participants")
def test_an_empty_participant_type_leaves_a_person_without_a_name() -> None:
    sender = {"entityUrn": BOB_PARTICIPANT, "participantType": {}}
    assert one_message(sender=sender).sender == Person(person_id=BOB, kind=PersonKind.MEMBER)


@pytest.mark.promise("wire.5.1.message")
def test_the_actor_stands_in_where_there_is_no_sender() -> None:
    assert one_message(sender=None, actor=bob()).sender == BOB_PERSON
    assert one_message(sender=None, actor=None).sender.person_id == ""


@pytest.mark.promise("wire.5.1.message")
def test_an_own_message_is_told_by_the_mailboxs_owner_and_keeps_its_token() -> None:
    own = one_message(sender=ada(), originToken="3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012")
    assert own.from_me
    assert own.origin_token == "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012"
    assert not one_message().from_me


def test_the_thread_is_read_from_the_backend_urn_where_the_conversation_is_missing() -> None:
    assert one_message(conversation=None).thread_id == THREAD


@pytest.mark.promise("wire.5.1.message")
def test_edited_recalled_and_system_messages_keep_their_format() -> None:
    assert one_message(messageBodyRenderFormat="RECALLED", body=None).render_format == "RECALLED"
    assert one_message(messageBodyRenderFormat="NEW_WORD").render_format == "NEW_WORD"
    assert one_message(subject="An offer").subject == "An offer"


@pytest.mark.promise("wire.5.2.attributed-text")
def test_attributes_keep_their_offsets_and_what_their_kind_carries() -> None:
    body = {
        "text": "👏 Bob see this",
        "attributes": [
            {
                "start": 2,
                "length": 3,
                "attributeKind": {"bold": None, "entity": {"urn": "urn:li:x", "_type": "t"}},
            },
            {"start": 6, "length": 3, "attributeKind": {"hyperlink": {"url": "https://example.org"}}},
            {"start": 10, "length": 4, "attributeKind": {"bold": {}}},
            {"start": 0, "length": 1, "attributeKind": {"bold": None}},
            {"start": None, "length": 1, "attributeKind": {"bold": {}}},
            "nonsense",
        ],
    }
    assert one_message(body=body).attributes == (
        TextAttribute(2, 3, "entity", {"urn": "urn:li:x"}),
        TextAttribute(6, 3, "hyperlink", {"url": "https://example.org"}),
        TextAttribute(10, 4, "bold"),
    )


def test_a_malformed_element_loses_no_other() -> None:
    reported = Reported()
    broken: list[Any] = [
        message(entityUrn=None),
        message(deliveredAt="soon"),
        message(entityUrn="urn:x"),
        7,
        None,
    ]
    read = messages([message(), *broken, message(entityUrn=MESSAGE_URN)], reported)
    assert read == [HELLO, HELLO]
    assert len([kind for kind in reported if kind == "Message"]) == len(broken)


def test_a_malformed_part_loses_nothing_but_itself() -> None:
    reported = Reported()
    (read,) = messages(
        [
            message(
                subject={"not": "text"},
                reactionSummaries=[{"emoji": "👏"}, {"emoji": "🎉", "count": 2}],
                sender={
                    **bob(),
                    "participantType": {"member": {"firstName": 7, "lastName": {"text": "Sample"}}},
                },
            )
        ],
        reported,
    )
    assert read.text == "Hello Ada"
    assert read.subject is None
    assert read.reactions == (Reaction("🎉", 2),)
    assert (read.sender.person_id, read.sender.first_name, read.sender.last_name) == (BOB, "", "Sample")
    assert "Message.subject" in reported
    assert "Member.firstName" in reported


def test_a_conversation_whose_last_message_is_malformed_is_kept() -> None:
    reported = Reported()
    document = answer(
        SYNC_FIELD, [conversation(messages={"elements": [message(deliveredAt=None)]}), conversation()]
    )
    first, second = conversations(document, reported)[0]
    assert first.last_message is None
    assert second.last_message == HELLO
    assert reported != []


def test_malformed_metadata_loses_no_conversation() -> None:
    reported = Reported()
    found, page = conversations(
        answer(SYNC_FIELD, [conversation()], newSyncToken=7, nextCursor="c"), reported
    )
    assert len(found) == 1
    assert (page.metadata.new_sync_token, page.metadata.next_cursor) == (None, "c")
    assert reported == ["Metadata.newSyncToken"]


@pytest.mark.promise("wire.12.1.statuses")
def test_a_null_field_with_errors_is_refused_or_trouble_by_its_status() -> None:
    def read(document: dict[str, Any]) -> None:
        CONVERSATIONS.read(msgspec.json.encode(document), SYNC, Reported())

    missing = {"message": "not found", "extensions": {"status": 404, "code": "GONE"}}
    with pytest.raises(Refusal) as refused:
        read({"data": {SYNC_FIELD: None}, "errors": [missing]})
    assert (refused.value.status, refused.value.reason_code, refused.value.reason) == (
        404,
        "GONE",
        "not found",
    )
    assert refused.value.in_part
    with pytest.raises(Refusal):
        read({"data": {"data": {SYNC_FIELD: None}, "errors": [missing]}, "included": []})
    with pytest.raises(ServerTrouble):
        read({"data": {SYNC_FIELD: None}, "errors": [{"message": "x", "extensions": {"status": 500}}]})
    with pytest.raises(ServerTrouble):
        read({"data": None})
    with pytest.raises(ServerTrouble):
        read({})


def test_errors_beside_an_answered_field_do_not_lose_it() -> None:
    document = answer(SYNC_FIELD, [conversation()])
    document["errors"] = [{"message": "partly", "extensions": {"status": 500}}]
    assert len(conversations(document, Reported())[0]) == 1


def test_deleted_urns_are_read_in_both_shapes() -> None:
    urn = conversation()["entityUrn"]
    metadata = wire.Metadata(
        deleted_urns=[
            urn,
            {"message": None, "conversation": {"entityUrn": urn}},
            {"conversation": urn},
            {"entityUrn": urn},
            {"conversation": None},
            "urn:li:nothing",
            7,
        ]
    )
    assert deleted_ids(metadata, "conversation") == [THREAD] * 4
    both = wire.Metadata(
        deleted_urns=[MESSAGE_URN, {"message": {"entityUrn": MESSAGE_URN}, "conversation": None}]
    )
    assert deleted_ids(both, "message") == [MESSAGE, MESSAGE]
