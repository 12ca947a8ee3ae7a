"""Which id to use for a query: the preferred one, until it dies and another known one answers."""

from collections.abc import Mapping, Sequence

import structlog

from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.query_ids import QUERY_IDS

_log = structlog.get_logger(__name__)


class QueryTable:
    """The ids of each variant of each query, and which of them answered last.

    Shared by all accounts of a process (contracts/linkedin-wire.md §1.7).
    """

    def __init__(self, metrics: ConnectorMetrics, known: Mapping[str, Sequence[str]] = QUERY_IDS) -> None:
        """known: the ids of each variant in order of preference."""
        self._metrics = metrics
        self._known = {variant: tuple(ids) for variant, ids in known.items()}
        self._working: dict[str, str] = {}

    def candidates(self, variant: str) -> tuple[str, ...]:
        """The ids to try for `variant`, the one that answered last first."""
        known = self._known[variant]
        working = self._working.get(variant)
        if working is None:
            return known
        return (working, *(query_id for query_id in known if query_id != working))

    def answered(self, variant: str, query_id: str) -> None:
        """Remember that `query_id` works; report it when a more preferred one did not."""
        before = self._working.get(variant, self._known[variant][0])
        self._working[variant] = query_id
        if query_id != before:
            self._metrics.query_fallbacks.labels(variant).inc()
            _log.warning(
                "linkedin.query_id_replaced", variant=variant, no_longer_answers=before, now_used=query_id
            )
