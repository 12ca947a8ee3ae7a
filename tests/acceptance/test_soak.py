"""Random people and random faults for a while; then the gateway's store equals LinkedIn's mailboxes.

The short form runs by itself. `SOAK_MINUTES=10 .venv/bin/python -m pytest tests/acceptance/test_soak.py` is
the long one; `SOAK_SEED` chooses other people, deeds and faults.
"""

import asyncio
import os
import random
import sqlite3
import time
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.acceptance.processes import PATIENCE, gateway, sandbox
from tests.comparing import differences

MINUTES: Final = float(os.environ.get("SOAK_MINUTES", "0.3"))
SEED: Final = int(os.environ.get("SOAK_SEED", "1"))
EVENTS_A_SECOND: Final = 50
ACCOUNTS: Final = ("ada", "grace", "alan")
BACKFILL_DAYS: Final = 30
SETTLING: Final = 60 + 30 * MINUTES
"""Seconds that may pass after the last fault until both sides are equal."""

DAY: Final = 86_400_000
PASSING: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "server_error"},
    {"kind": "bad_gateway"},
    {"kind": "unavailable"},
    {"kind": "gateway_timeout"},
    {"kind": "unavailable", "endpoint": "conversations"},
    {"kind": "server_error", "endpoint": "messages"},
    {"kind": "server_error", "endpoint": "realtime"},
    {"kind": "bad_request", "endpoint": "conversations", "count": 2},
    {"kind": "not_found", "endpoint": "messages", "count": 3},
    {"kind": "forbidden", "count": 3},
    {"kind": "csrf_changed", "count": 2},
    {"kind": "unknown_page"},
    {"kind": "partial_failure"},
    {"kind": "null_elements"},
    {"kind": "partial_failure", "status": 403, "count": 2},
    {"kind": "slow", "delay": 10},
    {"kind": "slow", "delay": 0.3},
    {"kind": "trickle", "delay": 0.5},
    {"kind": "cut_before"},
    {"kind": "cut_mid_body"},
    {"kind": "lose_answer", "endpoint": "conversations"},
    {"kind": "rate_limited", "retryAfter": 1, "count": 1},
    {"kind": "rate_limited", "retryAfter": 1, "retryAfterAsDate": True, "count": 1},
    {"kind": "stale_connection"},
    {"kind": "clock_skew", "milliseconds": 90_000},
    {"kind": "clock_skew", "milliseconds": -90_000},
    {"kind": "stream_cut", "count": 1},
    {"kind": "stream_cut"},
    {"kind": "stream_end", "count": 1},
    {"kind": "stream_silent"},
    {"kind": "stream_eventless"},
    {"kind": "stream_duplicates"},
    {"kind": "stream_reordered"},
    {"kind": "stream_reordered", "seconds": 5},
)
ENDING: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "unauthorized", "count": 1},
    {"kind": "login", "count": 1},
    {"kind": "login_page", "count": 1},
    {"kind": "li_at_deleted", "count": 1},
    {"kind": "checkpoint", "count": 1},
    {"kind": "checkpoint_page", "count": 1},
)
PERSON_ACTS: Final = ("credentials_rejected", "checkpoint")


@pytest.mark.promise("faults.soak", "design.3.nothing-lost")
async def test_after_bustle_and_faults_the_store_equals_the_mailboxes(tmp_path: Path) -> None:
    with sandbox(
        tmp_path, "--heartbeat", "1", "--stream-life", "15", "--answer-delay-ms", "50", "300"
    ) as network:
        served = gateway(
            tmp_path / "data",
            network.base_url,
            backfill_days=BACKFILL_DAYS,
            stream_silence_seconds=4,
            linkedin_timeout_seconds=3,
            check_seconds=5,
            log_level="info",
        )
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        with served as program:
            async with aiohttp.ClientSession(timeout=timeout) as http:
                soak = Soak(http, program.base_url, network.base_url, tmp_path / "data" / "threadline.db")
                await soak.link_all()
                await soak.rage(MINUTES * 60)
                await soak.settle()
                soak.check_told_once()


class Soak:
    """Three accounts followed by one gateway, and everything that happens to them."""

    def __init__(self, http: aiohttp.ClientSession, gateway: str, network: str, database: Path) -> None:
        self._http = http
        self._gateway = gateway
        self._network = network
        self._database = database
        self._chance = random.Random(SEED)
        self._faults: list[tuple[int, dict[str, Any]]] = []

    async def link_all(self) -> None:
        """Link every account, and wait until each is connected."""
        for name in ACCOUNTS:
            await self._link(name)
        async with asyncio.timeout(2 * PATIENCE):
            while set((await self._states()).values()) != {"connected"}:
                await asyncio.sleep(0.2)

    async def rage(self, seconds: float) -> None:
        """Random deeds and random faults for `seconds`; a person who must act does, a little later."""
        asked = {"perSecond": EVENTS_A_SECOND, "seconds": seconds, "seed": SEED}
        await self._tell("POST", "bustle", asked)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            await self._disturb()
            await asyncio.sleep(self._chance.uniform(0.3, 1.2))
            await self._act()
        await self._tell("DELETE", "faults")
        async with asyncio.timeout(PATIENCE):
            while (told := await self._tell("GET", "bustle"))["running"]:
                await asyncio.sleep(0.2)
        assert told["failed"] is None
        assert told["total"] > 0.5 * EVENTS_A_SECOND * seconds

    async def settle(self) -> None:
        """Wait until both sides are equal for every account; says how they differ when that does not come."""
        left = {name: ["not compared yet"] for name in ACCOUNTS}
        deadline = time.monotonic() + SETTLING
        while any(left.values()):
            assert time.monotonic() < deadline, await self._report(left)
            await self._act()
            await asyncio.sleep(1)
            for name in [name for name in ACCOUNTS if left[name]]:
                left[name] = await self._compared(name)
        # Once more for all, as an account may have gone on while another was waited for.
        found = {name: await self._compared(name) for name in ACCOUNTS}
        assert not any(found.values()), await self._report(found)

    def check_told_once(self) -> None:
        """No message was told of as received or sent more than once."""
        query = """
            SELECT account_id, json_extract(data, '$.messageId') AS message_id, COUNT(*) AS times FROM events
            WHERE type IN ('message.received', 'message.sent') GROUP BY 1, 2 HAVING COUNT(*) > 1
        """
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        try:
            assert connection.execute(query).fetchall() == []
        finally:
            connection.close()

    async def _disturb(self) -> None:
        ends = self._chance.random() < 0.08
        fault = dict(self._chance.choice(ENDING if ends else PASSING))
        if "count" not in fault:
            fault.setdefault("seconds", round(self._chance.uniform(0.2, 2), 2))
        fault["account"] = self._chance.choice(ACCOUNTS)
        self._faults.append((time.time_ns() // 1_000_000, fault))
        await self._tell("POST", "faults", fault)

    async def _act(self) -> None:
        for name, state in (await self._states()).items():
            if state in PERSON_ACTS:
                await self._link(name)

    async def _compared(self, name: str) -> list[str]:
        since = time.time_ns() // 1_000_000 - (BACKFILL_DAYS - 1) * DAY
        url = f"{self._network}/sandbox/mailboxes/{name}/export"
        async with self._http.get(url, params={"since": since}) as answer:
            lines = (await answer.text()).splitlines()
        return await asyncio.to_thread(differences, self._database, name, lines, since)

    async def _report(self, left: dict[str, list[str]]) -> str:
        parts = [f"states: {await self._states()}"]
        for name, found in left.items():
            parts += [f"{name}: {len(found)} differences", *found[:8]]
            if found:
                parts += [
                    f"  fault at {at}: {fault}" for at, fault in self._faults if fault["account"] == name
                ]
                parts += self._told_of(found[0])
        return "\n".join(parts)

    def _told_of(self, difference: str) -> list[str]:
        """The events about what differs."""
        item = difference.split()[1].rstrip(":")
        query = "SELECT type, occurred_at, recorded_at, backfilled, data FROM events WHERE data LIKE ?"
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        try:
            return [f"  told: {row}" for row in connection.execute(query, (f"%{item}%",))]
        finally:
            connection.close()

    async def _states(self) -> dict[str, str]:
        answer = await self._ask("GET", "/api/health/tenant", "ada")
        return {each["userId"]: each["state"] for each in answer["data"]["accounts"]}

    async def _link(self, name: str) -> None:
        cookies = [
            {"name": "li_at", "value": f"demo-{name}"},
            {"name": "JSESSIONID", "value": f'"ajax:demo-{name}"'},
        ]
        await self._ask("POST", "/api/session", name, {"cookies": cookies})

    async def _ask(self, method: str, path: str, user: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer demo_key", "X-User-Id": user}
        async with self._http.request(method, self._gateway + path, json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()

    async def _tell(self, method: str, path: str, body: Any = None) -> Any:
        async with self._http.request(method, f"{self._network}/sandbox/{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json()
