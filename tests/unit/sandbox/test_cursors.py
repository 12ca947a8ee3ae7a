"""Opaque cursors and sync tokens."""

import pytest

from threadline.sandbox.protocol import cursors


def test_a_token_is_read_in_its_own_world_and_scope_only() -> None:
    token = cursors.sync_token("epoch", "ada", 5)
    assert cursors.read_sync_token(token, "epoch", "ada", 9) == 5
    assert cursors.read_sync_token(token, "other", "ada", 9) is None
    assert cursors.read_sync_token(token, "epoch", "grace", 9) is None
    assert cursors.read_sync_token(token, "epoch", "ada", 4) is None


def test_a_place_is_read_in_its_own_list_only() -> None:
    cursor = cursors.place("messages", "thread", 5)
    assert cursors.read_place(cursor, "messages", "thread") == 5
    assert cursors.read_place(cursor, "category", "thread") is None
    assert cursors.read_place(cursor, "messages", "other") is None


@pytest.mark.parametrize("text", ["", "x", "é", "bm90aGluZw==", "WzFd", "eyJhIjoxfQ==", "WyJzeW5jIl0="])
def test_what_was_not_made_here_is_unknown(text: str) -> None:
    assert cursors.read_sync_token(text, "epoch", "ada", 9) is None
    assert cursors.read_place(text, "sync", "ada") is None
