"""Editing, taking back and reacting to messages."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.changes import present
from threadline.api.voyager.changes.schemas import EditBody, ReactBody
from threadline.api.voyager.envelope import answer
from threadline.model.access import Right
from threadline.services.sends.outgoing import Span

_edit = msgspec.json.Decoder(EditBody)
_reaction = msgspec.json.Decoder(ReactBody)


async def edit(request: Request) -> Response:
    """Give an own message another text, within 60 minutes."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _edit)
    mentions = [Span(start=one.start, length=one.length, urn=one.urn) for one in body.mentions]
    message = await services_of(request).changing.edit(account, _named(request), body.message, mentions)
    return answer(request, present.message_changed(account, message), message="Edited")


async def recall(request: Request) -> Response:
    """Take an own message back for everyone, within 60 minutes."""
    account = await account_of(request, Right.SEND)
    message = await services_of(request).changing.recall(account, _named(request))
    return answer(request, present.message_changed(account, message), message="Taken back")


async def react(request: Request) -> Response:
    """Choose an emoji for a message, or take it back; repeating it is harmless."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _reaction)
    changing = services_of(request).changing
    message = await changing.react(account, _named(request), body.emoji, added=body.react)
    said = "Reacted" if body.react else "Reaction taken back"
    return answer(request, present.message_reacted(account, message), message=said)


async def list_reactions(request: Request) -> Response:
    """Who reacted to a message, asked of LinkedIn."""
    account = await account_of(request, Right.READ)
    message, found = await services_of(request).changing.reactions(account, _named(request))
    return answer(request, present.reactors(account, message, found))


def _named(request: Request) -> str:
    named: str = request.path_params["message"]
    return named
