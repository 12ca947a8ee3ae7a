"""People, asked of the sandbox (contracts/linkedin-wire.md §3)."""

import pytest

from tests.contract.linkedin.rehearsal import Observer, Rehearsal, connector, http, scripted, session
from tests.contract.sandbox.client import NORMALIZED, PLAIN, SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.people import UNREACHABLE
from threadline.model.people import Person


@pytest.mark.promise("wire.3.1.own-profile")
async def test_the_owner_is_known_from_the_first_answer_on(
    ada: AccountClient, sandbox: SandboxClient, observer: Observer
) -> None:
    before = ada.owner_id
    me = await ada.people.me()
    assert before is None
    assert (me.full_name, me.vanity) == ("Ada Demo", "ada-demo")
    assert ada.owner_id == me.person_id == await sandbox.owner("ada")
    assert observer.proven == 1


@pytest.mark.promise("wire.3.2.profile")
async def test_a_profile_is_found_by_vanity_name_and_by_id(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    jane = await ada.people.profile("janesmith")
    assert jane is not None
    assert (jane.full_name, jane.vanity) == ("Jane Smith", "janesmith")
    assert jane.person_id == await sandbox.profile_id("janesmith")
    assert await ada.people.profile(jane.person_id) == jane
    assert await ada.people.profile("nobody-of-this-name") is None


@pytest.mark.promise("wire.3.3.relationship")
async def test_a_connection_and_a_stranger_stand_differently_to_the_owner(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    friend = await ada.people.relationship(await sandbox.profile_id("janesmith"))
    assert (friend.connected, friend.can_connect) == (True, False)
    stranger = await ada.people.relationship(await sandbox.profile_id("targetperson"))
    assert (stranger.connected, stranger.distance) == (False, "DISTANCE_2")


@pytest.mark.promise("wire.3.4.compose-option")
async def test_the_compose_option_names_the_thread_or_says_that_there_is_no_way(
    ada: AccountClient, sandbox: SandboxClient, rehearsal: Rehearsal
) -> None:
    option = await ada.people.compose_option(await sandbox.profile_id("janesmith"))
    assert (option.kind, option.reachable) == ("REPLY", True)
    assert option.existing_thread_id == await sandbox.thread_with("janesmith")
    assert await ada.people.compose_option(await sandbox.profile_id("targetperson")) == UNREACHABLE
    assert rehearsal.counted("calls", endpoint="compose_option", outcome="ok") == 1
    assert rehearsal.counted("calls", endpoint="compose_option", outcome="refused") == 1


@pytest.mark.promise("wire.3.1.own-profile", "wire.1.4.three-forms")
async def test_the_normalized_answer_about_the_owner_is_read_too(sandbox: SandboxClient) -> None:
    plain = await sandbox.call("GET", "/voyager/api/me", accept=PLAIN)
    normalized = await sandbox.call("GET", "/voyager/api/me", accept=NORMALIZED)
    assert "included" in normalized.json
    read: list[Person] = []
    for answer in (plain, normalized):
        async with (
            scripted([http("200 OK", answer.text.encode())]) as script,
            connector(script.base_url) as rehearsal,
        ):
            client = rehearsal.linkedin.account(session(), Observer())
            read.append(await client.people.me())
            assert client.owner_id == await sandbox.owner("ada")
    assert read[0] == read[1]
    assert (read[0].full_name, read[0].vanity) == ("Ada Demo", "ada-demo")
