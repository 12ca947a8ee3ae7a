"""Reactions, and who reacted (contracts/linkedin-wire.md §§5.4, 6)."""

import pytest

from tests.contract.sandbox.client import MESSAGES, SandboxClient, encoded, result
from threadline.sandbox.protocol.emoji import is_emoji


async def received(sandbox: SandboxClient) -> tuple[str, str]:
    """The thread with ada and the id of a new message of grace's in it."""
    thread_id = await sandbox.thread_with("grace-demo")
    answer = await sandbox.send("Done at last", thread_id=thread_id, account="grace")
    return thread_id, answer.json["value"]["backendUrn"].rpartition(":")[2]


async def summaries(sandbox: SandboxClient, thread_id: str, account: str) -> list[tuple[str, int, bool]]:
    newest = (await sandbox.messages(thread_id, account=account))["elements"][0]
    return [(each["emoji"], each["count"], each["viewerReacted"]) for each in newest["reactionSummaries"]]


@pytest.mark.promise("wire.8.3.sandbox-topics")
@pytest.mark.promise("wire.6.reactions")
async def test_a_reaction_is_in_both_mailboxes_and_on_both_streams(sandbox: SandboxClient) -> None:
    thread_id, message_id = await received(sandbox)
    async with sandbox.stream() as mine, sandbox.stream("grace") as hers:
        assert (await sandbox.act_on(message_id, "reactWithEmoji", emoji="👏")).status == 204
        for account, frames in (("ada", mine), ("grace", hers)):
            told = result(await frames.event("messageReactionSummariesTopic"))
            assert told["reactionAdded"] is True
            assert told["actor"]["entityUrn"].endswith(await sandbox.owner())
            assert told["message"]["entityUrn"] == await sandbox.message_urn(message_id, account)
            summary = told["reactionSummary"]
            assert (summary["emoji"], summary["count"]) == ("👏", 1)
            assert summary["viewerReacted"] is (account == "ada")
            assert summary["firstReactedAt"] > 0
    assert await summaries(sandbox, thread_id, "ada") == [("👏", 1, True)]
    assert await summaries(sandbox, thread_id, "grace") == [("👏", 1, False)]


@pytest.mark.promise("wire.6.reactions")
async def test_a_reaction_is_taken_back(sandbox: SandboxClient) -> None:
    thread_id, message_id = await received(sandbox)
    await sandbox.act_on(message_id, "reactWithEmoji", emoji="👏")
    await sandbox.act_on(message_id, "reactWithEmoji", "grace", emoji="👏")
    assert await summaries(sandbox, thread_id, "ada") == [("👏", 2, True)]
    async with sandbox.stream("grace") as hers:
        assert (await sandbox.act_on(message_id, "unreactWithEmoji", emoji="👏")).status == 204
        told = result(await hers.event("messageReactionSummariesTopic"))
        assert (told["reactionAdded"], told["reactionSummary"]["count"]) == (False, 1)
        await sandbox.act_on(message_id, "unreactWithEmoji", "grace", emoji="👏")
        told = result(await hers.event("messageReactionSummariesTopic"))
        assert (told["reactionAdded"], told["reactionSummary"]["count"]) == (False, 0)
    assert await summaries(sandbox, thread_id, "ada") == []


async def test_reacting_twice_counts_once_and_taking_back_nothing_changes_nothing(
    sandbox: SandboxClient,
) -> None:
    thread_id, message_id = await received(sandbox)
    token = (await sandbox.messages(thread_id))["metadata"]["newSyncToken"]
    assert (await sandbox.act_on(message_id, "unreactWithEmoji", emoji="👏")).status == 204
    assert (await sandbox.messages(thread_id, f"syncToken:{token}"))["elements"] == []
    for _ in range(2):
        assert (await sandbox.act_on(message_id, "reactWithEmoji", emoji="👏")).status == 204
    await sandbox.act_on(message_id, "reactWithEmoji", emoji="💡")
    assert await summaries(sandbox, thread_id, "ada") == [("👏", 1, True), ("💡", 1, True)]
    [changed] = (await sandbox.messages(thread_id, f"syncToken:{token}"))["elements"]
    assert changed["entityUrn"] == await sandbox.message_urn(message_id)


@pytest.mark.promise("wire.5.4.receipts")
async def test_who_reacted_can_be_asked(sandbox: SandboxClient) -> None:
    _, message_id = await received(sandbox)
    for account in ("ada", "grace"):
        await sandbox.act_on(message_id, "reactWithEmoji", account, emoji="👏")
    urn = encoded(await sandbox.message_urn(message_id))
    answer = await sandbox.query("messengerMessagingParticipants", f"messageUrn:{urn},emoji:{encoded('👏')}")
    people = answer["data"]["messengerMessagingParticipantsByMessageAndEmoji"]["elements"]
    names = [each["participantType"]["member"]["firstName"]["text"] for each in people]
    assert names == ["Ada", "Grace"]
    answer = await sandbox.query("messengerMessagingParticipants", f"messageUrn:{urn},emoji:{encoded('💡')}")
    assert answer["data"]["messengerMessagingParticipantsByMessageAndEmoji"]["elements"] == []


@pytest.mark.parametrize("emoji", ["", "x", "👏👏", "👏 ", "5", "<3", ":clap:", "é", 5, None])
async def test_what_is_not_one_emoji_is_400(sandbox: SandboxClient, emoji: object) -> None:
    thread_id, message_id = await received(sandbox)
    assert (await sandbox.act_on(message_id, "reactWithEmoji", emoji=emoji)).status == 400
    assert await summaries(sandbox, thread_id, "ada") == []


async def test_a_recalled_and_an_unknown_message_take_no_reaction(sandbox: SandboxClient) -> None:
    _, message_id = await received(sandbox)
    await sandbox.act_on(message_id, "recall", "grace")
    refused = await sandbox.act_on(message_id, "reactWithEmoji", emoji="👏")
    assert (refused.status, refused.json["code"]) == (422, "MESSAGE_RECALLED")
    assert (await sandbox.act_on("2-bm90aGluZw==", "reactWithEmoji", emoji="👏")).status == 404
    theirs = {"messageUrn": await sandbox.message_urn(message_id, "grace"), "emoji": "👏"}
    assert (await sandbox.call("POST", f"{MESSAGES}?action=reactWithEmoji", body=theirs)).status == 403


@pytest.mark.parametrize(
    "text",
    [
        "\N{CLAPPING HANDS SIGN}",
        "\u2764\ufe0f",
        "\u2764",
        "\U0001f44d\U0001f3fd",
        "\U0001f469\u200d\U0001f4bb",
        "\U0001f1eb\U0001f1f7",
        "3\ufe0f\u20e3",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f3f4\U000e0067\U000e0062\U000e007f",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\u2615",
        "\u2122\ufe0f",
    ],
)
def test_emoji_of_every_make_are_known(text: str) -> None:
    assert is_emoji(text)
