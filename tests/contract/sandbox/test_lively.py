"""Lively people: they type, react, quote, correct themselves, take things back, and answer in groups."""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.sandbox.client import PATIENCE, SandboxClient, result
from threadline.sandbox.network.habits import Habits, habits_of
from threadline.sandbox.network.people import Person, make_people
from threadline.sandbox.network.threads import Message
from threadline.sandbox.options import Options

SEED = 7


@pytest.fixture
def options(options: Options) -> Options:
    return dataclasses.replace(options, lively=True, seed=SEED)


def jane() -> Person:
    return next(person for person in make_people(SEED) if person.vanity == "janesmith")


def text_for(wanted: Callable[[Habits], bool]) -> str:
    """A text to which Jane has these habits."""
    texts = (f"How is number {number} going?" for number in range(10_000))
    return next(text for text in texts if wanted(habits_of(jane(), Message("", "", text, 0))))


async def test_jane_types_reacts_and_quotes_within_her_time(sandbox: SandboxClient) -> None:
    text = text_for(lambda habits: bool(habits.emoji) and habits.quotes and not habits.corrects)
    async with sandbox.stream() as frames:
        sent = (await sandbox.send(text, to=["janesmith"])).json["value"]
        assert await frames.event("messageSeenReceiptsTopic")
        reaction = result(await frames.event("messageReactionSummariesTopic"))
        assert reaction["message"]["entityUrn"] == sent["entityUrn"]
        assert await frames.event("typingIndicatorsTopic")
        answer = result(await frames.event("messagesTopic"))
    [content] = answer["renderContent"]
    assert content["repliedMessageContent"]["originalMessage"]["entityUrn"] == sent["entityUrn"]


async def test_jane_corrects_a_slip_and_takes_a_second_message_back(sandbox: SandboxClient) -> None:
    text = text_for(lambda habits: habits.corrects and habits.regrets)
    async with sandbox.stream() as frames:
        await sandbox.send(text, to=["janesmith"])
        told = [result(await frames.event("messagesTopic")) for _ in range(5)]
    own, slip, corrected, second, taken_back = told
    assert own["body"]["text"] == text
    assert slip["entityUrn"] == corrected["entityUrn"]
    assert sorted(slip["body"]["text"]) == sorted(corrected["body"]["text"])
    assert corrected["messageBodyRenderFormat"] == "EDITED"
    assert second["entityUrn"] == taken_back["entityUrn"]
    assert taken_back["messageBodyRenderFormat"] == "RECALLED"


async def test_somebody_answers_in_a_group(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        sent = await sandbox.send("Who is coming?", to=["janesmith", "grace-demo"])
        urn = sent.json["value"]["conversationUrn"]
        await frames.event("messagesTopic")
        answer = result(await frames.event("messagesTopic"))
    assert answer["conversation"]["entityUrn"] == urn
    assert answer["sender"]["participantType"]["member"]["firstName"]["text"] == "Jane"


async def test_an_answer_to_a_message_that_was_taken_back_is_left_out(
    sandbox: SandboxClient, caplog: pytest.LogCaptureFixture
) -> None:
    text = text_for(lambda habits: bool(habits.emoji))
    sent = (await sandbox.send(text, to=["janesmith"])).json["value"]
    await sandbox.act_on(sent["backendUrn"].rpartition(":")[2], "recall")
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    async with asyncio.timeout(PATIENCE):
        while (await newest(sandbox, thread_id))["unreadCount"]:
            await asyncio.sleep(0.01)
    assert (await newest(sandbox, thread_id))["lastMessage"]["from"] == "ada-demo"
    assert not caplog.records


def test_the_same_person_has_the_same_habits_with_the_same_message() -> None:
    messages = [Message("", "", f"Question {number}", 0) for number in range(200)]
    habits = [habits_of(jane(), message) for message in messages]
    assert habits == [habits_of(jane(), message) for message in messages]
    for name in ("emoji", "quotes", "corrects", "adds", "regrets"):
        assert 0 < sum(1 for each in habits if getattr(each, name)) < len(habits)


async def newest(sandbox: SandboxClient, thread_id: str) -> Any:
    told = await sandbox.told("mailboxes/janesmith/conversations?limit=5")
    return next(each for each in told["conversations"] if each["threadId"] == thread_id)
