"""Which addresses of files are gone to, and which of them see the cookies."""

import pytest
from yarl import URL

from threadline.linkedin.addresses import destination, file_destination
from threadline.linkedin.errors import ForeignAddress

LIVE = "https://www.linkedin.com"
SANDBOX = "http://127.0.0.1:9100"


@pytest.mark.parametrize(
    ("address", "base", "trusted"),
    [
        ("https://www.linkedin.com/dms/1?e=2", LIVE, True),
        ("https://WWW.LinkedIn.com/dms/1", LIVE, True),
        ("https://media-exp1.linkedin.com/dms/1", LIVE, True),
        ("https://linkedin.com/dms/1", LIVE, True),
        ("https://www.linkedin.com:443/dms/1", LIVE, True),
        ("https://media.licdn.com/dms/image/1", LIVE, False),
        ("http://127.0.0.1:9100/dms/1", SANDBOX, True),
    ],
)
def test_files_at_linkedin_are_fetched_and_only_linkedin_itself_sees_the_cookies(
    address: str, base: str, trusted: bool
) -> None:
    assert destination(address, base).trusted is trusted


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/dms/1",
        "file:///etc/passwd",
        "ftp://www.linkedin.com/1",
        "javascript:alert(1)",
        "http://www.linkedin.com/dms/1",
        "https://www.linkedin.com:8443/dms/1",
        "https://evil.example/dms/1",
        "https://linkedin.com.evil.example/1",
        "https://evillinkedin.com/1",
        "https://evil.example#.linkedin.com",
        "https://evil.example\\.linkedin.com/1",
        "https://www.linkedin.com@evil.example/1",
        "https://user:secret@www.linkedin.com/1",
        "https://www.linkedin.com./1",
        "http://127.0.0.1/1",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:9100/1",
        "https://localhost/1",
        "//evil.example/1",
        "https://www.linkedin.com/1\r\nHost: evil.example",
        "https://www.linkedin.com/ 1",
        "https://www.linkedin.com:99999/1",
        "https://xn--lnkedin-9za.com/1",
        "https://" + "a" * 5_000 + ".linkedin.com/",
    ],
)
def test_every_other_address_is_refused_before_anything_is_written(address: str) -> None:
    with pytest.raises(ForeignAddress):
        destination(address, LIVE)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.linkedin.com/dms/1",
        "https://media.licdn.com/1",
        "http://127.0.0.1:9101/1",
        "https://127.0.0.1:9100/1",
        "http://localhost:9100/1",
    ],
)
def test_a_sandbox_leads_nowhere_but_to_itself(address: str) -> None:
    with pytest.raises(ForeignAddress):
        destination(address, SANDBOX)


def test_a_redirect_is_held_against_the_same_list() -> None:
    found_on = URL("https://www.linkedin.com/dms/1", encoded=True)
    assert (
        str(destination("/dms/2?a=%2F", LIVE, found_on=found_on).url)
        == "https://www.linkedin.com/dms/2?a=%2F"
    )
    for address in ("//evil.example/1", "https://evil.example/1", "http://169.254.169.254/"):
        with pytest.raises(ForeignAddress):
            destination(address, LIVE, found_on=found_on)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/m/logout/?csrfToken=ajax:1",
        "/uas/login",
        "/checkpoint/challenge",
        "/voyager/api/me",
        "/psettings/account/close",
        "/dms",
        "/dmsx",
        "/dms/../m/logout",
        "/dms/./1",
        "/dms/%2e%2e/m/logout",
        "/dms/%2E%2E%2Fm%2Flogout",
        "/dms/..%5cm%5clogout",
        "//dms/1",
        "/dms//m/logout",
    ],
)
def test_a_message_cannot_make_the_gateway_open_another_page_of_linkedin_with_the_cookies(path: str) -> None:
    with pytest.raises(ForeignAddress):
        file_destination(LIVE + path, LIVE)
    with pytest.raises(ForeignAddress):
        file_destination(LIVE + path, LIVE, found_on=URL("https://media.licdn.com/dms/1", encoded=True))


@pytest.mark.parametrize("path", ["/dms/1?e=2&v=beta", "/dms/prv/image/a-b_c", "/dms-uploads/demo1"])
def test_files_where_linkedin_keeps_them_are_opened(path: str) -> None:
    assert file_destination(LIVE + path, LIVE).trusted
    assert not file_destination(f"https://media.licdn.com{path}", LIVE).trusted
    assert not file_destination("https://media.licdn.com/mediaD/1", LIVE).trusted
