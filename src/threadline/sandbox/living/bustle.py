"""Bustle: random people, and the accounts' owners from elsewhere, do random things at a steady rate.

One seed chooses the same people and deeds in the same network; what the rules refuse is counted as such.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import TYPE_CHECKING, Any

from threadline.sandbox.api.calls import RefusalError
from threadline.sandbox.living.sending_files import made_pieces, send_file
from threadline.sandbox.network import phrases
from threadline.sandbox.network.threads import Message, Thread, quotation

if TYPE_CHECKING:
    from threadline.sandbox.living.simulation import Simulation
    from threadline.sandbox.network.people import Account

_EMOJI = ("👏", "👍", "❤️", "😂", "🙏", "💡")
_PLACES = ("ARCHIVE", "STARRED", "SPAM", "SECONDARY_INBOX")
# How many of a mailbox's newest threads people are busy in, and of a thread's newest messages.
_BUSY_THREADS = 60
_BUSY_MESSAGES = 12
_OWNERS_SHARE = 0.35
_FILES = (
    ("file", "application/pdf"),
    ("image", "image/png"),
    ("video", "video/mp4"),
    ("voice", "audio/mp4"),
)
_LARGEST_FILE = 4096


class Bustle:
    """A bustle that runs until its seconds are over or it is stopped."""

    def __init__(
        self,
        simulation: Simulation,
        accounts: list[Account],
        *,
        rate: float,
        seconds: float,
        seed: int,
        kinds: frozenset[str],
    ) -> None:
        """accounts: in whose mailboxes. rate: deeds a second. kinds: of KINDS."""
        self._simulation = simulation
        self._accounts = accounts
        self._rate = rate
        self._seconds = seconds
        self._seed = seed
        self._random = Random(f"bustle:{seed}")
        self._kinds = [kind for kind in KINDS if kind in kinds]
        self._weights = [KINDS[kind][0] for kind in self._kinds]
        self._done: Counter[str] = Counter()
        self._refused = 0
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        """Do nothing more."""
        self._task.cancel()

    def told(self) -> dict[str, Any]:
        """How far it is, as the admin API shows it."""
        return {
            "running": not self._task.done(),
            "perSecond": self._rate,
            "seconds": self._seconds,
            "seed": self._seed,
            "total": self._done.total(),
            "done": dict(sorted(self._done.items())),
            "refused": self._refused,
            "failed": self._failure(),
        }

    def _failure(self) -> str | None:
        over = self._task.done() and not self._task.cancelled()
        failure = self._task.exception() if over else None
        return repr(failure) if failure is not None else None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number in range(1, max(1, round(self._rate * self._seconds)) + 1):
            await self._do_something()
            await asyncio.sleep(max(0.0, begun + number / self._rate - loop.time()))

    async def _do_something(self) -> None:
        kind = self._random.choices(self._kinds, self._weights)[0]
        account = self._random.choice(self._accounts)
        threads = self._simulation.world.mailbox(account.owner)[:_BUSY_THREADS]
        if not threads:
            return
        # The newest threads are the busiest ones.
        thread = threads[min(int(self._random.expovariate(0.12)), len(threads) - 1)]
        try:
            done = KINDS[kind][1](self, account.owner, thread)
            done = done if isinstance(done, bool) else await done
        except RefusalError:
            done = False
        if done:
            self._done[kind] += 1
        else:
            self._refused += 1

    def _someone(self, owner: str, thread: Thread) -> str:
        """A present member who can act: the owner, or one of the others."""
        people = self._simulation.world.people
        others = [member for member in thread.others(owner) if member in people and not people[member].gone]
        if not others or owner not in thread.members or self._random.random() < _OWNERS_SHARE:
            return owner
        return self._random.choice(others)

    def _words(self) -> str:
        if self._random.random() < 0.05:
            return self._random.choice(phrases.HARD_TEXTS)
        language = self._random.choice(list(phrases.PHRASES))
        return self._random.choice(phrases.PHRASES[language])

    def _message(self, owner: str, thread: Thread, *, mine: bool = False) -> tuple[Message, str] | None:
        """One of the newest messages of a thread and who acts on it; mine: one that its author can change."""
        messages = thread.messages_in(owner)[-_BUSY_MESSAGES:]
        if mine:
            people = self._simulation.world.people
            messages = [each for each in messages if each.sender in people]
        if not messages:
            return None
        message = self._random.choice(messages)
        return message, message.sender if mine else self._someone(owner, thread)

    def write(self, owner: str, thread: Thread) -> bool:
        """Someone writes, sometimes in answer to a message."""
        who = self._someone(owner, thread)
        if who not in thread.members or "REPLY" in thread.disabled_in(who):
            return False
        messages = thread.messages_in(owner)[-_BUSY_MESSAGES:]
        quoted = self._random.choice(messages) if messages and self._random.random() < 0.1 else None
        content = [quotation(quoted)] if quoted is not None else []
        self._simulation.write(thread, who, self._words(), content=content)
        return True

    async def send(self, owner: str, thread: Thread) -> bool:
        """Someone sends a file, a picture, a video or a voice note."""
        who = self._someone(owner, thread)
        if who not in thread.members or "REPLY" in thread.disabled_in(who):
            return False
        kind, media_type = self._random.choice(_FILES)
        size = self._random.randrange(1, _LARGEST_FILE)
        name = f"{kind} {self._random.randrange(10**6)}"
        pieces = made_pieces(size)
        await send_file(self._simulation, thread, who, kind, name, media_type, size, pieces)
        return True

    def start(self, owner: str, thread: Thread) -> bool:
        """The owner opens a new conversation with someone of this one."""
        world = self._simulation.world
        others = [
            each for each in thread.others(owner) if each in world.people and not world.people[each].gone
        ]
        if not others:
            return False
        other = self._random.choice(others)
        if not world.connected(owner, other) or world.thread_between(owner, [other], deleted=True):
            return False
        self._simulation.write(world.start_thread(owner, [other], None), owner, self._words())
        return True

    def type(self, owner: str, thread: Thread) -> bool:
        """Someone types."""
        self._simulation.acting.type(thread, self._someone(owner, thread))
        return True

    def react(self, owner: str, thread: Thread) -> bool:
        """Someone reacts to a message."""
        found = self._message(owner, thread)
        emoji = self._random.choice(_EMOJI)
        return found is not None and self._simulation.acting.react(thread, *found, emoji, added=True)

    def unreact(self, owner: str, thread: Thread) -> bool:
        """Someone takes a reaction back."""
        reacted = [each for each in thread.messages_in(owner)[-_BUSY_MESSAGES:] if each.reactions]
        if not reacted:
            return False
        message = self._random.choice(reacted)
        reaction = self._random.choice(message.reactions)
        who = self._random.choice(reaction.people)
        return self._simulation.acting.react(thread, message, who, reaction.emoji, added=False)

    def edit(self, owner: str, thread: Thread) -> bool:
        """An author gives a message another text."""
        found = self._message(owner, thread, mine=True)
        if found is None:
            return False
        self._simulation.acting.edit(thread, *found, self._words(), [])
        return True

    def recall(self, owner: str, thread: Thread) -> bool:
        """An author takes a message back."""
        found = self._message(owner, thread, mine=True)
        if found is None:
            return False
        self._simulation.acting.recall(thread, *found)
        return True

    def read(self, owner: str, thread: Thread) -> bool:
        """Someone reads a conversation."""
        return self._simulation.mark(thread, self._someone(owner, thread), read=True)

    def unread(self, owner: str, thread: Thread) -> bool:
        """The owner marks a conversation unread."""
        return self._simulation.mark(thread, owner, read=False)

    def move(self, owner: str, thread: Thread) -> bool:
        """The owner archives, stars or moves a conversation, or takes that back."""
        category = self._random.choice(_PLACES)
        added = category not in thread.view(owner).categories
        self._simulation.acting.categorize([thread], owner, category, added=added)
        return True

    def mute(self, owner: str, thread: Thread) -> bool:
        """The owner mutes a conversation, or no longer."""
        self._simulation.acting.mute(thread, owner, muted=not thread.view(owner).muted)
        return True

    def delete(self, owner: str, thread: Thread) -> bool:
        """The owner deletes a conversation."""
        self._simulation.acting.delete(thread, owner)
        return True

    def rename(self, owner: str, thread: Thread) -> bool:
        """Someone gives a group another name."""
        title = f"{self._words()[:60]} {self._random.randrange(1000)}"
        self._simulation.acting.rename(thread, self._someone(owner, thread), title)
        return True

    def join(self, owner: str, thread: Thread) -> bool:
        """Someone adds a friend of the owner's to a group."""
        people = self._simulation.world.people
        friend = self._random.choice([person for person in people.values() if not person.gone])
        if friend.profile_id in thread.members or friend.profile_id in thread.left:
            return False
        history = self._random.random() < 0.7
        self._simulation.acting.add(thread, owner, [friend.profile_id], history=history)
        return True

    def leave(self, owner: str, thread: Thread) -> bool:
        """Someone other than an account's owner leaves a group."""
        world = self._simulation.world
        leaving = [each for each in thread.members if each in world.people and world.account_of(each) is None]
        if len(leaving) < 2:
            return False
        who = self._random.choice(leaving)
        self._simulation.acting.remove(thread, who, [who])
        return True


Deed = Callable[[Bustle, str, Thread], bool | Awaitable[bool]]

# Kind -> how often it is chosen, and the deed; it says whether anything was done.
KINDS: dict[str, tuple[int, Deed]] = {
    "write": (40, Bustle.write),
    "send": (3, Bustle.send),
    "start": (2, Bustle.start),
    "type": (8, Bustle.type),
    "react": (10, Bustle.react),
    "unreact": (4, Bustle.unreact),
    "edit": (8, Bustle.edit),
    "recall": (3, Bustle.recall),
    "read": (10, Bustle.read),
    "unread": (3, Bustle.unread),
    "move": (4, Bustle.move),
    "mute": (1, Bustle.mute),
    "delete": (1, Bustle.delete),
    "rename": (2, Bustle.rename),
    "join": (2, Bustle.join),
    "leave": (2, Bustle.leave),
}
