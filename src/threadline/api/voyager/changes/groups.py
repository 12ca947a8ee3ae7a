"""Group chats: their title and their members."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import json_body
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.changes import present
from threadline.api.voyager.changes.schemas import ParticipantsBody, RenameBody
from threadline.api.voyager.envelope import answer
from threadline.model.access import Right
from threadline.model.errors import BadInput

MOST_PEOPLE = 20
"""How many people one request may name."""

_title = msgspec.json.Decoder(RenameBody)
_people = msgspec.json.Decoder(ParticipantsBody)


async def rename(request: Request) -> Response:
    """Give a group chat another title."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _title)
    group = await services_of(request).grouping.rename(account, _named(request), body.title)
    return answer(request, present.group(group), message="Renamed")


async def add_participants(request: Request) -> Response:
    """Add people to a group chat; harmless for those who are in it."""
    account = await account_of(request, Right.SEND)
    people = _addresses(await json_body(request, _people))
    group = await services_of(request).grouping.add_participants(account, _named(request), people)
    return answer(request, present.group(group), message="Added")


async def remove_participants(request: Request) -> Response:
    """Remove people from a group chat."""
    account = await account_of(request, Right.SEND)
    people = _addresses(await json_body(request, _people))
    group = await services_of(request).grouping.remove_participants(account, _named(request), people)
    return answer(request, present.group(group), message="Removed")


def _addresses(body: ParticipantsBody) -> list[str]:
    named = [*body.profile_urls, *body.urns]
    if len(named) > MOST_PEOPLE:
        raise BadInput(f"At most {MOST_PEOPLE} people can be named at once.", field="profileUrls")
    return named


def _named(request: Request) -> str:
    named: str = request.path_params["conversation"]
    return named
