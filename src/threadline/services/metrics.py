"""What the services count."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class ServiceMetrics:
    """Counters of sends and recorded messages."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register with `registry`."""
        self.sends = Counter(
            "threadline_sends_total", "Sends that reached a state.", ["state"], registry=registry
        )
        self.phases = Counter(
            "threadline_send_phases_total",
            "Sends by the phase that found their conversation.",
            ["phase"],
            registry=registry,
        )
        self.recorded = Counter(
            "threadline_messages_recorded_total",
            "Messages stored for the first time, by how they were told.",
            ["telling"],
            registry=registry,
        )
        self.send_seconds = Histogram(
            "threadline_send_seconds",
            "Seconds from the claim of a send to LinkedIn's answer being stored.",
            registry=registry,
        )
