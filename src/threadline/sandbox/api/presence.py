"""Presence: read by its routes, and told to the streams that subscribed to a person.

Contracts: contracts/linkedin-wire.md §§6.6, 8.3 (`presenceStatusTopic`), 8.5.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from threadline.sandbox.api.calls import Call, RefusalError, answer
from threadline.sandbox.living.simulation import Simulation
from threadline.sandbox.network.availability import told_presence
from threadline.sandbox.network.people import Person
from threadline.sandbox.protocol import forms, restli, urns
from threadline.sandbox.protocol.forms import Record

_DASH = "urn:li:fsd_profile:"
_LEGACY = "urn:li:fs_miniProfile:"


async def statuses(call: Call) -> web.Response:
    """`POST /messaging/dash/presenceStatuses` with the method overridden to GET."""
    return _statuses(call, _DASH)


async def legacy_statuses(call: Call) -> web.Response:
    """`POST /messaging/presenceStatuses`, the older form over `fs_miniProfile`."""
    return _statuses(call, _LEGACY)


def change_presence(simulation: Simulation, person: Person, *, online: bool) -> None:
    """A person comes or goes; whoever subscribed to them is told."""
    world = simulation.world
    at = world.clock.stamp()
    world.change({"op": "presence", "person": person.profile_id, "online": online, "at": at})
    topic = f"urn:li-realtime:presenceStatusTopic:{urns.profile_urn(person.profile_id)}"
    told = told_presence(world, person)
    payload = {name: told[name] for name in ("availability", "lastActiveAt")}
    simulation.streams.publish_subscribed(topic, at, payload)


def _statuses(call: Call, prefix: str) -> web.Response:
    try:
        ids = restli.parse_list(restli.split_query(call.raw_query).get("ids", ""))
    except restli.MalformedError:
        raise RefusalError(400) from None
    results: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for urn in ids:
        if not isinstance(urn, str) or not urn.startswith(prefix):
            raise RefusalError(400)
        person = call.world.people.get(urn.removeprefix(prefix))
        if person is None:
            errors[urn] = {"status": 404}
        else:
            results[urn] = told_presence(call.world, person)
    if not ids:
        raise RefusalError(400)
    record = Record("com.linkedin.restli.common.BatchResponse", statuses={}, results=results, errors=errors)
    return answer(forms.entity_answer(call.form, record), form=call.form)
