"""Made people who answer: a while after an account writes to them they read the message and write back.

Calm people only read and answer, in conversations of two. Lively ones also type first, react, quote, correct
themselves, write a second time and take it back, and answer in groups; see habits.py.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from threadline.sandbox.living.rules import NotAllowedError
from threadline.sandbox.network import phrases
from threadline.sandbox.network.appliers import Change
from threadline.sandbox.network.habits import CALM, Habits, chosen_to_answer, habits_of, with_a_slip
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import Message, Thread, quotation
from threadline.sandbox.protocol import urns

if TYPE_CHECKING:
    from threadline.sandbox.living.simulation import Simulation


class Answering:
    """The answers that are on their way. delay_ms: shortest and longest wait."""

    def __init__(self, simulation: Simulation, delay_ms: tuple[int, int], *, lively: bool) -> None:
        self._simulation = simulation
        self._delay_ms = delay_ms
        self._lively = lively
        self._tasks: set[asyncio.Task[None]] = set()

    def consider(self, thread: Thread, message: Message) -> None:
        """Have those answer an account's message who do."""
        for person in self._answerers(thread, message):
            task = asyncio.create_task(self._answer(thread, message, person))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def resume(self, changes: Iterable[Change]) -> None:
        """Take up the answers that a stopped run still owed, from its changes."""
        world = self._simulation.world
        messages = {change["id"]: change for change in changes if change["op"] == "message"}
        answered = {change["answers"] for change in messages.values()}
        for message_id, change in messages.items():
            thread = world.threads[change["thread"]]
            message = thread.find(message_id)
            if message_id not in answered and message is not None:
                self.consider(thread, message)

    def stop(self) -> None:
        """Drop the answers that are on their way."""
        for task in self._tasks:
            task.cancel()

    def _answerers(self, thread: Thread, message: Message) -> list[Person]:
        world = self._simulation.world
        if world.account_of(message.sender) is None:
            return []
        others = thread.others(message.sender)
        if not self._lively and (thread.group_chat or len(others) != 1):
            return []
        known = [world.people[each] for each in others if each in world.people]
        people = [each for each in known if each.answers and world.account_of(each.profile_id) is None]
        return chosen_to_answer(people, message) if thread.group_chat else people

    async def _answer(self, thread: Thread, message: Message, person: Person) -> None:
        # Whoever answers may meanwhile have left, or the message been taken back: then nothing more is done.
        with contextlib.suppress(NotAllowedError):
            await self._answer_as(thread, message, person, self._habits(person, message))

    def _habits(self, person: Person, message: Message) -> Habits:
        return habits_of(person, message) if self._lively else CALM

    async def _answer_as(self, thread: Thread, message: Message, person: Person, habits: Habits) -> None:
        simulation, who = self._simulation, person.profile_id
        shortest, longest = self._delay_ms
        half = (shortest + urns.stable_number(message.message_id) % (longest - shortest + 1)) / 2000
        await asyncio.sleep(half)
        simulation.mark(thread, who, read=True)
        if habits.emoji is not None:
            simulation.acting.react(thread, message, who, habits.emoji, added=True)
        if habits.types:
            simulation.acting.type(thread, who)
        await asyncio.sleep(half)
        if who not in thread.members:
            return
        text = self._text(person, message)
        first = simulation.write(
            thread,
            who,
            with_a_slip(text) if habits.corrects else text,
            answers=message.message_id,
            content=[quotation(message)] if habits.quotes else [],
        )
        if habits.corrects:
            await asyncio.sleep(half)
            simulation.acting.edit(thread, first, who, text, [])
        if habits.adds is not None:
            await self._add(thread, who, habits.adds, regrets=habits.regrets, wait=half)

    async def _add(self, thread: Thread, who: str, text: str, *, regrets: bool, wait: float) -> None:
        self._simulation.acting.type(thread, who)
        await asyncio.sleep(wait)
        if who not in thread.members:
            return
        second = self._simulation.write(thread, who, text)
        if regrets:
            await asyncio.sleep(wait)
            self._simulation.acting.recall(thread, second, who)

    def _text(self, person: Person, message: Message) -> str:
        asker = self._simulation.world.people[message.sender]
        texts = phrases.ANSWERS.get(person.language, phrases.ANSWERS["en"])
        place = urns.stable_number(message.text, person.vanity) % len(texts)
        return texts[place].format(name=asker.first_name)
