"""Rest.li syntax in raw query strings."""

import pytest

from threadline.sandbox.protocol import restli


def test_structure_is_read_before_leaves_are_decoded() -> None:
    urn = "urn%3Ali%3Amsg_conversation%3A%28urn%3Ali%3Afsd_profile%3AA%2C2-x%3D%3D%29"
    assert restli.parse_record(f"(conversationUrn:{urn},count:20)") == {
        "conversationUrn": "urn:li:msg_conversation:(urn:li:fsd_profile:A,2-x==)",
        "count": "20",
    }


def test_records_and_lists_nest() -> None:
    raw = "(query:(predicateUnions:List((a:(category:INBOX)),b)),empty:List(),none:(),text:'')"
    assert restli.parse_record(raw) == {
        "query": {"predicateUnions": [{"a": {"category": "INBOX"}}, "b"]},
        "empty": [],
        "none": {},
        "text": "",
    }


def test_a_leaf_may_hold_what_is_not_structure() -> None:
    assert restli.parse_record("(syncToken:a+b/c==_-)") == {"syncToken": "a+b/c==_-"}
    assert restli.parse("%C3%A9%20%F0%9F%91%8F") == "é 👏"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "(",
        "()x",
        "(a)",
        "(a:)",
        "(:b)",
        "(a:b",
        "(a:b,)",
        "(a:urn:li:x)",
        "(a:it's)",
        "%28a%3Ab%29",
        "List(a)",
        "List(a,",
        "(a:List(b)",
        "plain",
        "(a:" * 2000 + "b" + ")" * 2000,
    ],
)
def test_what_is_no_record_is_malformed(raw: str) -> None:
    with pytest.raises(restli.MalformedError):
        restli.parse_record(raw)


def test_a_list_needs_its_raw_parentheses() -> None:
    assert restli.parse_list("List(a%2Cb,c)") == ["a,b", "c"]
    for raw in ("List%28a%29", "a", "(a:b)"):
        with pytest.raises(restli.MalformedError):
            restli.parse_list(raw)


def test_query_strings_are_split_without_decoding_values() -> None:
    assert restli.split_query("%20%20keyVersion=X&q=a%26b&q=second&empty&=lost") == {
        "keyVersion": "X",
        "q": "a%26b",
        "empty": "",
    }
