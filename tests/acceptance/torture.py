"""Many accounts that send while their gateway is killed, their database restarted, and LinkedIn fails.

Above: `test_torture.py`. Below: `senders.py` (who sends), `disturbances.py` (what LinkedIn's side does), and
`reckoning.py` (what must be true at the end).
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.acceptance.disturbances import HELD, Disturbances
from tests.acceptance.ledger import UNREACHABLE, Ledger
from tests.acceptance.lines import CUT, Line
from tests.acceptance.processes import PATIENCE, Program, free_port, gateway
from tests.acceptance.reckoning import Reckoning, reckon
from tests.acceptance.senders import Owner, Senders
from tests.postgres import PostgresServer

ACCOUNTS: Final = ("ada", "grace", "alan", "crowd-0001", "crowd-0002", "crowd-0003")
CROWD: Final = sum(name.startswith("crowd-") for name in ACCOUNTS)
OWNERS: Final = frozenset({"ada-demo", "grace-demo", "alan-demo", *ACCOUNTS})
"""Their vanities."""
PACED: Final = "crowd-0003"
"""The account that keeps to the usual profile, with a gap that is short enough to be waited for."""
LEAST_GAP: Final = 1
"""Seconds between its opening messages."""
CALLERS: Final = 8
PEOPLE: Final = 10
"""How many people an account writes to, at most."""
ROUND: Final = 10
"""Kills after which everything is let settle: an unknown send holds back later ones to the same person."""
RESTARTED: Final = 3
"""At every which kill the database's server is restarted as well."""
LATER: Final = 5 * 60 * 1000
"""Milliseconds that pass while the gateway is down."""
SOON: Final = 300
"""Milliseconds within which whatever is due is waited for."""
MOMENTS: Final = ("starting", "any", "any", "sending", "committing")
"""When the gateway is killed."""

_TWO_ON_THEIR_WAY = """
SELECT account_id FROM sends WHERE state = 'sending' GROUP BY account_id HAVING COUNT(*) > 1
"""


@dataclass
class Figures:
    """What happened."""

    kills: int = 0
    kills_of_starts: int = 0
    kills_during_sends: int = 0
    restarts: int = 0
    """Of the database's server."""
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.started


class Torture:
    """One gateway over one store, killed and started again on the same port."""

    def __init__(
        self,
        folder: Path,
        network: Program,
        http: aiohttp.ClientSession,
        seed: int,
        server: PostgresServer | None = None,
    ) -> None:
        """server: the private one that holds the gateway's database, and is restarted; None for SQLite."""
        self.figures = Figures()
        self._folder = folder / "data"
        self._network = network
        self._port = free_port()
        self.server = server
        url = server.create_database() if server is not None else None
        self._more: dict[str, object] = {"database_url": url} if url else {}
        self._ledger = Ledger(self._folder / "threadline.db", url)
        self._chance = random.Random(seed)
        self._line = Line(http, f"http://127.0.0.1:{self._port}", network.base_url, self._chance)
        self._disturbances = Disturbances(self._line, ACCOUNTS, self._chance)
        self._senders = Senders(self._line, [], self._chance)
        self._recipients: set[str] = set()
        self._since = 0

    async def begin(self) -> None:
        """Link every account, set its pace, and let it be followed."""
        owners = [await self._owner(name) for name in ACCOUNTS]
        self._recipients = {vanity for owner in owners for vanity in owner.people}
        self._senders = Senders(self._line, owners, self._chance)
        with self._gateway() as program:
            for owner in owners:
                await self._line.link(owner.name)
                if owner.paced:
                    gap = {"leastSeconds": LEAST_GAP, "mostSeconds": 2 * LEAST_GAP}
                    await self._line.pace(owner.name, profile="standard", gap=gap)
                else:
                    await self._line.pace(owner.name, profile="open")
            await self._until(self._all_connected)
            assert program.stop() == 0
        self._since = (await self._line.told("GET", "clock"))["nowMs"]

    async def rage(self, kills: int) -> None:
        """Kill the gateway at moments of chance while everybody sends, and its database now and then."""
        over = asyncio.Event()
        work = [*[self._senders.wish] * CALLERS, self._disturb, self._watch]
        async with asyncio.TaskGroup() as group:
            busy = group.create_task(self._line.busy(work, over))
            for _ in range(kills):
                await self._kill_once()
            # The last ones to call must come to an end.
            with self._gateway():
                self._line.up.set()
                over.set()
                async with asyncio.timeout(2 * PATIENCE):
                    await busy
                await self._line.told("DELETE", "faults")
                await self._until(self._all_connected)
            self._line.up.clear()

    async def settle(self) -> None:
        """Run until no send is open; between two runs time passes, so that absences can be proven."""
        for _ in range(12):
            with self._gateway() as program:
                await self._until(self._all_connected)
                await self._until(self._quiet)
                assert program.stop() == 0
            if not await self._ledger.states():
                return
            await self._ledger.let_time_pass(LATER)
        raise AssertionError(f"sends that never settle: {Counter(await self._ledger.states())}")

    async def reckoning(self) -> Reckoning:
        """Everything that is known of the sends, while no gateway runs."""
        mailboxes = {vanity: await self._mailbox(vanity) for vanity in sorted(self._recipients)}
        return await reckon(self._ledger, self._senders.wishes, mailboxes, OWNERS, {PACED: LEAST_GAP})

    @property
    def contradictions(self) -> list[str]:
        """Answers that contradicted each other at once."""
        return self._senders.contradictions

    @property
    def lost_answers(self) -> int:
        """How many calls of senders were cut off."""
        return sum(wish.lost for wish in self._senders.wishes)

    @property
    def replayed(self) -> int:
        """How many answers were those of an earlier request with the same key."""
        return sum(told.replayed for wish in self._senders.wishes for told in wish.answers)

    @property
    def joined(self) -> int:
        """How many messages that were repeated without a key while they were unknown joined their send."""
        return sum(wish.repeated and len(wish.accepted) == 1 for wish in self._senders.wishes)

    @property
    def faults(self) -> Counter[str]:
        """What LinkedIn's side did, by kind."""
        return self._disturbances.made

    def _gateway(self, *, ready: bool = True) -> AbstractContextManager[Program]:
        return gateway(
            self._folder,
            self._network.base_url,
            port=self._port,
            ready=ready,
            linkedin_timeout_seconds=HELD - 1,
            least_gap_seconds=LEAST_GAP,
            backfill_days=1,
            **self._more,
        )

    async def _kill_once(self) -> None:
        moment = self._chance.choice(MOMENTS)
        restart = self._begin_restart()
        with self._gateway(ready=False) as program:
            if moment == "starting":
                await asyncio.sleep(self._chance.uniform(0.1, 1.2))
            elif await self._answers(program):
                self._line.up.set()
                await asyncio.sleep(self._chance.uniform(0.05, 1.5))
                if restart is not None and self._chance.random() < 0.5:
                    # It must go on by itself when the server is back.
                    await restart
                    await asyncio.sleep(self._chance.uniform(0.1, 1.5))
                elif moment == "sending":
                    await self._until(self._is_sending)
                elif moment == "committing":
                    await asyncio.to_thread(self._until_commit)
            ended = program.process.poll()
            assert ended is None or restart is not None, f"it ended with {ended}"
            program.kill()
            self._line.up.clear()
        self.figures.kills += 1
        self.figures.kills_of_starts += moment == "starting"
        if restart is not None:
            await restart
        self.figures.kills_during_sends += "sending" in await self._ledger.states()

    def _begin_restart(self) -> asyncio.Task[None] | None:
        """A crash or a restart of the database's server, some time from now."""
        server = self.server
        if server is None or self.figures.kills % RESTARTED:
            return None
        end = server.kill if self._chance.random() < 0.7 else server.stop
        wait = self._chance.uniform(0, 2)

        async def restart() -> None:
            await asyncio.sleep(wait)
            await asyncio.to_thread(end)
            await asyncio.to_thread(server.start)
            self.figures.restarts += 1

        return asyncio.create_task(restart())

    async def _answers(self, program: Program) -> bool:
        """Wait until it answers; False when it ended before."""

        async def answers_or_ended() -> bool:
            if program.process.poll() is not None:
                return True
            try:
                return (await self._line.call("GET", "/health")).status == 200
            except CUT:
                return False

        await self._until(answers_or_ended)
        return program.process.poll() is None

    async def _is_sending(self) -> bool:
        try:
            return "sending" in await self._ledger.states()
        except UNREACHABLE:
            return True

    def _until_commit(self) -> None:
        """Until something is written to the database, for a second at most."""
        log = self._folder / "threadline.db-wal"
        before, deadline = _written(log), time.monotonic() + 1
        while _written(log) == before and time.monotonic() < deadline:
            pass

    async def _disturb(self) -> None:
        await asyncio.sleep(self._chance.uniform(0.1, 0.8))
        await self._disturbances.disturb()

    async def _watch(self) -> None:
        """At no moment does an account have two sends on their way, or less than nothing used."""
        await asyncio.sleep(0.2)
        try:
            two = await self._ledger.rows(_TWO_ON_THEIR_WAY)
            negative = await self._ledger.rows("SELECT account_id FROM budget_usage WHERE used < 0")
        except UNREACHABLE:
            return
        assert (two, negative) == ([], [])

    async def _all_connected(self) -> bool:
        reply = await self._line.call("GET", "/api/health/tenant")
        states = [one["state"] for one in reply.envelope["data"]["accounts"]]
        return states == ["connected"] * len(ACCOUNTS)

    async def _quiet(self) -> bool:
        """Whether nothing leaves or is looked for now; what waits for later is left to a later time."""
        soon = int(time.time() * 1000) + SOON
        due = f"SELECT 1 FROM due_work WHERE kind IN ('outbox', 'settle') AND due_at <= {soon}"
        return not await self._ledger.rows(due) and "sending" not in await self._ledger.states()

    async def _owner(self, name: str) -> Owner:
        listed = (await self._line.told("GET", "people?limit=1000"))["people"]
        paced = name == PACED
        connected = sorted(
            one["vanity"]
            for one in listed
            if name in one["connectedTo"]
            and not one["gone"]
            and one["vanity"] not in OWNERS
            # What answers somebody waits for no gap.
            and not (paced and one["answers"])
        )
        usual = [vanity for vanity in ("janesmith", "sarah-chen") if vanity in connected]
        others = [vanity for vanity in connected if vanity not in usual]
        some = self._chance.sample(others, min(PEOPLE - len(usual), len(others)))
        return Owner(name, [*usual, *some], paced)

    async def _mailbox(self, vanity: str) -> list[dict[str, Any]]:
        """Every message of somebody's mailbox since the beginning."""
        found: list[dict[str, Any]] = []
        path = f"mailboxes/{vanity}/conversations"
        for one in (await self._line.told("GET", f"{path}?limit=100"))["conversations"]:
            if one["lastActivityAt"] >= self._since:
                messages = (await self._line.told("GET", f"{path}/{one['threadId']}/messages"))["messages"]
                found += [message for message in messages if message["deliveredAt"] >= self._since]
        return found

    async def _until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(2 * PATIENCE):
            while not await condition():
                await asyncio.sleep(0.01)


def _written(log: Path) -> tuple[int, int] | None:
    """How much was written to a file, and when."""
    try:
        found = os.stat(log)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
