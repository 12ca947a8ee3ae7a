"""Rest.li variables, byte for byte (contracts/linkedin-wire.md §1.6)."""

import pytest
from yarl import URL

from tests.unit.linkedin.wire_examples import CONVERSATION_URN
from threadline.linkedin import restli

pytestmark = pytest.mark.promise("wire.1.6.encoding")

EXAMPLE = (
    "/voyager/api/voyagerMessagingGraphQL/graphql"
    "?queryId=messengerMessages.5846eeb71c981f11e0134cb6626cc314"
    "&variables=(conversationUrn:urn%3Ali%3Amsg_conversation%3A%28urn%3Ali%3Afsd_profile%3A"
    "ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx%2C"
    "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg%3D%3D%29)"
)


def test_the_references_example_is_written_byte_for_byte() -> None:
    variables = restli.encode({"conversationUrn": CONVERSATION_URN})
    path = (
        "/voyager/api/voyagerMessagingGraphQL/graphql"
        f"?queryId=messengerMessages.5846eeb71c981f11e0134cb6626cc314&variables={variables}"
    )
    assert path == EXAMPLE
    assert URL("http://127.0.0.1:1" + path, encoded=True).raw_path_qs == EXAMPLE


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, "()"),
        ([], "List()"),
        ("", "''"),
        (True, "true"),
        (False, "false"),
        (1_790_000_000_000, "1790000000000"),
        ("PRIMARY_INBOX", "PRIMARY_INBOX"),
        ("a,b(c):d'e%", "a%2Cb%28c%29%3Ad%27e%25"),
        ("a b&c#d+e/f=", "a%20b%26c%23d%2Be%2Ff%3D"),
        ("Grüße 👏", "Gr%C3%BC%C3%9Fe%20%F0%9F%91%8F"),
        (restli.Raw("(as:it,is)"), "(as:it,is)"),
        (["a", "b,c"], "List(a,b%2Cc)"),
        (
            {
                "query": {
                    "predicateUnions": [{"conversationCategoryPredicate": {"category": "PRIMARY_INBOX"}}]
                },
                "count": 20,
            },
            "(query:(predicateUnions:List((conversationCategoryPredicate:(category:PRIMARY_INBOX)))),count:20)",
        ),
    ],
)
def test_structure_stays_raw_and_values_are_encoded_once(value: restli.Value, written: str) -> None:
    assert restli.encode(value) == written
