"""Request bodies: how large they may be, and reading JSON from them."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from threadline.api.dialect import ErrorAnswer
from threadline.api.identity import header
from threadline.model.attachments import FILE_LIMIT
from threadline.model.errors import BadInput, PayloadTooLarge, UnsupportedMediaType

LARGEST_BODY = 1024 * 1024
"""Bytes (contracts/DECISIONS.md 26)."""

_Body = TypeVar("_Body")

_ZERO = b"\\u0000"
_NOT_JSON = re.compile(
    rb"application/(x-www-form-urlencoded|xml|[\w.-]+\+xml|octet-stream)|multipart/|text/(xml|html)"
)
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>[^`]*)`)?", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]*)`")
_WORDS = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "array": "an array",
    "object": "an object",
    "null": "null",
}


class BodyLimit:
    """Refuses bodies above the limit: by their announced length at once, others when they grow over it."""

    def __init__(
        self,
        app: ASGIApp,
        error_answer: ErrorAnswer,
        largest: int = LARGEST_BODY,
        of_files: Mapping[str, int] | None = None,
    ) -> None:
        """largest: bytes; of_files: the same, for the paths that take a file, by path."""
        self._app = app
        self._error_answer = error_answer
        self._largest = largest
        self._of_files = of_files or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced: int | None = None
        for name, value in scope["headers"]:
            if name == b"content-length":
                announced = int(value) if value.isdigit() else None
            elif name == b"transfer-encoding":
                announced = None
                break
        else:
            if announced is None:
                # Neither header: there is no body.
                await self._app(scope, receive, send)
                return
        largest = self._of_files.get(scope["path"], self._largest)
        if announced is None:
            await self._app(scope, self._counted(receive, largest), send)
        elif announced <= largest:
            await self._app(scope, receive, send)
        else:
            await self._error_answer(scope, self._too_large(largest))(scope, receive, send)

    def _counted(self, receive: Receive, largest: int) -> Receive:
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > largest:
                raise self._too_large(largest)
            return message

        return counted

    def _too_large(self, largest: int) -> PayloadTooLarge:
        if largest != self._largest:
            shown = f"{FILE_LIMIT // 2**20} MiB ({FILE_LIMIT} bytes)"
            return PayloadTooLarge(f"A file may have at most {shown}.", field="file")
        return PayloadTooLarge(f"The body has more than {largest} bytes.")


async def json_body(request: Request, decoder: msgspec.json.Decoder[_Body]) -> _Body:
    """The body as the decoder's type; fields that the type does not have are ignored.

    Raises UnsupportedMediaType for a content type that is clearly something else, BadInput for what is not
    JSON or not of the type, PayloadTooLarge.
    """
    content_type = header(request, b"content-type")
    if _NOT_JSON.match(content_type.lower()):
        shown = content_type[:80].decode("latin-1")
        raise UnsupportedMediaType(f"The body is said to be {shown!r}; only JSON is taken.")
    body = await request.body()
    if not body.strip():
        raise BadInput("The body is empty; it must be a JSON object.")
    return decoded(body, decoder)


def decoded(body: bytes, decoder: msgspec.json.Decoder[_Body]) -> _Body:
    """JSON as the decoder's type; raises BadInput."""
    try:
        found = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"The body is not valid JSON: {str(error)[:200]}.") from None
    if _ZERO in body:
        _refuse_zero_characters(found, "")
    return found


def _refuse_zero_characters(value: Any, place: str) -> None:
    """No text of ours holds U+0000: PostgreSQL cannot store it, and LinkedIn cannot show it."""
    if isinstance(value, str) and "\0" in value:
        raise BadInput(f"{place}: it holds the character U+0000.", field=place)
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            within = f"{place}.{field.encode_name}" if place else field.encode_name
            _refuse_zero_characters(getattr(value, field.name), within)
    elif isinstance(value, dict):
        for name, one in value.items():
            _refuse_zero_characters(name, place)
            _refuse_zero_characters(one, place)
    elif isinstance(value, list | tuple):
        for index, one in enumerate(value):
            _refuse_zero_characters(one, f"{place}[{index}]")


def _misfit(complaint: str) -> BadInput:
    found = _PLACE.fullmatch(complaint)
    what, path = (found["what"], found["path"] or "$") if found else (complaint, "$")
    field = path.removeprefix("$").removeprefix(".")
    missing = _MISSING.fullmatch(what)
    if missing is not None:
        field = f"{field}.{missing['name']}" if field else missing["name"]
        return BadInput(f"{field}: it is missing.", field=field)
    if not field:
        return BadInput("The body must be a JSON object.")
    return BadInput(f"{field}: {_plainly(what)}.", field=field)


def _plainly(what: str) -> str:
    """The decoder's complaint in the words of JSON."""
    words = re.sub(r"`([^`]*)`", lambda one: " or ".join(_WORDS.get(w, w) for w in one[1].split(" | ")), what)
    return words[:1].lower() + words[1:]
