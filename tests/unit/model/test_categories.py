"""How categories change when a conversation is put somewhere."""

import pytest

from threadline.model.categories import with_category, without_category

INBOX = ("INBOX", "PRIMARY_INBOX")


@pytest.mark.parametrize(
    ("before", "category", "after"),
    [
        (INBOX, "ARCHIVE", ("ARCHIVE",)),
        (("INBOX", "PRIMARY_INBOX", "INMAIL", "STARRED"), "ARCHIVE", ("ARCHIVE", "INMAIL", "STARRED")),
        (INBOX, "STARRED", ("INBOX", "PRIMARY_INBOX", "STARRED")),
        (("ARCHIVE", "STARRED"), "STARRED", ("ARCHIVE", "STARRED")),
        (INBOX, "SECONDARY_INBOX", ("INBOX", "SECONDARY_INBOX")),
        (("SPAM",), "PRIMARY_INBOX", INBOX),
    ],
)
def test_a_place_takes_the_place_of_another_and_marks_stay(
    before: tuple[str, ...], category: str, after: tuple[str, ...]
) -> None:
    assert with_category(before, category) == after


@pytest.mark.parametrize(
    ("before", "category", "after"),
    [
        (("ARCHIVE", "INMAIL"), "ARCHIVE", ("INBOX", "PRIMARY_INBOX", "INMAIL")),
        (("SPAM",), "SPAM", INBOX),
        (("INBOX", "PRIMARY_INBOX", "STARRED"), "STARRED", INBOX),
        (INBOX, "ARCHIVE", INBOX),
    ],
)
def test_what_is_taken_out_of_a_place_goes_to_the_inbox(
    before: tuple[str, ...], category: str, after: tuple[str, ...]
) -> None:
    assert without_category(before, category) == after
