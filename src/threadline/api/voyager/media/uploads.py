"""Uploading a file: as the raw body, or as the part `file` of a form."""

import re

from starlette.requests import Request
from starlette.responses import Response

from threadline.api.identity import header
from threadline.api.multipart import FileForm, named_in
from threadline.api.services import services_of
from threadline.api.voyager import queries
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer
from threadline.api.voyager.media import present
from threadline.api.voyager.media.schemas import Uploaded
from threadline.model.access import Right
from threadline.model.errors import BadInput
from threadline.services.media.files import Said

_NUMBER = re.compile(r"[0-9]{1,15}\Z")


async def upload(request: Request) -> Response:
    """Hand a file on to LinkedIn; it can then be attached to messages of the account."""
    account = await account_of(request, Right.SEND)
    media = services_of(request).media
    content_type = header(request, b"content-type")
    form: FileForm | None = None
    if content_type.lower().startswith(b"multipart/"):
        form = FileForm(content_type, request.stream())
    async with media.receiving(account, request.stream() if form is None else form.chunks()) as spooled:
        # What a form says of its file may stand behind it.
        said = _said_raw(request) if form is None else _said_in(form, queries.query_of(request))
        taken = await media.upload(account, spooled, said)
    return answer(request, Uploaded(attachment=present.attachment(taken)), status=201, message="Uploaded")


def _said_raw(request: Request) -> Said:
    query = queries.query_of(request)
    return Said(
        name=named_in(header(request, b"x-file-name")),
        media_type=header(request, b"content-type").decode("latin-1"),
        declared_size=_number(header(request, b"x-file-size").decode("latin-1"), "X-File-Size"),
        kind=query.get("kind") or None,
        duration=_number(query.get("duration", ""), "duration"),
    )


def _said_in(form: FileForm, query: dict[str, str]) -> Said:
    fields = {**query, **form.fields}
    size = _number(fields.get("size", ""), "size")
    return Said(
        name=form.file_name or "",
        media_type=form.media_type,
        declared_size=form.declared_size if size is None else size,
        kind=fields.get("kind") or None,
        duration=_number(fields.get("duration", ""), "duration"),
    )


def _number(text: str, name: str) -> int | None:
    if not text:
        return None
    if not _NUMBER.match(text):
        raise BadInput(f"{name}: it is not a whole number.", field=name)
    return int(text)
