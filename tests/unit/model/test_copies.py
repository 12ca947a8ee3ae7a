"""Copies of messages and conversations: the same result whatever the order in which they come."""

import msgspec
import pytest

from tests.contract.store.samples import ADA, BOB, EVE, NOW, conversation, message
from threadline.model.conversations import Conversation
from threadline.model.copies import (
    ReactionChange,
    changed_reactions,
    conversation_changes,
    first_kept,
    kept_conversation,
    kept_message,
    same_message,
    was_edited,
    was_recalled,
    with_reaction,
)
from threadline.model.messages import ContentKind, Message, MessageContent, Reaction, RenderFormat

PLAIN = message("2-m", "2-t", text="Helo")
EDITED = msgspec.structs.replace(PLAIN, text="Hello", render_format=RenderFormat.EDITED)
RECALLED = msgspec.structs.replace(PLAIN, text="", render_format=RenderFormat.RECALLED)
STORED = msgspec.structs.replace(conversation("2-t", notification_status="ACTIVE"), participants=(BOB,))


@pytest.mark.parametrize(
    "order", [(PLAIN, EDITED, RECALLED), (EDITED, RECALLED, PLAIN), (RECALLED, PLAIN, EDITED)]
)
def test_a_recalled_message_stays_recalled_whatever_comes_after_it(order: tuple[Message, ...]) -> None:
    stored = order[0]
    for shown in order[1:]:
        stored = kept_message(stored, shown)
    assert (stored.text, stored.render_format) == ("", RenderFormat.RECALLED)


def test_an_edited_message_never_goes_back_to_the_words_before() -> None:
    assert kept_message(EDITED, PLAIN) == EDITED
    again = msgspec.structs.replace(EDITED, text="Hello!")
    assert kept_message(EDITED, again) == again


def test_a_message_that_is_first_met_recalled_is_stored_without_what_was_taken_back() -> None:
    reacted = msgspec.structs.replace(RECALLED, reactions=(Reaction("👏", 1),))
    assert first_kept(reacted) == RECALLED
    assert first_kept(PLAIN) == PLAIN


def test_a_recall_takes_words_files_and_reactions_away() -> None:
    full = msgspec.structs.replace(
        PLAIN,
        content=(MessageContent(kind=ContentKind.FILE, wire_kind="file", name="a.pdf"),),
        reactions=(Reaction("👍", 1),),
    )
    kept = kept_message(full, msgspec.structs.replace(full, render_format=RenderFormat.RECALLED))
    assert (kept.text, kept.content, kept.reactions, kept.attributes) == ("", (), (), ())


def test_the_token_and_the_subject_stay_once_they_are_known() -> None:
    stored = msgspec.structs.replace(PLAIN, origin_token="token-1", subject="Hi")
    for shown in (PLAIN, EDITED):
        kept = kept_message(stored, shown)
        assert (kept.origin_token, kept.subject) == ("token-1", "Hi")
    assert kept_message(PLAIN, stored).origin_token == "token-1"


def test_a_fresh_address_of_a_file_is_stored_and_is_no_edit() -> None:
    def with_file(url: str) -> Message:
        file = MessageContent(kind=ContentKind.FILE, wire_kind="file", url=url)
        return msgspec.structs.replace(PLAIN, content=(file,))

    old, new = with_file("https://media.example/1?e=1"), with_file("https://media.example/1?e=2")
    kept = kept_message(old, new)
    assert kept == new
    assert not same_message(old, kept)
    assert not was_edited(old, kept)


def test_what_became_of_a_message_is_told_by_its_copies() -> None:
    assert was_edited(PLAIN, EDITED)
    assert not was_edited(EDITED, EDITED)
    assert was_edited(EDITED, msgspec.structs.replace(EDITED, text="Hello!"))
    assert was_recalled(EDITED, RECALLED)
    assert not was_recalled(RECALLED, RECALLED)
    assert not was_edited(PLAIN, RECALLED)


def test_another_way_of_showing_the_sender_is_no_change() -> None:
    assert same_message(PLAIN, msgspec.structs.replace(PLAIN, sender=EVE))


def test_reactions_are_compared_by_emoji() -> None:
    before = msgspec.structs.replace(PLAIN, reactions=(Reaction("👍", 2), Reaction("🦜", 1)))
    after = msgspec.structs.replace(PLAIN, reactions=(Reaction("💡", 1, NOW, True), Reaction("👍", 3)))
    assert changed_reactions(before, after) == [
        ReactionChange(Reaction("👍", 3), True),
        ReactionChange(Reaction("🦜", 0), False),
        ReactionChange(Reaction("💡", 1, NOW, True), True),
    ]
    assert changed_reactions(after, after) == []
    assert changed_reactions(before, RECALLED) == []


def test_one_emoji_is_replaced_added_or_taken_away() -> None:
    first = with_reaction(PLAIN, Reaction("👍", 1))
    second = with_reaction(first, Reaction("🦜", 1))
    third = with_reaction(second, Reaction("👍", 2))
    assert [(one.emoji, one.count) for one in third.reactions] == [("👍", 2), ("🦜", 1)]
    assert [one.emoji for one in with_reaction(third, Reaction("👍", 0)).reactions] == ["🦜"]
    assert with_reaction(PLAIN, Reaction("👍", 0)) == PLAIN


def test_an_older_copy_of_a_conversation_changes_neither_place_nor_read_state() -> None:
    older = conversation("2-t", NOW - 1, categories=("ARCHIVE",), read=False, unread_count=3, title="Team")
    kept = kept_conversation(STORED, older)
    assert (kept.categories, kept.read, kept.unread_count, kept.last_activity_at) == (
        STORED.categories,
        True,
        0,
        NOW,
    )
    assert kept.title == "Team"


def test_what_a_copy_does_not_say_stays() -> None:
    named = msgspec.structs.replace(BOB, vanity="bob-sample")
    stored = msgspec.structs.replace(STORED, participants=(named,), created_at=NOW - 9)
    kept = kept_conversation(stored, conversation("2-t", categories=(), participants=(ADA, BOB)))
    assert kept == stored


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": "Team"}, ["title"]),
        ({"participants": (BOB, EVE)}, ["participants"]),
        ({"categories": ("INBOX", "PRIMARY_INBOX", "STARRED")}, ["categories"]),
        ({"categories": ("PRIMARY_INBOX", "INBOX")}, []),
        ({"notification_status": "MUTE"}, ["notifications"]),
        ({"notification_status": "ACTIVE_FOR_MENTIONS_ONLY"}, []),
        ({"read": False, "unread_count": 1}, []),
        ({"title": "Team", "participants": ()}, ["title", "participants"]),
    ],
)
def test_what_the_owner_would_notice_is_named(change: dict[str, object], told: list[str]) -> None:
    after: Conversation = msgspec.structs.replace(STORED, **change)
    assert conversation_changes(STORED, after) == told


def test_a_conversation_that_linkedin_never_showed_has_nothing_to_compare() -> None:
    opened = msgspec.structs.replace(STORED, notification_status=None)
    assert conversation_changes(opened, msgspec.structs.replace(STORED, title="Team")) == []
