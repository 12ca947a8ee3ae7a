"""Who is asking, as the headers say."""

import hmac

from starlette.requests import Request

from threadline.model.errors import Unauthorized


def bearer(request: Request) -> str | None:
    """The key in `Authorization: Bearer <key>`, or None."""
    value = header(request, b"authorization")
    scheme, _, key = value.partition(b" ")
    return key.strip().decode("latin-1") or None if scheme.lower() == b"bearer" else None


def header(request: Request, name: bytes) -> bytes:
    """The value of a header (name in lower case) without spaces around it; empty when it is not there."""
    for key, value in request.scope["headers"]:
        if key == name:
            found: bytes = value
            return found.strip()
    return b""


def check_operator(request: Request, operator_token: str) -> None:
    """Raises Unauthorized unless the request bears the token of the local operator."""
    given = bearer(request)
    if not given or not operator_token or not hmac.compare_digest(given.encode(), operator_token.encode()):
        raise Unauthorized(
            "This is for the operator of the gateway alone.",
            next_step="Send the token in the file operator.token of the gateway's data folder as the bearer.",
        )
