"""Who is online: asked at most once a minute, and kept true by the stream."""

from tests.contract.services.rehearsal import Rehearsal
from threadline.linkedin.stream_events import PresenceChanged
from threadline.model.accounts import AccountState


async def come_or_go(rehearsal: Rehearsal, vanity: str, *, online: bool) -> None:
    answer = await rehearsal.sandbox.admin("POST", f"people/{vanity}/presence", {"online": online})
    assert answer.status == 200


async def asked(rehearsal: Rehearsal) -> int:
    counted = (await rehearsal.sandbox.told("requests"))["requests"].get("ada", {})
    return int(counted.get("presence", 0))


async def test_presence_is_asked_once_and_remembered(still_gateway: Rehearsal) -> None:
    jane = await still_gateway.sandbox.profile_id("janesmith")
    await come_or_go(still_gateway, "janesmith", online=True)
    presences, account = still_gateway.services.presences, await still_gateway.account()
    first = await presences.of(account, [jane, "company:7"])
    await come_or_go(still_gateway, "janesmith", online=False)
    assert await presences.of(account, [jane]) == first
    assert {person: each.online for person, each in first.items()} == {jane: True}
    assert await asked(still_gateway) == 1


async def test_what_the_stream_tells_is_what_is_known(still_gateway: Rehearsal) -> None:
    jane = await still_gateway.sandbox.profile_id("janesmith")
    presences, account = still_gateway.services.presences, await still_gateway.account()
    await presences.of(account, [jane])
    for online in (True, False):
        presences.changed(account.account_id, PresenceChanged(jane, online, 7))
        assert (await presences.of(account, [jane]))[jane].online is online
    assert await asked(still_gateway) == 1


async def test_where_linkedin_cannot_be_asked_nothing_is_said(still_gateway: Rehearsal) -> None:
    jane = await still_gateway.sandbox.profile_id("janesmith")
    await still_gateway.fault("unauthorized")
    presences, account = still_gateway.services.presences, await still_gateway.account()
    assert await presences.of(account, [jane]) == {}
    assert (await still_gateway.account()).state is AccountState.REJECTED
    assert await presences.of(account, [jane]) == {}


async def test_a_linked_account_forgets_what_was_known(still_gateway: Rehearsal) -> None:
    jane = await still_gateway.sandbox.profile_id("janesmith")
    presences, account = still_gateway.services.presences, await still_gateway.account()
    await presences.of(account, [jane])
    await still_gateway.link()
    await presences.of(account, [jane])
    assert await asked(still_gateway) == 2
