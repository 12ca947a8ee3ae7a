"""InMail credits: how many the account has left (contracts/linkedin-wire.md §6.4, [ours])."""

import msgspec
from msgspec import Struct

from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.reading import number_in, part_in
from threadline.linkedin.transport import PLAIN, Request, Transport


class Credits(Struct, frozen=True, kw_only=True):
    """The InMail credits of an account."""

    available: int
    next_refresh_at: int | None
    """When LinkedIn grants new ones; epoch milliseconds, UTC."""


class InMailCredits:
    """Reads the credits of one account."""

    def __init__(self, transport: Transport) -> None:
        """Call through `transport`."""
        self._transport = transport

    async def read(self) -> Credits:
        """What is left now."""
        request = Request(endpoint="credits", path="/voyager/api/messaging/credits", accept=PLAIN)
        return await self._transport.call(request, _read)


def _read(body: bytes) -> Credits:
    answer = msgspec.json.decode(body)
    if is_normalized(answer):
        answer = part_in(plain_nested(answer), "data")
    value = part_in(answer, "value")
    available = number_in(part_in(value, "available"))
    if available is None:
        raise msgspec.ValidationError("there is no number of credits in it")
    return Credits(available=available, next_refresh_at=number_in(part_in(value, "nextRefreshAt")))
