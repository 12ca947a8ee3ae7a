"""Profile addresses and vanity names, in all their spellings."""

import re
import unicodedata
from urllib.parse import quote, unquote, urlsplit

from threadline.model import urns

_HOST = re.compile(r"(?:[a-z]{1,3}\.)?linkedin\.com\Z")
_LONGEST = 2_000
"""A vanity name of 100 characters, percent-encoded twice, with a query."""

_VANITY = re.compile(r"[^\s/?#%&<>\"'\\(),:;]{3,100}\Z")


class NotAProfileAddress(ValueError):
    """The text names no LinkedIn profile."""


def profile_name(text: str) -> str:
    """The name that a profile address ends in: a vanity name in lower case, or a profile id `ACoAA…`.

    Accepts `https://www.linkedin.com/in/<name>/` with or without scheme, `www` or a country's host, the last
    slash, a query, a language suffix and percent-encoding; a bare name; and any URN of a profile.
    Raises NotAProfileAddress for anything else (contracts/voyager.md §1).
    """
    stripped = text.strip()
    if not stripped or len(stripped) > _LONGEST:
        raise NotAProfileAddress(f"a profile address has 1 to {_LONGEST} characters")
    if not stripped.isprintable():
        raise NotAProfileAddress("a profile address holds no control characters")
    if stripped.startswith("urn:"):
        return _from_urn(stripped)
    if "/" not in stripped or "%3A" in stripped[:10].upper():
        stripped = unquote(stripped)
    if "/" in stripped:
        stripped = _last_part(stripped)
    return canonical_name(unquote(stripped))


def canonical_name(name: str) -> str:
    """One spelling of a vanity name (lower case, composed); a profile id stays as it is.

    Raises NotAProfileAddress when `name` cannot be either.
    """
    try:
        return urns.profile_id(name)
    except urns.NotAnIdentifier:
        pass
    composed = unicodedata.normalize("NFC", name)
    canonical = unicodedata.normalize("NFC", composed.lower())
    if not _VANITY.match(canonical) or not canonical.isprintable():
        raise NotAProfileAddress(f"{name[:80]!r} is not a LinkedIn profile name")
    return canonical


def is_profile_id(name: str) -> bool:
    """Whether `name` is a profile id rather than a vanity name."""
    return name.startswith("ACoAA") and len(name) == 39


def profile_url(name: str) -> str:
    """The address of a profile by vanity name or id (contracts/DECISIONS.md 11)."""
    return f"https://www.linkedin.com/in/{quote(name, safe='')}"


def _from_urn(text: str) -> str:
    try:
        return urns.profile_id(text)
    except urns.NotAnIdentifier as error:
        raise NotAProfileAddress(str(error)) from None


def _last_part(text: str) -> str:
    address = text if "://" in text else "https://" + text.lstrip("/")
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise NotAProfileAddress("the address cannot be read") from None
    segments = [segment for segment in parts.path.split("/") if segment]
    if parts.scheme not in ("http", "https") or not _HOST.match(host):
        raise NotAProfileAddress("a profile address begins https://www.linkedin.com/in/")
    if len(segments) < 2 or segments[0].lower() != "in":
        raise NotAProfileAddress("a profile address has the form https://www.linkedin.com/in/<name>/")
    return segments[1]
