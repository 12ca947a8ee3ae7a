"""Sales Navigator: its threads, its credits, its profiles, and writing there.

The reads are attested by several clients, the write by one: it is experimental, and whoever calls it decides
whether it may leave (contracts/linkedin-wire.md §11). There is no live stream of it: it must be polled.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from threadline.linkedin import restli
from threadline.linkedin.answers import CSRF_CHECK_FAILED
from threadline.linkedin.decoding.normalized import is_normalized, plain_nested
from threadline.linkedin.decoding.reading import number_in, part_in, text_in
from threadline.linkedin.decoding.sales import (
    PROFILE_PREFIX,
    SalesProfile,
    SalesThread,
    message_id_of,
    profile_of,
    thread_of,
)
from threadline.linkedin.errors import (
    ConnectionLost,
    NoSeat,
    Refusal,
    ServerTrouble,
    SessionEnded,
    Unreachable,
)
from threadline.linkedin.mailbox import Mailbox
from threadline.linkedin.query_ids import SALES_PROFILE_DECORATION, SALES_THREAD_DECORATION
from threadline.linkedin.transport import PLAIN, Request, Transport
from threadline.model import urns
from threadline.model.clock import MINUTE

SUBJECT_LIMIT = 200
BODY_LIMIT = 1_900
"""The longest subject and text of a message, in characters."""

_TRACK = json.dumps({"mpName": "sales-web-app", "osName": "web", "deviceFormFactor": "DESKTOP"})
_CLOCK_TOLERANCE = MINUTE
# Searches hand a token out with each profile; whoever was met elsewhere has none.
_NO_TOKEN = "undefined"  # noqa: S105 - the word for there being none
_Read = TypeVar("_Read")


class SalesPage(Struct, frozen=True, kw_only=True):
    """One page of threads, newest activity first, each with its last message."""

    threads: list[SalesThread]
    next_before: int | None
    """Where the next page begins; None at the end, and an empty page is the end too."""


class SalesDelivered(Struct, frozen=True, kw_only=True):
    """Sales Navigator's word that a message was delivered."""

    message_id: str
    thread_id: str


class Sales:
    """Reads and writes Sales Navigator for one account; every call raises NoSeat where there is no seat."""

    def __init__(self, transport: Transport, mailbox: Mailbox) -> None:
        """mailbox: whose threads these are."""
        self._transport = transport
        self._mailbox = mailbox
        self._addresses: dict[str, str] = {}

    async def threads(self, folder: str = "INBOX", before: int | None = None, count: int = 20) -> SalesPage:
        """A page of `folder` (`INBOX`, `SENT`, `ARCHIVED`).

        before: epoch milliseconds, from which the page goes back; from now when None.
        """
        owner = await self._mailbox.owner()
        latest = self._transport.network.clock.now() + _CLOCK_TOLERANCE
        request = Request(
            endpoint="sales_threads",
            path=(
                f"/sales-api/salesApiMessagingThreads?decoration={restli.encode(SALES_THREAD_DECORATION)}"
                f"&count={count}&filter={folder}&pageStartsAt={latest if before is None else before}&q=filter"
            ),
        )
        return await self._call(request, lambda body: self._page(body, owner))

    async def thread(self, thread_id: str, count: int = 20) -> SalesThread:
        """One thread with its last `count` messages."""
        owner = await self._mailbox.owner()
        request = Request(
            endpoint="sales_thread",
            path=(
                f"/sales-api/salesApiMessagingThreads/{restli.encode(thread_id)}"
                f"?decoration={restli.encode(SALES_THREAD_DECORATION)}&count=1&messageCount={count}"
            ),
        )
        return await self._call(request, lambda body: self._one(body, owner))

    async def credits(self) -> int:
        """How many InMails the seat may still send."""
        request = Request(
            endpoint="sales_credits",
            path="/sales-api/salesApiCredits?q=findCreditGrant&creditGrantType=LSS_INMAIL",
        )
        return await self._call(request, _read_credits)

    async def profile(self, person_id: str) -> SalesProfile:
        """A member as Sales Navigator shows them, with whether an InMail reaches them and is free."""
        urn = self._addresses.get(person_id) or f"{PROFILE_PREFIX}({person_id},NAME_SEARCH,{_NO_TOKEN})"
        profile_id, kind, token = urn.removeprefix(PROFILE_PREFIX)[1:-1].split(",", 2)
        key = restli.encode({"profileId": profile_id, "authType": kind, "authToken": token})
        request = Request(
            endpoint="sales_profile",
            path=(f"/sales-api/salesApiProfiles/{key}?decoration={restli.encode(SALES_PROFILE_DECORATION)}"),
        )
        profile = await self._call(request, _read_profile)
        self._addresses[profile.person.person_id] = profile.urn
        return profile

    async def create(
        self,
        text: str,
        subject: str | None = None,
        *,
        thread_id: str | None = None,
        recipient: str | None = None,
        tracking_id: str,
        not_after: int | None = None,
    ) -> SalesDelivered:
        """Write to a thread, or to a member by id with a subject; never repeated.

        No token of ours travels with it, so a lost answer can only be settled by recipient, text and time
        (contracts/DECISIONS.md 2). not_after: epoch milliseconds of the clock, after which nothing leaves and
        TooLate is raised. Raises Refusal with LinkedIn's code, e.g. MESSAGE_VALIDATION_PLUGIN_ERROR.
        """
        asked: dict[str, Any] = {"body": text, "copyToCrm": False, "trackingId": tracking_id}
        if subject is not None:
            asked["subject"] = subject
        if thread_id is not None:
            asked["threadId"] = thread_id
        elif recipient is not None:
            asked["recipients"] = [await self._address(recipient)]
        else:
            raise ValueError("a message goes to a thread or to a member")
        request = Request(
            endpoint="sales_create",
            method="POST",
            path="/sales-api/salesApiMessageActions?action=createMessage",
            body=msgspec.json.encode({"createMessageRequest": asked}),
            content_type=PLAIN,
            repeatable=False,
            not_after=not_after,
        )
        return await self._call(request, lambda body: _read_delivered(body, thread_id))

    async def _address(self, person_id: str) -> str:
        try:
            return self._addresses.get(person_id) or (await self.profile(person_id)).urn
        except (ConnectionLost, ServerTrouble) as error:
            # Only the look-up failed, so it is proven that no message left.
            raise Unreachable(str(error)) from error

    def _page(self, body: bytes, owner: str) -> SalesPage:
        elements = part_in(_plain(body), "elements")
        if not isinstance(elements, list):
            raise msgspec.ValidationError("there are no elements in it")
        read = (thread_of(item, owner, self._mailbox.report) for item in elements)
        threads = [thread for thread in read if thread is not None]
        for thread in threads:
            self._addresses.update(thread.addresses)
        starts = [thread.starts_at for thread in threads if thread.starts_at is not None]
        return SalesPage(threads=threads, next_before=min(starts, default=None))

    def _one(self, body: bytes, owner: str) -> SalesThread:
        thread = thread_of(_plain(body), owner, self._mailbox.report)
        if thread is None:
            raise msgspec.ValidationError("there is no thread in it")
        self._addresses.update(thread.addresses)
        return thread

    async def _call(self, request: Request, read: Callable[[bytes], _Read]) -> _Read:
        request = msgspec.structs.replace(request, headers={"x-li-track": _TRACK})
        try:
            return await self._transport.call(request, read)
        except SessionEnded as error:
            # Here a 401 speaks of the seat; whether the session lives is for other calls to say.
            if error.status != 401:
                raise
            raise NoSeat(401) from error
        except Refusal as error:
            if error.status != 403 or error.reason_code == CSRF_CHECK_FAILED:
                raise
            raise NoSeat(403, error.reason_code, error.reason) from error


def _plain(body: bytes) -> Any:
    answer = msgspec.json.decode(body)
    return part_in(plain_nested(answer), "data") if is_normalized(answer) else answer


def _read_credits(body: bytes) -> int:
    elements = part_in(_plain(body), "elements")
    for grant in elements if isinstance(elements, list) else ():
        value = number_in(part_in(grant, "value"))
        if text_in(part_in(grant, "type")) == "LSS_INMAIL" and value is not None:
            return value
    raise msgspec.ValidationError("there is no grant of InMails in it")


def _read_profile(body: bytes) -> SalesProfile:
    profile = profile_of(_plain(body))
    if profile is None:
        raise msgspec.ValidationError("there is no profile in it")
    return profile


def _read_delivered(body: bytes, thread_id: str | None) -> SalesDelivered:
    value = part_in(_plain(body), "value")
    message = value if isinstance(value, str) else text_in(part_in(value, "messageId"))
    thread = text_in(part_in(value, "threadId")) or thread_id
    if not message or not thread:
        raise msgspec.ValidationError("there are no ids of a message and its thread in it")
    try:
        return SalesDelivered(message_id=message_id_of(message), thread_id=urns.thread_id(thread))
    except urns.NotAnIdentifier as error:
        raise msgspec.ValidationError("an id in it is none") from error
