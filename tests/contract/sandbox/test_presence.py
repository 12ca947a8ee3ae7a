"""Presence, read and subscribed to (contracts/linkedin-wire.md §§6.6, 8.3, 8.5)."""

import pytest

from tests.contract.sandbox.client import NORMALIZED, PLAIN, SandboxClient, encoded

TUNNELLED = {
    "x-http-method-override": "GET",
    "content-type": "application/x-www-form-urlencoded",
}
DASH = ("/voyager/api/messaging/dash/presenceStatuses", "urn:li:fsd_profile:")
LEGACY = ("/voyager/api/messaging/presenceStatuses", "urn:li:fs_miniProfile:")


@pytest.mark.parametrize(("path", "prefix"), [DASH, LEGACY])
async def test_presence_is_read_with_the_query_in_the_body(
    sandbox: SandboxClient, path: str, prefix: str
) -> None:
    urn = prefix + await sandbox.profile_id("janesmith")
    for online, word in ((True, "ONLINE"), (False, "OFFLINE")):
        await sandbox.admin("POST", "people/janesmith/presence", {"online": online})
        body = f"ids=List({encoded(urn)})".encode()
        answer = await sandbox.call("POST", path, accept=NORMALIZED, body=body, headers=TUNNELLED)
        status = answer.json["data"]["results"][urn]
        assert status["availability"] == word
        assert isinstance(status["lastActiveAt"], int)
        assert answer.json["data"]["errors"] == {}


async def test_the_plain_form_is_flat_and_an_unknown_member_is_an_error_of_its_own(
    sandbox: SandboxClient,
) -> None:
    known, unknown = await sandbox.profile_id("janesmith"), "ACoAA" + "x" * 34
    ids = ",".join(encoded(f"{DASH[1]}{each}") for each in (known, unknown))
    body = f"ids=List({ids})".encode()
    answer = await sandbox.call("POST", DASH[0], accept=PLAIN, body=body, headers=TUNNELLED)
    assert list(answer.json["results"]) == [DASH[1] + known]
    assert answer.json["errors"] == {DASH[1] + unknown: {"status": 404}}


async def test_nobody_asked_about_is_malformed(sandbox: SandboxClient) -> None:
    answer = await sandbox.call("POST", DASH[0], body=b"ids=List()", headers=TUNNELLED)
    assert answer.status == 400


async def test_a_subscribed_stream_is_told_and_no_other(sandbox: SandboxClient) -> None:
    topic = f"urn:li-realtime:presenceStatusTopic:urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}"
    async with sandbox.stream() as frames, sandbox.stream("grace") as others:
        [stream] = [each for each in (await sandbox.told("streams"))["streams"] if each["account"] == "ada"]
        key = f"(topic:{encoded(topic)},clientConnectionId:{stream['connectionId']})"
        subscribed = await sandbox.call(
            "PUT",
            f"/realtime/realtimeFrontendSubscriptions?ids=List({key})",
            body={"entities": {key: {}}},
            headers={"x-restli-method": "BATCH_UPDATE"},
        )
        assert subscribed.status == 200
        await sandbox.admin("POST", "people/janesmith/presence", {"online": True})
        payload = await frames.event("presenceStatusTopic")
        assert payload["availability"] == "ONLINE"
        await sandbox.admin("POST", "people/janesmith/write", {"to": "grace", "text": "Here I am"})
        topics: list[str] = []
        while not any("messagesTopic" in each for each in topics):
            frame = await others.next()
            assert frame is not None
            topics.append(frame[1].get("topic", ""))
        assert not any("presenceStatusTopic" in each for each in topics)
