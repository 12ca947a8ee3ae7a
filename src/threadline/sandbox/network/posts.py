"""The posts that members share in messages, made from their number (contracts/linkedin-wire.md §5.3).

What a post holds besides what clients read of it is not known, so it is kept small here.
"""

from __future__ import annotations

import re
from typing import Any

from threadline.sandbox.api.calls import Call, RefusalError
from threadline.sandbox.network import phrases
from threadline.sandbox.network.people import Person
from threadline.sandbox.protocol import urns
from threadline.sandbox.protocol.forms import Entity
from threadline.sandbox.protocol.restli import Value

_UPDATE = re.compile(
    r"urn:li:fsd_update:\(urn:li:activity:([0-9]{1,20}),[A-Z_]+,[A-Z_]+,[A-Z_]+,(?:true|false)\)"
)
_TITLES = ("What we learnt from a year of outages", "A field guide to small teams", "Maps for the curious")


def read_post(call: Call, variables: dict[str, Value]) -> tuple[str, Any]:
    """`voyagerFeedDashUpdates`: one shared post. Raises RefusalError (400)."""
    urn = variables.get("updateUrn")
    found = _UPDATE.fullmatch(urn) if isinstance(urn, str) else None
    if found is None or not isinstance(urn, str):
        raise RefusalError(400)
    number = urns.stable_number(call.world.seed, "post", found.group(1))
    author = _author(call, number)
    texts = phrases.PHRASES.get(author.language, phrases.PHRASES["en"])
    post = Entity(
        "com.linkedin.voyager.dash.feed.Update",
        entityUrn=urn,
        actor={"name": {"text": author.name}, "description": {"text": author.headline}},
        commentary={"text": {"text": texts[number % len(texts)]}},
        content={"articleComponent": {"title": {"text": _TITLES[number % len(_TITLES)]}}},
    )
    return "feedDashUpdatesById", post


def _author(call: Call, number: int) -> Person:
    people = [person for person in call.world.people.values() if not person.gone]
    return people[number % len(people)]
