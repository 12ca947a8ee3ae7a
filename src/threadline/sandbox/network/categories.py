"""Which categories a thread has in a mailbox, and how they move (contracts/linkedin-wire.md §§4, 6)."""

from __future__ import annotations

from threadline.sandbox.network.threads import (
    ARCHIVE,
    INBOX,
    INMAIL,
    PRIMARY,
    REQUEST,
    SECONDARY,
    SPAM,
    STARRED,
    Thread,
    View,
)

MOVABLE = frozenset({ARCHIVE, STARRED, SPAM, PRIMARY, SECONDARY})
# Where a thread is: in one of these at a time; the other categories are marks on it.
_PLACES = {
    ARCHIVE: [ARCHIVE],
    SPAM: [SPAM],
    REQUEST: [REQUEST],
    PRIMARY: [INBOX, PRIMARY],
    SECONDARY: [INBOX, SECONDARY],
}
_MARKS = (INMAIL, STARRED)


def moved(categories: list[str], category: str, *, added: bool, pending: bool) -> list[str]:
    """The categories after `category` was added or removed. pending: an unanswered message request."""
    if category == STARRED:
        kept = [each for each in categories if each != STARRED]
        return [*kept, STARRED] if added else kept
    if added:
        return _placed(categories, category)
    if category not in categories:
        return list(categories)
    if category == PRIMARY:
        return _placed(categories, SECONDARY)
    return _placed(categories, REQUEST if pending else PRIMARY)


def came_back(thread: Thread, view: View, *, own: bool) -> None:
    """A message brings an archived thread back, and an own one accepts a message request or an InMail."""
    if own and view.state == "PENDING" and thread.messages[0].sender != thread.messages[-1].sender:
        view.state = "ACCEPTED"
        view.disabled = ()
    elif not own and view.state == "PENDING" and thread.kind == "inmail" and len(thread.messages) > 1:
        first, last = thread.messages[0].sender, thread.messages[-1].sender
        view.state = "ACCEPTED" if first != last else view.state
    if ARCHIVE in view.categories or (own and not {REQUEST, SPAM}.isdisjoint(view.categories)):
        view.categories = _placed(view.categories, PRIMARY)


def _placed(categories: list[str], place: str) -> list[str]:
    return [*_PLACES[place], *(mark for mark in _MARKS if mark in categories)]
