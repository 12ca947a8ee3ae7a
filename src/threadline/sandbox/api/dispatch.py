"""The door of the simulated API: whose call it is, which fault strikes it, and who answers it.

Order: the call is found and counted, faults strike, session and CSRF token are checked, then it is answered.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from threadline.sandbox.api import messaging, pages, routes, striking
from threadline.sandbox.api.calls import Call, RefusalError, answer, read_cookies, refuse, split_path
from threadline.sandbox.legacy import routes as legacy
from threadline.sandbox.living.faults import Struck
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network.people import Account
from threadline.sandbox.protocol import forms, restli

SIMULATION = web.AppKey("simulation", Simulation)
_NOBODY = "-"
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
    if segments[0] not in routes.ROOTS:
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
    now = striking.seen_now(struck, simulation.world.clock.now())
    if "cut_before" in struck:
        striking.cut(request)
        return web.Response(status=500)
    if endpoint == "realtime":
        await asyncio.sleep(striking.delay_of(struck, "slow"))
    response: web.StreamResponse | None = striking.in_place(struck, form, now)
    if response is None:
        response = await _answered(request, account, cookies, found, raw_query, form, endpoint, struck)
        response = striking.with_errors(response, struck, form)
    if "lose_answer" in struck:
        striking.cut(request)
    if endpoint != "realtime":
        await asyncio.sleep(striking.delay_of(struck, "slow"))
    striking.marked(response, struck, now)
    return await striking.handed_over(request, response, struck)


async def _answered(
    request: web.Request,
    account: Account | None,
    cookies: dict[str, str],
    found: tuple[routes.Route, str] | None,
    raw_query: str,
    form: str,
    endpoint: str,
    struck: Struck,
) -> web.StreamResponse:
    if account is None:
        return refuse(RefusalError(401), form)
    # An attachment's address is also opened by browsers, which send cookies alone.
    needs_token = found is None or found[0].csrf
    token = cookies.get("JSESSIONID")
    if needs_token and (not token or request.headers.get("csrf-token") != token):
        return web.Response(status=403, text="CSRF check failed.")
    if found is None:
        return refuse(RefusalError(404), form)
    route, target = found
    simulation = request.app[SIMULATION]
    simulation.world.hosts[account.owner] = request.host
    if simulation.options.lenient and "strict_restli" not in struck:
        raw_query = restli.tightened(raw_query)
    call = Call(request, simulation, account, target, raw_query, form, struck)
    handler = _EMPTY_LOOKUPS[endpoint] if "empty_recipient_lookup" in struck else route.handler
    if "li_at_deleted" in struck and endpoint == "realtime":
        # A stream's headers leave before its handler returns, so the stream is refused instead.
        return answer(forms.error_answer(form, 401), status=401, form=form)
    try:
        return await handler(call)
    except RefusalError as refusal:
        return refuse(refusal, form)
