"""Messages M1 to M6, receipts and reactors (contracts/linkedin-wire.md §5)."""

from typing import Any

from tests.contract.sandbox.client import SandboxClient, encoded

LATER = 10**13


async def every_message(sandbox: SandboxClient, thread_id: str, account: str = "ada") -> list[Any]:
    """A whole thread, by M3 and then M4 until an empty page; oldest first."""
    page = await sandbox.messages(
        thread_id, f"deliveredAt:{LATER},countBefore:20,countAfter:0", account=account
    )
    found: list[Any] = []
    while page["elements"]:
        found = page["elements"] + found
        cursor = encoded(page["metadata"]["prevCursor"])
        page = await sandbox.messages(thread_id, f"count:20,prevCursor:{cursor}", account=account)
    assert page["metadata"]["prevCursor"] is None
    return found


async def inbox_messages(sandbox: SandboxClient, account: str = "ada") -> list[Any]:
    """Every message of every thread in the inbox."""
    told = await sandbox.told(f"mailboxes/{account}/conversations?category=INBOX&limit=1000")
    found = []
    for conversation in told["conversations"]:
        if conversation["messageCount"] < 200:
            page = await sandbox.messages(
                conversation["threadId"], f"deliveredAt:{LATER},countBefore:100,countAfter:0", account=account
            )
            found += page["elements"]
    return found


async def test_the_longest_thread_is_paged_without_loss_or_repeat(sandbox: SandboxClient) -> None:
    found = await every_message(sandbox, await sandbox.thread_with("sarah-chen"))
    times = [each["deliveredAt"] for each in found]
    assert len({each["entityUrn"] for each in found}) == len(found) == 640
    assert times == sorted(set(times))


async def test_messages_around_a_time_come_oldest_first(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("sarah-chen")
    everything = await every_message(sandbox, thread_id)
    at = everything[300]["deliveredAt"]
    page = await sandbox.messages(thread_id, f"deliveredAt:{at},countBefore:2,countAfter:3")
    assert page["elements"] == everything[298:303]
    forward = await sandbox.messages(
        thread_id, f"count:4,nextCursor:{encoded(page['metadata']['nextCursor'])}"
    )
    assert forward["elements"] == everything[303:307]


async def test_the_newest_messages_come_first_with_a_token(sandbox: SandboxClient) -> None:
    found = await sandbox.messages(await sandbox.thread_with("sarah-chen"))
    times = [each["deliveredAt"] for each in found["elements"]]
    assert len(times) == 20
    assert times == sorted(times, reverse=True)
    assert found["metadata"]["newSyncToken"]
    assert found["metadata"]["deletedUrns"] == []
    assert found["metadata"]["shouldClearCache"] is False


async def test_several_threads_are_synced_at_once(sandbox: SandboxClient) -> None:
    threads = [await sandbox.thread_with("janesmith"), await sandbox.thread_with("john-doe-123")]
    criteria = []
    for thread_id in threads:
        token = (await sandbox.messages(thread_id))["metadata"]["newSyncToken"]
        urn = encoded(await sandbox.conversation_urn(thread_id))
        criteria.append(f"(conversationUrn:{urn},syncToken:{token})")
    await sandbox.send("One more", thread_id=threads[1])
    answer = await sandbox.query("messengerMessages", f"criteria:List({','.join(criteria)})")
    first, second = answer["data"]["messengerMessagesBySyncTokensInBatch"]
    assert first["elements"] == []
    assert [each["body"]["text"] for each in second["elements"]] == ["One more"]


async def test_messages_are_read_by_id(sandbox: SandboxClient) -> None:
    newest = (await sandbox.messages(await sandbox.thread_with("janesmith")))["elements"][0]
    missing = encoded(newest["entityUrn"].rpartition(",")[0] + ",2-bm90aGluZw==)")
    listed = f"messengerMessagesIds:List({encoded(newest['entityUrn'])},{missing})"
    answer = await sandbox.query("messengerMessages", listed)
    assert answer["data"]["messengerMessagesByIds"] == [newest]


async def test_own_messages_carry_their_token_and_others_do_not(sandbox: SandboxClient) -> None:
    own = f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{await sandbox.owner()}"
    found = await every_message(sandbox, await sandbox.thread_with("janesmith"))
    for each in found:
        assert (each["originToken"] is not None) is (each["sender"]["entityUrn"] == own)
        assert each["actor"] == {"entityUrn": each["sender"]["entityUrn"]}


async def test_every_kind_of_render_content_is_met(sandbox: SandboxClient) -> None:
    found = await inbox_messages(sandbox)
    contents = [item for message in found for item in message["renderContent"]]
    keys = {key for item in contents for key in item}
    assert keys == {
        "audio", "awayMessage", "conversationAdsMessageContent", "externalMedia", "file",
        "forwardedMessageContent", "holographicPostcard", "hostUrnData", "messageAdRenderContent",
        "repliedMessageContent", "unavailableContent", "vectorImage", "video", "videoMeeting",
    }  # fmt: skip
    kinds = {item["hostUrnData"]["type"] for item in contents if "hostUrnData" in item}
    assert {"FEED_UPDATE", "PREMIUM_INMAIL"} <= kinds
    unknown = next(
        each for each in found if any("holographicPostcard" in item for item in each["renderContent"])
    )
    assert unknown["renderContentFallbackText"]
    replied = next(item["repliedMessageContent"] for item in contents if "repliedMessageContent" in item)
    assert replied["originalMessage"]["entityUrn"].startswith("urn:li:msg_message:(urn:li:fsd_profile:")
    assert replied["originalSender"]["entityUrn"].startswith("urn:li:msg_messagingParticipant:")


async def test_history_holds_the_texts_that_are_hard_on_programs(sandbox: SandboxClient) -> None:
    found = await inbox_messages(sandbox)
    texts = [each["body"]["text"] for each in found]
    assert {each["messageBodyRenderFormat"] for each in found} == {"DEFAULT", "EDITED", "RECALLED", "SYSTEM"}
    assert "" in texts
    assert max(len(text) for text in texts) > 7_900
    assert any("\u0600" <= letter <= "\u06ff" for text in texts for letter in text)
    assert any("\u0590" <= letter <= "\u05ff" for text in texts for letter in text)
    assert any(ord(letter) > 0xFFFF for text in texts for letter in text)
    assert any(each["reactionSummaries"] for each in found)
    assert any(each["subject"] for each in found)
    kinds = {
        kind
        for each in found
        for attribute in each["body"]["attributes"]
        for kind in attribute["attributeKind"]
    }
    assert {"entity", "bold", "hyperlink"} <= kinds


async def test_two_mailboxes_show_one_thread_under_their_own_urns(sandbox: SandboxClient) -> None:
    thread_id = await sandbox.thread_with("grace-demo")
    hers = await every_message(sandbox, thread_id)
    others = await every_message(sandbox, thread_id, "grace")
    ada, grace = await sandbox.owner(), await sandbox.owner("grace")
    assert [each["backendUrn"] for each in hers] == [each["backendUrn"] for each in others]
    assert all(f"fsd_profile:{ada}," in each["entityUrn"] for each in hers)
    assert all(f"fsd_profile:{grace}," in each["entityUrn"] for each in others)
    assert all(
        (a["originToken"] is None) is not (b["originToken"] is None)
        for a, b in zip(hers, others, strict=True)
    )


async def test_receipts_tell_what_the_others_have_seen(sandbox: SandboxClient) -> None:
    urn = encoded(await sandbox.conversation_urn(await sandbox.thread_with("janesmith")))
    answer = await sandbox.query("messengerSeenReceipts", f"conversationUrn:{urn}")
    [receipt] = answer["data"]["messengerSeenReceiptsByConversation"]["elements"]
    assert receipt["seenAt"] > 0
    assert receipt["message"]["entityUrn"].startswith("urn:li:msg_message:")
    assert receipt["seenByParticipant"]["participantType"]["member"]["firstName"]["text"] == "Jane"


async def test_reactors_are_told_by_emoji(sandbox: SandboxClient) -> None:
    found = await inbox_messages(sandbox)
    reacted = next(each for each in found if len(each["reactionSummaries"]) == 2)
    summary = reacted["reactionSummaries"][0]
    answer = await sandbox.query(
        "messengerMessagingParticipants",
        f"messageUrn:{encoded(reacted['entityUrn'])},emoji:{encoded(summary['emoji'])}",
    )
    people = answer["data"]["messengerMessagingParticipantsByMessageAndEmoji"]["elements"]
    assert len(people) == summary["count"]


async def test_an_unknown_thread_is_a_partial_failure_and_another_mailbox_403(sandbox: SandboxClient) -> None:
    unknown = encoded(await sandbox.conversation_urn("2-bm90aGluZw=="))
    answer = await sandbox.query("messengerMessages", f"conversationUrn:{unknown}")
    assert answer["data"]["messengerMessagesBySyncToken"] is None
    assert answer["errors"]
    foreign = encoded(await sandbox.conversation_urn(await sandbox.thread_with("grace-demo"), "grace"))
    await sandbox.query("messengerMessages", f"conversationUrn:{foreign}", status=403)


async def test_an_unknown_token_clears_the_cache_and_gives_the_newest(sandbox: SandboxClient) -> None:
    found = await sandbox.messages(await sandbox.thread_with("sarah-chen"), "syncToken:bm90aGluZw==")
    assert found["metadata"]["shouldClearCache"] is True
    assert len(found["elements"]) == 20
