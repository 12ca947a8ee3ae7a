"""One tree of objects in three forms."""

from typing import Any

import pytest

from threadline.sandbox.protocol import forms
from threadline.sandbox.protocol.forms import Entity, Record, Reference, Union


def tree() -> Entity:
    person = Entity("Person", entityUrn="urn:p", name="Ada")
    message = Entity(
        "Message", entityUrn="urn:m", sender=person, thread=Reference("Thread", entityUrn="urn:t")
    )
    return Entity(
        "Thread", entityUrn="urn:t", members=[person], messages={"elements": [message]}, body=Record("Text")
    )


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, forms.PLAIN),
        ("*/*", forms.PLAIN),
        ("application/json", forms.PLAIN),
        ("application/graphql", forms.GRAPHQL),
        ("application/vnd.linkedin.normalized+json+2.1", forms.NORMALIZED),
        ("application/vnd.linkedin.normalized+json+2.1, */*", forms.NORMALIZED),
    ],
)
def test_accept_chooses_the_form(accept: str | None, form: str) -> None:
    assert forms.chosen_form(accept) == form


def test_the_plain_form_is_inline_without_type_names() -> None:
    assert forms.entity_answer(forms.PLAIN, tree()) == {
        "entityUrn": "urn:t",
        "members": [{"entityUrn": "urn:p", "name": "Ada"}],
        "messages": {
            "elements": [
                {
                    "entityUrn": "urn:m",
                    "sender": {"entityUrn": "urn:p", "name": "Ada"},
                    "thread": {"entityUrn": "urn:t"},
                }
            ]
        },
        "body": {},
    }


def test_the_normalized_form_tells_each_entity_once() -> None:
    answer = forms.entity_answer(forms.NORMALIZED, Record("Root", thread=tree()))
    assert answer["data"] == {"*thread": "urn:t", "$type": "Root"}
    included = {each["entityUrn"]: each for each in answer["included"]}
    assert len(included) == len(answer["included"]) == 3
    assert included["urn:t"]["*members"] == ["urn:p"]
    assert included["urn:t"]["messages"] == {"*elements": ["urn:m"]}
    assert included["urn:t"]["body"] == {"$type": "Text"}
    assert included["urn:m"]["*sender"] == "urn:p"
    assert included["urn:m"]["*thread"] == "urn:t"


def test_a_reference_is_filled_in_when_the_entity_comes_later() -> None:
    known = Entity("Thread", entityUrn="urn:t", title="Later")
    answer = forms.entity_answer(
        forms.NORMALIZED, Record("Root", first=Reference("Thread", entityUrn="urn:t"), second=known)
    )
    [thread] = answer["included"]
    assert thread == {"entityUrn": "urn:t", "title": "Later", "$type": "Thread"}


def test_a_union_is_wrapped_in_plain_and_flat_elsewhere() -> None:
    record = Record("Root", picture=Union(Record("Image", url="x")))
    assert forms.entity_answer(forms.PLAIN, record) == {"picture": {"Image": {"url": "x"}}}
    assert forms.entity_answer(forms.NORMALIZED, record)["data"]["picture"] == {"url": "x", "$type": "Image"}


def test_an_empty_collection_keeps_its_key() -> None:
    answer = forms.collection_answer(forms.NORMALIZED, [])
    assert answer["data"]["*elements"] == []
    assert answer["included"] == []
    assert forms.collection_answer(forms.PLAIN, [])["elements"] == []


def test_a_graphql_answer_carries_its_errors() -> None:
    errors: list[dict[str, Any]] = [{"message": "gone"}]
    nested = forms.graphql_answer(forms.GRAPHQL, "field", None, errors)
    normalized = forms.graphql_answer(forms.NORMALIZED, "field", None, errors)
    assert nested["data"]["field"] is None
    assert nested["errors"] == normalized["data"]["errors"] == errors


def test_an_error_is_flat_or_under_data() -> None:
    assert forms.error_answer(forms.PLAIN, 422, {"code": "NO"}) == {"code": "NO", "status": 422}
    assert forms.error_answer(forms.NORMALIZED, 422)["data"] == {"status": 422}
