"""Opening a group chat, and writing to a fellow member of a LinkedIn group."""

from typing import Any

import pytest

from tests.contract.voyager.face import Face
from tests.contract.voyager.reaching import address, calls_made, friends, settled, standing

FELLOW = "imani-fellow"


async def _opened(face: Face, vanities: list[str], **more: Any) -> Any:
    body = {"recipients": [address(one) for one in vanities], "message": "Shall we travel?", **more}
    return await face.ask("POST", "/api/conversations", body)


@pytest.mark.promise("wire.6.2.new-conversation")
async def test_a_group_chat_is_opened_with_its_title_and_its_first_message(face: Face) -> None:
    members = await friends(face, "ada", 3)
    answer = await _opened(face, members, title="Lisbon in May")
    assert answer.status == 200, answer.text
    assert (answer.data["phase"], answer.data["title"]) == ("new", "Lisbon in May")
    assert len(answer.data["recipients"]) == 3
    for vanity in members:
        assert len(await standing(face, vanity, "Shall we travel?")) == 1
    listed = (await face.get("/api/conversations?limit=1")).data["conversations"][0]
    assert listed["conversationId"] == answer.data["conversationId"]
    assert (listed["groupChat"], listed["title"], listed["kind"]) == (True, "Lisbon in May", "group")
    assert {one["urn"] for one in listed["participants"]} == set(answer.data["recipients"])
    assert (await face.get(f"/api/sends/{answer.data['sendId']}")).data == answer.data


async def test_who_is_named_twice_counts_once(face: Face) -> None:
    first, second = await friends(face, "ada", 2)
    urn = (await face.get(f"/api/profile/{first}")).data["urn"]
    answer = await face.ask(
        "POST",
        "/api/conversations",
        {"recipients": [address(first), urn, second], "message": "Only two of you"},
    )
    assert answer.status == 200, answer.text
    assert len(answer.data["recipients"]) == 2


@pytest.mark.promise("voyager.2.2.errors")
async def test_a_bad_group_is_refused_and_nothing_is_called(face: Face) -> None:
    first, second = await friends(face, "ada", 2)
    for members, more, refusal in (
        ([], {}, (400, "GROUP_TOO_SMALL")),
        ([first], {}, (400, "GROUP_TOO_SMALL")),
        ([first, first], {}, (400, "GROUP_TOO_SMALL")),
        ([first, second, "ada-demo"], {}, (400, "MESSAGE_TO_SELF")),
        ([first, second], {"title": "x" * 301}, (400, "VALIDATION_ERROR")),
        ([first, second], {"title": "  "}, (400, "VALIDATION_ERROR")),
        ([first, second], {"message": " "}, (400, "VALIDATION_ERROR")),
        ([first, second], {"attachments": ["att_" + "0" * 24]}, (404, "ATTACHMENT_NOT_FOUND")),
        ([first, "nobody-of-that-name"], {}, (404, "PROFILE_NOT_FOUND")),
        ([first] * 51, {}, (400, "VALIDATION_ERROR")),
    ):
        answer = await _opened(face, members, **more)
        assert answer.refusal == refusal, answer.text
    assert (await face.ask("POST", "/api/conversations", {"message": "x"})).error["field"] == "recipients"
    assert await calls_made(face) == 0


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_of_a_new_group_settles_by_its_members_and_opens_no_second(face: Face) -> None:
    members = await friends(face, "ada", 2)
    # A group of the same people that is older proves nothing.
    older = (await _opened(face, members, message="Before")).data
    await face.rehearsal.fault("lose_answer", count=1)
    lost = await face.ask(
        "POST",
        "/api/conversations",
        {"recipients": [address(one) for one in members], "message": "Lost group"},
        headers={"Prefer": "wait=1"},
    )
    assert (lost.status, lost.data["status"]) == (202, "unknown")
    found = await settled(face, lost.data["sendId"])
    assert found["status"] == "sent"
    assert found["conversationId"] != older["conversationId"]
    assert await calls_made(face) == 2
    for vanity in members:
        assert len(await standing(face, vanity, "Lost group")) == 1
    listed = (await face.get("/api/conversations?limit=5")).data["conversations"]
    kinds = {one["conversationId"]: one["kind"] for one in listed}
    assert kinds[found["conversationId"]] == "group"


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_group_is_found_behind_many_newer_conversations_and_without_one_who_left(
    face: Face,
) -> None:
    """Else it would be told as not delivered, and sent again."""
    members = await friends(face, "ada", 3)
    await face.rehearsal.fault("lose_answer", count=1)
    lost = await face.ask(
        "POST",
        "/api/conversations",
        {"recipients": [address(one) for one in members], "message": "Lost deep"},
        headers={"Prefer": "wait=1"},
    )
    assert (lost.status, lost.data["status"]) == (202, "unknown")
    (stands,) = await standing(face, members[2], "Lost deep")
    group = {"thread": stands["threadId"]}
    left = await face.sandbox.admin("POST", f"people/{members[2]}/leave", group)
    assert left.status in (200, 201), left.text
    for vanity in (await friends(face, "ada", 60))[3:]:
        await face.rehearsal.writes(vanity, "Something newer")
    found = await settled(face, lost.data["sendId"])
    assert found["status"] == "sent"
    assert await calls_made(face) == 1


@pytest.mark.promise("wire.10.groups")
async def test_a_fellow_member_of_a_linkedin_group_is_written_to(face: Face) -> None:
    answer = await face.send(profileUrl=address(FELLOW), message="We share a group", groupId=70001)
    assert answer.status == 200, answer.text
    assert (answer.data["groupId"], answer.data["phase"]) == ("70001", "new")
    assert len(await standing(face, FELLOW, "We share a group")) == 1
    again = await face.send(profileUrl=address(FELLOW), message="And again", groupId="urn:li:fsd_group:70001")
    assert again.data["conversationId"] == answer.data["conversationId"]


@pytest.mark.promise("wire.10.groups", "voyager.2.2.errors")
async def test_who_is_not_in_the_group_is_not_reached(face: Face) -> None:
    answer = await face.send(profileUrl=address("targetperson"), message="Do we?", groupId=70001)
    assert answer.refusal == (403, "NOT_CONNECTED")
    wrong = await face.send(profileUrl=address(FELLOW), message="x", groupId="cartographers")
    assert (wrong.refusal, wrong.error["field"]) == ((400, "VALIDATION_ERROR"), "groupId")
    assert await standing(face, "targetperson", "Do we?") == []
