"""Ids and URNs in every spelling."""

import base64
import re
from random import Random

import pytest

from threadline.sandbox.protocol import urns

THREAD = urns.make_thread_id(Random(1))
MESSAGE = urns.make_message_id(THREAD, 1_790_000_000_000, 1_012_345)


def test_ids_have_the_forms_of_the_wire_reference() -> None:
    thread = base64.b64decode(THREAD[2:]).decode()
    message = base64.b64decode(MESSAGE[2:]).decode()
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}_\d{3}", thread)
    assert message == f"1790000000000b12345-345&{thread}"
    assert THREAD.endswith("==")
    assert MESSAGE.endswith("==")
    profile_id = urns.make_profile_id(Random(1))
    assert re.fullmatch(r"ACoAA[\w-]{34}", profile_id)


@pytest.mark.parametrize(
    "text",
    [
        THREAD,
        f"urn:li:msg_conversation:(urn:li:fsd_profile:ACoAAB,{THREAD})",
        f"urn:li:messagingThread:{THREAD}",
        f"urn:li:fsd_conversation:{THREAD}",
        f"urn:li:fs_conversation:{THREAD}",
    ],
)
def test_a_thread_is_read_from_every_spelling(text: str) -> None:
    assert urns.read_thread(text) == THREAD


@pytest.mark.parametrize(
    "text",
    [
        MESSAGE,
        f"urn:li:msg_message:(urn:li:fsd_profile:ACoAAB,{MESSAGE})",
        f"urn:li:messagingMessage:{MESSAGE}",
        f"urn:li:fsd_message:{MESSAGE}",
        f"urn:li:fs_event:({THREAD},{MESSAGE})",
    ],
)
def test_a_message_is_read_from_every_spelling(text: str) -> None:
    assert urns.read_message(text) == MESSAGE


def test_a_message_names_its_thread() -> None:
    assert urns.thread_of_message(MESSAGE) == THREAD
    for text in ("", "2-", "2-*", THREAD, "2-/w=="):
        assert urns.thread_of_message(text) is None


def test_a_member_is_read_from_every_spelling() -> None:
    profile_id = urns.make_profile_id(Random(2))
    urn = urns.profile_urn(profile_id)
    for text in (profile_id, urn, urns.participant_urn(urn), f"urn:li:fs_miniProfile:{profile_id}"):
        assert urns.read_member(text) == profile_id
    assert urns.read_member("janesmith") is None
    assert urns.read_member("ACoAAtooshort") is None


def test_the_owner_is_read_from_mailbox_urns_only() -> None:
    assert urns.read_owner(urns.conversation_urn("ACoAAB", THREAD)) == "ACoAAB"
    assert urns.read_owner(urns.message_urn("ACoAAB", MESSAGE)) == "ACoAAB"
    assert urns.read_owner(f"urn:li:fs_conversation:{THREAD}") is None


def test_stable_numbers_and_uuids_do_not_move() -> None:
    assert urns.stable_number("a", 1) == urns.stable_number("a", 1) != urns.stable_number("a", 2)
    assert urns.uuid_of("a") == urns.uuid_of("a") != urns.uuid_of("b")
