"""Group chats: made, renamed, joined and left (contracts/linkedin-wire.md §§4.1, 6)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import CONVERSATIONS, SandboxClient, encoded, result

pytestmark = pytest.mark.promise("wire.6.groups")


async def group(sandbox: SandboxClient, *others: str, title: str = "Plans") -> str:
    """A new group of ada's and these people."""
    members = list(others or ("grace-demo", "sarah-chen"))
    answer = await sandbox.send("Hello all", to=members, conversationTitle=title)
    assert answer.status == 200, answer.text
    thread_id: str = answer.json["value"]["backendConversationUrn"].rpartition(":")[2]
    return thread_id


async def conversation(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> Any:
    urn = encoded(await sandbox.conversation_urn(thread_id, account))
    answer = await sandbox.query("messengerConversations", f"messengerConversationsId:{urn}", account=account)
    return answer["data"]["messengerConversationsById"]


async def names(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> set[str]:
    found = (await conversation(sandbox, thread_id, account))["conversationParticipants"]
    return {each["participantType"]["member"]["firstName"]["text"] for each in found}


async def rename(sandbox: SandboxClient, thread_id: str, title: Any, account: str = "ada") -> Any:
    urn = encoded(await sandbox.conversation_urn(thread_id, account))
    body = {"patch": {"$set": {"title": title}}}
    return await sandbox.call("POST", f"{CONVERSATIONS}/{urn}", account=account, body=body)


async def add(sandbox: SandboxClient, thread_id: str, *vanities: str, account: str = "ada") -> Any:
    people = [f"urn:li:fsd_profile:{await sandbox.profile_id(each)}" for each in vanities]
    return await sandbox.act_in(thread_id, "addParticipants", account, participants=people)


async def remove(sandbox: SandboxClient, thread_id: str, *vanities: str, account: str = "ada") -> Any:
    prefix = "urn:li:msg_messagingParticipant:urn:li:fsd_profile:"
    people = [prefix + await sandbox.profile_id(each) for each in vanities]
    return await sandbox.act_in(thread_id, "removeParticipants", account, participants=people)


async def test_a_group_is_made_by_writing_to_several_people(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox)
    found = await conversation(sandbox, thread_id, "grace")
    assert (found["groupChat"], found["title"], found["unreadCount"]) == (True, "Plans", 1)
    assert found["disabledFeatures"] == []
    assert found["creator"]["entityUrn"].endswith(await sandbox.owner())
    assert await names(sandbox, thread_id, "grace") == {"Ada", "Grace", "Sarah"}


async def test_a_new_name_is_told_to_everyone_with_a_message_of_the_networks_own(
    sandbox: SandboxClient,
) -> None:
    thread_id = await group(sandbox)
    token = (await sandbox.conversations(account="grace"))["metadata"]["newSyncToken"]
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        assert (await rename(sandbox, thread_id, "Better plans")).status == 204
        for account, frames in (("ada", mine), ("grace", hers)):
            message = result(await frames.event("messagesTopic"))
            assert message["messageBodyRenderFormat"] == "SYSTEM"
            assert message["body"]["text"] == "Ada Demo named the conversation Better plans"
            told = result(await frames.event("conversationsTopic"))
            assert told["entityUrn"] == await sandbox.conversation_urn(thread_id, account)
            assert told["title"] == told["headlineText"]["text"] == "Better plans"
    [changed] = (await sandbox.conversations(f"syncToken:{token}", account="grace"))["elements"]
    assert (changed["title"], changed["unreadCount"]) == ("Better plans", 1)
    assert changed["lastActivityAt"] == changed["messages"]["elements"][0]["deliveredAt"]


@pytest.mark.parametrize("title", ["", "   ", "x" * 301, 5, None])
async def test_a_name_that_is_none_is_400(sandbox: SandboxClient, title: Any) -> None:
    thread_id = await group(sandbox)
    assert (await rename(sandbox, thread_id, title)).status == 400
    assert (await conversation(sandbox, thread_id))["title"] == "Plans"


async def test_who_is_added_sees_what_was_written_before(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox, "grace-demo", "janesmith")
    async with sandbox.stream("alan") as his:
        assert (await add(sandbox, thread_id, "alan-demo")).status == 204
        told = result(await his.event("messagesTopic"))
        assert told["body"]["text"] == "Ada Demo added Alan Demo"
        assert len(told["conversation"]["conversationParticipants"]) == 4
    texts = [each["text"] for each in await sandbox.written(thread_id, "alan")]
    assert texts == ["Hello all", "Ada Demo added Alan Demo"]
    assert "Alan" in await names(sandbox, thread_id, "grace")
    await sandbox.send("Thanks", thread_id=thread_id, account="alan")
    assert (await sandbox.written(thread_id, "janesmith"))[-1]["text"] == "Thanks"
    assert (await add(sandbox, thread_id, "alan-demo")).status == 204
    assert (await sandbox.written(thread_id))[-1]["text"] == "Thanks"


async def test_who_is_removed_keeps_what_they_had_and_gets_nothing_new(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox)
    async with sandbox.stream("grace") as hers:
        assert (await remove(sandbox, thread_id, "grace-demo")).status == 204
        message = result(await hers.event("messagesTopic"))
        told = result(await hers.event("conversationsTopic"))
    assert message["body"]["text"] == "Ada Demo removed Grace Demo"
    assert "REPLY" in [each["disabledFeature"] for each in told["disabledFeatures"]]
    before = await conversation(sandbox, thread_id, "grace")
    token = (await sandbox.conversations(account="grace"))["metadata"]["newSyncToken"]
    await sandbox.send("Among us", thread_id=thread_id)
    await rename(sandbox, thread_id, "Secret plans")
    await add(sandbox, thread_id, "alan-demo")
    assert (await sandbox.conversations(f"syncToken:{token}", account="grace"))["elements"] == []
    assert await conversation(sandbox, thread_id, "grace") == before
    texts = [each["text"] for each in await sandbox.written(thread_id, "grace")]
    assert texts == ["Hello all", "Ada Demo removed Grace Demo"]
    assert await names(sandbox, thread_id, "grace") == {"Ada", "Grace", "Sarah"}
    assert await names(sandbox, thread_id) == {"Ada", "Alan", "Sarah"}
    for refused in (
        await sandbox.send("Let me in", thread_id=thread_id, account="grace"),
        await sandbox.act_in(thread_id, "typing", "grace"),
        await rename(sandbox, thread_id, "Mine", "grace"),
        await add(sandbox, thread_id, "alan-demo", account="grace"),
    ):
        assert refused.status == 403


async def test_an_old_message_that_a_former_member_holds_still_changes_for_them(
    sandbox: SandboxClient,
) -> None:
    thread_id = await group(sandbox)
    [first] = await sandbox.written(thread_id)
    await remove(sandbox, thread_id, "grace-demo")
    async with sandbox.stream("grace") as hers:
        await sandbox.act_on(first["messageId"], "recall")
        told = result(await hers.event("messagesTopic"))
    assert told["entityUrn"] == await sandbox.message_urn(first["messageId"], "grace")
    assert (await sandbox.written(thread_id, "grace"))[0]["format"] == "RECALLED"


async def test_who_comes_back_has_everything(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox)
    await remove(sandbox, thread_id, "grace-demo")
    await sandbox.send("While you were away", thread_id=thread_id)
    await add(sandbox, thread_id, "grace-demo")
    assert len(await sandbox.written(thread_id, "grace")) == 4
    listed = (await sandbox.told("mailboxes/grace/conversations?limit=1000"))["conversations"]
    assert [each["threadId"] for each in listed].count(thread_id) == 1
    assert (await sandbox.send("I am back", thread_id=thread_id, account="grace")).status == 200


async def test_a_member_who_removes_themselves_leaves(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox)
    assert (await remove(sandbox, thread_id, "ada-demo")).status == 204
    assert (await sandbox.written(thread_id, "grace"))[-1]["text"] == "Ada Demo left the conversation"
    assert await names(sandbox, thread_id, "grace") == {"Grace", "Sarah"}


async def test_a_small_group_is_not_taken_for_a_conversation_of_two(sandbox: SandboxClient) -> None:
    direct = await sandbox.thread_with("grace-demo")
    thread_id = await group(sandbox)
    await remove(sandbox, thread_id, "sarah-chen")
    sent = await sandbox.send("Between us", to=["grace-demo"])
    assert sent.json["value"]["backendConversationUrn"].endswith(direct)


async def test_a_conversation_of_two_takes_no_name_and_no_members(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    assert (await rename(sandbox, thread_id, "Us")).status == 403
    assert (await add(sandbox, thread_id, "janesmith")).status == 403
    assert (await remove(sandbox, thread_id, "grace-demo")).status == 403


async def test_strangers_and_people_who_are_not_there_change_nothing(sandbox: SandboxClient) -> None:
    thread_id = await group(sandbox)
    refused = await add(sandbox, thread_id, "janesmith", "targetperson")
    assert (refused.status, refused.json["code"]) == (422, "NOT_CONNECTED")
    assert (await remove(sandbox, thread_id, "janesmith")).status == 404
    for people in ([], None, ["nobody"], [5]):
        answer = await sandbox.act_in(thread_id, "addParticipants", participants=people)
        assert answer.status == 400
    gone = next(each for each in (await sandbox.told("people?limit=1000"))["people"] if each["gone"])
    assert (await add(sandbox, thread_id, gone["vanity"])).status == 403
    assert await names(sandbox, thread_id) == {"Ada", "Grace", "Sarah"}
