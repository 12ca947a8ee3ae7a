"""The door of the simulated API: whose call it is, which fault strikes it, and who answers it.

Order: the call is found and counted, faults strike, session and CSRF token are checked, then it is answered.
"""

from __future__ import annotations

from aiohttp import web

from threadline.sandbox import forms, legacy, messaging, pages, routes
from threadline.sandbox.calls import Call, RefusalError, answer, read_cookies, refuse, split_path
from threadline.sandbox.people import Account
from threadline.sandbox.simulation import Simulation

SIMULATION = web.AppKey("simulation", Simulation)
_NOBODY = "-"
_DELETED = 'li_at="delete me"; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT'
_CHECKPOINT = "/checkpoint/challenge/sandbox"
_STATUS_FAULTS = {
    "unauthorized": 401,
    "rate_limited": 429,
    "denied": 999,
    "server_error": 500,
    "unavailable": 503,
}
_EMPTY_LOOKUPS: dict[str, routes.Handler] = {
    "recipients": messaging.graphql_without_recipients,
    "legacyRecipients": legacy.no_conversations,
}


async def dispatch(request: web.Request) -> web.StreamResponse:
    """Answer one request that is not the admin API's."""
    simulation = request.app[SIMULATION]
    segments, raw_query = split_path(request.raw_path)
    cookies = read_cookies(request.headers.get("cookie", ""))
    account = simulation.world.accounts.get(cookies.get("li_at", "").removeprefix("demo-"))
    if account is not None and cookies["li_at"] != f"demo-{account.name}":
        account = None
    if segments[0] not in ("voyager", "realtime"):
        return pages.show(request.method, segments, account)
    method = request.method
    if method == "POST" and request.headers.get("x-http-method-override", "").upper() == "GET":
        method, raw_query = "GET", (await request.read()).decode("ascii", "replace")
    found = routes.find(method, segments)
    form = forms.chosen_form(request.headers.get("accept"))
    endpoint, query_id = routes.endpoint_name(found[0], raw_query) if found else ("unknown", "")
    name = account.name if account else _NOBODY
    simulation.calls[name, endpoint] += 1
    struck = simulation.faults.strike(name, endpoint, query_id)
    response = _struck_down(request, struck, form)
    if response is None:
        response = await _answered(request, account, cookies, found, raw_query, form, endpoint, struck)
    if "lose_answer" in struck:
        _cut(request)
    if "li_at_deleted" in struck and not response.prepared:
        response.headers.add("Set-Cookie", _DELETED)
    return response


def _struck_down(request: web.Request, struck: frozenset[str], form: str) -> web.StreamResponse | None:
    if "cut_before" in struck:
        _cut(request)
        return web.Response(status=500)
    if "checkpoint" in struck:
        return web.Response(status=302, headers={"location": _CHECKPOINT})
    if "checkpoint_page" in struck:
        return pages.checkpoint()
    if "forbidden" in struck:
        return web.Response(status=403, text="CSRF check failed.")
    if "rotated_query" in struck:
        return refuse(RefusalError(404), form)
    for kind, status in _STATUS_FAULTS.items():
        if kind in struck:
            if status == 999:
                return web.Response(status=999, reason="Request denied")
            return refuse(RefusalError(status), form)
    return None


async def _answered(
    request: web.Request,
    account: Account | None,
    cookies: dict[str, str],
    found: tuple[routes.Route, str] | None,
    raw_query: str,
    form: str,
    endpoint: str,
    struck: frozenset[str],
) -> web.StreamResponse:
    if account is None:
        return refuse(RefusalError(401), form)
    token = cookies.get("JSESSIONID")
    if not token or request.headers.get("csrf-token") != token:
        return web.Response(status=403, text="CSRF check failed.")
    if found is None:
        return refuse(RefusalError(404), form)
    route, target = found
    call = Call(request, request.app[SIMULATION], account, target, raw_query, form)
    handler = _EMPTY_LOOKUPS[endpoint] if "empty_recipient_lookup" in struck else route.handler
    if "li_at_deleted" in struck and endpoint == "realtime":
        # A stream's headers leave before its handler returns, so the stream is refused instead.
        return answer(forms.error_answer(form, 401), status=401, form=form)
    try:
        return await handler(call)
    except RefusalError as refusal:
        return refuse(refusal, form)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
