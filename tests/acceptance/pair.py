"""Two gateways on one PostgreSQL database, each a process of its own.

Above: `test_paused.py`, `test_two_gateways.py`. Below: `processes.py`, `ledger.py`.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.acceptance.calls import Answer, Caller, quoted
from tests.acceptance.ledger import Ledger
from tests.acceptance.processes import Program, gateway, until

MASTER_KEY: Final = "a5" * 32
LEASE: Final = 15_000
"""Milliseconds for which a claimed send stays its process's own."""
HELD: Final = 5
"""Seconds for which an answer is held."""
LONG: Final = 60.0
"""Seconds that a caller waits for its answer."""


@dataclass
class Pair:
    """Two gateways that know the same accounts, and the LinkedIn behind them."""

    first: Program
    second: Program
    network: Caller
    """The sandbox's admin API."""
    ledger: Ledger
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(16))

    def caller(self, program: Program) -> Caller:
        """The main API of one of the two, as ada."""
        return Caller(program.base_url, key="demo_key", user="ada", timeout=LONG)

    def send(
        self, program: Program, text: str, vanity: str = "sarah-chen", *, key: str = "", **more: Any
    ) -> "Future[Answer]":
        """A caller that sends, and waits for its answer while the test goes on."""
        body = {"profileUrl": f"https://www.linkedin.com/in/{vanity}/", "message": text, **more}
        headers = {"Prefer": "wait=50"} | ({"Idempotency-Key": key} if key else {})
        return self.pool.submit(self.caller(program).ask, "POST", "/api/send", body, headers=headers)

    def delivered(self, text: str, vanity: str = "sarah-chen") -> list[dict[str, Any]]:
        """The messages of the recipient with exactly this text."""
        path = f"/sandbox/mailboxes/{vanity}/messages?text={quoted(text)}"
        found: list[dict[str, Any]] = self.network.get(path).json["messages"]
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        return asyncio.run(self.ledger.rows(query))

    def row(self, text: str) -> tuple[Any, ...] | None:
        """The whole row of the one send with this text, once it is stored."""
        found = self.rows(f"SELECT * FROM sends WHERE body = '{text}'")
        assert len(found) < 2, found
        return found[0] if found else None

    def state(self, text: str) -> tuple[str, int | None]:
        """Where the send with this text is, and when LinkedIn was called for it; `("", None)` for none."""
        found = self.rows(f"SELECT state, called_at FROM sends WHERE body = '{text}'")
        return found[0] if found else ("", None)

    def until_state(self, text: str, *states: str) -> None:
        """Wait until the send is in one of these states."""
        until(lambda: self.state(text)[0] in states)

    def hold_next_answer(self, endpoint: str) -> None:
        """Let LinkedIn answer the next call of `endpoint` late, and show nothing on its streams meanwhile."""
        for fault in (
            {"kind": "stream_silent", "seconds": 60},
            {"kind": "slow", "delay": HELD, "endpoint": endpoint, "count": 1},
        ):
            asked = self.network.ask("POST", "/sandbox/faults", {"account": "ada", **fault})
            assert asked.status < 300, asked

    def pace(self, profile: str) -> None:
        """Pace ada by a profile."""
        assert self.caller(self.first).ask("PUT", "/api/budget", {"profile": profile}).data["success"]

    def let_time_pass(self, milliseconds: int) -> None:
        """Make what waits for a later time due: leases, checks, absences."""
        asyncio.run(self.ledger.let_time_pass(milliseconds))


@contextmanager
def two_gateways(
    folder: Path,
    linkedin_urls: tuple[str, str],
    network: Program,
    database_url: str,
    *,
    linkedin_timeout_seconds: int = 10,
) -> Iterator[Pair]:
    """Two gateways that are up, with ada linked and followed by both; linkedin_urls: of each its own."""

    def started(name: str, linkedin_url: str) -> AbstractContextManager[Program]:
        return gateway(
            folder / name,
            linkedin_url,
            database_url=database_url,
            master_key=MASTER_KEY,
            backfill_days=1,
            linkedin_timeout_seconds=linkedin_timeout_seconds,
        )

    with started("first", linkedin_urls[0]) as first, started("second", linkedin_urls[1]) as second:
        pair = Pair(first, second, Caller(network.base_url), Ledger(folder, database_url))
        try:
            cookies = [
                {"name": "li_at", "value": "demo-ada"},
                {"name": "JSESSIONID", "value": '"ajax:demo-ada"'},
            ]
            linked = pair.caller(first).post("/api/session", cookies=cookies)
            assert linked.data["sessionValid"]
            for program in (first, second):
                until(partial(_is_connected, pair.caller(program)))
            # From now on nothing must be asked before the recipient is written to.
            assert pair.send(first, "To begin with").result(LONG).data["success"]
            yield pair
        finally:
            pair.pool.shutdown(wait=False, cancel_futures=True)


def _is_connected(caller: Caller) -> bool:
    found = {one["userId"]: one["state"] for one in caller.get("/api/health/tenant").data["accounts"]}
    return found.get("ada") == "connected"
