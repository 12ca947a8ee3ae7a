"""Whether a text is one emoji."""

from __future__ import annotations

import re

_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f004-\U0001f1ad\U0001f200-\U0001faff]"
)
_MODIFIED = f"{_PICTURE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[0-9#*]\ufe0f?\u20e3"
_REGION = "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
_EMOJI = re.compile(f"{_FLAG}|{_KEYCAP}|{_REGION}|{_MODIFIED}(?:\u200d{_MODIFIED})*")


def is_emoji(text: str) -> bool:
    """Whether `text` is one emoji: a picture, a flag, a keycap, or several pictures joined into one."""
    return _EMOJI.fullmatch(text) is not None
