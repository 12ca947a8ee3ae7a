"""The table of query ids (contracts/linkedin-wire.md §1.7)."""

import re

import pytest
from prometheus_client import CollectorRegistry

from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.queries import QueryTable
from threadline.linkedin.query_ids import QUERY_IDS, REALTIME_QUERIES

KNOWN = {"list": ("name.1", "name.2", "name.3")}


def fallbacks(registry: CollectorRegistry) -> float:
    return registry.get_sample_value("threadline_linkedin_query_fallbacks_total", {"variant": "list"}) or 0


@pytest.mark.promise("wire.1.7.query-fallback")
def test_the_preferred_id_is_tried_first_and_the_one_that_answered_is_remembered() -> None:
    registry = CollectorRegistry()
    table = QueryTable(ConnectorMetrics(registry), KNOWN)
    assert table.candidates("list") == ("name.1", "name.2", "name.3")
    table.answered("list", "name.1")
    assert fallbacks(registry) == 0
    table.answered("list", "name.3")
    assert table.candidates("list") == ("name.3", "name.1", "name.2")
    assert fallbacks(registry) == 1
    table.answered("list", "name.3")
    assert fallbacks(registry) == 1


def test_every_known_id_has_a_registered_name_and_a_hash() -> None:
    ids = [query_id for known in QUERY_IDS.values() for query_id in known]
    for query_id in [*ids, *REALTIME_QUERIES.values()]:
        assert re.fullmatch(r"[a-zA-Z]+\.[0-9a-f]{32}", query_id)
