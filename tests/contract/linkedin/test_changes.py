"""Changes to messages and conversations: what leaves on the wire, and what comes of it in the sandbox."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, connector, http, scripted, session
from tests.contract.sandbox.client import SandboxClient
from tests.unit.linkedin.wire_examples import BOB, BOB_PARTICIPANT, CONVERSATION_URN, ME, MESSAGE, MESSAGE_URN
from tests.unit.linkedin.wire_examples import THREAD as PLACE
from threadline.linkedin.changes import Changes
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.model.clock import MINUTE
from threadline.model.compositions import Composition, Mention
from threadline.model.messages import Message, RenderFormat

MSG = "/voyager/api/voyagerMessagingDashMessengerMessages"
CONV = "/voyager/api/voyagerMessagingDashMessengerConversations"
ENCODED_MESSAGE = (
    "urn%3Ali%3Amsg_message%3A%28urn%3Ali%3Afsd_profile%3AACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx%2C"
    "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDEmMGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg%3D%3D%29"
)
ENCODED_CONVERSATION = (
    "urn%3Ali%3Amsg_conversation%3A%28urn%3Ali%3Afsd_profile%3AACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx%2C"
    "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg%3D%3D%29"
)
TEXT, JSON = "text/plain;charset=UTF-8", "application/json"
TRACKING = "0123456789abcdef"

Act = Callable[[Changes], Awaitable[None]]


@pytest.mark.promise(
    "wire.6.edit-and-recall", "wire.6.reactions", "wire.6.typing", "wire.6.categories", "wire.6.groups"
)
@pytest.mark.parametrize(
    ("act", "line", "content_type", "body"),
    [
        (
            lambda changes: changes.edit(MESSAGE, "new", [Mention(0, 3, BOB)]),
            f"POST {MSG}/{ENCODED_MESSAGE}",
            JSON,
            '{"patch":{"$set":{"body":{"attributes":[{"start":0,"length":3,"attributeKindUnion":'
            f'{{"entity":{{"urn":"urn:li:fsd_profile:{BOB}"}}}}}}],"text":"new"}}}}}}}}',
        ),
        (
            lambda changes: changes.recall(MESSAGE),
            f"POST {MSG}?action=recall",
            JSON,
            f'{{"messageUrn":"{MESSAGE_URN}"}}',
        ),
        (
            lambda changes: changes.react(MESSAGE, "👏"),
            f"POST {MSG}?action=reactWithEmoji",
            TEXT,
            f'{{"messageUrn":"{MESSAGE_URN}","emoji":"👏"}}',
        ),
        (
            lambda changes: changes.unreact(MESSAGE, "👏"),
            f"POST {MSG}?action=unreactWithEmoji",
            TEXT,
            f'{{"messageUrn":"{MESSAGE_URN}","emoji":"👏"}}',
        ),
        (
            lambda changes: changes.typing(PLACE),
            f"POST {CONV}?action=typing",
            TEXT,
            f'{{"conversationUrn":"{CONVERSATION_URN}"}}',
        ),
        (
            lambda changes: changes.mark_all_seen(1_790_000_000_000),
            "POST /voyager/api/voyagerMessagingDashMessagingBadge?action=markAllMessagesAsSeen",
            TEXT,
            '{"until":1790000000000}',
        ),
        (
            lambda changes: changes.add_category([PLACE], "ARCHIVE"),
            f"POST {CONV}?action=addCategory",
            JSON,
            f'{{"conversationUrns":["{CONVERSATION_URN}"],"category":"ARCHIVE"}}',
        ),
        (
            lambda changes: changes.remove_category([PLACE], "STARRED"),
            f"POST {CONV}?action=removeCategory",
            JSON,
            f'{{"conversationUrns":["{CONVERSATION_URN}"],"category":"STARRED"}}',
        ),
        (lambda changes: changes.delete(PLACE), f"DELETE {CONV}/{ENCODED_CONVERSATION}", None, ""),
        (
            lambda changes: changes.rename(PLACE, "Team"),
            f"POST {CONV}/{ENCODED_CONVERSATION}",
            JSON,
            '{"patch":{"$set":{"title":"Team"}}}',
        ),
        (
            lambda changes: changes.add_participants(PLACE, [BOB]),
            f"POST {CONV}?action=addParticipants",
            TEXT,
            f'{{"conversationUrn":"{CONVERSATION_URN}","participants":["urn:li:fsd_profile:{BOB}"]}}',
        ),
        (
            lambda changes: changes.remove_participants(PLACE, [BOB]),
            f"POST {CONV}?action=removeParticipants",
            TEXT,
            f'{{"conversationUrn":"{CONVERSATION_URN}","participants":["{BOB_PARTICIPANT}"]}}',
        ),
    ],
    ids=[
        "edit",
        "recall",
        "react",
        "unreact",
        "typing",
        "seen",
        "add category",
        "remove category",
        "delete",
        "rename",
        "add",
        "remove",
    ],
)
async def test_a_change_leaves_byte_for_byte_as_the_reference_has_it(
    act: Act, line: str, content_type: str | None, body: str
) -> None:
    async with scripted([http("204 No Content")]) as script, connector(script.base_url) as rehearsal:
        await act(rehearsal.linkedin.account(session(), Observer(), ME).changes)
    head, _, sent = script.requests[0].partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in fields)}
    assert first == f"{line} HTTP/1.1"
    assert headers["accept"] == "application/json"
    assert content_type is None or headers["content-type"] == content_type
    assert sent.decode() == body


@pytest.mark.promise("wire.8.3.decorated-payloads")
async def test_an_acknowledgement_says_which_messages_came_over_the_stream() -> None:
    async with scripted([http("200 OK", b"{}")]) as script, connector(script.base_url) as rehearsal:
        changes = rehearsal.linkedin.account(session(), Observer(), ME).changes
        await changes.acknowledge([])
        await changes.acknowledge([MESSAGE])
    [request] = script.requests
    said = json.loads(request.partition(b"\r\n\r\n")[2])
    assert said.pop("clientConsumedAt") > 1_700_000_000_000
    assert said == {"messageUrns": [MESSAGE_URN], "clientId": "voyager-web", "deliveryMechanism": "REALTIME"}


@pytest.mark.promise("wire.6.categories")
async def test_at_most_twenty_conversations_are_named_in_a_call() -> None:
    threads = [f"2-{number:08d}" for number in range(45)]
    async with scripted([http("200 OK", b"{}")] * 3) as script, connector(script.base_url) as rehearsal:
        await rehearsal.linkedin.account(session(), Observer(), ME).changes.add_category(threads, "ARCHIVE")
    batches = [
        json.loads(request.partition(b"\r\n\r\n")[2])["conversationUrns"] for request in script.requests
    ]
    assert [len(batch) for batch in batches] == [20, 20, 5]
    assert rehearsal.pauses.taken == [0.5, 0.5]


@pytest.fixture
def grace(rehearsal: Rehearsal) -> AccountClient:
    """LinkedIn as Grace sees it."""
    return rehearsal.linkedin.account(session("grace"), Observer())


async def said(sender: AccountClient, reader: AccountClient, text: str = "Hello") -> Message:
    """A fresh message from one account to another, as the sender sees it."""
    reader_id = (await reader.people.me()).person_id
    delivered = await sender.messages.create(
        Composition(text=text), origin_token="t", tracking_id=TRACKING, recipients=[reader_id]
    )
    return await told(sender, delivered.thread_id, delivered.message_id)


async def told(client: AccountClient, thread_id: str, message_id: str) -> Message:
    """A message as one account sees it."""
    newest = (await client.messages.newest(thread_id)).messages
    return next(message for message in newest if message.message_id == message_id)


@pytest.mark.promise("wire.6.edit-and-recall")
async def test_an_edit_and_a_recall_are_seen_by_the_other_side(
    ada: AccountClient, grace: AccountClient
) -> None:
    message = await said(ada, grace)
    me = (await ada.people.me()).person_id
    await ada.changes.edit(message.message_id, "Ada means hello", [Mention(0, 3, me)])
    edited = await told(grace, message.thread_id, message.message_id)
    assert (edited.text, edited.render_format) == ("Ada means hello", RenderFormat.EDITED)
    assert [(each.kind, each.start, each.length) for each in edited.attributes] == [("entity", 0, 3)]
    again = await ada.messages.again(message)
    assert again is not None
    assert again.text == "Ada means hello"
    await ada.changes.recall(message.message_id)
    gone = await told(grace, message.thread_id, message.message_id)
    assert (gone.text, gone.render_format) == ("", RenderFormat.RECALLED)


@pytest.mark.promise("wire.6.edit-and-recall")
async def test_another_persons_or_an_old_message_is_refused(
    ada: AccountClient, grace: AccountClient, sandbox: SandboxClient
) -> None:
    message = await said(grace, ada)
    with pytest.raises(Refusal) as refused:
        await ada.changes.edit(message.message_id, "Mine now")
    assert refused.value.status == 403
    await sandbox.admin("POST", "clock", {"advanceMs": 61 * MINUTE})
    for late in (grace.changes.edit(message.message_id, "x"), grace.changes.recall(message.message_id)):
        with pytest.raises(Refusal) as refused:
            await late
        assert (refused.value.status, refused.value.reason_code) == (422, "MESSAGE_TOO_OLD")


@pytest.mark.promise("wire.6.reactions", "wire.5.4.receipts")
async def test_a_reaction_is_set_seen_and_taken_back(ada: AccountClient, grace: AccountClient) -> None:
    message = await said(ada, grace)
    for client in (ada, grace):
        await client.changes.react(message.message_id, "👏")
    [reaction] = (await told(ada, message.thread_id, message.message_id)).reactions
    assert (reaction.emoji, reaction.count, reaction.viewer_reacted) == ("👏", 2, True)
    people = await ada.messages.reactors(message.message_id, "👏")
    assert {person.full_name for person in people} >= {"Ada Demo"}
    assert {person.person_id for person in people} == {ada.owner_id, grace.owner_id}
    await ada.changes.unreact(message.message_id, "👏")
    assert [person.person_id for person in await ada.messages.reactors(message.message_id, "👏")] == [
        grace.owner_id
    ]


@pytest.mark.promise("wire.5.4.receipts")
async def test_receipts_name_who_has_seen_which_message_and_when(
    ada: AccountClient, grace: AccountClient
) -> None:
    message = await said(ada, grace)
    await grace.inbox.mark_read([message.thread_id], True)
    [receipt] = await ada.messages.receipts(message.thread_id)
    assert (receipt.person_id, receipt.message_id) == (grace.owner_id, message.message_id)
    assert receipt.seen_at >= message.delivered_at


@pytest.mark.promise("wire.6.categories")
async def test_a_conversation_is_archived_starred_marked_as_spam_moved_and_deleted(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")

    async def categories() -> set[str]:
        [conversation] = await ada.inbox.by_ids([thread])
        return set(conversation.categories)

    changes = ada.changes
    await changes.add_category([thread], "ARCHIVE")
    assert "ARCHIVE" in await categories()
    await changes.remove_category([thread], "ARCHIVE")
    await changes.add_category([thread], "STARRED")
    assert await categories() >= {"INBOX", "STARRED"}
    await changes.add_category([thread], "SECONDARY_INBOX")
    assert await categories() >= {"SECONDARY_INBOX", "STARRED"}
    await changes.add_category([thread], "SPAM")
    assert "SPAM" in await categories()
    await changes.delete(thread)
    assert await ada.inbox.by_ids([thread]) == []


@pytest.mark.promise("wire.6.groups")
async def test_a_group_is_renamed_and_people_are_added_and_removed(
    ada: AccountClient, grace: AccountClient, sandbox: SandboxClient
) -> None:
    jane, sarah = [await sandbox.profile_id(name) for name in ("janesmith", "sarah-chen")]
    person = (await grace.people.me()).person_id
    opened = await ada.messages.create(
        Composition(text="Hello all", title="Two"),
        origin_token="t",
        tracking_id=TRACKING,
        recipients=[jane, person],
    )
    await ada.changes.rename(opened.thread_id, "Three")
    await ada.changes.add_participants(opened.thread_id, [sarah])
    [group] = await grace.inbox.by_ids([opened.thread_id])
    assert group.title == "Three"
    assert {one.person_id for one in group.others} == {ada.owner_id, jane, sarah}
    await ada.changes.remove_participants(opened.thread_id, [jane])
    [group] = await grace.inbox.by_ids([opened.thread_id])
    assert {one.person_id for one in group.others} == {ada.owner_id, sarah}


async def test_the_badge_is_cleared_and_messages_are_acknowledged(
    ada: AccountClient, grace: AccountClient
) -> None:
    message: Any = await said(grace, ada)
    await ada.changes.mark_all_seen(message.delivered_at)
    await ada.changes.acknowledge([message.message_id])
    [conversation] = await ada.inbox.by_ids([message.thread_id])
    assert not conversation.read
