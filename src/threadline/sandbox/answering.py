"""Made people who answer: a while after an account writes to them they read the message and write back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from threadline.sandbox import phrases, urns
from threadline.sandbox.appliers import Change
from threadline.sandbox.threads import Message, Thread

if TYPE_CHECKING:
    from threadline.sandbox.simulation import Simulation


class Answering:
    """The answers that are on their way. delay_ms: shortest and longest wait."""

    def __init__(self, simulation: Simulation, delay_ms: tuple[int, int]) -> None:
        self._simulation = simulation
        self._delay_ms = delay_ms
        self._tasks: set[asyncio.Task[None]] = set()

    def consider(self, thread: Thread, message: Message) -> None:
        """Have the other person of a one-to-one thread answer, if they are one who does."""
        answerer = self._answerer(thread, message)
        if answerer is not None:
            task = asyncio.create_task(self._answer(thread, message, answerer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def resume(self, changes: Iterable[Change]) -> None:
        """Take up the answers that a stopped run still owed, from its changes."""
        world = self._simulation.world
        messages = {change["id"]: change for change in changes if change["op"] == "message"}
        answered = {change["answers"] for change in messages.values()}
        for message_id, change in messages.items():
            thread = world.threads[change["thread"]]
            if message_id not in answered:
                message = next(each for each in thread.messages if each.message_id == message_id)
                self.consider(thread, message)

    def stop(self) -> None:
        """Drop the answers that are on their way."""
        for task in self._tasks:
            task.cancel()

    def _answerer(self, thread: Thread, message: Message) -> str | None:
        world = self._simulation.world
        others = thread.others(message.sender)
        if thread.group_chat or len(others) != 1 or world.account_of(message.sender) is None:
            return None
        person = world.people.get(others[0])
        if person is None or not person.answers or world.account_of(person.profile_id) is not None:
            return None
        return person.profile_id

    async def _answer(self, thread: Thread, message: Message, answerer: str) -> None:
        shortest, longest = self._delay_ms
        delay = shortest + urns.stable_number(message.message_id) % (longest - shortest + 1)
        await asyncio.sleep(delay / 2000)
        self._simulation.mark(thread, answerer, read=True)
        await asyncio.sleep(delay / 2000)
        person = self._simulation.world.people[answerer]
        asker = self._simulation.world.people[message.sender]
        texts = phrases.ANSWERS.get(person.language, phrases.ANSWERS["en"])
        text = texts[urns.stable_number(message.text, person.vanity) % len(texts)].format(
            name=asker.first_name
        )
        self._simulation.write(thread, answerer, text, answers=message.message_id)
