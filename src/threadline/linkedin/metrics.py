"""What the connector counts."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class ConnectorMetrics:
    """The connector's counters, kept in the registry that is passed in."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register every counter in `registry`."""
        self.calls = Counter(
            "threadline_linkedin_calls",
            "Calls to LinkedIn by endpoint and outcome.",
            ("endpoint", "outcome"),
            registry=registry,
        )
        self.call_seconds = Histogram(
            "threadline_linkedin_call_seconds",
            "Seconds from a call's beginning to the end of its answer.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.query_fallbacks = Counter(
            "threadline_linkedin_query_fallbacks",
            "Queries whose preferred id no longer answers, and another one did.",
            ("variant",),
            registry=registry,
        )
        self.malformed = Counter(
            "threadline_linkedin_malformed",
            "Parts of answers that could not be understood and were left out.",
            ("kind",),
            registry=registry,
        )
        self.stream_frames = Counter(
            "threadline_linkedin_stream_frames",
            "Frames of the live stream by the event that they became.",
            ("event",),
            registry=registry,
        )
        self.stream_waits = Counter(
            "threadline_linkedin_stream_waits",
            "Waits before the live stream was opened again, by what ended it.",
            ("outcome",),
            registry=registry,
        )
