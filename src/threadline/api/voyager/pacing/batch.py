"""Batches: up to 500 messages queued by one request, each with its own key and result."""

from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from threadline.api.body import decoded, json_body
from threadline.api.preferences import Headers, idempotency_key
from threadline.api.services import services_of
from threadline.api.voyager.callers import account_of
from threadline.api.voyager.envelope import answer, refusal
from threadline.api.voyager.pacing import present
from threadline.api.voyager.pacing.schemas import BatchItemBody
from threadline.api.voyager.sends import REPLAYED, outgoing_of
from threadline.api.voyager.terms import terms_of
from threadline.model.access import Right
from threadline.model.errors import ThreadlineError
from threadline.services.sends.batching import BatchAccepted, BatchRefused, Wish


class _Batch(Struct, rename="camel"):
    """The body, its messages not yet read, so that what is wrong with one is told of that one."""

    sends: list[msgspec.Raw]
    all_or_nothing: bool = False


_body = msgspec.json.Decoder(_Batch)
_item = msgspec.json.Decoder(BatchItemBody)


async def send_batch(request: Request) -> Response:
    """Queue many messages, and answer what became of each; nobody waits for any of them."""
    account = await account_of(request, Right.SEND)
    body = await json_body(request, _body)
    services = services_of(request)
    now, key = services.clock.now(), idempotency_key(request, None)
    wishes = [_wish(raw, now, key and f"{key}:{index}") for index, raw in enumerate(body.sends)]
    try:
        shown = await services.batching.send(account, wishes, all_or_nothing=body.all_or_nothing)
    except BatchRefused as error:
        errors = present.refused(error.refused)
        return refusal(request.scope, message=error.message, status=error.status, errors=errors)
    data = present.batch(account, shown, now)
    return answer(request, data, status=202, message=_told(data.counts), headers=_replayed(shown))


def _wish(raw: msgspec.Raw, now: int, key: str | None) -> Wish | ThreadlineError:
    """One message with its terms, or what is wrong with it; key: unless it has one of its own."""
    try:
        item = decoded(bytes(raw), _item)
        terms = terms_of(item, key=item.idempotency_key or key, now=now, waits=False)
        return Wish(msgspec.structs.replace(outgoing_of(item), inmail=item.inmail), terms)
    except ThreadlineError as error:
        return error


def _told(counts: Any) -> str:
    taken = counts.accepted + counts.replayed + counts.joined
    return f"{taken} taken, {counts.refused} refused: follow them with GET /api/sends?batchId={{batchId}}"


def _replayed(shown: BatchAccepted) -> Headers:
    replayed = all(one.accepted is not None and one.accepted.replayed for one in shown.items)
    return REPLAYED if replayed else ()
