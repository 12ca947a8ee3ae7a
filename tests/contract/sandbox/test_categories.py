"""Archiving, starring, moving, spam and deletion (contracts/linkedin-wire.md §§4, 6)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import CONVERSATIONS, SandboxClient, encoded, result

pytestmark = pytest.mark.promise("wire.6.categories")


async def categories(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> list[str]:
    urn = encoded(await sandbox.conversation_urn(thread_id, account))
    answer = await sandbox.query("messengerConversations", f"messengerConversationsId:{urn}", account=account)
    found: list[str] = answer["data"]["messengerConversationsById"]["categories"]
    return found


async def deleted(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> Any:
    urn = encoded(await sandbox.conversation_urn(thread_id, account))
    return await sandbox.call("DELETE", f"{CONVERSATIONS}/{urn}", account=account)


async def test_an_archived_thread_leaves_the_inbox_and_comes_back(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream() as frames:
        assert (await sandbox.file([thread_id], "ARCHIVE")).status == 204
        told = result(await frames.event("conversationsTopic"))
    assert told["entityUrn"] == await sandbox.conversation_urn(thread_id)
    assert told["categories"] == await categories(sandbox, thread_id) == ["ARCHIVE"]
    listed = await sandbox.conversations("category:ARCHIVE,count:25")
    assert told["entityUrn"] in [each["entityUrn"] for each in listed["elements"]]
    assert await categories(sandbox, thread_id, "grace") == ["INBOX", "PRIMARY_INBOX"]
    await sandbox.file([thread_id], "ARCHIVE", remove=True)
    assert await categories(sandbox, thread_id) == ["INBOX", "PRIMARY_INBOX"]


@pytest.mark.parametrize("away", ["ARCHIVE", "SPAM"])
async def test_adding_the_focused_inbox_also_brings_a_thread_back(sandbox: SandboxClient, away: str) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    await sandbox.file([thread_id], away)
    assert await categories(sandbox, thread_id) == [away]
    await sandbox.file([thread_id], "PRIMARY_INBOX")
    assert await categories(sandbox, thread_id) == ["INBOX", "PRIMARY_INBOX"]


async def test_a_thread_moves_between_the_tabs_and_keeps_its_star(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    await sandbox.file([thread_id], "STARRED")
    assert await categories(sandbox, thread_id) == ["INBOX", "PRIMARY_INBOX", "STARRED"]
    await sandbox.file([thread_id], "SECONDARY_INBOX")
    assert await categories(sandbox, thread_id) == ["INBOX", "SECONDARY_INBOX", "STARRED"]
    await sandbox.file([thread_id], "ARCHIVE")
    assert await categories(sandbox, thread_id) == ["ARCHIVE", "STARRED"]
    await sandbox.file([thread_id], "STARRED", remove=True)
    assert await categories(sandbox, thread_id) == ["ARCHIVE"]


async def test_an_inmail_stays_one_in_the_archive(sandbox: SandboxClient) -> None:
    told = (await sandbox.told("mailboxes/ada/conversations?limit=1000&category=INMAIL"))["conversations"]
    accepted = next(each for each in told if each["state"] == "ACCEPTED" and "INBOX" in each["categories"])
    await sandbox.file([accepted["threadId"]], "ARCHIVE")
    assert await categories(sandbox, accepted["threadId"]) == ["ARCHIVE", "INMAIL"]


async def test_a_message_brings_an_archived_thread_back_with_its_star(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await sandbox.file([thread_id], "STARRED")
    await sandbox.file([thread_id], "ARCHIVE")
    await sandbox.person_does("sarah-chen", "write", to="ada", text="Back again")
    assert await categories(sandbox, thread_id) == ["INBOX", "PRIMARY_INBOX", "STARRED"]


async def test_twenty_are_filed_at_once_and_each_is_told_by_the_token(sandbox: SandboxClient) -> None:
    told = (await sandbox.told("mailboxes/ada/conversations?limit=21&category=PRIMARY_INBOX"))[
        "conversations"
    ]
    threads = [each["threadId"] for each in told]
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    assert (await sandbox.file(threads, "SPAM")).status == 400
    assert (await sandbox.conversations(f"syncToken:{token}"))["elements"] == []
    assert (await sandbox.file(threads[:20], "SPAM")).status == 204
    changed = (await sandbox.conversations(f"syncToken:{token}"))["elements"]
    assert [each["backendUrn"].rpartition(":")[2] for each in changed] == threads[:20]


async def test_one_bad_conversation_leaves_all_as_they_were(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    assert (await sandbox.file([thread_id, "2-bm90aGluZw=="], "ARCHIVE")).status == 404
    requests = (await sandbox.told("mailboxes/ada/conversations?category=MESSAGE_REQUEST_PENDING"))[
        "conversations"
    ]
    pending = requests[0]["threadId"]
    refused = await sandbox.file([thread_id, pending], "PRIMARY_INBOX")
    assert (refused.status, refused.json["code"]) == (422, "MESSAGE_REQUEST")
    assert await categories(sandbox, thread_id) == ["INBOX", "PRIMARY_INBOX"]
    await sandbox.file([pending], "SPAM")
    await sandbox.file([pending], "SPAM", remove=True)
    assert await categories(sandbox, pending) == ["MESSAGE_REQUEST_PENDING"]


@pytest.mark.parametrize(
    "body",
    [{}, {"category": "ARCHIVE"}, {"category": "ARCHIVE", "conversationUrns": []}, {"category": "INBOX"}],
)
async def test_a_malformed_filing_is_400(sandbox: SandboxClient, body: Any) -> None:
    if body.get("category") == "INBOX":
        body["conversationUrns"] = [await sandbox.conversation_urn(await sandbox.thread_with("grace-demo"))]
    assert (await sandbox.call("POST", f"{CONVERSATIONS}?action=addCategory", body=body)).status == 400


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.parametrize("by_list", [False, True])
async def test_a_deleted_thread_is_gone_from_one_mailbox(sandbox: SandboxClient, by_list: bool) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    urn = await sandbox.conversation_urn(thread_id)
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    async with sandbox.stream() as frames:
        if by_list:
            answer = await sandbox.call("DELETE", f"{CONVERSATIONS}?ids=List({encoded(urn)})")
        else:
            answer = await deleted(sandbox, thread_id)
        assert answer.status == 204
        assert result(await frames.event("conversationDeletesTopic"))["entityUrn"] == urn
    page = await sandbox.conversations(f"syncToken:{token}")
    assert page["elements"] == []
    assert page["metadata"]["deletedUrns"] == [{"conversation": {"entityUrn": urn}}]
    again = await sandbox.conversations(f"syncToken:{page['metadata']['newSyncToken']}")
    assert (again["elements"], again["metadata"]["deletedUrns"]) == ([], [])
    found = await sandbox.query("messengerMessages", f"conversationUrn:{encoded(urn)}")
    assert found["errors"][0]["extensions"]["status"] == 404
    assert (await sandbox.send("Anyone?", thread_id=thread_id)).status == 404
    assert (await deleted(sandbox, thread_id)).status == 404
    assert (await sandbox.messages(thread_id, account="grace"))["elements"]


@pytest.mark.promise("wire.14.sync-tokens")
async def test_deletions_and_changes_come_by_the_token_and_no_page_is_empty_before_the_end(
    sandbox: SandboxClient,
) -> None:
    told = (await sandbox.told("mailboxes/ada/conversations?limit=70&category=PRIMARY_INBOX"))[
        "conversations"
    ]
    threads = [each["threadId"] for each in told]
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    for place, thread_id in enumerate(threads):
        if place < 45:
            await sandbox.person_does("ada", "delete", thread=thread_id)
        else:
            await sandbox.person_does("ada", "move", thread=thread_id, category="SPAM")
    found: list[str] = []
    gone: list[str] = []
    while True:
        page = await sandbox.conversations(f"syncToken:{token}")
        token = page["metadata"]["newSyncToken"]
        gone += [each["conversation"]["entityUrn"] for each in page["metadata"]["deletedUrns"]]
        found += [each["entityUrn"] for each in page["elements"]]
        if not page["elements"]:
            break
    assert gone == [await sandbox.conversation_urn(each) for each in threads[:45]]
    assert found == [await sandbox.conversation_urn(each) for each in threads[45:]]


async def test_a_deleted_thread_comes_back_with_the_next_message_and_nothing_older(
    sandbox: SandboxClient,
) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    before = await sandbox.written(thread_id)
    old = (await sandbox.messages(thread_id))["metadata"]["newSyncToken"]
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    await deleted(sandbox, thread_id)
    async with sandbox.stream() as frames:
        sent = await sandbox.send("Still there?", thread_id=thread_id, account="grace")
        assert result(await frames.event("messagesTopic"))["body"]["text"] == "Still there?"
    assert sent.status == 200
    page = await sandbox.conversations(f"syncToken:{token}")
    assert [each["entityUrn"] for each in page["elements"]] == [await sandbox.conversation_urn(thread_id)]
    assert page["metadata"]["deletedUrns"] == []
    assert page["elements"][0]["unreadCount"] == 1
    assert [each["text"] for each in await sandbox.written(thread_id)] == ["Still there?"]
    assert len(await sandbox.written(thread_id, "grace")) == len(before) + 1
    synced = await sandbox.messages(thread_id, f"syncToken:{old}")
    gone = {each["message"]["entityUrn"] for each in synced["metadata"]["deletedUrns"]}
    assert gone == {await sandbox.message_urn(each["messageId"]) for each in before}
    assert [each["body"]["text"] for each in synced["elements"]] == ["Still there?"]


async def test_writing_to_the_person_brings_the_same_thread_back(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await deleted(sandbox, thread_id)
    told = await sandbox.admin("POST", "accounts/ada/write", {"to": "sarah-chen", "text": "Once more"})
    assert told.json["threadId"] == thread_id
