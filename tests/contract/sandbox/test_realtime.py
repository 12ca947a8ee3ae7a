"""The realtime stream (contracts/linkedin-wire.md §8)."""

import dataclasses
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import SandboxClient, encoded, result
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

HEARTBEAT = "/realtime/realtimeFrontendClientConnectivityTracking?action=sendHeartbeat"
SUBSCRIPTIONS = "/realtime/realtimeFrontendSubscriptions"


@pytest.mark.promise("wire.14.stream")
async def test_the_first_frame_is_the_client_connection(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        frame = await frames.next()
        assert frame is not None
        kind, fields = frame
        assert kind == "ClientConnection"
        assert len(fields["id"]) == 36
        assert {"conversationsTopic", "messagesTopic", "tabBadgeUpdateTopic"} <= set(fields["personalTopics"])
        [told] = (await sandbox.told("streams"))["streams"]
        assert (told["account"], told["connectionId"]) == ("ada", fields["id"])


@pytest.mark.promise("wire.14.stream")
async def test_heartbeats_come_and_the_stream_is_closed_after_its_life(options: Options) -> None:
    brisk = dataclasses.replace(options, heartbeat=0.05, stream_life=0.3)
    async with serving(brisk) as base_url, aiohttp.ClientSession() as session:
        async with SandboxClient(base_url, session).stream() as frames:
            kinds = []
            while (frame := await frames.next()) is not None:
                kinds.append(frame[0])
    assert kinds[0] == "ClientConnection"
    assert len(kinds) >= 3
    assert set(kinds[1:]) == {"Heartbeat"}


@pytest.mark.promise("wire.14.two-mailboxes")
async def test_a_message_is_on_both_streams_each_with_its_own_urns(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        sent = (await sandbox.send("Live", thread_id=thread_id, token="my-token")).json["value"]
        own, peers = result(await mine.event("messagesTopic")), result(await hers.event("messagesTopic"))
    assert own["_type"] == peers["_type"] == "com.linkedin.messenger.Message"
    assert own["entityUrn"] == sent["entityUrn"] != peers["entityUrn"]
    assert own["backendUrn"] == peers["backendUrn"]
    assert (own["originToken"], peers["originToken"]) == ("my-token", None)
    assert peers["body"]["text"] == "Live"
    assert peers["conversation"]["entityUrn"] == await sandbox.conversation_urn(thread_id, "grace")
    assert len(peers["conversation"]["conversationParticipants"]) == 2
    assert peers["conversation"]["unreadCount"] >= 1


@pytest.mark.promise("wire.8.3.sandbox-topics")
async def test_a_message_also_tells_the_conversation_and_hints_at_the_badge(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        told = await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": "News"})
        await frames.event("messagesTopic")
        conversation = result(await frames.event("conversationsTopic"))
        assert conversation["entityUrn"] == await sandbox.conversation_urn(told.json["threadId"])
        assert conversation["lastActivityAt"] == told.json["deliveredAt"]
        assert conversation["read"] is False
        assert await frames.event("tabBadgeUpdateTopic")


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.promise("wire.14.read")
async def test_marking_read_tells_the_own_stream_and_gives_the_other_a_receipt(
    sandbox: SandboxClient,
) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    sent = (await sandbox.send("Seen?", thread_id=thread_id)).json["value"]
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        await sandbox.mark(thread_id, read=True, account="grace")
        conversation = result(await hers.event("conversationsTopic"))
        receipt = result(await mine.event("messageSeenReceiptsTopic"))
    assert conversation["read"] is True
    assert conversation["unreadCount"] == 0
    assert receipt["message"]["entityUrn"] == sent["entityUrn"]
    assert receipt["seenAt"] > sent["deliveredAt"]
    assert receipt["seenByParticipant"]["entityUrn"].endswith(await sandbox.owner("grace"))


async def test_who_answers_also_reads(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        sent = (await sandbox.send("Hello Jane", to=["janesmith"])).json["value"]
        receipt = result(await frames.event("messageSeenReceiptsTopic"))
        answer = result(await frames.event("messagesTopic"))
    assert receipt["message"]["entityUrn"] == sent["entityUrn"]
    assert answer["sender"]["participantType"]["member"]["firstName"]["text"] == "Jane"
    assert answer["conversation"]["entityUrn"] == sent["conversationUrn"]


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_without_a_query_map_the_payloads_are_the_legacy_ones(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream("grace", decorated=False) as frames, sandbox.stream(decorated=False) as mine:
        sent = (await sandbox.send("Old style", thread_id=thread_id)).json["value"]
        message = await frames.event("messagesTopic")
        conversation = await frames.event("conversationsTopic")
        await sandbox.mark(thread_id, read=True, account="grace")
        receipt = await mine.event("messageSeenReceiptsTopic")
    event = message["event"]
    message_id = sent["backendUrn"].rpartition(":")[2]
    content = event["eventContent"]["com.linkedin.voyager.messaging.event.MessageEvent"]
    member = event["from"]["com.linkedin.voyager.messaging.MessagingMember"]
    assert event["entityUrn"] == f"urn:li:fs_event:({thread_id},{message_id})"
    assert event["dashEntityUrn"] == f"urn:li:fsd_message:{message_id}"
    assert content["attributedBody"]["text"] == "Old style"
    assert member["entityUrn"] == f"urn:li:fs_messagingMember:({thread_id},{await sandbox.owner()})"
    assert member["miniProfile"]["publicIdentifier"] == "ada-demo"
    assert message["conversationUnreadCount"] >= 1
    assert conversation["action"] == "UPDATE"
    assert conversation["conversation"]["entityUrn"] == f"urn:li:fs_conversation:{thread_id}"
    assert receipt["fromEntity"] == f"urn:li:fs_miniProfile:{await sandbox.owner('grace')}"
    assert receipt["seenReceipt"]["eventUrn"] == event["entityUrn"]


async def test_what_happens_without_a_stream_is_not_told_later(sandbox: SandboxClient) -> None:
    await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": "Missed"})
    async with sandbox.stream() as frames:
        await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": "Caught"})
        assert result(await frames.event("messagesTopic"))["body"]["text"] == "Caught"


async def test_several_streams_of_one_account_all_tell(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as first, sandbox.stream() as second:
        await sandbox.admin("POST", "accounts/ada/write", {"to": "sarah-chen", "text": "From my phone"})
        for frames in (first, second):
            message = result(await frames.event("messagesTopic"))
            assert message["body"]["text"] == "From my phone"
            assert message["originToken"]


async def test_streams_are_cut_by_the_admin_api(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        await frames.next()
        assert (await sandbox.admin("POST", "streams/ada/cut")).json == {"cut": 1}
        with pytest.raises(aiohttp.ClientPayloadError):
            await frames.next()
    async with sandbox.stream() as frames:
        await frames.next()
        await sandbox.admin("POST", "streams/ada/cut?clean=true")
        assert await frames.next() is None


async def test_the_clients_heartbeat_is_taken(sandbox: SandboxClient) -> None:
    body: dict[str, Any] = {
        "isFirstHeartbeat": True,
        "isLastHeartbeat": False,
        "realtimeSessionId": "11111111-2222-4333-8444-555555555555",
        "mpName": "voyager-web",
        "clientId": "voyager-web",
        "actorUrn": f"urn:li:fsd_profile:{await sandbox.owner()}",
    }
    assert (await sandbox.call("POST", HEARTBEAT, body=body)).status == 200
    assert list((await sandbox.told("streams"))["heartbeats"]) == ["ada"]
    assert (await sandbox.call("POST", HEARTBEAT, body={})).status == 400


async def test_the_clock_can_be_read(sandbox: SandboxClient) -> None:
    timestamp = (await sandbox.call("GET", "/realtime/realtimeFrontendTimestamp")).json["timestamp"]
    assert abs(timestamp - (await sandbox.told("clock"))["nowMs"]) < 60_000


async def test_subscriptions_are_kept_for_their_connection(sandbox: SandboxClient) -> None:
    topic = "urn:li-realtime:presenceStatusTopic:urn:li:fsd_profile:ACoAAB"
    async with sandbox.stream() as frames:
        frame = await frames.next()
        assert frame is not None
        key = f"(topic:{encoded(topic)},clientConnectionId:{frame[1]['id']})"
        target = f"{SUBSCRIPTIONS}?ids=List({key})"
        answer = await sandbox.call("PUT", target, body={"entities": {key: {}}})
        assert answer.json == {"results": {key: {"status": 200}}, "errors": {}}
        assert (await sandbox.told("streams"))["streams"][0]["topics"] == [topic]
        assert (await sandbox.call("DELETE", target)).status == 200
        assert (await sandbox.told("streams"))["streams"][0]["topics"] == []
        stale = f"{SUBSCRIPTIONS}?ids=List((topic:{encoded(topic)},clientConnectionId:gone))"
        assert (await sandbox.call("PUT", stale, body={})).status == 412
