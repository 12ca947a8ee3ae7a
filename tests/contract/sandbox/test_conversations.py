"""Conversation lists C1 to C9 in every form (contracts/linkedin-wire.md §§1.4, 1.6, 4)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import MESSAGING, NORMALIZED, PLAIN, SandboxClient, encoded
from tests.contract.sandbox.conftest import ANCHOR

ALL = 10**13


def by_category(category: str, more: str) -> str:
    predicate = f"predicateUnions:List((conversationCategoryPredicate:(category:{category})))"
    return f"query:({predicate}),{more}"


async def every_page(
    sandbox: SandboxClient, category: str, account: str = "ada", count: int = 20
) -> list[Any]:
    """All conversations of a category, by C3 and then C4 until an empty page without a cursor."""
    page = await sandbox.conversations(
        by_category(category, f"count:{count},lastUpdatedBefore:{ALL}"), account=account
    )
    found = []
    while page["elements"]:
        assert len(page["elements"]) <= count
        found += page["elements"]
        cursor = encoded(page["metadata"]["nextCursor"])
        page = await sandbox.conversations(
            by_category(category, f"nextCursor:{cursor},count:{count}"), account=account
        )
    assert page["metadata"]["nextCursor"] is None
    return found


async def test_the_first_list_holds_the_newest_twenty_and_a_token(sandbox: SandboxClient) -> None:
    found = await sandbox.conversations("count:3")
    times = [each["lastActivityAt"] for each in found["elements"]]
    assert len(times) == 20
    assert times == sorted(times, reverse=True)
    assert found["metadata"]["_type"] == "com.linkedin.messenger.SyncMetadata"
    assert found["metadata"]["newSyncToken"]
    assert all("INBOX" in each["categories"] for each in found["elements"])


@pytest.mark.parametrize("account", ["ada", "grace", "alan"])
async def test_every_account_has_four_hundred_conversations_over_two_years(
    sandbox: SandboxClient, account: str
) -> None:
    found: dict[str, Any] = {}
    for category in ("INBOX", "ARCHIVE", "SPAM", "MESSAGE_REQUEST_PENDING"):
        for each in await every_page(sandbox, category, account):
            assert category in each["categories"]
            found[each["entityUrn"]] = each
    assert len(found) >= 400
    times = [each["lastActivityAt"] for each in found.values()]
    assert max(times) < ANCHOR
    assert ANCHOR - max(times) < 3 * 86_400_000
    assert min(times) > ANCHOR - 731 * 86_400_000
    assert min(times) < ANCHOR - 500 * 86_400_000


async def test_paging_gives_every_conversation_once_and_newest_first(sandbox: SandboxClient) -> None:
    by_twenty = [each["entityUrn"] for each in await every_page(sandbox, "INBOX")]
    by_seven = [each["entityUrn"] for each in await every_page(sandbox, "INBOX", count=7)]
    assert by_twenty == by_seven
    assert len(set(by_twenty)) == len(by_twenty)


async def test_paging_by_time_is_exclusive_and_gives_the_same(sandbox: SandboxClient) -> None:
    expected = [each["entityUrn"] for each in await every_page(sandbox, "SECONDARY_INBOX")]
    found: list[str] = []
    before = ALL
    while page := (
        await sandbox.conversations(by_category("SECONDARY_INBOX", f"count:20,lastUpdatedBefore:{before}"))
    )["elements"]:
        found += [each["entityUrn"] for each in page]
        before = page[-1]["lastActivityAt"]
    assert found == expected


async def test_a_page_has_at_most_twenty_five(sandbox: SandboxClient) -> None:
    page = await sandbox.conversations(by_category("INBOX", f"count:500,lastUpdatedBefore:{ALL}"))
    assert len(page["elements"]) == 25


async def test_categories_split_the_inbox(sandbox: SandboxClient) -> None:
    inbox = {each["entityUrn"] for each in await every_page(sandbox, "INBOX")}
    focused = {each["entityUrn"] for each in await every_page(sandbox, "PRIMARY_INBOX")}
    other = {each["entityUrn"] for each in await every_page(sandbox, "SECONDARY_INBOX")}
    assert focused | other == inbox
    assert not focused & other
    for category in ("STARRED", "INMAIL", "ARCHIVE", "SPAM", "MESSAGE_REQUEST_PENDING"):
        assert await every_page(sandbox, category)
    assert await every_page(sandbox, "JOB") == []


async def test_the_list_shows_all_kinds_of_conversations(sandbox: SandboxClient) -> None:
    found = await every_page(sandbox, "INBOX")
    requests = await every_page(sandbox, "MESSAGE_REQUEST_PENDING")
    assert {each["state"] for each in found} == {None, "PENDING", "ACCEPTED", "DECLINED"}
    assert {each["state"] for each in requests} == {"PENDING"}
    labels = {each["conversationTypeText"]["text"] for each in found if each["conversationTypeText"]}
    assert labels == {"InMail", "Sponsored", "LinkedIn Offer"}
    assert any(each["groupChat"] and each["title"] for each in found)
    assert any(each["groupChat"] and not each["title"] for each in found)
    assert any(each["unreadCount"] and not each["read"] for each in found)
    participants = [each for one in found for each in one["conversationParticipants"]]
    assert any(each["participantType"]["organization"] for each in participants)
    assert any(each["participantType"]["custom"] for each in participants)
    assert any(each["title"] and not each["groupChat"] for each in found)
    names = {
        (
            each["participantType"]["member"]["firstName"]["text"],
            each["participantType"]["member"]["distance"],
        )
        for each in participants
        if each["participantType"]["member"]
    }
    assert ("LinkedIn", "OUT_OF_NETWORK") in names
    assert {"SELF", "DISTANCE_1", "DISTANCE_2", "DISTANCE_3"} <= {distance for _, distance in names}


async def test_each_item_holds_its_owner_and_its_last_message(sandbox: SandboxClient) -> None:
    own = f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{await sandbox.owner()}"
    found = await every_page(sandbox, "INBOX")
    without = [each for each in found if "messages" not in each]
    assert len(without) == 2
    for each in found:
        assert own in [participant["entityUrn"] for participant in each["conversationParticipants"]]
        assert bool(each["unreadCount"]) is not each["read"]
        if "messages" in each:
            [last] = each["messages"]["elements"]
            assert last["deliveredAt"] == each["lastActivityAt"]
            assert last["conversation"] == {"entityUrn": each["entityUrn"]}
        disabled = [feature["disabledFeature"] for feature in each["disabledFeatures"]]
        assert ("ADD_PARTICIPANT" in disabled) is not each["groupChat"]


async def test_the_older_category_list_pages_both_ways(sandbox: SandboxClient) -> None:
    first = await sandbox.conversations("category:ARCHIVE,count:5")
    cursor = encoded(first["metadata"]["nextCursor"])
    by_cursor = await sandbox.conversations(f"category:ARCHIVE,count:5,nextCursor:{cursor}")
    before = first["elements"][-1]["lastActivityAt"]
    by_time = await sandbox.conversations(f"category:ARCHIVE,count:5,lastUpdatedBefore:{before}")
    assert first["metadata"]["prevCursor"] is None
    assert by_cursor["elements"] == by_time["elements"]
    assert len(by_cursor["elements"]) == 5


async def test_the_search_finds_unread_conversations_and_words(sandbox: SandboxClient) -> None:
    unread = await sandbox.conversations(
        "categories:List(INBOX),count:20,firstDegreeConnections:false,read:false"
    )
    assert unread["elements"]
    assert all(not each["read"] for each in unread["elements"])
    words = await sandbox.conversations(
        "categories:List(INBOX,ARCHIVE),count:20,firstDegreeConnections:false,keywords:sarah%20chen"
    )
    titles = [each["headlineText"]["text"] for each in words["elements"]]
    assert titles[0] == "Sarah Chen"
    near = await sandbox.conversations("categories:List(INBOX),count:25,firstDegreeConnections:true")
    assert not any(
        participant["participantType"]["organization"]
        for each in near["elements"]
        for participant in each["conversationParticipants"]
    )


async def test_conversations_are_read_by_id(sandbox: SandboxClient) -> None:
    threads = [await sandbox.thread_with("janesmith"), await sandbox.thread_with("sarah-chen")]
    urns = [await sandbox.conversation_urn(each) for each in threads]
    unknown = await sandbox.conversation_urn("2-bm90aGluZw==")
    listed = ",".join(encoded(urn) for urn in [*urns, unknown])
    several = await sandbox.query("messengerConversations", f"conversationIds:List({listed}),count:1")
    found = several["data"]["messengerConversationsByIds"]
    assert [each["entityUrn"] for each in found] == urns
    one = await sandbox.query(
        "messengerConversations", f"messengerConversationsId:{encoded(urns[0])},count:20"
    )
    assert one["data"]["messengerConversationsById"]["headlineText"]["text"] == "Jane Smith"


async def test_a_conversation_that_is_not_there_is_a_partial_failure(sandbox: SandboxClient) -> None:
    urn = encoded(await sandbox.conversation_urn("2-bm90aGluZw=="))
    answer = await sandbox.query("messengerConversations", f"messengerConversationsId:{urn}")
    assert answer["data"]["messengerConversationsById"] is None
    assert answer["errors"][0]["extensions"]["status"] == 404


async def test_a_conversation_is_found_by_its_recipients(sandbox: SandboxClient) -> None:
    jane = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}")
    found = await sandbox.conversations(f"recipients:List({jane})")
    [conversation] = found["elements"]
    assert conversation["entityUrn"].endswith(f",{await sandbox.thread_with('janesmith')})")
    assert "metadata" not in found
    nobody = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id('jane-doe-42')}")
    assert (await sandbox.conversations(f"recipients:List({nobody})"))["elements"] == []


@pytest.mark.promise("wire.14.three-forms")
async def test_the_normalized_form_holds_every_entity_once_in_included(sandbox: SandboxClient) -> None:
    answer = await sandbox.query(
        "messengerConversations", f"mailboxUrn:{await sandbox.mailbox_urn()}", accept=NORMALIZED
    )
    collection = answer["data"]["data"]["messengerConversationsBySyncToken"]
    included = {each["entityUrn"]: each for each in answer["included"]}
    assert len(included) == len(answer["included"])
    assert collection["$type"] == "com.linkedin.restli.common.CollectionResponse"
    assert collection["metadata"]["$type"] == "com.linkedin.messenger.SyncMetadata"
    assert len(collection["*elements"]) == 20
    for urn in collection["*elements"]:
        conversation = included[urn]
        assert conversation["$type"] == "com.linkedin.messenger.Conversation"
        for participant in conversation["*conversationParticipants"]:
            assert included[participant]["participantType"]
        for message in conversation["messages"]["*elements"]:
            assert included[message]["*conversation"] == urn
            assert included[included[message]["*sender"]]["$type"].endswith("MessagingParticipant")


@pytest.mark.promise("wire.14.three-forms")
async def test_the_plain_nested_form_types_its_nodes(sandbox: SandboxClient) -> None:
    for accept in ("application/graphql", PLAIN, "*/*"):
        answer = await sandbox.query(
            "messengerConversations", f"mailboxUrn:{await sandbox.mailbox_urn()}", accept=accept
        )
        conversation = answer["data"]["messengerConversationsBySyncToken"]["elements"][0]
        assert "included" not in answer
        assert conversation["_type"] == "com.linkedin.messenger.Conversation"
        assert conversation["_recipeType"].startswith("com.linkedin.")
        assert conversation["conversationParticipants"][0]["_type"].endswith("MessagingParticipant")


@pytest.mark.promise("wire.14.query-names")
async def test_variables_are_known_in_any_order_and_under_any_hash(sandbox: SandboxClient) -> None:
    mailbox = await sandbox.mailbox_urn()
    target = (
        f"{MESSAGING}?variables=(lastUpdatedBefore:{ALL},count:20,mailboxUrn:{mailbox},"
        "query:(predicateUnions:List((conversationCategoryPredicate:(category:INBOX)))))"
        "&queryId=messengerConversations.anything"
    )
    answer = await sandbox.call("GET", target)
    assert len(answer.json["data"]["messengerConversationsByCategoryQuery"]["elements"]) == 20


async def test_a_long_query_may_come_in_a_body(sandbox: SandboxClient) -> None:
    query = f"queryId=messengerConversations.a&variables=(mailboxUrn:{await sandbox.mailbox_urn()})"
    headers = {"x-http-method-override": "GET", "content-type": "application/x-www-form-urlencoded"}
    answer = await sandbox.call("POST", MESSAGING, body=query.encode(), headers=headers)
    assert answer.json["data"]["messengerConversationsBySyncToken"]["elements"]


@pytest.mark.parametrize(
    "query",
    [
        "queryId=messengerConversations.a&variables=%28mailboxUrn:{mailbox}%29",
        "queryId=messengerConversations.a&variables=(mailboxUrn:{raw})",
        "queryId=messengerConversations.a&variables=(mailboxUrn:{mailbox}",
        "queryId=messengerConversations.a&variables=",
        "queryId=messengerConversations.a",
        "queryId=messengerNothing.a&variables=(mailboxUrn:{mailbox})",
        "queryId=messengerConversations.a&variables=(count:20)",
        "queryId=messengerConversations.a&variables=(mailboxUrn:{mailbox},category:NO_SUCH)",
        "queryId=messengerConversations.a&variables=(mailboxUrn:{mailbox},category:INBOX,count:0)",
        "queryId=messengerConversations.a&variables=(mailboxUrn:{mailbox},category:INBOX,nextCursor:xyz)",
        "queryId=messengerConversations.a&variables=(conversationIds:List(2-abc))",
    ],
)
async def test_what_is_malformed_is_a_bare_400(sandbox: SandboxClient, query: str) -> None:
    raw = f"urn:li:fsd_profile:{await sandbox.owner()}"
    answer = await sandbox.call(
        "GET", f"{MESSAGING}?{query.format(mailbox=await sandbox.mailbox_urn(), raw=raw)}"
    )
    assert (answer.status, answer.json) == (400, {"status": 400})


async def test_another_members_mailbox_is_403(sandbox: SandboxClient) -> None:
    mailbox = await sandbox.mailbox_urn("grace")
    await sandbox.query("messengerConversations", f"mailboxUrn:{mailbox}", status=403)


async def test_the_same_seed_and_anchor_give_the_same_conversations(sandbox: SandboxClient) -> None:
    before = await every_page(sandbox, "INBOX")
    await sandbox.admin("POST", "reset")
    assert await every_page(sandbox, "INBOX") == before
