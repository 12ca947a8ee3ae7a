"""A cookie jar of our own.

aiohttp's jar escapes the quotes of JSESSIONID and drops the cookies of 127.0.0.1, so the `Cookie` header is
written here, with every value as it stands in the browser (contracts/linkedin-wire.md §1.2).
"""

import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from threadline.model.accounts import Cookie, Session
from threadline.model.randomness import Randomness

_SESSION = "li_at"
_CSRF = "JSESSIONID"
_BREAKS_PARSERS = "g_state"
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+\Z")
_UNSAFE_VALUE = re.compile(r"[\x00-\x1f\x7f;]")


class CookieJar:
    """The cookies of one session, by name."""

    def __init__(self, session: Session, base_url: str) -> None:
        """base_url: its host is the only one beside `*.linkedin.com` that is given cookies."""
        self._user_agent = session.user_agent
        self._home = _host(base_url)
        self._cookies = {cookie.name: cookie for cookie in session.cookies if _storable(cookie)}

    @property
    def session(self) -> Session:
        """The session as it stands now."""
        return Session(cookies=tuple(self._cookies.values()), user_agent=self._user_agent)

    @property
    def signed_in(self) -> bool:
        """Whether there is a cookie that is the session."""
        return _SESSION in self._cookies

    @property
    def csrf_token(self) -> str:
        """JSESSIONID without its quotes, however they were written; empty when there is none."""
        cookie = self._cookies.get(_CSRF)
        return "" if cookie is None else cookie.value.replace("\\", "").strip('"')

    def ensure_csrf_token(self, randomness: Randomness) -> None:
        """Make a JSESSIONID up where there is none; LinkedIn only compares it with the header."""
        if not self.csrf_token:
            digits = str(int.from_bytes(randomness.octets(8), "big")).zfill(20)[-19:]
            self._cookies[_CSRF] = Cookie(_CSRF, f'"ajax:{digits}"', ".www.linkedin.com")

    def header_for(self, url: str) -> str | None:
        """The `Cookie` header for `url`; None when its host must not see the cookies."""
        host = _host(url)
        if host != self._home and host != "linkedin.com" and not host.endswith(".linkedin.com"):
            return None
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.values())

    def take(self, headers: Iterable[str], now: int) -> bool:
        """Take `Set-Cookie` headers in; True when that changed the jar. now: epoch milliseconds, UTC."""
        before = dict(self._cookies)
        for header in headers:
            self._take_one(header, now)
        return self._cookies != before

    def _take_one(self, header: str, now: int) -> None:
        pair, *attributes = header.split(";")
        name, equals, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name:
            return
        settings = {
            key.strip().lower(): setting.strip()
            for key, _, setting in (attribute.partition("=") for attribute in attributes)
        }
        if _deletes(value, settings, now):
            self._cookies.pop(name, None)
            return
        cookie = Cookie(name, value, settings.get("domain") or self._home)
        if _storable(cookie):
            self._cookies[name] = cookie


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _storable(cookie: Cookie) -> bool:
    return (
        cookie.name != _BREAKS_PARSERS
        and _NAME.match(cookie.name) is not None
        and _UNSAFE_VALUE.search(cookie.value) is None
    )


def _deletes(value: str, settings: dict[str, str], now: int) -> bool:
    if value.strip('"').strip().lower() in ("", "delete me"):
        return True
    age = settings.get("max-age")
    if age is not None and age.lstrip("-").isdecimal():
        return int(age) <= 0
    expires = settings.get("expires")
    if not expires:
        return False
    try:
        return parsedate_to_datetime(expires).timestamp() * 1000 <= now
    except (ValueError, OverflowError):
        return False
