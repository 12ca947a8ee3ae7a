"""Matching a lost Sales Navigator send to a message: no token travels with it (contracts/DECISIONS.md 2)."""

import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from threadline.model.clock import MINUTE, SECOND
from threadline.model.messages import Message
from threadline.model.sends import Send

CLOCK_MARGIN = 10 * MINUTE
"""How far LinkedIn's clock may be from ours at the most."""

_SINCE_THE_CALL = 2 * SECOND


class Match(Struct, frozen=True):
    """What reading the threads with the recipient says of a send."""

    message: Message | None
    """The one message that it must be."""
    absent: bool
    """Whether no message can be it, even if the clocks differ."""


def match(send: Send, shown: Iterable[Message]) -> Match:
    """Compare the messages of the threads with the recipient by sender, words and time.

    Exactly one own message with the same words since the call is the send; none, even with the clocks apart,
    proves that it did not leave. Anything between is for a person to decide.
    """
    called = send.called_at or send.created_at
    words = _words(send.text)
    alike = [
        one
        for one in {message.message_id: message for message in shown}.values()
        if one.from_me and _words(one.text) == words and one.delivered_at >= called - CLOCK_MARGIN
    ]
    since = [one for one in alike if one.delivered_at >= called - _SINCE_THE_CALL]
    return Match(since[0] if len(since) == 1 else None, absent=not alike)


def _words(text: str) -> str:
    """A text as it compares: LinkedIn may trim it, and spell line ends and composed letters otherwise."""
    return " ".join(unicodedata.normalize("NFC", text).split())
