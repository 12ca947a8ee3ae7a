"""Sales Navigator and presence through the API: one inbox, one conversation, one set of people."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.services.rehearsal import until
from tests.contract.voyager.face import Face, facing, quoted


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Face]:
    """A gateway that follows its accounts, with Grace linked, who has a seat."""
    async with facing(tmp_path, started=True, sales_poll_seconds=1) as face:
        grace = face.by(key="demo_key", user="grace")
        assert (await face.link("grace")).data["sessionValid"]

        async def merged() -> bool:
            listed = (await grace.get("/api/conversations?limit=100")).data["conversations"]
            return [one["source"] for one in listed].count("sales_navigator") > 10

        await until(merged)
        yield grace


@pytest.mark.promise("wire.11.sales-navigator")
async def test_a_sales_conversation_stands_in_the_inbox_and_is_answered_there(live: Face) -> None:
    told = (await live.sandbox.told("accounts/grace/sales-threads"))["threads"]
    [truth] = [each for each in told if each["with"] == "sarah-chen"]

    async def stored() -> bool:
        shown = await live.get(f"/api/conversations/{quoted(truth['threadId'])}?limit=100")
        return shown.status == 200 and len(shown.data["messages"]) == len(truth["messages"])

    await until(stored)
    sent = await live.send(conversationId=truth["threadId"], message="Answered from the one inbox.")
    assert sent.data["success"] is True
    shown = (await live.get(f"/api/conversations/{quoted(truth['threadId'])}?limit=100")).data["messages"]
    assert [each["text"] for each in reversed(shown)] == [
        *(each["text"] for each in truth["messages"]),
        "Answered from the one inbox.",
    ]
    told = (await live.sandbox.told("accounts/grace/sales-threads"))["threads"]
    [truth] = [each for each in told if each["with"] == "sarah-chen"]
    assert truth["messages"][-1]["text"] == "Answered from the one inbox."


@pytest.mark.promise("wire.11.sales-navigator")
async def test_what_is_written_in_sales_navigator_comes_into_the_inbox(live: Face) -> None:
    body = {"to": "grace", "text": "A word from Sales Navigator", "subject": "Hello"}
    assert (await live.sandbox.admin("POST", "people/targetperson/sales-message", body)).status == 201

    async def arrived() -> bool:
        newest = (await live.get("/api/conversations?limit=1")).data["conversations"]
        return [(one["source"], one["lastMessage"]) for one in newest] == [
            ("sales_navigator", "A word from Sales Navigator")
        ]

    await until(arrived)


@pytest.mark.parametrize("act", ["read", "archive", "star", "typing"])
async def test_what_sales_navigator_has_no_call_for_is_said_to_be_unsupported(live: Face, act: str) -> None:
    told = (await live.sandbox.told("accounts/grace/sales-threads"))["threads"]
    [truth] = [each for each in told if each["with"] == "sarah-chen"]

    async def stored() -> bool:
        return (await live.get(f"/api/conversations/{quoted(truth['threadId'])}")).status == 200

    await until(stored)
    answer = await live.ask("POST", f"/api/conversations/{quoted(truth['threadId'])}/{act}")
    assert (answer.status, answer.error["code"]) == (501, "NOT_SUPPORTED")


@pytest.mark.promise("wire.6.6.presence")
async def test_presence_is_shown_where_it_is_asked_for_and_kept_true_by_the_stream(tmp_path: Path) -> None:
    async with facing(tmp_path, started=True) as face:
        assert (await face.link()).data["sessionValid"]
        await face.sandbox.admin("POST", "people/janesmith/presence", {"online": True})
        thread = quoted(await face.sandbox.thread_with("janesmith"))

        async def online() -> bool | None:
            answer = await face.get(f"/api/conversations/{thread}?presence=true")
            people = answer.data["participants"]
            [jane] = [one for one in people if one["fullName"] == "Jane Smith"]
            known: bool | None = jane.get("online")
            return known

        async def is_online() -> bool:
            return await online() is True

        async def subscribed() -> bool:
            return any(each["topics"] for each in (await face.sandbox.told("streams"))["streams"])

        await until(is_online)
        plain = await face.get(f"/api/conversations/{thread}")
        assert "online" not in str(plain.data.get("participants", ""))
        if await subscribed():
            await face.sandbox.admin("POST", "people/janesmith/presence", {"online": False})

            async def is_gone() -> bool:
                return await online() is False

            await until(is_gone)
        assert (await face.calls())["presence"] == 1
