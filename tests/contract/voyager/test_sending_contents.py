"""Sends that carry more than words: typing before them, files, quotes, mentions; bad input has its codes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing
from tests.contract.voyager.files import PDF, PNG, VOICE, uploaded
from tests.contract.voyager.reaching import address, calls_made, friends, settled, standing
from threadline.model.sends import SendState
from threadline.store import sends

pytestmark = pytest.mark.promise("voyager.6.1.send")

JANE = address("janesmith")
FELLOW = "imani-fellow"


@pytest.fixture
async def followed(tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway that runs, with Ada linked."""
    async with facing(tmp_path, started=True) as made:
        assert (await made.link()).data["sessionValid"]
        yield made


async def _thread(face: Face, conversation_id: str) -> list[Any]:
    shown: list[Any] = (await face.get(f"/api/conversations/{conversation_id}?limit=5")).data["messages"]
    return shown


async def _last_of_jane(face: Face) -> Any:
    await face.rehearsal.writes("janesmith", "What do you think?")
    thread = await face.sandbox.thread_with("janesmith")
    shown = await _thread(face, thread)
    return next(one for one in shown if one["text"] == "What do you think?")


@pytest.mark.promise("wire.6.3.attachments")
async def test_files_are_attached_in_their_order_and_shown_at_once(face: Face) -> None:
    files = [
        await uploaded(face, PDF, "offer.pdf", "application/pdf"),
        await uploaded(face, PNG, "dot.png", "image/png"),
        await uploaded(face, VOICE, "note.m4a", "audio/mp4", "?kind=voice&duration=2000"),
    ]
    answer = await face.send(profileUrl=JANE, message="Three files", attachments=files)
    assert answer.status == 200, answer.text
    assert [one["kind"] for one in answer.data["attachments"]] == ["file", "image", "voice"]
    assert [one["byteSize"] for one in answer.data["attachments"]] == [len(PDF), len(PNG), len(VOICE)]
    [shown] = [
        one for one in await _thread(face, answer.data["conversationId"]) if one["text"] == "Three files"
    ]
    assert [one["kind"] for one in shown["attachments"]] == ["file", "image", "audio"]
    [arrived] = await standing(face, "janesmith", "Three files")
    assert len(arrived["content"]) == 3
    assert (await face.get(f"/api/sends/{answer.data['sendId']}")).data == answer.data


async def test_a_message_of_files_alone_needs_no_words(face: Face) -> None:
    file = await uploaded(face, PDF, "offer.pdf", "application/pdf")
    answer = await face.send(profileUrl=JANE, attachments=[file])
    assert answer.status == 200, answer.text
    assert answer.data["message"] == ""


@pytest.mark.promise("wire.6.3.attachments")
async def test_a_reply_quotes_the_message_it_answers(face: Face) -> None:
    question = await _last_of_jane(face)
    answer = await face.send(
        conversationId=await face.sandbox.thread_with("janesmith"),
        message="Yes",
        replyTo=question["messageUrn"],
    )
    assert answer.status == 200, answer.text
    assert answer.data["replyTo"] == question["messageUrn"]
    [shown] = [one for one in await _thread(face, answer.data["conversationId"]) if one["text"] == "Yes"]
    [quote] = shown["content"]
    assert (quote["kind"], quote["text"]) == ("reply", "What do you think?")
    assert quote["senderUrn"] == question["sender"]["urn"]


async def test_mentions_are_kept_with_their_code_points(face: Face) -> None:
    urn = (await face.get("/api/profile/janesmith")).data["urn"]
    mentions = [{"start": 2, "length": 4, "urn": urn}]
    answer = await face.send(profileUrl=JANE, message="👋 Jane, hello", mentions=mentions)
    assert answer.status == 200, answer.text
    assert answer.data["mentions"] == mentions
    thread = await _thread(face, answer.data["conversationId"])
    [shown] = [one for one in thread if one["messageUrn"] == answer.data["messageUrn"]]
    [attribute] = shown["attributes"]
    assert (attribute["start"], attribute["length"], attribute["kind"]) == (2, 4, "entity")
    assert attribute["value"] == {"urn": urn}


@pytest.mark.promise("voyager.2.2.errors")
async def test_each_bad_input_has_its_code_and_nothing_leaves(face: Face) -> None:
    urn = (await face.get("/api/profile/janesmith")).data["urn"]
    thread = await face.sandbox.thread_with("janesmith")
    question = await _last_of_jane(face)
    file = await uploaded(face, PDF, "offer.pdf", "application/pdf")
    invalid = (400, "VALIDATION_ERROR")
    cases: list[tuple[dict[str, Any], tuple[int, str], str | None]] = [
        ({"message": "", "attachments": []}, invalid, "message"),
        ({"mentions": [{"start": 0, "length": 9, "urn": urn}]}, invalid, "mentions"),
        ({"mentions": [{"start": -1, "length": 2, "urn": urn}]}, invalid, "mentions"),
        ({"mentions": [{"start": 0, "length": 0, "urn": urn}]}, invalid, "mentions"),
        ({"mentions": [{"start": 0, "length": 1, "urn": "Jane"}]}, invalid, "mentions"),
        (
            {"mentions": [{"start": 0, "length": 2, "urn": urn}, {"start": 1, "length": 2, "urn": urn}]},
            invalid,
            "mentions",
        ),
        ({"mentions": [{"start": 0, "length": 1}]}, invalid, "mentions[0].urn"),
        ({"mentions": "Jane"}, invalid, "mentions"),
        ({"replyTo": "nonsense"}, invalid, "replyTo"),
        ({"replyTo": "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDE="}, (404, "MESSAGE_NOT_FOUND"), "replyTo"),
        ({"attachments": ["att_" + "0" * 24]}, (404, "ATTACHMENT_NOT_FOUND"), None),
        ({"attachments": [file, file]}, invalid, "attachments"),
        ({"attachments": file}, invalid, "attachments"),
        ({"attachments": [7]}, invalid, "attachments[0]"),
        ({"typing": "yes"}, invalid, "typing"),
        ({"channel": "post"}, invalid, "channel"),
        ({"subject": "Hello"}, invalid, "subject"),
        ({"groupId": "x"}, invalid, "groupId"),
    ]
    for more, refusal, field in cases:
        answer = await face.send(**{"conversationId": thread, "message": "Hello", **more})
        assert answer.refusal == refusal, (more, answer.text)
        if field is not None:
            assert answer.error["field"] == field, more
    astray = await face.send(
        conversationId=await face.sandbox.thread_with("sarah-chen"),
        message="x",
        replyTo=question["messageId"],
    )
    assert astray.refusal == (404, "MESSAGE_NOT_FOUND")
    assert await calls_made(face) == 0


async def test_a_file_of_another_account_is_not_there(face: Face) -> None:
    file = await uploaded(face, PDF, "offer.pdf", "application/pdf")
    grace = replace(face, user="grace")
    assert (await grace.link("grace")).data["sessionValid"]
    answer = await grace.send(profileUrl=JANE, message="Not mine", attachments=[file])
    assert answer.refusal == (404, "ATTACHMENT_NOT_FOUND")


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_lost_answer_of_a_message_with_files_is_never_doubled(face: Face) -> None:
    file = await uploaded(face, PDF, "offer.pdf", "application/pdf")
    await face.rehearsal.fault("lose_answer", count=1)
    lost = await face.send(
        profileUrl=JANE, message="Lost file", attachments=[file], headers={"Prefer": "wait=1"}
    )
    assert lost.data["status"] == "unknown"
    found = await settled(face, lost.data["sendId"])
    assert found["status"] == "sent"
    assert [one["name"] for one in found["attachments"]] == ["offer.pdf"]
    [arrived] = await standing(face, "janesmith", "Lost file")
    assert len(arrived["content"]) == 1
    assert await calls_made(face) == 1


@pytest.mark.promise("wire.6.typing")
async def test_typing_is_shown_before_the_message_where_there_is_a_conversation(face: Face) -> None:
    answer = await face.send(profileUrl=JANE, message="Hm", typing=True)
    assert answer.status == 200, answer.text
    told = await face.calls()
    assert told["typing"] == 1
    assert await calls_made(face) == 1


async def test_typing_is_not_shown_where_there_is_no_conversation(face: Face) -> None:
    told = await face.sandbox.told("people?limit=1000")
    new = next(
        one["vanity"]
        for one in told["people"]
        if "ada" in one["connectedTo"] and not one["gone"] and not one["threads"].get("ada", ["of oneself"])
    )
    answer = await face.send(profileUrl=address(new), message="A first word", typing=True)
    assert (answer.status, answer.data["phase"]) == (200, "new")
    assert "typing" not in await face.calls()


async def test_typing_that_fails_keeps_no_message_back(face: Face) -> None:
    await face.rehearsal.fault("server_error", endpoint="typing")
    answer = await face.send(profileUrl=JANE, message="Hm", typing=True)
    assert answer.status == 200, answer.text
    assert len(await standing(face, "janesmith", "Hm")) == 1


@pytest.mark.promise("design.1.accepted-once")
async def test_a_stop_while_typing_is_shown_leaves_the_send_queued_and_it_leaves_once(
    followed: Face,
) -> None:
    text = "A long message. " * 20
    rehearsal = followed.rehearsal
    account = await rehearsal.account()
    asked = asyncio.create_task(followed.send(profileUrl=JANE, message=text, typing=True))

    async def typing() -> bool:
        return (await followed.calls()).get("typing", 0) > 0

    await until(typing)
    await rehearsal.gateway.sending.stop(5)
    answer = await asked
    assert answer.status == 202
    assert answer.data["status"] in ("queued", "sending")
    kept = await sends.by_id(rehearsal.gateway.database, account.account_id, answer.data["sendId"])
    assert kept is not None
    assert (kept.state, kept.called_at) == (SendState.QUEUED, None)
    assert await calls_made(followed) == 0


@pytest.mark.promise("wire.6.2.new-conversation")
async def test_a_group_chat_is_written_to_by_its_id_only(face: Face) -> None:
    members = await friends(face, "ada", 2)
    group = await face.ask(
        "POST", "/api/conversations", {"recipients": [address(one) for one in members], "message": "First"}
    )
    by_person = await face.send(profileUrl=address(members[0]), message="To you alone")
    assert by_person.data["conversationId"] != group.data["conversationId"]
    by_id = await face.send(conversationId=group.data["conversationId"], message="To you both")
    assert by_id.data["conversationId"] == group.data["conversationId"]
    assert len(await standing(face, members[1], "To you both")) == 1
    assert await standing(face, members[1], "To you alone") == []


@pytest.mark.promise("design.1.unknown-settles")
async def test_a_running_gateway_settles_lost_answers_of_every_kind_by_itself(followed: Face) -> None:
    file = await uploaded(followed, PDF, "offer.pdf", "application/pdf")
    members = [address(one) for one in await friends(followed, "ada", 2)]
    for path, body in (
        ("/api/send", {"profileUrl": JANE, "message": "A file by itself", "attachments": [file]}),
        ("/api/send", {"profileUrl": address(FELLOW), "message": "A fellow by itself", "groupId": 70001}),
        ("/api/conversations", {"recipients": members, "message": "A group by itself"}),
    ):
        before = await calls_made(followed)
        await followed.rehearsal.fault("lose_answer", count=1)
        answer = await followed.ask("POST", path, body, headers={"Prefer": "wait=0"})
        send_id = answer.data["sendId"]

        async def sent(send_id: str = send_id) -> bool:
            status: str = (await followed.get(f"/api/sends/{send_id}")).data["status"]
            return status == "sent"

        await until(sent)
        assert await calls_made(followed) == before + 1
    for vanity, text in (
        ("janesmith", "A file by itself"),
        (FELLOW, "A fellow by itself"),
        (members[0].rstrip("/").rpartition("/")[2], "A group by itself"),
    ):
        assert len(await standing(followed, vanity, text)) == 1
