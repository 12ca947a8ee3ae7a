"""The application: every dialect, health and metrics, behind the limits that hold for all."""

import secrets
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry

import threadline
from threadline.api import health, voyager
from threadline.api.body import BodyLimit
from threadline.api.errors import ErrorAnswers
from threadline.api.kept_answers import KeptAnswers
from threadline.api.metrics import ApiMetrics
from threadline.api.multipart import FORM_OVERHEAD
from threadline.api.observing import Observing
from threadline.api.routing import describe
from threadline.api.services import Services
from threadline.model.attachments import FILE_LIMIT

__all__ = ["Services", "create_api"]

DIALECTS = (voyager.DIALECT,)

FILE_PATHS = ("/api/attachments",)
"""The paths that take a file, and with it a larger body."""

_ABOUT = """A gateway to LinkedIn messaging that you run yourself.

LinkedIn's terms forbid unofficial automated access; the risk is the account owner's."""


class Api(FastAPI):
    """The application, with a description that every dialect completes."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made at the first call."""
        if self.openapi_schema is None:
            document = get_openapi(
                title=self.title, version=self.version, description=_ABOUT, routes=self.routes
            )
            describe(document, self.routes)
            for dialect in DIALECTS:
                dialect.complete_description(document)
            self.openapi_schema = document
        return self.openapi_schema


def create_api(services: Services, registry: CollectorRegistry) -> FastAPI:
    """The application over `services`; its figures are registered with `registry`."""
    api = Api(
        title="Threadline",
        version=threadline.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        # Our own figures are at /metrics; looking for a collector costs time on every request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    api.state.services = services
    api.state.kept_answers = KeptAnswers()
    for dialect in DIALECTS:
        # Put in flat, so that a request is matched once and not once a router.
        api.router.routes.extend(dialect.routes)
    api.router.routes.extend(health.routes(registry))
    answers = ErrorAnswers(DIALECTS)
    answers.install(api)
    # The last one added is the outermost.
    of_files = dict.fromkeys(FILE_PATHS, FILE_LIMIT + FORM_OVERHEAD)
    api.add_middleware(BodyLimit, error_answer=answers.answer, of_files=of_files)
    api.add_middleware(
        Observing,
        error_answer=answers.answer,
        metrics=ApiMetrics(registry),
        run_id=secrets.token_hex(4),
    )
    return api
