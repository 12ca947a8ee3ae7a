"""What a made person does besides answering a message, always the same for one person and one message."""

from __future__ import annotations

from dataclasses import dataclass

from threadline.sandbox.network import phrases
from threadline.sandbox.network.people import Person
from threadline.sandbox.network.threads import Message
from threadline.sandbox.protocol import urns

_EMOJI = ("👏", "👍", "❤️", "😂", "🙏", "💡")


@dataclass(frozen=True, slots=True)
class Habits:
    """One person's way with one message.

    types: shows typing before writing. emoji: reaction to the message. quotes: answers it as a quotation.
    corrects: writes with a slip and edits it. adds: text of a second message; regrets: takes that one back.
    """

    types: bool = False
    emoji: str | None = None
    quotes: bool = False
    corrects: bool = False
    adds: str | None = None
    regrets: bool = False


CALM = Habits()


def habits_of(person: Person, message: Message) -> Habits:
    """The habits of a lively person."""
    adds = None
    if _draw(person, message, "adds") < 25:
        texts = phrases.PHRASES.get(person.language, phrases.PHRASES["en"])
        adds = texts[urns.stable_number(person.vanity, message.text) % len(texts)]
    chosen = _EMOJI[urns.stable_number(message.text, person.vanity, "emoji") % len(_EMOJI)]
    return Habits(
        types=True,
        emoji=chosen if _draw(person, message, "reacts") < 40 else None,
        quotes=_draw(person, message, "quotes") < 25,
        corrects=_draw(person, message, "corrects") < 20,
        adds=adds,
        regrets=adds is not None and _draw(person, message, "regrets") < 30,
    )


def chosen_to_answer(people: list[Person], message: Message) -> list[Person]:
    """Who of a group's members answers a message: one or two of them."""
    ordered = sorted(people, key=lambda person: urns.stable_number(person.vanity, message.text, "group"))
    return ordered[: 1 + (urns.stable_number(message.text, "several") % 3 == 0)]


def with_a_slip(text: str) -> str:
    """The text with its first two letters in the wrong order, or twice the first when they are the same."""
    if len(text) > 1 and text[0] != text[1]:
        return text[1] + text[0] + text[2:]
    return text[:1] + text


def _draw(person: Person, message: Message, what: str) -> int:
    return urns.stable_number(person.vanity, message.text, what) % 100
