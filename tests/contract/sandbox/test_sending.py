"""`createMessage` into threads, to people and to new groups (contracts/linkedin-wire.md §§6.1, 6.2)."""

import asyncio
from typing import Any

import pytest

from tests.contract.sandbox.client import MESSAGES, NORMALIZED, PATIENCE, TRACKING, SandboxClient


async def found_in(sandbox: SandboxClient, who: str, text: str) -> list[Any]:
    """The messages with this text in somebody's mailbox."""
    found: list[Any] = (await sandbox.told(f"mailboxes/{who}/messages?text={text}"))["messages"]
    return found


@pytest.mark.promise("wire.14.two-mailboxes")
async def test_a_message_into_a_thread_is_in_both_mailboxes(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    answer = await sandbox.send("Hello-Sarah", thread_id=thread_id)
    value = answer.json["value"]
    owner = await sandbox.owner()
    assert answer.status == 200
    assert value["conversationUrn"] == await sandbox.conversation_urn(thread_id)
    assert value["backendConversationUrn"] == f"urn:li:messagingThread:{thread_id}"
    assert value["senderUrn"] == f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{owner}"
    assert value["originToken"] == "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012"
    assert value["body"]["text"] == "Hello-Sarah"
    [mine] = await found_in(sandbox, "ada", "Hello-Sarah")
    [hers] = await found_in(sandbox, "sarah-chen", "Hello-Sarah")
    assert mine["messageUrn"] == value["entityUrn"]
    assert mine["messageId"] == hers["messageId"]
    assert mine["messageUrn"] != hers["messageUrn"]


@pytest.mark.promise("wire.14.two-mailboxes")
async def test_the_token_is_read_back_by_the_sender_and_not_by_the_other(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    await sandbox.send("Between us", thread_id=thread_id, token="a-token")
    mine = (await sandbox.messages(thread_id))["elements"][0]
    hers = (await sandbox.messages(thread_id, account="grace"))["elements"][0]
    assert (mine["originToken"], hers["originToken"]) == ("a-token", None)
    assert mine["body"]["text"] == hers["body"]["text"] == "Between us"
    assert mine["backendUrn"] == hers["backendUrn"]
    assert mine["deliveredAt"] == hers["deliveredAt"]


async def test_the_same_token_twice_makes_two_messages(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    first = (await sandbox.send("Again", thread_id=thread_id)).json["value"]
    second = (await sandbox.send("Again", thread_id=thread_id)).json["value"]
    assert first["entityUrn"] != second["entityUrn"]
    assert first["deliveredAt"] < second["deliveredAt"]
    assert len(await found_in(sandbox, "sarah-chen", "Again")) == 2


async def test_writing_to_a_person_takes_the_thread_that_is_there(sandbox: SandboxClient) -> None:
    answer = await sandbox.send("Hello Jane", to=["janesmith"])
    assert answer.json["value"]["backendConversationUrn"].endswith(await sandbox.thread_with("janesmith"))


@pytest.mark.promise("wire.14.new-conversation")
async def test_writing_to_a_connection_without_a_thread_makes_one(sandbox: SandboxClient) -> None:
    assert (await sandbox.told("people/jane-doe-42"))["threads"]["ada"] == []
    first = await sandbox.send("Hello", to=["jane-doe-42"])
    second = await sandbox.send("Hello again", to=["jane-doe-42"])
    thread_id = await sandbox.thread_with("jane-doe-42")
    assert first.json["value"]["conversationUrn"] == await sandbox.conversation_urn(thread_id)
    assert second.json["value"]["conversationUrn"] == first.json["value"]["conversationUrn"]
    newest = (await sandbox.conversations())["elements"][0]
    assert newest["backendUrn"].endswith(thread_id)
    assert newest["read"] is True


async def test_an_open_profile_may_be_written_to(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    stranger = next(
        person
        for person in people
        if person["openProfile"] and "ada" not in person["connectedTo"] and not person["threads"].get("ada")
    )
    first = await sandbox.send("Hello", to=[stranger["vanity"]])
    second = await sandbox.send("Hello again", to=[stranger["vanity"]])
    assert first.status == 200
    assert first.json["value"]["conversationUrn"] == second.json["value"]["conversationUrn"]
    theirs = await sandbox.told(f"mailboxes/{stranger['vanity']}/conversations")
    assert theirs["conversations"][0]["categories"] == ["MESSAGE_REQUEST_PENDING"]


@pytest.mark.promise("wire.14.new-conversation")
async def test_a_stranger_is_422_and_a_gone_person_403(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    gone = next(person["vanity"] for person in people if person["gone"])
    before = await sandbox.told("mailboxes/ada/conversations?limit=1")
    assert (await sandbox.send("Hello", to=["targetperson"])).status == 422
    refused = await sandbox.send("Hello", to=[gone])
    assert refused.status == 403
    assert refused.json["exceptionClass"] == "com.linkedin.voyager.common.VoyagerUserVisibleException"
    assert (await sandbox.send("Hello", to=["janesmith", "targetperson"])).status == 422
    assert await sandbox.told("mailboxes/ada/conversations?limit=1") == before


async def test_a_person_known_only_by_inmail_is_refused_with_its_code(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?category=INMAIL&limit=1000")
    inmail = next(each for each in told["conversations"] if each["kind"] == "inmail")
    stranger = next(each["vanity"] for each in inmail["participants"] if each["vanity"] != "ada-demo")
    answer = await sandbox.send("Hello", to=[stranger], accept=NORMALIZED)
    assert answer.status == 422
    assert answer.json["data"]["code"] == "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY"


async def test_a_group_is_made_with_its_title(sandbox: SandboxClient) -> None:
    to = ["janesmith", "sarah-chen", "grace-demo"]
    answer = await sandbox.send("Welcome all", to=to, conversationTitle="Team")
    again = await sandbox.send("Welcome all", to=to, conversationTitle="Team")
    urn = answer.json["value"]["conversationUrn"]
    assert again.json["value"]["conversationUrn"] != urn
    conversation = next(
        each for each in (await sandbox.conversations())["elements"] if each["entityUrn"] == urn
    )
    assert conversation["groupChat"] is True
    assert conversation["title"] == "Team"
    assert len(conversation["conversationParticipants"]) == 4
    for member in to:
        assert len(await found_in(sandbox, member, "Welcome%20all")) == 2


async def test_the_normalized_answer_refers_to_the_message(sandbox: SandboxClient) -> None:
    answer = await sandbox.send("Hello", thread_id=await sandbox.thread_with("sarah-chen"), accept=NORMALIZED)
    [message] = answer.json["included"]
    assert answer.json["data"]["*value"] == message["entityUrn"]
    assert message["body"]["text"] == "Hello"


async def test_times_in_a_thread_always_grow(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    answers = await asyncio.gather(*(sandbox.send(f"Note {n}", thread_id=thread_id) for n in range(30)))
    found = (await sandbox.messages(thread_id, "deliveredAt:9999999999999,countBefore:31,countAfter:0"))[
        "elements"
    ]
    times = [each["deliveredAt"] for each in found]
    assert times == sorted(set(times))
    assert {each.json["value"]["entityUrn"] for each in answers} == {each["entityUrn"] for each in found[1:]}


async def test_mentions_survive_a_send_and_bold_does_not(sandbox: SandboxClient) -> None:
    jane = f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}"
    thread_id = await sandbox.thread_with("sarah-chen")
    body = {
        "message": {
            "body": {
                "text": "Jane knows",
                "attributes": [
                    {"start": 0, "length": 4, "attributeKindUnion": {"entity": {"urn": jane}}},
                    {"start": 5, "length": 5, "attributeKindUnion": {"bold": {}}},
                ],
            },
            "conversationUrn": await sandbox.conversation_urn(thread_id),
        },
        "mailboxUrn": f"urn:li:fsd_profile:{await sandbox.owner()}",
        "trackingId": TRACKING,
    }
    answer = await sandbox.call("POST", f"{MESSAGES}?action=createMessage", body=body)
    assert answer.status == 200
    newest = (await sandbox.messages(thread_id))["elements"][0]
    [kept] = newest["body"]["attributes"]
    assert (kept["start"], kept["length"]) == (0, 4)
    assert kept["attributeKind"] == {"entity": {"urn": jane}}
    assert newest["originToken"]


@pytest.mark.parametrize(
    "tracking", [None, "", "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012", "x" * 15, "x" * 17, 16]
)
async def test_a_tracking_id_of_another_length_is_a_bare_400(
    sandbox: SandboxClient, tracking: object
) -> None:
    answer = await sandbox.send(
        "Hello", thread_id=await sandbox.thread_with("sarah-chen"), trackingId=tracking
    )
    assert (answer.status, answer.json) == (400, {"status": 400})


async def test_sixteen_random_characters_are_a_tracking_id(sandbox: SandboxClient) -> None:
    tracking = "".join(
        chr(number) for number in (0, 1, 9, 34, 92, 127, 128, 160, 200, 222, 233, 240, 250, 253, 254, 255)
    )
    answer = await sandbox.send(
        "Hello", thread_id=await sandbox.thread_with("sarah-chen"), trackingId=tracking
    )
    assert answer.status == 200


@pytest.mark.parametrize("text", ["", "x" * 8001])
async def test_an_empty_or_over_long_text_is_400(sandbox: SandboxClient, text: str) -> None:
    assert (await sandbox.send(text, thread_id=await sandbox.thread_with("sarah-chen"))).status == 400
    assert (await sandbox.send("x" * 8000, thread_id=await sandbox.thread_with("sarah-chen"))).status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"trackingId":"0123456789abcdef"}',
        b'"0123456789abcdef"',
        b"[" * 100_000,
    ],
)
async def test_a_body_that_is_no_message_is_400(sandbox: SandboxClient, body: bytes) -> None:
    assert (await sandbox.call("POST", f"{MESSAGES}?action=createMessage", body=body)).status == 400


async def test_other_mailboxes_and_unknown_threads_are_refused(sandbox: SandboxClient) -> None:
    theirs = f"urn:li:fsd_profile:{await sandbox.owner('grace')}"
    thread_id = await sandbox.thread_with("sarah-chen")
    assert (await sandbox.send("Hello", thread_id=thread_id, mailboxUrn=theirs)).status == 403
    assert (await sandbox.send("Hello", thread_id="2-bm90aGluZw==")).status == 404
    assert (await sandbox.send("Hello", to=[])).status == 400
    assert (await sandbox.send("Hello", to=["ada-demo"])).status == 400
    assert (await sandbox.send("Hello")).status == 400


async def test_a_thread_that_takes_no_reply_is_403(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?limit=1000")
    sponsored = next(each for each in told["conversations"] if each["kind"] == "sponsored")
    assert (await sandbox.send("Hello", thread_id=sponsored["threadId"])).status == 403


async def test_a_reply_accepts_a_message_request(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?category=MESSAGE_REQUEST_PENDING&limit=1000")
    for request in told["conversations"]:
        if (await sandbox.send("Gladly", thread_id=request["threadId"])).status == 200:
            newest = (await sandbox.conversations())["elements"][0]
            assert newest["backendUrn"].endswith(request["threadId"])
            assert newest["state"] == "ACCEPTED"
            assert newest["categories"] == ["INBOX", "PRIMARY_INBOX"]
            return
    pytest.fail("no message request takes a reply")


async def test_a_new_message_brings_an_archived_thread_back(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/ada/conversations?category=ARCHIVE&limit=1000")
    archived = next(each for each in told["conversations"] if each["kind"] == "direct")
    assert (await sandbox.send("Back", thread_id=archived["threadId"])).status == 200
    assert (await sandbox.conversations())["elements"][0]["categories"] == ["INBOX", "PRIMARY_INBOX"]


async def wait_for_answer(sandbox: SandboxClient, thread_id: str, after: int) -> list[Any]:
    """The messages after a time, once there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = await sandbox.messages(thread_id, f"deliveredAt:{after + 1},countBefore:0,countAfter:20")
            if page["elements"]:
                found: list[Any] = page["elements"]
                return found
            await asyncio.sleep(0.01)


async def test_some_people_answer(sandbox: SandboxClient) -> None:
    sent = (await sandbox.send("Hello Jane", to=["janesmith"])).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    [reply] = await wait_for_answer(sandbox, thread_id, sent["deliveredAt"])
    assert reply["sender"]["participantType"]["member"]["firstName"]["text"] == "Jane"
    assert reply["originToken"] is None
    conversation = (await sandbox.conversations())["elements"][0]
    assert conversation["unreadCount"] == 1
    theirs = (await sandbox.told("mailboxes/janesmith/conversations?limit=1"))["conversations"][0]
    assert theirs["threadId"] == thread_id
    assert theirs["unreadCount"] == 0


async def test_about_half_of_the_connections_answer(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    connected = [person for person in people if "ada" in person["connectedTo"]]
    answering = sum(person["answers"] for person in connected)
    assert 0.3 < answering / len(connected) < 0.7
