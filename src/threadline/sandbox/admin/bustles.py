"""The admin API's calls that set off a bustle, look at it and stop it (docs/sandbox.md)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox.admin.fields import Fields
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living.bustle import KINDS, Bustle

_HIGHEST_RATE = 2000
_LONGEST = 86_400
_USUAL_RATE = 10
_USUAL_SECONDS = 10.0
_USUAL_ACCOUNTS = ("ada", "grace", "alan")


async def begin(request: web.Request) -> web.Response:
    """Set off a bustle, in place of the one before."""
    simulation = request.app[SIMULATION]
    known = simulation.world.accounts
    fields = await Fields.of_body(request)
    rate = fields.number("perSecond", 1, _HIGHEST_RATE, _USUAL_RATE)
    seconds = fields.seconds("seconds", _LONGEST) or _USUAL_SECONDS
    seed = fields.number("seed", 0, 10**9, 1)
    kinds = fields.choices("kinds", frozenset(KINDS)) or list(KINDS)
    names = fields.choices("accounts", frozenset(known)) or list(_USUAL_ACCOUNTS)
    fields.end()
    simulation.stop_bustle()
    simulation.bustle = Bustle(
        simulation,
        [known[name] for name in names],
        rate=rate,
        seconds=seconds,
        seed=seed,
        kinds=frozenset(kinds),
    )
    return answer(simulation.bustle.told(), status=201)


async def show(request: web.Request) -> web.Response:
    """How far the bustle is."""
    bustle = request.app[SIMULATION].bustle
    return answer({"running": False} if bustle is None else bustle.told())


async def end(request: web.Request) -> web.Response:
    """Stop the bustle."""
    request.app[SIMULATION].stop_bustle()
    return await show(request)


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("POST", "/sandbox/bustle", begin),
    ("GET", "/sandbox/bustle", show),
    ("DELETE", "/sandbox/bustle", end),
)
"""(method, path, handler) of each call."""
