"""The JSON of the queue."""

from msgspec import UNSET, UnsetType

from threadline.api.voyager.reaching.schemas import Sent
from threadline.api.voyager.schemas import Data, Schema


class SendEditBody(Schema, kw_only=True):
    """What is to be changed of a send; what is left out stays."""

    message: str | UnsetType = UNSET
    send_at: str | int | UnsetType | None = UNSET
    priority: int | UnsetType = UNSET


class OpenSends(Schema, kw_only=True):
    """How many sends of the account are in each state that they can still leave."""

    draft: int
    queued: int
    sending: int
    unknown: int


class Sends(Data, kw_only=True):
    """A page of an account's sends, newest first; `open` counts those of the whole account."""

    sends: list[Sent]
    open: OpenSends
    next_cursor: str | None
