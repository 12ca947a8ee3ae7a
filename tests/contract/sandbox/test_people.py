"""Reads about people (contracts/linkedin-wire.md §§3.1 to 3.4)."""

import pytest

from tests.contract.sandbox.client import NORMALIZED, SandboxClient, encoded

PROFILES = "/voyager/api/identity/dash/profiles"
COMPOSE = "/voyager/api/voyagerMessagingDashComposeOptions"
RELATIONSHIPS = "/voyager/api/voyagerRelationshipsDashMemberRelationships"


@pytest.mark.promise("wire.3.1.own-profile")
async def test_the_own_profile_is_plain_when_no_form_is_asked_for(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("GET", "/voyager/api/me", accept="*/*")
    mini = answer.json["miniProfile"]
    profile_id = mini["entityUrn"].rpartition(":")[2]
    assert answer.json["plainId"] == 1001
    assert answer.json["premiumSubscriber"] is False
    assert len(profile_id) == 39
    assert profile_id.startswith("ACoAA")
    assert mini["dashEntityUrn"] == f"urn:li:fsd_profile:{profile_id}"
    assert mini["picture"]["com.linkedin.common.VectorImage"]["artifacts"]


@pytest.mark.promise("wire.3.1.own-profile")
async def test_the_own_profile_is_normalized_when_asked_for(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("GET", "/voyager/api/me", accept=NORMALIZED)
    data, [mini] = answer.json["data"], answer.json["included"]
    assert answer.headers["content-type"].startswith(NORMALIZED)
    assert data["$type"] == "com.linkedin.voyager.common.Me"
    assert data["*miniProfile"] == mini["entityUrn"]
    assert mini["$type"] == "com.linkedin.voyager.identity.shared.MiniProfile"


async def test_a_profile_is_found_by_vanity_name_and_by_id(sandbox: SandboxClient) -> None:
    profile_id = await sandbox.profile_id("janesmith")
    for name in ("janesmith", profile_id):
        target = f"{PROFILES}?q=memberIdentity&memberIdentity={name}&decorationId=com.example.Deco-35"
        answer = await sandbox.call("GET", target, accept=NORMALIZED)
        [profile] = answer.json["included"]
        assert answer.json["data"]["*elements"] == [f"urn:li:fsd_profile:{profile_id}"]
        assert profile["publicIdentifier"] == "janesmith"
        assert profile["headline"] == "Platform lead at Acme"


async def test_a_profile_is_read_by_its_urn(sandbox: SandboxClient) -> None:
    urn = f"urn:li:fsd_profile:{await sandbox.profile_id('sarah-chen')}"
    answer = await sandbox.call("GET", f"{PROFILES}/{encoded(urn)}", accept=NORMALIZED)
    assert answer.json["data"]["entityUrn"] == urn
    assert answer.json["data"]["firstName"] == "Sarah"


async def test_an_unknown_or_gone_person_is_not_found(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    gone = next(person for person in people if person["gone"])
    for name in ("no-such-person", gone["vanity"], gone["profileId"]):
        answer = await sandbox.call(
            "GET", f"{PROFILES}?q=memberIdentity&memberIdentity={name}", accept=NORMALIZED
        )
        assert answer.json["data"]["*elements"] == []
        assert answer.json["included"] == []
    assert (await sandbox.call("GET", f"{PROFILES}/{encoded(gone['profileUrn'])}")).status == 404


async def test_a_connection_is_told_by_its_union(sandbox: SandboxClient) -> None:
    profile_id = await sandbox.profile_id("janesmith")
    target = f"{RELATIONSHIPS}/{encoded('urn:li:fsd_memberRelationship:' + profile_id)}"
    answer = await sandbox.call("GET", target, accept=NORMALIZED)
    union = answer.json["data"]["memberRelationshipUnion"]
    assert union == {"*connection": f"urn:li:fsd_connection:{profile_id}"}


async def test_a_stranger_is_told_with_the_distance(sandbox: SandboxClient) -> None:
    profile_id = await sandbox.profile_id("targetperson")
    target = f"{RELATIONSHIPS}/{encoded('urn:li:fsd_memberRelationship:' + profile_id)}"
    answer = await sandbox.call("GET", target, accept=NORMALIZED)
    union = answer.json["data"]["memberRelationshipUnion"]["noConnection"]
    assert union["memberDistance"] in ("DISTANCE_2", "DISTANCE_3")
    assert "invitationUnion" in union


async def compose(sandbox: SandboxClient, vanity: str, account: str = "ada") -> tuple[int, str | None]:
    urn = f"urn:li:fsd_composeOption:({await sandbox.profile_id(vanity)},NONE,EMPTY_CONTEXT_ENTITY_URN)"
    answer = await sandbox.call("GET", f"{COMPOSE}/{encoded(urn)}", accept=NORMALIZED, account=account)
    return answer.status, answer.json["data"].get("composeOptionType")


async def test_the_compose_option_says_how_a_person_may_be_written_to(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    open_stranger = next(
        person
        for person in people
        if person["openProfile"] and "ada" not in person["connectedTo"] and not person["threads"].get("ada")
    )
    assert await compose(sandbox, "janesmith") == (200, "REPLY")
    assert await compose(sandbox, "jane-doe-42") == (200, "CONNECTION_MESSAGE")
    assert await compose(sandbox, open_stranger["vanity"]) == (200, "PREMIUM_INMAIL")
    assert await compose(sandbox, "targetperson", "grace") == (200, "PREMIUM_INMAIL")
    assert await compose(sandbox, "targetperson") == (403, None)
    assert await compose(sandbox, "ada-demo") == (403, None)


async def test_the_people_whom_documents_name_are_there(sandbox: SandboxClient) -> None:
    everyone = await sandbox.told("people?limit=1000")
    people = {person["vanity"]: person for person in everyone["people"]}
    assert everyone["total"] >= 300
    for vanity in ("janesmith", "sarah-chen", "john-doe-123", "jane-doe-42"):
        assert "ada" in people[vanity]["connectedTo"]
    assert people["janesmith"]["answers"]
    assert people["targetperson"]["connectedTo"] == []
    assert not people["targetperson"]["openProfile"]
    assert len({person["profileId"] for person in people.values()}) == everyone["total"]


async def test_inmail_credits_can_be_read(sandbox: SandboxClient) -> None:
    for account, expected in (("ada", 0), ("grace", 42), ("alan", 0)):
        answer = await sandbox.call("GET", "/voyager/api/messaging/credits", account=account)
        assert answer.json["value"]["available"] == expected
