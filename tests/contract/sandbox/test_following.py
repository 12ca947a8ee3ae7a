"""A client that follows the tokens alone, or the stream alone, ends with what its mailbox holds."""

from random import Random
from typing import Any

import pytest

from tests.contract.sandbox.client import Frames, SandboxClient, encoded, result

ACCOUNTS = ("ada", "grace", "alan")
EMOJI = ("👏", "👍", "💡")


class Mirror:
    """What one account's client knows: conversations, messages and receipts by URN, read by tokens only."""

    def __init__(self, sandbox: SandboxClient, account: str) -> None:
        self.sandbox = sandbox
        self.account = account
        self.token = ""
        self.thread_tokens: dict[str, str] = {}
        self.conversations: dict[str, Any] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.receipts: dict[str, Any] = {}

    async def begin(self, threads: list[str]) -> None:
        page = await self.sandbox.conversations(account=self.account)
        self.token = page["metadata"]["newSyncToken"]
        for thread_id in threads:
            await self._start_thread(await self.sandbox.conversation_urn(thread_id, self.account))

    async def follow(self) -> None:
        """Read what changed since, page by page until an empty one."""
        while True:
            page = await self.sandbox.conversations(f"syncToken:{self.token}", account=self.account)
            assert page["metadata"]["shouldClearCache"] is False
            self.token = page["metadata"]["newSyncToken"]
            for deleted in page["metadata"]["deletedUrns"]:
                self._forget(deleted["conversation"]["entityUrn"])
            if not page["elements"]:
                return
            for conversation in page["elements"]:
                await self._follow_thread(conversation)

    async def truth(self, threads: list[str]) -> "Mirror":
        """The same read from nothing."""
        fresh = Mirror(self.sandbox, self.account)
        await fresh.begin(threads)
        return fresh

    async def _follow_thread(self, conversation: Any) -> None:
        urn = conversation["entityUrn"]
        if urn not in self.thread_tokens:
            await self._start_thread(urn)
            return
        self.conversations[urn] = conversation
        await self._read_receipts(urn)
        found = await self._messages(urn, f"syncToken:{self.thread_tokens[urn]}")
        assert found["metadata"]["shouldClearCache"] is False
        self.thread_tokens[urn] = found["metadata"]["newSyncToken"]
        for deleted in found["metadata"]["deletedUrns"]:
            self.messages[urn].pop(deleted["message"]["entityUrn"], None)
        for message in found["elements"]:
            self.messages[urn][message["entityUrn"]] = message

    async def _start_thread(self, urn: str) -> None:
        answer = await self.sandbox.query(
            "messengerConversations", f"messengerConversationsId:{encoded(urn)}", account=self.account
        )
        conversation = answer["data"]["messengerConversationsById"]
        if conversation is None:
            return
        self.conversations[urn] = conversation
        self.messages[urn] = {}
        await self._read_receipts(urn)
        found = await self._messages(urn, "")
        self.thread_tokens[urn] = found["metadata"]["newSyncToken"]
        now = "deliveredAt:9999999999999,countBefore:100,countAfter:0"
        for message in (await self._messages(urn, now))["elements"]:
            self.messages[urn][message["entityUrn"]] = message

    async def _read_receipts(self, urn: str) -> None:
        variables = f"conversationUrn:{encoded(urn)}"
        answer = await self.sandbox.query("messengerSeenReceipts", variables, account=self.account)
        self.receipts[urn] = answer["data"]["messengerSeenReceiptsByConversation"]["elements"]

    async def _messages(self, urn: str, more: str) -> Any:
        variables = f"conversationUrn:{encoded(urn)}" + (f",{more}" if more else "")
        answer = await self.sandbox.query("messengerMessages", variables, account=self.account)
        [field] = [value for name, value in answer["data"].items() if not name.startswith("_")]
        return field

    def _forget(self, urn: str) -> None:
        for known in (self.conversations, self.messages, self.receipts, self.thread_tokens):
            known.pop(urn, None)


async def shared_threads(sandbox: SandboxClient) -> list[str]:
    """Three conversations of two and two groups, all of them ada's."""
    threads = [
        await sandbox.thread_with("grace-demo"),
        await sandbox.thread_with("alan-demo"),
        await sandbox.thread_with("john-doe-123"),
    ]
    for members in (["grace", "sarah-chen"], ["grace", "alan", "john-doe-123"]):
        made = await sandbox.person_does("ada", "groups", members=members, title="Group", text="Hello")
        threads.append(made["threadId"])
    return threads


async def act(sandbox: SandboxClient, random: Random, threads: list[str], people: list[str]) -> None:
    """One thing that somebody does somewhere, or tries to."""
    who, thread_id = random.choice(people), random.choice(threads)
    listed = await sandbox.admin("GET", f"mailboxes/{who}/messages?thread={encoded(thread_id)}")
    if listed.status == 404:
        return
    messages = listed.json["messages"][-6:]
    kind = random.choice(
        ["write"] * 8
        + ["edit", "recall", "react", "unreact", "read", "move", "add"] * 3
        + ["unread", "type", "mute", "delete", "rename", "remove", "leave"]
    )
    body: dict[str, Any] = {"thread": thread_id}
    if kind in ("edit", "recall"):
        name = f"{who}-demo" if who in ACCOUNTS else who
        messages = [each for each in messages if each["from"] == name and each["format"] != "SYSTEM"]
    if kind in ("edit", "recall", "react", "unreact"):
        if not messages:
            return
        body = {"message": random.choice(messages)["messageId"]}
    if kind in ("write", "edit"):
        body["text"] = f"{kind} {random.random()}"
    if kind in ("react", "unreact"):
        body["emoji"] = random.choice(EMOJI)
    if kind == "move":
        body |= {"category": random.choice(["ARCHIVE", "STARRED", "SPAM", "PRIMARY_INBOX"])}
        body["remove"] = random.random() < 0.4
    if kind == "rename":
        body["title"] = f"Name {random.random()}"
    if kind in ("add", "remove"):
        body["members"] = [random.choice(people)]
    answer = await sandbox.admin("POST", f"people/{who}/{kind}", body)
    assert answer.status in (200, 201, 404, 409), answer.text


@pytest.mark.promise("wire.14.sync-tokens")
@pytest.mark.parametrize("seed", range(4))
async def test_the_tokens_alone_lead_to_what_a_mailbox_holds(sandbox: SandboxClient, seed: int) -> None:
    people = [*ACCOUNTS, "sarah-chen", "john-doe-123"]
    threads = await shared_threads(sandbox)
    random = Random(seed)
    mirrors = [Mirror(sandbox, account) for account in ACCOUNTS]
    for mirror in mirrors:
        await mirror.begin(threads)
    for _ in range(4):
        for _ in range(60):
            await act(sandbox, random, threads, people)
        for mirror in mirrors:
            await mirror.follow()
            truth = await mirror.truth(threads)
            assert mirror.conversations == truth.conversations
            assert mirror.messages == truth.messages
            assert mirror.receipts == truth.receipts


class Listener(Mirror):
    """What one account's client knows that only listens to the stream, and reads what it has never seen."""

    async def listen(self, frames: Frames) -> None:
        """Take every event until the stream ends."""
        while (frame := await frames.next()) is not None:
            if frame[0] == "DecoratedEvent":
                await self._take(frame[1]["topic"].split(":")[2], frame[1]["payload"])

    async def _take(self, topic: str, payload: Any) -> None:
        if topic == "messagesTopic":
            message = result(payload)
            conversation = message["conversation"]
            if await self._knows(conversation):
                self.messages[conversation["entityUrn"]][message["entityUrn"]] = message
        elif topic == "conversationsTopic":
            if await self._knows(result(payload)):
                self.conversations[result(payload)["entityUrn"]] = result(payload)
        elif topic == "conversationDeletesTopic":
            self._forget(result(payload)["entityUrn"])
        elif topic == "messageReactionSummariesTopic":
            self._react(result(payload))

    async def _knows(self, conversation: Any) -> bool:
        """Whether the conversation was known; otherwise it is read, as when its owner comes back to it."""
        urn = conversation["entityUrn"]
        if urn in self.conversations and not (
            read_only(self.conversations[urn]) and not read_only(conversation)
        ):
            return True
        self._forget(urn)
        await self._start_thread(urn)
        return False

    def _react(self, told: Any) -> None:
        urn, summary = told["message"]["entityUrn"], told["reactionSummary"]
        for messages in self.messages.values():
            if urn in messages:
                others = [
                    each for each in messages[urn]["reactionSummaries"] if each["emoji"] != summary["emoji"]
                ]
                messages[urn]["reactionSummaries"] = [*others, summary] if summary["count"] else others


def read_only(conversation: Any) -> bool:
    return "REPLY" in [each["disabledFeature"] for each in conversation["disabledFeatures"]]


def compared(mirror: Mirror) -> tuple[dict[str, Any], dict[str, Any]]:
    """Conversations without their last message, and messages by what can change of them."""
    conversations = {
        urn: {name: value for name, value in each.items() if name != "messages"}
        for urn, each in mirror.conversations.items()
    }
    messages = {
        urn: {
            message["entityUrn"]: (
                message["messageBodyRenderFormat"],
                message["body"]["text"],
                sorted((each["emoji"], each["count"]) for each in message["reactionSummaries"]),
                sorted(each["emoji"] for each in message["reactionSummaries"] if each["viewerReacted"]),
            )
            for message in held.values()
        }
        for urn, held in mirror.messages.items()
    }
    return conversations, messages


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("account", ["ada", "grace"])
async def test_the_stream_alone_tells_what_people_do(sandbox: SandboxClient, seed: int, account: str) -> None:
    people = [*ACCOUNTS, "sarah-chen", "john-doe-123"]
    threads = await shared_threads(sandbox)
    random = Random(seed)
    listener = Listener(sandbox, account)
    await listener.begin(threads)
    async with sandbox.stream(account) as frames:
        for _ in range(120):
            await act(sandbox, random, threads, people)
        await sandbox.admin("POST", f"streams/{account}/cut?clean=true")
        await listener.listen(frames)
    assert compared(listener) == compared(await listener.truth(threads))
