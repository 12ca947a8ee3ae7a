"""What goes wrong at LinkedIn's side now and then while everybody sends, by chance."""

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tests.acceptance.lines import Line

HELD: Final = 3.0
"""Seconds for which an answer is held: longer than the gateway of the torture waits."""

OF_SENDS: Final[tuple[tuple[int, dict[str, Any]], ...]] = (
    (6, {"kind": "lose_answer"}),
    (3, {"kind": "cut_before"}),
    (3, {"kind": "cut_mid_body"}),
    (2, {"kind": "slow", "delay": HELD}),
    (2, {"kind": "slow", "delay": 0.5}),
    (1, {"kind": "trickle", "delay": 1}),
    (1, {"kind": "server_error"}),
    (1, {"kind": "bad_gateway"}),
    (1, {"kind": "unavailable"}),
    (1, {"kind": "gateway_timeout"}),
    (1, {"kind": "unknown_page"}),
    (1, {"kind": "unprocessable", "code": "REFUSED_BY_CHANCE"}),
    (1, {"kind": "rate_limited", "retryAfter": 1}),
)
"""Faults of createMessage, with their weights; each strikes one call."""

OF_READS: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "cut_before", "endpoint": "messages"},
    {"kind": "server_error", "endpoint": "messages"},
    {"kind": "server_error", "endpoint": "recipients"},
    {"kind": "unavailable", "endpoint": "conversations"},
    {"kind": "stream_cut"},
    {"kind": "stream_silent", "seconds": 2},
    {"kind": "stream_duplicates"},
    {"kind": "stream_reordered"},
)
"""Faults of what proves a send, or denies it."""


class Disturbances:
    """Puts faults into the sandbox."""

    def __init__(self, line: Line, accounts: Sequence[str], chance: random.Random) -> None:
        self.made: Counter[str] = Counter()
        self._line = line
        self._accounts = accounts
        self._chance = chance

    async def disturb(self) -> None:
        """One fault for one account."""
        if self._chance.random() < 0.75:
            [fault] = self._chance.choices([one for _, one in OF_SENDS], [weight for weight, _ in OF_SENDS])
            fault = {"endpoint": "createMessage", **fault}
        else:
            fault = self._chance.choice(OF_READS)
        account = self._chance.choice(self._accounts)
        counted = {} if "seconds" in fault else {"count": 1}
        await self._line.told("POST", "faults", {"account": account, **counted, **fault})
        self.made[fault["kind"]] += 1
