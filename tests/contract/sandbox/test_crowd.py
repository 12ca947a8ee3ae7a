"""A crowd of further accounts, bustle, and a whole mailbox as lines (docs/sandbox.md)."""

import asyncio
import json
from typing import Any

import pytest

from tests.contract.sandbox.client import PATIENCE, SandboxClient, result
from tests.contract.sandbox.conftest import ANCHOR
from threadline.sandbox.options import Options, OptionsError

pytestmark = pytest.mark.promise("faults.crowd")

CROWD = Options(port=0, seed=7, anchor_ms=ANCHOR, crowd=1000)


async def exported(sandbox: SandboxClient, who: str, query: str = "") -> list[dict[str, Any]]:
    answer = await sandbox.admin("GET", f"mailboxes/{who}/export{query}")
    assert answer.status == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def bustled(sandbox: SandboxClient, **asked: Any) -> dict[str, Any]:
    """What a bustle has done, once it is over."""
    answer = await sandbox.admin("POST", "bustle", asked)
    assert answer.status == 201, answer.text
    async with asyncio.timeout(PATIENCE):
        while (told := await sandbox.told("bustle"))["running"]:
            await asyncio.sleep(0.01)
    assert told["failed"] is None
    found: dict[str, Any] = told
    return found


@pytest.mark.parametrize("options", [CROWD])
async def test_each_of_a_crowd_has_a_session_a_small_mailbox_and_a_stream(sandbox: SandboxClient) -> None:
    assert len((await sandbox.told("health"))["accounts"]) == 1003
    for name in ("crowd-0001", "crowd-1000"):
        me = (await sandbox.call("GET", "/voyager/api/me", account=name)).json
        assert me["miniProfile"]["publicIdentifier"] == name
        listed = (await sandbox.conversations(account=name))["elements"]
        assert len(listed) == 5
        async with sandbox.stream(name) as frames:
            await sandbox.admin("POST", "people/janesmith/write", {"to": name, "text": "One of many"})
            assert result(await frames.event("messagesTopic"))["body"]["text"] == "One of many"
    assert (await sandbox.call("GET", "/voyager/api/me", account="crowd-1001")).status == 401


async def test_nobody_is_in_the_crowd_unless_asked_for(sandbox: SandboxClient) -> None:
    assert len((await sandbox.told("health"))["accounts"]) == 3
    with pytest.raises(OptionsError):
        Options(crowd=-1)


async def test_an_exported_mailbox_holds_each_conversation_and_message_once(sandbox: SandboxClient) -> None:
    lines = await exported(sandbox, "ada")
    conversations = [line["conversation"] for line in lines if "message" not in line]
    assert len(set(conversations)) == len(conversations)
    assert len(conversations) == (await sandbox.told("health"))["accounts"]["ada"]["conversations"]
    thread_id = await sandbox.thread_with("sarah-chen")
    there = (await sandbox.told(f"mailboxes/ada/conversations/{thread_id}/messages"))["messages"]
    here = [line for line in lines if line["conversation"] == thread_id and "message" in line]
    assert [each["messageId"] for each in there] == [line["message"] for line in here]
    assert [each["text"] for each in there] == [line["text"] for line in here]
    recent = await exported(sandbox, "ada", f"?since={ANCHOR - 86_400_000}")
    assert 0 < len(recent) < len(lines)


async def test_bustle_does_everything_at_its_rate_and_the_streams_tell_it(sandbox: SandboxClient) -> None:
    async with sandbox.stream() as frames:
        told = await bustled(sandbox, perSecond=400, seconds=1, seed=3)
        await frames.event("messagesTopic")
    assert told["total"] + told["refused"] == 400
    assert {"write", "react", "edit", "read", "move", "type"} <= set(told["done"])


async def test_one_seed_chooses_the_same_deeds(sandbox: SandboxClient) -> None:
    asked = {"perSecond": 2000, "seconds": 0.1, "seed": 5, "kinds": ["move", "mute", "unread"]}
    first = await bustled(sandbox, **asked)
    await sandbox.admin("POST", "reset")
    assert await bustled(sandbox, **asked) == first
    assert set(first["done"]) <= {"move", "mute", "unread"}


async def test_a_bustle_is_stopped(sandbox: SandboxClient) -> None:
    assert (await sandbox.admin("POST", "bustle", {"perSecond": 5, "seconds": 600})).json["running"]
    answer = await sandbox.admin("DELETE", "bustle")
    assert answer.status == 200
    async with asyncio.timeout(PATIENCE):
        while (await sandbox.told("bustle"))["running"]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "body", [{"perSecond": 0}, {"kinds": []}, {"kinds": ["fly"]}, {"accounts": ["nobody"]}, {"surprise": 1}]
)
async def test_a_bustle_that_makes_no_sense_is_400(sandbox: SandboxClient, body: dict[str, Any]) -> None:
    assert (await sandbox.admin("POST", "bustle", body)).status == 400
    assert (await sandbox.told("bustle")) == {"running": False}
