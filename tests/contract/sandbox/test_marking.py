"""Mark read and unread, delivery acknowledgement, badge; and that nothing else marks (§6)."""

import pytest

from tests.contract.sandbox.client import CONVERSATIONS, SandboxClient, encoded

BADGE = "/voyager/api/voyagerMessagingDashMessagingBadge?action=markAllMessagesAsSeen"
ACKNOWLEDGE = (
    "/voyager/api/voyagerMessagingDashMessengerMessageDeliveryAcknowledgements"
    "?action=sendDeliveryAcknowledgement"
)


async def unread(sandbox: SandboxClient, account: str = "ada") -> dict[str, int]:
    found: dict[str, int] = (await sandbox.told(f"mailboxes/{account}/unread"))["unread"]
    return found


async def test_a_thread_is_marked_read_and_unread(sandbox: SandboxClient) -> None:
    before = await unread(sandbox)
    thread_id = next(iter(before))
    urn = await sandbox.conversation_urn(thread_id)
    answer = await sandbox.mark(thread_id, read=True)
    assert (answer.status, answer.json) == (200, {"results": {urn: {"status": 204}}, "errors": {}})
    assert thread_id not in await unread(sandbox)
    await sandbox.mark(thread_id, read=False)
    assert (await unread(sandbox))[thread_id] == 1


async def test_several_threads_are_marked_at_once(sandbox: SandboxClient) -> None:
    threads = list(await unread(sandbox))[:3]
    urns = [await sandbox.conversation_urn(each) for each in threads]
    unknown = await sandbox.conversation_urn("2-bm90aGluZw==")
    body = {"entities": {urn: {"patch": {"$set": {"read": True}}} for urn in [*urns, unknown]}}
    listed = ",".join(encoded(urn) for urn in [*urns, unknown])
    answer = await sandbox.call("POST", f"{CONVERSATIONS}?ids=List({listed})", body=body)
    assert set(answer.json["results"]) == set(urns)
    assert answer.json["errors"] == {unknown: {"status": 404}}
    assert not set(threads) & set(await unread(sandbox))


async def test_a_list_with_encoded_parentheses_is_400(sandbox: SandboxClient) -> None:
    urn = await sandbox.conversation_urn(next(iter(await unread(sandbox))))
    body = {"entities": {urn: {"patch": {"$set": {"read": True}}}}}
    answer = await sandbox.call("POST", f"{CONVERSATIONS}?ids=List%28{encoded(urn)}%29", body=body)
    assert answer.status == 400
    assert (await sandbox.call("POST", CONVERSATIONS, body=body)).status == 400


@pytest.mark.parametrize("patch", [{}, {"$set": {}}, {"$set": {"read": "true"}}, {"$set": {"read": 1}}])
async def test_a_patch_that_says_nothing_about_read_is_400(sandbox: SandboxClient, patch: object) -> None:
    before = await unread(sandbox)
    urn = await sandbox.conversation_urn(next(iter(before)))
    body = {"entities": {urn: {"patch": patch}}}
    answer = await sandbox.call("POST", f"{CONVERSATIONS}?ids=List({encoded(urn)})", body=body)
    assert answer.status == 400
    assert await unread(sandbox) == before


@pytest.mark.promise("main-job.6.unread-counts")
async def test_no_read_marks_anything(sandbox: SandboxClient) -> None:
    before = await unread(sandbox)
    thread_id = next(iter(before))
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    await sandbox.conversations("category:INBOX,count:25")
    await sandbox.messages(thread_id)
    await sandbox.messages(thread_id, "deliveredAt:9999999999999,countBefore:20,countAfter:0")
    await sandbox.call("GET", f"/voyager/api/messaging/conversations/{thread_id}/events")
    await sandbox.call("GET", "/voyager/api/messaging/conversations?keyVersion=LEGACY_INBOX")
    assert await unread(sandbox) == before
    assert (await sandbox.conversations(f"syncToken:{token}"))["elements"] == []


async def test_a_message_that_comes_in_counts_as_unread(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await sandbox.mark(thread_id, read=True)
    for number in range(3):
        await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": f"Note {number}"})
    assert (await unread(sandbox))[thread_id] == 3
    await sandbox.send("Thanks", thread_id=thread_id)
    assert thread_id not in await unread(sandbox)


async def test_delivery_is_acknowledged(sandbox: SandboxClient) -> None:
    told = await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": "Arrived?"})
    urn = f"urn:li:msg_message:(urn:li:fsd_profile:{await sandbox.owner()},{told.json['messageId']})"
    body = {
        "messageUrns": [urn],
        "clientId": "voyager-web",
        "deliveryMechanism": "REALTIME",
        "clientConsumedAt": 1,
    }
    assert (await sandbox.call("POST", ACKNOWLEDGE, body=body)).status == 200
    [found] = (await sandbox.told("mailboxes/ada/messages?text=Arrived%3F"))["messages"]
    assert found["acknowledged"] is True
    assert (await sandbox.call("POST", ACKNOWLEDGE, body={"messageUrns": []})).status == 400


async def test_the_badge_is_marked_without_reading_anything(sandbox: SandboxClient) -> None:
    before = await unread(sandbox)
    assert (await sandbox.call("POST", BADGE, body={"until": 9_999_999_999_999})).status == 200
    assert (await sandbox.call("POST", BADGE, body={})).status == 400
    assert await unread(sandbox) == before
