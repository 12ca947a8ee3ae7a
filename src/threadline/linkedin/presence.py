"""Presence: who is online, read on demand or subscribed to (contracts/linkedin-wire.md §§6.6, 8.5)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from threadline.linkedin import restli
from threadline.linkedin.decoding.normalized import is_normalized
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.errors import Refusal
from threadline.linkedin.transport import NORMALIZED, PLAIN, Request, Transport
from threadline.model import urns

_FORM = "application/x-www-form-urlencoded"
_TUNNELLED = {"x-http-method-override": "GET"}
_PATHS = (
    ("/voyager/api/messaging/dash/presenceStatuses", "urn:li:fsd_profile:"),
    ("/voyager/api/messaging/presenceStatuses", "urn:li:fs_miniProfile:"),
)
"""The present form and the older one, each with the URN by which it names people."""


class Presence(Struct, frozen=True):
    """Whether a person is there."""

    online: bool
    last_active_at: int | None
    """Epoch milliseconds, UTC."""


class PresenceStatuses:
    """Reads and subscribes to the presence of people, for one account."""

    def __init__(self, transport: Transport) -> None:
        """Ask through `transport`."""
        self._transport = transport

    async def statuses(self, person_ids: Sequence[str]) -> dict[str, Presence]:
        """The presence of some members by profile id; those of whom LinkedIn tells nothing are left out."""
        if not person_ids:
            return {}
        gone: Refusal | None = None
        for path, prefix in _PATHS:
            ids = restli.encode([prefix + person_id for person_id in person_ids])
            request = Request(
                endpoint="presence",
                method="POST",
                path=path,
                accept=NORMALIZED,
                body=f"ids={ids}".encode(),
                content_type=_FORM,
                headers=_TUNNELLED,
            )
            try:
                return await self._transport.call(request, _read_statuses)
            except Refusal as error:
                if error.status not in (404, 410):
                    raise
                gone = gone or error
        raise gone or LookupError("no form of the call is known")

    async def subscribe(self, connection_id: str, person_ids: Sequence[str]) -> None:
        """Have the stream of `connection_id` tell of some members; raises Refusal (412) when it is gone."""
        if not person_ids:
            return
        keys = [
            {
                "topic": f"urn:li-realtime:presenceStatusTopic:{urns.profile_urn(person_id)}",
                "clientConnectionId": connection_id,
            }
            for person_id in person_ids
        ]
        request = Request(
            endpoint="subscriptions",
            method="PUT",
            path=f"/realtime/realtimeFrontendSubscriptions?ids={restli.encode(keys)}",
            accept=PLAIN,
            body=msgspec.json.encode({"entities": {restli.encode(key): {} for key in keys}}),
            content_type=PLAIN,
            headers={"x-restli-method": "BATCH_UPDATE"},
            repeatable=False,
        )
        await self._transport.call(request, lambda _: None)


def _read_statuses(body: bytes) -> dict[str, Presence]:
    answer = msgspec.json.decode(body)
    results = part_in(part_in(answer, "data") if is_normalized(answer) else answer, "results")
    if not isinstance(results, dict):
        raise msgspec.ValidationError("there are no results in it")
    found: dict[str, Presence] = {}
    for urn, status in results.items():
        try:
            found[urns.profile_id(urn)] = presence_of(status)
        except urns.NotAnIdentifier:
            continue
    return found


def presence_of(status: Any) -> Presence:
    """The presence that `{availability, lastActiveAt}` tells."""
    return Presence(
        online=text_in(part_in(status, "availability")) == "ONLINE",
        last_active_at=number_in(part_in(status, "lastActiveAt")),
    )
