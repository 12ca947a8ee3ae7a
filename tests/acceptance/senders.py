"""Sane clients of the main API: they repeat with their key, follow what was accepted, and change their minds.

Above: `torture.py`. Below: `lines.py`, `wishes.py`.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.acceptance.lines import CUT, Line, Reply
from tests.acceptance.wishes import Told, Wish, told_by

PATIENT: Final = 6
"""How often a client asks again with its key before it gives up."""
FINAL: Final = frozenset({"sent", "failed", "cancelled"})


@dataclass(frozen=True)
class Owner:
    """An account, and the people whom it writes to."""

    name: str
    people: Sequence[str]
    paced: bool = False
    """Whether it follows the usual profile, and so sends little."""


class Senders:
    """Callers of every kind, one after the other; many may call at once."""

    def __init__(self, line: Line, owners: Sequence[Owner], chance: random.Random) -> None:
        self.wishes: list[Wish] = []
        self.contradictions: list[str] = []
        """Answers that contradict each other."""
        self._line = line
        self._free = [one for one in owners if not one.paced]
        self._paced = [one for one in owners if one.paced]
        self._left_to_pace = 4
        self._chance = chance
        self._number = 0

    async def wish(self) -> None:
        """One caller with one wish, or a batch of them."""
        await self._line.until_up(self._chance.uniform(0, 2))
        kinds: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (30, self._direct),
            (25, self._direct_with_key),
            (15, self._queued),
            (8, self._changed),
            (6, self._drafted),
            (6, self._batch),
            (4, self._with_file),
            (3, self._paced_account),
        ]
        [chosen] = self._chance.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])
        await chosen()

    async def _direct(self) -> None:
        """Without a key: asked once, and again only while it is known to be unknown."""
        wish = self._new(keyed=False)
        wait = self._wait()
        if self._chance.random() < 0.3:
            # What strikes it is not found at once, so that there is something to join.
            fault = {"kind": "server_error", "endpoint": "createMessage", "count": 1}
            await self._line.told("POST", "faults", {"account": wish.account, **fault})
            wait = "wait=0"
        told = await self._say(wish, wish.body | self._extras(), wait)
        if told is None or told.state not in ("sending", "unknown") or told.send_id is None:
            return
        shown: Told | None = told
        for _ in range(PATIENT):
            if shown is None or shown.state != "sending":
                break
            await asyncio.sleep(0.3)
            shown = await self._look(wish, told.send_id)
        if shown is not None and shown.state == "unknown":
            wish.repeated = True
            await self._say(wish, wish.body, self._wait())

    async def _direct_with_key(self) -> None:
        """Repeated with its key until there is a word, and sometimes after it."""
        wish = self._new(keyed=True)
        body = wish.body | self._extras()
        first = await self._insist(wish, body, self._wait())
        if first is None or self._chance.random() > 0.4:
            return
        again = await self._insist(wish, body, self._wait())
        if again is not None and first.send_id is not None and not again.replayed:
            self.contradictions.append(f"a repeated request was not answered as replayed: {wish}")
        # What was refused before it was accepted leaves its key free.
        if first.send_id is not None and self._chance.random() < 0.2:
            other = await self._say(wish, body | {"message": "Something else"}, record=False)
            if other is not None and other.is_word and other.code != "IDEMPOTENCY_MISMATCH":
                self.contradictions.append(f"another request with the same key: {other} for {wish}")

    async def _queued(self) -> None:
        """Asynchronous, now or in a moment, with some priority; sometimes followed to its end."""
        wish = self._new(keyed=self._chance.random() < 0.6)
        body = wish.body | {"priority": self._chance.randint(-10, 10)}
        if self._chance.random() < 0.5:
            body["sendAt"] = _in(self._chance.uniform(0, 4))
        told = await self._ask_for(wish, body, "respond-async")
        if told is not None and told.send_id is not None and self._chance.random() < 0.3:
            await self._follow(wish, told.send_id)

    async def _changed(self) -> None:
        """Timed, then edited or taken back before it leaves, if the change comes in time."""
        wish = self._new(keyed=True)
        body = wish.body | {"sendAt": _in(self._chance.uniform(0.3, 5))}
        told = await self._insist(wish, body, "respond-async")
        if told is None or told.send_id is None:
            return
        deed = self._chance.random()
        if deed < 0.4:
            wish.texts.append(self._text())
            await self._change(wish, "PATCH", told.send_id, {"message": wish.texts[-1]})
        elif deed < 0.6:
            changed = {"sendAt": _in(self._chance.uniform(0, 3)), "priority": self._chance.randint(-10, 10)}
            await self._change(wish, "PATCH", told.send_id, changed)
        else:
            await self._take_back(wish, told.send_id)

    async def _drafted(self) -> None:
        """A draft that is released, taken back or left."""
        wish = self._new(keyed=True)
        wish.released = False
        told = await self._insist(wish, wish.body | {"draft": True})
        if told is None or told.send_id is None:
            return
        deed = self._chance.random()
        if deed < 0.7:
            wish.released = True
            path = f"/api/sends/{told.send_id}/release"
            for _ in range(PATIENT):
                try:
                    reply = await self._line.call("POST", path, user=wish.account)
                except CUT:
                    wish.lost += 1
                    await self._line.until_up()
                    continue
                if reply.status < 500:
                    # A repeated release of one that has left is refused, and that is as good.
                    return
                await self._line.until_up()
        elif deed < 0.9:
            await self._take_back(wish, told.send_id)

    async def _batch(self) -> None:
        """Several at once, each with its own key."""
        owner = self._chance.choice(self._free)
        wishes = [self._new(keyed=True, owner=owner) for _ in range(self._chance.randint(2, 8))]
        body = {"sends": [wish.body | {"idempotencyKey": wish.key} for wish in wishes]}
        for _ in range(PATIENT):
            try:
                reply = await self._line.call("POST", "/api/sends/batch", body, user=owner.name)
            except CUT:
                for wish in wishes:
                    wish.lost += 1
                await self._line.until_up()
                continue
            if reply.status in (500, 503):
                await self._line.until_up()
                continue
            self._take_results(wishes, reply)
            return

    def _take_results(self, wishes: Sequence[Wish], reply: Reply) -> None:
        results: list[dict[str, Any]] = (reply.envelope.get("data") or {}).get("results") or []
        if len(results) != len(wishes):
            self.contradictions.append(f"a batch of {len(wishes)} was answered with {reply}")
            return
        for wish, result in zip(wishes, results, strict=True):
            errors = [result["error"]] if "error" in result else []
            envelope = {"data": result.get("send"), "errors": errors}
            status = 400 if errors else 202
            wish.answers.append(told_by(Reply(status, envelope, {})))

    async def _with_file(self) -> None:
        """A message that carries a file."""
        wish = self._new(keyed=True)
        headers = {"Content-Type": "text/plain", "X-File-Name": f"{self._number}.txt"}
        reply = await self._line.call(
            "POST", "/api/attachments", wish.texts[0].encode(), user=wish.account, **headers
        )
        if reply.status != 201:
            self.wishes.remove(wish)
            return
        file = reply.envelope["data"]["attachment"]["id"]
        await self._insist(wish, wish.body | {"attachments": [file]}, self._wait())

    async def _paced_account(self) -> None:
        """A few through an account of the usual profile, all queued."""
        if self._left_to_pace > 0:
            self._left_to_pace -= 1
            wish = self._new(keyed=True, owner=self._chance.choice(self._paced))
            await self._insist(wish, wish.body, "respond-async")

    async def _ask_for(self, wish: Wish, body: dict[str, Any], prefer: str = "") -> Told | None:
        if wish.key is not None:
            return await self._insist(wish, body, prefer)
        return await self._say(wish, body, prefer)

    async def _insist(self, wish: Wish, body: dict[str, Any], prefer: str = "") -> Told | None:
        """Ask with the wish's key until there is a word on it; None when the client loses its patience."""
        for _ in range(PATIENT):
            told = await self._say(wish, body, prefer)
            if told is not None and told.is_word:
                return told
            await self._line.until_up()
        return None

    async def _say(
        self, wish: Wish, body: dict[str, Any], prefer: str = "", *, record: bool = True
    ) -> Told | None:
        """One POST /api/send; None when no whole answer came."""
        headers = {"Prefer": prefer} if prefer else {}
        if wish.key is not None:
            headers["Idempotency-Key"] = wish.key
        try:
            reply = await self._line.call("POST", "/api/send", body, user=wish.account, **headers)
        except CUT:
            wish.lost += 1
            return None
        told = told_by(reply)
        if record:
            wish.answers.append(told)
        return told

    async def _look(self, wish: Wish, send_id: str) -> Told | None:
        try:
            return told_by(await self._line.call("GET", f"/api/sends/{send_id}", user=wish.account))
        except CUT:
            return None

    async def _follow(self, wish: Wish, send_id: str) -> None:
        for _ in range(10):
            shown = await self._look(wish, send_id)
            if shown is not None and shown.state in FINAL:
                wish.answers.append(shown)
                return
            await self._line.until_up(0.2)

    async def _change(self, wish: Wish, method: str, send_id: str, body: Any = None) -> Told | None:
        try:
            reply = await self._line.call(method, f"/api/sends/{send_id}", body, user=wish.account)
        except CUT:
            wish.lost += 1
            return None
        return told_by(reply)

    async def _take_back(self, wish: Wish, send_id: str) -> None:
        told = await self._change(wish, "DELETE", send_id)
        wish.cancelled = told is not None and told.status < 300

    def _new(self, *, keyed: bool, owner: Owner | None = None) -> Wish:
        owner = owner or self._chance.choice(self._free)
        text = self._text()
        key = f"key of {text}" if keyed else None
        wish = Wish(owner.name, self._chance.choice(owner.people), [text], key)
        self.wishes.append(wish)
        return wish

    def _text(self) -> str:
        self._number += 1
        return f"Wish {self._number:05d}"

    def _wait(self) -> str:
        return f"wait={self._chance.choice((0, 1, 2, 8))}"

    def _extras(self) -> dict[str, Any]:
        return {"typing": True} if self._chance.random() < 0.1 else {}


def _in(seconds: float) -> int:
    """A time from now on; epoch milliseconds."""
    return int((time.time() + seconds) * 1000)
