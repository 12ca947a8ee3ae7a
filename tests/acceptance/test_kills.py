"""Killed at any moment, the gateway loses nothing, tells what arrived meanwhile, and sends nothing twice.

The moments come from a seed. `KILLS` and `KILLS_SEED` choose another number and another seed:
`KILLS=300 KILLS_SEED=7 .venv/bin/python -m pytest tests/acceptance/test_kills.py` takes some ten minutes.
"""

import asyncio
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.acceptance.calls import quoted
from tests.acceptance.ledger import Ledger
from tests.acceptance.lines import session
from tests.acceptance.processes import PATIENCE, Program, free_port, gateway, sandbox
from tests.acceptance.storm import Storm

SEED = int(os.environ.get("KILLS_SEED", "1"))
KILLS = int(os.environ.get("KILLS", "10"))
KILLS_ON_POSTGRESQL = int(os.environ.get("KILLS", "3"))
ROUND = 12
"""Kills after which everything is let settle."""
LATER = 5 * 60 * 1000
"""Milliseconds that pass while the gateway is down at the end."""


@pytest.mark.promise("main-job.4.killed-at-any-moment", "design.3.nothing-lost", "design.1.unknown-settles")
async def test_nothing_is_lost_and_nothing_sent_twice_whenever_it_is_killed(tmp_path: Path) -> None:
    await _survives(tmp_path, KILLS, None)


@pytest.mark.promise("main-job.4.killed-at-any-moment")
async def test_the_same_holds_over_postgresql(tmp_path: Path, postgres_dsn: str) -> None:
    await _survives(tmp_path, KILLS_ON_POSTGRESQL, postgres_dsn)


async def _survives(folder: Path, kills: int, database_url: str | None) -> None:
    answer_soon = ("--answer-delay-ms", "50", "300")
    with sandbox(folder, *answer_soon) as network:
        async with session() as http:
            trial = Trial(folder, network, http, database_url)
            await trial.begin()
            # In rounds: a send that is unknown holds back all later ones to the same person.
            for begun in range(0, kills, ROUND):
                await trial.rage(min(ROUND, kills - begun))
                await trial.settle()
            await trial.compare()


class Trial:
    """One gateway over one store, killed and started again on the same port."""

    def __init__(
        self, folder: Path, network: Program, http: aiohttp.ClientSession, database_url: str | None
    ) -> None:
        self._folder = folder / "data"
        self._network = network
        self._port = free_port()
        self._more = {"database_url": database_url} if database_url else {}
        self._chance = random.Random(SEED)
        self._ledger = Ledger(self._folder / "threadline.db", database_url)
        self._storm = Storm(http, f"http://127.0.0.1:{self._port}", network.base_url, self._chance)
        self._since = 0
        self._killed_midway = 0

    def _gateway(self, *, ready: bool = True) -> Any:
        return gateway(self._folder, self._network.base_url, port=self._port, ready=ready, **self._more)

    async def begin(self) -> None:
        """Link ada, and begin once the line between past and present is drawn; the past is still read."""
        await self._storm.gather_people()
        with self._gateway() as program:
            await self._storm.link("ada")
            # What is tried here is no budget.
            await self._storm.pace("ada", profile="open")
            await self._until_state("backfilling", "connected")
            program.kill()
        self._since = (await self._storm.told("GET", "clock"))["nowMs"]

    async def rage(self, kills: int) -> None:
        """Kill the gateway at moments of chance, also before it answers, while everybody writes."""
        async with self._storm.raging():
            for number in range(kills):
                with self._gateway(ready=False) as program:
                    # The first one strikes a send on its way, whatever chance says of the others.
                    moment = self._chance.random() if number else 1
                    if moment < 0.2:
                        await asyncio.sleep(self._chance.uniform(0.2, 1))
                    else:
                        await asyncio.to_thread(program.until_ready)
                        self._storm.up.set()
                        await asyncio.sleep(self._chance.uniform(0.05, 1.5))
                    if moment > 0.7:
                        await self._until(self._is_sending)
                    program.kill()
                    self._storm.up.clear()
                self._killed_midway += "sending" in await self._ledger.states()
            # The last ones to call must come to an end.
            with self._gateway():
                self._storm.up.set()
                await self._until_state("connected")

    async def _is_sending(self) -> bool:
        return "sending" in await self._ledger.states()

    async def settle(self) -> None:
        """Run until no send is open; between two runs time passes, so that absences can be proven."""
        for _ in range(6):
            with self._gateway() as program:
                await self._until_state("connected")
                await self._until(self._only_unknown)
                assert program.stop() == 0
            if not await self._ledger.states():
                return
            await self._ledger.let_time_pass(LATER)
        raise AssertionError(f"sends that never settle: {await self._ledger.states()}")

    async def _only_unknown(self) -> bool:
        """Whether nothing is on its way, but for what waits for a later check and what that holds back."""
        states = await self._ledger.states()
        if await self._ledger.checks_due(int(time.time() * 1000)):
            return False
        return not states or ("unknown" in states and "sending" not in states)

    async def compare(self) -> None:
        """Compare callers, mailboxes, reads, store and log."""
        truth = await self._mailbox("ada")
        mine = {one["text"] for one in truth} & {one.text for one in self._storm.attempts}
        assert mine, "nothing was sent at all"
        assert self._killed_midway > 0, "no kill struck a send on its way"
        with self._gateway():
            await self._until_state("connected")
            await self._compare_reads(truth)
            await self._until(self._unread_counts_agree)
        await self._compare_sends(truth)
        await self._compare_events(truth)
        assert {
            urn.rpartition(",")[2].rstrip(")") for urn in self._storm.seen
        } <= await self._ledger.message_ids()

    async def _compare_reads(self, truth: list[dict[str, Any]]) -> None:
        """Every message of ada's mailbox stands in the thread's reads, exactly once."""
        for conversation in {one["conversationUrn"] for one in truth}:
            expected = [one["messageUrn"] for one in truth if one["conversationUrn"] == conversation]
            shown: list[str] = []
            cursor = ""
            while len(set(expected) - set(shown)) > 0 or not shown:
                target = f"/api/conversations/{quoted(conversation)}?limit=100{cursor}"
                status, answer = await self._storm.ask("GET", target)
                assert status == 200, answer
                shown += [message["messageUrn"] for message in answer["data"]["messages"]]
                if not answer["data"]["nextCursor"]:
                    break
                cursor = f"&nextCursor={answer['data']['nextCursor']}"
            assert [(urn, shown.count(urn)) for urn in expected if shown.count(urn) != 1] == []

    async def _unread_counts_agree(self) -> bool:
        """Whether the unread counts of the inbox are those of the mailbox."""
        expected: dict[str, int] = (await self._storm.told("GET", "mailboxes/ada/unread"))["unread"]
        shown: dict[str, int] = {}
        cursor = ""
        while True:
            status, answer = await self._storm.ask("GET", f"/api/conversations?limit=100{cursor}")
            assert status == 200, answer
            shown |= {
                one["conversationId"]: one["unreadCount"]
                for one in answer["data"]["conversations"]
                if one["unreadCount"]
            }
            if not answer["data"]["nextCursor"]:
                break
            cursor = f"&nextCursor={answer['data']['nextCursor']}"
        return shown == expected

    async def _compare_sends(self, truth: list[dict[str, Any]]) -> None:
        """What was said to be sent is there once, what failed is not there, and nothing is there twice."""
        stored = await self._ledger.sends()
        ours = Counter(one["text"] for one in truth)
        urns = {one["text"]: one["messageUrn"] for one in truth}
        for attempt in self._storm.attempts:
            search = f"mailboxes/{attempt.vanity}/messages?text={quoted(attempt.text)}"
            theirs = len((await self._storm.told("GET", search))["messages"])
            state = stored.get(attempt.text)
            expected = {"sent": 1, "failed": 0, None: 0}[state]
            assert (theirs, ours[attempt.text]) == (expected, expected), (attempt, state)
            if attempt.was_sent:
                assert (state, attempt.answer["messageUrn"]) == ("sent", urns[attempt.text]), attempt
            elif attempt.status == 202:
                assert state in ("sent", "failed"), attempt
            elif attempt.status is not None:
                assert state in ("failed", None), attempt
                assert attempt.status not in (500, 503), attempt
        written = self._storm.written
        assert [(text, ours[text]) for text in written if ours[text] > 1] == []

    async def _compare_events(self, truth: list[dict[str, Any]]) -> None:
        """Each message has one event of its kind, and the log has neither gap nor repeat."""
        told = await self._ledger.events()
        assert [number for number, *_ in told] == list(range(1, len(told) + 1))
        for kind, from_ada in (("message.received", False), ("message.sent", True)):
            before, after = (
                Counter(one["messageId"] for one in mailbox if (one["from"] == "ada-demo") is from_ada)
                for mailbox in (truth, await self._mailbox("ada"))
            )
            events = [one for one in told if one[1] == kind]
            counted = Counter(data["messageId"] for *_, data in events)
            # Somebody may have answered since the mailbox was first looked into.
            assert (before - counted, counted - after) == (Counter(), Counter())
            if not from_ada:
                for thread in {thread for _, _, thread, _, _ in events}:
                    times = [at for _, _, its, at, _ in events if its == thread]
                    assert times == sorted(times)

    async def _mailbox(self, who: str) -> list[dict[str, Any]]:
        """Every message of somebody's mailbox since the beginning."""
        found: list[dict[str, Any]] = []
        listed = (await self._storm.told("GET", f"mailboxes/{who}/conversations?limit=100"))["conversations"]
        for one in listed:
            if one["lastActivityAt"] >= self._since:
                path = f"mailboxes/{who}/conversations/{one['threadId']}/messages"
                messages = (await self._storm.told("GET", path))["messages"]
                found += [message for message in messages if message["deliveredAt"] >= self._since]
        return found

    async def _until_state(self, *states: str) -> None:
        async def reached() -> bool:
            # Not the capabilities, which ask LinkedIn each time.
            _, answer = await self._storm.ask("GET", "/api/health/tenant")
            found = {one["userId"]: one["state"] for one in answer["data"]["accounts"]}
            return found["ada"] in states

        # What was missed and the past are read beside everything that goes on.
        await self._until(reached, 3 * PATIENCE)

    async def _until(self, condition: Any, patience: float = PATIENCE) -> None:
        async with asyncio.timeout(patience):
            while not await condition():
                await asyncio.sleep(0.005)
