"""Ids and URNs: how they are built, and every spelling that is accepted (contracts/linkedin-wire.md §2)."""

from __future__ import annotations

import base64
import hashlib
import re
from random import Random

_PROFILE_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_MSG_URN = re.compile(r"urn:li:msg_(?:conversation|message):\(urn:li:fsd_profile:([^,()]+),([^,()]+)\)")
_EVENT_URN = re.compile(r"urn:li:fs_event:\(([^,()]+),([^,()]+)\)")
_THREAD_PREFIXES = (
    "urn:li:messagingThread:",
    "urn:li:fsd_conversation:",
    "urn:li:fs_conversation:",
)
_MESSAGE_PREFIXES = ("urn:li:messagingMessage:", "urn:li:fsd_message:", "urn:li:fs_event:")
_MEMBER_PREFIXES = (
    "urn:li:msg_messagingParticipant:urn:li:fsd_profile:",
    "urn:li:fsd_profile:",
    "urn:li:fs_miniProfile:",
)


def make_uuid(random: Random) -> str:
    """A version 4 uuid drawn from `random`."""
    digits = f"{random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def uuid_of(text: str) -> str:
    """A version 4 uuid that is always the same for `text`."""
    return make_uuid(Random(text))


def make_profile_id(random: Random) -> str:
    """A 39-character profile id beginning `ACoAA`."""
    return "ACoAA" + "".join(random.choices(_PROFILE_LETTERS, k=34))


def make_thread_id(random: Random) -> str:
    """A thread id: `2-` and the base64 of a uuid, an underscore and three digits."""
    return _pack(f"{make_uuid(random)}_{random.randrange(1000):03d}")


def make_message_id(thread_id: str, delivered_at: int, serial: int) -> str:
    """A message id of a thread; `serial` sets apart messages of one millisecond."""
    tail = base64.b64decode(thread_id[2:]).decode()
    return _pack(f"{delivered_at:013d}b{serial % 100000:05d}-{serial % 1000:03d}&{tail}")


def _pack(text: str) -> str:
    return "2-" + base64.b64encode(text.encode()).decode()


def profile_urn(profile_id: str) -> str:
    """The URN of a profile, which is also the URN of its mailbox."""
    return f"urn:li:fsd_profile:{profile_id}"


def conversation_urn(owner: str, thread_id: str) -> str:
    """A thread as the mailbox of profile id `owner` names it."""
    return f"urn:li:msg_conversation:(urn:li:fsd_profile:{owner},{thread_id})"


def message_urn(owner: str, message_id: str) -> str:
    """A message as the mailbox of profile id `owner` names it."""
    return f"urn:li:msg_message:(urn:li:fsd_profile:{owner},{message_id})"


def participant_urn(host_urn: str) -> str:
    """A profile or company URN as a participant of a thread."""
    return f"urn:li:msg_messagingParticipant:{host_urn}"


def read_thread(text: str) -> str | None:
    """The thread id in a bare id or any conversation URN, or None."""
    if found := _MSG_URN.fullmatch(text):
        return found.group(2)
    for prefix in _THREAD_PREFIXES:
        text = text.removeprefix(prefix)
    return text if text.startswith("2-") else None


def read_message(text: str) -> str | None:
    """The message id in a bare id or any message URN, or None."""
    if found := _MSG_URN.fullmatch(text) or _EVENT_URN.fullmatch(text):
        return found.group(2)
    for prefix in _MESSAGE_PREFIXES:
        text = text.removeprefix(prefix)
    return text if text.startswith("2-") else None


def read_owner(text: str) -> str | None:
    """The mailbox owner's profile id in a `msg_conversation` or `msg_message` URN, or None."""
    found = _MSG_URN.fullmatch(text)
    return found.group(1) if found else None


def read_member(text: str) -> str | None:
    """The profile id in a bare id, a profile URN or a participant URN, or None."""
    for prefix in _MEMBER_PREFIXES:
        text = text.removeprefix(prefix)
    return text if text.startswith("ACoAA") and len(text) == 39 else None


def stable_number(*parts: object) -> int:
    """A number that is always the same for the same parts, for choices that must not move between runs."""
    return int.from_bytes(hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest(), "big")


def thread_of_message(message_id: str) -> str | None:
    """The thread id inside a message id, or None when it is malformed."""
    try:
        _, separator, tail = base64.b64decode(message_id[2:].encode(), validate=True).decode().partition("&")
    except (ValueError, UnicodeError):
        return None
    return _pack(tail) if separator else None
