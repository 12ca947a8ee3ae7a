"""Routes whose functions read the request and make the whole answer themselves."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

Answering = Callable[[Request], Coroutine[Any, Any, Response]]


class PlainRoute(APIRoute):
    """A route without dependencies: its function takes the request and answers a response.

    FastAPI's own handler solves a tree of dependencies and checks a body on every call, which costs more than
    a read from the store. The description of the route stays FastAPI's.
    """

    def get_route_handler(self) -> Answering:
        """The route's own function, called with the request."""
        endpoint: Answering = self.endpoint
        return endpoint


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
