"""What members do besides writing and reading: checked by the rules, kept as a change, told to the streams.

The simulated API, the admin API and the made people all act through this one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from threadline.sandbox.living import rules
from threadline.sandbox.living.telling import Telling
from threadline.sandbox.network.threads import Message, Reaction, Thread
from threadline.sandbox.network.world import World
from threadline.sandbox.protocol import urns


class Acting:
    """Everything a member can do to messages and threads. Methods raise rules.NotAllowedError.

    `who` is the profile id of the member who acts and has the thread in their mailbox.
    """

    def __init__(self, world: World, telling: Telling) -> None:
        self._world = world
        self._telling = telling

    def edit(
        self, thread: Thread, message: Message, who: str, text: str, attributes: list[dict[str, Any]]
    ) -> None:
        """Give an own message another text, within the hour."""
        rules.check_changeable(self._world, message, who, editing=True)
        rules.check_writable(thread, who)
        self._change("edit", thread, message=message.message_id, text=text, attributes=attributes)
        self._telling.message(thread, message)

    def recall(self, thread: Thread, message: Message, who: str) -> None:
        """Take an own message back from everyone, within the hour."""
        rules.check_changeable(self._world, message, who, editing=False)
        rules.check_writable(thread, who)
        self._change("recall", thread, message=message.message_id)
        self._telling.message(thread, message)

    def react(self, thread: Thread, message: Message, who: str, emoji: str, *, added: bool) -> bool:
        """Choose an emoji for a message or take it back; False when it was so already."""
        rules.check_reaction(thread, message, who, emoji)
        reaction = _reaction(message, emoji)
        if (reaction is not None and who in reaction.people) is added:
            return False
        self._change("react", thread, message=message.message_id, emoji=emoji, by=who, added=added)
        reaction = _reaction(message, emoji) or reaction
        assert reaction is not None, "a reaction is there after it was added, or before it was removed"
        self._telling.reaction(thread, message, reaction, actor=who, added=added)
        return True

    def type(self, thread: Thread, who: str) -> None:
        """Show the others that a member types."""
        rules.check_writable(thread, who)
        self._telling.typing(thread, who)

    def categorize(self, threads: Iterable[Thread], who: str, category: str, *, added: bool) -> None:
        """Put threads into a category of a mailbox or take them out; all of them or none."""
        threads = list(threads)
        for thread in threads:
            rules.check_category(thread, who, category)
        for thread in threads:
            before = list(thread.view(who).categories)
            if added is not (category in before):
                self._change("category", thread, owner=who, category=category, added=added)
                self._telling.conversation(thread, who)

    def delete(self, thread: Thread, who: str) -> None:
        """Delete a thread from one mailbox, until someone writes into it again."""
        self._change("delete", thread, owner=who)
        self._telling.deletion(thread, who)

    def mute(self, thread: Thread, who: str, *, muted: bool) -> None:
        """Mute a thread in one mailbox, or no longer."""
        if thread.view(who).muted is not muted:
            self._change("mute", thread, owner=who, muted=muted)
            self._telling.conversation(thread, who)

    def rename(self, thread: Thread, who: str, title: str) -> None:
        """Give a group another name."""
        rules.check_feature(thread, who, "RENAMED_CONVERSATION")
        if thread.title != title:
            text = f"{self._name(who)} named the conversation {title}"
            self._say("rename", thread, who, text, title=title)

    def add(self, thread: Thread, who: str, people: list[str], *, history: bool = True) -> None:
        """Bring people into a group. history: they see what was written before."""
        rules.check_feature(thread, who, "ADD_PARTICIPANT")
        rules.check_joining(self._world, thread, who, people)
        added = [each for each in dict.fromkeys(people) if each not in thread.members]
        if added:
            text = f"{self._name(who)} added {self._names(added)}"
            self._say("members", thread, who, text, added=added, removed=[], history=history)

    def remove(self, thread: Thread, who: str, people: list[str]) -> None:
        """Take people out of a group; a member who takes themselves out leaves it."""
        rules.check_feature(thread, who, "REMOVE_PARTICIPANT")
        rules.check_leaving(thread, people)
        removed = list(dict.fromkeys(people))
        if removed == [who]:
            text = f"{self._name(who)} left the conversation"
        else:
            text = f"{self._name(who)} removed {self._names(removed)}"
        self._say("members", thread, who, text, added=[], removed=removed, history=True)

    def _say(self, op: str, thread: Thread, who: str, text: str, **fields: Any) -> None:
        """A change of a group that stands in it as a message of the network's own."""
        at = self._world.clock.stamp()
        message_id = urns.make_message_id(thread.thread_id, at, self._world.count)
        told = {"op": op, "thread": thread.thread_id, "id": message_id, "by": who, "text": text, "at": at}
        self._world.change(told | fields)
        message = thread.messages[-1]
        self._telling.message(thread, message)
        self._telling.conversation(thread, *thread.audience(message))

    def _change(self, op: str, thread: Thread, **fields: Any) -> None:
        self._world.change({"op": op, "thread": thread.thread_id, "at": self._world.clock.stamp()} | fields)

    def _name(self, member: str) -> str:
        return self._world.people[member].name

    def _names(self, members: list[str]) -> str:
        return ", ".join(self._name(member) for member in members)


def _reaction(message: Message, emoji: str) -> Reaction | None:
    return next((each for each in message.reactions if each.emoji == emoji), None)
