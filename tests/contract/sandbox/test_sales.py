"""Sales Navigator's calls (contracts/linkedin-wire.md §11)."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from tests.contract.sandbox.client import NORMALIZED, PLAIN, Answer, SandboxClient
from threadline.sandbox.options import Options
from threadline.sandbox.server import serving

THREADS = "/sales-api/salesApiMessagingThreads"
DECORATION = quote(
    "(id,restrictions,archived,unreadMessageCount,nextPageStartsAt,totalMessageCount,"
    "messages*(id,type,deliveredAt,subject,body,author),"
    "participants*~fs_salesProfile(entityUrn,firstName,lastName,fullName,degree,objectUrn))",
    safe="",
)
LATEST = 4_000_000_000_000


async def listed(
    sandbox: SandboxClient,
    folder: str = "INBOX",
    before: int = LATEST,
    *,
    account: str = "grace",
    accept: str = PLAIN,
) -> Answer:
    query = f"decoration={DECORATION}&count=20&filter={folder}&pageStartsAt={before}&q=filter"
    return await sandbox.call("GET", f"{THREADS}?{query}", account=account, accept=accept)


async def everything(sandbox: SandboxClient, folder: str) -> list[Any]:
    found: list[Any] = []
    before = LATEST
    while elements := (await listed(sandbox, folder, before)).json["elements"]:
        found += elements
        before = min(element["nextPageStartsAt"] for element in elements)
    return found


async def create(sandbox: SandboxClient, **asked: Any) -> Answer:
    body = {"createMessageRequest": {"copyToCrm": False, "trackingId": "0123456789abcdef", **asked}}
    target = "/sales-api/salesApiMessageActions?action=createMessage"
    return await sandbox.call("POST", target, account="grace", body=body)


async def sales_urn(sandbox: SandboxClient, vanity: str) -> str:
    profile = await read_profile(sandbox, await sandbox.profile_id(vanity))
    return str(profile.json["entityUrn"])


async def read_profile(sandbox: SandboxClient, profile_id: str) -> Answer:
    target = f"/sales-api/salesApiProfiles/(profileId:{profile_id},authType:NAME_SEARCH,authToken:undefined)"
    return await sandbox.call("GET", f"{target}?decoration=(entityUrn,memberBadges)", account="grace")


async def credits(sandbox: SandboxClient) -> int:
    target = "/sales-api/salesApiCredits?q=findCreditGrant&creditGrantType=LSS_INMAIL"
    [grant] = (await sandbox.call("GET", target, account="grace")).json["elements"]
    assert grant["type"] == "LSS_INMAIL"
    return int(grant["value"])


@pytest.mark.parametrize("account", ["ada", "alan"])
async def test_only_a_seat_opens_sales_navigator(sandbox: SandboxClient, account: str) -> None:
    assert (await listed(sandbox, account=account)).status == 403


async def test_threads_come_newest_first_and_the_smallest_start_leads_to_the_next_page(
    sandbox: SandboxClient,
) -> None:
    found = await everything(sandbox, "INBOX")
    times = [thread["messages"][0]["deliveredAt"] for thread in found]
    assert len(found) > 20
    assert times == sorted(times, reverse=True)
    assert len({thread["id"] for thread in found}) == len(found)


async def test_the_folders_list_what_was_received_what_was_sent_and_what_was_archived(
    sandbox: SandboxClient,
) -> None:
    inbox, sent, archived = [await everything(sandbox, folder) for folder in ("INBOX", "SENT", "ARCHIVED")]
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    assert {each["threadId"] for each in told} == {each["id"] for each in (*inbox, *sent, *archived)}
    assert not any(each["archived"] for each in inbox)
    assert archived
    assert all(each["archived"] for each in archived)


async def test_people_of_a_thread_are_resolved_beside_it_or_included(sandbox: SandboxClient) -> None:
    plain = (await listed(sandbox)).json["elements"][0]
    normalized = (await listed(sandbox, accept=NORMALIZED)).json
    assert plain["participants"] == list(plain["participantsResolutionResults"])
    assert plain["messages"][0]["author"] in plain["participants"]
    assert normalized["data"]["elements"][0]["*participants"] == plain["participants"]
    included = {entity["entityUrn"]: entity for entity in normalized["included"]}
    for urn, profile in plain["participantsResolutionResults"].items():
        assert urn.startswith("urn:li:fs_salesProfile:(ACoAA")
        assert included[urn]["fullName"] == profile["fullName"]


async def test_a_decoration_with_raw_parentheses_is_malformed(sandbox: SandboxClient) -> None:
    target = f"{THREADS}?decoration=(id)&count=20&filter=INBOX&pageStartsAt={LATEST}&q=filter"
    assert (await sandbox.call("GET", target, account="grace")).status == 400


async def test_one_thread_brings_as_many_messages_as_asked_for(sandbox: SandboxClient) -> None:
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    long = max(told, key=lambda thread: len(thread["messages"]))
    target = f"{THREADS}/{quote(long['threadId'], safe='')}?decoration={DECORATION}&count=1&messageCount=3"
    thread = (await sandbox.call("GET", target, account="grace")).json
    assert [each["id"] for each in thread["messages"]] == [
        each["messageId"] for each in reversed(long["messages"][-3:])
    ]
    assert thread["totalMessageCount"] == len(long["messages"])


async def test_sales_threads_are_not_in_the_main_inbox(sandbox: SandboxClient) -> None:
    thread = (await listed(sandbox)).json["elements"][0]
    found = await sandbox.conversations("categories:List(INBOX),count:25", account="grace")
    assert thread["id"] not in str(found)


async def test_a_first_inmail_costs_a_credit_which_an_answer_gives_back(sandbox: SandboxClient) -> None:
    before = await credits(sandbox)
    urn = await sales_urn(sandbox, "targetperson")
    written = await create(sandbox, recipients=[urn], subject="Hello", body="Shall we talk?")
    assert written.status == 200
    value = written.json["value"]
    assert await credits(sandbox) == before - 1
    again = await create(sandbox, recipients=[urn], subject="Hello", body="Are you there?")
    assert (again.status, again.json["code"]) == (422, "NOT_ALLOWED_PREMIUM_INMAIL_SUBSEQUENT_REPLY")
    answered = await sandbox.admin(
        "POST", "people/targetperson/sales-message", {"to": "grace", "text": "Gladly."}
    )
    assert answered.status == 201
    assert answered.json["threadId"] == value["threadId"]
    assert await credits(sandbox) == before
    reply = await create(sandbox, threadId=value["threadId"], body="Tuesday then.")
    assert reply.json["value"]["threadId"] == value["threadId"]
    assert await credits(sandbox) == before


async def test_an_open_profile_is_written_to_for_free(sandbox: SandboxClient) -> None:
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    met = {thread["with"] for thread in told}
    people = (await sandbox.told("people?limit=1000"))["people"]
    person = next(
        each
        for each in people
        if each["openProfile"] and "grace" not in each["connectedTo"] and each["vanity"] not in met
    )
    profile = await read_profile(sandbox, person["profileId"])
    before = await credits(sandbox)
    assert profile.json["memberBadges"]["openLink"] is True
    assert profile.json["inmailRestriction"] == "NO_RESTRICTION"
    await create(sandbox, recipients=[profile.json["entityUrn"]], subject="Hello", body="A free one")
    assert await credits(sandbox) == before


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"subject": "Hello", "body": "x" * 1901}, 422, "MESSAGE_VALIDATION_PLUGIN_ERROR"),
        ({"subject": "x" * 201, "body": "Hello"}, 422, "MESSAGE_VALIDATION_PLUGIN_ERROR"),
        ({"subject": "Hello", "body": ""}, 422, "MESSAGE_VALIDATION_PLUGIN_ERROR"),
        ({"body": "Hello"}, 422, "SUBJECT_REQUIRED"),
        ({"subject": "Hello", "body": "Hello", "threadId": "2-bm90aGluZw=="}, 400, None),
    ],
)
async def test_a_message_that_is_not_one_is_refused(
    sandbox: SandboxClient, asked: dict[str, str], status: int, code: str | None
) -> None:
    urn = await sales_urn(sandbox, "targetperson")
    refused = await create(sandbox, recipients=[urn], **asked)
    assert (refused.status, refused.json.get("code")) == (status, code)


async def test_without_credits_nothing_is_written(sandbox: SandboxClient) -> None:
    await sandbox.admin("POST", "accounts/grace/credits", {"available": 0})
    urn = await sales_urn(sandbox, "targetperson")
    refused = await create(sandbox, recipients=[urn], subject="Hello", body="Shall we talk?")
    assert (refused.status, refused.json["code"]) == (422, "INSUFFICIENT_INMAIL_CREDITS")


async def test_presence_is_told_for_sales_profiles(sandbox: SandboxClient) -> None:
    urn = await sales_urn(sandbox, "sarah-chen")
    await sandbox.admin("POST", "people/sarah-chen/presence", {"online": True})
    target = f"/sales-api/salesApiMessagingPresenceStatuses?ids=List({quote(urn, safe='')})"
    answer = await sandbox.call("GET", target, account="grace")
    assert answer.json["results"][urn]["availability"] == "ONLINE"


async def test_what_was_written_outlives_the_sandbox(tmp_path: Path) -> None:
    options = Options(port=0, seed=7, keep=tmp_path / "kept.jsonl")
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        urn = await sales_urn(sandbox, "targetperson")
        await create(sandbox, recipients=[urn], subject="Hello", body="Shall we talk?")
        before = await sandbox.told("accounts/grace/sales-threads"), await credits(sandbox)
    async with serving(options) as base_url, aiohttp.ClientSession() as session:
        sandbox = SandboxClient(base_url, session)
        assert (await sandbox.told("accounts/grace/sales-threads"), await credits(sandbox)) == before
