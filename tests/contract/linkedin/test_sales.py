"""Sales Navigator through the connector, asked of the sandbox (contracts/linkedin-wire.md §11)."""

import json

import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, session
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.decoding.sales import SalesThread, thread_of
from threadline.linkedin.errors import NoSeat, Refusal
from threadline.linkedin.sales import Sales
from threadline.model.conversations import ConversationKind, InboxSource

pytestmark = pytest.mark.promise("wire.11.sales-navigator")
TRACKING = "0123456789abcdef"


@pytest.fixture
def grace(rehearsal: Rehearsal) -> AccountClient:
    """LinkedIn as Grace sees it, who has a seat."""
    return rehearsal.linkedin.account(session("grace"), Observer())


async def everything(sales: Sales, folder: str) -> list[SalesThread]:
    found: list[SalesThread] = []
    page = await sales.threads(folder)
    while page.threads:
        found += page.threads
        page = await sales.threads(folder, page.next_before)
    return found


async def test_every_thread_is_listed_page_by_page(grace: AccountClient, sandbox: SandboxClient) -> None:
    found = [
        each for folder in ("INBOX", "SENT", "ARCHIVED") for each in await everything(grace.sales, folder)
    ]
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    by_id = {each.conversation.thread_id: each for each in found}
    assert set(by_id) == {each["threadId"] for each in told}
    for each in told:
        thread = by_id[each["threadId"]]
        last = each["messages"][-1]
        assert thread.conversation.last_message is not None
        assert thread.conversation.last_message.text == last["text"]
        assert thread.conversation.last_message.from_me is (last["from"] == "grace-demo")
        assert thread.conversation.unread_count == each["unread"]
        assert thread.conversation.read is (each["unread"] == 0)
        assert thread.conversation.source is InboxSource.SALES_NAVIGATOR
        assert thread.conversation.kind is ConversationKind.INMAIL
        assert thread.message_count == len(each["messages"])


async def test_people_have_the_ids_that_they_have_in_the_main_inbox(
    grace: AccountClient, sandbox: SandboxClient
) -> None:
    sarah = await sandbox.profile_id("sarah-chen")
    found = await everything(grace.sales, "INBOX") + await everything(grace.sales, "SENT")
    thread = next(each for each in found if sarah in each.addresses)
    [other] = thread.conversation.others
    assert (other.person_id, other.full_name) == (sarah, "Sarah Chen")
    assert thread.conversation.owner_id == await sandbox.owner("grace")


async def test_one_thread_brings_its_last_messages_newest_first(
    grace: AccountClient, sandbox: SandboxClient
) -> None:
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    long = max(told, key=lambda each: len(each["messages"]))
    thread = await grace.sales.thread(long["threadId"], 4)
    assert [each.message_id for each in thread.messages] == [
        each["messageId"] for each in reversed(long["messages"][-4:])
    ]
    whole = await grace.sales.thread(long["threadId"], 100)
    assert whole.messages[-1].subject == long["messages"][0]["subject"]


async def test_a_member_is_written_to_by_id_and_answered_by_thread(
    grace: AccountClient, sandbox: SandboxClient
) -> None:
    person = await sandbox.profile_id("targetperson")
    before = await grace.sales.credits()
    first = await grace.sales.create("Shall we talk?", "Hello", recipient=person, tracking_id=TRACKING)
    assert await grace.sales.credits() == before - 1
    second = await grace.sales.create("Or write?", thread_id=first.thread_id, tracking_id=TRACKING)
    assert second.thread_id == first.thread_id
    told = (await sandbox.told("accounts/grace/sales-threads"))["threads"]
    [thread] = [each for each in told if each["with"] == "targetperson"]
    assert [(each["messageId"], each["text"]) for each in thread["messages"]] == [
        (first.message_id, "Shall we talk?"),
        (second.message_id, "Or write?"),
    ]


async def test_a_refused_message_keeps_linkedins_code(grace: AccountClient, sandbox: SandboxClient) -> None:
    person = await sandbox.profile_id("targetperson")
    with pytest.raises(Refusal) as refused:
        await grace.sales.create("x" * 1901, "Hello", recipient=person, tracking_id=TRACKING)
    assert refused.value.reason_code == "MESSAGE_VALIDATION_PLUGIN_ERROR"


async def test_a_profile_tells_whether_an_inmail_reaches_it_and_is_free(
    grace: AccountClient, sandbox: SandboxClient
) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    for is_open in (True, False):
        person = next(each for each in people if each["openProfile"] is is_open and not each["gone"])
        profile = await grace.sales.profile(person["profileId"])
        assert profile.open_profile is is_open
        assert profile.reachable
        assert profile.person.member_number == person["memberNumber"]


async def test_without_a_seat_every_call_says_so(ada: AccountClient) -> None:
    with pytest.raises(NoSeat):
        await ada.sales.threads()
    with pytest.raises(NoSeat):
        await ada.sales.credits()


async def test_a_401_is_about_the_seat_and_not_about_the_session(
    rehearsal: Rehearsal, sandbox: SandboxClient
) -> None:
    observer = Observer()
    grace = rehearsal.linkedin.account(session("grace"), observer)
    fault = {"account": "grace", "kind": "unauthorized", "endpoint": "salesThreads", "count": 1}
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    with pytest.raises(NoSeat):
        await grace.sales.threads()
    assert observer.ended == []
    assert (await grace.sales.threads()).threads


def test_a_thread_in_the_normalized_form_is_read_the_same() -> None:
    owner = "ACoAA" + "o" * 34
    urn = f"urn:li:fs_salesProfile:(ACoAA{'b' * 34},NAME_SEARCH,ab12)"
    mine = f"urn:li:fs_salesProfile:({owner},NAME_SEARCH,cd34)"
    message = {"id": "2-bWVzc2FnZQ==", "type": "INMAIL", "deliveredAt": 7, "body": "Hello", "author": urn}
    bob = {"fullName": "Bob Sample", "degree": 2, "objectUrn": "urn:li:member:1002"}
    ada = {"fullName": "Ada Demo"}
    thread = {"id": "2-dGhyZWFk", "unreadMessageCount": 1, "messages": [message]}
    people = {urn: bob, mine: ada}
    plain = {**thread, "participants": list(people), "participantsResolutionResults": people}
    resolved = {**thread, "participants": [{**bob, "entityUrn": urn}, {**ada, "entityUrn": mine}]}
    reports: list[str] = []
    first, second = (thread_of(each, owner, reports.append) for each in (plain, resolved))
    assert first is not None
    assert first == second
    assert reports == []


@pytest.mark.parametrize(
    "item", [None, [], {"id": 7}, {"id": "2-dGhyZWFk"}, {"id": "2-dGhyZWFk", "messages": [{"id": "x"}]}]
)
def test_what_is_no_thread_is_reported_and_passed_over(item: object) -> None:
    reports: list[str] = []
    assert thread_of(json.loads(json.dumps(item)), "ACoAA" + "o" * 34, reports.append) is None
    assert reports
