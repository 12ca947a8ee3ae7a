"""Search, suggestions and connections, asked of the sandbox (contracts/linkedin-wire.md §3.5)."""

import pytest

from tests.contract.sandbox.client import SandboxClient
from threadline.linkedin.connector import AccountClient
from threadline.linkedin.errors import Refusal

pytestmark = pytest.mark.promise("wire.3.5.search")


async def test_as_many_people_are_found_as_asked_for_over_pages(ada: AccountClient) -> None:
    found = await ada.search.people("at", 25)
    assert len({person.person_id for person in found}) == 25
    assert all(person.vanity and person.headline for person in found)


async def test_search_ends_where_linkedin_has_no_more(ada: AccountClient, sandbox: SandboxClient) -> None:
    found = await ada.search.people("jane smith (platform), 'lead'", 49)
    assert found == []
    [jane] = await ada.search.people("jane smith", 49)
    assert (jane.person_id, jane.vanity) == (await sandbox.profile_id("janesmith"), "janesmith")


async def test_suggestions_complete_a_name(ada: AccountClient) -> None:
    assert "janesmith" in {person.vanity for person in await ada.search.typeahead("Jane")}


async def test_connections_are_listed_page_by_page(ada: AccountClient, sandbox: SandboxClient) -> None:
    seen: list[str] = []
    while page := await ada.search.connections(len(seen)):
        seen += [person.person_id for person in page]
    people = (await sandbox.told("people?limit=1000"))["people"]
    connected = {
        person["profileId"] for person in people if "ada" in person["connectedTo"] and not person["gone"]
    }
    assert (len(seen), set(seen)) == (len(connected), connected)


async def test_a_search_whose_query_id_rotated_away_is_refused(
    ada: AccountClient, sandbox: SandboxClient
) -> None:
    fault = {
        "account": "ada",
        "kind": "rotated_query",
        "queryId": "voyagerSearchDashClusters.ef3d0937fb65bd7812e32e5a85028e79",
    }
    assert (await sandbox.admin("POST", "faults", fault)).status == 201
    with pytest.raises(Refusal) as refused:
        await ada.search.people("jane")
    assert refused.value.status == 404
