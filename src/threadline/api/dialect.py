"""What a dialect is: paths of its own, routes, and its way to tell an error."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import Scope

from threadline.model.errors import ThreadlineError

ErrorAnswer = Callable[[Scope, ThreadlineError], Response]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One face of the API."""

    name: str
    prefixes: tuple[str, ...]
    """What its paths begin with, as `/api/`; the longest prefix of a path decides whose path it is."""
    routes: Sequence[BaseRoute]
    error_answer: ErrorAnswer
    """An error in the dialect's own form."""
    complete_description: Callable[[dict[str, Any]], None]
    """Adds to the OpenAPI document what the routes refer to."""
