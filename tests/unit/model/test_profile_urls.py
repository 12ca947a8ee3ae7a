"""Profile addresses and vanity names, in all their spellings."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import profile_urls
from threadline.model.profile_urls import NotAProfileAddress, canonical_name, profile_name, profile_url

BOB = "ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx"

JANE = (
    "https://www.linkedin.com/in/janesmith/",
    "https://www.linkedin.com/in/janesmith",
    "http://www.linkedin.com/in/janesmith/",
    "https://linkedin.com/in/janesmith",
    "https://de.linkedin.com/in/janesmith/",
    "https://m.linkedin.com/in/janesmith/",
    "www.linkedin.com/in/janesmith",
    "linkedin.com/in/janesmith/",
    "//www.linkedin.com/in/janesmith",
    "HTTPS://WWW.LinkedIn.COM/in/JaneSmith/",
    "https://www.linkedin.com/IN/janesmith",
    "https://www.linkedin.com/in/janesmith/en/",
    "https://www.linkedin.com/in/janesmith/?locale=en_US&trk=a%2Fb",
    "https://www.linkedin.com/in/janesmith?trk=x#about",
    "https://www.linkedin.com/in/janesmith/details/experience/",
    "https://www.linkedin.com:443/in/janesmith",
    "https://www.linkedin.com//in//janesmith//",
    "https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjanesmith%2F",
    "https%3a%2f%2fwww.linkedin.com%2fin%2fjanesmith",
    "https%3A//www.linkedin.com/in/janesmith",
    "www.linkedin.com%2Fin%2Fjanesmith",
    "https://www.linkedin.com/in/j%61nesmith",
    " https://www.linkedin.com/in/janesmith/\n",
    "janesmith",
    "JaneSmith",
)


@pytest.mark.parametrize("text", JANE)
def test_every_spelling_of_an_address_leads_to_the_vanity_name(text: str) -> None:
    assert profile_name(text) == "janesmith"


@pytest.mark.parametrize(
    "text",
    [
        BOB,
        f"https://www.linkedin.com/in/{BOB}/",
        f"https://www.linkedin.com/in/{BOB}?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3A{BOB}",
        f"urn:li:fsd_profile:{BOB}",
        f"urn:li:fs_miniProfile:{BOB}",
        f"urn%3Ali%3Afsd_profile%3A{BOB}",
        f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{BOB}",
    ],
)
def test_an_id_in_place_of_a_vanity_name_stays_as_it_is(text: str) -> None:
    assert profile_name(text) == BOB
    assert profile_urls.is_profile_id(profile_name(text))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.linkedin.com/in/j%C3%BCrgen-%C3%84pfel/", "jürgen-äpfel"),
        ("https://www.linkedin.com/in/ju\u0308rgen-a\u0308pfel/", "jürgen-äpfel"),
        ("https%3A%2F%2Fwww.linkedin.com%2Fin%2Fj%25C3%25BCrgen-%25C3%25A4pfel", "jürgen-äpfel"),
        ("https://www.linkedin.com/in/%E7%8E%8B%E5%B0%8F%E6%98%8E/", "王小明"),
        ("https://ae.linkedin.com/in/أحمد-علي", "أحمد-علي"),
        ("https://www.linkedin.com/in/parrot-%F0%9F%A6%9C", "parrot-🦜"),
        ("john-doe-123", "john-doe-123"),
        ("a.b_c", "a.b_c"),
    ],
)
def test_names_of_every_script_have_one_spelling(text: str, name: str) -> None:
    assert profile_name(text) == name
    assert not profile_urls.is_profile_id(name)


HOSTILE = (
    "",
    "  ",
    "x" * 1_000_000,
    "https://www.linkedin.com/in/janesmith?" + "x" * 2_000,
    "https://www.linkedin.com/in/" + "x" * 101,
    "ab",
    "https://www.linkedin.com/in/",
    "https://www.linkedin.com/in//?x=janesmith",
    "https://www.linkedin.com/company/acme/",
    "https://www.linkedin.com/janesmith",
    "https://www.linkedin.com/pub/janesmith/1/2/3",
    "https://www.linkedin.com.evil.example/in/janesmith",
    "https://evil-linkedin.com/in/janesmith",
    "https://linkedin.com@evil.example/in/janesmith",
    "https://evil.example/https://www.linkedin.com/in/janesmith",
    "https://evil.example/in/janesmith",
    "https://evil.linkedin.com/in/janesmith",
    "https://www.linkedin.com\\@evil.example/in/janesmith",
    "javascript://www.linkedin.com/in/janesmith",
    "file:///in/janesmith",
    "ftp://www.linkedin.com/in/janesmith",
    "https://[::1/in/janesmith",
    "https://[linkedin.com]/in/janesmith",
    "https://www.linkedin.com/in/..%2f..%2fetc",
    "https://www.linkedin.com/in/jane%2Fsmith",
    "https://www.linkedin.com/in/jane%252Fsmith",
    "https://www.linkedin.com/in/jane smith",
    "https://www.linkedin.com/in/jane%20smith",
    "https://www.linkedin.com/in/jane\nsmith",
    "https://www.linkedin.com/in/jane\tsmith",
    "https://www.linkedin.com/in/jane%0Asmith",
    "https://www.linkedin.com/in/jane%00smith",
    "jane\x00smith",
    "jane\u202esmith",
    "jane%E2%80%AEsmith",
    "jane\ud800smith",
    "jane(smith)",
    "jane,smith",
    "<jane>",
    "jane:smith",
    "urn:li:fsd_company:1002",
    "urn:li:fsd_profile:short",
    "urn:li:fsd_profile:",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_names_no_profile_is_refused(text: str) -> None:
    with pytest.raises(NotAProfileAddress) as refusal:
        profile_name(text)
    str(refusal.value).encode()
    assert len(str(refusal.value)) < 500


@given(st.text(max_size=200))
def test_any_text_is_read_to_one_spelling_or_refused(text: str) -> None:
    for prefix in ("", "https://www.linkedin.com/in/", "linkedin.com/in/"):
        try:
            name = profile_name(prefix + text)
        except NotAProfileAddress:
            continue
        assert canonical_name(name) == name
        assert name.isprintable()
        assert not set(name) & set("/?#%&<>\"'\\(),:; \n")


names = st.text(
    st.characters(categories=["Ll", "Lu", "Lo", "Nd"]) | st.sampled_from("-_."), min_size=3, max_size=60
)


@given(names)
def test_a_printed_address_is_read_back(name: str) -> None:
    canonical = canonical_name(name)
    address = profile_url(canonical)
    assert profile_name(address) == canonical
    assert profile_name(quote(address, safe="")) == canonical
    assert set(address) <= set(string.ascii_letters + string.digits + ":/.-_~%")
