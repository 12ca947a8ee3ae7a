"""Faults that are switched on for an account (contracts/linkedin-wire.md §§12.1, 14)."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import MESSAGING, PATIENCE, SandboxClient, encoded

pytestmark = pytest.mark.promise("wire.14.faults")

ME = "/voyager/api/me"


async def switch_on(sandbox: SandboxClient, kind: str, **more: Any) -> Any:
    answer = await sandbox.admin("POST", "faults", {"account": "ada", "kind": kind, **more})
    assert answer.status == 201, answer.text
    return answer.json


async def sent_texts(sandbox: SandboxClient, text: str) -> int:
    return len((await sandbox.told(f"mailboxes/sarah-chen/messages?text={text}"))["messages"])


async def test_a_lost_answer_is_a_message_that_was_sent(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "lose_answer", count=1)
    async with sandbox.stream() as frames:
        with pytest.raises(aiohttp.ClientError):
            await sandbox.send("Lost", thread_id=thread_id, token="lost-token")
        await frames.event("messagesTopic")
    [found] = (await sandbox.told("mailboxes/sarah-chen/messages?originToken=lost-token"))["messages"]
    assert found["text"] == "Lost"
    assert (await sandbox.send("Heard", thread_id=thread_id)).status == 200


async def test_a_cut_before_acceptance_changes_nothing(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, "cut_before", endpoint="createMessage", count=1)
    with pytest.raises(aiohttp.ClientError):
        await sandbox.send("Never", thread_id=thread_id)
    assert await sent_texts(sandbox, "Never") == 0
    assert (await sandbox.send("Then", thread_id=thread_id)).status == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("unauthorized", 401),
        ("rate_limited", 429),
        ("denied", 999),
        ("server_error", 500),
        ("unavailable", 503),
    ],
)
async def test_a_status_fault_answers_its_status_and_nothing_is_sent(
    sandbox: SandboxClient, kind: str, status: int
) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await switch_on(sandbox, kind)
    assert (await sandbox.call("GET", ME)).status == status
    assert (await sandbox.send("Refused", thread_id=thread_id)).status == status
    assert (await sandbox.call("GET", "/realtime/connect?rc=1")).status == status
    assert (await sandbox.call("GET", ME, account="grace")).status == 200
    assert await sent_texts(sandbox, "Refused") == 0


async def test_a_checkpoint_redirects_to_a_page_that_is_there(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "checkpoint", count=1)
    answer = await sandbox.call("GET", ME)
    assert answer.status == 302
    assert answer.headers["location"].startswith("/checkpoint/")
    page = await sandbox.call("GET", answer.headers["location"])
    assert page.status == 200
    assert page.text.startswith("<")
    await switch_on(sandbox, "checkpoint_page", count=1)
    assert (await sandbox.call("GET", ME)).text == page.text


async def test_a_deleted_session_cookie_comes_on_the_answer(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "li_at_deleted", count=2)
    answer = await sandbox.call("GET", ME)
    assert answer.status == 200
    assert answer.headers["set-cookie"].startswith('li_at="delete me"')
    stream = await sandbox.call("GET", "/realtime/connect?rc=1")
    assert stream.status == 401
    assert stream.headers["set-cookie"].startswith('li_at="delete me"')
    assert "set-cookie" not in (await sandbox.call("GET", ME)).headers


async def test_the_look_up_by_recipients_finds_nothing(sandbox: SandboxClient) -> None:
    jane = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}")
    await switch_on(sandbox, "empty_recipient_lookup")
    assert (await sandbox.conversations(f"recipients:List({jane})"))["elements"] == []
    assert len((await sandbox.conversations())["elements"]) == 20
    await sandbox.admin("DELETE", "faults?account=ada&kind=empty_recipient_lookup")
    assert len((await sandbox.conversations(f"recipients:List({jane})"))["elements"]) == 1


async def test_a_rotated_query_id_is_404_and_others_are_not(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "rotated_query", queryId="messengerConversations.old")
    variables = f"(mailboxUrn:{await sandbox.mailbox_urn()})"
    for hash_, status in (("old", 404), ("new", 200)):
        target = f"{MESSAGING}?queryId=messengerConversations.{hash_}&variables={variables}"
        assert (await sandbox.call("GET", target)).status == status


async def test_a_fault_is_limited_to_its_endpoint_and_count(sandbox: SandboxClient) -> None:
    fault = await switch_on(sandbox, "rate_limited", endpoint="conversations", count=2)
    assert (fault["endpoint"], fault["count"]) == ("conversations", 2)
    assert (await sandbox.call("GET", ME)).status == 200
    mailbox = await sandbox.mailbox_urn()
    for _ in range(2):
        await sandbox.query("messengerConversations", f"mailboxUrn:{mailbox}", status=429)
    await sandbox.query("messengerConversations", f"mailboxUrn:{mailbox}")
    assert (await sandbox.told("faults"))["faults"] == []


async def test_a_fault_is_limited_to_its_seconds(sandbox: SandboxClient) -> None:
    await switch_on(sandbox, "rate_limited", seconds=0.05)
    async with asyncio.timeout(PATIENCE):
        while (await sandbox.call("GET", ME)).status != 200:
            await asyncio.sleep(0.01)


async def test_a_fault_for_everyone_strikes_every_account(sandbox: SandboxClient) -> None:
    await sandbox.admin("POST", "faults", {"account": "*", "kind": "unavailable"})
    for account in ("ada", "grace"):
        assert (await sandbox.call("GET", ME, account=account)).status == 503
    assert (await sandbox.admin("DELETE", "faults")).json == {"removed": 1}
    assert (await sandbox.call("GET", ME)).status == 200


async def test_one_fault_is_switched_off_by_its_id(sandbox: SandboxClient) -> None:
    first = await switch_on(sandbox, "denied")
    await switch_on(sandbox, "forbidden")
    assert (await sandbox.admin("DELETE", f"faults?id={first['id']}")).json == {"removed": 1}
    assert (await sandbox.call("GET", ME)).status == 403


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"account": "ada"},
        {"account": "nobody", "kind": "denied"},
        {"account": "ada", "kind": "no_such"},
        {"account": "ada", "kind": "denied", "endpoint": "no_such"},
        {"account": "ada", "kind": "denied", "count": 0},
        {"account": "ada", "kind": "denied", "count": "2"},
        {"account": "ada", "kind": "denied", "seconds": -1},
        {"account": "ada", "kind": "denied", "seconds": True},
        {"account": "ada", "kind": "denied", "surprise": 1},
        {"account": "ada", "kind": "rotated_query"},
        {"account": "ada", "kind": "denied", "queryId": "x"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_400_with_its_reason(
    sandbox: SandboxClient, body: object
) -> None:
    answer = await sandbox.admin("POST", "faults", body)
    assert answer.status == 400
    assert answer.json["error"]
    assert (await sandbox.told("faults"))["faults"] == []
