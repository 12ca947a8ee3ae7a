"""Whether the gateway can serve, and its figures: for those who run it."""

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from threadline.api.routing import Encoded, PlainRoute
from threadline.api.services import services_of


def routes(registry: CollectorRegistry) -> list[BaseRoute]:
    """`GET /health` and `GET /metrics`."""

    async def metrics(request: Request) -> Response:
        """Every figure of the process, in Prometheus' text form."""
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        PlainRoute("GET", "/health", health),
        PlainRoute("GET", "/metrics", metrics),
    ]


async def health(request: Request) -> Response:
    """200 when the database answers, else 503."""
    if await services_of(request).database_ready():
        return Encoded(b'{"status":"ok"}')
    return Encoded(b'{"status":"unavailable","reason":"the database does not answer"}', 503)
