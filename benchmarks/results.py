"""One measured row: what, against what, the ratio or the time, and the aim."""

import statistics
from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct


class Verdict(Enum):
    """How a row stands to its aim."""

    MET = "met"
    MISSED = "missed"
    NO_AIM = "-"


class Result(Struct, frozen=True, kw_only=True):
    """One row of the table."""

    name: str
    ours: str
    """What was measured of Threadline, with its unit."""
    against: str = ""
    """What it is compared with; empty where there is no peer."""
    peer: str = ""
    """What was measured of the peer, with its unit."""
    value: str
    """The ratio, or the difference."""
    aim: str = ""
    verdict: Verdict = Verdict.NO_AIM
    figures: Mapping[str, float]
    """Every number behind the row, for the JSON file."""


def at_least(value: float, aim: float) -> Verdict:
    """Whether `value` reaches `aim`."""
    return Verdict.MET if value >= aim else Verdict.MISSED


def below(value: float, aim: float) -> Verdict:
    """Whether `value` stays below `aim`."""
    return Verdict.MET if value < aim else Verdict.MISSED


def median(values: Iterable[float]) -> float:
    """The median."""
    return statistics.median(values)


def percentile(values: Iterable[float], fraction: float) -> float:
    """The value that `fraction` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))]


def median_ratio(ours: Iterable[float], peers: Iterable[float]) -> float:
    """The median of the ratios of each round: both sides of one met the same machine."""
    return median(our / peer for our, peer in zip(ours, peers, strict=True))
