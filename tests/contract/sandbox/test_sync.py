"""Sync tokens of mailboxes (contracts/linkedin-wire.md §4, DECISIONS 16)."""

import pytest

from tests.contract.sandbox.client import SandboxClient


async def changed_since(sandbox: SandboxClient, token: str, account: str = "ada") -> tuple[list[str], str]:
    """The thread ids that a token gives, page after page until an empty one, and the token after them."""
    found: list[str] = []
    while True:
        page = await sandbox.conversations(f"syncToken:{token}", account=account)
        assert page["metadata"]["deletedUrns"] == []
        assert page["metadata"]["shouldClearCache"] is False
        token = page["metadata"]["newSyncToken"]
        if not page["elements"]:
            return found, token
        assert len(page["elements"]) <= 20
        found += [each["backendUrn"].rpartition(":")[2] for each in page["elements"]]


async def token_of(sandbox: SandboxClient, account: str = "ada") -> str:
    page = await sandbox.conversations(account=account)
    token: str = page["metadata"]["newSyncToken"]
    return token


async def test_nothing_changed_is_an_empty_page_and_the_same_token(sandbox: SandboxClient) -> None:
    token = await token_of(sandbox)
    assert await changed_since(sandbox, token) == ([], token)


@pytest.mark.promise("wire.4.sync-token")
async def test_every_change_comes_once_however_many_there_are(sandbox: SandboxClient) -> None:
    token = await token_of(sandbox)
    people = (await sandbox.told("people?limit=1000"))["people"]
    writers = [person for person in people if person["threads"].get("ada") and not person["gone"]][:45]
    written = []
    for person in writers:
        told = await sandbox.admin(
            "POST", f"people/{person['vanity']}/write", {"to": "ada", "text": f"Hello from {person['name']}"}
        )
        written.append(told.json["threadId"])
    found, after = await changed_since(sandbox, token)
    assert found == written
    assert await changed_since(sandbox, after) == ([], after)


async def test_reading_and_archived_threads_count_as_changes(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?category=ARCHIVE&limit=1")
    archived = told["conversations"][0]["threadId"]
    unread = next(iter((await sandbox.told("mailboxes/ada/unread"))["unread"]))
    token = await token_of(sandbox)
    await sandbox.mark(unread, read=True)
    await sandbox.mark(archived, read=False)
    found, _ = await changed_since(sandbox, token)
    assert found == [unread, archived]


async def test_a_thread_that_changes_twice_comes_once_in_its_last_state(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    token = await token_of(sandbox)
    await sandbox.send("First", thread_id=thread_id)
    await sandbox.send("Second", thread_id=thread_id)
    page = await sandbox.conversations(f"syncToken:{token}")
    [conversation] = page["elements"]
    assert conversation["messages"]["elements"][0]["body"]["text"] == "Second"


async def test_a_change_in_one_mailbox_is_none_in_another(sandbox: SandboxClient) -> None:
    token = await token_of(sandbox, "alan")
    await sandbox.send("For Sarah", thread_id=await sandbox.thread_with("sarah-chen"))
    assert await changed_since(sandbox, token, "alan") == ([], token)


@pytest.mark.promise("wire.14.sync-tokens")
@pytest.mark.promise("wire.4.sync-token")
async def test_an_unknown_token_clears_the_cache_with_a_first_page(sandbox: SandboxClient) -> None:
    theirs = await token_of(sandbox, "grace")
    for token in ("bm90aGluZw==", theirs):
        page = await sandbox.conversations(f"syncToken:{token}")
        assert page["metadata"]["shouldClearCache"] is True
        assert len(page["elements"]) == 20


async def test_a_threads_token_gives_every_new_message(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    token = (await sandbox.messages(thread_id))["metadata"]["newSyncToken"]
    for number in range(25):
        await sandbox.send(f"Note {number}", thread_id=thread_id)
    found = await sandbox.messages(thread_id, f"syncToken:{token}")
    assert [each["body"]["text"] for each in found["elements"]] == [f"Note {n}" for n in reversed(range(25))]
    assert found["metadata"]["shouldClearCache"] is False
    token = found["metadata"]["newSyncToken"]
    assert (await sandbox.messages(thread_id, f"syncToken:{token}"))["elements"] == []
