"""Around every request: an id, a count, and an answer to what nobody expected."""

import asyncio
import time
from itertools import count

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from threadline.api.dialect import ErrorAnswer
from threadline.api.metrics import ApiMetrics
from threadline.model.errors import InternalError, ThreadlineError, Unavailable
from threadline.store.database import DatabaseGone

_log = structlog.get_logger(__name__)

_NO_ROUTE = "unmatched"
_DATABASE_RETRY_SECONDS = 2


class Observing:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, error_answer: ErrorAnswer, metrics: ApiMetrics, run_id: str) -> None:
        """run_id: tells the request ids of this process from those of others."""
        self._app = app
        self._error_answer = error_answer
        self._metrics = metrics
        self._run_id = run_id
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        request_id = f"{self._run_id}-{next(self._numbers)}"
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        failure = await self._failure(scope, receive, observed, request_id)
        if failure is not None and status == 0:
            await self._error_answer(scope, failure)(scope, receive, observed)
        # An answer that broke off midway is left unfinished: the server closes the connection.
        route = getattr(scope.get("route"), "path", _NO_ROUTE)
        self._metrics.observe(route, scope["method"], status, time.perf_counter() - begun)

    async def _failure(
        self, scope: Scope, receive: Receive, send: Send, request_id: str
    ) -> ThreadlineError | None:
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return None
        except asyncio.CancelledError:
            # The server cuts off what has not ended in time when it stops; this is the request's whole task.
            return Unavailable("The gateway is stopping, and the request was cut off.")
        except DatabaseGone as error:
            _log.warning("the database cannot be reached", request=request_id, reason=str(error))
            return Unavailable(
                "The database cannot be reached now.",
                next_step=(
                    "Try again in a few seconds; where something is sent, with the same Idempotency-Key, "
                    "so that nothing is sent twice."
                ),
                retry_after=_DATABASE_RETRY_SECONDS,
            )
        except Exception:  # noqa: BLE001
            # The outermost loop of a request: whatever it was, the caller gets an answer, the log the cause.
            route = getattr(scope.get("route"), "path", _NO_ROUTE)
            _log.exception("request failed", request=request_id, method=scope["method"], route=route)
            return InternalError("The gateway met a fault of its own.", details={"requestId": request_id})
        return None
