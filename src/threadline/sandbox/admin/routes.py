"""The admin API under /sandbox/: health, time, counts, reset; the other groups of calls are beside it.

No key is asked for: the server can only be reached from its own machine.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from itertools import chain

from aiohttp import web

from threadline.sandbox.admin import acts, bustles, export, faults, files, mailboxes, persons, presence, sales
from threadline.sandbox.admin.fields import Fields, InvalidError
from threadline.sandbox.api.calls import answer
from threadline.sandbox.api.dispatch import SIMULATION
from threadline.sandbox.living.rules import NotAllowedError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_LONGEST_OFFSET = 10 * 365 * 86_400_000


def add_routes(application: web.Application) -> None:
    """Put the admin API in front of the simulated one."""
    listed: tuple[tuple[str, str, Handler], ...] = (
        ("GET", "/sandbox/health", health),
        ("GET", "/sandbox/clock", show_clock),
        ("POST", "/sandbox/clock", set_clock),
        ("GET", "/sandbox/requests", count_requests),
        ("DELETE", "/sandbox/requests", forget_requests),
        ("POST", "/sandbox/reset", reset),
    )
    groups = (
        listed,
        persons.ROUTES,
        acts.ROUTES,
        mailboxes.ROUTES,
        files.ROUTES,
        faults.ROUTES,
        bustles.ROUTES,
        export.ROUTES,
        presence.ROUTES,
        sales.ROUTES,
    )
    for method, path, handler in chain.from_iterable(groups):
        application.router.add_route(method, path, _guarded(handler))
    application.router.add_route("*", "/sandbox/{rest:.*}", _guarded(_unknown))


def _guarded(handler: Handler) -> Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except InvalidError as invalid:
            return answer({"error": str(invalid)}, status=invalid.status)
        except NotAllowedError as refused:
            status = refused.status if refused.status in (400, 404) else 409
            return answer({"error": f"{refused.reason}."}, status=status)

    return guarded


async def _unknown(request: web.Request) -> web.Response:
    raise InvalidError(
        f"There is no {request.method} {request.path}; docs/sandbox.md lists the admin API.", 404
    )


async def health(request: web.Request) -> web.Response:
    """What runs, and since when its history ends."""
    simulation = request.app[SIMULATION]
    world = simulation.world
    return answer(
        {
            "status": "ok",
            "pid": os.getpid(),
            "seed": world.seed,
            "anchorMs": world.anchor,
            "nowMs": world.clock.now(),
            "people": len(world.people),
            "accounts": {
                account.name: {
                    "vanity": account.person.vanity,
                    "profileId": account.owner,
                    "seat": account.seat,
                    "conversations": len(world.mailbox(account.owner)),
                    "streams": len(simulation.streams.open_of(account.owner)),
                }
                for account in world.accounts.values()
            },
            "kept": simulation.options.keep is not None,
        }
    )


async def show_clock(request: web.Request) -> web.Response:
    """The sandbox's time."""
    clock = request.app[SIMULATION].world.clock
    return answer({"nowMs": clock.now(), "offsetMs": clock.offset_ms})


async def set_clock(request: web.Request) -> web.Response:
    """Move the sandbox's time: to a moment, by a step, or to an offset from the machine's time."""
    world = request.app[SIMULATION].world
    fields = await Fields.of_body(request)
    given = [name for name in ("nowMs", "advanceMs", "offsetMs") if fields.has(name)]
    if len(given) != 1:
        raise InvalidError("Give one of nowMs, advanceMs and offsetMs.")
    value = fields.number(given[0], -_LONGEST_OFFSET, 10**13)
    fields.end()
    now, offset = world.clock.now(), world.clock.offset_ms
    moved = {"nowMs": offset + value - now, "advanceMs": offset + value, "offsetMs": value}[given[0]]
    if abs(moved) > _LONGEST_OFFSET:
        raise InvalidError("The clock moves at most ten years from the machine's time.")
    world.set_clock(moved)
    return await show_clock(request)


async def count_requests(request: web.Request) -> web.Response:
    """How many calls each account made to each endpoint."""
    simulation = request.app[SIMULATION]
    fields = Fields(dict(request.query), "query")
    wanted = fields.text("account", 100, "")
    fields.end()
    counted: dict[str, dict[str, int]] = {}
    for (account, endpoint), number in sorted(simulation.calls.items()):
        if wanted in ("", account):
            counted.setdefault(account, {})[endpoint] = number
    return answer({"requests": counted})


async def forget_requests(request: web.Request) -> web.Response:
    """Count from nothing again."""
    simulation = request.app[SIMULATION]
    forgotten = sum(simulation.calls.values())
    simulation.calls.clear()
    return answer({"forgotten": forgotten})


async def reset(request: web.Request) -> web.Response:
    """Go back to the made network."""
    request.app[SIMULATION].reset()
    return await health(request)
