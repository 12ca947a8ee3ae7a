"""What a fault does to a call: an answer in place of the true one, or a true one held, cut or changed."""

from __future__ import annotations

import asyncio
import json
from email.utils import formatdate
from typing import Any

from aiohttp import web

from threadline.sandbox.api import pages
from threadline.sandbox.api.calls import RefusalError, encode, refuse, visible_refusal
from threadline.sandbox.living.faults import Fault, Struck
from threadline.sandbox.protocol import forms

_DELETED = 'li_at="delete me"; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'
_CHECKPOINT = "/checkpoint/challenge/sandbox"
_CSRF = "CSRF check failed."
_USUAL_DELAY = 5.0
_USUAL_CODE = "SANDBOX_REFUSAL"
_PIECES = 20
# Of several that strike at once, the first here is answered.
_STATUSES = {
    "unauthorized": 401,
    "denied": 999,
    "rate_limited": 429,
    "bad_request": 400,
    "not_found": 404,
    "rotated_query": 404,
    "conflict": 409,
    "retired": 410,
    "stale_connection": 412,
    "unprocessable": 422,
    "server_error": 500,
    "bad_gateway": 502,
    "unavailable": 503,
    "gateway_timeout": 504,
}


def seen_now(struck: Struck, now: int) -> int:
    """The time of the server that answers, when it is `now` in the network; epoch milliseconds, UTC."""
    return now + (struck["clock_skew"].parameters["milliseconds"] if "clock_skew" in struck else 0)


def in_place(struck: Struck, form: str, now: int) -> web.Response | None:
    """The answer that a fault gives in place of the true one, if one does. now: as in `seen_now`."""
    if "checkpoint" in struck:
        return web.Response(status=302, headers={"location": _CHECKPOINT})
    if "login" in struck:
        return web.Response(status=302, headers={"location": "/login?session_redirect=sandbox"})
    if "checkpoint_page" in struck:
        return pages.checkpoint()
    if "login_page" in struck:
        return pages.login()
    if "unknown_page" in struck:
        return pages.other()
    if "csrf_changed" in struck:
        cookie = f'JSESSIONID="ajax:{struck["csrf_changed"].number}{now}"; Path=/'
        return web.Response(status=403, text=_CSRF, headers={"set-cookie": cookie})
    if "forbidden" in struck:
        return web.Response(status=403, text=_CSRF)
    if "refused" in struck:
        message = struck["refused"].parameters.get("message")
        return refuse(visible_refusal(message or "This profile can't be accessed"), form)
    for kind, status in _STATUSES.items():
        if kind in struck:
            return _status_answer(struck[kind], status, form, now)
    return None


def delay_of(struck: Struck, kind: str) -> float:
    """The seconds that `kind` waits: 0 when it does not strike."""
    return float(struck[kind].parameters.get("delay", _USUAL_DELAY)) if kind in struck else 0.0


def marked(response: web.StreamResponse, struck: Struck, now: int) -> None:
    """Change the headers of an answer that has not begun yet. now: as in `seen_now`."""
    if response.prepared:
        return
    if "li_at_deleted" in struck:
        response.headers.add("Set-Cookie", _DELETED)
    if "clock_skew" in struck:
        response.headers["Date"] = formatdate(now / 1000, usegmt=True)


def with_errors(response: web.StreamResponse, struck: Struck, form: str) -> web.StreamResponse:
    """A GraphQL answer with errors[] and null where the result stood; any other answer as it is."""
    kind = next((kind for kind in ("partial_failure", "null_elements") if kind in struck), None)
    if kind is None or not isinstance(response, web.Response) or response.status != 200:
        return response
    answer = json.loads(bytes(response.body) if isinstance(response.body, bytes) else b"{}")
    data = answer.get("data")
    fields = data.get("data") if isinstance(data, dict) and form == forms.NORMALIZED else data
    if not isinstance(fields, dict):
        return response
    for name, value in fields.items():
        if name.startswith(("_", "$")):
            continue
        if kind == "null_elements" and isinstance(value, dict):
            value["elements" if "elements" in value else "*elements"] = None
        else:
            fields[name] = None
    status = struck[kind].parameters.get("status", 500)
    errors = [{"message": "The sandbox was asked to fail here.", "extensions": {"status": status}}]
    (data if form == forms.NORMALIZED else answer)["errors"] = errors
    response.body = encode(answer)
    return response


async def handed_over(
    request: web.Request, response: web.StreamResponse, struck: Struck
) -> web.StreamResponse:
    """The answer after it was written in pieces or cut, where a fault says so; else as it came."""
    slowly = delay_of(struck, "trickle")
    if not (slowly or "cut_mid_body" in struck) or not isinstance(response, web.Response):
        return response
    body = response.body if isinstance(response.body, bytes) else b""
    written = web.StreamResponse(status=response.status, reason=response.reason, headers=response.headers)
    written.content_length = len(body)
    await written.prepare(request)
    if "cut_mid_body" in struck:
        await written.write(body[: len(body) // 2])
        cut(request)
        return written
    size = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), size):
        await asyncio.sleep(slowly / _PIECES)
        await written.write(body[start : start + size])
    await written.write_eof()
    return written


def cut(request: web.Request) -> None:
    """Cut the connection under the call."""
    if request.transport is not None:
        request.transport.abort()


def _status_answer(fault: Fault, status: int, form: str, now: int) -> web.Response:
    fields: dict[str, Any] = {}
    if status == 422:
        fields["code"] = fault.parameters.get("code", _USUAL_CODE)
        if "message" in fault.parameters:
            fields["message"] = fault.parameters["message"]
    if status == 999:
        response = web.Response(status=999, reason="Request denied")
    else:
        response = refuse(RefusalError(status, **fields), form)
    seconds = fault.parameters.get("retryAfter")
    if seconds is not None:
        as_date = fault.parameters.get("retryAfterAsDate", False)
        response.headers["Retry-After"] = (
            formatdate(now / 1000 + seconds, usegmt=True) if as_date else str(seconds)
        )
    return response
