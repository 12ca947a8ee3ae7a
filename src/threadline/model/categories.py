"""How categories change when a conversation is put somewhere (contracts/linkedin-wire.md §§4, 6)."""

STARRED = "STARRED"
ARCHIVE = "ARCHIVE"
SPAM = "SPAM"
PRIMARY = "PRIMARY_INBOX"
SECONDARY = "SECONDARY_INBOX"
_INBOX = "INBOX"
_PLACES = (_INBOX, PRIMARY, SECONDARY, ARCHIVE, SPAM, "MESSAGE_REQUEST_PENDING")
"""A conversation lies in one of them, an inbox tab being two words; the other categories are marks on it."""


def with_category(categories: tuple[str, ...], category: str) -> tuple[str, ...]:
    """The categories after `category` was added: a star is a mark, everything else a place."""
    if category == STARRED:
        return categories if STARRED in categories else (*categories, STARRED)
    place = (_INBOX, category) if category in (PRIMARY, SECONDARY) else (category,)
    return (*place, *_marks(categories))


def without_category(categories: tuple[str, ...], category: str) -> tuple[str, ...]:
    """The categories after `category` was taken away; from the archive and from spam it goes to the inbox."""
    if category not in categories:
        return categories
    if category == STARRED:
        return tuple(one for one in categories if one != STARRED)
    return with_category(categories, PRIMARY)


def _marks(categories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in categories if one not in _PLACES)
