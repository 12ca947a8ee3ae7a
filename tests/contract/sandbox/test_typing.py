"""Typing (contracts/linkedin-wire.md §6, row "typing")."""

import pytest

from tests.contract.sandbox.client import SandboxClient, result


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.promise("wire.14.typing")
@pytest.mark.promise("wire.6.typing")
async def test_typing_is_202_and_shown_to_the_others_only(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        answer = await sandbox.act_in(thread_id, "typing")
        assert (answer.status, answer.text) == (202, "")
        told = result(await hers.event("typingIndicatorsTopic"))
        assert told["conversation"]["entityUrn"] == await sandbox.conversation_urn(thread_id, "grace")
        assert told["typingParticipant"]["entityUrn"].endswith(await sandbox.owner())
        assert told["typingParticipant"]["participantType"]["member"]["firstName"]["text"] == "Ada"
        await sandbox.act_in(thread_id, "typing", "grace")
        told = result(await mine.event("typingIndicatorsTopic"))
        assert told["typingParticipant"]["entityUrn"].endswith(await sandbox.owner("grace"))


async def test_in_a_group_everyone_else_sees_it(sandbox: SandboxClient) -> None:
    group = await sandbox.person_does(
        "janesmith", "groups", members=["ada", "grace"], title="Plans", text="Hi"
    )
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        await sandbox.person_does("janesmith", "type", thread=group["threadId"])
        for frames in (mine, hers):
            told = result(await frames.event("typingIndicatorsTopic"))
            assert told["typingParticipant"]["participantType"]["member"]["firstName"]["text"] == "Jane"


async def test_typing_leaves_nothing_behind(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    token = (await sandbox.conversations(account="grace"))["metadata"]["newSyncToken"]
    await sandbox.act_in(thread_id, "typing")
    assert (await sandbox.conversations(f"syncToken:{token}", account="grace"))["elements"] == []


async def test_nobody_types_where_they_cannot_write(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?limit=1000")
    sponsored = next(each for each in told["conversations"] if each["kind"] == "sponsored")
    assert (await sandbox.act_in(sponsored["threadId"], "typing")).status == 403
    assert (await sandbox.act_in("2-bm90aGluZw==", "typing")).status == 404
    thread_id = await sandbox.thread_with("grace-demo")
    theirs = await sandbox.conversation_urn(thread_id, "grace")
    assert (await sandbox.act_in(thread_id, "typing", conversationUrn=theirs)).status == 403
    assert (await sandbox.act_in(thread_id, "typing", conversationUrn=None)).status == 400
