"""One call to the simulated API: what was asked, by whom, and how it is answered or refused."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from aiohttp import web

from threadline.sandbox.living.faults import Struck
from threadline.sandbox.network.people import Account
from threadline.sandbox.protocol import forms

if TYPE_CHECKING:
    from threadline.sandbox.living.simulation import Simulation
    from threadline.sandbox.network.world import World


class RefusalError(Exception):
    """The call is refused with `status`; `fields` are the error body's, besides the status."""

    def __init__(self, status: int, **fields: Any) -> None:
        super().__init__(status)
        self.status = status
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated call.

    target: the path's variable segment, percent-decoded. raw_query: the query string as sent.
    form: see forms.py. struck: the faults that strike it and leave the answering to its handler.
    """

    request: web.Request
    simulation: Simulation
    account: Account
    target: str
    raw_query: str
    form: str
    struck: Struck = field(default_factory=dict)

    @property
    def strict_tracking_id(self) -> bool:
        """Whether a trackingId of another length than 16 is refused (§6.1)."""
        return not self.simulation.options.lenient or "strict_tracking_id" in self.struck

    @property
    def owner(self) -> str:
        """The profile id of the account."""
        return self.account.owner

    @property
    def world(self) -> World:
        """The network's state."""
        return self.simulation.world

    async def json(self) -> dict[str, Any]:
        """The body as a JSON object, whatever its content type. Raises RefusalError (400)."""
        try:
            body = json.loads(await self.request.read())
        except (ValueError, RecursionError):
            raise RefusalError(400) from None
        if not isinstance(body, dict):
            raise RefusalError(400)
        return body


def answer(body: Any, *, status: int = 200, form: str = forms.PLAIN) -> web.Response:
    """A JSON answer in the content type of its form."""
    kinds = {forms.NORMALIZED: forms.NORMALIZED, forms.GRAPHQL: forms.GRAPHQL}
    return web.Response(
        body=encode(body),
        status=status,
        headers={"content-type": f"{kinds.get(form, forms.PLAIN)}; charset=utf-8"},
    )


def done(status: int = 204) -> web.Response:
    """The answer of a write that gives nothing back."""
    return web.Response(status=status)


def encode(body: Any) -> bytes:
    """JSON in UTF-8; half a surrogate pair, which UTF-8 cannot hold, is written as an escape."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode()


def refuse(refusal: RefusalError, form: str) -> web.Response:
    """The answer to a refused call."""
    return answer(forms.error_answer(form, refusal.status, refusal.fields), status=refusal.status, form=form)


def hidden_profile() -> RefusalError:
    """The refusal for a person who cannot be reached (contracts/linkedin-wire.md §12.1)."""
    return visible_refusal("This profile can't be accessed")


def visible_refusal(message: str) -> RefusalError:
    """A 403 whose message LinkedIn shows to the person."""
    name = "com.linkedin.voyager.common.VoyagerUserVisibleException"
    return RefusalError(403, exceptionClass=name, message=message)


def read_cookies(header: str) -> dict[str, str]:
    """The cookies of a `Cookie` header with quotes and escapes taken off (linkedin-wire.md §1.2)."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, separator, value = part.strip().partition("=")
        if separator:
            cookies[name] = _unquoted(value)
    return cookies


def _unquoted(value: str) -> str:
    value = value.strip()
    while len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value


def split_path(raw_path: str) -> tuple[list[str], str]:
    """The percent-decoded segments of a raw path, and its raw query string."""
    path, _, query = raw_path.partition("?")
    return [unquote(segment) for segment in path.strip("/").split("/")], query
