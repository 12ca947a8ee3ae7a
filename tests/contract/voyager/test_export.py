"""The export: everything of the window, as a stream, and never a half that looks whole."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.contract.services.rehearsal import PATIENCE
from tests.contract.voyager.face import Face, quoted
from threadline.model.errors import RateLimited
from threadline.services.exporting import ExportedConversation, Exporting

pytestmark = pytest.mark.promise("voyager.6.7.export")


async def test_it_holds_every_conversation_of_the_window_with_its_messages(face: Face) -> None:
    exported = (await face.get("/api/export/inbox?months=1")).data
    assert (exported["months"], exported["categories"]) == (1, ["INBOX"])
    now = (await face.sandbox.told("clock"))["nowMs"]
    since = now - 31 * 86_400_000
    told = (await face.sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    within = [one["threadId"] for one in told if one["lastActivityAt"] > since]
    assert [one["conversationId"] for one in exported["conversations"]] == within
    for item in exported["conversations"][:10]:
        thread = quoted(item["conversationId"])
        truth = (await face.sandbox.told(f"mailboxes/ada/conversations/{thread}/messages"))["messages"]
        expected = [one["messageId"] for one in reversed(truth) if one["deliveredAt"] >= since]
        assert [one["messageId"] for one in item["messages"]] == expected
        listed = {key: value for key, value in item.items() if key != "messages"}
        page = (await face.get("/api/conversations?limit=100")).data["conversations"]
        assert listed in page


async def test_several_categories_are_joined_and_none_comes_twice(face: Face) -> None:
    two = (await face.get("/api/export/inbox?months=24&categories=SPAM_INBOX,%20ARCHIVED_INBOX")).data
    assert two["categories"] == ["SPAM_INBOX", "ARCHIVED_INBOX"]
    ids = [one["conversationId"] for one in two["conversations"]]
    assert len(ids) == len(set(ids))
    assert {one["category"] for one in two["conversations"]} == {"SPAM_INBOX", "ARCHIVED_INBOX"}


async def test_an_empty_window_is_an_empty_list(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("threadline.services.exporting.DAYS_A_MONTH", 0)
    exported = (await face.get("/api/export/inbox?months=1")).data
    assert exported["conversations"] == []


async def test_what_fails_before_the_first_piece_is_a_proper_error(face: Face) -> None:
    await face.rehearsal.fault("unauthorized")
    assert (await face.get("/api/export/inbox?months=1")).refusal == (401, "SESSION_EXPIRED")


async def test_what_fails_midway_breaks_off_without_the_end(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Exporting.conversations

    async def breaking(*arguments: Any) -> AsyncIterator[ExportedConversation]:
        exported = 0
        async for one in whole(*arguments):
            exported += 1
            if exported > 60:
                raise RateLimited("LinkedIn says that there were too many requests.")
            yield one

    monkeypatch.setattr(Exporting, "conversations", breaking)
    received = bytearray()
    with pytest.raises(aiohttp.ClientPayloadError):
        await _download(face, received)
    assert received.startswith(b'{"success":true')
    assert received.count(b'"messages":') > 1
    with pytest.raises(json.JSONDecodeError):
        json.loads(received)
    assert (await face.get("/api/accounts")).status == 200


async def _download(face: Face, received: bytearray) -> None:
    headers = {"Authorization": "Bearer demo_key"}
    async with face.http.get(f"{face.base_url}/api/export/inbox?months=3", headers=headers) as answer:
        assert answer.status == 200
        async for piece in answer.content.iter_any():
            received.extend(piece)


async def test_a_caller_that_goes_away_ends_the_reading(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Exporting.conversations
    gone, ended = asyncio.Event(), asyncio.Event()

    async def endless(*arguments: Any) -> AsyncIterator[ExportedConversation]:
        try:
            while True:
                async for one in whole(*arguments):
                    yield one
                await gone.wait()
        finally:
            ended.set()

    monkeypatch.setattr(Exporting, "conversations", endless)
    headers = {"Authorization": "Bearer demo_key"}
    async with face.http.get(f"{face.base_url}/api/export/inbox?months=1", headers=headers) as answer:
        assert await answer.content.readany()
        answer.close()
    gone.set()
    async with asyncio.timeout(PATIENCE):
        await ended.wait()
    assert (await face.get("/health")).json == {"status": "ok"}
