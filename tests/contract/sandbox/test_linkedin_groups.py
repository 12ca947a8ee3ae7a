"""Messages between members of a LinkedIn group, in the form of contracts/linkedin-wire.md §10 [ours]."""

import pytest

from tests.contract.sandbox.client import SandboxClient, encoded

FELLOW = "imani-fellow"
GROUP = "urn:li:fsd_group:70001"


@pytest.mark.promise("wire.10.groups")
async def test_fellow_members_write_to_each_other_unconnected(sandbox: SandboxClient) -> None:
    assert (await sandbox.send("Hello", to=[FELLOW])).status == 422
    first = await sandbox.send("Hello", to=[FELLOW], contextEntityUrn=GROUP)
    assert first.status == 200, first.text
    newest = (await sandbox.conversations())["elements"][0]
    assert newest["entityUrn"] == first.json["value"]["conversationUrn"]
    assert newest["categories"] == ["INBOX", "PRIMARY_INBOX"]
    assert (newest["groupChat"], newest["state"], newest["title"]) == (False, None, None)
    theirs = (await sandbox.told(f"mailboxes/{FELLOW}/conversations"))["conversations"][0]
    assert theirs["categories"] == ["INBOX", "PRIMARY_INBOX"]
    assert theirs["lastMessage"] == {"from": "ada-demo", "text": "Hello"}


async def test_the_thread_goes_on_without_the_group(sandbox: SandboxClient) -> None:
    first = (await sandbox.send("Hello", to=[FELLOW], contextEntityUrn=GROUP)).json["value"]
    thread_id = first["backendConversationUrn"].rpartition(":")[2]
    again = await sandbox.send("Again", to=[FELLOW], contextEntityUrn=GROUP)
    plain = await sandbox.send("Plain", to=[FELLOW])
    assert {again.json["value"]["conversationUrn"], plain.json["value"]["conversationUrn"]} == {
        first["conversationUrn"]
    }
    answer = await sandbox.admin("POST", f"people/{FELLOW}/write", {"to": "ada", "text": "Welcome"})
    assert answer.json["threadId"] == thread_id


@pytest.mark.promise("wire.10.groups")
async def test_a_legacy_client_sees_the_groups_subtype(sandbox: SandboxClient) -> None:
    sent = (await sandbox.send("Hello", to=[FELLOW], contextEntityUrn=GROUP)).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    await sandbox.admin("POST", f"people/{FELLOW}/write", {"to": "ada", "text": "Welcome"})
    target = f"/voyager/api/messaging/conversations/{encoded(thread_id)}/events"
    events = (await sandbox.call("GET", target)).json["elements"]
    assert [event["subtype"] for event in events] == ["MEMBER_TO_GROUP_MEMBER"] * 2


@pytest.mark.parametrize(
    "context", [GROUP, "urn:li:fsd_group:70005", "urn:li:fsd_group:1", "urn:li:group:70001"]
)
async def test_who_is_in_no_group_with_the_person_is_403(sandbox: SandboxClient, context: str) -> None:
    assert (await sandbox.send("Hello", to=["targetperson"], contextEntityUrn=context)).status == 403
    assert (await sandbox.told("mailboxes/targetperson/conversations"))["conversations"] == []


async def test_a_group_that_only_the_other_is_in_is_403(sandbox: SandboxClient) -> None:
    groups = (await sandbox.told("linkedin-groups"))["groups"]
    foreign = next(group for group in groups if "ada-demo" not in group["members"])
    member = foreign["members"][0]
    assert (await sandbox.send("Hello", to=[member], contextEntityUrn=foreign["urn"])).status == 403


async def test_a_group_message_goes_to_one_person_and_begins_a_thread(sandbox: SandboxClient) -> None:
    assert (await sandbox.send("Hello", to=[FELLOW, "grace-demo"], contextEntityUrn=GROUP)).status == 400
    assert (await sandbox.send("Hello", to=["ada-demo"], contextEntityUrn=GROUP)).status == 400
    assert (await sandbox.send("Hello", to=[], contextEntityUrn=GROUP)).status == 400
    titled = await sandbox.send("Hello", to=[FELLOW], conversationTitle="Team", contextEntityUrn=GROUP)
    assert titled.status == 400
    thread_id = await sandbox.thread_with("sarah-chen")
    assert (await sandbox.send("Hello", thread_id=thread_id, contextEntityUrn=GROUP)).status == 400


async def test_every_account_shares_a_group_with_the_person_whom_the_manual_names(
    sandbox: SandboxClient,
) -> None:
    [group] = [each for each in (await sandbox.told("linkedin-groups"))["groups"] if each["urn"] == GROUP]
    assert {"ada-demo", "grace-demo", "alan-demo", FELLOW} <= set(group["members"])
    assert (await sandbox.told(f"people/{FELLOW}"))["connectedTo"] == []
    for account in ("ada", "grace", "alan"):
        sent = await sandbox.send("Hello", to=[FELLOW], account=account, contextEntityUrn=GROUP)
        assert sent.status == 200
