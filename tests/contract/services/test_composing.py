"""All that a send carries survives a kill at any moment, and leaves once."""

import asyncio

import msgspec
import pytest

from tests.contract.sandbox.client import SandboxClient
from tests.contract.services.rehearsal import JANE, Rehearsal, until
from threadline.model.accounts import AccountState
from threadline.model.compositions import Channel
from threadline.model.sends import Lease, Send, SendState, Terms
from threadline.services.sends.outgoing import Outgoing, Span
from threadline.store import messages, sends


async def _copies(sandbox: SandboxClient, text: str) -> int:
    told = await sandbox.told(f"mailboxes/janesmith/messages?text={text.replace(' ', '%20')}")
    return len(told["messages"])


async def _calls(sandbox: SandboxClient, endpoint: str) -> int:
    told = (await sandbox.told("requests?account=ada"))["requests"]["ada"]
    return int(told.get(endpoint, 0))


@pytest.mark.promise("design.1.accepted-once")
async def test_a_kill_between_claim_and_call_loses_nothing_of_a_send_and_doubles_nothing(
    either_gateway: Rehearsal,
) -> None:
    gateway = either_gateway
    await gateway.link()
    await gateway.until_state(AccountState.CONNECTED)
    urn = f"urn:li:fsd_profile:{await gateway.sandbox.profile_id('janesmith')}"
    outgoing = Outgoing(
        text="Jane, this one waits", profile_url=JANE, mentions=(Span(0, 4, urn),), typing=True
    )
    asked = asyncio.create_task(gateway.services.sending.send(await gateway.account(), outgoing, Terms(), 20))

    async def typing() -> bool:
        return await _calls(gateway.sandbox, "typing") > 0

    await until(typing)
    # As a kill leaves it: the task is gone, and the row says claimed and not called.
    await gateway.gateway.sending.cut_off()
    account = await gateway.account()
    [claimed] = await sends.in_state(gateway.gateway.database, account.account_id, SendState.SENDING)
    assert (claimed.state, claimed.called_at) == (SendState.SENDING, None)
    gateway.gateway.sending.let_go()
    await asked
    assert await _calls(gateway.sandbox, "createMessage") == 0
    await gateway.restart()

    async def sent() -> bool:
        found: Send = (await gateway.services.queue.get(account, claimed.send_id)).send
        return found.state is SendState.SENT

    await until(sent)
    assert await _calls(gateway.sandbox, "createMessage") == 1
    assert await _copies(gateway.sandbox, "Jane, this one waits") == 1
    found: Send = (await gateway.services.queue.get(account, claimed.send_id)).send
    assert found.composition == claimed.composition
    stored = await messages.by_id(gateway.gateway.database, account.account_id, found.message_id or "")
    assert stored is not None
    assert [(one.start, one.length, one.value) for one in stored.attributes] == [(0, 4, {"urn": urn})]


async def test_a_send_from_before_there_was_more_than_text_is_read_as_text(
    still_gateway: Rehearsal,
) -> None:
    account = await still_gateway.account()
    sent: Send = (
        await still_gateway.services.sending.send(
            account, Outgoing(text="An old one", profile_url=JANE), Terms(), 10
        )
    ).send
    async with still_gateway.gateway.database.transaction() as tx:
        older = msgspec.structs.replace(
            sent,
            send_id="older",
            origin_token="older",
            message_id=None,
            state=SendState.SENDING,
            lease=Lease("a lease", 0),
        )
        await sends.insert(tx, older)
        await tx.run(
            "sends.mark_refused",
            account_id=account.account_id,
            send_id="older",
            composition=None,
            lease_token="a lease",
        )
    read = await sends.by_id(still_gateway.gateway.database, account.account_id, "older")
    assert read is not None
    assert (read.composition.text, read.composition.uploads, read.channel) == (
        "An old one",
        (),
        Channel.INBOX,
    )


async def test_a_first_message_asks_how_the_person_may_be_written_to_and_stops_before_a_refusal(
    still_gateway: Rehearsal,
) -> None:
    account = await still_gateway.account()
    stranger = "https://www.linkedin.com/in/targetperson/"
    failed: Send = (
        await still_gateway.services.sending.send(
            account, Outgoing(text="Hello", profile_url=stranger), Terms(), 10
        )
    ).send
    assert (failed.state, failed.error_code, failed.retry_safe) == (SendState.FAILED, "NOT_CONNECTED", True)
    assert failed.called_at is None
    assert await _calls(still_gateway.sandbox, "createMessage") == 0
