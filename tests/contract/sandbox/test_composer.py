"""The composer's view of a recipient, and the posts that messages share (linkedin-wire.md §§3.4, 5.3)."""

from typing import Any

import pytest

from tests.contract.sandbox.client import NORMALIZED, Answer, SandboxClient, encoded

HASH = "0123456789abcdef0123456789abcdef"
POST = "urn:li:fsd_update:(urn:li:activity:7000000000000000001,MESSAGING_RESHARE,EMPTY,DEFAULT,false)"


async def ask(sandbox: SandboxClient, name: str, variables: str) -> Answer:
    target = f"/voyager/api/graphql?variables=({variables})&queryId={name}.{HASH}"
    return await sandbox.call("GET", target, accept=NORMALIZED)


async def view(sandbox: SandboxClient, vanity: str, kind: str, context: str = "") -> Any:
    person = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id(vanity)}")
    variables = f"recipients:List({person}),type:{kind}{context}"
    answer = await ask(sandbox, "voyagerMessagingDashComposeViewContexts", variables)
    assert answer.status == 200, answer.text
    [element] = answer.json["data"]["data"]["messagingDashComposeViewContextsByRecipients"]["elements"]
    return element["showSubjectField"], element["showBlockedFooter"]


@pytest.mark.promise("wire.3.4.composer")
async def test_the_composer_asks_for_a_subject_only_for_an_inmail(sandbox: SandboxClient) -> None:
    assert await view(sandbox, "sarah-chen", "REPLY") == (False, False)
    assert await view(sandbox, "jane-doe-42", "CONNECTION_MESSAGE") == (False, False)
    assert await view(sandbox, "targetperson", "PREMIUM_INMAIL") == (True, False)


@pytest.mark.promise("wire.3.4.composer")
async def test_the_composer_is_blocked_where_nothing_can_be_written(sandbox: SandboxClient) -> None:
    people = (await sandbox.told("people?limit=1000"))["people"]
    gone = next(person["vanity"] for person in people if person["gone"])
    assert await view(sandbox, gone, "REPLY") == (False, True)
    told = (await sandbox.told("mailboxes/ada/conversations?limit=1000"))["conversations"]
    declined = next(each for each in told if each["state"] == "DECLINED")
    context = f",contextEntityUrn:{encoded(declined['conversationUrn'])}"
    vanity = next(each["vanity"] for each in declined["participants"] if each["vanity"] != "ada-demo")
    assert await view(sandbox, vanity, "REPLY", context) == (False, True)


@pytest.mark.parametrize(
    "variables", ["recipients:List(),type:REPLY", "recipients:x,type:REPLY", "type:REPLY"]
)
async def test_a_composer_without_recipients_or_type_is_400(sandbox: SandboxClient, variables: str) -> None:
    assert (await ask(sandbox, "voyagerMessagingDashComposeViewContexts", variables)).status == 400
    person = encoded(f"urn:li:fsd_profile:{await sandbox.profile_id('janesmith')}")
    unknown = f"recipients:List({person}),type:TELEPATHY"
    assert (await ask(sandbox, "voyagerMessagingDashComposeViewContexts", unknown)).status == 400


@pytest.mark.promise("wire.5.3.shared-post")
async def test_a_shared_post_is_read_by_its_urn(sandbox: SandboxClient) -> None:
    answer = await ask(sandbox, "voyagerFeedDashUpdates", f"updateUrn:{encoded(POST)}")
    assert answer.status == 200, answer.text
    [post] = answer.json["included"]
    assert post["entityUrn"] == POST
    assert post["actor"]["name"]["text"]
    assert post["commentary"]["text"]["text"]
    assert post["content"]["articleComponent"]["title"]["text"]
    again = await ask(sandbox, "voyagerFeedDashUpdates", f"updateUrn:{encoded(POST)}")
    assert again.json == answer.json
    assert (await ask(sandbox, "voyagerFeedDashUpdates", "updateUrn:post")).status == 400
