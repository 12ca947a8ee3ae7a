"""What the engine counts."""

from prometheus_client import CollectorRegistry, Counter


class EngineMetrics:
    """Counters of due work and duties."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register with `registry`."""
        self.work = Counter(
            "threadline_engine_work_total",
            "Pieces of due work that ended, and duties that broke, by outcome.",
            ["kind", "outcome"],
            registry=registry,
        )
