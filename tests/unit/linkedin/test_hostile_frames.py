"""Whatever stands in a frame or an answer, reading it ends in what is known, or in nothing."""

from typing import Any

import msgspec
import pytest

from tests.hostile import DEEP, misspelled, spoiled
from tests.unit.linkedin.frame_examples import FRAMES, OWNER, framed
from tests.unit.linkedin.wire_examples import answer, conversation, message, normalized_conversations
from threadline.linkedin.decoding.conversations import conversation_of
from threadline.linkedin.decoding.graphql import CONVERSATIONS, MESSAGES, each
from threadline.linkedin.decoding.messages import message_of
from threadline.linkedin.decoding.stream import FrameReader
from threadline.linkedin.errors import LinkedInError
from threadline.linkedin.stream_events import Unrecognized

KNOWN = (msgspec.DecodeError, UnicodeError, RecursionError, LinkedInError)
"""What the transport takes for an answer of another shape than is known."""


def _ignored(_part: str) -> None:
    return None


@pytest.mark.promise("wire.8.2.frames")
@pytest.mark.parametrize("kind", FRAMES)
def test_no_part_of_a_frame_can_break_the_stream(kind: str) -> None:
    reader = FrameReader(OWNER, _ignored)
    assert not isinstance(reader.read(msgspec.json.encode(FRAMES[kind])), Unrecognized)
    for frames in (spoiled(FRAMES[kind]), misspelled(FRAMES[kind])):
        for where, frame in frames:
            try:
                reader.read(frame)
            except Exception as error:
                error.add_note(where)
                raise
    assert not isinstance(reader.read(msgspec.json.encode(FRAMES[kind])), Unrecognized)


@pytest.mark.promise("wire.8.2.frames")
@pytest.mark.parametrize("included", [b"null", b"5", b"{}", b"[null]", b'[{"entityUrn":5}]', DEEP])
def test_a_normalized_payload_without_its_parts_breaks_nothing(included: bytes) -> None:
    marker = {"data": {}, "included": "marker"}
    frame = msgspec.json.encode(framed("messagesTopic", marker)).replace(b'"marker"', included)
    assert isinstance(FrameReader(OWNER, _ignored).read(frame), Unrecognized)


@pytest.mark.promise("wire.1.4.three-forms")
def test_references_that_double_at_every_step_are_refused_before_they_fill_the_memory() -> None:
    doubling = [
        {"entityUrn": f"urn:{n}", "*left": f"urn:{n + 1}", "*right": f"urn:{n + 1}"} for n in range(60)
    ]
    frame = msgspec.json.encode(framed("messagesTopic", {"data": {"*a": "urn:0"}, "included": doubling}))
    assert isinstance(FrameReader(OWNER, _ignored).read(frame), Unrecognized)
    chain = [{"entityUrn": f"urn:{n}", "*next": f"urn:{n + 1}"} for n in range(20_000)]
    frame = msgspec.json.encode(framed("messagesTopic", {"data": {"*a": "urn:0"}, "included": chain}))
    assert isinstance(FrameReader(OWNER, _ignored).read(frame), Unrecognized)


_NORMALIZED = normalized_conversations()


@pytest.mark.promise("wire.1.4.three-forms")
@pytest.mark.parametrize(
    ("document", "reader", "field"),
    [
        (
            answer("messengerConversationsBySyncToken", [conversation()], newSyncToken="1", deletedUrns=[]),
            CONVERSATIONS,
            "messenger_conversations_by_sync_token",
        ),
        (_NORMALIZED, CONVERSATIONS, "messenger_conversations_by_sync_token"),
        (
            answer("messengerMessagesBySyncToken", [message()], newSyncToken="1"),
            MESSAGES,
            "messenger_messages_by_sync_token",
        ),
    ],
)
def test_no_part_of_an_answer_breaks_more_than_its_own_item(document: Any, reader: Any, field: str) -> None:
    for bodies in (spoiled(document), misspelled(document)):
        for where, body in bodies:
            try:
                page = reader.read(body, field, _ignored)
                if reader is MESSAGES:
                    each(
                        page.items,
                        lambda item, people: message_of(item, people, owner_id=OWNER, thread_id=None),
                        _ignored,
                    )
                else:
                    each(
                        page.items,
                        lambda item, people: conversation_of(item, people, owner_id=OWNER),
                        _ignored,
                    )
            except KNOWN:
                continue
            except Exception as error:
                error.add_note(where)
                raise
