"""Faults that an operator switches on for an account: what goes wrong, where, how often and for how long."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import count
from typing import Any

# Kind -> what happens while it is on.
KINDS = {
    "cut_before": "the connection is cut before the call is looked at; nothing changes",
    "lose_answer": "the call is accepted and takes effect, then the connection is cut without an answer",
    "unauthorized": "401",
    "checkpoint": "302 to a page under /checkpoint/ that asks the person to confirm something",
    "checkpoint_page": "200 with the HTML of that page in place of JSON",
    "li_at_deleted": 'the answer carries Set-Cookie li_at="delete me"',
    "forbidden": "403 as for a failed CSRF check",
    "rate_limited": "429",
    "denied": "999",
    "server_error": "500",
    "unavailable": "503",
    "empty_recipient_lookup": "the look-up of a conversation by its recipients finds nothing",
    "rotated_query": "404 for the one query id named by queryId",
}
# Where a fault works when no endpoint is named; others work on every call of the account.
_USUAL_ENDPOINTS = {
    "lose_answer": frozenset({"createMessage"}),
    "empty_recipient_lookup": frozenset({"recipients", "legacyRecipients"}),
}
EVERYONE = "*"


@dataclass(slots=True)
class Fault:
    """One fault. remaining: calls it still strikes, None for any. until: monotonic seconds, None for ever."""

    number: int
    account: str
    kind: str
    endpoint: str | None
    query_id: str | None
    remaining: int | None
    until: float | None

    def strikes(self, account: str, endpoint: str, query_id: str) -> bool:
        """Whether this fault is about the call."""
        if self.account not in (EVERYONE, account):
            return False
        if self.kind == "rotated_query":
            return self.query_id == query_id
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
            "queryId": self.query_id,
            "count": self.remaining,
            "seconds": seconds,
        }


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
        query_id: str | None = None,
        times: int | None = None,
        seconds: float | None = None,
    ) -> Fault:
        """Switch a fault on."""
        until = None if seconds is None else time.monotonic() + seconds
        fault = Fault(next(self._numbers), account, kind, endpoint, query_id, times, until)
        self._faults.append(fault)
        return fault

    def strike(self, account: str, endpoint: str, query_id: str) -> frozenset[str]:
        """The kinds that strike this call; each striking fault is used up by one."""
        self._forget_finished()
        kinds = set()
        for fault in self._faults:
            if fault.kind not in kinds and fault.strikes(account, endpoint, query_id):
                kinds.add(fault.kind)
                if fault.remaining is not None:
                    fault.remaining -= 1
        return frozenset(kinds)

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
