"""The one place where requests are made for an account.

It writes the headers, keeps the cookies, maps what comes to the error tree, counts and times. It never logs
cookies, bodies or texts, and repeats nothing but reads (contracts/linkedin-wire.md §1.3, §12).
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Protocol, TypeVar

import msgspec
import structlog
from msgspec import Struct

from threadline import __version__
from threadline.linkedin import restli
from threadline.linkedin.answers import CSRF_CHECK_FAILED, ROUTE_RETIRED, failure_in
from threadline.linkedin.connection import Connection, Stream, Transfer
from threadline.linkedin.cookies import CookieJar
from threadline.linkedin.departure import Departure
from threadline.linkedin.errors import (
    ConnectionLost,
    LinkedInError,
    Refusal,
    ServerTrouble,
    SessionEnded,
)
from threadline.linkedin.metrics import ConnectorMetrics
from threadline.linkedin.pause import Pause
from threadline.linkedin.queries import QueryTable
from threadline.model.accounts import Session
from threadline.model.clock import HOUR, Clock
from threadline.model.randomness import Randomness

GRAPHQL = "application/graphql"
NORMALIZED = "application/vnd.linkedin.normalized+json+2.1"
PLAIN = "application/json"
"""The three answer forms (contracts/linkedin-wire.md §1.4)."""

MESSAGING_GRAPHQL = "/voyager/api/voyagerMessagingGraphQL/graphql"
GENERAL_GRAPHQL = "/voyager/api/graphql"
"""The two paths of stored queries (contracts/linkedin-wire.md §1.1)."""

TEXT = "text/plain;charset=UTF-8"
"""The content type of writes (contracts/linkedin-wire.md §1.5)."""

_USER_AGENT = f"Threadline/{__version__} (self-hosted gateway to LinkedIn messaging)"
_REPEATED_STATUSES = (502, 503, 504)
_DEAD_ID_STATUSES = (400, 404, 410)
_REPEAT_WAIT = 0.5
_RETIRED_FOR = HOUR
_NAMING = ("action=", "q=", "queryId=")
_DELETED = "LinkedIn deleted the session cookie"

_log = structlog.get_logger(__name__)
_Read = TypeVar("_Read")


class SessionObserver(Protocol):
    """Whoever keeps an account's session. None of its methods may raise."""

    async def session_changed(self, session: Session) -> None:
        """LinkedIn changed the cookies; awaited before the answer that did so is handed on."""
        ...

    def traffic_proven(self, now: int) -> None:
        """LinkedIn answered something that was understood. now: epoch milliseconds, UTC."""
        ...

    def session_ended(self, reason: str) -> None:
        """LinkedIn took the session away with an answer that still counts; later calls raise SessionEnded."""
        ...


class Request(Struct, frozen=True, kw_only=True):
    """One request to LinkedIn."""

    endpoint: str
    """The name under which it is counted."""
    method: str = "GET"
    path: str
    """Everything after the base URL, already encoded."""
    accept: str | None = PLAIN
    body: bytes | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = {}
    repeatable: bool = True
    """Whether it may be made once more after a failure that proves nothing; true of reads only."""
    not_after: int | None = None
    """Until when its body may be written, epoch milliseconds of the clock; afterwards TooLate is raised."""

    @property
    def route(self) -> str:
        """What LinkedIn retires as one: method, path, and the parts of the query that name an operation."""
        path, _, query = self.path.partition("?")
        named = (part for part in query.split("&") if part.startswith(_NAMING))
        return "&".join((f"{self.method} {path}", *named))


class Network(Struct, frozen=True, kw_only=True):
    """What all accounts of a process share."""

    connection: Connection
    clock: Clock
    randomness: Randomness
    metrics: ConnectorMetrics
    queries: QueryTable
    pause: Pause


class Transport:
    """Makes the requests of one account."""

    def __init__(self, network: Network, session: Session, observer: SessionObserver) -> None:
        """observer: is told when LinkedIn changes or ends the session."""
        self.network = network
        self._observer = observer
        self._ended: str | None = None
        self._retired: dict[str, int] = {}
        self._jar = self._new_jar(session)

    def replace_session(self, session: Session) -> None:
        """Go on with another session of the same person; answers to older requests no longer change it."""
        self._jar = self._new_jar(session)
        self._ended = None
        self._retired.clear()

    async def call(self, request: Request, read: Callable[[bytes], _Read]) -> _Read:
        """Make `request` and decode its answer with `read`.

        read: raises msgspec.DecodeError for what it cannot understand. Raises any LinkedInError.
        """
        token = self._jar.csrf_token
        try:
            return await self._attempt(request, read)
        except (ConnectionLost, ServerTrouble) as error:
            if not request.repeatable:
                raise
            if isinstance(error, ServerTrouble) and error.status not in _REPEATED_STATUSES:
                raise
        except Refusal as error:
            # Another answer may have changed the token under the call; with the same one it is refused again.
            changed = error.reason_code == CSRF_CHECK_FAILED and self._jar.csrf_token != token
            if not (changed and request.repeatable):
                raise
            return await self._attempt(request, read)
        await self.network.pause(_REPEAT_WAIT * (1 + self.network.randomness.fraction()))
        return await self._attempt(request, read)

    async def query(
        self,
        variant: str,
        variables: Mapping[str, restli.Value],
        read: Callable[[bytes], _Read],
        *,
        path: str = MESSAGING_GRAPHQL,
        accept: str = GRAPHQL,
    ) -> _Read:
        """Read from a GraphQL path, with another known id when the preferred one no longer answers.

        variant: a key of the query table. Raises any LinkedInError (contracts/linkedin-wire.md §1.7).
        """
        encoded = restli.encode(variables)
        refusal: Refusal | None = None
        for query_id in self.network.queries.candidates(variant):
            request = Request(
                endpoint=variant,
                path=f"{path}?queryId={query_id}&variables={encoded}",
                accept=accept,
            )
            try:
                result = await self.call(request, read)
            except Refusal as error:
                if error.in_part or error.status not in _DEAD_ID_STATUSES:
                    raise
                refusal = refusal or error
            else:
                self.network.queries.answered(variant, query_id)
                return result
        raise refusal or LookupError(f"no id is known for the query {variant}")

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[Stream]:
        """Open the live stream; raises any LinkedInError instead when the answer is not one."""
        jar = self._usable_jar()
        self._refuse_retired(request)
        async with AsyncExitStack() as opened:
            with self._counted(request.endpoint), self._noting_retirement(request):
                stream = await opened.enter_async_context(
                    self.network.connection.stream(request.path, self._headers(request, jar))
                )
                await self._check_stream(stream, jar)
            yield stream

    @asynccontextmanager
    async def transfer(self, transfer: Transfer) -> AsyncIterator[Stream]:
        """Send a file, or open one; a redirect that leads on to a file is handed on as it came.

        Leaving the context closes the socket. Raises any LinkedInError; what an address that is not
        LinkedIn's own answers says nothing of the session.
        """
        jar = self._usable_jar()
        async with AsyncExitStack() as opened:
            with self._counted(transfer.endpoint):
                stream = await opened.enter_async_context(
                    self.network.connection.transfer(transfer, self._transfer_headers(transfer, jar))
                )
                await self._check_transfer(stream, transfer, jar)
            yield stream

    def proven(self) -> None:
        """Tell the observer that LinkedIn just answered something that was understood."""
        self._observer.traffic_proven(self._now())

    async def _attempt(self, request: Request, read: Callable[[bytes], _Read]) -> _Read:
        """Make `request` once."""
        jar = self._usable_jar()
        self._refuse_retired(request)
        with self._counted(request.endpoint), self._noting_retirement(request):
            answer = await self.network.connection.exchange(
                request.method,
                request.path,
                self._headers(request, jar),
                request.body,
                None if request.not_after is None else Departure(request.not_after, self.network.clock),
            )
            deleted = await self._keep_cookies(jar, answer.headers.getall("Set-Cookie", ()))
            failure = failure_in(answer, session_deleted=deleted, now=self._now())
            if deleted and not isinstance(failure, SessionEnded):
                self._observer.session_ended(_DELETED)
            if failure is not None:
                raise failure
            try:
                result = read(answer.body)
            except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
                raise ServerTrouble(answer.status, "the answer has another shape than is known") from error
        self.proven()
        return result

    @contextmanager
    def _counted(self, endpoint: str) -> Iterator[None]:
        metrics = self.network.metrics
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            yield
            outcome = "ok"
        except LinkedInError as error:
            outcome = error.outcome
            _log.info("linkedin.call_failed", endpoint=endpoint, outcome=outcome)
            raise
        finally:
            metrics.calls.labels(endpoint, outcome).inc()
            metrics.call_seconds.labels(endpoint).observe(time.perf_counter() - started)

    def _refuse_retired(self, request: Request) -> None:
        """Raise what a closed route answered, without calling it again (§12.1, 410)."""
        until = self._retired.get(request.route)
        if until is not None and self._now() < until:
            raise _retired()

    @contextmanager
    def _noting_retirement(self, request: Request) -> Iterator[None]:
        try:
            yield
        except Refusal as error:
            if error.status != 410 or error.in_part:
                raise
            self._retired[request.route] = self._now() + _RETIRED_FOR
            _log.warning("linkedin.route_retired", endpoint=request.endpoint)
            raise _retired() from error

    async def _check_stream(self, stream: Stream, jar: CookieJar) -> None:
        """Raise what the answer means unless it is a live stream of a session that goes on."""
        deleted = await self._keep_cookies(jar, stream.headers.getall("Set-Cookie", ()))
        media_type = stream.headers.get("Content-Type", "")
        if stream.status == 200 and media_type.startswith("text/event-stream"):
            if deleted:
                raise SessionEnded(_DELETED)
            return
        answer = await stream.whole()
        failure = failure_in(answer, session_deleted=deleted, now=self._now())
        # Any redirect of the stream means signed out (§8.6), also one to an address that we do not know.
        if 300 <= answer.status < 400 and isinstance(failure, ServerTrouble):
            failure = SessionEnded("LinkedIn redirected the live stream: the session is signed out")
        raise failure or ServerTrouble(answer.status, "the answer is not an event stream")

    async def _check_transfer(self, stream: Stream, transfer: Transfer, jar: CookieJar) -> None:
        """Raise what the answer means unless it is a file, word that one was taken, or a way on to one."""
        deleted = False
        if transfer.trusted:
            deleted = await self._keep_cookies(jar, stream.headers.getall("Set-Cookie", ()))
        redirected = 300 <= stream.status < 400 and bool(stream.headers.get("Location"))
        if 200 <= stream.status < 300 or (redirected and not transfer.trusted):
            # A file that is a page is no sign of a login page: whoever sent it chose what it says.
            if deleted:
                self._observer.session_ended(_DELETED)
            elif transfer.trusted:
                self.proven()
            return
        answer = await stream.whole()
        if not transfer.trusted:
            raise Refusal(answer.status) if answer.status < 500 else ServerTrouble(answer.status)
        failure = failure_in(answer, session_deleted=deleted, now=self._now())
        if redirected and isinstance(failure, ServerTrouble):
            return
        raise failure or ServerTrouble(answer.status)

    async def _keep_cookies(self, jar: CookieJar, headers: Sequence[str]) -> bool:
        """Take cookies in; True when they took the session away."""
        if not headers or jar is not self._jar or not jar.take(headers, self._now()):
            return False
        deleted = not jar.signed_in
        if deleted:
            self._ended = _DELETED
        await self._observer.session_changed(jar.session)
        return deleted

    def _usable_jar(self) -> CookieJar:
        if self._ended is not None:
            raise SessionEnded(self._ended)
        if not self._jar.signed_in:
            raise SessionEnded("the session has no li_at cookie")
        return self._jar

    def _new_jar(self, session: Session) -> CookieJar:
        jar = CookieJar(session, self.network.connection.base_url)
        jar.ensure_csrf_token(self.network.randomness)
        return jar

    def _headers(self, request: Request, jar: CookieJar) -> dict[str, str]:
        headers = {
            "user-agent": jar.session.user_agent or _USER_AGENT,
            "csrf-token": jar.csrf_token,
            "x-restli-protocol-version": "2.0.0",
            "x-li-lang": "en_US",
        }
        cookies = jar.header_for(self.network.connection.base_url)
        if cookies:
            headers["cookie"] = cookies
        if request.accept:
            headers["accept"] = request.accept
        if request.content_type:
            headers["content-type"] = request.content_type
        headers.update(request.headers)
        return headers

    def _transfer_headers(self, transfer: Transfer, jar: CookieJar) -> dict[str, str]:
        headers = {**transfer.headers, "user-agent": jar.session.user_agent or _USER_AGENT}
        if transfer.trusted:
            headers["csrf-token"] = jar.csrf_token
            cookies = jar.header_for(str(transfer.url))
            if cookies:
                headers["cookie"] = cookies
        return headers

    def _now(self) -> int:
        return self.network.clock.now()


def _retired() -> Refusal:
    return Refusal(410, ROUTE_RETIRED, "LinkedIn has closed this route; it is not called again for an hour")
