"""Conversations, read from the sandbox and marked there (contracts/linkedin-wire.md §4, §6)."""

import pytest

from tests.contract.linkedin.rehearsal import Rehearsal
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.linkedin.query_ids import QUERY_IDS
from threadline.model.conversations import Conversation

ELSEWHERE = "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="


async def whole(ada: AccountClient, category: str, count: int = 20) -> list[Conversation]:
    page = await ada.inbox.page(category, count=count)
    found = list(page.conversations)
    while page.conversations and page.next_cursor is not None:
        page = await ada.inbox.page(category, cursor=page.next_cursor, count=count)
        found += page.conversations
    return found


@pytest.mark.promise("wire.4.conversation-lists", "wire.4.sync-token")
async def test_the_newest_conversations_come_with_a_token_that_brings_what_changed(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    newest = await ada.inbox.newest()
    assert len(newest.conversations) == 20
    assert not newest.clear_cache
    assert newest.sync_token is not None
    unchanged = await ada.inbox.since(newest.sync_token)
    assert (unchanged.conversations, unchanged.deleted_thread_ids) == ([], [])
    await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "Are you there?"})
    changed = await ada.inbox.since(newest.sync_token)
    (conversation,) = changed.conversations
    assert conversation.thread_id == await sandbox.thread_with("janesmith")
    assert conversation.last_message is not None
    assert conversation.last_message.text == "Are you there?"
    assert changed.sync_token != newest.sync_token


@pytest.mark.promise("wire.4.sync-token")
async def test_an_unknown_token_asks_to_begin_again(ada: AccountClient) -> None:
    assert (await ada.inbox.since("not a token (of ours)")).clear_cache


@pytest.mark.promise("wire.4.2.participants")
@pytest.mark.promise("wire.4.conversation-lists")
@pytest.mark.parametrize("category", ["INBOX", "ARCHIVE", "SPAM", "MESSAGE_REQUEST_PENDING", "INMAIL"])
async def test_every_category_is_paged_to_its_end_newest_first(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal, category: str
) -> None:
    found = await whole(ada, category)
    told = await sandbox.told(f"mailboxes/ada-demo/conversations?limit=1000&category={category}")
    assert [each.thread_id for each in found] == [each["threadId"] for each in told["conversations"]]
    assert all(category in each.categories for each in found)
    owner = await sandbox.owner("ada")
    for conversation in found:
        assert conversation.owner_id == owner
        assert owner in [person.person_id for person in conversation.participants]
    assert rehearsal.registry.get_sample_value("threadline_linkedin_malformed_total") is None


@pytest.mark.promise("wire.4.conversation-lists")
async def test_a_page_can_begin_at_a_time_which_is_left_out(ada: AccountClient) -> None:
    first = await ada.inbox.page("INBOX", count=3)
    middle = first.conversations[1].last_activity_at
    below = await ada.inbox.page("INBOX", before=middle, count=1)
    assert [each.thread_id for each in below.conversations] == [first.conversations[2].thread_id]


@pytest.mark.promise("wire.4.conversation-lists")
async def test_conversations_are_found_by_id_and_by_recipient(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    (by_id,) = await ada.inbox.by_ids([ELSEWHERE, thread])
    (by_recipient,) = await ada.inbox.with_recipients([await sandbox.profile_id("janesmith")])
    assert by_id == by_recipient
    assert by_id.thread_id == thread
    assert await ada.inbox.with_recipients([await sandbox.profile_id("targetperson")]) == []


@pytest.mark.promise("wire.6.mark-read")
async def test_a_conversation_is_marked_read_and_unread_again(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    thread = await sandbox.thread_with("janesmith")
    for read in (False, True):
        await ada.inbox.mark_read([thread], read)
        (conversation,) = await ada.inbox.by_ids([thread])
        assert conversation.read is read


async def test_marking_what_does_not_exist_is_refused(ada: AccountClient, sandbox: SandboxClient) -> None:
    thread = await sandbox.thread_with("janesmith")
    with pytest.raises(Refusal):
        await ada.inbox.mark_read([thread, ELSEWHERE], True)


@pytest.mark.promise("wire.1.7.query-fallback")
async def test_a_rotated_query_id_is_replaced_reported_and_not_tried_again(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    preferred, other = QUERY_IDS["conversations_newest"]
    await sandbox.admin("POST", "faults", {"account": "ada", "kind": "rotated_query", "queryId": preferred})
    for _ in range(2):
        assert len((await ada.inbox.newest()).conversations) == 20
    assert rehearsal.counted("query_fallbacks", variant="conversations_newest") == 1
    assert rehearsal.counted("calls", endpoint="conversations_newest", outcome="refused") == 1
    await sandbox.admin("POST", "faults", {"account": "ada", "kind": "rotated_query", "queryId": other})
    with pytest.raises(Refusal) as refused:
        await ada.inbox.newest()
    assert refused.value.status == 404


@pytest.mark.promise("wire.1.7.query-fallback")
async def test_a_query_that_is_not_known_any_more_is_not_taken_for_a_missing_conversation(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    (only,) = QUERY_IDS["conversation_by_id"]
    await sandbox.admin("POST", "faults", {"account": "ada", "kind": "rotated_query", "queryId": only})
    with pytest.raises(Refusal):
        await ada.inbox.by_ids([await sandbox.thread_with("janesmith")])


@pytest.mark.promise("wire.4.sync-token")
async def test_a_refused_token_is_answered_by_the_newest_conversations(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    newest = await ada.inbox.newest()
    (only,) = QUERY_IDS["conversations_since"]
    await sandbox.admin("POST", "faults", {"account": "ada", "kind": "rotated_query", "queryId": only})
    again = await ada.inbox.since(newest.sync_token or "")
    assert again.clear_cache
    assert again.conversations == newest.conversations


async def test_reading_marks_nothing_read(ada: AccountClient, sandbox: SandboxClient) -> None:
    before = await sandbox.told("mailboxes/ada-demo/unread")
    newest = await ada.inbox.newest()
    for conversation in newest.conversations:
        await ada.messages.newest(conversation.thread_id)
    assert before["unread"]
    assert await sandbox.told("mailboxes/ada-demo/unread") == before


@pytest.mark.promise("wire.4.conversation-lists")
async def test_the_older_query_of_a_category_pages_by_time(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    found: list[str] = []
    before: int | None = None
    while (page := await ada.inbox.by_category("INBOX", before=before)).conversations:
        found += [each.thread_id for each in page.conversations]
        before = page.conversations[-1].last_activity_at
    told = await sandbox.told("mailboxes/ada-demo/conversations?limit=1000&category=INBOX")
    assert found == [each["threadId"] for each in told["conversations"]]


@pytest.mark.promise("wire.4.conversation-lists")
async def test_conversations_are_searched_by_words_and_by_their_read_state(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    await sandbox.admin("POST", "people/janesmith/write", {"to": "ada", "text": "A zeppelin, of all things"})
    thread = await sandbox.thread_with("janesmith")
    found = await ada.inbox.search(keywords="zeppelin")
    assert [each.thread_id for each in found.conversations] == [thread]
    unread = await ada.inbox.search(unread=True)
    assert thread in [each.thread_id for each in unread.conversations]
    assert not any(each.read for each in unread.conversations)
    await ada.inbox.mark_read([thread], read=True)
    assert (await ada.inbox.search(keywords="zeppelin", unread=True)).conversations == []
    await ada.inbox.mark_unread([thread])
    assert len((await ada.inbox.search(keywords="zeppelin", unread=True)).conversations) == 1


@pytest.mark.promise("wire.4.conversation-lists")
async def test_several_conversations_come_in_one_call_in_the_order_asked_for(
    ada: AccountClient, rehearsal: Rehearsal
) -> None:
    newest = (await ada.inbox.newest()).conversations
    asked = [each.thread_id for each in newest[4::-1]]
    found = await ada.inbox.by_ids([asked[0], ELSEWHERE, *asked[1:]])
    assert [each.thread_id for each in found] == asked
    assert rehearsal.counted("calls", endpoint="conversations_by_ids", outcome="ok") == 1
    assert rehearsal.counted("calls", endpoint="conversation_by_id", outcome="ok") == 0


@pytest.mark.promise("wire.4.conversation-lists")
async def test_where_the_query_for_several_is_gone_they_are_read_one_by_one(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    asked = [each.thread_id for each in (await ada.inbox.newest()).conversations[:3]]
    gone = {"account": "ada", "kind": "rotated_query", "queryId": QUERY_IDS["conversations_by_ids"][0]}
    await sandbox.admin("POST", "faults", {**gone, "count": 1})
    assert [each.thread_id for each in await ada.inbox.by_ids(asked)] == asked
    assert rehearsal.counted("calls", endpoint="conversation_by_id", outcome="ok") == 3


@pytest.mark.promise("wire.4.1.conversation", "wire.6.5.message-requests")
async def test_message_requests_are_listed_with_their_state(ada: AccountClient) -> None:
    requests = (await ada.inbox.page("MESSAGE_REQUEST_PENDING")).conversations
    assert requests
    assert {each.state for each in requests} == {"PENDING"}
    [again, *_] = await ada.inbox.by_ids([requests[0].thread_id])
    assert again.state == "PENDING"
