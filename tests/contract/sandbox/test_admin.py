"""The admin API under /sandbox/."""

from typing import Any

import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.sandbox.conftest import ANCHOR


async def test_health_tells_what_runs(sandbox: SandboxClient) -> None:
    told = await sandbox.told("health")
    assert (told["status"], told["seed"], told["anchorMs"], told["kept"]) == ("ok", 7, ANCHOR, False)
    assert list(told["accounts"]) == ["ada", "grace", "alan"]
    assert all(each["conversations"] >= 400 for each in told["accounts"].values())


async def test_people_are_found_by_words(sandbox: SandboxClient) -> None:
    found = await sandbox.told("people?query=JANE&limit=1")
    assert found["total"] >= 2
    assert [person["vanity"] for person in found["people"]] == ["janesmith"]
    assert (await sandbox.told("people/ada"))["vanity"] == "ada-demo"
    assert (await sandbox.admin("GET", "people/nobody")).status == 404


async def test_a_mailbox_is_read_page_by_page(sandbox: SandboxClient) -> None:
    first = await sandbox.told("mailboxes/ada/conversations?limit=300")
    second = await sandbox.told(f"mailboxes/ada/conversations?limit=300&before={first['nextBefore']}")
    ids = [each["threadId"] for each in [*first["conversations"], *second["conversations"]]]
    assert second["nextBefore"] is None
    assert len(set(ids)) == len(ids) == (await sandbox.told("health"))["accounts"]["ada"]["conversations"]


async def test_a_category_of_a_mailbox_is_read(sandbox: SandboxClient) -> None:
    told = await sandbox.told("mailboxes/grace/conversations?category=SPAM&limit=1000")
    assert told["conversations"]
    assert all(each["categories"] == ["SPAM"] for each in told["conversations"])


async def test_a_person_writes_to_an_account(sandbox: SandboxClient) -> None:
    answer = await sandbox.admin("POST", "people/sarah-chen/write", {"to": "ada", "text": "Written by hand"})
    assert answer.status == 201
    thread_id = answer.json["threadId"]
    newest = (await sandbox.messages(thread_id))["elements"][0]
    assert newest["body"]["text"] == "Written by hand"
    assert newest["backendUrn"].endswith(answer.json["messageId"])
    told = await sandbox.told(f"mailboxes/sarah-chen/conversations/{thread_id}/messages")
    assert told["messages"][-1]["text"] == "Written by hand"
    assert told["messages"][-1]["from"] == "sarah-chen"


async def test_a_person_writes_into_a_group_when_it_is_named(sandbox: SandboxClient) -> None:
    group = (await sandbox.send("Hi", to=["janesmith", "sarah-chen"])).json["value"]
    thread_id = group["backendConversationUrn"].rpartition(":")[2]
    body = {"to": "ada", "text": "In the group", "threadId": thread_id}
    answer = await sandbox.admin("POST", "people/janesmith/write", body)
    assert answer.json["threadId"] == thread_id
    elsewhere = body | {"threadId": await sandbox.thread_with("john-doe-123")}
    assert (await sandbox.admin("POST", "people/janesmith/write", elsewhere)).status == 404


async def test_a_stranger_who_writes_makes_a_message_request(sandbox: SandboxClient) -> None:
    answer = await sandbox.admin("POST", "people/targetperson/write", {"to": "ada", "text": "May I?"})
    found = await sandbox.conversations("category:MESSAGE_REQUEST_PENDING,count:1")
    [request] = found["elements"]
    assert request["backendUrn"].endswith(answer.json["threadId"])
    assert request["state"] == "PENDING"


async def test_an_account_writes_from_a_phone(sandbox: SandboxClient) -> None:
    by_vanity = await sandbox.admin("POST", "accounts/ada/write", {"to": "sarah-chen", "text": "Phone"})
    by_thread = await sandbox.admin(
        "POST", "accounts/ada/write", {"to": by_vanity.json["threadId"], "text": "Phone"}
    )
    assert by_vanity.json["originToken"] != by_thread.json["originToken"]
    found = (await sandbox.told("mailboxes/sarah-chen/messages?text=Phone"))["messages"]
    assert [each["from"] for each in found] == ["ada-demo", "ada-demo"]


async def test_messages_are_searched_by_exact_text_or_token(sandbox: SandboxClient) -> None:
    await sandbox.send("needle & co", thread_id=await sandbox.thread_with("sarah-chen"), token="needle-token")
    [by_text] = (await sandbox.told("mailboxes/ada/messages?text=needle%20%26%20co"))["messages"]
    [by_token] = (await sandbox.told("mailboxes/sarah-chen/messages?originToken=needle-token"))["messages"]
    assert by_text["messageId"] == by_token["messageId"]
    assert (await sandbox.told("mailboxes/ada/messages?text=needle"))["messages"] == []
    assert (await sandbox.admin("GET", "mailboxes/ada/messages")).status == 400


async def test_the_clock_is_moved_and_messages_follow_it(sandbox: SandboxClient) -> None:
    start = (await sandbox.told("clock"))["nowMs"]
    moved = (await sandbox.admin("POST", "clock", {"advanceMs": 86_400_000})).json
    assert moved["offsetMs"] == 86_400_000
    sent = (await sandbox.send("Tomorrow", thread_id=await sandbox.thread_with("sarah-chen"))).json["value"]
    assert sent["deliveredAt"] >= start + 86_400_000
    back = (await sandbox.admin("POST", "clock", {"offsetMs": 0})).json
    assert back["offsetMs"] == 0
    again = (await sandbox.send("Today", thread_id=await sandbox.thread_with("sarah-chen"))).json["value"]
    assert again["deliveredAt"] > sent["deliveredAt"]
    exact = (await sandbox.admin("POST", "clock", {"nowMs": start + 3_600_000})).json
    assert abs(exact["nowMs"] - start - 3_600_000) < 60_000


async def test_calls_are_counted_by_account_and_endpoint(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    await sandbox.admin("DELETE", "requests")
    await sandbox.call("GET", "/voyager/api/me")
    await sandbox.conversations()
    await sandbox.conversations("category:INBOX")
    await sandbox.messages(thread_id)
    await sandbox.send("Counted", thread_id=thread_id)
    await sandbox.call("GET", "/voyager/api/me", account="grace")
    await sandbox.call("GET", "/voyager/api/me", headers={"cookie": ""})
    counted = (await sandbox.told("requests"))["requests"]
    assert counted == {
        "-": {"me": 1},
        "ada": {"conversations": 2, "createMessage": 1, "me": 1, "messages": 1},
        "grace": {"me": 1},
    }
    assert list((await sandbox.told("requests?account=grace"))["requests"]) == ["grace"]
    assert (await sandbox.admin("DELETE", "requests")).json == {"forgotten": 7}
    assert (await sandbox.told("requests"))["requests"] == {}


async def test_a_reset_goes_back_to_the_made_network(sandbox: SandboxClient) -> None:
    before = await sandbox.told("mailboxes/ada/conversations?limit=5")
    token = (await sandbox.conversations())["metadata"]["newSyncToken"]
    await sandbox.send("Forget me", thread_id=await sandbox.thread_with("sarah-chen"))
    await sandbox.admin("POST", "faults", {"account": "ada", "kind": "denied"})
    await sandbox.admin("POST", "reset")
    assert await sandbox.told("mailboxes/ada/conversations?limit=5") == before
    assert (await sandbox.told("faults"))["faults"] == []
    assert (await sandbox.conversations(f"syncToken:{token}"))["metadata"]["shouldClearCache"] is True


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("GET", "people?limit=0", None, 400),
        ("GET", "people?limit=abc", None, 400),
        ("GET", "people?limits=5", None, 400),
        ("GET", "mailboxes/nobody/conversations", None, 404),
        ("GET", "mailboxes/ada/conversations?category=NO_SUCH", None, 400),
        ("GET", "mailboxes/ada/conversations/2-bm90aGluZw==/messages", None, 404),
        ("POST", "people/janesmith/write", {"text": "Hi"}, 400),
        ("POST", "people/janesmith/write", {"to": "ada", "text": ""}, 400),
        ("POST", "people/janesmith/write", {"to": "ada", "text": 5}, 400),
        ("POST", "people/janesmith/write", {"to": "ada", "text": "x" * 8001}, 400),
        ("POST", "people/janesmith/write", {"to": "nobody", "text": "Hi"}, 404),
        ("POST", "people/janesmith/write", {"to": "janesmith", "text": "Hi"}, 400),
        ("POST", "people/nobody/write", {"to": "ada", "text": "Hi"}, 404),
        ("POST", "accounts/janesmith/write", {"to": "ada", "text": "Hi"}, 404),
        ("POST", "accounts/ada/write", {"to": "2-bm90aGluZw==", "text": "Hi"}, 404),
        ("POST", "clock", {}, 400),
        ("POST", "clock", {"nowMs": 1, "offsetMs": 1}, 400),
        ("POST", "clock", {"nowMs": 1}, 400),
        ("POST", "clock", {"advanceMs": "1"}, 400),
        ("POST", "clock", [], 400),
        ("POST", "clock", b"{", 400),
        ("POST", "streams/nobody/cut", None, 404),
        ("POST", "streams/ada/cut?clean=maybe", None, 400),
    ],
)
async def test_bad_input_is_refused_with_a_reason(
    sandbox: SandboxClient, method: str, path: str, body: Any, status: int
) -> None:
    answer = await sandbox.admin(method, path, body)
    assert answer.status == status
    assert answer.json["error"]
