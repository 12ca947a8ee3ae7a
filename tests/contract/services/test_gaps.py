"""What was missed is told whole, whoever else happens to see a part of it first."""

import pytest

from tests.contract.services.rehearsal import Rehearsal, until
from threadline.model.accounts import AccountState
from threadline.model.events import EventType
from threadline.model.sends import Phase, SendState
from threadline.services.outgoing import Outgoing

STRANGER = "jane-doe-42"
"""Connected to ada, without a conversation with her."""


@pytest.mark.promise("design.3.nothing-lost")
async def test_a_send_that_finds_a_new_conversation_hides_nothing_that_was_missed_in_it(
    gateway: Rehearsal,
) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    missed = [await gateway.writes(STRANGER, text) for text in ("First", "Second", "Third")]
    # Up again, and not following yet: the send looks the conversation up, and is shown its last message.
    await gateway.rebuild(started=False)
    sent = await gateway.services.sending.send(
        await gateway.account(), Outgoing(text="Hello", profile_url=STRANGER), 10
    )
    assert (sent.state, sent.phase) == (SendState.SENT, Phase.PARTICIPANT)
    shown = (await gateway.services.inbox.conversation(await gateway.account(), sent.thread_id)).last_text
    assert shown == "Hello"
    await gateway.restart()

    async def told() -> bool:
        return len(await _received(gateway)) >= len(missed)

    await until(told)
    assert await _received(gateway) == [one["messageId"] for one in missed]


@pytest.mark.promise("design.3.nothing-lost")
async def test_settling_a_lost_answer_hides_nothing_that_was_missed_before_it(gateway: Rehearsal) -> None:
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    await gateway.gateway.stop()
    await gateway.rebuild(started=False)
    missed = [await gateway.writes("sarah-chen", text) for text in ("Before", "Just before")]
    await gateway.fault("lose_answer", count=1)
    lost = await gateway.services.sending.send(
        await gateway.account(), Outgoing(text="Lost", profile_url="sarah-chen"), 0.5
    )
    assert lost.state is SendState.UNKNOWN
    missed.append(await gateway.writes("sarah-chen", "After"))
    await gateway.gateway.settling.settle(f"{lost.account_id}:{lost.send_id}")
    settled = await gateway.services.sending.get(await gateway.account(), lost.send_id)
    assert settled.state is SendState.SENT
    assert await _received(gateway) == []
    await gateway.restart()

    async def told() -> bool:
        return len(await _received(gateway)) >= len(missed)

    await until(told)
    assert await _received(gateway) == [one["messageId"] for one in missed]


async def _received(gateway: Rehearsal) -> list[object]:
    """The ids of the messages that the log tells of, in its order."""
    return [
        event.data["messageId"]
        for event in await gateway.events()
        if event.type is EventType.MESSAGE_RECEIVED
    ]
