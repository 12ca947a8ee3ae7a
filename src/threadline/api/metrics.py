"""What the faces count."""

from prometheus_client import CollectorRegistry, Counter, Histogram

_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class ApiMetrics:
    """Requests by route, method and status, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register with `registry`."""
        self._requests = Counter(
            "threadline_http_requests_total",
            "Requests that were answered.",
            ["route", "method", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            "threadline_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ["route", "method"],
            registry=registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request to a route (its template, so that there are few) was answered."""
        # Finding a child by its labels costs more than counting; there are as many as routes and statuses.
        children = self._children.get((route, method, status))
        if children is None:
            known = method if method in _METHODS else "OTHER"
            children = (
                self._requests.labels(route=route, method=known, status=str(status)),
                self._seconds.labels(route=route, method=known),
            )
            if known == method:
                self._children[route, method, status] = children
        children[0].inc()
        children[1].observe(seconds)
