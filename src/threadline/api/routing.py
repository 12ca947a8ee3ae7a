"""Routes whose functions read the request and make the whole answer themselves."""

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, request_response

Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class PlainRoute(APIRoute):
    """A route without dependencies: its function takes the request and answers a response.

    FastAPI's own handler solves a tree of dependencies and checks a body on every call, which costs more than
    a read from the store. The description of the route stays FastAPI's.
    """

    def __init__(
        self,
        method: str,
        path: str,
        answering: Answering,
        *,
        tags: Sequence[str] = (),
        described: Mapping[str, Any] | None = None,
    ) -> None:
        """described: what the OpenAPI document says of it beside FastAPI's own words; None leaves it out."""
        super().__init__(
            path,
            answering,
            methods=[method],
            tags=list(tags),
            operation_id="_".join((*tags, answering.__name__)),
            include_in_schema=described is not None,
        )
        self.described: Mapping[str, Any] = described or {}
        self.app = request_response(answering)


def describe(document: dict[str, Any], routes: Iterable[BaseRoute]) -> None:
    """Add what is said of `routes` to the OpenAPI document.

    It is not handed to FastAPI, which would leave out every null of an example.
    """
    for route in routes:
        if isinstance(route, PlainRoute) and route.include_in_schema:
            for method in route.methods or ():
                document["paths"][route.path_format][method.lower()] |= route.described


class Encoded(Response):
    """An answer whose body is already JSON."""

    def __init__(self, body: bytes, status: int = 200, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        """headers: further ones, names in lower case."""
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [
            (b"content-length", str(len(body)).encode()),
            (b"content-type", b"application/json"),
            *headers,
        ]
