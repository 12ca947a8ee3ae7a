"""LinkedIn's ids and URNs: every known spelling parsed to one id, and printed back.

A thread id and a message id are the same for everyone in the conversation; the URNs around them name the
mailbox in which one member sees them. We key on the bare ids (contracts/linkedin-wire.md §2).
"""

import hashlib
import re
from urllib.parse import unquote

_PROFILE_ID = re.compile(r"ACoAA[A-Za-z0-9_-]{34}\Z")
_BARE_ID = re.compile(r"2-[A-Za-z0-9+/_=-]{2,400}\Z")

_PROFILE_PREFIXES = ("urn:li:fsd_profile:", "urn:li:fs_miniProfile:", "urn:li:person:")
_COMPANY_PREFIXES = ("urn:li:fsd_company:", "urn:li:company:", "urn:li:organization:")
_THREAD_PREFIXES = ("urn:li:messagingThread:", "urn:li:fsd_conversation:", "urn:li:fs_conversation:")
_MESSAGE_PREFIXES = ("urn:li:messagingMessage:", "urn:li:fsd_message:")
_PARTICIPANT_PREFIX = "urn:li:msg_messagingParticipant:"
_MEMBERSHIP_PREFIX = "urn:li:fs_messagingMember:"
_LONGEST_KEY = 300
_MEMBER_NUMBER = re.compile(r"urn:li:member:([0-9]{1,18})\Z")


class NotAnIdentifier(ValueError):
    """The text is none of the spellings of the id that was asked for."""


def profile_id(text: str) -> str:
    """The bare profile id of any spelling of a member: `ACoAA…`, its profile URN, or a participant URN.

    Raises NotAnIdentifier for anything else (contracts/linkedin-wire.md §2: 39 characters, `ACoAA…`).
    """
    bare = unquote(text.strip())
    if bare.startswith(_PARTICIPANT_PREFIX):
        bare = bare[len(_PARTICIPANT_PREFIX) :]
    if bare.startswith(_MEMBERSHIP_PREFIX):
        bare = _second_of_pair(bare, _MEMBERSHIP_PREFIX)
    for prefix in _PROFILE_PREFIXES:
        if bare.startswith(prefix):
            bare = bare[len(prefix) :]
            break
    if not _PROFILE_ID.match(bare):
        raise NotAnIdentifier(
            f"{_shown(text)} is not a profile id: it has 39 characters and begins with ACoAA"
        )
    return bare


def thread_id(text: str) -> str:
    """The bare thread id (`2-…`) of any spelling of a conversation, percent-encoded or not.

    Raises NotAnIdentifier for anything else (contracts/linkedin-wire.md §2).
    """
    return _bare_id(text, "urn:li:msg_conversation:", _THREAD_PREFIXES, "conversation")


def message_id(text: str) -> str:
    """The bare message id (`2-…`) of any spelling of a message, percent-encoded or not.

    Raises NotAnIdentifier for anything else (contracts/linkedin-wire.md §2).
    """
    bare = unquote(text.strip())
    if bare.startswith("urn:li:fs_event:"):
        return _checked(_second_of_pair(bare, "urn:li:fs_event:"), text, "message")
    return _bare_id(text, "urn:li:msg_message:", _MESSAGE_PREFIXES, "message")


def mailbox_owner(text: str) -> str | None:
    """The profile id of the mailbox that a `msg_conversation` or `msg_message` URN names, or None."""
    bare = unquote(text.strip())
    for prefix in ("urn:li:msg_conversation:", "urn:li:msg_message:"):
        if bare.startswith(prefix):
            try:
                return profile_id(bare[len(prefix) :].lstrip("(").partition(",")[0])
            except NotAnIdentifier:
                return None
    return None


def participant_id(urn: str) -> str:
    """The key under which a sender or participant is stored.

    A member's profile id, `company:<n>` for an organization, and the inner URN as it came for anything else,
    cut short where it is longer than any real one.
    """
    inner = urn.removeprefix(_PARTICIPANT_PREFIX)
    for prefix in _COMPANY_PREFIXES:
        if inner.startswith(prefix):
            return _key("company:" + inner[len(prefix) :])
    try:
        return profile_id(inner)
    except NotAnIdentifier:
        return _key(inner)


def profile_urn(profile: str) -> str:
    """`urn:li:fsd_profile:<id>`, also the name of that member's mailbox."""
    return f"urn:li:fsd_profile:{profile}"


def participant_urn(participant: str) -> str:
    """The identity URN of a stored participant key: a profile, a company, or what came."""
    if participant.startswith("company:"):
        return "urn:li:fsd_company:" + participant.removeprefix("company:")
    return profile_urn(participant) if _PROFILE_ID.match(participant) else participant


def conversation_urn(owner: str, thread: str) -> str:
    """The conversation as the mailbox of `owner` (a profile id) names it."""
    return f"urn:li:msg_conversation:(urn:li:fsd_profile:{owner},{thread})"


def message_urn(owner: str, message: str) -> str:
    """The message as the mailbox of `owner` (a profile id) names it."""
    return f"urn:li:msg_message:(urn:li:fsd_profile:{owner},{message})"


def member_number(urn: str | None) -> int | None:
    """The number in `urn:li:member:<n>`, or None when the text is not that."""
    found = _MEMBER_NUMBER.match(urn or "")
    return int(found[1]) if found else None


def _key(text: str) -> str:
    """`text` as every database holds it in an index: PostgreSQL takes no NUL, and 2,704 bytes at most."""
    if len(text) > _LONGEST_KEY:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        text = f"{text[:_LONGEST_KEY]}#{digest[:32]}"
    return text.replace("\x00", "\ufffd")


def _bare_id(text: str, pair_prefix: str, prefixes: tuple[str, ...], noun: str) -> str:
    bare = unquote(text.strip())
    if bare.startswith(pair_prefix):
        return _checked(_second_of_pair(bare, pair_prefix), text, noun)
    for prefix in prefixes:
        if bare.startswith(prefix):
            return _checked(bare[len(prefix) :], text, noun)
    return _checked(bare, text, noun)


def _second_of_pair(text: str, prefix: str) -> str:
    inner = text[len(prefix) :]
    if not (inner.startswith("(") and inner.endswith(")") and "," in inner):
        raise NotAnIdentifier(f"{_shown(text)} does not hold a pair in parentheses")
    return inner[1:-1].partition(",")[2]


def _checked(bare: str, text: str, noun: str) -> str:
    if not _BARE_ID.match(bare):
        raise NotAnIdentifier(f"{_shown(text)} is not a {noun} id or URN")
    return bare


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:77] + "...")
