"""What every messaging query stands on: whose mailbox it asks, and how that mailbox is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from threadline.sandbox.api.render import Renderer
from threadline.sandbox.network.threads import Message, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import cursors, urns
from threadline.sandbox.protocol.restli import Value
from threadline.sandbox.protocol.variables import BadQueryError

PAGE = 20


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gives: its field, its value, and the errors of a partial failure."""

    field: str
    value: Any
    errors: list[dict[str, Any]] | None = None


class ForbiddenError(Exception):
    """A query about another member's mailbox: answered with 403."""


class Asking:
    """The queries of one mailbox. They raise variables.BadQueryError and ForbiddenError."""

    def __init__(self, world: World, owner: str) -> None:
        self.world = world
        self.owner = owner
        self.render = Renderer(world, owner)

    def since(self, token: Value | None, scope: str) -> int | None:
        """The count in a sync token of `scope`, or None when there is none or it is unknown."""
        if token is None:
            return None
        return cursors.read_sync_token(str(token), self.world.epoch, scope, self.world.count)

    def deleted(self, thread: Thread, message: Message | None = None) -> dict[str, Any]:
        """How `deletedUrns` names a conversation, or one of its messages."""
        found: dict[str, Any] = {"conversation": self.render.conversation_reference(thread)}
        if message is not None:
            found["message"] = self.render.message_reference(message)
        return found

    def own_thread(self, urn: Value) -> Thread | None:
        """The thread that a conversation URN of the own mailbox names, or None. Raises as a query does."""
        owner = urns.read_owner(str(urn))
        if owner is None:
            raise BadQueryError(f"{urn} is not a conversation URN")
        if owner != self.owner:
            raise ForbiddenError
        return self.world.thread_in(self.owner, urns.read_thread(str(urn)))

    def own_message(self, urn: Value) -> tuple[Thread, Message] | None:
        """A message of the own mailbox and its thread, or None. Raises as a query does."""
        owner = urns.read_owner(str(urn))
        if owner is None:
            raise BadQueryError(f"{urn} is not a message URN")
        if owner != self.owner:
            raise ForbiddenError
        return self.world.message_in(self.owner, urns.read_message(str(urn)))


def missing(field: str) -> Found:
    """A partial failure: what was asked for is not there."""
    error = {"message": "The requested item was not found.", "path": [field], "extensions": {"status": 404}}
    return Found(field, None, [error])
