"""Changes by the owner, over either database: stored and told once, also when several come at once."""

import asyncio
from collections import Counter

import pytest

from tests.contract.services.rehearsal import Rehearsal
from threadline.model.accounts import Account, AccountState
from threadline.model.clock import MINUTE
from threadline.model.errors import EditWindowClosed
from threadline.model.events import EventType
from threadline.model.messages import RenderFormat
from threadline.model.randomness import SystemRandomness
from threadline.model.sends import Terms
from threadline.services.changes.arranging import Arrangement
from threadline.services.changes.changing import Changing
from threadline.services.changes.echoes import Echoes
from threadline.services.records.journal import Journal
from threadline.services.records.recording import Recorder
from threadline.services.sends.outgoing import Outgoing
from threadline.store import conversations, messages

QUIET = "https://www.linkedin.com/in/jane-doe-42/"
"""Somebody who never answers, so that nothing else happens in the conversation."""

pytestmark = pytest.mark.promise("voyager.6.8.changes")


async def sent(rehearsal: Rehearsal) -> tuple[Account, str, str]:
    """Ada's account, and thread and id of a message that she has just sent."""
    account = await rehearsal.account()
    send = (
        await rehearsal.services.sending.send(account, Outgoing(text="Hello", profile_url=QUIET), Terms(), 30)
    ).send
    return account, send.thread_id, send.message_id


async def told(rehearsal: Rehearsal) -> Counter[EventType]:
    """How many events of each kind were told."""
    return Counter(event.type for event in await rehearsal.events())


async def test_what_the_owner_changes_is_stored_and_told_once(either_gateway: Rehearsal) -> None:
    await either_gateway.link()
    account, thread, message = await sent(either_gateway)
    services, database = either_gateway.services, either_gateway.gateway.database
    before = await told(either_gateway)
    await services.changing.edit(account, message, "Good day")
    await services.changing.react(account, message, "👍", added=True)
    stored = await messages.by_id(database, account.account_id, message)
    assert stored is not None
    assert (stored.text, stored.render_format) == ("Good day", RenderFormat.EDITED)
    assert [(one.emoji, one.count, one.viewer_reacted) for one in stored.reactions] == [("👍", 1, True)]
    await services.changing.recall(account, message)
    stored = await messages.by_id(database, account.account_id, message)
    assert stored is not None
    assert (stored.text, stored.render_format, stored.reactions) == ("", RenderFormat.RECALLED, ())
    await services.arranging.arrange(account, thread, Arrangement.ARCHIVE)
    listed = await conversations.by_id(database, account.account_id, thread)
    assert listed is not None
    assert "ARCHIVE" in listed.categories
    await services.arranging.delete(account, thread)
    assert await conversations.by_id(database, account.account_id, thread) is None
    after = await told(either_gateway)
    for kind in (
        EventType.MESSAGE_EDITED,
        EventType.MESSAGE_REACTION,
        EventType.MESSAGE_DELETED,
        EventType.CONVERSATION_UPDATED,
        EventType.CONVERSATION_DELETED,
    ):
        assert after[kind] - before[kind] == 1, kind


async def test_changes_that_come_at_once_all_count_and_are_told_once_each(
    either_gateway: Rehearsal,
) -> None:
    await either_gateway.link()
    account, thread, message = await sent(either_gateway)
    services, database = either_gateway.services, either_gateway.gateway.database
    before = await told(either_gateway)
    emojis = ["👍", "🎉", "❤️", "👏"]
    await asyncio.gather(
        services.changing.edit(account, message, "All at once"),
        *(services.changing.react(account, message, emoji, added=True) for emoji in emojis),
        services.changing.react(account, message, "👍", added=True),
        services.arranging.arrange(account, thread, Arrangement.STAR),
    )
    stored = await messages.by_id(database, account.account_id, message)
    assert stored is not None
    assert stored.text == "All at once"
    assert {(one.emoji, one.count) for one in stored.reactions} == {(emoji, 1) for emoji in emojis}
    after = await told(either_gateway)
    assert after[EventType.MESSAGE_REACTION] - before[EventType.MESSAGE_REACTION] == len(emojis)
    assert after[EventType.MESSAGE_EDITED] - before[EventType.MESSAGE_EDITED] == 1


class Ahead:
    """A clock that is an hour and a second ahead of another."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._clock = rehearsal.services.clock

    def now(self) -> int:
        """Epoch milliseconds, UTC."""
        return int(self._clock.now()) + 60 * MINUTE + 1_000


async def test_an_hour_later_a_message_stays_as_it_is_without_a_call(still_gateway: Rehearsal) -> None:
    account, _, message = await sent(still_gateway)
    gateway = still_gateway.gateway
    clock = Ahead(still_gateway)
    recorder = Recorder(clock, Journal(clock, SystemRandomness()))
    echoes = Echoes(gateway.database, gateway.syncing.follows)
    later = Changing(gateway.database, gateway.services.accounts, recorder, echoes, clock)
    for change in (later.edit(account, message, "Too late"), later.recall(account, message)):
        with pytest.raises(EditWindowClosed):
            await change
    calls = (await still_gateway.sandbox.told("requests"))["requests"]["ada"]
    assert {"editMessage", "recall"}.isdisjoint(calls)
    on_time = await gateway.services.changing.edit(account, message, "In time")
    assert on_time.text == "In time"


async def test_where_the_stream_hides_the_change_the_gateway_stores_it_itself(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    account, thread, message = await sent(gateway)
    services, database = gateway.services, gateway.gateway.database
    await gateway.fault("stream_eventless")
    before = await told(gateway)
    await services.changing.edit(account, message, "Hidden")
    await services.arranging.arrange(account, thread, Arrangement.STAR)
    stored = await messages.by_id(database, account.account_id, message)
    listed = await conversations.by_id(database, account.account_id, thread)
    assert stored is not None
    assert listed is not None
    assert (stored.text, "STARRED" in listed.categories) == ("Hidden", True)
    after = await told(gateway)
    assert after - before == Counter({EventType.MESSAGE_EDITED: 1, EventType.CONVERSATION_UPDATED: 1})
