"""The jar of our own (contracts/linkedin-wire.md §1.2)."""

import pytest

from threadline.linkedin.cookies import CookieJar
from threadline.model.accounts import Cookie, Session
from threadline.model.randomness import SeededRandomness

pytestmark = pytest.mark.promise("wire.1.2.session")

NOW = 1_790_000_000_000
HOME = "http://127.0.0.1:8081"


def jar(*pairs: tuple[str, str]) -> CookieJar:
    cookies = tuple(Cookie(name, value) for name, value in pairs)
    return CookieJar(Session(cookies=cookies, user_agent="Browser/1"), HOME)


def test_the_quotes_of_jsessionid_are_kept_in_the_cookie_and_left_out_of_the_token() -> None:
    kept = jar(("li_at", "secret"), ("JSESSIONID", '"ajax:1234567890123456789"'))
    assert kept.header_for(HOME) == 'li_at=secret; JSESSIONID="ajax:1234567890123456789"'
    assert kept.csrf_token == "ajax:1234567890123456789"


@pytest.mark.parametrize("spelling", ['"ajax:9"', "ajax:9", '"\\"ajax:9\\""'])
def test_the_csrf_token_is_the_same_in_every_spelling(spelling: str) -> None:
    assert jar(("JSESSIONID", spelling)).csrf_token == "ajax:9"


def test_a_missing_jsessionid_is_made_up_once() -> None:
    made = jar(("li_at", "secret"))
    made.ensure_csrf_token(SeededRandomness(1))
    first = made.csrf_token
    made.ensure_csrf_token(SeededRandomness(2))
    assert first.startswith("ajax:")
    assert len(first) == len("ajax:") + 19
    assert made.csrf_token == first


def test_g_state_is_dropped_and_so_is_what_would_break_the_header() -> None:
    kept = jar(("g_state", '{"i_l":0}'), ("li_at", "secret"), ("bad", "a\r\nx: y"), ("also bad", "1"))
    assert kept.header_for(HOME) == "li_at=secret"


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("http://127.0.0.1:8081/voyager/api/me", True),
        ("https://www.linkedin.com/voyager/api/me", True),
        ("https://linkedin.com/", True),
        ("https://media.licdn.com/a.png", False),
        ("https://linkedin.com.example.org/", False),
        ("https://notlinkedin.com/", False),
    ],
)
def test_cookies_go_only_to_the_base_host_and_linkedin(url: str, given: bool) -> None:
    assert (jar(("li_at", "secret")).header_for(url) is not None) is given


def test_a_set_cookie_changes_the_jar_and_keeps_its_domain() -> None:
    kept = jar(("li_at", "secret"), ("lidc", "old"))
    changed = kept.take(['lidc="new=1"; Domain=.linkedin.com; Path=/; Secure', "lang=v=2&lang=en-us"], NOW)
    assert changed
    assert kept.session.cookies == (
        Cookie("li_at", "secret"),
        Cookie("lidc", '"new=1"', ".linkedin.com"),
        Cookie("lang", "v=2&lang=en-us", "127.0.0.1"),
    )
    assert kept.session.user_agent == "Browser/1"


def test_the_same_cookie_again_is_no_change() -> None:
    kept = jar(("lidc", "same"))
    assert not kept.take(["lidc=same; Domain=.linkedin.com"], NOW)


@pytest.mark.parametrize(
    "deletion",
    [
        'li_at="delete me"; Path=/',
        "li_at=delete me; Path=/; Domain=.www.linkedin.com",
        "li_at=; Path=/",
        "li_at=x; Max-Age=0",
        "li_at=x; Max-Age=-1",
        "li_at=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "li_at=x; expires=Thu, 01-Jan-1970 00:00:10 GMT; path=/",
    ],
)
def test_a_deleted_session_cookie_is_gone(deletion: str) -> None:
    kept = jar(("li_at", "secret"), ("lang", "en"))
    assert kept.take([deletion], NOW)
    assert not kept.signed_in
    assert kept.header_for(HOME) == "lang=en"


@pytest.mark.parametrize(
    "renewal",
    [
        "li_at=next; Max-Age=31536000",
        "li_at=next; Expires=Fri, 01 Jan 2100 00:00:00 GMT",
        "li_at=next; Expires=no date",
        "li_at=next; Max-Age=0; Max-Age=5",
    ],
)
def test_a_renewed_session_cookie_stays(renewal: str) -> None:
    kept = jar(("li_at", "secret"))
    assert kept.take([renewal], NOW)
    assert kept.signed_in
