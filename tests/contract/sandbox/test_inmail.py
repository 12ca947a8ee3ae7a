"""InMail in the form of contracts/linkedin-wire.md §6.4 [ours], its credits, the compose option (§3.4)."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.contract.sandbox.client import NORMALIZED, PLAIN, Answer, SandboxClient, encoded, result
from tests.contract.sandbox.conftest import ANCHOR
from tests.contract.sandbox.uploading import file_item, upload
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

MESSAGES = "/voyager/api/voyagerMessagingDashMessengerMessages?action=createMessage"
INMAIL: dict[str, Any] = {
    "com.linkedin.voyager.dash.messaging.MessageCreateContent": {
        "messageCreateContentUnion": {"premiumInMail": {}}
    }
}
DAY = 86_400_000


async def send_inmail(
    sandbox: SandboxClient,
    vanity: str,
    *,
    subject: Any = "A question",
    text: str = "Hello",
    account: str = "grace",
    accept: str = PLAIN,
    message: dict[str, Any] | None = None,
    **more: Any,
) -> Answer:
    body = {
        "message": {
            "body": {"attributes": [], "text": text},
            "renderContentUnions": [],
            "originToken": "3f0c1a52-9d7e-4b21-8a10-5c6d7e8f9012",
            "subject": subject,
            **(message or {}),
        },
        "mailboxUrn": f"urn:li:fsd_profile:{await sandbox.owner(account)}",
        "trackingId": "0123456789abcdef",
        "dedupeByClientGeneratedToken": False,
        "hostRecipientUrns": [f"urn:li:fsd_profile:{await sandbox.profile_id(vanity)}"],
        "hostMessageCreateContent": INMAIL,
        **more,
    }
    return await sandbox.call("POST", MESSAGES, account=account, accept=accept, body=body)


async def credits_of(sandbox: SandboxClient, account: str = "grace") -> int:
    answer = await sandbox.call("GET", "/voyager/api/messaging/credits", account=account)
    available: int = answer.json["value"]["available"]
    return available


async def stranger_to(sandbox: SandboxClient, account: str, *, open_profile: bool, answers: bool) -> str:
    """A person with whom an account has nothing to do."""
    people = (await sandbox.told("people?limit=1000"))["people"]
    found: str = next(
        each["vanity"]
        for each in people
        if each["openProfile"] is open_profile
        and each["answers"] is answers
        and not each["gone"]
        and account not in each["connectedTo"]
        and not each["threads"].get(account, ["itself"])
    )
    return found


async def compose(sandbox: SandboxClient, vanity: str, account: str = "ada") -> Answer:
    profile_id = await sandbox.profile_id(vanity)
    urn = encoded(f"urn:li:fsd_composeOption:({profile_id},NONE,EMPTY_CONTEXT_ENTITY_URN)")
    target = f"/voyager/api/voyagerMessagingDashComposeOptions/{urn}"
    return await sandbox.call("GET", target, account=account, accept=NORMALIZED)


@pytest.mark.promise("wire.6.4.inmail")
async def test_an_inmail_costs_a_credit_and_waits_for_its_answer(sandbox: SandboxClient) -> None:
    assert await credits_of(sandbox) == 42
    answer = await send_inmail(sandbox, "targetperson")
    assert answer.status == 200, answer.text
    assert await credits_of(sandbox) == 41
    thread_id = answer.json["value"]["backendConversationUrn"].rpartition(":")[2]
    newest = (await sandbox.conversations(account="grace"))["elements"][0]
    assert newest["backendUrn"] == f"urn:li:messagingThread:{thread_id}"
    assert newest["categories"] == ["INBOX", "PRIMARY_INBOX", "INMAIL"]
    assert newest["conversationTypeText"]["text"] == "InMail"
    assert newest["state"] == "PENDING"
    [message] = (await sandbox.messages(thread_id, account="grace"))["elements"]
    assert message["subject"] == "A question"
    assert message["renderContent"][0]["hostUrnData"]["type"] == "PREMIUM_INMAIL"
    theirs = (await sandbox.told("mailboxes/targetperson/conversations"))["conversations"][0]
    assert (theirs["kind"], theirs["state"], theirs["subject"]) == ("inmail", "PENDING", "A question")
    assert theirs["categories"] == ["INBOX", "PRIMARY_INBOX", "INMAIL"]


@pytest.mark.promise("wire.6.4.inmail")
async def test_an_answer_within_ninety_days_gives_the_credit_back_once(sandbox: SandboxClient) -> None:
    sent = (await send_inmail(sandbox, "targetperson")).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    await sandbox.admin("POST", "clock", {"advanceMs": 89 * DAY})
    body = {"to": "grace", "text": "Gladly", "thread": thread_id}
    assert (await sandbox.admin("POST", "people/targetperson/write", body)).status == 201
    assert await credits_of(sandbox) == 42
    assert (await sandbox.conversations(account="grace"))["elements"][0]["state"] == "ACCEPTED"
    await sandbox.admin("POST", "people/targetperson/write", body)
    assert await credits_of(sandbox) == 42
    assert (await sandbox.send("And again", thread_id=thread_id, account="grace")).status == 200
    assert await credits_of(sandbox) == 42


async def test_an_answer_after_ninety_days_gives_nothing_back(sandbox: SandboxClient) -> None:
    sent = (await send_inmail(sandbox, "targetperson")).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    await sandbox.admin("POST", "clock", {"advanceMs": 91 * DAY})
    body = {"to": "grace", "text": "Late", "thread": thread_id}
    await sandbox.admin("POST", "people/targetperson/write", body)
    await sandbox.admin("POST", "people/targetperson/write", body)
    assert await credits_of(sandbox) == 41


@pytest.mark.promise("wire.6.4.inmail")
async def test_an_open_profile_costs_nothing_even_without_a_seat(sandbox: SandboxClient) -> None:
    for account in ("ada", "grace"):
        before = await credits_of(sandbox, account)
        vanity = await stranger_to(sandbox, account, open_profile=True, answers=False)
        assert (await send_inmail(sandbox, vanity, account=account)).status == 200
        assert await credits_of(sandbox, account) == before


@pytest.mark.parametrize("account", ["ada", "alan"])
async def test_without_credits_nothing_is_sent(sandbox: SandboxClient, account: str) -> None:
    before = await sandbox.told("mailboxes/targetperson/conversations")
    answer = await send_inmail(sandbox, "targetperson", account=account, accept=NORMALIZED)
    assert answer.status == 422
    assert answer.json["data"]["code"] == "INSUFFICIENT_INMAIL_CREDITS"
    assert await sandbox.told("mailboxes/targetperson/conversations") == before
    await sandbox.admin("POST", f"accounts/{account}/credits", {"available": 1})
    assert (await send_inmail(sandbox, "targetperson", account=account)).status == 200
    assert await credits_of(sandbox, account) == 0


@pytest.mark.parametrize("subject", [None, "", "   ", 7])
async def test_an_inmail_needs_a_subject(sandbox: SandboxClient, subject: object) -> None:
    answer = await send_inmail(sandbox, "targetperson", subject=subject)
    assert (answer.status, answer.json["code"]) == (422, "SUBJECT_REQUIRED")
    assert await credits_of(sandbox) == 42


async def test_a_second_inmail_to_the_same_person_is_refused(sandbox: SandboxClient) -> None:
    assert (await send_inmail(sandbox, "targetperson")).status == 200
    again = await send_inmail(sandbox, "targetperson")
    plain = await sandbox.send("Hello", to=["targetperson"], account="grace")
    for refused in (again, plain):
        assert refused.status == 422
        assert refused.json["code"] == "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY"
    assert await credits_of(sandbox) == 41


async def test_what_is_no_inmail_form_is_400(sandbox: SandboxClient) -> None:
    pages: dict[str, Any] = {
        "com.linkedin.voyager.dash.messaging.MessageCreateContent": {"messageCreateContentUnion": {}}
    }
    both = [
        f"urn:li:fsd_profile:{await sandbox.profile_id(vanity)}" for vanity in ("targetperson", "janesmith")
    ]
    thread_urn = await sandbox.conversation_urn(await sandbox.thread_with("janesmith", "grace"), "grace")
    group = "urn:li:fsd_group:70001"
    answers = [
        await send_inmail(sandbox, "targetperson", hostMessageCreateContent=pages),
        await send_inmail(sandbox, "targetperson", hostMessageCreateContent="premiumInMail"),
        await send_inmail(sandbox, "targetperson", hostRecipientUrns=both),
        await send_inmail(sandbox, "targetperson", conversationTitle="Team"),
        await send_inmail(sandbox, "targetperson", contextEntityUrn=group),
        await send_inmail(sandbox, "targetperson", subject="x" * 201),
        await send_inmail(sandbox, "targetperson", message={"conversationUrn": thread_urn}),
        await send_inmail(sandbox, "targetperson", hostMessageCreateContent=None),
        await send_inmail(sandbox, "grace-demo"),
    ]
    assert [answer.status for answer in answers] == [400] * len(answers)
    assert await credits_of(sandbox) == 42


async def test_an_inmail_carries_files_and_reaches_the_other_accounts_stream(sandbox: SandboxClient) -> None:
    urn = await upload(sandbox, b"%PDF-1.4 small", account="grace")
    items = [file_item(urn, len(b"%PDF-1.4 small"))]
    async with sandbox.stream("ada") as frames:
        message = {"renderContentUnions": items}
        answer = await send_inmail(sandbox, "ada-demo", text="", message=message)
        assert answer.status == 200, answer.text
        told = result(await frames.event("messagesTopic"))
    assert told["subject"] == "A question"
    assert [next(iter(item)) for item in told["renderContent"]] == ["file", "hostUrnData"]
    assert told["conversation"]["categories"] == ["INBOX", "PRIMARY_INBOX", "INMAIL"]
    assert await credits_of(sandbox) == 42, "ada is a connection"


async def test_a_legacy_client_sees_an_inmail(sandbox: SandboxClient) -> None:
    sent = (await send_inmail(sandbox, "targetperson")).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    target = f"/voyager/api/messaging/conversations/{encoded(thread_id)}/events"
    [event] = (await sandbox.call("GET", target, account="grace")).json["elements"]
    assert event["subtype"] == "INMAIL"
    content = event["eventContent"]["com.linkedin.voyager.messaging.event.MessageEvent"]
    assert content["subject"] == "A question"


async def test_credits_survive_a_restart_and_come_back_with_a_reset(tmp_path: Path) -> None:
    options = Options(port=0, seed=7, anchor_ms=ANCHOR, keep=tmp_path / "kept")
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        await send_inmail(sandbox, "targetperson")
        await sandbox.admin("POST", "accounts/alan/credits", {"available": 9})
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        assert (await credits_of(sandbox), await credits_of(sandbox, "alan")) == (41, 9)
        body = {"to": "grace", "text": "Gladly"}
        await sandbox.admin("POST", "people/targetperson/write", body)
        assert await credits_of(sandbox) == 42
        await sandbox.admin("POST", "reset")
        assert (await credits_of(sandbox), await credits_of(sandbox, "alan")) == (42, 0)


@pytest.mark.parametrize("body", [{}, {"available": -1}, {"available": "5"}, {"available": 1, "more": 2}])
async def test_a_credits_call_that_makes_no_sense_changes_nothing(sandbox: SandboxClient, body: Any) -> None:
    assert (await sandbox.admin("POST", "accounts/grace/credits", body)).status == 400
    assert (await sandbox.admin("POST", "accounts/nobody/credits", {"available": 1})).status == 404
    assert (await sandbox.told("accounts/grace/credits")) == {"account": "grace", "available": 42}


async def option_of(answer: Answer) -> tuple[str, bool]:
    assert answer.status == 200, answer.text
    data = answer.json["data"]
    return data["composeOptionType"], data["composeNavigationContext"]["paidInMail"]


@pytest.mark.promise("wire.3.4.compose-option")
async def test_the_compose_option_tells_what_an_inmail_would_cost(sandbox: SandboxClient) -> None:
    assert await option_of(await compose(sandbox, "sarah-chen")) == ("REPLY", False)
    assert await option_of(await compose(sandbox, "jane-doe-42")) == ("CONNECTION_MESSAGE", False)
    assert await option_of(await compose(sandbox, "targetperson", "grace")) == ("PREMIUM_INMAIL", True)
    assert (await compose(sandbox, "targetperson", "ada")).status == 403
    free = await stranger_to(sandbox, "ada", open_profile=True, answers=False)
    assert await option_of(await compose(sandbox, free)) == ("PREMIUM_INMAIL", False)


async def test_after_an_inmail_the_compose_option_is_a_reply(sandbox: SandboxClient) -> None:
    sent = (await send_inmail(sandbox, "targetperson")).json["value"]
    thread_id = sent["backendConversationUrn"].rpartition(":")[2]
    answer = await compose(sandbox, "targetperson", "grace")
    assert await option_of(answer) == ("REPLY", False)
    context = answer.json["data"]["composeNavigationContext"]
    assert context["existingConversationUrn"] == f"urn:li:fsd_conversation:{thread_id}"


async def test_a_declined_inmail_leaves_no_way_to_write(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/grace/conversations?limit=1000")
    declined = next(each for each in told["conversations"] if each["state"] == "DECLINED")
    vanity = next(each["vanity"] for each in declined["participants"] if each["vanity"] != "grace-demo")
    assert (await compose(sandbox, vanity, "grace")).status == 403
    assert (await send_inmail(sandbox, vanity)).status == 422
    assert (await sandbox.send("Hello", thread_id=declined["threadId"], account="grace")).status == 403
