"""People who write in both directions while the gateway between them is killed again and again.

Above: `test_kills.py`. What was sent, answered and seen is kept here, to be compared with both sides.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from tests.acceptance.calls import quoted
from tests.acceptance.lines import Line
from tests.acceptance.processes import PATIENCE

SENDERS: Final = 4
WRITERS: Final = 3
FAULTS: Final = ("lose_answer", "lose_answer", "lose_answer", "lose_answer", "cut_before", "cut", "cut")
"""What LinkedIn's side does now and then to a send or to the stream."""


@dataclass
class Attempt:
    """One call of POST /api/send; its text is used once."""

    text: str
    vanity: str
    status: int | None = None
    """None when no answer came."""
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def was_sent(self) -> bool:
        """Whether the caller was told that LinkedIn has it."""
        return self.status == 200


class Storm(Line):
    """Callers of the gateway and people of the sandbox, until it is over."""

    def __init__(
        self, http: aiohttp.ClientSession, gateway: str, sandbox: str, chance: random.Random
    ) -> None:
        super().__init__(http, gateway, sandbox, chance)
        self.attempts: list[Attempt] = []
        self.written: dict[str, str] = {}
        """What people wrote to ada, by text, and who did."""
        self.seen: set[str] = set()
        """Ids of messages that a read or a send answered."""
        self._number = 0
        self._people: list[str] = []

    async def gather_people(self) -> None:
        """Choose who takes part: people whom ada may write to, with and without a conversation."""
        listed = (await self.told("GET", "people?limit=1000"))["people"]
        connected = [one for one in listed if "ada" in one["connectedTo"] and not one["gone"]]
        known = [one["vanity"] for one in connected if one["threads"]["ada"]]
        unknown = [one["vanity"] for one in connected if not one["threads"]["ada"]]
        some = [*self.chance.sample(known, 24), *self.chance.sample(unknown, min(6, len(unknown)))]
        self._people = sorted({"janesmith", "sarah-chen", "jane-doe-42", *some})

    @asynccontextmanager
    async def raging(self) -> AsyncIterator[None]:
        """Everybody writes and reads for as long as the block runs; then all faults end."""
        work: list[Callable[[], Awaitable[None]]] = [
            *[self._send] * SENDERS,
            *[self._write] * WRITERS,
            self._read,
            self._disturb,
        ]
        over = asyncio.Event()
        busy = asyncio.create_task(self.busy(work, over))
        try:
            yield
        finally:
            over.set()
            async with asyncio.timeout(PATIENCE):
                await busy
            await self.told("DELETE", "faults")

    def _text(self, about: str) -> str:
        self._number += 1
        return f"{about} {self._number:05d}"

    async def _send(self) -> None:
        attempt = Attempt(self._text("Out"), self.chance.choice(self._people))
        self.attempts.append(attempt)
        body = {"profileUrl": f"https://www.linkedin.com/in/{attempt.vanity}/", "message": attempt.text}
        status, envelope = await self.ask("POST", "/api/send", body, Prefer="wait=2")
        attempt.status, attempt.answer = status, envelope["data"] or {}
        if attempt.was_sent:
            self.seen.add(attempt.answer["messageUrn"])

    async def _write(self) -> None:
        text, writer = self._text("In"), self.chance.choice(self._people)
        self.written[text] = writer
        if self.chance.random() < 0.1:
            await self.told("POST", "accounts/ada/write", {"to": writer, "text": text})
        else:
            await self.told("POST", f"people/{writer}/write", {"to": "ada", "text": text})

    async def _read(self) -> None:
        status, listed = await self.ask("GET", "/api/conversations?limit=20")
        assert status == 200, listed
        one = self.chance.choice(listed["data"]["conversations"])
        status, thread = await self.ask(
            "GET", f"/api/conversations/{quoted(one['conversationUrn'])}?limit=50"
        )
        assert status == 200, thread
        self.seen.update(message["messageUrn"] for message in thread["data"]["messages"])

    async def _disturb(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.2, 1))
        fault = self.chance.choice(FAULTS)
        if fault == "cut":
            await self.told("POST", "streams/ada/cut")
        else:
            body = {"account": "ada", "kind": fault, "count": 1, "endpoint": "createMessage"}
            await self.told("POST", "faults", body)
