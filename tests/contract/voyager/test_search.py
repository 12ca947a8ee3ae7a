"""GET /api/search/people, and what capabilities say of Sales Navigator."""

from pathlib import Path

import pytest

from tests.contract.voyager.face import Face, facing, quoted


@pytest.mark.promise("wire.3.5.search")
async def test_people_are_found_by_their_trade_with_the_demo_key(face: Face) -> None:
    answer = await face.get("/api/search/people?keywords=engineering")
    people = answer.data["people"]
    assert 1 <= len(people) <= 10
    assert answer.data["results"] == people
    assert answer.headers["X-Threadline-Source"] == "linkedin"
    for person in people:
        assert "ngineer" in person["headline"]
        assert person["urn"].startswith("urn:li:fsd_profile:ACoAA")
        assert person["connectionDegree"] == "1ST"
        assert person["vanityName"]


async def test_a_limit_is_kept_and_a_large_one_brought_down(face: Face) -> None:
    for limit, count in ((3, 3), (1000, 49)):
        answer = await face.get(f"/api/search/people?keywords=at&limit={limit}")
        assert len(answer.data["people"]) == count


async def test_nobody_found_is_an_empty_list(face: Face) -> None:
    keywords = quoted("(nobody), at 'all': 100%")
    assert (await face.get(f"/api/search/people?keywords={keywords}")).data["people"] == []


@pytest.mark.parametrize(
    "query", ["", "?keywords=", "?keywords=%20", "?keywords=a%00b", f"?keywords={'x' * 201}"]
)
async def test_a_search_without_words_is_refused_by_name(face: Face, query: str) -> None:
    answer = await face.get(f"/api/search/people{query}")
    assert answer.status == 400
    assert (answer.error["code"], answer.error["field"]) == ("VALIDATION_ERROR", "keywords")


@pytest.mark.parametrize("limit", ["0", "-1", "ten"])
async def test_a_limit_that_is_none_is_refused_by_name(face: Face, limit: str) -> None:
    answer = await face.get(f"/api/search/people?keywords=jane&limit={limit}")
    assert answer.status == 400
    assert (answer.error["code"], answer.error["field"]) == ("VALIDATION_ERROR", "limit")


@pytest.mark.promise("voyager.4.3.capabilities")
@pytest.mark.parametrize(("name", "seat"), [("ada", False), ("grace", True)])
async def test_capabilities_tell_whether_there_is_a_seat(tmp_path: Path, name: str, seat: bool) -> None:
    async with facing(tmp_path) as face:
        assert (await face.link(name)).data["sessionValid"]
        answer = await face.by(key="demo_key", user=name).get("/api/session/capabilities")
        assert answer.data["salesNavSessionValid"] is seat
