"""Answers that are kept: found while the account is unchanged, and never more than there is room for."""

from threadline.api.kept_answers import KeptAnswers

LIST = ("account", "/api/conversations", b"limit=20")
THREAD = ("account", "/api/conversations/2-x", b"limit=50")


def test_a_body_is_found_at_the_revision_at_which_it_was_made() -> None:
    answers = KeptAnswers()
    answers.put(LIST, 1, b"body")
    assert answers.get(LIST, 1) == b"body"
    assert answers.get(THREAD, 1) is None


def test_a_change_of_the_account_makes_its_bodies_worthless() -> None:
    answers = KeptAnswers()
    answers.put(LIST, 1, b"body")
    assert answers.get(LIST, 2) is None
    answers.put(LIST, 2, b"other")
    assert answers.get(LIST, 2) == b"other"


def test_what_was_asked_for_longest_ago_makes_room() -> None:
    answers = KeptAnswers(largest=10)
    answers.put(LIST, 1, b"12345")
    answers.put(THREAD, 1, b"12345")
    assert answers.get(LIST, 1) == b"12345"
    answers.put(("account", "/other", b""), 1, b"1")
    assert answers.get(THREAD, 1) is None
    assert answers.get(LIST, 1) == b"12345"


def test_a_body_larger_than_the_room_is_not_kept() -> None:
    answers = KeptAnswers(largest=3)
    answers.put(LIST, 1, b"12345")
    assert answers.get(LIST, 1) is None
