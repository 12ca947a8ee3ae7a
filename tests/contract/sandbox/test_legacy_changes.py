"""Legacy routes and streams for edits, recalls, reactions, typing, members, deletion (§§8.4, 9, 13)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import NORMALIZED, SandboxClient, encoded

pytestmark = pytest.mark.promise("wire.9.legacy")

LEGACY = "/voyager/api/messaging/conversations"
EVENT = "com.linkedin.voyager.messaging.event.MessageEvent"


async def sent(sandbox: SandboxClient, text: str = "Old hello") -> tuple[str, str]:
    """The thread with grace and the id of a new message of ada's in it."""
    thread_id = await sandbox.thread_with("grace-demo")
    answer = await sandbox.send(text, thread_id=thread_id)
    return thread_id, answer.json["value"]["backendUrn"].rpartition(":")[2]


def edit_of(text: str) -> dict[str, Any]:
    body = {"$set": {"text": text, "attributes": []}}
    return {"patch": {"eventContent": {EVENT: {"attributedBody": body}}}}


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_an_edit_is_told_to_old_streams(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox)
    async with sandbox.stream("grace", decorated=False) as hers:
        answer = await sandbox.call(
            "POST", f"{LEGACY}/{thread_id}/events/{encoded(message_id)}", body=edit_of("New hello")
        )
        assert answer.status == 200
        event = (await hers.event("messagesTopic"))["event"]
    assert event["entityUrn"] == f"urn:li:fs_event:({thread_id},{message_id})"
    content = event["eventContent"][EVENT]
    assert content["attributedBody"]["text"] == "New hello"
    assert content["messageBodyRenderFormat"] == "EDITED"


async def test_a_refused_edit_is_422_in_the_body_too(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox)
    await sandbox.admin("POST", "clock", {"advanceMs": 3_601_000})
    target = f"{LEGACY}/{thread_id}/events/{encoded(message_id)}"
    refused = await sandbox.call("POST", target, body=edit_of("Too late"), accept=NORMALIZED)
    assert (refused.status, refused.json["data"]["status"], refused.json["included"]) == (422, 422, [])
    assert (await sandbox.call("POST", target, body={"patch": {}})).status == 400


@pytest.mark.promise("wire.8.4.legacy-payloads")
@pytest.mark.parametrize("prefix", ["", "urn:li:fs_conversation:"])
async def test_a_recall_is_204_and_told_as_a_system_message(sandbox: SandboxClient, prefix: str) -> None:
    thread_id, message_id = await sent(sandbox)
    async with sandbox.stream("grace", decorated=False) as hers:
        target = f"{LEGACY}/{prefix}{thread_id}/events/{message_id}?action=recall"
        answer = await sandbox.call("POST", target)
        assert (answer.status, answer.text) == (204, "")
        content = (await hers.event("messagesTopic"))["event"]["eventContent"][EVENT]
    [found] = [each for each in await sandbox.written(thread_id) if each["messageId"] == message_id]
    assert content["recalledAt"] > found["deliveredAt"]
    assert content["attributedBody"]["text"] == ""
    assert content["messageBodyRenderFormat"] == "SYSTEM"
    assert found["format"] == "RECALLED"


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_reactions_are_204_and_told_to_old_streams(sandbox: SandboxClient) -> None:
    thread_id, message_id = await sent(sandbox)
    target = f"{LEGACY}/urn:li:fs_conversation:{thread_id}/events/{encoded(message_id)}"
    ada = await sandbox.owner()
    async with sandbox.stream("grace", decorated=False) as hers:
        for action, added in (("reactWithEmoji", True), ("unreactWithEmoji", False)):
            answer = await sandbox.call("POST", f"{target}?action={action}", body={"emoji": "👏"})
            assert answer.status == 204
            told = await hers.event("messageReactionSummariesTopic")
            assert told["reactionAdded"] is added
            assert told["actorMiniProfileUrn"] == f"urn:li:fs_miniProfile:{ada}"
            assert told["eventUrn"] == f"urn:li:fs_event:({thread_id},{message_id})"
            summary = told["reactionSummary"]
            assert (summary["emoji"], summary["count"]) == ("👏", int(added))
            assert summary["viewerReacted"] is False
    assert (await sandbox.call("POST", f"{target}?action=reactWithEmoji", body={"emoji": "x"})).status == 400
    assert (await sandbox.call("POST", f"{target}?action=other", body={})).status == 400
    elsewhere = await sandbox.thread_with("sarah-chen")
    wrong = f"{LEGACY}/{elsewhere}/events/{encoded(message_id)}?action=recall"
    assert (await sandbox.call("POST", wrong)).status == 404


async def test_who_reacted_is_listed(sandbox: SandboxClient) -> None:
    _, message_id = await sent(sandbox)
    for account in ("ada", "grace"):
        await sandbox.act_on(message_id, "reactWithEmoji", account, emoji="👏")
    query = (
        "decorationId=com.linkedin.voyager.dash.deco.messaging.FullReactor-8"
        f"&emoji={encoded('👏')}&messageUrn=urn:li:fsd_message:{message_id}&q=messageAndEmoji"
    )
    found = await sandbox.call("GET", f"/voyager/api/voyagerMessagingDashReactors?{query}")
    urns = [each["reactorUrn"] for each in found.json["elements"]]
    assert urns == [f"urn:li:fsd_profile:{await sandbox.owner(each)}" for each in ("ada", "grace")]
    assert found.json["elements"][0]["reactor"]["firstName"] == "Ada"
    normalized = await sandbox.call(
        "GET", f"/voyager/api/voyagerMessagingDashReactors?{query}", accept=NORMALIZED
    )
    assert len(normalized.json["data"]["*elements"]) == 2
    unknown = query.replace(message_id, "2-bm90aGluZw==")
    assert (await sandbox.call("GET", f"/voyager/api/voyagerMessagingDashReactors?{unknown}")).status == 404


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_typing_is_told_to_old_streams(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream("grace", decorated=False) as hers:
        answer = await sandbox.call("POST", f"{LEGACY}?action=typing", body={"conversationId": thread_id})
        assert answer.status == 202
        assert await hers.event("typingIndicatorsTopic") == {
            "conversation": f"urn:li:fs_conversation:{thread_id}",
            "fromEntity": f"urn:li:fs_miniProfile:{await sandbox.owner()}",
        }
    assert (await sandbox.call("POST", f"{LEGACY}?action=typing", body={})).status == 400


async def test_members_are_changed_with_and_without_history(sandbox: SandboxClient) -> None:
    told = await sandbox.person_does("ada", "groups", members=["janesmith", "sarah-chen"], text="Hi both")
    thread_id = told["threadId"]
    target = f"{LEGACY}/{thread_id}?action=changeParticipants"
    for vanity, history in (("grace-demo", True), ("alan-demo", False)):
        body = {
            "addParticipants": [await sandbox.profile_id(vanity)],
            "showHistory": history,
            "addMessageRequestParticipants": [],
        }
        assert (await sandbox.call("POST", target, body=body)).status == 200
    assert len(await sandbox.written(thread_id, "grace")) == 3
    assert [each["text"] for each in await sandbox.written(thread_id, "alan")] == ["Ada Demo added Alan Demo"]
    removed = {"removeParticipants": [await sandbox.profile_id("sarah-chen")]}
    assert (await sandbox.call("POST", target, body=removed)).status == 200
    newest = (await sandbox.call("GET", f"{LEGACY}/{thread_id}/events")).json["elements"][-1]
    assert newest["subtype"] == "PARTICIPANT_CHANGE"
    assert (await sandbox.call("POST", target, body={})).status == 400
    two = await sandbox.thread_with("grace-demo")
    refused = await sandbox.call("POST", f"{LEGACY}/{two}?action=changeParticipants", body=removed)
    assert refused.status == 403


@pytest.mark.promise("wire.8.4.legacy-payloads")
async def test_a_deletion_is_told_to_old_streams(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    async with sandbox.stream(decorated=False) as mine:
        assert (await sandbox.call("DELETE", f"{LEGACY}/{thread_id}")).status == 204
        told = await mine.event("conversationsTopic")
    assert (told["action"], told["entityUrn"]) == ("DELETE", f"urn:li:fs_conversation:{thread_id}")
    assert (await sandbox.call("GET", f"{LEGACY}/{thread_id}")).status == 404


async def test_a_patch_mutes_and_names(sandbox: SandboxClient) -> None:
    told = await sandbox.person_does("ada", "groups", members=["grace", "sarah-chen"], text="Hi both")
    target = f"{LEGACY}/{told['threadId']}"
    for muted in (True, False):
        body: dict[str, Any] = {"patch": {"$set": {"muted": muted}}}
        assert (await sandbox.call("POST", target, body=body)).status == 200
        found = (await sandbox.call("GET", target)).json
        assert (found["muted"], found["notificationStatus"]) == (muted, "MUTE" if muted else "ACTIVE")
        theirs = (await sandbox.call("GET", target, account="grace")).json
        assert theirs["muted"] is False
    body = {"patch": {"$set": {"name": "Named of old"}}}
    assert (await sandbox.call("POST", target, body=body)).status == 200
    assert (await sandbox.call("GET", target, account="grace")).json["name"] == "Named of old"
    malformed: list[dict[str, Any]] = [{"muted": "yes"}, {"name": ""}, {}]
    for patch in malformed:
        assert (await sandbox.call("POST", target, body={"patch": {"$set": patch}})).status == 400
    assert (await sandbox.call("POST", f"{target}?action=other", body=body)).status == 400
