"""The running network: its state, and everything that follows when someone writes or reads.

A message is kept, put into every member's mailbox, and told to the open streams of every member's account,
each with its own URNs (contracts/linkedin-wire.md §14, rows "two accounts", "own echo" and "read").
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from threadline.sandbox.living.acting import Acting
from threadline.sandbox.living.answering import Answering
from threadline.sandbox.living.bustle import Bustle
from threadline.sandbox.living.faults import Faults
from threadline.sandbox.living.realtime import Streams
from threadline.sandbox.living.telling import Telling
from threadline.sandbox.network.journal import Journal
from threadline.sandbox.network.media_files import MediaFiles
from threadline.sandbox.network.threads import Content, Message, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.options import Options

_DAY = 86_400_000


class Simulation:
    """One network and its streams, faults and counters. Raises JournalError when its file is another's."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.faults = Faults()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.heartbeats: dict[str, int] = {}
        self.acknowledged: dict[str, set[str]] = {}
        self.badge_seen_until: dict[str, int] = {}
        self.streams = Streams(options.heartbeat, options.stream_life, self.faults)
        kept = options.keep
        self.files = MediaFiles(kept.with_name(f"{kept.name}.media") if kept is not None else None)
        midnight = time.time_ns() // 1_000_000 // _DAY * _DAY
        self._anchor = options.anchor_ms if options.anchor_ms is not None else midnight
        self._journal: Journal | None = None
        epoch = uuid.uuid4().hex
        if options.keep is not None:
            self._journal = Journal(options.keep, options.seed, options.anchor_ms, self._anchor, epoch)
            self._anchor, epoch = self._journal.anchor, self._journal.epoch
        self._make_world(epoch)
        self.bustle: Bustle | None = None
        self.answering = Answering(self, options.answer_delay_ms, lively=options.lively)
        for change in self._journal.changes if self._journal else ():
            self.world.apply(change)

    def begin(self) -> None:
        """Take up what a stopped run still owed; needs a running event loop."""
        if self._journal is not None:
            self.answering.resume(self._journal.changes)

    def stop(self) -> None:
        """End the streams and the answers that are on their way, and close the file."""
        self.streams.close()
        self.answering.stop()
        self.stop_bustle()
        self.files.close()
        if self._journal is not None:
            self._journal.close()

    def reset(self) -> None:
        """Go back to the made network: no changes, faults, counters or open streams."""
        epoch = uuid.uuid4().hex
        self.answering.stop()
        self.stop_bustle()
        for account in self.world.accounts.values():
            self.streams.cut(account.owner, cleanly=False)
        self.faults.remove()
        for counted in (self.calls, self.heartbeats, self.acknowledged, self.badge_seen_until):
            counted.clear()
        if self._journal is not None:
            self._journal.restart(epoch, self.options.seed)
        self.files.clear()
        self._make_world(epoch)

    def stop_bustle(self) -> None:
        """End the bustle that is under way, if one is."""
        if self.bustle is not None:
            self.bustle.stop()

    def _make_world(self, epoch: str) -> None:
        keep = self._journal.append if self._journal else None
        self.world = World(self.options.seed, self._anchor, epoch, keep, self.options.crowd)
        self.telling = Telling(self.world, self.streams)
        self.acting = Acting(self.world, self.telling)

    def write(
        self,
        thread: Thread,
        sender: str,
        text: str,
        *,
        attributes: list[dict[str, Any]] | None = None,
        origin_token: str | None = None,
        answers: str | None = None,
        subject: str | None = None,
        content: Iterable[Content] = (),
    ) -> Message:
        """A member writes into a thread: the message is in every mailbox and on every stream afterwards."""
        was_unread = not thread.view(sender).read
        message = self.world.write(
            thread,
            sender,
            text,
            attributes=attributes,
            origin_token=origin_token,
            answers=answers,
            subject=subject,
            content=content,
        )
        self.telling.message(thread, message)
        self.telling.conversation(thread, *thread.members)
        for member in thread.others(sender):
            self.tell_badge(member)
        if was_unread:
            self.telling.receipts(thread, sender)
        self.answering.consider(thread, message)
        return message

    def mark(self, thread: Thread, owner: str, *, read: bool) -> bool:
        """A member marks a thread read or unread; False when it was so already and nothing happened."""
        if not self.world.mark(thread, owner, read=read):
            return False
        self.telling.conversation(thread, owner)
        self.tell_badge(owner)
        if read and owner in thread.members:
            self.telling.receipts(thread, owner)
        return True

    def unread_conversations(self, owner: str) -> int:
        """How many conversations of the inbox are unread and not yet seen in the badge."""
        seen_until = self.badge_seen_until.get(owner, 0)
        return sum(
            1
            for thread in self.world.mailbox(owner)
            if not thread.view(owner).read
            and "INBOX" in thread.view(owner).categories
            and thread.last_activity_at > seen_until
        )

    def tell_badge(self, owner: str) -> None:
        """Hint at the number of unread conversations."""
        if self.streams.open_of(owner):
            self.telling.badge(owner, self.unread_conversations(owner))
