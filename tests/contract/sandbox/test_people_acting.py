"""The admin API makes any person do anything, and an account's own streams and mailbox show it."""

from typing import Any

import pytest

from tests.contract.sandbox.client import SandboxClient, encoded, result


async def test_a_person_edits_reacts_and_recalls(sandbox: SandboxClient) -> None:
    mine = (await sandbox.send("Hello Sarah", to=["sarah-chen"])).json["value"]["backendUrn"]
    async with sandbox.stream() as frames:
        told = await sandbox.person_does("sarah-chen", "write", to="ada", text="Helo")
        edited = await sandbox.person_does("sarah-chen", "edit", message=told["messageId"], text="Hello")
        assert (edited["text"], edited["format"]) == ("Hello", "EDITED")
        assert result(await frames.event("messagesTopic"))["body"]["text"] == "Helo"
        assert result(await frames.event("messagesTopic"))["body"]["text"] == "Hello"
        reacted = await sandbox.person_does("sarah-chen", "react", message=mine, emoji="💡")
        assert reacted["reactions"] == {"💡": ["sarah-chen"]}
        summary = result(await frames.event("messageReactionSummariesTopic"))
        assert summary["message"]["entityUrn"].endswith(f"{mine.rpartition(':')[2]})")
        await sandbox.person_does("sarah-chen", "unreact", message=mine, emoji="💡")
        assert result(await frames.event("messageReactionSummariesTopic"))["reactionAdded"] is False
        await sandbox.person_does("sarah-chen", "recall", message=told["messageId"])
        assert result(await frames.event("messagesTopic"))["messageBodyRenderFormat"] == "RECALLED"


async def test_a_person_types_reads_and_answers_a_message(sandbox: SandboxClient) -> None:
    sent = (await sandbox.send("Which one?", to=["sarah-chen"])).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    async with sandbox.stream() as frames:
        await sandbox.person_does("sarah-chen", "type", thread=thread_id)
        assert await frames.event("typingIndicatorsTopic")
        read = await sandbox.person_does("sarah-chen", "read", thread=thread_id)
        assert (read["read"], read["unreadCount"]) == (True, 0)
        receipt = result(await frames.event("messageSeenReceiptsTopic"))
        assert receipt["message"]["entityUrn"] == sent["entityUrn"]
        await sandbox.person_does(
            "sarah-chen", "write", thread=thread_id, text="The blue one", replyTo=sent["backendUrn"]
        )
        message = result(await frames.event("messagesTopic"))
    [quoted] = [each["repliedMessageContent"] for each in message["renderContent"]]
    assert quoted["originalMessage"]["entityUrn"] == sent["entityUrn"]
    assert quoted["messageBody"]["text"] == "Which one?"
    assert (await sandbox.person_does("sarah-chen", "unread", thread=thread_id))["read"] is False


async def test_what_was_read_in_a_gap_is_found_by_the_token_and_the_receipts(sandbox: SandboxClient) -> None:
    sent = (await sandbox.send("Seen?", to=["sarah-chen"])).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    urn = encoded(sent["conversationUrn"])
    before = await sandbox.query("messengerSeenReceipts", f"conversationUrn:{urn}")
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    await sandbox.person_does("sarah-chen", "read", thread=thread_id)
    [changed] = (await sandbox.conversations(f"syncToken:{token}"))["elements"]
    assert changed["entityUrn"] == sent["conversationUrn"]
    after = await sandbox.query("messengerSeenReceipts", f"conversationUrn:{urn}")
    field = "messengerSeenReceiptsByConversation"
    seen = [each["message"]["entityUrn"] for each in after["data"][field]["elements"]]
    assert seen == [sent["entityUrn"]]
    assert seen != [each["message"]["entityUrn"] for each in before["data"][field]["elements"]]


async def test_people_make_change_and_leave_a_group(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        told = await sandbox.person_does(
            "janesmith", "groups", members=["ada", "sarah-chen"], title="Reading", text="Welcome"
        )
        thread_id = told["threadId"]
        assert result(await frames.event("messagesTopic"))["body"]["text"] == "Welcome"
        renamed = await sandbox.person_does("sarah-chen", "rename", thread=thread_id, title="Reading club")
        assert renamed["title"] == "Reading club"
        added = await sandbox.person_does("ada", "add", thread=thread_id, members=["grace", "john-doe-123"])
        assert len(added["participants"]) == 5
        await sandbox.person_does("janesmith", "remove", thread=thread_id, members=["john-doe-123"])
        left = await sandbox.person_does("sarah-chen", "leave", thread=thread_id)
        assert left["left"] is True
        texts = [result(await frames.event("messagesTopic"))["body"]["text"] for _ in range(4)]
    assert texts == [
        "Sarah Chen named the conversation Reading club",
        "Ada Demo added Grace Demo, John Doe",
        "Jane Smith removed John Doe",
        "Sarah Chen left the conversation",
    ]
    refused = await sandbox.admin(
        "POST", "people/sarah-chen/write", {"thread": thread_id, "text": "Still here"}
    )
    assert refused.status == 409


async def test_a_person_files_mutes_and_deletes(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    async with sandbox.stream() as frames:
        moved = await sandbox.person_does("ada", "move", thread=thread_id, category="ARCHIVE")
        assert moved["categories"] == ["ARCHIVE"]
        assert result(await frames.event("conversationsTopic"))["categories"] == ["ARCHIVE"]
        back = await sandbox.person_does("ada", "move", thread=thread_id, category="ARCHIVE", remove=True)
        assert back["categories"] == ["INBOX", "PRIMARY_INBOX"]
        assert (await sandbox.person_does("ada", "mute", thread=thread_id))["muted"] is True
        assert (await sandbox.person_does("ada", "mute", thread=thread_id, remove=True))["muted"] is False
        await sandbox.person_does("ada", "delete", thread=thread_id)
        assert await frames.event("conversationDeletesTopic")
    assert (await sandbox.admin("GET", f"mailboxes/ada/messages?thread={encoded(thread_id)}")).status == 404
    assert await sandbox.written(thread_id, "sarah-chen")


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("edit", {"message": "OWN", "text": ""}, 400),
        ("edit", {"text": "No message"}, 400),
        ("edit", {"message": "ADAS", "text": "Not mine"}, 409),
        ("edit", {"message": "2-bm90aGluZw==", "text": "Nothing"}, 404),
        ("recall", {"message": "ADAS"}, 409),
        ("recall", {"message": "OWN", "emoji": "👏"}, 400),
        ("react", {"message": "ADAS", "emoji": "clap"}, 400),
        ("react", {"message": "ADAS"}, 400),
        ("read", {"thread": "2-bm90aGluZw=="}, 404),
        ("type", {}, 400),
        ("leave", {"thread": "THREAD"}, 409),
        ("rename", {"thread": "THREAD", "title": "Us"}, 409),
        ("add", {"thread": "THREAD", "members": ["grace"]}, 409),
        ("add", {"thread": "THREAD", "members": "grace"}, 400),
        ("add", {"thread": "THREAD", "members": ["nobody"]}, 404),
        ("move", {"thread": "THREAD", "category": "INBOX"}, 400),
        ("groups", {"members": ["ada"], "text": "Two are no group"}, 400),
        ("groups", {"members": [], "text": "Nobody"}, 400),
        ("write", {"text": "To whom?"}, 400),
        ("write", {"to": "ada", "text": "Hi", "replyTo": "2-bm90aGluZw=="}, 404),
        ("dance", {}, 404),
    ],
)
async def test_what_a_person_cannot_do_is_refused_with_a_sentence(
    sandbox: SandboxClient, act: str, body: dict[str, Any], status: int
) -> None:
    mine = (await sandbox.send("Hello Sarah", to=["sarah-chen"])).json["value"]["backendUrn"]
    own = await sandbox.person_does("sarah-chen", "write", to="ada", text="Hello Ada")
    known = {"ADAS": mine, "OWN": own["messageId"], "THREAD": own["threadId"]}
    given = {
        name: known.get(value, value) if isinstance(value, str) else value for name, value in body.items()
    }
    before = await sandbox.written(own["threadId"])
    answer = await sandbox.admin("POST", f"people/sarah-chen/{act}", given)
    assert answer.status == status
    assert answer.json["error"].endswith(".")
    assert await sandbox.written(own["threadId"]) == before


async def test_who_is_gone_does_nothing(sandbox: SandboxClient) -> None:
    gone = next(each for each in (await sandbox.told("people?limit=1000"))["people"] if each["gone"])
    thread_id = next(iter(gone["threads"].values()), ["2-bm90aGluZw=="])
    answer = await sandbox.admin("POST", f"people/{gone['vanity']}/type", {"thread": str(thread_id)})
    assert answer.status == 409
