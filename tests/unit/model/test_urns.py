"""LinkedIn's ids and URNs: every spelling leads to one id, which prints back."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import urns
from threadline.model.urns import NotAnIdentifier

ME = "ACoAADEMOownerAda0000xxxxxxxxxxxxxxxxxx"
BOB = "ACoAADEMOpeerBob00000xxxxxxxxxxxxxxxxxx"
T = "2-MGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="
M = "2-MTc5MDAwMDAwMDAwMGIxMjM0NS0wMDEmMGExYjJjM2QtNGU1Zi00YTZiLThjN2QtMTEyMjMzNDQ1NTY2XzAxMg=="

PROFILE_FORMS = (
    BOB,
    f"urn:li:fsd_profile:{BOB}",
    f"urn:li:fs_miniProfile:{BOB}",
    f"urn:li:person:{BOB}",
    f"urn:li:msg_messagingParticipant:urn:li:fsd_profile:{BOB}",
    f"urn:li:fs_messagingMember:({T},{BOB})",
)
THREAD_FORMS = (
    T,
    f"urn:li:msg_conversation:(urn:li:fsd_profile:{ME},{T})",
    f"urn:li:messagingThread:{T}",
    f"urn:li:fsd_conversation:{T}",
    f"urn:li:fs_conversation:{T}",
)
MESSAGE_FORMS = (
    M,
    f"urn:li:msg_message:(urn:li:fsd_profile:{ME},{M})",
    f"urn:li:messagingMessage:{M}",
    f"urn:li:fsd_message:{M}",
    f"urn:li:fs_event:({T},{M})",
)

_BASE64 = string.ascii_letters + string.digits + "+/_-"
profile_ids = st.text(string.ascii_letters + string.digits + "_-", min_size=34, max_size=34).map(
    "ACoAA".__add__
)
bare_ids = st.builds(
    lambda body, padding: f"2-{body}{padding}",
    st.text(_BASE64, min_size=2, max_size=150),
    st.sampled_from(["", "=", "=="]),
)


def spellings(text: str) -> list[str]:
    """As it is, percent-encoded in the ways that clients do, and with blanks around."""
    wholly = quote(text, safe="")
    return [text, wholly, wholly.replace("%3A", "%3a"), quote(text, safe=":(),"), f" {text}\n"]


@pytest.mark.promise("wire.2.urns")
@pytest.mark.parametrize("form", PROFILE_FORMS)
def test_every_form_of_a_member_leads_to_the_profile_id(form: str) -> None:
    assert {urns.profile_id(spelling) for spelling in spellings(form)} == {BOB}


@pytest.mark.promise("wire.2.urns")
@pytest.mark.parametrize("form", THREAD_FORMS)
def test_every_form_of_a_conversation_leads_to_the_thread_id(form: str) -> None:
    assert {urns.thread_id(spelling) for spelling in spellings(form)} == {T}


@pytest.mark.promise("wire.2.urns")
@pytest.mark.parametrize("form", MESSAGE_FORMS)
def test_every_form_of_a_message_leads_to_the_message_id(form: str) -> None:
    assert {urns.message_id(spelling) for spelling in spellings(form)} == {M}


@pytest.mark.promise("wire.2.urns")
def test_ids_are_printed_as_the_urns_that_the_reference_shows() -> None:
    assert urns.profile_urn(BOB) == PROFILE_FORMS[1]
    assert urns.conversation_urn(ME, T) == THREAD_FORMS[1]
    assert urns.message_urn(ME, M) == MESSAGE_FORMS[1]


@pytest.mark.promise("wire.2.urns")
@given(owner=profile_ids, bare=bare_ids)
def test_what_is_printed_is_read_back(owner: str, bare: str) -> None:
    conversation, message = urns.conversation_urn(owner, bare), urns.message_urn(owner, bare)
    for spelling in spellings(conversation):
        assert (urns.thread_id(spelling), urns.mailbox_owner(spelling)) == (bare, owner)
    for spelling in spellings(message):
        assert (urns.message_id(spelling), urns.mailbox_owner(spelling)) == (bare, owner)
    assert urns.profile_id(urns.profile_urn(owner)) == owner
    assert urns.participant_id(urns.participant_urn(owner)) == owner


def test_two_members_name_one_message_by_their_own_mailboxes() -> None:
    mine, theirs = urns.message_urn(ME, M), urns.message_urn(BOB, M)
    assert mine != theirs
    assert urns.message_id(mine) == urns.message_id(theirs)
    assert (urns.mailbox_owner(mine), urns.mailbox_owner(theirs)) == (ME, BOB)


@pytest.mark.parametrize(
    "text",
    [
        "",
        T,
        f"urn:li:messagingThread:{T}",
        "urn:li:msg_conversation:",
        "urn:li:msg_conversation:(,)",
        f"urn:li:msg_conversation:(urn:li:fsd_company:1002,{T})",
    ],
)
def test_a_urn_without_a_members_mailbox_names_no_owner(text: str) -> None:
    assert urns.mailbox_owner(text) is None


HOSTILE = (
    "",
    " ",
    "2-",
    "2-a",
    "1-MGExYg==",
    "MGExYg==",
    "2-MGEx Yg==",
    "2-MGEx\nYg==",
    "2-MGExYg==\n2-",
    "2-MGExYg==\x00",
    "2-MGExYg%00",
    "2-MGExYg%3D%3D'; DROP TABLE messages; --",
    "2-../../../etc/passwd",
    "2-MGÉx",
    "2-" + "A" * 401,
    "2-" + "A" * 1_000_000,
    "urn:li:msg_conversation:",
    "urn:li:msg_conversation:()",
    f"urn:li:msg_conversation:({ME})",
    f"urn:li:msg_conversation:(urn:li:fsd_profile:{ME},{T}",
    f"urn:li:msg_conversation:(urn:li:fsd_profile:{ME},{T}))",
    f"urn:li:msg_conversation:(urn:li:fsd_profile:{ME},{T},{T})",
    f"urn:li:msg_conversation:(urn:li:msg_conversation:(x,{T}),{T})",
    f"URN:LI:messagingThread:{T}",
    f"urn:li:unheardOf:{T}",
    f"urn:li:messagingThread:urn:li:messagingThread:{T}",
    "%",
    "%zz",
    "%25" * 100,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_is_no_id_is_refused(text: str) -> None:
    for read in (urns.thread_id, urns.message_id, urns.profile_id):
        with pytest.raises(NotAnIdentifier) as refusal:
            read(text)
        assert len(str(refusal.value)) < 500


def test_the_urn_of_one_thing_is_refused_where_another_is_asked_for() -> None:
    for form in (*PROFILE_FORMS, *THREAD_FORMS[1:]):
        with pytest.raises(NotAnIdentifier):
            urns.message_id(form)
    for form in (*PROFILE_FORMS, *MESSAGE_FORMS[1:]):
        with pytest.raises(NotAnIdentifier):
            urns.thread_id(form)
    for form in (*THREAD_FORMS, *MESSAGE_FORMS, "urn:li:fsd_company:1002", "urn:li:member:1002"):
        with pytest.raises(NotAnIdentifier):
            urns.profile_id(form)


@pytest.mark.parametrize("name", [BOB[:-1], BOB + "x", "acoaa" + BOB[5:], BOB[:-1] + "é", BOB[:-1] + "/"])
def test_a_profile_id_has_39_characters_of_its_alphabet(name: str) -> None:
    with pytest.raises(NotAnIdentifier, match="39 characters"):
        urns.profile_id(name)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_never_anything_else(text: str) -> None:
    for read in (urns.thread_id, urns.message_id, urns.profile_id):
        try:
            found = read(text)
        except NotAnIdentifier:
            continue
        assert read(found) == found
    urns.mailbox_owner(text)
    urns.member_number(text)
    assert "\x00" not in urns.participant_id(text)


@pytest.mark.parametrize("kind", ["fsd_company", "company", "organization"])
def test_an_organization_is_keyed_by_its_number(kind: str) -> None:
    for whole in (f"urn:li:{kind}:1002", f"urn:li:msg_messagingParticipant:urn:li:{kind}:1002"):
        assert urns.participant_id(whole) == "company:1002"
    assert urns.participant_urn("company:1002") == "urn:li:fsd_company:1002"


def test_a_member_is_keyed_by_the_profile_id() -> None:
    assert {urns.participant_id(form) for form in PROFILE_FORMS} == {BOB}


@pytest.mark.parametrize(
    "inner", ["urn:li:fs_salesProfile:(ACwAA1,NAME,x1)", "urn:li:custom:7", "linkedin", ""]
)
def test_any_other_participant_is_keyed_by_what_came_and_prints_back(inner: str) -> None:
    key = urns.participant_id(f"urn:li:msg_messagingParticipant:{inner}")
    assert key == inner
    assert urns.participant_urn(key) == inner


def test_a_key_holds_no_nul_for_a_database_cannot() -> None:
    assert urns.participant_id("urn:li:custom:\x007") == "urn:li:custom:\ufffd7"


@given(st.integers(0, 10**18 - 1))
def test_a_member_number_is_read_from_its_urn(number: int) -> None:
    assert urns.member_number(f"urn:li:member:{number}") == number


@pytest.mark.parametrize(
    "urn",
    [
        None,
        "",
        "1002",
        "urn:li:member:",
        "urn:li:member:-1",
        "urn:li:member: 1",
        "urn:li:member:1\n",
        "urn:li:member:1.0",
        "urn:li:member:²",
        "urn:li:member:١٢",
        "urn:li:member:" + "9" * 19,
        "urn:li:member:" + "9" * 5_000,
        f"urn:li:fsd_profile:{BOB}",
    ],
)
def test_what_is_no_member_number_is_none(urn: str | None) -> None:
    assert urns.member_number(urn) is None
