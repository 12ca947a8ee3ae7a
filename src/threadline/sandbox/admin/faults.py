"""The admin API's calls about faults and streams: switch them on and off, look at them, cut them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.api import routes
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living import faults

_LONGEST_DELAY = 600
_LONGEST_SKEW = 10 * 365 * 86_400_000
_DAY = 86_400


async def list_faults(request: web.Request) -> web.Response:
    """The faults that are on, and the kinds there are."""
    listed = request.app[SIMULATION].faults.list()
    return answer({"faults": [fault.told() for fault in listed], "kinds": faults.KINDS})


async def add_fault(request: web.Request) -> web.Response:
    """Switch a fault on."""
    simulation = request.app[SIMULATION]
    fields = await Fields.of_body(request)
    account = fields.choice("account", frozenset({*simulation.world.accounts, faults.EVERYONE}))
    kind = fields.choice("kind", frozenset(faults.KINDS))
    endpoint = fields.choice("endpoint", routes.ENDPOINTS, "")
    times = fields.number("count", 1, 1_000_000, 0)
    seconds = fields.seconds("seconds", _DAY)
    parameters = _parameters(fields, kind)
    fields.end()
    if endpoint and kind in faults.STREAM_KINDS:
        raise InvalidError(f"{kind} is about the frames of open streams and takes no endpoint.")
    fault = simulation.faults.add(
        account, kind, endpoint=endpoint or None, times=times or None, seconds=seconds, **parameters
    )
    return answer(fault.told(), status=201)


async def remove_faults(request: web.Request) -> web.Response:
    """Switch off the faults that match, or all."""
    simulation = request.app[SIMULATION]
    fields = Fields(dict(request.query), "query")
    account = fields.choice("account", frozenset({*simulation.world.accounts, faults.EVERYONE}), "")
    kind = fields.choice("kind", frozenset(faults.KINDS), "")
    number = fields.number("id", 1, 10**9, 0)
    fields.end()
    removed = simulation.faults.remove(account=account or None, kind=kind or None, number=number or None)
    return answer({"removed": removed})


async def list_streams(request: web.Request) -> web.Response:
    """The open realtime streams, and when each account's client last sent its heartbeat."""
    simulation = request.app[SIMULATION]
    listed = [
        {
            "account": account.name,
            "connectionId": stream.connection_id,
            "decorated": stream.decorated,
            "openedAtMs": stream.opened_at,
            "topics": sorted(stream.topics),
        }
        for account in simulation.world.accounts.values()
        for stream in simulation.streams.open_of(account.owner)
    ]
    return answer({"streams": listed, "heartbeats": simulation.heartbeats})


async def cut_streams(request: web.Request) -> web.Response:
    """End an account's streams: by abort, or properly with `?clean=true`."""
    simulation = request.app[SIMULATION]
    name = request.match_info["name"]
    account = simulation.world.accounts.get(name)
    if account is None:
        raise InvalidError(f"{name!r} is not an account.", 404)
    fields = Fields(dict(request.query), "query")
    cleanly = fields.choice("clean", frozenset({"true", "false"}), "false") == "true"
    fields.end()
    return answer({"cut": simulation.streams.cut(account.owner, cleanly=cleanly)})


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("GET", "/sandbox/faults", list_faults),
    ("POST", "/sandbox/faults", add_fault),
    ("DELETE", "/sandbox/faults", remove_faults),
    ("GET", "/sandbox/streams", list_streams),
    ("POST", "/sandbox/streams/{name}/cut", cut_streams),
)
"""(method, path, handler) of each call."""


def _parameters(fields: Fields, kind: str) -> dict[str, Any]:
    """What the kind takes, as far as it was given. Raises InvalidError for what it does not take."""
    given: dict[str, Any] = {}
    for name, kinds in faults.PARAMETERS.items():
        if fields.has(name) and kind not in kinds:
            raise InvalidError(f"{name} is only taken by {', '.join(sorted(kinds))}.")
        value: Any
        match name:
            case "delay":
                value = fields.seconds(name, _LONGEST_DELAY)
            case "retryAfter":
                value = fields.number(name, 0, 10 * _DAY, 0)
            case "status":
                value = fields.number(name, 400, 599, 0)
            case "milliseconds":
                value = fields.number(name, -_LONGEST_SKEW, _LONGEST_SKEW, 0)
            case "retryAfterAsDate":
                value = fields.flag(name)
            case _:
                value = fields.text(name, 300, "")
        if fields.has(name):
            given[name] = value
    if kind == "rotated_query" and not given.get("queryId"):
        raise InvalidError("rotated_query takes queryId, the query id that is no longer known.")
    if kind == "clock_skew" and "milliseconds" not in given:
        raise InvalidError("clock_skew takes milliseconds, how far the times are off.")
    return given
