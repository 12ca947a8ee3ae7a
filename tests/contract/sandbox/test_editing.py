"""Editing and recalling messages (contracts/linkedin-wire.md §6, rows "edit" and "recall")."""

from typing import Any

import pytest

from tests.contract.sandbox.client import MESSAGES, SandboxClient, encoded, result

HOUR_MS = 3_600_000


async def sent(sandbox: SandboxClient, text: str = "Helo") -> tuple[str, str]:
    """The thread with grace and the id of a new message of ada's in it."""
    thread_id = await sandbox.thread_with("grace-demo")
    answer = await sandbox.send(text, thread_id=thread_id)
    return thread_id, answer.json["value"]["backendUrn"].rpartition(":")[2]


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.promise("wire.14.edit-and-recall")
@pytest.mark.promise("wire.6.edit-and-recall")
async def test_an_edit_is_in_both_mailboxes_and_on_both_streams(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox)
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        assert (await sandbox.edit(message_id, "Hello")).status == 204
        for account, frames in (("ada", mine), ("grace", hers)):
            told = result(await frames.event("messagesTopic"))
            assert told["entityUrn"] == await sandbox.message_urn(message_id, account)
            assert told["messageBodyRenderFormat"] == "EDITED"
            assert told["body"]["text"] == "Hello"
            assert told["conversation"]["entityUrn"] == await sandbox.conversation_urn(thread_id, account)
            newest = (await sandbox.messages(thread_id, account=account))["elements"][0]
            assert (newest["body"]["text"], newest["messageBodyRenderFormat"]) == ("Hello", "EDITED")


@pytest.mark.promise("wire.14.edit-and-recall")
@pytest.mark.promise("wire.6.edit-and-recall")
async def test_a_recall_empties_the_message_for_everyone(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox, "Take this back")
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        assert (await sandbox.act_on(message_id, "recall")).status == 204
        for account, frames in (("ada", mine), ("grace", hers)):
            told = result(await frames.event("messagesTopic"))
            assert told["entityUrn"] == await sandbox.message_urn(message_id, account)
            assert (told["messageBodyRenderFormat"], told["body"]["text"]) == ("RECALLED", "")
            newest = (await sandbox.messages(thread_id, account=account))["elements"][0]
            assert (newest["messageBodyRenderFormat"], newest["body"]["text"]) == ("RECALLED", "")


async def test_the_edit_path_may_leave_colons_raw(sandbox: SandboxClient) -> None:
    _, message_id = await sent(sandbox)
    urn = await sandbox.message_urn(message_id)
    raw = urn.replace("(", "%28").replace(")", "%29").replace(",", "%2C")
    body = {"patch": {"$set": {"body": {"text": "As some clients spell it", "attributes": []}}}}
    assert (await sandbox.call("POST", f"{MESSAGES}/{raw}", body=body)).status == 204


@pytest.mark.promise("wire.14.sync-tokens")
async def test_the_tokens_of_a_mailbox_and_of_a_thread_bring_edits_and_recalls(
    sandbox: SandboxClient,
) -> None:
    thread_id, edited = await sent(sandbox)
    _, recalled = await sent(sandbox)
    box = (await sandbox.conversations(account="grace"))["metadata"]["newSyncToken"]
    thread = (await sandbox.messages(thread_id, account="grace"))["metadata"]["newSyncToken"]
    await sandbox.edit(edited, "Later")
    await sandbox.act_on(recalled, "recall")
    [changed] = (await sandbox.conversations(f"syncToken:{box}", account="grace"))["elements"]
    assert changed["entityUrn"] == await sandbox.conversation_urn(thread_id, "grace")
    found = await sandbox.messages(thread_id, f"syncToken:{thread}", account="grace")
    told = [
        (each["backendUrn"].rpartition(":")[2], each["messageBodyRenderFormat"]) for each in found["elements"]
    ]
    assert told == [(recalled, "RECALLED"), (edited, "EDITED")]
    urn = encoded(await sandbox.conversation_urn(thread_id, "grace"))
    criteria = f"criteria:List((conversationUrn:{urn},syncToken:{thread}))"
    batch = await sandbox.query("messengerMessages", criteria, account="grace")
    [page] = batch["data"]["messengerMessagesBySyncTokensInBatch"]
    assert len(page["elements"]) == 2


async def test_mentions_survive_an_edit(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox)
    grace = f"urn:li:fsd_profile:{await sandbox.owner('grace')}"
    attribute = {"start": 0, "length": 5, "attributeKindUnion": {"entity": {"urn": grace}}}
    body = {"patch": {"$set": {"body": {"text": "Grace, look", "attributes": [attribute]}}}}
    target = f"{MESSAGES}/{encoded(await sandbox.message_urn(message_id))}"
    assert (await sandbox.call("POST", target, body=body)).status == 204
    newest = (await sandbox.messages(thread_id))["elements"][0]
    assert newest["body"]["attributes"][0]["attributeKind"] == {"entity": {"urn": grace}}


@pytest.mark.promise("wire.14.edit-and-recall")
@pytest.mark.parametrize("change", ["edit", "recall"])
async def test_after_sixty_minutes_nothing_can_be_changed(sandbox: SandboxClient, change: str) -> None:
    thread_id, message_id = await sent(sandbox)
    await sandbox.admin("POST", "clock", {"advanceMs": HOUR_MS - 60_000})
    assert (await sandbox.edit(message_id, "In time")).status == 204
    await sandbox.admin("POST", "clock", {"advanceMs": HOUR_MS + 1000})
    refused = await changed(sandbox, change, message_id)
    assert (refused.status, refused.json["code"]) == (422, "MESSAGE_TOO_OLD")
    assert (await sandbox.messages(thread_id))["elements"][0]["body"]["text"] == "In time"


@pytest.mark.parametrize("change", ["edit", "recall"])
async def test_anothers_a_recalled_and_an_unknown_message_cannot_be_changed(
    sandbox: SandboxClient, change: str
) -> None:
    thread_id, message_id = await sent(sandbox)
    assert (await changed(sandbox, change, message_id, "grace")).status == 403
    await sandbox.act_on(message_id, "recall")
    refused = await changed(sandbox, change, message_id)
    assert (refused.status, refused.json["code"]) == (422, "MESSAGE_RECALLED")
    assert (await changed(sandbox, change, "2-bm90aGluZw==")).status == 404
    assert (await sandbox.messages(thread_id))["elements"][0]["messageBodyRenderFormat"] == "RECALLED"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"patch": {"$set": {}}},
        {"patch": {"$set": {"body": {"text": ""}}}},
        {"patch": {"$set": {"body": {"text": 1}}}},
        {"patch": {"$set": {"body": {"text": "x" * 8001}}}},
        {"patch": {"$set": {"body": {"text": "Hi"}, "subject": "No"}}},
    ],
)
async def test_a_malformed_edit_is_400_and_changes_nothing(sandbox: SandboxClient, body: Any) -> None:
    thread_id, message_id = await sent(sandbox)
    target = f"{MESSAGES}/{encoded(await sandbox.message_urn(message_id))}"
    assert (await sandbox.call("POST", target, body=body)).status == 400
    assert (await sandbox.messages(thread_id))["elements"][0]["messageBodyRenderFormat"] == "DEFAULT"


async def test_a_message_of_anothers_mailbox_is_403_and_no_urn_400(sandbox: SandboxClient) -> None:
    _, message_id = await sent(sandbox)
    theirs = {"messageUrn": await sandbox.message_urn(message_id, "grace")}
    assert (await sandbox.call("POST", f"{MESSAGES}?action=recall", body=theirs)).status == 403
    for body in ({}, {"messageUrn": 5}, {"messageUrn": "urn:li:nothing"}):
        assert (await sandbox.call("POST", f"{MESSAGES}?action=recall", body=body)).status == 400
    assert (await sandbox.call("POST", f"{MESSAGES}?action=forget", body=theirs)).status == 400


async def changed(sandbox: SandboxClient, change: str, message_id: str, account: str = "ada") -> Any:
    if change == "edit":
        return await sandbox.edit(message_id, "Changed", account)
    return await sandbox.act_on(message_id, "recall", account)
