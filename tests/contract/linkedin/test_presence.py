"""Presence, asked of the sandbox and told by its stream (contracts/linkedin-wire.md §§6.6, 8.3, 8.5)."""

import asyncio
from contextlib import aclosing

import pytest

from tests.contract.linkedin.rehearsal import PATIENCE
from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal
from threadline.linkedin.stream_events import PresenceChanged, StreamOpened

pytestmark = pytest.mark.promise("wire.6.6.presence")


async def test_who_is_online_can_be_read(ada: AccountClient, sandbox: SandboxClient) -> None:
    jane, sarah = await sandbox.profile_id("janesmith"), await sandbox.profile_id("sarah-chen")
    await sandbox.admin("POST", "people/janesmith/presence", {"online": True})
    await sandbox.admin("POST", "people/sarah-chen/presence", {"online": False})
    found = await ada.presence.statuses([jane, sarah, "ACoAA" + "x" * 34])
    assert {person: presence.online for person, presence in found.items()} == {jane: True, sarah: False}
    assert found[sarah].last_active_at is not None
    assert await ada.presence.statuses([]) == {}


async def test_the_older_form_is_asked_where_the_present_one_is_gone(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    jane = await sandbox.profile_id("janesmith")
    fault = {"account": "ada", "kind": "retired", "endpoint": "presence", "count": 1}
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    assert set(await ada.presence.statuses([jane])) == {jane}


async def test_a_subscribed_person_is_told_on_the_stream(ada: AccountClient, sandbox: SandboxClient) -> None:
    jane = await sandbox.profile_id("janesmith")
    async with aclosing(ada.realtime.follow()) as stream, asyncio.timeout(PATIENCE):
        async for event in stream:
            if isinstance(event, StreamOpened):
                assert ada.realtime.connection_id is not None
                await ada.presence.subscribe(ada.realtime.connection_id, [jane])
                await sandbox.admin("POST", "people/janesmith/presence", {"online": True})
            elif isinstance(event, PresenceChanged):
                assert (event.person_id, event.online) == (jane, True)
                break


async def test_a_stale_connection_cannot_be_subscribed_to(ada: AccountClient, sandbox: SandboxClient) -> None:
    with pytest.raises(Refusal) as refused:
        await ada.presence.subscribe("no-such-connection", [await sandbox.profile_id("janesmith")])
    assert refused.value.status == 412
