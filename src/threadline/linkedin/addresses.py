"""Which addresses of files are gone to, and which of them see the session's cookies.

An address comes out of a message that a stranger may have shaped, so it is held against a short list: the
base URL's own origin; and where that is the live LinkedIn, `*.linkedin.com` (with cookies) and `*.licdn.com`
(without). A sandbox is left alone with its own origin (contracts/linkedin-wire.md §7).
"""

import re

from msgspec import Struct
from yarl import URL

from threadline.linkedin.errors import ForeignAddress

_PLAIN = re.compile(r"[!-\[\]-~]{1,4096}\Z")
_SECURE_PORT = 443
_FILES = re.compile(r"/dms[a-z0-9-]*(?!.*(?:/\.|//|%2e|%2f|%5c))/", re.IGNORECASE)
"""The paths under which LinkedIn itself keeps files (§7), without a way out of them."""


class Destination(Struct, frozen=True):
    """An address that may be gone to."""

    url: URL
    trusted: bool
    """Whether it is LinkedIn itself: it sees the cookies, and what it answers tells of the session."""


def destination(address: str, base_url: str, *, found_on: URL | None = None) -> Destination:
    """The destination that `address` is; raises ForeignAddress for every other one.

    found_on: the address whose redirect led here, to which a relative one is read.
    """
    if not _PLAIN.match(address):
        raise ForeignAddress("it is not an address")
    try:
        url = URL(address, encoded=True)
        url = url if found_on is None else found_on.join(url)
        base = URL(base_url, encoded=True)
        scheme, host, port = url.scheme, (url.raw_host or "").lower(), url.port
        home = (base.scheme, (base.raw_host or "").lower(), base.port)
    except ValueError:
        raise ForeignAddress("it is not an address") from None
    if (
        scheme not in ("http", "https")
        or not host
        or url.raw_user is not None
        or url.raw_password is not None
    ):
        raise ForeignAddress("it is not a plain web address")
    if (scheme, host, port) == home:
        return Destination(url, trusted=True)
    live = _within(home[1], "linkedin.com")
    if live and scheme == "https" and port == _SECURE_PORT:
        if _within(host, "linkedin.com"):
            return Destination(url, trusted=True)
        if _within(host, "licdn.com"):
            return Destination(url, trusted=False)
    raise ForeignAddress("it does not lie at LinkedIn")


def file_destination(address: str, base_url: str, *, found_on: URL | None = None) -> Destination:
    """The destination of a file that a message names; raises ForeignAddress as `destination` does.

    On LinkedIn itself only where it keeps files: a stranger chooses some of these addresses, and the cookies
    must not go where one request signs the owner out, or does something in their name.
    """
    place = destination(address, base_url, found_on=found_on)
    if place.trusted and not _FILES.match(place.url.raw_path):
        raise ForeignAddress("LinkedIn keeps no files there")
    return place


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)
