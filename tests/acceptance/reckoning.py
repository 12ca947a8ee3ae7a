"""The reckoning: what callers wished and were told, against the gateway's store, against the mailboxes.

Above: `torture.py`. Nothing here asks the gateway, so that it cannot excuse itself.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.acceptance.ledger import Ledger
from tests.acceptance.wishes import Told, Wish

_ROWS = """
SELECT a.user_id, s.send_id, s.state, s.body, s.origin_token, s.message_id, s.error_code, s.error_message,
    s.retry_safe, s.idempotency_key, s.created_at, s.settled_at, s.claimed_at, s.charged
FROM sends s JOIN accounts a ON a.account_id = s.account_id ORDER BY s.send_id
"""
_KEYS = """
SELECT a.user_id, k.idempotency_key, k.send_id
FROM idempotency_keys k JOIN accounts a ON a.account_id = k.account_id
"""
_USED = """
SELECT a.user_id, u.kind, SUM(u.used) FROM budget_usage u JOIN accounts a ON a.account_id = u.account_id
GROUP BY a.user_id, u.kind
"""
_OF_SENDS = ("messages", "new_conversations", "inmail")
_REFUSED_BUT_THERE = ("SEND_IN_PROGRESS", "IDEMPOTENCY_MISMATCH", "NOT_EDITABLE")


@dataclass(frozen=True)
class Row:
    """A send, as plain SQL reads it."""

    account: str
    send_id: str
    state: str
    text: str
    token: str
    message_id: str | None
    error_code: str | None
    error_message: str | None
    retry_safe: int | None
    key: str | None
    created_at: int
    settled_at: int | None
    claimed_at: int | None
    charged: str | None


@dataclass(frozen=True)
class Found:
    """A message in its recipient's mailbox, written by one of the accounts."""

    vanity: str
    """Whose mailbox it is."""
    text: str
    token: str | None
    message_id: str


@dataclass(frozen=True)
class Reckoning:
    """Everything that is to be compared."""

    wishes: Sequence[Wish]
    rows: Sequence[Row]
    keys: Mapping[tuple[str, str], str]
    """The send that each key of an account stands for."""
    used: Mapping[tuple[str, str], int]
    """What was charged, by account and kind."""
    found: Sequence[Found]
    gaps: Mapping[str, int]
    """The least gap of each account that has one, in seconds."""

    def outcomes(self) -> Counter[str]:
        """How many sends ended in each state."""
        return Counter(row.state for row in self.rows)

    def lost(self) -> list[str]:
        """Sends that are said to be sent and are in no mailbox, and wishes that were taken and forgotten."""
        there = {one.token for one in self.found}
        known = {row.send_id for row in self.rows}
        return [
            *(
                f"not in the mailbox: {row}"
                for row in self.rows
                if row.state == "sent" and row.token not in there
            ),
            *(f"forgotten: {wish}" for wish in self.wishes if not wish.accepted <= known),
        ]

    def doubled(self) -> list[str]:
        """Messages that are in a mailbox more often than sends of theirs were sent."""
        sent = Counter(row.text for row in self.rows if row.state == "sent")
        texts = Counter(one.text for one in self.found)
        tokens = Counter(one.token for one in self.found)
        return [
            *(f"{text!r}: {times}, sent {sent[text]}" for text, times in texts.items() if times > sent[text]),
            *(f"{token}: {times} times" for token, times in tokens.items() if times > 1),
        ]

    def unknown(self) -> list[str]:
        """Sends that have not settled."""
        return [f"never settled: {row}" for row in self.rows if row.state in ("queued", "sending", "unknown")]

    def faults_of_ours(self) -> list[str]:
        """Answers that are no word of what is promised."""
        return [f"{wish}" for wish in self.wishes if any(one.status == 500 for one in wish.answers)]

    def complaints(self) -> Iterator[str]:
        """Everything else that is not as it was promised."""
        yield from self._failures()
        yield from self._wishes()
        yield from self._keys()
        yield from self._budgets()
        yield from self._gaps()

    def _failures(self) -> Iterator[str]:
        there = {one.token: one for one in self.found}
        for row in self.rows:
            found = there.get(row.token)
            if row.state != "sent" and found is not None:
                yield f"{row} is in the mailbox: {found}"
            if row.state == "failed" and not (row.error_code and row.error_message and row.retry_safe == 1):
                yield f"failed without a reason: {row}"
            if row.state == "sent" and found is not None and found.message_id != row.message_id:
                yield f"the id of another message: {row}, {found}"

    def _wishes(self) -> Iterator[str]:
        by_text: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.rows:
            by_text[row.account, row.text].append(row)
        for wish in self.wishes:
            rows = [row for text in wish.texts for row in by_text.pop((wish.account, text), [])]
            for complaint in _of_wish(wish, rows):
                yield f"{complaint}: {wish}, {rows}"
        for rows in by_text.values():
            yield f"nobody wished for {rows}"

    def _keys(self) -> Iterator[str]:
        ids = {(row.account, row.key): row.send_id for row in self.rows if row.key is not None}
        rows = sum(row.key is not None for row in self.rows)
        if len(ids) != rows:
            yield f"{rows} sends have {len(ids)} keys"
        if ids != self.keys:
            yield f"keys that stand for another send: {set(ids.items()) ^ set(self.keys.items())}"

    def _budgets(self) -> Iterator[str]:
        charged: Counter[tuple[str, str]] = Counter()
        for row in self.rows:
            kinds = json.loads(row.charged) if row.charged else []
            if row.state == "sent" and "messages" not in kinds:
                yield f"sent, and charged to {kinds}: {row}"
            if row.state != "sent" and kinds:
                yield f"did not leave, and is charged to {kinds}: {row}"
            charged.update((row.account, kind) for kind in kinds)
        used = {place: amount for place, amount in self.used.items() if amount and place[1] in _OF_SENDS}
        if used != charged:
            yield f"budgets: used {used}, charged {dict(charged)}"

    def _gaps(self) -> Iterator[str]:
        for account, least in self.gaps.items():
            claimed = sorted(row.claimed_at for row in self.rows if row.account == account and row.claimed_at)
            if any(later - earlier < least * 1000 for earlier, later in pairwise(claimed)):
                yield f"opening messages of {account} left closer than {least} s: {claimed}"


def _of_wish(wish: Wish, rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with the sends that came of a wish."""
    if len(rows) > 1 and not wish.repeated:
        yield "several sends"
    for earlier, later in pairwise(rows):
        if earlier.settled_at is None or earlier.settled_at > later.created_at:
            yield "left again while it was unknown"
    if not rows and any(one.status < 300 for one in wish.answers):
        yield "accepted, and not stored"
    if wish.key is not None and len(wish.accepted) > 1:
        yield "one key, several sends"
    if wish.cancelled and any(row.state != "cancelled" for row in rows):
        yield "taken back, and not cancelled"
    if not wish.released and any(row.state not in ("draft", "cancelled") for row in rows):
        yield "a draft that nobody released"
    for told in wish.answers:
        yield from _of_answer(told, rows)


def _of_answer(told: Told, rows: Sequence[Row]) -> Iterator[str]:
    """What is wrong with an answer, after the fact."""
    row = next((row for row in rows if row.send_id == told.send_id), None)
    if told.status == 200 and told.state == "sent":
        urn = told.message_urn or ""
        if row is None or row.state != "sent" or not row.message_id or row.message_id not in urn:
            yield f"told to be sent ({told})"
    elif told.state in ("failed", "cancelled") and (row is None or row.state != told.state):
        yield f"told to be {told.state} ({told})"
    elif told.failed and told.code not in _REFUSED_BUT_THERE and (row is None or row.state != "failed"):
        yield f"told to have failed ({told})"


async def reckon(
    ledger: Ledger,
    wishes: Sequence[Wish],
    mailboxes: Mapping[str, Iterable[Mapping[str, Any]]],
    senders: Collection[str],
    gaps: Mapping[str, int],
) -> Reckoning:
    """Gather it; mailboxes: the messages of each recipient; senders: the vanities of the accounts' owners."""
    return Reckoning(
        wishes=wishes,
        rows=[Row(*row) for row in await ledger.rows(_ROWS)],
        gaps=gaps,
        keys={(user, key): send_id for user, key, send_id in await ledger.rows(_KEYS)},
        used={(user, kind): int(amount) for user, kind, amount in await ledger.rows(_USED)},
        found=[
            Found(vanity, one["text"], one["originToken"], one["messageId"])
            for vanity, messages in mailboxes.items()
            for one in messages
            if one["from"] in senders
        ],
    )
