"""Faults that an operator switches on for an account: what goes wrong, where, how often and for how long."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

# Kind -> what happens while it is on.
KINDS = {
    "cut_before": "the connection is cut before the call is looked at; nothing changes",
    "cut_mid_body": "the call takes effect, and the connection is cut in the middle of the answer's body",
    "lose_answer": "the call is accepted and takes effect, then the connection is cut without an answer",
    "slow": "the call takes effect at once and is answered `delay` seconds later; a stream opens later",
    "trickle": "the answer's body comes in small pieces over `delay` seconds",
    "unauthorized": "401",
    "login": "302 to /login",
    "login_page": "200 with the HTML of the login page in place of JSON",
    "li_at_deleted": 'the answer carries Set-Cookie li_at="delete me"',
    "checkpoint": "302 to a page under /checkpoint/ that asks the person to confirm something",
    "checkpoint_page": "200 with the HTML of that page in place of JSON",
    "unknown_page": "200 with the HTML of some other page in place of JSON",
    "bad_request": "400 without a reason",
    "forbidden": "403 as for a failed CSRF check",
    "csrf_changed": "403 as for a failed CSRF check, with a new JSESSIONID cookie",
    "refused": "403 with `message`, as for an action that LinkedIn refuses to this person",
    "not_found": "404",
    "rotated_query": "404 for the one query id named by queryId",
    "conflict": "409",
    "retired": "410",
    "stale_connection": "412",
    "unprocessable": "422 with `code`",
    "rate_limited": "429, with Retry-After when `retryAfter` is given",
    "denied": "999",
    "server_error": "500",
    "bad_gateway": "502",
    "unavailable": "503",
    "gateway_timeout": "504",
    "partial_failure": "200 from GraphQL with errors[] of `status` and null in place of what was asked for",
    "null_elements": "200 from GraphQL with errors[] of `status` and null in place of the list's elements",
    "empty_recipient_lookup": "the look-up of a conversation by its recipients finds nothing",
    "clock_skew": "Date headers, the stream's times and /timestamp are off by `milliseconds`",
    "strict_restli": "400 for lenient Rest.li, in a sandbox that is run with --lenient",
    "strict_tracking_id": "400 unless trackingId has 16 characters, in a sandbox that is run with --lenient",
    "stream_cut": "the stream is cut in place of its next frame",
    "stream_end": "the stream ends properly in place of its next frame",
    "stream_silent": "the stream stays open, and its frames are lost, heartbeats too",
    "stream_eventless": "the stream's events are lost, and its heartbeats come",
    "stream_duplicates": "each event comes twice",
    "stream_reordered": "an event comes after the next one, or after a third of a second",
}
STREAM = "stream"
STREAM_KINDS = frozenset(kind for kind in KINDS if kind.startswith("stream_"))
CALL_KINDS = frozenset(KINDS) - STREAM_KINDS
# Parameter -> the kinds that take it.
PARAMETERS = {
    "queryId": frozenset({"rotated_query"}),
    "delay": frozenset({"slow", "trickle"}),
    "code": frozenset({"unprocessable"}),
    "message": frozenset({"unprocessable", "refused"}),
    "retryAfter": frozenset({"rate_limited"}),
    "retryAfterAsDate": frozenset({"rate_limited"}),
    "status": frozenset({"partial_failure", "null_elements"}),
    "milliseconds": frozenset({"clock_skew"}),
}
# Where a fault works when no endpoint is named; others work on every call of the account.
_USUAL_ENDPOINTS = {
    "lose_answer": frozenset({"createMessage"}),
    "empty_recipient_lookup": frozenset({"recipients", "legacyRecipients"}),
    "stale_connection": frozenset({"realtime", "subscriptions", "heartbeat"}),
    **dict.fromkeys(STREAM_KINDS, frozenset({STREAM})),
}
EVERYONE = "*"


@dataclass(slots=True)
class Fault:
    """One fault. remaining: calls or frames it still strikes, None for any. until: monotonic seconds.

    parameters: what the kind takes, by the names of PARAMETERS.
    """

    number: int
    account: str
    kind: str
    endpoint: str | None
    remaining: int | None
    until: float | None
    parameters: dict[str, Any] = field(default_factory=dict)

    def strikes(self, account: str, endpoint: str, query_id: str) -> bool:
        """Whether this fault is about the call."""
        if self.account not in (EVERYONE, account):
            return False
        if self.kind == "rotated_query":
            return bool(self.parameters.get("queryId") == query_id)
        if self.endpoint is not None:
            return self.endpoint == endpoint
        return endpoint in _USUAL_ENDPOINTS.get(self.kind, (endpoint,))

    def told(self) -> dict[str, Any]:
        """The fault as the admin API shows it."""
        seconds = None if self.until is None else max(0.0, round(self.until - time.monotonic(), 3))
        return {
            "id": self.number,
            "account": self.account,
            "kind": self.kind,
            "endpoint": self.endpoint,
            "count": self.remaining,
            "seconds": seconds,
            **self.parameters,
        }


Struck = dict[str, Fault]
"""The faults that strike a call, by kind."""


class Faults:
    """The faults that are on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._numbers = count(1)

    def add(
        self,
        account: str,
        kind: str,
        *,
        endpoint: str | None = None,
        times: int | None = None,
        seconds: float | None = None,
        **parameters: Any,
    ) -> Fault:
        """Switch a fault on."""
        until = None if seconds is None else time.monotonic() + seconds
        fault = Fault(next(self._numbers), account, kind, endpoint, times, until, parameters)
        self._faults.append(fault)
        return fault

    def strike(
        self, account: str, endpoint: str, query_id: str = "", *, among: frozenset[str] = CALL_KINDS
    ) -> Struck:
        """The faults that strike this call; each striking fault is used up by one.

        endpoint: STREAM for a frame of a stream. among: the kinds that can strike here.
        """
        if not self._faults:
            return {}
        self._forget_finished()
        struck: Struck = {}
        for fault in self._faults:
            if fault.kind not in among or fault.kind in struck:
                continue
            if fault.strikes(account, endpoint, query_id):
                struck[fault.kind] = fault
                if fault.remaining is not None:
                    fault.remaining -= 1
        return struck

    def list(self) -> list[Fault]:
        """The faults that can still strike."""
        self._forget_finished()
        return list(self._faults)

    def remove(
        self, *, account: str | None = None, kind: str | None = None, number: int | None = None
    ) -> int:
        """Switch off what matches all that is given; everything when nothing is. Gives how many."""
        kept = [
            fault
            for fault in self._faults
            if (account is not None and fault.account != account)
            or (kind is not None and fault.kind != kind)
            or (number is not None and fault.number != number)
        ]
        removed = len(self._faults) - len(kept)
        self._faults = kept
        return removed

    def _forget_finished(self) -> None:
        now = time.monotonic()
        self._faults = [
            fault
            for fault in self._faults
            if fault.remaining != 0 and (fault.until is None or fault.until > now)
        ]
