"""Search, suggestions and connections (contracts/linkedin-wire.md §3.5)."""

from typing import Any

from tests.contract.sandbox.client import NORMALIZED, SandboxClient

GRAPHQL = "/voyager/api/graphql"
SEARCH = "voyagerSearchDashClusters.ef3d0937fb65bd7812e32e5a85028e79"
TYPEAHEAD = "voyagerMessagingDashMessagingTypeahead.7910815d686c938c4a34fd12381f168c"
CONNECTIONS = "/voyager/api/relationships/dash/connections?decorationId=com.example.Deco-16"
PROFILE = "com.linkedin.voyager.dash.identity.profile.Profile"


def criteria(keywords: str, start: int = 0, network: str = "(key:network,value:List(F)),") -> str:
    return (
        f"(start:{start},origin:GLOBAL_SEARCH_HEADER,query:(keywords:{keywords},"
        f"flagshipSearchIntent:SEARCH_SRP,queryParameters:List({network}(key:resultType,value:List(PEOPLE))),"
        "includeFiltersInResponse:false))"
    )


async def search(sandbox: SandboxClient, variables: str, status: int = 200) -> Any:
    target = f"{GRAPHQL}?variables={variables}&queryId={SEARCH}"
    answer = await sandbox.call("GET", target, accept=NORMALIZED)
    assert answer.status == status, answer.text
    return answer.json


def profiles(answer: Any) -> list[Any]:
    return [entity for entity in answer["included"] if entity["$type"] == PROFILE]


async def test_people_are_found_by_the_words_of_their_headline(sandbox: SandboxClient) -> None:
    answer = await search(sandbox, criteria("engineering"))
    found = profiles(answer)
    assert found
    assert all("ngineer" in person["headline"] for person in found)
    assert "searchDashClustersByAll" in answer["data"]["data"]


async def test_search_among_connections_leaves_strangers_out(sandbox: SandboxClient) -> None:
    connected = profiles(await search(sandbox, criteria("taylor%20person")))
    everyone = profiles(await search(sandbox, criteria("taylor%20person", network="")))
    assert connected == []
    assert [person["publicIdentifier"] for person in everyone] == ["targetperson"]


async def test_pages_do_not_overlap_and_end(sandbox: SandboxClient) -> None:
    pages = [profiles(await search(sandbox, criteria("at", start))) for start in (0, 10, 1000)]
    first, second = ({person["entityUrn"] for person in page} for page in pages[:2])
    assert (len(first), len(second), pages[2]) == (10, 10, [])
    assert not first & second


async def test_encoded_outer_parentheses_are_malformed(sandbox: SandboxClient) -> None:
    await search(sandbox, criteria("jane").replace("(start", "%28start", 1), status=400)


async def test_a_name_is_completed_from_its_beginning(sandbox: SandboxClient) -> None:
    target = f"{GRAPHQL}?variables=(keyword:Ja,types:List(CONNECTIONS,COWORKERS))&queryId={TYPEAHEAD}"
    found = profiles((await sandbox.call("GET", target, accept=NORMALIZED)).json)
    assert "janesmith" in {person["publicIdentifier"] for person in found}
    assert len(found) <= 10


async def test_connections_are_listed_newest_first(sandbox: SandboxClient) -> None:
    seen: list[str] = []
    times: list[int] = []
    start = 0
    while True:
        target = f"{CONNECTIONS}&count=40&q=search&sortType=RECENTLY_ADDED&start={start}"
        answer = (await sandbox.call("GET", target, accept=NORMALIZED)).json
        urns = answer["data"]["*elements"]
        included = {entity["entityUrn"]: entity for entity in answer["included"]}
        seen += [included[urn]["connectedMember"] for urn in urns]
        times += [included[urn]["createdAt"] for urn in urns]
        assert all(member in included for member in seen[start:])
        if not urns:
            break
        start += 40
    people = (await sandbox.told("people?limit=1000"))["people"]
    connected = {
        person["profileUrn"] for person in people if "ada" in person["connectedTo"] and not person["gone"]
    }
    assert set(seen) == connected
    assert len(seen) == len(connected)
    assert times == sorted(times, reverse=True)
