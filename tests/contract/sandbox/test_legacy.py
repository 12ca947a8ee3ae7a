"""The legacy routes in plain and normalized form (contracts/linkedin-wire.md §§9, 13)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import NORMALIZED, SandboxClient, encoded

pytestmark = pytest.mark.promise("wire.9.legacy")

LEGACY = "/voyager/api/messaging/conversations"
CREATE = "com.linkedin.voyager.messaging.create.MessageCreate"
MEMBER = "com.linkedin.voyager.messaging.MessagingMember"
EVENT = "com.linkedin.voyager.messaging.event.MessageEvent"


def event_create(text: str) -> dict[str, Any]:
    value = {CREATE: {"attributedBody": {"text": text, "attributes": []}, "attachments": []}}
    return {"eventCreate": {"originToken": "legacy-token", "value": value}}


async def test_the_inbox_is_listed_and_paged_by_time(sandbox: SandboxClient) -> None:
    first = (await sandbox.call("GET", f"{LEGACY}?keyVersion=LEGACY_INBOX", accept="*/*")).json
    before = first["elements"][-1]["lastActivityAt"]
    second = (await sandbox.call("GET", f"{LEGACY}?keyVersion=LEGACY_INBOX&createdBefore={before}")).json
    urns = [each["entityUrn"] for each in [*first["elements"], *second["elements"]]]
    assert len(set(urns)) == 40
    newest = first["elements"][0]
    assert newest["entityUrn"].startswith("urn:li:fs_conversation:2-")
    assert newest["events"][0]["createdAt"] == newest["lastActivityAt"]
    assert (await sandbox.call("GET", f"{LEGACY}?createdBefore=soon")).status == 400


async def test_a_conversation_is_found_by_its_participants(sandbox: SandboxClient) -> None:
    jane = await sandbox.profile_id("janesmith")
    target = f"{LEGACY}?%20%20%20keyVersion=LEGACY_INBOX&q=participants&recipients=List({jane})"
    [found] = (await sandbox.call("GET", target)).json["elements"]
    [participant] = found["participants"]
    assert participant[MEMBER]["miniProfile"]["publicIdentifier"] == "janesmith"
    nobody = await sandbox.profile_id("jane-doe-42")
    target = f"{LEGACY}?q=participants&recipients=List({nobody})"
    assert (await sandbox.call("GET", target)).json["elements"] == []


async def test_requests_the_archive_and_words_are_searched(sandbox: SandboxClient) -> None:
    requests = await sandbox.call("GET", f"{LEGACY}?q=systemLabel&type=MESSAGE_REQUEST_PENDING")
    archived = await sandbox.call("GET", f"{LEGACY}?q=search&folders=List(ARCHIVED)")
    words = await sandbox.call("GET", f"{LEGACY}?q=search&keywords=slides%20again")
    assert requests.json["elements"]
    assert all(each["archived"] for each in archived.json["elements"])
    assert words.json["elements"]
    assert (await sandbox.call("GET", f"{LEGACY}?q=nothing")).status == 400


@pytest.mark.parametrize("prefix", ["", "urn:li:fs_conversation:", "urn%3Ali%3Afs_conversation%3A"])
async def test_one_conversation_is_read_by_id_or_urn(sandbox: SandboxClient, prefix: str) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    found = (await sandbox.call("GET", f"{LEGACY}/{prefix}{thread_id}")).json
    assert found["entityUrn"] == f"urn:li:fs_conversation:{thread_id}"
    assert found["totalEventCount"] == 640
    assert (await sandbox.call("GET", f"{LEGACY}/2-bm90aGluZw==")).status == 404


async def test_a_thread_is_read_to_its_beginning(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    seen: list[str] = []
    query = ""
    while page := (await sandbox.call("GET", f"{LEGACY}/{thread_id}/events{query}")).json["elements"]:
        times = [each["createdAt"] for each in page]
        assert times == sorted(times)
        seen += [each["entityUrn"] for each in page]
        query = f"?createdBefore={times[0]}"
    assert len(seen) == len(set(seen)) == 640


async def test_a_message_into_a_thread_is_201(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    target = f"{LEGACY}/{thread_id}/events?action=create"
    answer = await sandbox.call("POST", target, body=event_create("Old send"), accept="*/*")
    value = answer.json["value"]
    [found] = (await sandbox.told("mailboxes/sarah-chen/messages?text=Old%20send"))["messages"]
    assert answer.status == 201
    assert value["eventUrn"] == f"urn:li:fs_event:({thread_id},{found['messageId']})"
    assert value["backendEventUrn"] == f"urn:li:messagingMessage:{found['messageId']}"
    assert value["conversationUrn"] == f"urn:li:fs_conversation:{thread_id}"
    assert value["createdAt"] == found["deliveredAt"]
    assert found["originToken"] == "legacy-token"
    newest = (await sandbox.call("GET", f"{LEGACY}/{thread_id}/events")).json["elements"][-1]
    assert newest["eventContent"][EVENT]["attributedBody"]["text"] == "Old send"
    assert newest["from"][MEMBER]["miniProfile"]["publicIdentifier"] == "ada-demo"


async def test_a_message_to_people_is_201_and_to_a_stranger_422(sandbox: SandboxClient) -> None:
    async def to(vanity: str, accept: str = NORMALIZED) -> Any:
        create = event_create("Old hello") | {"recipients": [await sandbox.profile_id(vanity)]}
        body = {"keyVersion": "LEGACY_INBOX", "conversationCreate": create | {"subtype": "MEMBER_TO_MEMBER"}}
        return await sandbox.call("POST", f"{LEGACY}?action=create", body=body, accept=accept)

    answer = await to("jane-doe-42")
    value = answer.json["data"]["value"]
    assert answer.status == 201
    assert value["$type"] == "com.linkedin.voyager.messaging.create.EventCreateResponse"
    assert value["conversationUrn"].endswith(await sandbox.thread_with("jane-doe-42"))
    assert (await to("targetperson")).status == 422


async def test_marking_read_is_200(sandbox: SandboxClient) -> None:
    thread_id = next(iter((await sandbox.told("mailboxes/ada/unread"))["unread"]))
    body = {"patch": {"$set": {"read": True}}}
    assert (await sandbox.call("POST", f"{LEGACY}/{thread_id}", body=body)).status == 200
    assert thread_id not in (await sandbox.told("mailboxes/ada/unread"))["unread"]
    unknown = {"patch": {"$set": {"colour": True}}}
    assert (await sandbox.call("POST", f"{LEGACY}/{thread_id}", body=unknown)).status == 400


@pytest.mark.parametrize("body", [{}, {"eventCreate": {}}, event_create(""), event_create("x" * 8001)])
async def test_a_malformed_send_is_400(sandbox: SandboxClient, body: Any) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    assert (await sandbox.call("POST", f"{LEGACY}/{thread_id}/events?action=create", body=body)).status == 400
    assert (await sandbox.call("POST", f"{LEGACY}?action=create", body=body)).status == 400
    target = f"{LEGACY}/{thread_id}/events?action=other"
    assert (await sandbox.call("POST", target, body=event_create("Hi"))).status == 400


async def test_the_normalized_form_includes_every_entity_it_refers_to(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    for target in (LEGACY, f"{LEGACY}/{thread_id}/events", f"{LEGACY}/{encoded(thread_id)}"):
        answer = (await sandbox.call("GET", target, accept=NORMALIZED)).json
        known = {each["entityUrn"] for each in answer["included"]}
        referred = list(references([answer["data"], *answer["included"]]))
        assert referred
        assert set(referred) <= known
        assert all(each["$type"] for each in answer["included"])


def references(value: Any) -> list[str]:
    """The URNs under every `*key` of a tree."""
    found: list[str] = []
    if isinstance(value, dict):
        for name, item in value.items():
            if name.startswith("*"):
                found += item if isinstance(item, list) else [item]
            else:
                found += references(item)
    elif isinstance(value, list):
        for item in value:
            found += references(item)
    return found
