"""Messages, read from the sandbox and sent there (contracts/linkedin-wire.md §5, §6.1, §6.2)."""

from typing import Any

import pytest

from tests.contract.linkedin.rehearsal import Rehearsal
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import ConnectionLost, Refusal
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.model.clock import DAY, SystemClock
from threadline.model.compositions import Composition
from threadline.model.messages import ContentKind

TOKEN = "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012"
TRACKING = "0123456789abcdef"
NOWHERE = "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="


async def told(sandbox: SandboxClient, thread: str) -> list[dict[str, Any]]:
    """Every message of a thread as the sandbox itself knows it, newest first."""
    messages: list[dict[str, Any]] = (
        await sandbox.told(f"mailboxes/ada-demo/conversations/{thread}/messages")
    )["messages"]
    return messages[::-1]


async def fault(sandbox: SandboxClient, kind: str, endpoint: str, count: int = 1) -> None:
    answer = await sandbox.admin(
        "POST", "faults", {"account": "ada", "kind": kind, "endpoint": endpoint, "count": count}
    )
    assert answer.status == 201, answer.text


async def send(ada: AccountClient, thread: str, text: str = "Hello Jane") -> str:
    delivered = await ada.messages.create(
        Composition(text=text), origin_token=TOKEN, tracking_id=TRACKING, thread_id=thread
    )
    assert delivered.thread_id == thread
    return delivered.message_id


@pytest.mark.promise("wire.5.messages")
@pytest.mark.parametrize("count", [7, 20, 100])
async def test_a_long_conversation_is_read_to_its_beginning_without_gap_or_repeat(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, count: int
) -> None:
    thread = await sandbox.thread_with("sarah-chen")
    page = await ada.messages.before(thread, SystemClock().now() + DAY, count)
    found = list(page.messages)
    while page.messages and page.previous_cursor is not None:
        page = await ada.messages.earlier(thread, page.previous_cursor, count)
        found += page.messages
    expected = await told(sandbox, thread)
    assert [each.message_id for each in found] == [each["messageId"] for each in expected]
    assert [each.text for each in found] == [each["text"] for each in expected]
    owner = await sandbox.owner("ada")
    assert all(each.from_me == (each.sender.person_id == owner) for each in found)
    assert {each.from_me for each in found} == {True, False}


@pytest.mark.promise("wire.5.messages")
async def test_a_message_at_the_very_anchor_is_in_the_page(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    newest = (await ada.messages.newest(thread)).messages
    third = newest[2]
    page = await ada.messages.before(thread, third.delivered_at, 2)
    assert [each.message_id for each in page.messages] == [each.message_id for each in newest[2:4]]
    earlier = await ada.messages.before(thread, third.delivered_at - 1, 1)
    assert [each.message_id for each in earlier.messages] == [newest[3].message_id]


@pytest.mark.promise("wire.5.messages")
async def test_the_newest_messages_come_with_a_token_that_brings_what_changed(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    newest = await ada.messages.newest(thread)
    times = [each.delivered_at for each in newest.messages]
    assert times == sorted(times, reverse=True)
    assert newest.sync_token is not None
    await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "One more"})
    changed = await ada.messages.since(thread, newest.sync_token)
    assert [each.text for each in changed.messages] == ["One more"]
    assert (changed.clear_cache, changed.deleted_message_ids) == (False, [])
    assert (await ada.messages.since(thread, "unknown")).clear_cache


@pytest.mark.promise("wire.5.messages")
async def test_a_refused_token_is_answered_by_the_newest_messages(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    newest = await ada.messages.newest(thread)
    await sandbox.admin(
        "POST",
        "faults",
        {
            "account": "ada",
            "kind": "rotated_query",
            "queryId": "messengerMessages.5846eeb71c981f11e0134cb6626cc314",
            "count": 1,
        },
    )
    again = await ada.messages.since(thread, newest.sync_token or "")
    assert again.clear_cache
    assert again.messages == newest.messages


async def test_a_thread_that_does_not_exist_is_refused_after_one_call(
    ada: AccountClient, rehearsal: Rehearsal
) -> None:
    for read in (
        ada.messages.newest(NOWHERE),
        ada.messages.since(NOWHERE, "x"),
        ada.messages.before(NOWHERE, 1_790_000_000_000),
    ):
        with pytest.raises(Refusal) as refused:
            await read
        assert (refused.value.status, refused.value.in_part) == (404, True)
    assert rehearsal.counted("calls", endpoint="messages_before", outcome="refused") == 1


@pytest.mark.promise("wire.5.3.render-content", "design.8.sandbox-through-the-connector")
async def test_every_kind_of_content_in_the_simulated_network_is_read(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    kinds: set[ContentKind] = set()
    unknown: set[str] = set()
    page = await ada.inbox.page("INBOX", count=25)
    for _ in range(8):
        for conversation in page.conversations:
            for message in (await ada.messages.newest(conversation.thread_id)).messages:
                kinds.update(content.kind for content in message.content)
                unknown.update(
                    content.wire_kind for content in message.content if content.kind is ContentKind.UNKNOWN
                )
        page = await ada.inbox.page("INBOX", cursor=page.next_cursor, count=25)
    assert kinds >= set(ContentKind) - {ContentKind.SPONSORED}
    assert len(unknown) == 1
    assert rehearsal.registry.get_sample_value("threadline_linkedin_malformed_total") is None


@pytest.mark.promise("wire.6.1.create-message")
async def test_a_message_is_delivered_once_and_known_again_by_its_token(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    message_id = await send(ada, thread)
    newest = (await ada.messages.newest(thread)).messages
    (own,) = [each for each in newest if each.origin_token == TOKEN]
    assert (own.message_id, own.text, own.from_me) == (message_id, "Hello Jane", True)
    assert len((await sandbox.told(f"mailboxes/ada-demo/messages?originToken={TOKEN}"))["messages"]) == 1


@pytest.mark.promise("wire.4.1.conversation")
@pytest.mark.promise("wire.6.2.new-conversation")
async def test_a_message_to_people_opens_a_conversation(ada: AccountClient, sandbox: SandboxClient) -> None:
    jane, sarah = [await sandbox.profile_id(name) for name in ("janesmith", "sarah-chen")]
    delivered = await ada.messages.create(
        Composition(text="Hello both", title="Three of us"),
        origin_token=TOKEN,
        tracking_id=TRACKING,
        recipients=[jane, sarah],
    )
    (conversation,) = await ada.inbox.by_ids([delivered.thread_id])
    assert (conversation.group_chat, conversation.title) == (True, "Three of us")
    assert {person.person_id for person in conversation.others} == {jane, sarah}
    assert conversation.last_message is not None
    assert conversation.last_message.message_id == delivered.message_id


@pytest.mark.promise("wire.6.2.new-conversation")
async def test_a_message_to_a_stranger_is_refused_and_did_not_leave(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    with pytest.raises(Refusal) as refused:
        await ada.messages.create(
            Composition(text="Hello"),
            origin_token=TOKEN,
            tracking_id=TRACKING,
            recipients=[await sandbox.profile_id("targetperson")],
        )
    assert (refused.value.status, refused.value.may_have_left) == (422, False)


@pytest.mark.promise("wire.6.1.create-message")
async def test_a_bad_tracking_id_is_refused(ada: AccountClient, sandbox: SandboxClient) -> None:
    with pytest.raises(Refusal) as refused:
        await ada.messages.create(
            Composition(text="x"),
            origin_token=TOKEN,
            tracking_id="short",
            thread_id=await sandbox.thread_with("janesmith"),
        )
    assert refused.value.status == 400


@pytest.mark.promise("wire.6.1.lost-answer")
async def test_a_lost_answer_is_told_as_such_and_the_message_is_there_once(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    await fault(sandbox, "lose_answer", "createMessage")
    with pytest.raises(ConnectionLost) as lost:
        await send(ada, thread)
    assert lost.value.may_have_left
    newest = (await ada.messages.newest(thread)).messages
    assert [each.text for each in newest if each.origin_token == TOKEN] == ["Hello Jane"]


async def test_a_connection_cut_before_the_call_was_looked_at_is_not_told_apart(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    await fault(sandbox, "cut_before", "createMessage")
    with pytest.raises(ConnectionLost) as lost:
        await send(ada, thread)
    assert lost.value.may_have_left
    assert (await sandbox.told(f"mailboxes/ada-demo/messages?originToken={TOKEN}"))["messages"] == []


@pytest.mark.promise("wire.5.messages")
async def test_what_changed_in_several_conversations_comes_in_one_call(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    threads = [await sandbox.thread_with(name) for name in ("janesmith", "sarah-chen", "john-doe-123")]
    tokens = {thread: (await ada.messages.newest(thread)).sync_token or "" for thread in threads}
    for number in range(2):
        await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": f"News {number}"})
    changed = await ada.messages.since_batch(tokens)
    assert {thread: [each.text for each in sync.messages] for thread, sync in changed.items()} == {
        threads[0]: [],
        threads[1]: ["News 1", "News 0"],
        threads[2]: [],
    }
    assert rehearsal.counted("calls", endpoint="messages_since_batch", outcome="ok") == 1
    later = {thread: sync.sync_token or "" for thread, sync in changed.items()}
    assert all(not sync.messages for sync in (await ada.messages.since_batch(later)).values())


@pytest.mark.promise("wire.5.messages")
async def test_a_conversation_that_is_gone_is_left_out_of_a_batch(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    token = (await ada.messages.newest(thread)).sync_token or ""
    await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "News"})
    changed = await ada.messages.since_batch({NOWHERE: "x", thread: token})
    assert {thread: [each.text for each in sync.messages] for thread, sync in changed.items()} == {
        thread: ["News"]
    }


@pytest.mark.promise("wire.5.messages")
async def test_where_the_batch_is_refused_each_conversation_is_read_by_its_token(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    token = (await ada.messages.newest(thread)).sync_token or ""
    await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "News"})
    gone = {"account": "ada", "kind": "rotated_query", "queryId": QUERY_IDS["messages_since_batch"][0]}
    await sandbox.admin("POST", "faults", {**gone, "count": 1})
    changed = await ada.messages.since_batch({thread: token})
    assert [each.text for each in changed[thread].messages] == ["News"]
