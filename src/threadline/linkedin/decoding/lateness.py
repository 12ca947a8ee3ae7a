"""Which frames of the live stream come too late: after one that LinkedIn sent later about the same thing.

Told apart by `leftServerAt`; what is remembered is bounded (contracts/linkedin-wire.md §8.2).
"""

from collections import OrderedDict

from threadline.model.clock import MINUTE
from threadline.model.messages import Reaction

REMEMBERED = 512
"""How many things, and how many messages with reactions, are remembered at most."""

WINDOW = 5 * MINUTE
"""How late a frame can be, in milliseconds; beyond it, LinkedIn's clock is taken to have gone back."""


class Lateness:
    """When LinkedIn sent the last frame about each thing, for one account's stream."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self._newest = 0
        self._sent_at: OrderedDict[str, int] = OrderedDict()
        self._summaries: OrderedDict[str, dict[str, tuple[int, Reaction]]] = OrderedDict()

    def is_late(self, thing: str, sent_at: int | None) -> bool:
        """Whether a frame sent at `sent_at` (epoch milliseconds) tells of `thing` what is outdated by now."""
        if sent_at is None:
            return False
        if sent_at < self._newest - WINDOW:
            self._sent_at.clear()
            self._summaries.clear()
            self._newest = sent_at
        self._newest = max(self._newest, sent_at)
        if sent_at < self._sent_at.get(thing, 0):
            return True
        self._sent_at[thing] = sent_at
        self._sent_at.move_to_end(thing)
        if len(self._sent_at) > REMEMBERED:
            self._sent_at.popitem(last=False)
        return False

    def newest_summary(self, message_id: str, reaction: Reaction, sent_at: int | None) -> Reaction:
        """How an emoji stands at a message: as `reaction` says, or as a later frame has said already."""
        if sent_at is None:
            return reaction
        summaries = self._summaries.setdefault(message_id, {})
        self._summaries.move_to_end(message_id)
        if len(self._summaries) > REMEMBERED:
            self._summaries.popitem(last=False)
        told_at, told = summaries.get(reaction.emoji, (0, reaction))
        if told_at > sent_at:
            return told
        summaries[reaction.emoji] = (sent_at, reaction)
        return reaction

    def with_newest_summaries(
        self, message_id: str, reactions: tuple[Reaction, ...], sent_at: int | None
    ) -> tuple[Reaction, ...]:
        """`reactions` of a message that was sent at `sent_at`, with what later frames have said already."""
        later = {
            emoji: reaction
            for emoji, (told_at, reaction) in self._summaries.get(message_id, {}).items()
            if sent_at is not None and told_at > sent_at
        }
        if not later:
            return reactions
        current = {reaction.emoji: reaction for reaction in reactions} | later
        return tuple(reaction for reaction in current.values() if reaction.count > 0)
