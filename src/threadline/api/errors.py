"""Every error in the form of the dialect whose path was asked for."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from threadline.api.dialect import Dialect
from threadline.api.rate_limits import add_noted
from threadline.api.routing import Encoded
from threadline.model.errors import (
    BadInput,
    InternalError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    ThreadlineError,
    UnsupportedMediaType,
)

_BY_FRAMEWORK_STATUS: dict[int, type[ThreadlineError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: PayloadTooLarge,
    415: UnsupportedMediaType,
}


class ErrorAnswers:
    """Finds the dialect of a path, and answers in its form."""

    def __init__(self, dialects: Sequence[Dialect]) -> None:
        """The longest prefix of a path decides."""
        by_prefix = [(prefix, dialect) for dialect in dialects for prefix in dialect.prefixes]
        self._by_prefix = sorted(by_prefix, key=lambda one: len(one[0]), reverse=True)

    def answer(self, scope: Scope, error: ThreadlineError) -> Response:
        """The error in the form of the dialect that the path belongs to, else in a plain one."""
        path: str = scope["path"]
        for prefix, dialect in self._by_prefix:
            if path.startswith(prefix) or path == prefix.rstrip("/"):
                return dialect.error_answer(scope, error)
        return _plain(error)

    def install(self, api: FastAPI) -> None:
        """Answer everything that the framework and the routes raise."""

        async def ours(request: Request, error: Exception) -> Response:
            assert isinstance(error, ThreadlineError)
            return add_noted(request.scope, self.answer(request.scope, error))

        async def of_the_framework(request: Request, error: Exception) -> Response:
            assert isinstance(error, HTTPException)
            response = self.answer(request.scope, _translated(request, error))
            for name, value in (error.headers or {}).items():
                response.headers[name] = value
            return response

        async def of_validation(request: Request, error: Exception) -> Response:
            assert isinstance(error, RequestValidationError)
            first: dict[str, Any] = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"][1:])
            return self.answer(request.scope, BadInput(f"{field}: {first['msg']}.", field=field))

        api.add_exception_handler(ThreadlineError, ours)
        api.add_exception_handler(HTTPException, of_the_framework)
        api.add_exception_handler(RequestValidationError, of_validation)


def error_of(
    code: str | None,
    message: str,
    details: dict[str, Any] | None = None,
    *,
    next_step: str | None = None,
    field: str | None = None,
    retry_after: int | None = None,
) -> ThreadlineError:
    """The error that a stored code stands for; one that we do not know is an InternalError."""
    kind = _BY_CODE.get(code or "", InternalError)
    return kind(message, details=details, next_step=next_step, field=field, retry_after=retry_after)


def every_error() -> Iterator[type[ThreadlineError]]:
    """Every kind of error with a code of its own, as the tree has them."""
    return iter(_BY_CODE.values())


def _descendants(kind: type[ThreadlineError]) -> Iterator[type[ThreadlineError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _descendants(below)


# A kind without a code of its own, should there be one, must not hide the kind that it comes from.
_BY_CODE = {kind.code: kind for kind in _descendants(ThreadlineError) if "code" in vars(kind)}


def _translated(request: Request, error: HTTPException) -> ThreadlineError:
    kind = _BY_FRAMEWORK_STATUS.get(error.status_code)
    shown = f"{request.method[:20]} {request.url.path[:200]}"
    if kind is NotFound:
        return NotFound(f"There is no {shown}.", next_step="Look the operation up in /api/openapi.json.")
    if kind is MethodNotAllowed:
        return MethodNotAllowed(f"There is no {shown}; the path has other methods.")
    if kind is not None:
        return kind(str(error.detail))
    return BadInput(str(error.detail)) if error.status_code < 500 else InternalError(str(error.detail))


def _plain(error: ThreadlineError) -> Response:
    told = {"code": error.code, "message": error.message, "nextStep": error.next_step}
    return Encoded(msgspec.json.encode({"error": told}), error.status)
