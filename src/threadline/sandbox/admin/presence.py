"""The admin API's call about presence: a person comes or goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.api.presence import change_presence
from threadline.sandbox.network.availability import told_presence


async def set_presence(request: web.Request) -> web.Response:
    """A person comes online, or goes."""
    simulation = request.app[SIMULATION]
    person = simulation.world.find_person(request.match_info["who"])
    if person is None:
        raise InvalidError(f"There is nobody called {request.match_info['who']!r}.", 404)
    fields = await Fields.of_body(request)
    online = fields.flag("online")
    fields.end()
    if person.gone:
        raise InvalidError("A person who is gone is never online.", 409)
    change_presence(simulation, person, online=online)
    return answer(told_presence(simulation.world, person))


ROUTES: tuple[tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]], ...] = (
    ("POST", "/sandbox/people/{who}/presence", set_presence),
)
