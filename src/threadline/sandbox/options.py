"""What a run of the sandbox is asked for."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path


class OptionsError(ValueError):
    """An option that the sandbox cannot run with; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to run one simulated network.

    host: a loopback address or `localhost`; anything else is refused.
    port: TCP port, 0 for any free one.
    seed: number the network is made from; one seed and anchor always give the same network.
    anchor_ms: epoch milliseconds where made history ends; None means UTC midnight of the first start.
    keep: file that changes are kept in over restarts; None keeps them in memory only.
    stream_life: seconds after which a realtime stream is closed (contracts/linkedin-wire.md §12.2).
    heartbeat: seconds between realtime heartbeats (contracts/linkedin-wire.md §8.2).
    answer_delay_ms: shortest and longest wait before a made person answers.
    lenient: whether Rest.li in another spelling and any trackingId are taken (§14); a fault makes it strict.
    crowd: how many accounts there are besides the three, `crowd-0001` and so on, for loads.
    lively: whether made people also type, react, quote, correct themselves, and answer in groups.
    Raises OptionsError.
    """

    host: str = "127.0.0.1"
    port: int = 8081
    seed: int = 1
    anchor_ms: int | None = None
    keep: Path | None = None
    stream_life: float = 180.0
    heartbeat: float = 15.0
    answer_delay_ms: tuple[int, int] = (1000, 2000)
    lenient: bool = False
    crowd: int = 0
    lively: bool = False

    def __post_init__(self) -> None:
        if not is_loopback(self.host):
            raise OptionsError(
                f"The sandbox is a simulated network for this machine only: {self.host!r} is not a loopback "
                "address. Use 127.0.0.1, ::1 or localhost."
            )
        if not 0 <= self.port <= 65535:
            raise OptionsError(f"port must be 0 to 65535, not {self.port}.")
        if self.stream_life <= 0 or self.heartbeat <= 0:
            raise OptionsError("stream-life and heartbeat are seconds above 0.")
        if not 0 <= self.crowd <= LARGEST_CROWD:
            raise OptionsError(f"crowd must be 0 to {LARGEST_CROWD}, not {self.crowd}.")
        shortest, longest = self.answer_delay_ms
        if shortest < 0 or longest < shortest:
            raise OptionsError(
                "answer-delay-ms takes a shortest and a longest wait, 0 <= shortest <= longest."
            )
        if self.anchor_ms is not None and not MIN_ANCHOR <= self.anchor_ms <= MAX_ANCHOR:
            raise OptionsError(f"anchor-ms must be epoch milliseconds from {MIN_ANCHOR} to {MAX_ANCHOR}.")


LARGEST_CROWD = 9_999
# Message ids carry their time as 13 digits, and history reaches two years back from the anchor.
MIN_ANCHOR = 1_100_000_000_000
MAX_ANCHOR = 9_000_000_000_000


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
