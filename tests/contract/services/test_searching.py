"""Searching for people, so that they can be written to."""

import pytest

from tests.contract.services.rehearsal import Rehearsal
from threadline.model.errors import BadInput

pytestmark = pytest.mark.promise("wire.3.5.search")


async def test_whoever_was_found_is_known_by_name_from_then_on(still_gateway: Rehearsal) -> None:
    account = await still_gateway.account()
    [jane] = await still_gateway.services.searching.people(account, "  jane   smith ")
    assert (jane.vanity, jane.distance) == ("janesmith", "DISTANCE_1")
    await still_gateway.sandbox.admin("DELETE", "requests")
    found = await still_gateway.services.people.find(account, "https://www.linkedin.com/in/janesmith/")
    assert found == jane
    assert (await still_gateway.sandbox.told("requests"))["requests"] == {}


async def test_no_more_are_found_than_asked_for_and_never_more_than_the_most(
    still_gateway: Rehearsal,
) -> None:
    account = await still_gateway.account()
    searching = still_gateway.services.searching
    assert len(await searching.people(account, "at", 3)) == 3
    assert len(await searching.people(account, "at", 500)) == 49


@pytest.mark.parametrize("keywords", ["", "   ", "x" * 201, "tab\x00", "bell\x07"])
async def test_what_is_no_search_is_refused_before_linkedin_is_asked(
    still_gateway: Rehearsal, keywords: str
) -> None:
    account = await still_gateway.account()
    await still_gateway.sandbox.admin("DELETE", "requests")
    with pytest.raises(BadInput):
        await still_gateway.services.searching.people(account, keywords)
    assert (await still_gateway.sandbox.told("requests"))["requests"] == {}
